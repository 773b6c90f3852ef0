#include <zerotrunk/srtp.h>

#include "kat.h"
#include "suspects.h"

/* The other process: new contexts of the same keys take the counters. */
static void hand_over(ztrunk_srtp **s, ztrunk_srtp *next)
{
    ztrunk_srtp_counter c = {.size = sizeof c};
    uint32_t n = 0;

    while (ztrunk_srtp_get_counter(*s, n, &c) == ZTRUNK_OK) {
        ck_assert_int_eq(ztrunk_srtp_set_counter(next, &c), ZTRUNK_OK);
        n++;
    }
    ztrunk_srtp_free(*s);
    *s = next;
}

static void hand_pair_over(pair *p, ztrunk_srtp_opts opts)
{
    if (opts.suite == 0) opts.suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;
    hand_over(&p->out, pair_end(p->ctx, opts, 0));
    hand_over(&p->in, pair_end(p->ctx, opts, 1));
}

static int32_t pass_rtcp(pair *p, uint32_t ssrc)
{
    uint8_t pkt[PAIR_ROOM];
    size_t len = rtcp_make(pkt, ssrc);
    int32_t err = ztrunk_srtp_seal(p->out, 1, pkt, len, PAIR_ROOM, &len);

    return err != ZTRUNK_OK ? err : ztrunk_srtp_open(p->in, 1, pkt, len, &len);
}

START_TEST(what_passed_before_a_handover_passes_never_again)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        ztrunk_srtp_opts opts = {.suite = suite, .mki_len = 1, .mki = 3};
        pair p = pair_of(opts);
        uint8_t old[40][PAIR_ROOM], report[PAIR_ROOM], copy[PAIR_ROOM];
        size_t lens[40], report_len = rtcp_make(report, PAIR_SSRC), len;

        for (uint32_t i = 0; i < 40; i++) {
            ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 500 + i, old[i], &lens[i]), ZTRUNK_OK);
            memcpy(copy, old[i], lens[i]);
            ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, copy, lens[i], &len), ZTRUNK_OK);
        }
        ck_assert_int_eq(ztrunk_srtp_seal(p.out, 1, report, report_len, PAIR_ROOM, &report_len), 0);
        memcpy(copy, report, report_len);
        ck_assert_int_eq(ztrunk_srtp_open(p.in, 1, copy, report_len, &len), ZTRUNK_OK);
        hand_pair_over(&p, opts);
        for (uint32_t round = 0; round < 2; round++) {
            for (uint32_t i = 0; i < 40; i++) {
                memcpy(copy, old[i], lens[i]);
                ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, copy, lens[i], &len), ZTRUNK_E_REPLAY);
                ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, 500 + i, copy, &len), ZTRUNK_E_REPLAY);
            }
            memcpy(copy, report, report_len);
            ck_assert_int_eq(ztrunk_srtp_open(p.in, 1, copy, report_len, &len), ZTRUNK_E_REPLAY);
            ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 540 + round), ZTRUNK_OK);
            ck_assert_int_eq(pass_rtcp(&p, PAIR_SSRC), ZTRUNK_OK);
        }
        pair_end_both(&p);
    }
}
END_TEST

/* Between export and restore the numbers go on, as far as they may, also over a wrap. */
START_TEST(the_first_packet_after_a_handover_may_lie_up_to_half_the_numbers_ahead)
{
    static const uint32_t ahead[] = {1, 100, 20000, 32000};

    for (uint32_t from = 0; from < 4; from++) {
        for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++) {
            pair p = pair_of((ztrunk_srtp_opts){0});
            uint32_t first = from * 16384 + 16000, roc = 9;
            uint8_t pkt[PAIR_ROOM];
            size_t len;

            ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 3), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 3), ZTRUNK_OK);
            ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, first), ZTRUNK_OK);
            hand_over(&p.in, pair_end(p.ctx, (ztrunk_srtp_opts){.suite = 1}, 1));
            ck_assert_int_eq(seal_rtp(p.out, PAIR_SSRC, (first + ahead[i]) & 0xffff, pkt, &len), 0);
            ck_assert_int_eq(ztrunk_srtp_open(p.in, 0, pkt, len, &len), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_srtp_get_roc(p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
            ck_assert_uint_eq(roc, 3 + (first + ahead[i]) / 65536);
            pair_end_both(&p);
        }
    }
}
END_TEST

