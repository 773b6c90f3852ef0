#include <zerotrunk/srtp.h>

#include "kat.h"
#include "pair.h"

/* A copy in memory of just that size; opened, and thrown away. */
static int32_t open_copy(ztrunk_srtp *s, uint32_t is_rtcp, const uint8_t *pkt, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    size_t out_len = 0;
    int32_t err;

    memcpy(copy, pkt, len);
    err = ztrunk_srtp_open(s, is_rtcp, copy, len, &out_len);
    /* Another key may have it. */
    if (err != ZTRUNK_OK) ck_assert_mem_eq(copy, pkt, len);
    free(copy);
    return err;
}

START_TEST(a_flipped_bit_anywhere_is_refused_and_moves_nothing)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
            pair p = pair_of((ztrunk_srtp_opts){.suite = suite});
            uint8_t pkt[PAIR_ROOM];
            size_t len = is_rtcp ? rtcp_make(pkt, PAIR_SSRC) : rtp_make(pkt, PAIR_SSRC, 9);

            ck_assert_int_eq(ztrunk_srtp_seal(p.out, is_rtcp, pkt, len, PAIR_ROOM, &len), 0);
            for (size_t bit = 0; bit < len * 8; bit++) {
                uint32_t roc;

                pkt[bit / 8] ^= (uint8_t)(1u << bit % 8);
                ck_assert_int_lt(open_copy(p.in, is_rtcp, pkt, len), 0);
                pkt[bit / 8] ^= (uint8_t)(1u << bit % 8);
                ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_E_NOTFOUND);
            }
            ck_assert_int_eq(open_copy(p.in, is_rtcp, pkt, len), ZTRUNK_OK);
            ck_assert_int_eq(open_copy(p.in, is_rtcp, pkt, len), ZTRUNK_E_REPLAY);
            pair_end_both(&p);
        }
    }
}
END_TEST

START_TEST(a_truncated_or_lengthened_packet_is_refused)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        for (uint32_t is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
            pair p = pair_of((ztrunk_srtp_opts){.suite = suite, .mki_len = 4, .mki = 1});
            uint8_t pkt[PAIR_ROOM];
            size_t len = is_rtcp ? rtcp_make(pkt, PAIR_SSRC) : rtp_make(pkt, PAIR_SSRC, 9);

            ck_assert_int_eq(ztrunk_srtp_seal(p.out, is_rtcp, pkt, len, PAIR_ROOM, &len), 0);
            for (size_t cut = 0; cut < len; cut++)
                ck_assert_int_lt(open_copy(p.in, is_rtcp, pkt, cut), 0);
            ck_assert_int_lt(open_copy(p.in, is_rtcp, pkt, len + 1), 0);
            ck_assert_int_lt(open_copy(p.in, is_rtcp, pkt, len + 4), 0);
            ck_assert_int_eq(open_copy(p.in, is_rtcp, pkt, len), ZTRUNK_OK);
            pair_end_both(&p);
        }
    }
}
END_TEST

START_TEST(four_bytes_of_rtcp_are_refused_both_ways)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM] = {0x80, 201, 0, 0};
    size_t len;

    for (size_t n = 0; n < 8; n++) {
        ck_assert_int_eq(open_copy(p.in, 1, pkt, n), ZTRUNK_E_MALFORMED);
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 1, pkt, n, PAIR_ROOM, &len), ZTRUNK_E_MALFORMED);
    }
    pair_end_both(&p);
}
END_TEST

START_TEST(plain_packets_are_refused)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];

    ck_assert_int_eq(open_copy(p.in, 0, pkt, rtp_make(pkt, PAIR_SSRC, 1)), ZTRUNK_E_AUTH);
    ck_assert_int_lt(open_copy(p.in, 1, pkt, rtcp_make(pkt, PAIR_SSRC)), 0);
    pair_end_both(&p);
}
END_TEST

START_TEST(srtcp_without_its_e_bit_is_refused)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    size_t len = rtcp_make(pkt, PAIR_SSRC);

    ck_assert_int_eq(ztrunk_srtp_seal(p.out, 1, pkt, len, PAIR_ROOM, &len), ZTRUNK_OK);
    pkt[len - 14] &= 0x7f;
    ck_assert_int_lt(open_copy(p.in, 1, pkt, len), 0);
    pair_end_both(&p);
}
END_TEST

START_TEST(rtp_is_not_taken_for_rtcp_nor_the_other_way)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 1, pkt, &len), ZTRUNK_OK);
    ck_assert_int_lt(open_copy(p.in, 1, pkt, len), 0);
    len = rtcp_make(pkt, PAIR_SSRC);
    ck_assert_int_eq(ztrunk_srtp_seal(p.out, 1, pkt, len, PAIR_ROOM, &len), ZTRUNK_OK);
    ck_assert_int_lt(open_copy(p.in, 0, pkt, len), 0);
    pair_end_both(&p);
}
END_TEST

