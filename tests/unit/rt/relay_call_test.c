#include "rt/relay_call.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

static zti_relay_call *call_of(ztrunk_ctx **ctx)
{
    ztrunk_relay_call spec = {.size = sizeof spec, .secure = {1, 0}, .prefix_count = {1, 0}};
    static const uint8_t seed[32] = {3};
    zti_relay_call *call = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_prefix_parse("192.0.2.0/24", 12, &spec.prefixes[0][0]), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_call_new(*ctx, &spec, &call), ZTRUNK_OK);
    return call;
}

START_TEST(a_call_begins_closed_on_both_legs)
{
    ztrunk_relay_stats stats = {0};
    ztrunk_ctx *ctx;
    zti_relay_call *call = call_of(&ctx);

    for (uint32_t i = 0; i < 2; i++) {
        const zti_relay_leg *leg = &call->legs[i];

        ck_assert_ptr_eq(leg->call, call);
        ck_assert_uint_eq(leg->index, i);
        ck_assert_uint_eq(leg->is_secure, 1 - i);
        ck_assert_uint_eq(leg->is_set, 0);
        ck_assert_uint_eq(leg->holes[0] | leg->holes[1], 0);
        zti_relay_stats_read(leg, &stats);
        ck_assert_uint_eq(stats.is_latched, 0);
        ck_assert_uint_eq(stats.rx_packets + stats.drop_denied, 0);
    }
    ck_assert_uint_eq(call->prefixes[0][0].bits, 24);
    zti_relay_call_free(call);
    zti_relay_call_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_latch_of_rtp_is_seen_and_goes_again)
{
    ztrunk_addr from = {.family = 6, .port = 4000, .ip = {0x20, 1, [15] = 9}};
    ztrunk_relay_stats stats = {0};
    ztrunk_ctx *ctx;
    zti_relay_call *call = call_of(&ctx);

    zti_relay_latch(&call->legs[0], 1, &from);
    zti_relay_stats_read(&call->legs[0], &stats);
    ck_assert_uint_eq(stats.is_latched, 0);
    zti_relay_latch(&call->legs[0], 0, &from);
    zti_relay_stats_read(&call->legs[0], &stats);
    ck_assert_uint_eq(stats.is_latched, 1);
    ck_assert(ztrunk_addr_equal(&stats.latched, &from));
    zti_relay_unlatch(&call->legs[0], 0);
    memset(&stats, 0, sizeof stats);
    zti_relay_stats_read(&call->legs[0], &stats);
    ck_assert_uint_eq(stats.is_latched, 0);
    ck_assert_uint_eq(call->legs[0].is_latched[1], 1);
    zti_relay_call_free(call);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(counters_add_up)
{
    ztrunk_relay_stats stats = {0};
    ztrunk_ctx *ctx;
    zti_relay_call *call = call_of(&ctx);

    zti_relay_count(&call->legs[1].counters.tx_bytes, 172);
    zti_relay_count(&call->legs[1].counters.tx_bytes, 182);
    zti_relay_stats_read(&call->legs[1], &stats);
    ck_assert_uint_eq(stats.tx_bytes, 354);
    zti_relay_call_free(call);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    ztrunk_relay_call spec = {.size = sizeof spec};
    fail_ctx fail = {.fail_at = 0};
    zti_relay_call *call = NULL;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(fail_ctx_new(&fail, &ctx), ZTRUNK_OK);
    fail.fail_at = fail.calls + 1;
    ck_assert_int_eq(zti_relay_call_new(ctx, &spec, &call), ZTRUNK_E_NOMEM);
    ck_assert_ptr_null(call);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("rt/relay_call", a_call_begins_closed_on_both_legs,
          the_latch_of_rtp_is_seen_and_goes_again, counters_add_up, no_memory_is_an_error)