START_TEST(forged_packets_do_not_disturb_a_stream_that_was_handed_over)
{
    pair p = pair_of((ztrunk_srtp_opts){0});
    uint8_t pkt[PAIR_ROOM];

    ck_assert_int_eq(ztrunk_srtp_set_roc(p.out, PAIR_SSRC, 2), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(p.in, PAIR_SSRC, 2), ZTRUNK_OK);
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 65000), ZTRUNK_OK);
    hand_pair_over(&p, (ztrunk_srtp_opts){0});
    for (uint32_t seq = 0; seq < 65536; seq += 101) {
        size_t len = rtp_make(pkt, PAIR_SSRC, seq);

        ck_assert_int_lt(ztrunk_srtp_open(p.in, 0, pkt, len, &len), 0);
    }
    ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, 65001), ZTRUNK_OK);
    for (uint32_t i = 0; i < 1000; i++)
        ck_assert_int_eq(pass_rtp(&p, PAIR_SSRC, (65002 + i) & 0xffff), ZTRUNK_OK);
    pair_end_both(&p);
}
END_TEST

START_TEST(counters_that_cannot_be_are_refused)
{
    pair p = pair_of((ztrunk_srtp_opts){.max_ssrc = 2});
    ztrunk_srtp_counter c = {.size = sizeof c, .ssrc = 1, .has_rtp = 1, .has_rtcp = 1};
    ztrunk_srtp_counter got = {.size = sizeof got};

    c.rtp_index = UINT64_C(1) << 48;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_E_INVALID);
    c.rtp_index = UINT64_C(0xfffff0000000);
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_E_EXPIRED);
    c.rtp_index = 5;
    c.rtcp_index = 0x80000000;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_E_INVALID);
    c.rtcp_index = 65537;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.out, &c), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_get_counter(p.in, 0, &got), ZTRUNK_OK);
    ck_assert_uint_eq(got.rtp_index, 5);
    ck_assert_uint_eq(got.rtcp_index, 65537);
    ck_assert_int_eq(ztrunk_srtp_get_counter(p.in, 1, &got), ZTRUNK_E_NOTFOUND);
    c.ssrc = 2;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_OK);
    c.ssrc = 3;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.in, &c), ZTRUNK_E_LIMIT);
    c.rtcp_index = 65536;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.out, &c), ZTRUNK_OK);
    c.has_rtp = 2;
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.out, &c), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_set_counter(NULL, &c), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_set_counter(p.out, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_get_counter(NULL, 0, &got), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_get_counter(p.in, 0, NULL), ZTRUNK_E_INVALID);
    pair_end_both(&p);
}
END_TEST

typedef struct kat_ends {
    ztrunk_ctx *ctx;
    ztrunk_srtp_opts opts;
    kat_bytes key;
    ztrunk_srtp *out, *in;
    uint64_t highest, floor;
    uint32_t packets, handed;
} kat_ends;

static ztrunk_srtp *kat_end(kat_ends *e, uint32_t inbound)
{
    ztrunk_srtp *s = NULL;

    e->opts.inbound = inbound;
    ck_assert_int_eq(ztrunk_srtp_new(e->ctx, &e->opts, e->key.data, e->key.len, &s), ZTRUNK_OK);
    return s;
}

static void kat_begin(kat_ends *e, const kat_line *line)
{
    ztrunk_srtp_free(e->out);
    ztrunk_srtp_free(e->in);
    e->key = kat_hex(line->word[3]);
    e->opts = (ztrunk_srtp_opts){.size = sizeof e->opts};
    e->opts.suite = ztrunk_suite_from_name(line->word[2], strlen(line->word[2]));
    e->opts.mki_len = (uint32_t)strtoul(line->word[4], NULL, 10);
    e->opts.mki = strtoul(line->word[5], NULL, 10);
    e->out = kat_end(e, 0);
    e->in = kat_end(e, 1);
    e->highest = e->floor = 0;
}

static void kat_packet(kat_ends *e, const kat_line *line)
{
    kat_bytes made = kat_hex(line->word[3]), sealed = kat_hex(line->word[4]);
    uint64_t index =
        strtoull(line->word[2], NULL, 10) << 16 | (uint64_t)made.data[2] << 8 | made.data[3];
    int32_t want;
    size_t len;

    if (e->highest != 0 && index > e->highest) {
        hand_over(&e->out, kat_end(e, 0));
        hand_over(&e->in, kat_end(e, 1));
        e->floor = e->highest + 1;
        e->handed++;
    }
    if (index > e->highest) e->highest = index;
    want = index < e->floor ? ZTRUNK_E_REPLAY : ZTRUNK_OK; /* late: lost to the handover */
    ck_assert_int_eq(ztrunk_srtp_seal(e->out, 0, made.data, made.len, sizeof made.data, &len),
                     want);
    if (want == ZTRUNK_OK) ck_assert_mem_eq(made.data, sealed.data, sealed.len);
    ck_assert_int_eq(ztrunk_srtp_open(e->in, 0, sealed.data, sealed.len, &len), want);
    e->packets++;
}

