#include "rt/loop.h"

#include "rig.h"

static int heard;
static int fds[2];

static void on_signal(void *opaque, int signum)
{
    ck_assert_ptr_eq(opaque, &heard);
    heard = signum;
    ztrunk_rt_stop(rt);
}

static void on_readable(void *opaque)
{
    char c;

    ck_assert_int_eq(read(fds[0], &c, 1), 1);
    ck_assert_int_eq(ztrunk_rt_on_readable(rt, fds[0], NULL, NULL), ZTRUNK_OK);
    (*(int *)opaque)++;
    ztrunk_rt_stop(rt);
}

START_TEST(a_signal_number_that_does_not_exist_is_refused)
{
    rig_new();
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, 0, on_signal, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, 65, on_signal, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_on_signal(NULL, SIGUSR1, on_signal, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rt_on_readable(rt, -1, on_readable, NULL), ZTRUNK_E_INVALID);
    rig_free();
}
END_TEST

START_TEST(a_signal_nobody_wants_any_more_does_not_kill)
{
    rig_new();
    heard = 0;
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, SIGUSR1, on_signal, &heard), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, SIGUSR1, NULL, NULL), ZTRUNK_OK);
    ck_assert_int_eq(raise(SIGUSR1), 0);
    rig_run_for(3 * MS);
    ck_assert_int_eq(heard, 0);
    rig_free();
}
END_TEST

START_TEST(signals_arrive_on_the_loop)
{
    rig_new();
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, SIGUSR1, on_signal, &heard), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rt_on_signal(rt, SIGUSR2, on_signal, &heard), ZTRUNK_OK);
    ck_assert_int_eq(kill(getpid(), SIGUSR2), 0);
    rig_run();
    ck_assert_int_eq(heard, SIGUSR2);
    ck_assert_int_eq(kill(getpid(), SIGUSR1), 0);
    rig_run();
    ck_assert_int_eq(heard, SIGUSR1);
    rig_free();
}
END_TEST

START_TEST(a_descriptor_is_told_until_it_is_taken_off)
{
    int count = 0;

    rig_new();
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(ztrunk_rt_on_readable(rt, fds[0], on_readable, &count), ZTRUNK_OK);
    ck_assert_int_eq(write(fds[1], "ab", 2), 2);
    rig_run();
    rig_run_for(3 * MS);
    ck_assert_int_eq(count, 1);
    ck_assert_int_eq(ztrunk_rt_on_readable(rt, fds[0], on_readable, &count), ZTRUNK_OK);
    rig_run();
    ck_assert_int_eq(count, 2);
    close(fds[0]);
    close(fds[1]);
    rig_free();
}
END_TEST

START_TEST(a_descriptor_left_on_the_loop_ends_with_it)
{
    int count = 0;

    rig_new();
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(ztrunk_rt_on_readable(rt, fds[0], on_readable, &count), ZTRUNK_OK);
    rig_free();
    close(fds[0]);
    close(fds[1]);
}
END_TEST

UNIT_MAIN("rt/signals", a_signal_number_that_does_not_exist_is_refused,
          a_signal_nobody_wants_any_more_does_not_kill, signals_arrive_on_the_loop,
          a_descriptor_is_told_until_it_is_taken_off, a_descriptor_left_on_the_loop_ends_with_it)
