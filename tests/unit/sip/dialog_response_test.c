#include "sip/dialog.h"

#include "sip_table.h"

START_TEST(fork_that_was_given_up_brings_no_media)
{
    static const uint32_t expected[] = {ZTRUNK_EV_DIALOG_EARLY, ZTRUNK_EV_DIALOG_OFFER,
                                        ZTRUNK_EV_DIALOG_ENDED, ZTRUNK_EV_NONE};
    sim_table t = sim_table_new(0);
    ztrunk_sip_msg *bye = NULL;
    uint64_t id, found = 0;

    sim_invite(&t, 1, (sim_spec){.body = SIM_SDP});
    id = sim_answer(&t, 0, 180, "b1", NULL);
    ck_assert_int_eq(ztrunk_dialogs_request(t.d, id, "BYE", 0, &bye), ZTRUNK_OK);
    ck_assert_int_eq(sim_show(&t, bye, 1, &found), ZTRUNK_OK);
    (void)sim_answer(&t, 0, 183, "b1", SIM_SDP);
    ck_assert_uint_eq(sim_answer(&t, 0, 200, "b1", SIM_SDP), id);
    for (size_t i = 0; i < 4; i++) ck_assert_uint_eq(sim_dialog_event(t.d).kind, expected[i]);
    ck_assert_uint_eq(sim_dialog(&t, id).state, ZTRUNK_DIALOG_ENDED);
    ck_assert_uint_eq(sim_acked(&t, id, NULL), id);
    sim_table_end(&t);
}
END_TEST

START_TEST(repeated_2xx_has_our_ack_again_and_is_no_news)
{
    sim_table t = sim_table_new(0);
    ztrunk_sip_msg *again;
    uint64_t id, flow = 0;

    sim_invite(&t, 1, (sim_spec){.body = SIM_SDP});
    id = sim_answer(&t, 0, 200, "b1", SIM_SDP);
    ck_assert_uint_eq(sim_acked(&t, id, NULL), id);
    ck_assert_uint_eq(sim_answer(&t, 0, 200, "b1", SIM_SDP), 0);
    again = sim_pull_dialog(t.ctx, t.d, &flow);
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(sim_info(again).method, ZTRUNK_SIP_ACK);
    ck_assert_uint_eq(flow, 5);
    ztrunk_sip_msg_free(again);
    ck_assert_ptr_null(sim_pull_dialog(t.ctx, t.d, &flow));
    sim_table_end(&t);
}
END_TEST

START_TEST(late_offer_is_answered_in_our_ack)
{
    sim_table t = sim_table_new(0);
    uint64_t id;

    sim_invite(&t, 1, (sim_spec){0});
    id = sim_answer(&t, 0, 200, "b1", SIM_SDP);
    ck_assert_uint_eq(sim_dialog(&t, id).oa, ZTRUNK_OA_REMOTE_OFFER);
    (void)sim_acked(&t, id, SIM_SDP);
    ck_assert_uint_eq(sim_dialog(&t, id).oa, ZTRUNK_OA_STABLE);
    sim_table_end(&t);
}
END_TEST

START_TEST(early_media_is_a_preview_and_the_2xx_the_answer)
{
    static const uint32_t expected[] = {ZTRUNK_EV_DIALOG_EARLY,   ZTRUNK_EV_DIALOG_OFFER,
                                        ZTRUNK_EV_DIALOG_PREVIEW, ZTRUNK_EV_DIALOG_CONFIRMED,
                                        ZTRUNK_EV_DIALOG_ANSWER,  ZTRUNK_EV_NONE};
    sim_table t = sim_table_new(0);

    sim_invite(&t, 1, (sim_spec){.body = SIM_SDP});
    ck_assert_uint_eq(sim_answer(&t, 0, 100, NULL, NULL), 0);
    ck_assert_uint_eq(sim_answer(&t, 0, 183, "b1", SIM_SDP), sim_answer(&t, 0, 200, "b1", SIM_SDP));
    for (size_t i = 0; i < 6; i++) ck_assert_uint_eq(sim_dialog_event(t.d).kind, expected[i]);
    sim_table_end(&t);
}
END_TEST

START_TEST(response_that_nobody_asked_for_makes_nothing)
{
    sim_table t = sim_table_new(0);
    uint64_t id = 7;

    t.invite = sim_request(t.ctx, (sim_spec){0});
    ck_assert_int_eq(sim_show(&t, sim_response(t.invite, 200, "b1", SIM_SDP), 0, &id), ZTRUNK_OK);
    ck_assert_uint_eq(id, 0);
    ck_assert_uint_eq(ztrunk_dialogs_count(t.d), 0);
    sim_table_end(&t);
}
END_TEST

UNIT_MAIN("sip/dialog_response", fork_that_was_given_up_brings_no_media,
          repeated_2xx_has_our_ack_again_and_is_no_news, late_offer_is_answered_in_our_ack,
          early_media_is_a_preview_and_the_2xx_the_answer,
          response_that_nobody_asked_for_makes_nothing)
