#include "rt/relay_rtp.h"

#include <string.h>
#include "unit.h"

static zti_rtp_hdr hdr(uint32_t ssrc, uint16_t seq)
{
    return (zti_rtp_hdr){.ssrc = ssrc, .seq = seq, .timestamp = seq * 160u};
}

static void count(zti_rtp_seq *s, uint32_t ssrc, uint16_t seq)
{
    zti_rtp_hdr h = hdr(ssrc, seq);

    zti_rtp_seq_count(s, &h, (uint64_t)seq * 20000000, 8000);
}

START_TEST(refuses_what_is_shorter_than_its_own_header_says)
{
    uint8_t pkt[32] = {0x8f, 0};
    zti_rtp_hdr h;

    ck_assert_int_eq(zti_rtp_read(pkt, 32, &h), ZTRUNK_E_MALFORMED); /* 15 CSRCs */
    pkt[0] = 0x90;
    pkt[15] = 5;
    ck_assert_int_eq(zti_rtp_read(pkt, 32, &h), ZTRUNK_E_MALFORMED); /* extension of 20 bytes */
    pkt[15] = 4;
    ck_assert_int_eq(zti_rtp_read(pkt, 32, &h), ZTRUNK_OK);
    pkt[0] = 0x40;
    ck_assert_int_eq(zti_rtp_read(pkt, 32, &h), ZTRUNK_E_MALFORMED); /* version 1 */
    pkt[0] = 0x80;
    for (size_t len = 0; len < 12; len++)
        ck_assert_int_eq(zti_rtp_read(pkt, len, &h), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_rtp_read(pkt, 12, &h), ZTRUNK_OK);
}
END_TEST

START_TEST(tells_rtcp_from_rtp_on_a_shared_port)
{
    static const uint8_t sender_report[8] = {0x80, 200}, pcmu[12] = {0x80, 0};
    static const uint8_t event[12] = {0x80, 0x80 | 101};

    ck_assert(zti_rtp_is_rtcp(sender_report, 8));
    ck_assert(!zti_rtp_is_rtcp(pcmu, 12));
    ck_assert(!zti_rtp_is_rtcp(event, 12));
    ck_assert(!zti_rtp_is_rtcp(pcmu, 0));
    ck_assert_int_eq(zti_rtcp_read(sender_report, 8), ZTRUNK_OK);
    ck_assert_int_eq(zti_rtcp_read(sender_report, 4), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_rtcp_read(pcmu, 12), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(counts_losses_duplicates_and_reordering)
{
    static const uint16_t order[] = {10, 11, 13, 12, 13, 16, 16, 9};
    zti_rtp_seq s = {0};

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) count(&s, 1, order[i]);
    ck_assert_uint_eq(s.duplicates, 2);
    /* 9..16 are eight numbers, of which 14 and 15 never came. */
    ck_assert_uint_eq(zti_rtp_seq_lost(&s), 2);
}
END_TEST

START_TEST(ten_rollovers_lose_nothing)
{
    zti_rtp_seq s = {0};

    for (uint32_t i = 0; i < 10 * 65536; i++) count(&s, 1, (uint16_t)(65000 + i));
    ck_assert_uint_eq(zti_rtp_seq_lost(&s), 0);
    ck_assert_uint_eq(s.duplicates, 0);
    ck_assert_uint_eq(s.received, 10 * 65536);
}
END_TEST

START_TEST(a_new_ssrc_starts_anew_and_keeps_what_was_lost)
{
    zti_rtp_seq s = {0};

    count(&s, 1, 100);
    count(&s, 1, 105);
    count(&s, 2, 60000);
    count(&s, 2, 60001);
    ck_assert_uint_eq(zti_rtp_seq_lost(&s), 4);
}
END_TEST

START_TEST(an_even_stream_has_no_jitter_and_an_uneven_one_has)
{
    zti_rtp_seq even = {0}, uneven = {0};

    for (uint16_t i = 1; i < 200; i++) {
        zti_rtp_hdr h = hdr(1, i);
        uint64_t now_ns = (uint64_t)i * 20000000;

        zti_rtp_seq_count(&even, &h, now_ns, 8000);
        zti_rtp_seq_count(&uneven, &h, now_ns + (i % 2) * 10000000u, 8000);
    }
    ck_assert_uint_eq(zti_rtp_seq_jitter_us(&even, 8000), 0);
    /* RFC 3550 A.8 settles near the mean difference, here 10 ms. */
    ck_assert_uint_gt(zti_rtp_seq_jitter_us(&uneven, 8000), 9000);
    ck_assert_uint_lt(zti_rtp_seq_jitter_us(&uneven, 8000), 10100);
    ck_assert_uint_eq(zti_rtp_seq_jitter_us(&uneven, 0), 0);
}
END_TEST

UNIT_MAIN("rt/relay_rtp", refuses_what_is_shorter_than_its_own_header_says,
          tells_rtcp_from_rtp_on_a_shared_port, counts_losses_duplicates_and_reordering,
          ten_rollovers_lose_nothing, a_new_ssrc_starts_anew_and_keeps_what_was_lost,
          an_even_stream_has_no_jitter_and_an_uneven_one_has)
