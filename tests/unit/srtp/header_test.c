#include "srtp/header.h"

#include <string.h>
#include "unit.h"

static int32_t rtp(const uint8_t *pkt, size_t len, size_t trailer)
{
    zti_srtp_hdr hdr;
    uint8_t *exact = malloc(len + 1); /* a sanitizer sees a read past the end */
    int32_t err;

    memcpy(exact, pkt, len);
    exact = realloc(exact, len > 0 ? len : 1);
    err = zti_srtp_header(exact, len, trailer, 0, &hdr);
    free(exact);
    return err;
}

START_TEST(rejects_what_is_shorter_than_a_header)
{
    uint8_t pkt[12] = {0x80};
    zti_srtp_hdr hdr;

    for (size_t len = 0; len < 12; len++) ck_assert_int_eq(rtp(pkt, len, 0), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(rtp(pkt, 12, 0), ZTRUNK_OK);
    for (size_t len = 0; len < 8; len++)
        ck_assert_int_eq(zti_srtp_header(pkt, len, 0, 1, &hdr), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_srtp_header(pkt, 8, 0, 1, &hdr), ZTRUNK_OK);
}
END_TEST

START_TEST(rejects_every_version_but_2)
{
    uint8_t pkt[12] = {0};
    zti_srtp_hdr hdr;

    for (unsigned int version = 0; version < 4; version++) {
        int32_t want = version == 2 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;

        pkt[0] = (uint8_t)(version << 6);
        ck_assert_int_eq(rtp(pkt, 12, 0), want);
        ck_assert_int_eq(zti_srtp_header(pkt, 12, 0, 1, &hdr), want);
    }
}
END_TEST

START_TEST(rejects_a_csrc_list_that_reaches_into_the_trailer)
{
    uint8_t pkt[12 + 15 * 4 + 10] = {0x8f};

    ck_assert_int_eq(rtp(pkt, sizeof pkt, 10), ZTRUNK_OK);
    ck_assert_int_eq(rtp(pkt, sizeof pkt - 1, 10), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(rtp(pkt, 12, 0), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(rejects_an_extension_longer_than_the_packet)
{
    uint8_t pkt[12 + 4 + 8] = {0x90, [14] = 0, [15] = 2};

    ck_assert_int_eq(rtp(pkt, sizeof pkt, 0), ZTRUNK_OK);
    ck_assert_int_eq(rtp(pkt, sizeof pkt - 1, 0), ZTRUNK_E_MALFORMED);
    pkt[14] = pkt[15] = 0xff;
    ck_assert_int_eq(rtp(pkt, sizeof pkt, 0), ZTRUNK_E_MALFORMED);
    for (size_t len = 12; len < 16; len++) ck_assert_int_eq(rtp(pkt, len, 0), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(rejects_a_packet_shorter_than_its_trailer_or_longer_than_udp)
{
    static uint8_t pkt[65536] = {0x80};

    ck_assert_int_eq(rtp(pkt, 9, 10), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(rtp(pkt, 21, 10), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(rtp(pkt, 22, 10), ZTRUNK_OK);
    ck_assert_int_eq(rtp(pkt, 65535, 10), ZTRUNK_OK);
    ck_assert_int_eq(rtp(pkt, 65536, 10), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(finds_the_ssrc_the_number_and_where_the_header_ends)
{
    uint8_t pkt[12 + 8 + 12 + 3] = {0x92, 0xc8, 0xab, 0xcd, 0xca, 0xfe,    0xba,
                                    0xbe, 0xde, 0xad, 0xbe, 0xef, [23] = 2};
    zti_srtp_hdr hdr;

    ck_assert_int_eq(zti_srtp_header(pkt, sizeof pkt, 3, 0, &hdr), ZTRUNK_OK);
    ck_assert_uint_eq(hdr.ssrc, 0xdeadbeef);
    ck_assert_uint_eq(hdr.seq, 0xabcd);
    ck_assert_uint_eq(hdr.len, 32);
    ck_assert_int_eq(zti_srtp_header(pkt, sizeof pkt, 0, 1, &hdr), ZTRUNK_OK);
    ck_assert_uint_eq(hdr.ssrc, 0xcafebabe);
    ck_assert_uint_eq(hdr.len, 8);
}
END_TEST

UNIT_MAIN("srtp/header", rejects_what_is_shorter_than_a_header, rejects_every_version_but_2,
          rejects_a_csrc_list_that_reaches_into_the_trailer,
          rejects_an_extension_longer_than_the_packet,
          rejects_a_packet_shorter_than_its_trailer_or_longer_than_udp,
          finds_the_ssrc_the_number_and_where_the_header_ends)
