#include "base/event.h"

#include "fail_ctx.h"
#include "unit.h"

static fail_ctx hooks;
static ztrunk_ctx *ctx;

static zti_events queue_of(size_t max)
{
    hooks = (fail_ctx){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    return zti_events_of(ctx, max);
}

static void end(zti_events *q)
{
    zti_events_free(q);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
}

START_TEST(the_bound_holds_and_one_more_is_counted_as_lost)
{
    zti_events q = queue_of(3);

    for (uint64_t i = 0; i < 3; i++)
        ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 1, .id = i}), ZTRUNK_OK);
    ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 1}), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(q.lost, 1);
    end(&q);
}
END_TEST

START_TEST(comes_out_in_order_also_when_it_grows_in_the_middle)
{
    zti_events q = queue_of(1000);
    ztrunk_event event = {.size = sizeof event};
    uint64_t in = 0, out = 0;

    for (uint32_t round = 0; round < 50; round++) {
        for (uint32_t i = 0; i < 5; i++)
            ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 1, .id = in++}), ZTRUNK_OK);
        for (uint32_t i = 0; i < 3; i++) {
            ck_assert_int_eq(zti_events_poll(&q, &event), ZTRUNK_OK);
            ck_assert(event.id == out++);
        }
    }
    while (out < in) {
        ck_assert_int_eq(zti_events_poll(&q, &event), ZTRUNK_OK);
        ck_assert(event.id == out++);
    }
    ck_assert_int_eq(zti_events_poll(&q, &event), ZTRUNK_OK);
    ck_assert_uint_eq(event.kind, ZTRUNK_EV_NONE);
    end(&q);
}
END_TEST

START_TEST(a_smaller_event_of_an_older_caller_is_not_overrun)
{
    zti_events q = queue_of(3);
    struct {
        ztrunk_event event;
    } old = {.event = {.size = 16, .at_ns = 77}};

    ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 5, .id = 6, .at_ns = 9}),
                     ZTRUNK_OK);
    ck_assert_int_eq(zti_events_poll(&q, &old.event), ZTRUNK_OK);
    ck_assert_uint_eq(old.event.kind, 5);
    ck_assert(old.event.id == 6 && old.event.at_ns == 77);
    ck_assert_uint_eq(old.event.size, 16);
    end(&q);
}
END_TEST

START_TEST(a_refused_poll_keeps_the_event)
{
    zti_events q = queue_of(3);
    ztrunk_event event = {.size = 1};

    ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 5}), ZTRUNK_OK);
    ck_assert_int_eq(zti_events_poll(&q, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_events_poll(&q, &event), ZTRUNK_E_INVALID);
    event.size = sizeof event;
    ck_assert_int_eq(zti_events_poll(&q, &event), ZTRUNK_OK);
    ck_assert_uint_eq(event.kind, 5);
    end(&q);
}
END_TEST

START_TEST(reserved_room_never_fails)
{
    zti_events q = queue_of(100);

    ck_assert_int_eq(zti_events_reserve(&q, 101), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(zti_events_reserve(&q, 40), ZTRUNK_OK);
    hooks.fail_at = hooks.calls + 1;
    for (uint32_t i = 0; i < 40; i++)
        ck_assert_int_eq(zti_events_push(&q, (ztrunk_event){.kind = 1}), ZTRUNK_OK);
    end(&q);
}
END_TEST

UNIT_MAIN("base/event", the_bound_holds_and_one_more_is_counted_as_lost,
          comes_out_in_order_also_when_it_grows_in_the_middle,
          a_smaller_event_of_an_older_caller_is_not_overrun, a_refused_poll_keeps_the_event,
          reserved_room_never_fails)
