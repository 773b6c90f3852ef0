#include "wire/sip_frame.h"

#include <zerotrunk/core.h>
#include "../../guard.h"

START_TEST(looks_at_each_byte_once_however_it_comes)
{
    char text[4096];
    zti_sip_scan scan = {.at = 0};
    size_t head_len = 0;

    memset(text, ':', sizeof text);
    for (size_t len = 0; len <= sizeof text; len++)
        ck_assert_int_eq(zti_sip_scan_head(&scan, (zti_str){text, len}, &head_len),
                         ZTRUNK_E_NOTFOUND);
    ck_assert(scan.work == sizeof text);
}
END_TEST

START_TEST(a_line_feed_needs_its_carriage_return)
{
    static const char *const bad[] = {"\n", "a\n", "a\r\nb\n", "a\r\n\n", "\n\r\n", "a\n\r\n\r\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        zti_sip_scan scan = {.at = 0};
        size_t head_len = 0;

        ck_assert_int_eq(zti_sip_scan_head(&scan, zti_str_of(bad[i]), &head_len),
                         ZTRUNK_E_MALFORMED);
    }
}
END_TEST

START_TEST(ends_at_the_empty_line_and_not_before)
{
    static const char text[] = "a\r\nb\r\n \r\nc\r\r\n\r\nd\r\n\r\n";
    guard g = guard_new(64);
    zti_sip_scan scan = {.at = 0};
    size_t head_len = 0, want = 15;

    for (size_t len = 0; len < want; len++)
        ck_assert_int_eq(zti_sip_scan_head(&scan, (zti_str){(char *)guard_put(&g, text, len), len},
                                           &head_len),
                         ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(zti_sip_scan_head(&scan, zti_str_of(text), &head_len), ZTRUNK_OK);
    ck_assert_uint_eq(head_len, want);
    zti_sip_scan_restart(&scan);
    ck_assert_int_eq(zti_sip_scan_head(&scan, zti_str_of(text + want), &head_len), ZTRUNK_OK);
    ck_assert_uint_eq(head_len, 5);
    guard_free(&g);
}
END_TEST

UNIT_MAIN("wire/sip_frame", looks_at_each_byte_once_however_it_comes,
          a_line_feed_needs_its_carriage_return, ends_at_the_empty_line_and_not_before)