/* The streams of the vectors with a single source, handed over before each packet that goes on. */
START_TEST(the_known_answers_come_out_through_a_handover_at_every_packet)
{
    uint8_t seed[32] = {5};
    kat_file file = kat_open();
    kat_ends e = {0};
    kat_line line;
    uint32_t is_one = 0;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &e.ctx), ZTRUNK_OK);
    while (kat_read(&file, &line)) {
        if (strcmp(line.word[0], "stream") == 0) {
            is_one = strncmp(line.word[1], "gen-roc", 7) == 0;
            kat_begin(&e, &line);
        }
        if (!is_one || strcmp(line.word[0], "rtp") != 0) continue;
        if (strcmp(line.word[1], "accept") == 0) kat_packet(&e, &line);
    }
    ck_assert_uint_gt(e.handed, 40);
    ztrunk_srtp_free(e.out);
    ztrunk_srtp_free(e.in);
    ztrunk_ctx_free(e.ctx);
    free(file.text);
}
END_TEST

typedef struct long_call {
    pair p;
    uint32_t suite, music; /* of the key in use; the other source's next number */
    uint64_t number;       /* of the next packet: its low 16 bits are sent */
    uint64_t key_since;
} long_call;

static void talk(long_call *c, uint32_t packets)
{
    while (packets-- > 0) {
        ck_assert_int_eq(pass_rtp(&c->p, PAIR_SSRC, c->number & 0xffff), ZTRUNK_OK);
        c->number++;
    }
}

static void check_counter(long_call *c)
{
    uint32_t want = (uint32_t)((c->number - 1 - (c->key_since & ~UINT64_C(0xffff))) >> 16), roc;

    ck_assert_int_eq(ztrunk_srtp_get_roc(c->p.in, PAIR_SSRC, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, want);
    ck_assert_int_eq(ztrunk_srtp_get_roc(c->p.out, PAIR_SSRC, &roc), ZTRUNK_OK);
    ck_assert_uint_eq(roc, want);
}

/* A new key: new contexts, at zero, while the numbers go on. */
static void rekey(long_call *c)
{
    ztrunk_ctx *ctx = c->p.ctx;

    ztrunk_srtp_free(c->p.out);
    ztrunk_srtp_free(c->p.in);
    c->suite = c->suite % 8 + 1;
    c->p.out = pair_end(ctx, (ztrunk_srtp_opts){.suite = c->suite}, 0);
    c->p.in = pair_end(ctx, (ztrunk_srtp_opts){.suite = c->suite}, 1);
    c->key_since = c->number;
}

/* Hold: for up to half the numbers nothing comes, music of another source does. */
static void hold(long_call *c, uint32_t gap)
{
    ck_assert_int_eq(ztrunk_srtp_renegotiated(c->p.in), ZTRUNK_OK);
    for (uint32_t i = 0; i < 100; i++)
        ck_assert_int_eq(pass_rtp(&c->p, 77, c->music++ & 0xffff), ZTRUNK_OK);
    c->number += gap;
    ck_assert_int_eq(ztrunk_srtp_renegotiated(c->p.in), ZTRUNK_OK);
}

START_TEST(ten_wraps_with_holds_rekeys_handovers_and_other_sources_lose_no_packet)
{
    long_call c = {.suite = 1, .number = 60000, .key_since = 60000};

    c.p = pair_of((ztrunk_srtp_opts){.suite = 1});
    for (uint32_t wrap = 0; wrap < 10; wrap++) {
        talk(&c, 20000);
        check_counter(&c);
        hold(&c, 30000);
        talk(&c, 3000);
        check_counter(&c);
        hand_pair_over(&c.p, (ztrunk_srtp_opts){.suite = c.suite});
        talk(&c, 12536);
        check_counter(&c);
        if (wrap % 3 == 2) rekey(&c);
    }
    ck_assert_uint_gt(c.number, 10 * 65536 + 60000 - 1);
    pair_end_both(&c.p);
}
END_TEST

/* Loss of more than half the numbers: the peer has wrapped, and we have not seen it. */
START_TEST(a_peer_that_is_ahead_is_followed)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 1);
        uint32_t roc;

        ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, 1), ZTRUNK_OK);
        for (int i = 0; i < 5; i++) ck_assert_int_ne(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_E_NOTFOUND);
        for (int i = 0; i < 100; i++) ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_get_roc(s.in, PAIR_SSRC, &roc), ZTRUNK_OK);
        ck_assert_uint_eq(roc, 1);
        suspects_end(&s);
    }
}
END_TEST

