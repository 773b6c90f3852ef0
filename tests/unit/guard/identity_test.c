#include <zerotrunk/proof.h>

#include "unit.h"

START_TEST(what_is_required_and_missing_denies_only_where_it_is_enforced)
{
    const uint32_t required = ZTRUNK_FACT_SOURCE | ZTRUNK_FACT_REVERSE;
    uint32_t missing = 99;

    ck_assert_int_eq(ztrunk_identity_judge(ZTRUNK_IDENTITY_ENFORCE, required,
                                           ZTRUNK_FACT_SOURCE | ZTRUNK_FACT_DIGEST, &missing),
                     ZTRUNK_E_DENIED);
    ck_assert_uint_eq(missing, ZTRUNK_FACT_REVERSE);
    ck_assert_int_eq(ztrunk_identity_judge(ZTRUNK_IDENTITY_WARN, required, 0, &missing), ZTRUNK_OK);
    ck_assert_uint_eq(missing, required);
    ck_assert_int_eq(ztrunk_identity_judge(ZTRUNK_IDENTITY_OFF, required, 0, &missing), ZTRUNK_OK);
    ck_assert_uint_eq(missing, 0);
    ck_assert_int_eq(ztrunk_identity_judge(ZTRUNK_IDENTITY_ENFORCE, required, required, &missing),
                     ZTRUNK_OK);
    ck_assert_uint_eq(missing, 0);
}
END_TEST

START_TEST(an_unknown_mode_is_no_permission)
{
    uint32_t missing;

    ck_assert_int_eq(ztrunk_identity_judge(3, 0, 0, &missing), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_identity_judge(ZTRUNK_IDENTITY_OFF, 0, 0, NULL), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(every_fact_has_a_text)
{
    for (uint32_t fact = 1; fact <= ZTRUNK_FACT_DOMAIN; fact *= 2)
        ck_assert_str_ne(ztrunk_fact_text(fact), "unknown");
    ck_assert_str_eq(ztrunk_fact_text(0), "unknown");
    ck_assert_str_eq(ztrunk_fact_text(128), "unknown");
    ck_assert_str_eq(ztrunk_fact_text(ZTRUNK_FACT_REVERSE | ZTRUNK_FACT_DIGEST), "reverse proof");
}
END_TEST

UNIT_MAIN("guard/identity", what_is_required_and_missing_denies_only_where_it_is_enforced,
          an_unknown_mode_is_no_permission, every_fact_has_a_text)
