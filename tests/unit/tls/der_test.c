#include "tls/der.h"

#include <zerotrunk/core.h>
#include "unit.h"

#define DER(literal) zti_cur_of(ZTI_STR(literal))

START_TEST(refuses_lengths_that_are_not_the_shortest)
{
    static const zti_str bad[] = {
        {"\x04\x81\x01x", 4},     /* long form below 128 */
        {"\x04\x82\x00\x81x", 5}, /* a leading zero */
        {"\x04\x80xx\0\0", 6},    /* indefinite */
        {"\x04\x84\0\0\0\1x", 7}, /* more than we take */
        {"\x04\x05xx", 4},        /* past the end */
        {"\x04", 1},              /* no length */
        {"\x1f\x81\x01\x01x", 5}, /* a tag of several octets */
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        zti_cur c = zti_cur_of(bad[i]);
        uint8_t tag;

        zti_der_any(&c, &tag);
        ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
        ck_assert(zti_cur_done(&c));
    }
}
END_TEST

START_TEST(refuses_another_tag_and_what_is_left_over)
{
    zti_cur c = DER("\x04\x01x");
    zti_cur d = DER("\x04\x01xy");

    zti_der_get(&c, ZTI_DER_INT);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
    ck_assert(zti_str_eq(zti_der_get(&d, ZTI_DER_OCTETS), ZTI_STR("x")));
    zti_der_end(&d);
    ck_assert_int_eq(d.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(an_element_entered_after_an_error_is_failed_too)
{
    zti_cur c = DER("\x04\x01x");
    zti_cur inner = zti_der_enter(&c, ZTI_DER_SEQ);

    ck_assert_int_eq(inner.err, ZTRUNK_E_MALFORMED);
    ck_assert(zti_cur_done(&inner));
}
END_TEST

START_TEST(reads_numbers_that_are_positive_and_fit)
{
    static const struct {
        zti_str der;
        uint32_t value, is_good;
    } rows[] = {
        {{"\x02\x01\x00", 3}, 0, 1},
        {{"\x02\x01\x7f", 3}, 127, 1},
        {{"\x02\x02\x00\x80", 4}, 128, 1},
        {{"\x02\x05\x00\xff\xff\xff\xff", 7}, UINT32_MAX, 1},
        {{"\x02\x01\x80", 3}, 0, 0},
        {{"\x02\x00", 2}, 0, 0},
        {{"\x02\x05\x01\x00\x00\x00\x00", 7}, 0, 0},
        {{"\x02\x06\x00\x00\x00\x00\x00\x01", 8}, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        zti_cur c = zti_cur_of(rows[i].der);
        uint32_t value = zti_der_u32(&c, UINT32_MAX);

        ck_assert_uint_eq(c.err == ZTRUNK_OK, rows[i].is_good);
        ck_assert_uint_eq(value, rows[i].value);
    }
}
END_TEST

START_TEST(a_flag_is_true_or_absent)
{
    zti_cur yes = DER("\x01\x01\xff");
    zti_cur no = DER("\x01\x01\x00");
    zti_cur odd = DER("\x01\x01\x01");
    zti_cur absent = DER("\x02\x01\x05");

    ck_assert(zti_der_flag(&yes));
    ck_assert(!zti_der_flag(&no) && no.err != ZTRUNK_OK);
    ck_assert(!zti_der_flag(&odd) && odd.err != ZTRUNK_OK);
    ck_assert(!zti_der_flag(&absent) && absent.err == ZTRUNK_OK);
}
END_TEST

START_TEST(named_bits_count_from_the_top)
{
    zti_cur sign = DER("\x03\x02\x07\x80");
    zti_cur ca = DER("\x03\x02\x01\x06");
    zti_cur nine = DER("\x03\x03\x07\x00\x80");
    zti_cur empty = DER("\x03\x00");

    ck_assert_uint_eq(zti_der_named_bits(&sign), 1U << 0);
    ck_assert_uint_eq(zti_der_named_bits(&ca), 1U << 5 | 1U << 6);
    ck_assert_uint_eq(zti_der_named_bits(&nine), 1U << 8);
    zti_der_named_bits(&empty);
    ck_assert_int_eq(empty.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(reads_times_as_rfc_5280_writes_them)
{
    static const struct {
        zti_str der;
        int64_t seconds;
    } good[] = {
        {{"\x17\x0d"
          "700101000000Z",
          15},
         0},
        {{"\x17\x0d"
          "000229120000Z",
          15},
         951825600},
        {{"\x17\x0d"
          "491231235959Z",
          15},
         2524607999},
        {{"\x17\x0d"
          "500101000000Z",
          15},
         -631152000},
        {{"\x18\x0f"
          "20380119031408Z",
          17},
         2147483648},
        {{"\x18\x0f"
          "99991231235959Z",
          17},
         253402300799},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        zti_cur c = zti_cur_of(good[i].der);

        ck_assert_int_eq(zti_der_time(&c), good[i].seconds);
        ck_assert_int_eq(c.err, ZTRUNK_OK);
    }
}
END_TEST

START_TEST(refuses_times_of_other_forms)
{
    static const zti_str bad[] = {
        {"\x17\x0b"
         "7001010000Z",
         13}, /* no seconds */
        {"\x17\x11"
         "700101000000+0100",
         19}, /* a zone */
        {"\x17\x0d"
         "701301000000Z",
         15}, /* month 13 */
        {"\x17\x0d"
         "700100000000Z",
         15}, /* day 0 */
        {"\x17\x0d"
         "700230000000Z",
         15}, /* 30 February */
        {"\x17\x0d"
         "010229000000Z",
         15}, /* 29 February 2001 */
        {"\x17\x0d"
         "700101240000Z",
         15}, /* hour 24 */
        {"\x17\x0d"
         "700101006000Z",
         15}, /* minute 60 */
        {"\x17\x0d"
         "700101000060Z",
         15}, /* second 60 */
        {"\x17\x0d"
         "7001010000-1Z",
         15}, /* a sign */
        {"\x18\x11"
         "20260101000000.5Z",
         19}, /* a fraction */
        {"\x18\x0e"
         "20260101000000",
         16}, /* local time */
        {"\x04\x0d"
         "700101000000Z",
         15}, /* not a time */
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        zti_cur c = zti_cur_of(bad[i]);

        zti_der_time(&c);
        ck_assert_msg(c.err == ZTRUNK_E_MALFORMED, "row %zu", i);
    }
}
END_TEST

UNIT_MAIN("tls/der", refuses_lengths_that_are_not_the_shortest,
          refuses_another_tag_and_what_is_left_over,
          an_element_entered_after_an_error_is_failed_too, reads_numbers_that_are_positive_and_fit,
          a_flag_is_true_or_absent, named_bits_count_from_the_top,
          reads_times_as_rfc_5280_writes_them, refuses_times_of_other_forms)
