#include "sip_sim.h"
#include "unit.h"

static ztrunk_ctx *ctx;
static ztrunk_txns *txns;
static const uint8_t seed[32] = {9};

static void begin(void)
{
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_txns_new(ctx, NULL, &txns), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_txns_free(txns);
    ztrunk_ctx_free(ctx);
}

static uint32_t take(uint64_t now_ns, uint64_t flow, sim_spec spec, uint64_t *id)
{
    ztrunk_sip_msg *m = sim_request(ctx, spec);
    uint32_t kind = sim_receive(txns, now_ns, flow, 0, m, id);

    ztrunk_sip_msg_free(m);
    return kind;
}

static void answer(uint64_t now_ns, uint64_t id, uint32_t status, int32_t expected)
{
    ztrunk_sip_msg *m = sim_request(ctx, (sim_spec){0});
    ztrunk_sip_msg *response = sim_response(m, status, "b1", NULL);

    ck_assert_int_eq(ztrunk_txns_respond(txns, now_ns, id, response), expected);
    ztrunk_sip_msg_free(response);
    ztrunk_sip_msg_free(m);
}

START_TEST(cancel_of_another_flow_branch_or_call_matches_nothing)
{
    static const sim_spec wrong[] = {
        {.method = "CANCEL", .branch = "z9hG4bK2"},
        {.method = "CANCEL", .call = "call2"},
        {.method = "CANCEL", .from_tag = "a2"},
        {.method = "CANCEL", .cseq = 2},
    };
    uint64_t invite = 0, id = 0;

    begin();
    ck_assert_uint_eq(take(0, 1, (sim_spec){0}, &invite), ZTRUNK_TXN_REQUEST);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_uint_eq(take(0, 1, wrong[i], &id), ZTRUNK_TXN_ABSORBED);
        ck_assert_uint_eq(sim_sent(ctx, txns), 481);
    }
    ck_assert_uint_eq(take(0, 2, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 481);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_CANCEL);
    ck_assert_uint_eq(id, invite);
    ck_assert_uint_eq(sim_sent(ctx, txns), 200);
    end();
}
END_TEST

START_TEST(cancel_is_told_once_and_never_after_a_final_answer)
{
    uint64_t invite = 0, id = 0;

    begin();
    ck_assert_uint_eq(take(0, 1, (sim_spec){0}, &invite), ZTRUNK_TXN_REQUEST);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_CANCEL);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_ABSORBED);
    answer(0, invite, 200, ZTRUNK_OK);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(take(0, 2, (sim_spec){0}, &invite), ZTRUNK_TXN_REQUEST);
    answer(0, invite, 200, ZTRUNK_OK);
    answer(0, invite, 487, ZTRUNK_E_STATE);
    ck_assert_uint_eq(take(0, 2, (sim_spec){.method = "CANCEL"}, &id), ZTRUNK_TXN_ABSORBED);
    end();
}
END_TEST

START_TEST(failure_is_repeated_until_its_ack_which_no_other_flow_can_send)
{
    uint64_t invite = 0, id = 0;

    begin();
    (void)take(0, 1, (sim_spec){0}, &invite);
    answer(0, invite, 100, ZTRUNK_OK);
    answer(0, invite, 486, ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 100);
    ck_assert_uint_eq(sim_sent(ctx, txns), 486);
    ck_assert_uint_eq(take(1, 1, (sim_spec){0}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 486);
    ck_assert_uint_eq(take(1, 2, (sim_spec){.method = "ACK", .to_tag = "b1"}, &id), ZTRUNK_TXN_ACK);
    (void)ztrunk_txns_expire(txns, 500 * SIM_MS);
    ck_assert_uint_eq(sim_sent(ctx, txns), 486);
    ck_assert_uint_eq(take(SIM_SEC, 1, (sim_spec){.method = "ACK", .to_tag = "b1"}, &id),
                      ZTRUNK_TXN_ABSORBED);
    (void)ztrunk_txns_expire(txns, 3 * SIM_SEC);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    (void)ztrunk_txns_expire(txns, 6 * SIM_SEC);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 0);
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_ENDED);
    end();
}
END_TEST

START_TEST(failure_without_ack_is_told_after_timer_h)
{
    uint64_t invite = 0;

    begin();
    (void)take(0, 1, (sim_spec){0}, &invite);
    answer(0, invite, 486, ZTRUNK_OK);
    while (ztrunk_txns_deadline(txns) < UINT64_MAX)
        (void)ztrunk_txns_expire(txns, ztrunk_txns_deadline(txns));
    ck_assert_uint_eq(sim_event(txns).kind, ZTRUNK_EV_TXN_NO_ACK);
    ck_assert_uint_eq(sim_event(txns).at_ns, 32 * SIM_SEC);
    end();
}
END_TEST

START_TEST(accepted_invite_absorbs_its_repetition_and_passes_the_ack)
{
    uint64_t invite = 0, id = 0;

    begin();
    (void)take(0, 1, (sim_spec){0}, &invite);
    answer(0, invite, 200, ZTRUNK_OK);
    ck_assert_uint_eq(sim_sent(ctx, txns), 200);
    ck_assert_uint_eq(take(1, 1, (sim_spec){0}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ck_assert_uint_eq(take(1, 1, (sim_spec){.method = "ACK", .to_tag = "b1"}, &id), ZTRUNK_TXN_ACK);
    ck_assert_uint_eq(take(1, 1, (sim_spec){.method = "ACK", .branch = "z9hG4bK7", .to_tag = "b1"},
                           &id),
                      ZTRUNK_TXN_ACK);
    end();
}
END_TEST

START_TEST(merged_request_gets_482)
{
    uint64_t id = 0;

    begin();
    (void)take(0, 1, (sim_spec){0}, &id);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.branch = "z9hG4bK2"}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 482);
    ck_assert_uint_eq(ztrunk_txns_count(txns), 1);
    end();
}
END_TEST

