#include "sip/dialog.h"

#include "sip_table.h"

static sim_spec within(const char *method, uint32_t cseq, const char *body)
{
    return (sim_spec){.method = method, .to_tag = "b1", .cseq = cseq, .body = body};
}

static uint64_t called(sim_table *t)
{
    uint64_t id, found = 0;

    sim_invite(t, 0, (sim_spec){.body = SIM_SDP, .cseq = 10});
    id = sim_answer(t, 1, 200, "b1", SIM_SDP);
    ck_assert_int_eq(sim_show(t, sim_request(t->ctx, within("ACK", 10, NULL)), 0, &found),
                     ZTRUNK_OK);
    ck_assert_uint_eq(found, id);
    return id;
}

START_TEST(old_cseq_gets_500_and_changes_nothing)
{
    sim_table t = sim_table_new(0);
    uint64_t id = called(&t), found = 0;

    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("BYE", 9, NULL)), 0, &found),
                     ZTRUNK_E_STATE);
    ck_assert_uint_eq(ztrunk_dialogs_refusal(t.d), 500);
    ck_assert_uint_eq(sim_dialog(&t, id).state, ZTRUNK_DIALOG_CONFIRMED);
    ck_assert_uint_eq(sim_dialog(&t, id).remote_cseq, 10);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("INFO", 10, NULL)), 0, &found),
                     ZTRUNK_OK);
    sim_table_end(&t);
}
END_TEST

START_TEST(one_invite_at_a_time_and_glare_gets_491)
{
    sim_table t = sim_table_new(0);
    uint64_t id = called(&t), found = 0;
    ztrunk_sip_msg *ours = NULL, *failure;

    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("INVITE", 11, SIM_SDP)), 0, &found),
                     ZTRUNK_OK);
    ck_assert_uint_eq(sim_dialog(&t, id).oa, ZTRUNK_OA_REMOTE_OFFER);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("INVITE", 12, SIM_SDP)), 0, &found),
                     ZTRUNK_E_STATE);
    ck_assert_uint_eq(ztrunk_dialogs_refusal(t.d), 500);
    ours = sim_request(t.ctx, within("INVITE", 11, SIM_SDP));
    failure = sim_response(ours, 488, "b1", NULL);
    ztrunk_sip_msg_free(ours);
    ck_assert_int_eq(sim_show(&t, failure, 1, &found), ZTRUNK_OK);
    ck_assert_uint_eq(sim_dialog(&t, id).oa, ZTRUNK_OA_STABLE);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "INVITE", 0, &ours), ZTRUNK_OK);
    ck_assert_int_eq(sim_show(&t, ours, 1, &found), ZTRUNK_OK);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("INVITE", 13, SIM_SDP)), 0, &found),
                     ZTRUNK_E_STATE);
    ck_assert_uint_eq(ztrunk_dialogs_refusal(t.d), 491);
    sim_table_end(&t);
}
END_TEST

START_TEST(bye_ends_once_and_what_follows_finds_nothing)
{
    sim_table t = sim_table_new(0);
    uint64_t id = called(&t), found = 0;
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("BYE", 11, NULL)), 0, &found),
                     ZTRUNK_OK);
    ck_assert_uint_eq(found, id);
    ck_assert_uint_eq(sim_dialog(&t, id).state, ZTRUNK_DIALOG_ENDED);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("BYE", 12, NULL)), 0, &found),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("INVITE", 13, SIM_SDP)), 0, &found),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "INVITE", 0, &m), ZTRUNK_E_STATE);
    sim_table_end(&t);
}
END_TEST

/* The called side may send its re-INVITE before the ACK has come. */
START_TEST(ack_that_our_reinvite_crossed_still_ends_our_2xx)
{
    sim_table t = sim_table_new(0);
    uint64_t id, found = 0, flow = 0;
    ztrunk_sip_msg *ours = NULL;
    ztrunk_event event;

    sim_invite(&t, 0, (sim_spec){.body = SIM_SDP, .cseq = 10});
    id = sim_answer(&t, 1, 200, "b1", SIM_SDP);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "INVITE", 0, &ours), ZTRUNK_OK);
    (void)ztrunk_sip_msg_push_header(ours, "Via", SIM_VIA, strlen(SIM_VIA));
    ztrunk_sip_msg_free(t.invite);
    (void)ztrunk_sip_msg_clone(ours, &t.invite);
    ck_assert_int_eq(sim_show(&t, ours, 1, &found), ZTRUNK_OK);
    ck_assert_uint_eq(sim_answer(&t, 0, 200, NULL, SIM_SDP), id);
    ck_assert_int_eq(sim_show(&t, sim_request(t.ctx, within("ACK", 10, NULL)), 0, &found),
                     ZTRUNK_OK);
    ck_assert_uint_eq(found, id);
    ck_assert_uint_eq(sim_acked(&t, id, NULL), id);
    ck_assert_int_eq(ztrunk_dialogs_expire(t.d, 60 * SIM_SEC), ZTRUNK_OK);
    ck_assert_ptr_null(sim_pull_dialog(t.ctx, t.d, &flow));
    while ((event = sim_dialog_event(t.d)).kind != ZTRUNK_EV_NONE)
        ck_assert_uint_ne(event.kind, ZTRUNK_EV_DIALOG_NO_ACK);
    sim_table_end(&t);
}
END_TEST

UNIT_MAIN("sip/dialog_request", ack_that_our_reinvite_crossed_still_ends_our_2xx,
          old_cseq_gets_500_and_changes_nothing, one_invite_at_a_time_and_glare_gets_491,
          bye_ends_once_and_what_follows_finds_nothing)
