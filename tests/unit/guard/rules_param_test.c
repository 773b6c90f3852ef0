#include "guard/rules_param.h"

#include <zerotrunk/core.h>
#include "unit.h"

static zti_str text(const char *s)
{
    return zti_str_of(s);
}

static int32_t find(const char *params, const char *name, const char *expected)
{
    zti_str value = {0};
    int32_t err = zti_rules_param(text(params), text(name), &value);

    if (err == ZTRUNK_OK) ck_assert(zti_str_eq(value, text(expected)));
    return err;
}

START_TEST(a_parameter_that_stands_twice_has_no_value)
{
    ck_assert_int_eq(find(";tgrp=a;tgrp=b", "tgrp", ""), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(find(";tgrp=a;TGRP=a", "tgrp", ""), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(find(";tgrp=a;x;t%67rp=b", "tgrp", ""), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(a_name_is_found_in_any_case_and_however_escaped)
{
    ck_assert_int_eq(find(";a;tgrp=one;b", "tgrp", "one"), ZTRUNK_OK);
    ck_assert_int_eq(find(";%6DADDR=1.2.3.4", "maddr", "1.2.3.4"), ZTRUNK_OK);
    ck_assert_int_eq(find(";maddr", "maddr", ""), ZTRUNK_OK);
    ck_assert_int_eq(find(";maddr=", "maddr", ""), ZTRUNK_OK);
    ck_assert_int_eq(find(";a==b", "a", "=b"), ZTRUNK_OK);
}
END_TEST

START_TEST(what_only_looks_like_the_name_is_not_found)
{
    ck_assert_int_eq(find(";tgrpx=1;xtgrp=1;tgr=1", "tgrp", ""), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(";x=tgrp", "tgrp", ""), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find("", "tgrp", ""), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find("tgrp=1", "tgrp", ""), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(find(";x%3Btgrp=1", "tgrp", ""), ZTRUNK_E_NOTFOUND);
}
END_TEST

START_TEST(an_escape_is_undone_once_and_a_broken_one_ends_the_reading)
{
    zti_str s = text("%2541%4x");

    ck_assert_int_eq(zti_escaped_next(&s), '%');
    ck_assert_int_eq(zti_escaped_next(&s), '4');
    ck_assert_int_eq(zti_escaped_next(&s), '1');
    ck_assert_int_eq(zti_escaped_next(&s), -1);
    ck_assert_uint_eq(s.len, 3);
    s = text("%4");
    ck_assert_int_eq(zti_escaped_next(&s), -1);
    s = text("%fF");
    ck_assert_int_eq(zti_escaped_next(&s), 255);
    ck_assert_int_eq(zti_escaped_next(&s), -1);
}
END_TEST

START_TEST(a_comparison_ends_where_both_end)
{
    ck_assert(zti_escaped_is(text("%61lice"), text("alice")));
    ck_assert(!zti_escaped_is(text("%41lice"), text("alice")));
    ck_assert(zti_escaped_is_any_case(text("%41LICE"), text("alice")));
    ck_assert(!zti_escaped_is_any_case(text("alice%00"), text("alice")));
    ck_assert(!zti_escaped_is(text("alic"), text("alice")));
    ck_assert(!zti_escaped_is(text("alice1"), text("alice")));
    ck_assert(!zti_escaped_is_any_case(text("%e1"), text("a")));
    ck_assert(zti_escaped_is((zti_str){0}, text("")));
}
END_TEST

UNIT_MAIN("guard/rules_param", a_parameter_that_stands_twice_has_no_value,
          a_name_is_found_in_any_case_and_however_escaped,
          what_only_looks_like_the_name_is_not_found,
          an_escape_is_undone_once_and_a_broken_one_ends_the_reading,
          a_comparison_ends_where_both_end)
