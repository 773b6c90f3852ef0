#include "sip/txn.h"

#include "sip_sim.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static ztrunk_txns *txns;
static const uint8_t seed[32] = {7};

static void begin(uint32_t max)
{
    ztrunk_txns_opts opts = {.size = sizeof opts, .max = max};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_new(ctx, &opts, &txns), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_txns_free(txns);
    ztrunk_ctx_free(ctx);
}

static uint64_t start(const char *method, uint32_t reliable, ztrunk_sip_msg **m)
{
    uint64_t id = 0;

    *m = sim_request(ctx, (sim_spec){.method = method, .call = "ours"});
    ck_assert_ptr_nonnull(*m);
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 5, reliable, SIM_VIA, *m, &id), ZTRUNK_OK);
    ck_assert_uint_ne(id, 0);
    return id;
}

START_TEST(invite_that_nobody_answers_is_sent_seven_times_and_times_out)
{
    ztrunk_sip_msg *m;
    uint64_t id, sent_at[8] = {0};
    uint32_t sent = 0;

    begin(0);
    id = start("INVITE", 0, &m);
    while (ztrunk_txns_count(txns) > 0) {
        uint64_t now = ztrunk_txns_deadline(txns);

        while (sim_sent(ctx, txns) != 0) sent_at[sent++] = now;
        ck_assert_int_eq(ztrunk_txns_expire(txns, now), ZTRUNK_OK);
        ck_assert_uint_le(now, 32 * SIM_SEC);
    }
    /* 17.1.1.2: at 0, 500 ms, 1.5, 3.5, 7.5, 15.5 and 31.5 s; each is seen at the next deadline. */
    ck_assert_uint_eq(sent, 7);
    ck_assert_uint_eq(sent_at[5], 31500 * SIM_MS);
    ck_assert_uint_eq(sent_at[6], 32 * SIM_SEC);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_TIMEOUT);
    ck_assert_uint_eq(sim_event(txns).id, id);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_NONE);
    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_E_NOTFOUND);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(reliable_transport_repeats_nothing)
{
    ztrunk_sip_msg *m;

    begin(0);
    (void)start("OPTIONS", 1, &m);
    ck_assert_uint_eq(sim_sent(ctx, txns), 1000 + ZTRUNK_SIP_OPTIONS);
    ck_assert_uint_eq(ztrunk_txns_deadline(txns), 32 * SIM_SEC);
    ck_assert_int_eq(ztrunk_txns_expire(txns, 32 * SIM_SEC), ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_TIMEOUT);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(failed_flow_ends_its_own_transactions_only)
{
    ztrunk_sip_msg *m, *other, *request;
    uint64_t id, kept = 0, server = 0;

    begin(0);
    id = start("INVITE", 1, &m);
    other = sim_request(ctx, (sim_spec){.method = "OPTIONS"});
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 6, 1, SIM_VIA, other, &kept), ZTRUNK_OK);
    request = sim_request(ctx, (sim_spec){.method = "INVITE"});
    ck_assert_uint_eq(sim_receive(txns, 0, 5, 1, request, &server), ZTRUNK_TXN_REQUEST);
    ck_assert_int_eq(ztrunk_txns_flow_failed(txns, 1, 5), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 1);
    ck_assert_uint_eq(sim_sent(ctx, txns), 1000 + ZTRUNK_SIP_OPTIONS);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_UNREACHABLE);
    ck_assert_uint_eq(sim_event(txns).id, id);
    ck_assert_int_eq(sim_event(txns).error, ZTRUNK_E_CLOSED);
    ck_assert_int_eq(ztrunk_txns_respond(txns, 2, server, m), ZTRUNK_E_INVALID);
    ztrunk_sip_msg_free(m);
    ztrunk_sip_msg_free(other);
    ztrunk_sip_msg_free(request);
    end();
}
END_TEST

START_TEST(table_takes_its_bound_and_not_one_more)
{
    ztrunk_sip_msg *m[3];
    uint64_t id = 0;
    char branch[3][24];

    begin(2);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t kind = 9;

        snprintf(branch[i], sizeof branch[i], "z9hG4bK%u", i);
        m[i] = sim_request(ctx, (sim_spec){.branch = branch[i], .call = branch[i]});
        ck_assert_int_eq(ztrunk_txns_receive(txns, 0, 1, 0, &sim_from, m[i], &kind, &id),
                         i < 2 ? ZTRUNK_OK : ZTRUNK_E_LIMIT);
    }
    ck_assert_uint_eq(sim_sent(ctx, txns), 503);
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 1, 0, SIM_VIA, m[0], &id), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 2);
    for (uint32_t i = 0; i < 3; i++) ztrunk_sip_msg_free(m[i]);
    end();
}
END_TEST

START_TEST(refuses_what_is_no_call)
{
    begin(0);
    ck_assert_int_eq(ztrunk_txns_expire(NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_txns_flow_failed(NULL, 0, 0), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(ztrunk_txns_deadline(txns), UINT64_MAX);
    ztrunk_txns_free(NULL);
    end();
}
END_TEST

UNIT_MAIN("sip/txn", invite_that_nobody_answers_is_sent_seven_times_and_times_out,
          reliable_transport_repeats_nothing, failed_flow_ends_its_own_transactions_only,
          table_takes_its_bound_and_not_one_more, refuses_what_is_no_call)
