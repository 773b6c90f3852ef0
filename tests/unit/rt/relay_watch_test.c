#include "rt/relay_watch.h"

#include <string.h>
#include "unit.h"

#define ROOM 256u
#define SSRC 0xcafebabeu

typedef struct bench {
    ztrunk_ctx *ctx;
    zti_relay_call *call;
    ztrunk_srtp_trials *trials;
    uint64_t now_ns;
} bench;

static ztrunk_srtp *context(const bench *b, uint32_t inbound, uint8_t first)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = 1, .inbound = inbound};
    uint8_t key[30] = {first};
    ztrunk_srtp *s = NULL;

    ck_assert_int_eq(ztrunk_srtp_new(b->ctx, &opts, key, sizeof key, &s), ZTRUNK_OK);
    return s;
}

/* Leg 0 is secure: keys begin with 1 in, 2 out, 3 before. */
static bench bench_new(void)
{
    static const uint8_t seed[32] = {9};
    ztrunk_relay_call spec = {.size = sizeof spec, .secure = {1, 0}};
    bench b = {.now_ns = 1000000000};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &b.ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_trials_new(b.ctx, NULL, &b.trials), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_call_new(b.ctx, &spec, &b.call), ZTRUNK_OK);
    b.call->legs[0].in = context(&b, 1, 1);
    b.call->legs[0].out = context(&b, 0, 2);
    b.call->legs[0].in_before = context(&b, 1, 3);
    b.call->trials = b.trials;
    return b;
}

static void bench_free(bench *b)
{
    zti_relay_call_free(b->call);
    ztrunk_srtp_trials_free(b->trials);
    ztrunk_ctx_free(b->ctx);
}

static uint32_t cause_of(const bench *b)
{
    ztrunk_relay_stats stats = {.size = sizeof stats};

    zti_relay_stats_read(&b->call->legs[0], &stats);
    return stats.srtp_cause;
}

/* A peer with that key sends for half a second. */
static void peer_sends(bench *b, ztrunk_srtp *peer)
{
    for (uint32_t i = 0; i < 25; i++) {
        uint8_t pkt[ROOM] = {0x80, 0, 1, (uint8_t)i, [8] = 0xca, 0xfe, 0xba, 0xbe};
        size_t len = 172, plain;
        int32_t err;

        b->now_ns += 20000000;
        ck_assert_int_eq(ztrunk_srtp_seal(peer, 0, pkt, len, ROOM, &len), ZTRUNK_OK);
        err = ztrunk_srtp_open(b->call->legs[0].in, 0, pkt, len, &plain);
        if (err != ZTRUNK_OK)
            zti_relay_watch_refused(&b->call->legs[0], b->now_ns, err, 0, pkt, len);
        else
            zti_relay_watch_media(&b->call->legs[0], 0);
    }
}

START_TEST(the_cause_stands_in_the_counters_until_media_is_let_in)
{
    static const uint32_t want[] = {ZTRUNK_SRTP_CAUSE_NONE, ZTRUNK_SRTP_CAUSE_NONE,
                                    ZTRUNK_SRTP_CAUSE_OWN_KEY, ZTRUNK_SRTP_CAUSE_OLD_KEY,
                                    ZTRUNK_SRTP_CAUSE_WRONG_KEY};

    for (uint8_t first = 2; first <= 4; first++) {
        bench b = bench_new();
        ztrunk_srtp *peer = context(&b, 0, first), *good = context(&b, 0, 1);

        peer_sends(&b, peer);
        ck_assert_uint_eq(cause_of(&b), want[first]);
        peer_sends(&b, good);
        ck_assert_uint_eq(cause_of(&b), ZTRUNK_SRTP_CAUSE_NONE);
        ztrunk_srtp_free(peer);
        ztrunk_srtp_free(good);
        bench_free(&b);
    }
}
END_TEST

START_TEST(a_peer_whose_counter_is_ahead_is_followed)
{
    bench b = bench_new();
    ztrunk_srtp *peer = context(&b, 0, 1);
    ztrunk_relay_stats stats = {.size = sizeof stats};

    ck_assert_int_eq(ztrunk_srtp_set_roc(peer, SSRC, 1), ZTRUNK_OK);
    peer_sends(&b, peer);
    zti_relay_stats_read(&b.call->legs[0], &stats);
    ck_assert_uint_eq(stats.recovered, 1);
    ck_assert_uint_eq(stats.srtp_cause, ZTRUNK_SRTP_CAUSE_NONE);
    ztrunk_srtp_free(peer);
    bench_free(&b);
}
END_TEST

