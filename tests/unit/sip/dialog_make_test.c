#include "sip/dialog.h"

#include "sip_table.h"

START_TEST(invite_without_a_contact_is_refused)
{
    sim_table t = sim_table_new(0);
    ztrunk_sip_msg *m = sim_request(t.ctx, (sim_spec){0});
    uint64_t id = 0;

    (void)ztrunk_sip_msg_remove_header(m, "Contact");
    ck_assert_int_eq(sim_show(&t, m, 0, &id), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(ztrunk_dialogs_refusal(t.d), 400);
    sim_table_end(&t);
}
END_TEST

START_TEST(forks_are_dialogs_of_their_own_up_to_the_bound)
{
    sim_table t = sim_table_new(2);
    uint64_t first, second, third = 0;

    sim_invite(&t, 1, (sim_spec){.body = SIM_SDP});
    first = sim_answer(&t, 0, 180, "b1", NULL);
    second = sim_answer(&t, 0, 183, "b2", SIM_SDP);
    ck_assert_uint_ne(first, second);
    ck_assert_int_eq(sim_show(&t, sim_response(t.invite, 180, "b3", NULL), 0, &third),
                     ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(sim_answer(&t, 0, 200, "b1", SIM_SDP), first);
    ck_assert_uint_eq(sim_dialog(&t, first).state, ZTRUNK_DIALOG_CONFIRMED);
    ck_assert_uint_eq(sim_dialog(&t, first).oa, ZTRUNK_OA_STABLE);
    ck_assert_uint_eq(sim_dialog(&t, second).state, ZTRUNK_DIALOG_EARLY);
    /* RFC 3261 13.2.2.4: 64*T1 later the other fork is given up. */
    (void)ztrunk_dialogs_expire(t.d, 32 * SIM_SEC);
    ck_assert_uint_eq(sim_dialog(&t, second).state, ZTRUNK_DIALOG_ENDED);
    ck_assert_uint_eq(sim_dialog(&t, first).state, ZTRUNK_DIALOG_CONFIRMED);
    sim_table_end(&t);
}
END_TEST

START_TEST(failure_ends_every_early_dialog)
{
    sim_table t = sim_table_new(0);
    ztrunk_event event;
    uint32_t ended = 0;

    sim_invite(&t, 1, (sim_spec){0});
    (void)sim_answer(&t, 0, 180, "b1", NULL);
    (void)sim_answer(&t, 0, 180, "b2", NULL);
    ck_assert_uint_eq(sim_answer(&t, 0, 486, "b3", NULL), 0);
    while ((event = sim_dialog_event(t.d)).kind != ZTRUNK_EV_NONE)
        if (event.kind == ZTRUNK_EV_DIALOG_ENDED && event.error == ZTRUNK_E_CLOSED) ended++;
    ck_assert_uint_eq(ended, 2);
    (void)ztrunk_dialogs_expire(t.d, 32 * SIM_SEC);
    ck_assert_uint_eq(ztrunk_dialogs_count(t.d), 0);
    sim_table_end(&t);
}
END_TEST

START_TEST(invite_that_only_rings_is_given_up)
{
    sim_table t = sim_table_new(0);

    sim_invite(&t, 0, (sim_spec){0});
    (void)sim_answer(&t, 1, 180, "b1", NULL);
    (void)ztrunk_dialogs_expire(t.d, 300 * SIM_SEC);
    (void)ztrunk_dialogs_expire(t.d, 332 * SIM_SEC);
    ck_assert_uint_eq(ztrunk_dialogs_count(t.d), 0);
    ck_assert_uint_eq(ztrunk_dialogs_deadline(t.d), UINT64_MAX);
    sim_table_end(&t);
}
END_TEST

UNIT_MAIN("sip/dialog_make", invite_without_a_contact_is_refused,
          forks_are_dialogs_of_their_own_up_to_the_bound, failure_ends_every_early_dialog,
          invite_that_only_rings_is_given_up)
