#include "rt/loop.h"

#include <sys/epoll.h>
#include "rig.h"

static uint32_t fired[4];
static char order[64];

static void note(void *opaque)
{
    size_t len = strlen(order);

    order[len] = *(const char *)opaque;
    order[len + 1] = 0;
}

static void note_and_stop(void *opaque)
{
    note(opaque);
    ztrunk_rt_stop(rt);
}

/* ---- hostile first ---- */

static zti_watch first, second;
static int pipes[2][2];

static void end_both(void *opaque, uint32_t events)
{
    (void)opaque;
    (void)events;
    fired[0]++;
    zti_watch_end(rt, &first);
    zti_watch_end(rt, &second);
    ztrunk_rt_stop(rt);
}

START_TEST(a_watch_ended_by_its_neighbour_is_not_called_for_what_was_reported)
{
    rig_new();
    fired[0] = 0;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pipe(pipes[i]), 0);
        ck_assert_int_eq(write(pipes[i][1], "x", 1), 1);
    }
    first = (zti_watch){.fd = -1, .fn = end_both};
    second = first;
    ck_assert_int_eq(zti_watch_set(rt, &first, pipes[0][0], EPOLLIN), ZTRUNK_OK);
    ck_assert_int_eq(zti_watch_set(rt, &second, pipes[1][0], EPOLLIN), ZTRUNK_OK);
    rig_run();
    rig_run_for(5 * MS);
    ck_assert_uint_eq(fired[0], 1);
    for (int i = 0; i < 4; i++) close(pipes[i / 2][i % 2]);
    rig_free();
}
END_TEST

static ztrunk_rt_timer *greedy;

static void again_at_once(void *opaque)
{
    (void)opaque;
    fired[1]++;
    ztrunk_rt_timer_set(greedy, 1);
}

START_TEST(a_timer_that_is_always_due_does_not_hold_the_loop)
{
    rig_new();
    fired[1] = 0;
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, again_at_once, NULL, &greedy), ZTRUNK_OK);
    ztrunk_rt_timer_set(greedy, 1);
    ck_assert_int_eq(ztrunk_rt_post(rt, rig_stop, NULL), ZTRUNK_OK);
    rig_run();
    rig_run_for(5 * MS);
    ck_assert_uint_gt(fired[1], 1);
    ztrunk_rt_timer_free(greedy);
    rig_free();
}
END_TEST

static void post_again(void *opaque)
{
    fired[2]++;
    ztrunk_rt_post(rt, post_again, opaque);
}

START_TEST(posts_that_breed_posts_do_not_hold_the_timers)
{
    rig_new();
    fired[2] = 0;
    ztrunk_rt_post(rt, post_again, NULL);
    rig_run_for(5 * MS);
    ck_assert_uint_gt(fired[2], 1);
    rig_free();
}
END_TEST

static void free_greedy(void *opaque)
{
    (void)opaque;
    ztrunk_rt_timer_free(greedy);
    ztrunk_rt_stop(rt);
}

START_TEST(a_timer_may_be_freed_by_its_own_call)
{
    rig_new();
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, free_greedy, NULL, &greedy), ZTRUNK_OK);
    ztrunk_rt_timer_set(greedy, ztrunk_rt_now_ns());
    rig_run();
    rig_free();
}
END_TEST

START_TEST(a_second_loop_on_the_thread_is_refused_until_the_first_has_gone)
{
    ztrunk_rt *other;

    rig_new();
    ck_assert_int_eq(ztrunk_rt_new(ctx, &other), ZTRUNK_E_STATE);
    rig_free();
    rig_new();
    rig_free();
}
END_TEST