START_TEST(without_trials_or_a_key_nothing_is_found)
{
    bench b = bench_new();
    ztrunk_srtp *peer = context(&b, 0, 3);

    b.call->trials = NULL;
    peer_sends(&b, peer);
    ck_assert_uint_eq(cause_of(&b), ZTRUNK_SRTP_CAUSE_NONE);
    b.call->trials = b.trials;
    zti_relay_watch_refused(&b.call->legs[1], 5, ZTRUNK_E_AUTH, 0, (const uint8_t *)"x", 1);
    ztrunk_srtp_free(peer);
    bench_free(&b);
}
END_TEST

START_TEST(payload_types_are_counted_by_what_was_agreed_on)
{
    bench b = bench_new();
    zti_relay_leg *leg = &b.call->legs[1];

    for (uint32_t pt = 0; pt < 128; pt++) zti_relay_watch_media(leg, pt);
    ck_assert_uint_eq(leg->counters.rx_other_codec, 0);
    leg->spec.payload_types[0] = 1;                         /* 0 */
    leg->spec.payload_types[1] = UINT64_C(1) << (127 - 64); /* 127 */
    for (uint32_t pt = 0; pt < 128; pt++) zti_relay_watch_media(leg, pt);
    ck_assert_uint_eq(leg->counters.rx_other_codec, 126);
    bench_free(&b);
}
END_TEST

static size_t block(uint8_t *at, uint32_t ssrc, uint8_t lost, uint32_t sequence)
{
    memset(at, 0, 24);
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(ssrc >> (24 - 8 * i));
        at[8 + i] = (uint8_t)(sequence >> (24 - 8 * i));
    }
    at[4] = lost;
    return 24;
}

/* A sender report with a block on another source, then a receiver report with the one that counts.
 */
static size_t compound(uint8_t pkt[ROOM])
{
    size_t len = 28;

    memset(pkt, 0, ROOM);
    memcpy(pkt, "\x81\xc8\x00\x0c", 4);
    len += block(pkt + len, 77, 9, 9);
    memcpy(pkt + len, "\x81\xc9\x00\x07\x00\x00\x00\x01", 8);
    len += 8;
    return len + block(pkt + len, SSRC, 200, 0x10203);
}

static void media_came(bench *b)
{
    atomic_store(&b->call->legs[1].counters.rx_packets, 1);
    atomic_store(&b->call->legs[1].counters.last_ssrc, SSRC);
}

START_TEST(only_the_block_on_what_we_send_counts)
{
    bench b = bench_new();
    ztrunk_relay_stats stats = {.size = sizeof stats};
    uint8_t pkt[ROOM];
    size_t len = compound(pkt);

    zti_relay_watch_rtcp(&b.call->legs[0], pkt, len);
    ck_assert_uint_eq(b.call->legs[0].counters.reports, 0);
    media_came(&b);
    zti_relay_watch_rtcp(&b.call->legs[0], pkt, len);
    zti_relay_stats_read(&b.call->legs[0], &stats);
    ck_assert_uint_eq(stats.reports, 1);
    ck_assert_uint_eq(stats.report_lost, 200);
    ck_assert_uint_eq(stats.report_sequence, 0x10203);
    bench_free(&b);
}
END_TEST

START_TEST(a_report_cut_anywhere_is_read_no_further)
{
    bench b = bench_new();
    uint8_t pkt[ROOM];
    size_t len = compound(pkt);

    media_came(&b);
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *exact = malloc(cut > 0 ? cut : 1);

        memcpy(exact, pkt, cut);
        zti_relay_watch_rtcp(&b.call->legs[0], exact, cut);
        free(exact);
    }
    ck_assert_uint_eq(b.call->legs[0].counters.reports, 0);
    /* 31 blocks are told where one is. */
    pkt[52] |= 31;
    zti_relay_watch_rtcp(&b.call->legs[0], pkt, len);
    ck_assert_uint_eq(b.call->legs[0].counters.reports, 1);
    bench_free(&b);
}
END_TEST

UNIT_MAIN("rt/relay_watch", the_cause_stands_in_the_counters_until_media_is_let_in,
          a_peer_whose_counter_is_ahead_is_followed, without_trials_or_a_key_nothing_is_found,
          payload_types_are_counted_by_what_was_agreed_on, only_the_block_on_what_we_send_counts,
          a_report_cut_anywhere_is_read_no_further)