START_TEST(each_direction_does_its_one_thing)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    size_t len = rtp_make(pkt, PAIR_SSRC, 1);

    ck_assert_int_eq(ztrunk_srtp_seal(p.in, 0, pkt, len, PAIR_ROOM, &len), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_open(p.out, 0, pkt, len, &len), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_seal(NULL, 0, pkt, len, PAIR_ROOM, &len), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, NULL, len, &len), ZTRUNK_E_INVALID);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_number_is_sealed_only_once)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 1000, pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 1000, pkt, &len), ZTRUNK_E_REPLAY);
    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 999, pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 800, pkt, &len), ZTRUNK_E_REPLAY);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_buffer_too_small_says_how_much_it_takes)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        pair p = pair_of((ztrunk_srtp_opts){.suite = suite});
        size_t need = 172 + ztrunk_srtp_overhead(p.out);
        uint8_t pkt[PAIR_ROOM];
        size_t len = 0;

        ck_assert_uint_eq(need - 172, suite >= 7 ? 20 : 14);
        rtp_make(pkt, PAIR_SSRC, 1);
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 0, pkt, 172, need - 1, &len), ZTRUNK_E_SPACE);
        ck_assert_uint_eq(len, need);
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 0, pkt, 172, 171, &len), ZTRUNK_E_INVALID);
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 0, pkt, 172, need, &len), ZTRUNK_OK);
        ck_assert_uint_le(len, need);
        pair_end_both(&p);
    }
}
END_TEST

START_TEST(the_lifetime_ends_after_just_so_many_packets)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_packets = 3});
    pair longer = pair_of((ztrunk_srtp_opts){.max_packets = 100});
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    for (uint32_t seq = 1; seq <= 3; seq++) {
        ck_assert_int_eq(seal_rtp(longer.out, PAIR_SSRC, seq, pkt, &len), ZTRUNK_OK);
        ck_assert_int_eq(open_copy(p.in, 0, pkt, len), ZTRUNK_OK);
        ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC + seq, seq, pkt, &len), ZTRUNK_OK);
    }
    ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 4, pkt, &len), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(seal_rtp(longer.out, PAIR_SSRC, 4, pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(open_copy(p.in, 0, pkt, len), ZTRUNK_E_EXPIRED);
    for (int i = 0; i < 4; i++) {
        len = rtcp_make(pkt, PAIR_SSRC);
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 1, pkt, len, PAIR_ROOM, &len),
                         i < 3 ? ZTRUNK_OK : ZTRUNK_E_EXPIRED);
    }
    pair_end_both(&p);
    pair_end_both(&longer);
}
END_TEST

START_TEST(forged_packets_do_not_use_the_lifetime_up)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_packets = 1});
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    for (int i = 0; i < 1000; i++) {
        len = rtp_make(pkt, PAIR_SSRC, (uint32_t)i);
        ck_assert_int_eq(open_copy(p.in, 0, pkt, len), ZTRUNK_E_AUTH);
    }
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 5), ZTRUNK_OK);
    pair_end_both(&p);
}
END_TEST

START_TEST(one_ssrc_more_than_the_bound_is_refused)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_ssrc = 2});
    pair wide = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    ck_assert_int_eq(pass_rtp(&p, 1, 1), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&p, 2, 1), ZTRUNK_OK);
    ck_assert_int_eq(seal_rtp(p.out, 3, 1, pkt, &len), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(seal_rtp(wide.out, 3, 1, pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(open_copy(p.in, 0, pkt, len), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(pass_rtp(&p, 1, 2), ZTRUNK_OK);
    for (uint32_t ssrc = 4; ssrc < 19; ssrc++)
        ck_assert_int_eq(pass_rtp(&wide, ssrc, 1), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&wide, 19, 1), ZTRUNK_E_LIMIT);
    pair_end_both(&p);
    pair_end_both(&wide);
}
END_TEST

START_TEST(forged_ssrcs_take_no_place)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_ssrc = 1});
    uint8_t pkt[PAIR_ROOM];

    for (uint32_t ssrc = 0; ssrc < 100; ssrc++)
        ck_assert_int_eq(open_copy(p.in, 0, pkt, rtp_make(pkt, ssrc, 1)), ZTRUNK_E_AUTH);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 1), ZTRUNK_OK);
    pair_end_both(&p);
}
END_TEST

START_TEST(a_forged_jump_of_more_than_half_the_numbers_does_not_hurt)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];

    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 100), ZTRUNK_OK);
    for (uint32_t seq = 0; seq < 65536; seq += 97)
        ck_assert_int_lt(open_copy(p.in, 0, pkt, rtp_make(pkt, PAIR_SSRC, seq)), 0);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 101), ZTRUNK_OK);
    pair_end_both(&p);
}
END_TEST

/* More than 65,536 packets in two SSRCs: each rolls over by itself. */
START_TEST(long_calls_roll_over)
{
    pair p = pair_of((ztrunk_srtp_opts){.suite = ZTRUNK_SUITE_AEAD_AES_128_GCM});
    uint32_t roc = 0;

    for (uint32_t i = 0; i < 70000; i++) {
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, (40000 + i) & 0xffff), ZTRUNK_OK);
        if (i % 16 == 0) ck_assert_int_eq(pass_rtp(&p, 77, i / 16), ZTRUNK_OK);
    }
    ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, 1);
    ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, 77, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, 0);
    pair_end_both(&p);
}
END_TEST

