#include "sip/oa.h"

#include "unit.h"

static zti_oa oa;
static uint32_t event, status;

static int32_t take(zti_oa_place place, uint32_t is_local, uint32_t method, uint32_t cseq)
{
    zti_oa_step step = {place, is_local, method, cseq};

    return zti_oa_take(&oa, &step, &event, &status);
}

#define INVITE ZTRUNK_SIP_INVITE
#define UPDATE ZTRUNK_SIP_UPDATE

START_TEST(second_offer_is_refused_by_whose_first_is_open)
{
    oa = (zti_oa){0};
    ck_assert_int_eq(take(ZTI_OA_REQUEST, 1, INVITE, 1), ZTRUNK_OK);
    ck_assert_int_eq(take(ZTI_OA_REQUEST, 0, UPDATE, 1), ZTRUNK_E_STATE);
    ck_assert_uint_eq(status, 491);
    ck_assert_int_eq(take(ZTI_OA_REQUEST, 1, UPDATE, 2), ZTRUNK_E_STATE);
    ck_assert_uint_eq(status, 500);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
    ck_assert_uint_eq(oa.method, INVITE);
}
END_TEST

START_TEST(answer_of_another_transaction_answers_nothing)
{
    oa = (zti_oa){0};
    (void)take(ZTI_OA_REQUEST, 1, INVITE, 7);
    (void)take(ZTI_OA_RESPONSE, 0, INVITE, 6);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
    (void)take(ZTI_OA_RESPONSE, 0, UPDATE, 7);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
    (void)take(ZTI_OA_RESPONSE, 0, INVITE, 7);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_STABLE);
    ck_assert_uint_eq(event, ZTRUNK_EV_DIALOG_ANSWER);
}
END_TEST

START_TEST(failure_falls_back_on_what_was_agreed)
{
    oa = (zti_oa){0};
    (void)take(ZTI_OA_REQUEST, 1, INVITE, 1);
    (void)take(ZTI_OA_FAILURE, 0, INVITE, 1);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_NONE);
    (void)take(ZTI_OA_REQUEST, 1, INVITE, 2);
    (void)take(ZTI_OA_RESPONSE, 0, INVITE, 2);
    (void)take(ZTI_OA_REQUEST, 0, INVITE, 9);
    (void)take(ZTI_OA_FAILURE, 1, INVITE, 9);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_STABLE);
}
END_TEST

START_TEST(preview_leaves_the_offer_open_and_stands_when_the_2xx_is_empty)
{
    oa = (zti_oa){0};
    (void)take(ZTI_OA_REQUEST, 1, INVITE, 1);
    (void)take(ZTI_OA_PROVISIONAL, 0, INVITE, 1);
    ck_assert_uint_eq(event, ZTRUNK_EV_DIALOG_PREVIEW);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
    (void)take(ZTI_OA_RESPONSE_EMPTY, 0, INVITE, 1);
    ck_assert_uint_eq(event, ZTRUNK_EV_DIALOG_ANSWER);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_STABLE);
    oa = (zti_oa){0};
    (void)take(ZTI_OA_REQUEST, 1, INVITE, 1);
    (void)take(ZTI_OA_RESPONSE_EMPTY, 0, INVITE, 1);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_NONE);
}
END_TEST

START_TEST(late_offer_is_answered_in_the_ack_or_not_at_all)
{
    for (int answered = 0; answered < 2; answered++) {
        oa = (zti_oa){0};
        (void)take(ZTI_OA_REQUEST_EMPTY, 0, INVITE, 1);
        (void)take(ZTI_OA_RESPONSE, 1, INVITE, 1);
        ck_assert_uint_eq(event, ZTRUNK_EV_DIALOG_OFFER);
        ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
        (void)take(answered ? ZTI_OA_ACK : ZTI_OA_ACK_EMPTY, 0, INVITE, 1);
        ck_assert_uint_eq(oa.state, answered ? ZTRUNK_OA_STABLE : ZTRUNK_OA_NONE);
    }
}
END_TEST

START_TEST(reliable_provisional_answers_and_the_2xx_repeats_it_in_vain)
{
    oa = (zti_oa){0};
    (void)take(ZTI_OA_REQUEST, 0, INVITE, 1);
    (void)take(ZTI_OA_RESPONSE, 1, INVITE, 1);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_STABLE);
    (void)take(ZTI_OA_RESPONSE, 1, INVITE, 1);
    ck_assert_uint_eq(event, 0);
    (void)take(ZTI_OA_PRACK, 0, ZTRUNK_SIP_PRACK, 2);
    ck_assert_uint_eq(event, ZTRUNK_EV_DIALOG_OFFER);
    (void)take(ZTI_OA_RESPONSE, 1, ZTRUNK_SIP_PRACK, 2);
    ck_assert_uint_eq(oa.state, ZTRUNK_OA_STABLE);
}
END_TEST

START_TEST(ack_answers_the_2xx_of_its_own_invite_only)
{
    for (int has_sdp = 0; has_sdp < 2; has_sdp++) {
        zti_oa_place ack = has_sdp ? ZTI_OA_ACK : ZTI_OA_ACK_EMPTY;

        oa = (zti_oa){0};
        (void)take(ZTI_OA_REQUEST, 1, INVITE, 1);
        (void)take(ack, 0, INVITE, 1);
        ck_assert_uint_eq(event, 0);
        ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
        oa = (zti_oa){0};
        (void)take(ZTI_OA_REQUEST_EMPTY, 0, INVITE, 2);
        (void)take(ZTI_OA_RESPONSE, 1, INVITE, 2);
        (void)take(ack, 0, INVITE, 1);
        ck_assert_uint_eq(event, 0);
        ck_assert_uint_eq(oa.state, ZTRUNK_OA_LOCAL_OFFER);
    }
}
END_TEST

UNIT_MAIN("sip/oa", ack_answers_the_2xx_of_its_own_invite_only,
          second_offer_is_refused_by_whose_first_is_open,
          answer_of_another_transaction_answers_nothing, failure_falls_back_on_what_was_agreed,
          preview_leaves_the_offer_open_and_stands_when_the_2xx_is_empty,
          late_offer_is_answered_in_the_ack_or_not_at_all,
          reliable_provisional_answers_and_the_2xx_repeats_it_in_vain)
