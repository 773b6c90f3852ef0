#include "srtp/plain.h"

#include <string.h>
#include "unit.h"

#define ROOM 512u

/* xorshift64*: what sealed bytes look like. */
static uint8_t noise(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint8_t)(*state * UINT64_C(0x2545F4914F6CDD1D) >> 56);
}

static size_t packet(uint8_t pkt[ROOM], uint8_t payload_type, size_t payload_len, uint64_t *state)
{
    static const uint8_t header[12] = {0x80, 0, 0, 1, 0, 0, 0, 160, 0xca, 0xfe, 0xba, 0xbe};

    memcpy(pkt, header, sizeof header);
    pkt[1] = payload_type;
    for (size_t i = 0; i < payload_len; i++) pkt[12 + i] = noise(state);
    return 12 + payload_len;
}

START_TEST(sealed_payloads_of_every_usual_length_are_never_plain)
{
    static const size_t trailers[] = {4, 10, 16, 14, 20};
    static const uint8_t types[] = {0, 8, 9, 18, 96, 101, 111, 13};
    uint64_t state = 1;

    for (uint32_t round = 0; round < 2000; round++) {
        for (size_t t = 0; t < 5; t++) {
            zti_srtp_plain p = {0};

            for (size_t type = 0; type < 8; type++) {
                /* G.711 comes in multiples of 5 ms. */
                size_t payload = (type < 3 ? 40 : 20) * (round % 9);
                uint8_t pkt[ROOM];
                size_t len = packet(pkt, types[type], payload + trailers[t], &state);

                ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, len, trailers[t]), 0);
            }
        }
    }
}
END_TEST

START_TEST(whole_frames_of_g711_are_plain_however_loud)
{
    uint64_t state = 2;

    for (size_t payload = 80; payload <= 480; payload += 80) {
        zti_srtp_plain p = {0};
        uint8_t pkt[ROOM];

        ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, packet(pkt, 0, payload, &state), 10), 1);
        ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, packet(pkt, 0, payload + 10, &state), 10), 0);
    }
}
END_TEST

START_TEST(what_is_shorter_than_its_tag_was_never_sealed)
{
    zti_srtp_plain p = {0};
    uint64_t state = 3;
    uint8_t pkt[ROOM];

    ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, packet(pkt, 101, 4, &state), 10), 1);
    ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, packet(pkt, 101, 14, &state), 10), 0);
    ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, 11, 10), 0);
}
END_TEST

START_TEST(a_tone_repeats_itself)
{
    zti_srtp_plain p = {0};
    uint64_t state = 4;
    uint8_t pkt[ROOM];
    size_t len = packet(pkt, 97, 100, &state);

    for (size_t i = 12; i < len; i++) pkt[i] = (uint8_t)(i % 8 * 31);
    ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, len, 10), 1);
    len = 12 + 39;
    ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, len, 10), 0);
}
END_TEST

START_TEST(payloads_that_begin_alike_five_times_are_a_codecs)
{
    zti_srtp_plain p = {0};
    uint64_t state = 5;
    uint8_t pkt[ROOM];

    for (uint32_t i = 0; i < 6; i++) {
        size_t len = packet(pkt, 111, 70, &state);

        pkt[12] = 0x78;
        ck_assert_uint_eq(zti_srtp_plain_rtp(&p, pkt, len, 10), i >= 4);
    }
}
END_TEST

START_TEST(plain_rtcp_ends_where_its_lengths_say)
{
    uint8_t pkt[64] = {0x80, 200, 0, 6, [28] = 0x81, [29] = 202, [31] = 2, [40] = 0x80, [41] = 250};

    ck_assert_uint_eq(zti_srtp_plain_rtcp(pkt, 28), 1);
    ck_assert_uint_eq(zti_srtp_plain_rtcp(pkt, 40), 1);
    ck_assert_uint_eq(zti_srtp_plain_rtcp(pkt, 44), 0);
    for (size_t len = 0; len < 28; len++) ck_assert_uint_eq(zti_srtp_plain_rtcp(pkt, len), 0);
    ck_assert_uint_eq(zti_srtp_plain_rtcp(pkt, 54), 0);
}
END_TEST

UNIT_MAIN("srtp/plain", sealed_payloads_of_every_usual_length_are_never_plain,
          whole_frames_of_g711_are_plain_however_loud,
          what_is_shorter_than_its_tag_was_never_sealed, a_tone_repeats_itself,
          payloads_that_begin_alike_five_times_are_a_codecs, plain_rtcp_ends_where_its_lengths_say)
