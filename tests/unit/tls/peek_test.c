#include "tls/peek.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"

/* Whole and byte by byte must see the same. */
static zti_peek peek(const char *wire, size_t len)
{
    zti_peek whole = {0}, dripped = {0};

    zti_peek_feed(&whole, (const uint8_t *)wire, len);
    for (size_t i = 0; i < len; i++) zti_peek_feed(&dripped, (const uint8_t *)wire + i, 1);
    ck_assert_mem_eq(&whole, &dripped, sizeof whole);
    return whole;
}

#define PEEK(literal) peek(literal, sizeof(literal) - 1)

START_TEST(counts_certificates)
{
    zti_peek p = PEEK("\x16\x03\x03\x00\x14"
                      "\x0e\x00\x00\x00"
                      "\x0b\x00\x00\x0c\x00\x00\x09\x00\x00\x02xx\x00\x00\x01x");

    ck_assert_uint_eq(p.cert_count, 2);
    ck_assert(!p.has_empty_list && !p.is_blind);
}
END_TEST

START_TEST(counts_across_records)
{
    zti_peek p = PEEK("\x16\x03\x03\x00\x06\x0b\x00\x00\x0c\x00\x00"
                      "\x16\x03\x03\x00\x00"
                      "\x16\x03\x03\x00\x0a\x09\x00\x00\x02xx\x00\x00\x01x");

    ck_assert_uint_eq(p.cert_count, 2);
}
END_TEST

START_TEST(tells_an_empty_list)
{
    zti_peek p = PEEK("\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x00");

    ck_assert_uint_eq(p.cert_count, 0);
    ck_assert(p.has_empty_list);
}
END_TEST

START_TEST(certificates_of_no_length_still_count)
{
    zti_peek p = PEEK("\x16\x03\x03\x00\x10\x0b\x00\x00\x0c\x00\x00\x09"
                      "\x00\x00\x00\x00\x00\x00\x00\x00\x00");

    ck_assert_uint_eq(p.cert_count, 3);
}
END_TEST

/* A length that runs past its message ends with the message: the next one is read again. */
START_TEST(a_lying_length_does_not_hide_what_follows)
{
    zti_peek p = PEEK("\x16\x03\x03\x00\x15"
                      "\x0b\x00\x00\x07\x00\xff\xff\xff\xff\xff\x78"
                      "\x0b\x00\x00\x06\x00\x00\x03\x00\x00\x00");

    ck_assert_uint_eq(p.cert_count, 2);
}
END_TEST

START_TEST(tells_a_fatal_alert_and_no_warning)
{
    zti_peek fatal = PEEK("\x15\x03\x03\x00\x02\x02\x28");
    zti_peek warning = PEEK("\x15\x03\x03\x00\x02\x01\x00");

    ck_assert_uint_eq(fatal.alert, 41);
    ck_assert_uint_eq(warning.alert, 0);
}
END_TEST

START_TEST(is_blind_once_ciphers_change)
{
    zti_peek p = PEEK("\x14\x03\x03\x00\x01\x01\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x00");
    zti_peek http = PEEK("GET / HTTP/1.1\r\n\r\n");

    ck_assert(p.is_blind && !p.has_empty_list);
    ck_assert(http.is_blind);
}
END_TEST

UNIT_MAIN("tls/peek", counts_certificates, counts_across_records, tells_an_empty_list,
          certificates_of_no_length_still_count, a_lying_length_does_not_hide_what_follows,
          tells_a_fatal_alert_and_no_warning, is_blind_once_ciphers_change)