START_TEST(bad_arguments_are_the_callers_bug)
{
    ztrunk_rt *other;
    ztrunk_rt_timer *timer;

    rig_new();
    ck_assert_int_eq(ztrunk_rt_new(NULL, &other), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_run(NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_post(rt, NULL, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, NULL, NULL, &timer), ZTRUNK_E_INVALID);
    ztrunk_rt_timer_free(NULL);
    ztrunk_rt_timer_set(NULL, 1);
    ztrunk_rt_stop(NULL);
    ztrunk_rt_free(NULL);
    rig_free();
}
END_TEST

/* ---- what it is for ---- */

START_TEST(timers_fire_in_the_order_of_their_deadlines_and_once)
{
    ztrunk_rt_timer *timers[3];
    uint64_t now;

    rig_new();
    order[0] = 0;
    now = ztrunk_rt_now_ns();
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, note_and_stop, (void *)(uintptr_t) "c", &timers[0]),
                     0);
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, note, (void *)(uintptr_t) "a", &timers[1]), 0);
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, note, (void *)(uintptr_t) "b", &timers[2]), 0);
    ztrunk_rt_timer_set(timers[0], now + 6 * MS);
    ztrunk_rt_timer_set(timers[1], now + 100 * MS);
    ztrunk_rt_timer_set(timers[1], now + 2 * MS);
    ztrunk_rt_timer_set(timers[2], now + 4 * MS);
    rig_run();
    ck_assert_uint_ge(ztrunk_rt_now_ns(), now + 6 * MS);
    ck_assert_str_eq(order, "abc");
    ztrunk_rt_timer_set(timers[2], ztrunk_rt_now_ns() + MS);
    ztrunk_rt_timer_set(timers[2], UINT64_MAX);
    rig_run_for(5 * MS);
    ck_assert_str_eq(order, "abc");
    for (int i = 0; i < 3; i++) ztrunk_rt_timer_free(timers[i]);
    rig_free();
}
END_TEST

static uint32_t counted;

static void count_up(void *opaque)
{
    (void)opaque;
    counted++;
}

static void *post_many(void *opaque)
{
    (void)opaque;
    for (int i = 0; i < 1000; i++) ck_assert_int_eq(ztrunk_rt_post(rt, count_up, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rt_post(rt, rig_stop, NULL), ZTRUNK_OK);
    return NULL;
}

START_TEST(what_another_thread_posts_is_run_here)
{
    pthread_t thread;

    rig_new();
    counted = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, post_many, NULL), 0);
    rig_run();
    ck_assert_uint_eq(counted, 1000);
    pthread_join(thread, NULL);
    rig_free();
}
END_TEST

START_TEST(posts_run_in_order_and_a_taken_back_one_does_not)
{
    zti_post b = {.fn = note, .opaque = (void *)(uintptr_t) "b"};

    rig_new();
    order[0] = 0;
    ztrunk_rt_post(rt, note, (void *)(uintptr_t) "a");
    zti_post_node(rt, &b);
    ztrunk_rt_post(rt, note, (void *)(uintptr_t) "c");
    zti_post_take_back(rt, &b);
    ztrunk_rt_post(rt, note_and_stop, (void *)(uintptr_t) "d");
    rig_run();
    ck_assert_str_eq(order, "acd");
    rig_free();
}
END_TEST

START_TEST(stop_before_run_makes_it_return_at_once)
{
    rig_new();
    ztrunk_rt_stop(rt);
    rig_run();
    rig_free();
}
END_TEST

START_TEST(what_was_posted_to_a_loop_that_never_ran_is_dropped)
{
    rig_new();
    ztrunk_rt_post(rt, rig_late, NULL);
    rig_free();
}
END_TEST

UNIT_MAIN("rt/loop", a_watch_ended_by_its_neighbour_is_not_called_for_what_was_reported,
          a_timer_that_is_always_due_does_not_hold_the_loop,
          posts_that_breed_posts_do_not_hold_the_timers, a_timer_may_be_freed_by_its_own_call,
          a_second_loop_on_the_thread_is_refused_until_the_first_has_gone,
          bad_arguments_are_the_callers_bug, timers_fire_in_the_order_of_their_deadlines_and_once,
          what_another_thread_posts_is_run_here, posts_run_in_order_and_a_taken_back_one_does_not,
          stop_before_run_makes_it_return_at_once,
          what_was_posted_to_a_loop_that_never_ran_is_dropped)
