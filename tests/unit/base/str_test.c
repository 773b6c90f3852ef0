#include "base/str.h"

#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(refuses_numbers_that_are_not_plain_decimal)
{
    static const char *const bad[] = {"",
                                      "-1",
                                      "+5",
                                      "0x10",
                                      "12abc",
                                      "4, 9",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "65536",
                                      "4294967301",
                                      "18446744073709551616",
                                      "99999999999999999999999999999"};
    uint32_t value = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(zti_str_u32(zti_str_of(bad[i]), 65535, &value), ZTRUNK_E_MALFORMED);
        ck_assert_uint_eq(value, 7);
    }
}
END_TEST

START_TEST(reads_numbers_up_to_the_bound)
{
    uint32_t value = 0;
    uint64_t wide = 0;

    ck_assert_int_eq(zti_str_u32(ZTI_STR("65535"), 65535, &value), ZTRUNK_OK);
    ck_assert_uint_eq(value, 65535);
    ck_assert_int_eq(zti_str_u32(ZTI_STR("000"), 65535, &value), ZTRUNK_OK);
    ck_assert_uint_eq(value, 0);
    ck_assert_int_eq(zti_str_u64(ZTI_STR("18446744073709551615"), UINT64_MAX, &wide), ZTRUNK_OK);
    ck_assert(wide == UINT64_MAX);
}
END_TEST

START_TEST(compares_header_names_in_ascii_only)
{
    ck_assert(zti_str_ieq(ZTI_STR("Call-ID"), ZTI_STR("CALL-id")));
    ck_assert(!zti_str_ieq(ZTI_STR("K"), ZTI_STR("\xe2\x84\xaa")));
    ck_assert(!zti_str_ieq(ZTI_STR("Via"), ZTI_STR("Vi")));
    ck_assert(!zti_str_eq(ZTI_STR("a"), ZTI_STR("A")));
    ck_assert(!zti_is_token(0));
}
END_TEST

START_TEST(trims_and_splits_without_leaving_the_span)
{
    zti_str s = ZTI_STR(" \t a:b\r\n");

    ck_assert(zti_str_eq(zti_str_trim(s), ZTI_STR("a:b")));
    ck_assert_uint_eq(zti_str_find(zti_str_trim(s), ':'), 1);
    ck_assert_uint_eq(zti_str_from(s, 99).len, 0);
    ck_assert_uint_eq(zti_str_trim((zti_str){NULL, 0}).len, 0);
    ck_assert_uint_eq(zti_str_find((zti_str){NULL, 0}, ':'), 0);
}
END_TEST

UNIT_MAIN("base/str", refuses_numbers_that_are_not_plain_decimal, reads_numbers_up_to_the_bound,
          compares_header_names_in_ascii_only, trims_and_splits_without_leaving_the_span)