typedef struct kat_stream {
    ztrunk_ctx *ctx;
    ztrunk_srtp *out, *in;
    uint32_t packets;
} kat_stream;

static void kat_stream_begin(kat_stream *s, const kat_line *line)
{
    kat_bytes key = kat_hex(line->word[3]);
    ztrunk_srtp_opts opts = {.size = sizeof opts};

    ztrunk_srtp_free(s->out);
    ztrunk_srtp_free(s->in);
    opts.suite = ztrunk_suite_from_name(line->word[2], strlen(line->word[2]));
    opts.mki_len = (uint32_t)strtoul(line->word[4], NULL, 10);
    opts.mki = strtoul(line->word[5], NULL, 10);
    ck_assert_int_eq(ztrunk_srtp_new(s->ctx, &opts, key.data, key.len, &s->out), ZTRUNK_OK);
    opts.inbound = 1;
    ck_assert_int_eq(ztrunk_srtp_new(s->ctx, &opts, key.data, key.len, &s->in), ZTRUNK_OK);
}

/* libsrtp2 counts SRTCP from 1, and so does every vector but for its index. */
static void kat_accept(kat_stream *s, uint32_t is_rtcp, const kat_line *line)
{
    kat_bytes plain = kat_hex(line->word[3]);
    kat_bytes sealed = kat_hex(line->word[4]);
    kat_bytes made = plain;
    uint32_t want = (uint32_t)strtoul(line->word[2], NULL, 10);
    const uint8_t *x = plain.data + 8;
    uint32_t ssrc = (uint32_t)x[0] << 24 | (uint32_t)x[1] << 16 | (uint32_t)x[2] << 8 | x[3];
    uint32_t roc = UINT32_MAX;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_srtp_seal(s->out, is_rtcp, made.data, made.len, sizeof made.data, &len),
                     ZTRUNK_OK);
    ck_assert_uint_eq(len, sealed.len);
    ck_assert_mem_eq(made.data, sealed.data, len);
    ck_assert_int_eq(ztrunk_srtp_open(s->in, is_rtcp, sealed.data, sealed.len, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, plain.len);
    ck_assert_mem_eq(sealed.data, plain.data, len);
    if (is_rtcp) return;
    ck_assert_int_eq(ztrunk_srtp_get_roc(s->in, ssrc, &roc), ZTRUNK_OK);
    ck_assert_uint_ge(roc, want);
    ck_assert_uint_le(roc, want + 1); /* a late packet of the counter before */
}

static void kat_packet(kat_stream *s, const kat_line *line)
{
    uint32_t is_rtcp = strcmp(line->word[0], "rtcp") == 0;
    kat_bytes sealed = kat_hex(line->word[4]);
    int32_t err;

    s->packets++;
    if (strcmp(line->word[1], "accept") == 0) {
        kat_accept(s, is_rtcp, line);
        return;
    }
    err = open_copy(s->in, is_rtcp, sealed.data, sealed.len);
    if (strcmp(line->word[1], "replay") == 0)
        ck_assert_int_eq(err, ZTRUNK_E_REPLAY);
    else
        /* A jump too far is taken for a packet of the counter before: too old. */
        ck_assert_msg(err == ZTRUNK_E_AUTH || err == ZTRUNK_E_MALFORMED || err == ZTRUNK_E_REPLAY,
                      "%d", err);
}

START_TEST(every_known_answer_comes_out)
{
    uint8_t seed[32] = {5};
    kat_file file = kat_open();
    kat_stream s = {0};
    kat_line line;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &s.ctx), ZTRUNK_OK);
    while (kat_read(&file, &line)) {
        if (strcmp(line.word[0], "stream") == 0) kat_stream_begin(&s, &line);
        if (strncmp(line.word[0], "rt", 2) == 0) kat_packet(&s, &line);
    }
    ck_assert_uint_gt(s.packets, 200);
    ztrunk_srtp_free(s.out);
    ztrunk_srtp_free(s.in);
    ztrunk_ctx_free(s.ctx);
    free(file.text);
}
END_TEST

UNIT_MAIN("srtp/packet", a_flipped_bit_anywhere_is_refused_and_moves_nothing,
          a_truncated_or_lengthened_packet_is_refused, four_bytes_of_rtcp_are_refused_both_ways,
          plain_packets_are_refused, srtcp_without_its_e_bit_is_refused,
          rtp_is_not_taken_for_rtcp_nor_the_other_way, each_direction_does_its_one_thing,
          a_number_is_sealed_only_once, a_buffer_too_small_says_how_much_it_takes,
          the_lifetime_ends_after_just_so_many_packets, forged_packets_do_not_use_the_lifetime_up,
          one_ssrc_more_than_the_bound_is_refused, forged_ssrcs_take_no_place,
          a_forged_jump_of_more_than_half_the_numbers_does_not_hurt, long_calls_roll_over,
          every_known_answer_comes_out)
