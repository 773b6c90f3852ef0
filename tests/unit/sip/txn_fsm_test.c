#include "sip/txn_fsm.h"

#include "unit.h"

START_TEST(nothing_leads_out_of_a_gone_transaction_or_out_of_none)
{
    for (int input = 0; input < ZTI_IN_COUNT; input++) {
        ck_assert_uint_eq(zti_txn_step(ZTI_TXN_GONE, (zti_txn_input)input)->next, ZTI_TXN_NONE);
        ck_assert_uint_eq(zti_txn_step(ZTI_TXN_NONE, (zti_txn_input)input)->next, ZTI_TXN_NONE);
    }
}
END_TEST

START_TEST(every_state_can_be_lost_and_every_timed_one_ends)
{
    for (int state = ZTI_TXN_CI_CALLING; state < ZTI_TXN_GONE; state++) {
        const zti_txn_row *lost = zti_txn_step((zti_txn_state)state, ZTI_IN_LOST);
        const zti_txn_row *end = zti_txn_step((zti_txn_state)state, ZTI_IN_END);
        int waits = state == ZTI_TXN_SI_PROCEEDING || state == ZTI_TXN_SN_TRYING ||
                    state == ZTI_TXN_SN_PROCEEDING;

        ck_assert_uint_eq(lost->next, ZTI_TXN_GONE);
        ck_assert_int_eq(end->next == ZTI_TXN_NONE, waits);
    }
}
END_TEST

START_TEST(no_row_leads_from_one_machine_into_another)
{
    static const int first[] = {ZTI_TXN_CI_CALLING, ZTI_TXN_CN_TRYING, ZTI_TXN_SI_PROCEEDING,
                                ZTI_TXN_SN_TRYING, ZTI_TXN_GONE};

    for (int machine = 0; machine < 4; machine++)
        for (int state = first[machine]; state < first[machine + 1]; state++)
            for (int input = 0; input < ZTI_IN_COUNT; input++) {
                int next = zti_txn_step((zti_txn_state)state, (zti_txn_input)input)->next;

                ck_assert(next == ZTI_TXN_NONE || next == ZTI_TXN_GONE ||
                          (next >= first[machine] && next < first[machine + 1]));
            }
}
END_TEST

START_TEST(status_classes_are_told_apart_at_their_borders)
{
    ck_assert_int_eq(zti_txn_input_of(100), ZTI_IN_100);
    ck_assert_int_eq(zti_txn_input_of(101), ZTI_IN_1XX);
    ck_assert_int_eq(zti_txn_input_of(199), ZTI_IN_1XX);
    ck_assert_int_eq(zti_txn_input_of(200), ZTI_IN_2XX);
    ck_assert_int_eq(zti_txn_input_of(299), ZTI_IN_2XX);
    ck_assert_int_eq(zti_txn_input_of(300), ZTI_IN_FAIL);
    ck_assert_int_eq(zti_txn_input_of(699), ZTI_IN_FAIL);
}
END_TEST

UNIT_MAIN("sip/txn_fsm", nothing_leads_out_of_a_gone_transaction_or_out_of_none,
          every_state_can_be_lost_and_every_timed_one_ends,
          no_row_leads_from_one_machine_into_another,
          status_classes_are_told_apart_at_their_borders)
