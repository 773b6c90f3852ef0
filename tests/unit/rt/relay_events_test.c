#include "rt/relay_events.h"

#include <poll.h>
#include <string.h>
#include "unit.h"

static const uint8_t seed[32] = {3};

static zti_relay_event event_of(uint64_t id, uint16_t port)
{
    zti_relay_event e = {.event = {.kind = 80, .id = id}};

    if (port != 0) e.addr = (ztrunk_addr){.family = 4, .port = port};
    return e;
}

static int is_readable(const zti_relay_events *q)
{
    struct pollfd p = {.fd = q->fd, .events = POLLIN};

    return poll(&p, 1, 0) == 1;
}

static ztrunk_event next(zti_relay_events *q)
{
    ztrunk_event e = {.size = sizeof e};

    ck_assert_int_eq(zti_relay_events_poll(q, &e), ZTRUNK_OK);
    return e;
}

START_TEST(events_come_in_order_and_the_descriptor_says_so)
{
    zti_relay_events q;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_events_init(&q, ctx, 3), ZTRUNK_OK);
    ck_assert(!is_readable(&q));
    for (uint64_t round = 0; round < 5; round++) {
        zti_relay_event a = event_of(round * 2 + 1, 0), b = event_of(round * 2 + 2, 77);
        ztrunk_event e;
        ztrunk_addr addr;

        zti_relay_events_push(&q, &a);
        zti_relay_events_push(&q, &b);
        ck_assert(is_readable(&q));
        e = next(&q);
        ck_assert_uint_eq(e.id, round * 2 + 1);
        ck_assert_ptr_null(e.data);
        e = next(&q);
        ck_assert_uint_eq(e.id, round * 2 + 2);
        ck_assert_uint_eq(e.data_len, sizeof addr);
        memcpy(&addr, e.data, sizeof addr);
        ck_assert_uint_eq(addr.port, 77);
        ck_assert_uint_eq(next(&q).kind, ZTRUNK_EV_NONE);
        ck_assert(!is_readable(&q));
    }
    zti_relay_events_end(&q);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_full_queue_loses_the_new_and_counts_it)
{
    zti_relay_events q;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_events_init(&q, ctx, 2), ZTRUNK_OK);
    for (uint64_t id = 1; id <= 4; id++) {
        zti_relay_event e = event_of(id, 0);

        zti_relay_events_push(&q, &e);
    }
    ck_assert_uint_eq(q.lost, 2);
    ck_assert_uint_eq(next(&q).id, 1);
    ck_assert_uint_eq(next(&q).id, 2);
    ck_assert_uint_eq(next(&q).kind, ZTRUNK_EV_NONE);
    zti_relay_events_end(&q);
    zti_relay_events_end(&q);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_poll_without_a_sized_event_is_refused)
{
    ztrunk_event e = {.size = 0};
    zti_relay_events q;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_events_init(&q, ctx, 2), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_events_poll(&q, &e), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_relay_events_poll(&q, NULL), ZTRUNK_E_INVALID);
    zti_relay_events_end(&q);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("rt/relay_events", events_come_in_order_and_the_descriptor_says_so,
          a_full_queue_loses_the_new_and_counts_it, a_poll_without_a_sized_event_is_refused)
