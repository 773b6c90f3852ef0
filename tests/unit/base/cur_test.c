#include "base/cur.h"

#include <zerotrunk/core.h>
#include "unit.h"

START_TEST(the_first_error_stays_and_every_later_read_is_empty)
{
    zti_cur c = zti_cur_of(ZTI_STR("abc 12"));

    zti_cur_expect(&c, 'x');
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(zti_cur_u32(&c, 100), 0);
    ck_assert_uint_eq(zti_cur_word(&c).len, 0);
    ck_assert_int_eq(zti_cur_peek(&c), 0);
    ck_assert(zti_cur_done(&c));
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(numbers_beyond_the_bound_fail_and_do_not_wrap)
{
    zti_cur c = zti_cur_of(ZTI_STR("70000"));

    ck_assert_uint_eq(zti_cur_u32(&c, 65535), 0);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
    c = zti_cur_of(ZTI_STR("65535/2"));
    ck_assert_uint_eq(zti_cur_u32(&c, 65535), 65535);
    ck_assert_int_eq(zti_cur_peek(&c), '/');
    c = zti_cur_of(ZTI_STR("x1"));
    zti_cur_u64(&c, UINT64_MAX);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(binary_reads_stop_at_the_end)
{
    zti_cur c = zti_cur_of((zti_str){"\x01\x02\x03\x04\x05\x06\x07\x08", 8});

    ck_assert_uint_eq(zti_cur_byte(&c), 1);
    ck_assert_uint_eq(zti_cur_be16(&c), 0x0203);
    ck_assert_uint_eq(zti_cur_be32(&c), 0x04050607);
    ck_assert_uint_eq(zti_cur_be16(&c), 0x0800);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(words_tokens_and_stops)
{
    zti_cur c = zti_cur_of(ZTI_STR("m=audio  49170 RTP/SAVP;x"));

    zti_cur_literal(&c, ZTI_STR("m="));
    ck_assert(zti_str_eq(zti_cur_word(&c), ZTI_STR("audio")));
    ck_assert_uint_eq(zti_cur_u32(&c, 65535), 49170);
    zti_cur_skip_spaces(&c);
    ck_assert(zti_str_eq(zti_cur_token(&c), ZTI_STR("RTP")));
    ck_assert(zti_cur_accept(&c, '/'));
    ck_assert(!zti_cur_accept(&c, '/'));
    ck_assert(zti_str_eq(zti_cur_until(&c, ';'), ZTI_STR("SAVP")));
    ck_assert(zti_str_eq(zti_cur_rest(&c), ZTI_STR(";x")));
    ck_assert_uint_eq(zti_cur_take(&c, 3).len, 0);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(an_empty_span_is_safe)
{
    zti_cur c = zti_cur_of((zti_str){NULL, 0});

    ck_assert(zti_cur_done(&c));
    ck_assert_uint_eq(zti_cur_until(&c, ';').len, 0);
    zti_cur_skip_spaces(&c);
    ck_assert_int_eq(c.err, ZTRUNK_OK);
    zti_cur_word(&c);
    ck_assert_int_eq(c.err, ZTRUNK_E_MALFORMED);
}
END_TEST

UNIT_MAIN("base/cur", the_first_error_stays_and_every_later_read_is_empty,
          numbers_beyond_the_bound_fail_and_do_not_wrap, binary_reads_stop_at_the_end,
          words_tokens_and_stops, an_empty_span_is_safe)
