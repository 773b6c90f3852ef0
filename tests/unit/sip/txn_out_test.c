#include "sip/txn_out.h"

#include "sip_sim.h"
#include "unit.h"

static const uint8_t seed[32] = {12};

START_TEST(queue_takes_its_bound_and_not_one_byte_more)
{
    ztrunk_ctx *ctx;
    ztrunk_sip_msg *m;
    zti_wire *w = NULL;
    zti_outq q;
    uint8_t bytes[4096];
    uint64_t flow = 0;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    m = sim_request(ctx, (sim_spec){0});
    ck_assert_int_eq(zti_wire_of(ctx, m, &w), ZTRUNK_OK);
    q = zti_outq_of(ctx, 2 * w->len);
    for (uint64_t i = 1; i <= 3; i++) zti_outq_push(&q, i, w);
    ck_assert_uint_eq(q.count, 2);
    ck_assert_int_eq(zti_outq_reserve(&q, 1), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(zti_outq_pull(&q, &flow, bytes, w->len - 1, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, w->len);
    zti_outq_forget(&q, 1);
    ck_assert_int_eq(zti_outq_pull(&q, &flow, bytes, sizeof bytes, &len), ZTRUNK_OK);
    ck_assert_uint_eq(flow, 2);
    ck_assert_int_eq(zti_outq_pull(&q, &flow, bytes, sizeof bytes, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, 0);
    zti_outq_push(&q, 4, w);
    zti_outq_free(&q);
    ck_assert_uint_eq(w->refs, 1);
    zti_wire_drop(ctx, w);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/txn_out", queue_takes_its_bound_and_not_one_byte_more)
