#include "verdict/row.h"

#include "unit.h"

#define SECOND UINT64_C(1000000000)

/* Due since 10 s, nothing let in since then, at 13 s. */
static zti_verdict_track silent(void)
{
    zti_verdict_track t = {.is_started = 1, .now_ns = 13 * SECOND};

    t.talk.at_ns = t.heard.at_ns = t.right.at_ns = t.sent.at_ns = t.refused.at_ns = 10 * SECOND;
    return t;
}

static uint32_t code_of(const zti_verdict_track *t)
{
    const zti_verdict_row *row = zti_verdict_row_find(t);

    return row != NULL ? row->code : ZTRUNK_VERDICT_NONE;
}

START_TEST(a_cause_without_refused_packets_proves_nothing)
{
    zti_verdict_track t = silent();

    t.now.srtp_cause = ZTRUNK_SRTP_CAUSE_OLD_KEY;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_NO_MEDIA);
    t.now.drop_auth = 4;
    t.refused.at_ns = t.now_ns;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_NO_MEDIA);
    t.now.drop_auth = 5;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_OLD_KEY);
    t.now.srtp_cause = 999;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_AUTH);
}
END_TEST

START_TEST(refused_packets_of_long_ago_prove_nothing)
{
    zti_verdict_track t = silent();

    t.now.srtp_cause = ZTRUNK_SRTP_CAUSE_OLD_KEY;
    t.now.drop_auth = 500;
    t.refused.at_ns = t.now_ns - 2 * SECOND - SECOND / 2;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_NO_MEDIA);
    t.refused.at_ns++;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_OLD_KEY);
}
END_TEST

START_TEST(refused_packets_beside_good_ones_prove_nothing)
{
    zti_verdict_track t = silent();

    t.now.srtp_cause = ZTRUNK_SRTP_CAUSE_WRONG_KEY;
    t.now.rx_packets = 50;
    t.now.drop_auth = 50000;
    t.refused.at_ns = t.heard.at_ns = t.right.at_ns = t.now_ns;
    t.heard.leg = t.right.leg = t.now;
    ck_assert_uint_eq(code_of(&t), ZTRUNK_VERDICT_NONE);
}
END_TEST

START_TEST(the_most_specific_row_comes_first)
{
    zti_verdict_track t = silent();
    uint32_t last = ZTRUNK_VERDICT_STOPPED + 1;

    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.ours_is_private = 1;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.waits_for_ice = 1;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.is_deaf = 1;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.refused.at_ns = t.now_ns;
    t.now.drop_denied = 5;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.drop_malformed = 5;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.drop_no_key = 10;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.drop_auth = 5;
    ck_assert_uint_lt(code_of(&t), last);
    last = code_of(&t);
    t.now.srtp_cause = ZTRUNK_SRTP_CAUSE_TAG_32;
    ck_assert_uint_lt(code_of(&t), last);
}
END_TEST

START_TEST(each_row_is_over_by_its_own_sign)
{
    zti_verdict_track t = silent();
    zti_verdict_row in = {.code = ZTRUNK_VERDICT_NO_MEDIA}, codec = {.code = ZTRUNK_VERDICT_CODEC},
                    send = {.code = ZTRUNK_VERDICT_SEND, .is_outward = 1},
                    unheard = {.code = ZTRUNK_VERDICT_UNHEARD, .is_outward = 1};

    t.is_deaf = 1;
    ck_assert_uint_eq(zti_verdict_row_is_over(&in, &t, 12 * SECOND), 0);
    ck_assert_uint_eq(zti_verdict_row_is_over(&codec, &t, 12 * SECOND), 0);
    ck_assert_uint_eq(zti_verdict_row_is_over(&send, &t, 12 * SECOND), 0);
    ck_assert_uint_eq(zti_verdict_row_is_over(&unheard, &t, 12 * SECOND), 0);
    t.heard.at_ns = t.now_ns;
    ck_assert_uint_eq(zti_verdict_row_is_over(&in, &t, 12 * SECOND), 1);
    ck_assert_uint_eq(zti_verdict_row_is_over(&codec, &t, 12 * SECOND), 0);
    t.right.at_ns = t.now_ns;
    ck_assert_uint_eq(zti_verdict_row_is_over(&codec, &t, 12 * SECOND), 1);
    ck_assert_uint_eq(zti_verdict_row_is_over(&send, &t, 12 * SECOND), 0);
    t.sent.at_ns = t.now_ns;
    ck_assert_uint_eq(zti_verdict_row_is_over(&send, &t, 12 * SECOND), 1);
    t.is_deaf = 0;
    ck_assert_uint_eq(zti_verdict_row_is_over(&unheard, &t, 12 * SECOND), 1);
}
END_TEST

UNIT_MAIN("verdict/row", a_cause_without_refused_packets_proves_nothing,
          refused_packets_of_long_ago_prove_nothing, refused_packets_beside_good_ones_prove_nothing,
          the_most_specific_row_comes_first, each_row_is_over_by_its_own_sign)