START_TEST(a_peer_that_starts_at_zero_is_followed_only_after_an_offer_and_once)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 1);
        ztrunk_srtp *again = suspect_end(s.ctx, (ztrunk_srtp_opts){.suite = suite}, 0, 1);
        ztrunk_srtp *first = s.peer;
        uint32_t roc = 9;

        ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, 4), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_set_roc(s.in, PAIR_SSRC, 4), ZTRUNK_OK);
        for (int i = 0; i < 5; i++) ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
        s.peer = again;
        for (int i = 0; i < 5; i++) ck_assert_int_ne(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_E_DENIED);
        ck_assert_int_eq(ztrunk_srtp_renegotiated(s.in), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_OK);
        for (int i = 0; i < 50; i++) ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_get_roc(s.in, PAIR_SSRC, &roc), ZTRUNK_OK);
        ck_assert_uint_eq(roc, 0);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_E_NOTFOUND);
        ztrunk_srtp_free(first);
        suspects_end(&s);
    }
}
END_TEST

/* On hold, after an offer: somebody plays what the peer sent an hour ago. The peer is back at once,
 * and what it had sent last is no news. */
START_TEST(a_recording_that_sets_a_counter_back_does_not_keep_the_peer_out)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint8_t recorded[20][PAIR_ROOM], last[PAIR_ROOM];
    size_t lens[20], last_len, len;

    for (uint32_t i = 0; i < 20; i++)
        ck_assert_int_eq(seal_rtp(s.peer, PAIR_SSRC, 100 + i, recorded[i], &lens[i]), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, 7), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_set_roc(s.in, PAIR_SSRC, 7), ZTRUNK_OK);
    for (int i = 0; i < 5; i++) ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    ck_assert_int_eq(seal_rtp(s.peer, PAIR_SSRC, ++s.seq, last, &last_len), ZTRUNK_OK);
    memcpy(recorded[19], last, last_len);
    ck_assert_int_eq(suspects_arrive(&s, 0, recorded[19], last_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_renegotiated(s.in), ZTRUNK_OK);
    for (uint32_t i = 0; i < 10; i++) {
        s.now_ns += STEP_NS;
        ck_assert_int_ne(suspects_arrive(&s, 0, recorded[i], lens[i]), ZTRUNK_OK);
    }
    ck_assert_int_eq(ztrunk_srtp_recover(s.in), ZTRUNK_OK);
    ck_assert_int_eq(suspects_arrive(&s, 0, recorded[10], lens[10]), ZTRUNK_OK);
    s.now_ns += UINT64_C(1000000000);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_ne(suspects_send(&s), ZTRUNK_OK);
        if (ztrunk_srtp_recover(s.in) == ZTRUNK_OK) break;
    }
    ck_assert_int_eq(ztrunk_srtp_open(s.in, 0, last, last_len, &len), ZTRUNK_E_REPLAY);
    for (int i = 0; i < 300; i++) ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_open(s.in, 0, last, last_len, &len), ZTRUNK_E_REPLAY);
    suspects_end(&s);
}
END_TEST

START_TEST(a_key_is_set_back_eight_times_and_no_more)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);

    for (int back = 0; back < 9; back++) {
        ck_assert_int_eq(ztrunk_srtp_set_roc(s.in, PAIR_SSRC, 4), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_renegotiated(s.in), ZTRUNK_OK);
        for (int i = 0; i < 5; i++) ck_assert_int_ne(suspects_send(&s), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_srtp_recover(s.in), back < 8 ? ZTRUNK_OK : ZTRUNK_E_DENIED);
        ck_assert_int_eq(suspects_send(&s) == ZTRUNK_OK, back < 8);
        s.now_ns += UINT64_C(1000000000);
    }
    suspects_end(&s);
}
END_TEST

START_TEST(only_an_inbound_stream_follows_its_peer)
{
    pair p = pair_of((ztrunk_srtp_opts){0});

    ck_assert_int_eq(ztrunk_srtp_recover(p.out), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_recover(NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_renegotiated(p.out), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_renegotiated(NULL), ZTRUNK_E_INVALID);
    pair_end_both(&p);
}
END_TEST

UNIT_MAIN("srtp/counter", what_passed_before_a_handover_passes_never_again,
          the_first_packet_after_a_handover_may_lie_up_to_half_the_numbers_ahead,
          forged_packets_do_not_disturb_a_stream_that_was_handed_over,
          counters_that_cannot_be_are_refused,
          the_known_answers_come_out_through_a_handover_at_every_packet,
          ten_wraps_with_holds_rekeys_handovers_and_other_sources_lose_no_packet,
          a_peer_that_is_ahead_is_followed,
          a_peer_that_starts_at_zero_is_followed_only_after_an_offer_and_once,
          a_recording_that_sets_a_counter_back_does_not_keep_the_peer_out,
          a_key_is_set_back_eight_times_and_no_more, only_an_inbound_stream_follows_its_peer)