START_TEST(old_branch_without_the_cookie_is_matched_all_the_same)
{
    uint64_t invite = 0, id = 0;

    begin();
    ck_assert_uint_eq(take(0, 1, (sim_spec){.branch = "1"}, &invite), ZTRUNK_TXN_REQUEST);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.branch = "1"}, &id), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(take(0, 1, (sim_spec){.method = "CANCEL", .branch = "1"}, &id),
                      ZTRUNK_TXN_CANCEL);
    /* The same branch for another request is another transaction. */
    ck_assert_uint_eq(take(0, 1, (sim_spec){.branch = "1", .cseq = 2}, &id), ZTRUNK_TXN_REQUEST);
    end();
}
END_TEST

static uint64_t call_out(ztrunk_sip_msg **m, const char *method)
{
    uint64_t id = 0;

    *m = sim_request(ctx, (sim_spec){.method = method});
    ck_assert_int_eq(ztrunk_txns_request(txns, 0, 1, 0, SIM_VIA, *m, &id), ZTRUNK_OK);
    (void)sim_sent(ctx, txns);
    return id;
}

static uint32_t hear(uint64_t flow, const ztrunk_sip_msg *request, uint32_t status, uint64_t *id)
{
    ztrunk_sip_msg *m = sim_response(request, status, "b1", NULL);
    uint32_t kind = sim_receive(txns, 0, flow, 0, m, id);

    ztrunk_sip_msg_free(m);
    return kind;
}

START_TEST(response_of_another_flow_or_call_is_stray)
{
    ztrunk_sip_msg *m, *response;
    uint64_t id = 0, got = 0;

    begin();
    id = call_out(&m, "INVITE");
    ck_assert_uint_eq(hear(2, m, 200, &got), ZTRUNK_TXN_STRAY);
    response = sim_response(m, 200, "b1", NULL);
    (void)ztrunk_sip_msg_set_header(response, "Call-ID", "other", 5);
    ck_assert_uint_eq(sim_receive(txns, 0, 1, 0, response, &got), ZTRUNK_TXN_STRAY);
    ztrunk_sip_msg_free(response);
    response = sim_response(m, 200, "b1", NULL);
    (void)ztrunk_sip_msg_add_header(response, "Via", SIM_VIA, strlen(SIM_VIA));
    ck_assert_uint_eq(sim_receive(txns, 0, 1, 0, response, &got), ZTRUNK_TXN_STRAY);
    ztrunk_sip_msg_free(response);
    ck_assert_uint_eq(hear(1, m, 200, &got), ZTRUNK_TXN_RESPONSE);
    ck_assert_uint_eq(got, id);
    /* RFC 6026: each further 2xx goes up, a late failure does not. */
    ck_assert_uint_eq(hear(1, m, 200, &got), ZTRUNK_TXN_RESPONSE);
    ck_assert_uint_eq(hear(1, m, 486, &got), ZTRUNK_TXN_ABSORBED);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(failure_of_our_invite_is_acknowledged_each_time)
{
    ztrunk_sip_msg *m, *ack;
    const char *text;
    uint64_t got = 0, flow = 0;
    size_t len;

    begin();
    (void)call_out(&m, "INVITE");
    ck_assert_uint_eq(hear(1, m, 486, &got), ZTRUNK_TXN_RESPONSE);
    ack = sim_pull(ctx, txns, &flow);
    ck_assert_uint_eq(sim_info(ack).method, ZTRUNK_SIP_ACK);
    ck_assert_uint_eq(sim_info(ack).fault, 0);
    ck_assert_int_eq(ztrunk_sip_msg_tag(ack, 1, &text, &len), ZTRUNK_OK);
    ck_assert(len == 2 && text[0] == 'b');
    ztrunk_sip_msg_free(ack);
    ck_assert_uint_eq(hear(1, m, 486, &got), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 1000 + ZTRUNK_SIP_ACK);
    ck_assert_uint_eq(hear(1, m, 200, &got), ZTRUNK_TXN_ABSORBED);
    ck_assert_uint_eq(sim_sent(ctx, txns), 0);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

START_TEST(faulty_message_never_enters)
{
    static const char text[] =
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n\r\n";
    ztrunk_sip_msg *m;
    uint32_t kind = 7;
    uint64_t id = 7;

    begin();
    m = sim_parse(ctx, text, sizeof text - 1);
    ck_assert_int_eq(ztrunk_txns_receive(txns, 0, 1, 0, &sim_from, m, &kind, &id),
                     ZTRUNK_E_MALFORMED);
    ck_assert(kind == 7 && id == 7);
    ztrunk_sip_msg_free(m);
    end();
}
END_TEST

UNIT_MAIN("sip/txn_receive", cancel_of_another_flow_branch_or_call_matches_nothing,
          cancel_is_told_once_and_never_after_a_final_answer,
          failure_is_repeated_until_its_ack_which_no_other_flow_can_send,
          failure_without_ack_is_told_after_timer_h,
          accepted_invite_absorbs_its_repetition_and_passes_the_ack, merged_request_gets_482,
          old_branch_without_the_cookie_is_matched_all_the_same,
          response_of_another_flow_or_call_is_stray,
          failure_of_our_invite_is_acknowledged_each_time, faulty_message_never_enters)
