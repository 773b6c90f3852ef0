#include "sip_sim.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static ztrunk_txns *txns;
static ztrunk_sip_msg *request;
static const uint8_t seed[32] = {10};

static uint64_t begin(const char *method)
{
    ztrunk_txns_opts opts = {.size = sizeof opts, .max = 1};
    uint64_t id = 0;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_new(ctx, &opts, &txns), ZTRUNK_OK);
    request = sim_request(ctx, (sim_spec){.method = method});
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 1, 0, SIM_VIA, request, &id), ZTRUNK_OK);
    ck_assert_uint_ge(sim_sent(ctx, txns), 1000);
    return id;
}

static void end(void)
{
    ztrunk_sip_msg_free(request);
    ztrunk_txns_free(txns);
    ztrunk_ctx_free(ctx);
}

static void hear(uint64_t now_ns, uint32_t status)
{
    ztrunk_sip_msg *m = sim_response(request, status, "b1", NULL);
    uint64_t id;

    (void)sim_receive(txns, now_ns, 1, 0, m, &id);
    ztrunk_sip_msg_free(m);
}

START_TEST(cancel_waits_for_the_first_provisional_and_has_its_branch)
{
    uint64_t id = begin("INVITE"), flow = 0;
    const char *ours, *theirs;
    size_t our_len, their_len;
    ztrunk_sip_msg *cancel;

    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    hear(0, 100);
    /* A full table does not keep it from going. */
    cancel = sim_pull(ctx, txns, &flow);
    ck_assert_uint_eq(sim_info(cancel).method, ZTRUNK_SIP_CANCEL);
    ck_assert_uint_eq(sim_info(cancel).fault, 0);
    ck_assert_int_eq(ztrunk_sip_msg_header(cancel, "Via", 0, &ours, &our_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_header(request, "Via", 0, &theirs, &their_len), ZTRUNK_OK);
    ck_assert_mem_eq(ours, theirs, their_len);
    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ztrunk_sip_msg_free(cancel);
    end();
}
END_TEST

START_TEST(cancelled_invite_that_is_answered_after_all_is_answered)
{
    uint64_t id = begin("INVITE");

    hear(0, 180);
    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 1000 + ZTRUNK_SIP_CANCEL);
    hear(0, 200);
    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_E_STATE);
    (void)ztrunk_txns_expire(txns, 100 * SIM_SEC);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 0);
    ck_assert_int_eq(sim_event(txns).error, ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(invite_that_rings_forever_is_cancelled_then_times_out)
{
    uint64_t id = begin("INVITE");

    hear(0, 180);
    ck_assert_uint_eq(ztrunk_txns_deadline(txns), 180 * SIM_SEC);
    hear(100 * SIM_SEC, 180);
    (void)ztrunk_txns_expire(txns, 279 * SIM_SEC);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    (void)ztrunk_txns_expire(txns, 280 * SIM_SEC);
    ck_assert_uint_eq(sim_sent(ctx, txns), 1000 + ZTRUNK_SIP_CANCEL);
    (void)ztrunk_txns_expire(txns, 312 * SIM_SEC);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_TIMEOUT);
    ck_assert_uint_eq(sim_event(txns).id, id);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_NONE);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 0);
    end();
}
END_TEST

START_TEST(request_that_no_transaction_can_carry_is_refused)
{
    static const char *const methods[] = {"ACK", "CANCEL"};
    uint64_t id = begin("OPTIONS");
    ztrunk_sip_msg *m;

    ck_assert_int_eq(ztrunk_txns_cancel(txns, 0, id), ZTRUNK_E_STATE);
    for (size_t i = 0; i < 2; i++) {
        m = sim_request(ctx, (sim_spec){.method = methods[i]});
        ck_assert_int_eq(ztrunk_txns_request(txns, 0, 1, 0, SIM_VIA, m, &id), ZTRUNK_E_INVALID);
        ztrunk_sip_msg_free(m);
    }
    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, "INFO", "sip:a@b", &m), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 1, 0, SIM_VIA, m, &id), ZTRUNK_E_INVALID);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(sent_ack_has_a_branch_of_its_own)
{
    uint64_t flow = 0;
    ztrunk_sip_msg *m, *sent;

    (void)begin("OPTIONS");
    m = sim_request(ctx, (sim_spec){.method = "ACK"});
    ck_assert_int_eq(ztrunk_txns_send(txns, 9, 0, SIM_VIA, m), ZTRUNK_OK);
    sent = sim_pull(ctx, txns, &flow);
    ck_assert_uint_eq(flow, 9);
    ck_assert_uint_eq(sim_info(sent).method, ZTRUNK_SIP_ACK);
    ztrunk_sip_msg_free(sent);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

UNIT_MAIN("sip/txn_send", cancel_waits_for_the_first_provisional_and_has_its_branch,
          cancelled_invite_that_is_answered_after_all_is_answered,
          invite_that_rings_forever_is_cancelled_then_times_out,
          request_that_no_transaction_can_carry_is_refused, sent_ack_has_a_branch_of_its_own)
