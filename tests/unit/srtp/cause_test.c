#include "srtp/cause.h"

#include <string.h>
#include "unit.h"

START_TEST(every_cause_has_a_name_of_its_own_and_words)
{
    for (uint32_t c = 0; c <= ZTRUNK_SRTP_CAUSE_SOURCES; c++) {
        ck_assert_uint_gt(strlen(ztrunk_srtp_cause_name(c)), 0);
        ck_assert_uint_gt(strlen(ztrunk_srtp_cause_text(c)), 0);
        ck_assert_str_ne(ztrunk_srtp_cause_name(c), "unknown");
        for (uint32_t other = 0; other < c; other++)
            ck_assert_str_ne(ztrunk_srtp_cause_name(c), ztrunk_srtp_cause_name(other));
    }
}
END_TEST

START_TEST(a_number_that_is_no_cause_has_a_name_too)
{
    ck_assert_str_eq(ztrunk_srtp_cause_name(ZTRUNK_SRTP_CAUSE_SOURCES + 1), "unknown");
    ck_assert_str_eq(ztrunk_srtp_cause_text(UINT32_MAX), "unknown cause");
    ck_assert_uint_eq(zti_srtp_cause_is_proven(UINT32_MAX), 0);
}
END_TEST

START_TEST(what_a_stranger_can_make_proves_nothing)
{
    ck_assert_uint_eq(zti_srtp_cause_is_proven(ZTRUNK_SRTP_CAUSE_NONE), 0);
    ck_assert_uint_eq(zti_srtp_cause_is_proven(ZTRUNK_SRTP_CAUSE_WRONG_KEY), 0);
    ck_assert_uint_eq(zti_srtp_cause_is_proven(ZTRUNK_SRTP_CAUSE_PLAIN), 0);
    ck_assert_uint_eq(zti_srtp_cause_is_proven(ZTRUNK_SRTP_CAUSE_OLD_KEY), 1);
}
END_TEST

UNIT_MAIN("srtp/cause", every_cause_has_a_name_of_its_own_and_words,
          a_number_that_is_no_cause_has_a_name_too, what_a_stranger_can_make_proves_nothing)
