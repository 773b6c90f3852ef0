#include <zerotrunk/srtp.h>

#include "fail_ctx.h"
#include "suspects.h"

#define MS     UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static uint64_t trials_of(const ztrunk_srtp *in, uint32_t is_rtcp)
{
    ztrunk_srtp_finding f = {.size = sizeof f};

    ck_assert_int_eq(ztrunk_srtp_finding_of(in, is_rtcp, &f), ZTRUNK_OK);
    return f.trials;
}

static size_t forge(uint8_t pkt[PAIR_ROOM], uint32_t seq, uint64_t *noise)
{
    size_t len = rtp_make(pkt, PAIR_SSRC, seq);

    for (size_t i = 12; i < len + 10; i++) {
        *noise = *noise * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        pkt[i] = (uint8_t)(*noise >> 56);
    }
    return len + 10;
}

START_TEST(a_random_key_is_the_wrong_key_and_stands_within_half_a_second)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 99);

        ck_assert_uint_eq(suspects_send_many(&s, 5), ZTRUNK_SRTP_CAUSE_NONE);
        ck_assert_uint_eq(suspects_send_many(&s, 20), ZTRUNK_SRTP_CAUSE_WRONG_KEY);
        suspects_end(&s);
    }
}
END_TEST

START_TEST(what_the_peer_does_wrong_stands_within_half_a_second)
{
    static const struct {
        ztrunk_srtp_opts ours, theirs;
        uint32_t first, roc, cause;
    } rows[] = {
        {{.suite = 1}, {.suite = 1}, 2, 0, ZTRUNK_SRTP_CAUSE_OWN_KEY},
        {{.suite = 1}, {.suite = 1}, 3, 0, ZTRUNK_SRTP_CAUSE_OLD_KEY},
        {{.suite = 1}, {.suite = 2}, 1, 0, ZTRUNK_SRTP_CAUSE_TAG_32},
        {{.suite = 2}, {.suite = 1}, 1, 0, ZTRUNK_SRTP_CAUSE_TAG_80},
        {{.suite = 5}, {.suite = 8}, 1, 0, ZTRUNK_SRTP_CAUSE_SUITE},
        {{.suite = 1}, {.suite = 1, .mki_len = 1, .mki = 1}, 1, 0, ZTRUNK_SRTP_CAUSE_MKI},
        {{.suite = 1}, {.suite = 1}, 1, 1, ZTRUNK_SRTP_CAUSE_ROC_AHEAD},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        suspects s = suspects_of(rows[i].ours, rows[i].theirs, (uint8_t)rows[i].first);

        ck_assert_int_eq(ztrunk_srtp_set_roc(s.peer, PAIR_SSRC, rows[i].roc), ZTRUNK_OK);
        ck_assert_msg(suspects_send_many(&s, 25) == rows[i].cause, "row %zu: %s", i,
                      ztrunk_srtp_cause_name(s.cause));
        suspects_end(&s);
    }
}
END_TEST

START_TEST(plain_rtp_stands_within_half_a_second)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint8_t pkt[PAIR_ROOM];

    for (uint32_t i = 0; i < 25; i++) {
        s.now_ns += STEP_NS;
        ck_assert_int_ne(suspects_arrive(&s, 0, pkt, rtp_make(pkt, PAIR_SSRC, i)), ZTRUNK_OK);
    }
    ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_PLAIN);
    suspects_end(&s);
}
END_TEST

START_TEST(rtcp_alone_is_enough)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 2);
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    for (uint32_t i = 0; i < 2; i++) {
        s.now_ns += 5 * SECOND;
        len = rtcp_make(pkt, PAIR_SSRC);
        ck_assert_int_eq(ztrunk_srtp_seal(s.peer, 1, pkt, len, PAIR_ROOM, &len), ZTRUNK_OK);
        ck_assert_int_ne(suspects_arrive(&s, 1, pkt, len), ZTRUNK_OK);
    }
    ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_OWN_KEY);
    suspects_end(&s);
}
END_TEST

/* A thousand forged packets between each two good ones, 40 ms apart. */
START_TEST(a_flood_beside_a_healthy_stream_costs_no_trial_and_names_no_cause)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint64_t noise = 1;

    for (uint32_t i = 0; i < 150; i++) {
        ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
        for (uint32_t k = 0; k < 1000; k++) {
            uint8_t pkt[PAIR_ROOM];

            s.now_ns += STEP_NS / 1000;
            ck_assert_int_ne(suspects_arrive(&s, 0, pkt, forge(pkt, s.seq + k, &noise)), 0);
            ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_NONE);
        }
        ck_assert_uint_eq(trials_of(s.in, 0), 0);
    }
    ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    suspects_end(&s);
}
END_TEST

/* 400,000 forged packets at 20,000 a second, and nothing else. */
START_TEST(a_forged_flood_alone_stays_in_the_budget_and_moves_nothing)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint64_t noise = 2;
    uint32_t roc;

    for (uint32_t i = 0; i < 400000; i++) {
        uint8_t pkt[PAIR_ROOM];
        size_t len = i % 64 == 0 ? forge(pkt, i, &noise) : rtp_make(pkt, PAIR_SSRC, i) + 10;

        s.now_ns += STEP_NS / 400;
        ck_assert_uint_le(ztrunk_srtp_trials_look(s.trials, s.now_ns, s.in, s.out, s.before,
                                                  ZTRUNK_E_AUTH, 0, pkt, len),
                          ZTRUNK_SRTP_CAUSE_PLAIN);
    }
    /* Ten at first, then two a second for twenty seconds. */
    ck_assert_uint_le(trials_of(s.in, 0), 10 + 2 * 20);
    ck_assert_uint_ge(trials_of(s.in, 0), 40);
    ck_assert_int_eq(ztrunk_srtp_get_roc(s.in, PAIR_SSRC, &roc), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    suspects_end(&s);
}
END_TEST

START_TEST(all_streams_of_a_thread_share_the_budget)
{
    enum { STREAMS = 300 };
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    ztrunk_srtp *in[STREAMS];
    uint64_t trials = 0, noise = 3;
    uint8_t pkt[PAIR_ROOM];
    size_t len = forge(pkt, 1, &noise);

    for (size_t i = 0; i < STREAMS; i++)
        in[i] = suspect_end(s.ctx, (ztrunk_srtp_opts){.suite = 1}, 1, 1);
    for (uint32_t ms = 0; ms < 2000; ms++) {
        for (size_t i = 0; i < STREAMS; i++)
            (void)ztrunk_srtp_trials_look(s.trials, s.now_ns, in[i], s.out, s.before, ZTRUNK_E_AUTH,
                                          0, pkt, len);
        s.now_ns += MS;
    }
    for (size_t i = 0; i < STREAMS; i++) {
        trials += trials_of(in[i], 0);
        ztrunk_srtp_free(in[i]);
    }
    ck_assert_uint_le(trials, 200);
    ck_assert_uint_ge(trials, 180);
    suspects_end(&s);
}
END_TEST

START_TEST(a_healthy_stream_with_duplicates_and_broken_packets_gets_no_cause)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 7}, (ztrunk_srtp_opts){0}, 1);

    for (uint32_t i = 0; i < 3000; i++) {
        uint8_t pkt[PAIR_ROOM], again[PAIR_ROOM];
        size_t len;

        s.now_ns += STEP_NS;
        ck_assert_int_eq(seal_rtp(s.peer, PAIR_SSRC, ++s.seq & 0xffff, pkt, &len), ZTRUNK_OK);
        memcpy(again, pkt, len);
        if (i % 7 == 0) pkt[20] ^= 1;
        (void)suspects_arrive(&s, 0, pkt, len);
        ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_NONE);
        (void)suspects_arrive(&s, 0, again, len);
        ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_NONE);
    }
    suspects_end(&s);
}
END_TEST

START_TEST(a_stream_that_has_flowed_is_not_accused_of_what_a_stranger_can_send_before_a_second)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    uint64_t noise = 4;

    ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    for (uint32_t i = 0; i < 60; i++) {
        uint8_t pkt[PAIR_ROOM];

        s.now_ns += STEP_NS;
        ck_assert_int_ne(suspects_arrive(&s, 0, pkt, forge(pkt, i, &noise)), ZTRUNK_OK);
        if (i < 50) ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_NONE);
    }
    s.now_ns += SECOND;
    for (uint32_t i = 0; i < 60; i++) {
        uint8_t pkt[PAIR_ROOM];

        s.now_ns += STEP_NS;
        ck_assert_int_ne(suspects_arrive(&s, 0, pkt, forge(pkt, i, &noise)), ZTRUNK_OK);
    }
    ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_WRONG_KEY);
    suspects_end(&s);
}
END_TEST

START_TEST(forged_packets_between_do_not_hide_what_is_proven)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 3);
    uint64_t noise = 5;

    for (uint32_t i = 0; i < 150; i++) {
        uint8_t pkt[PAIR_ROOM];

        (void)suspects_send(&s);
        s.now_ns += STEP_NS / 2;
        (void)suspects_arrive(&s, 0, pkt, forge(pkt, i, &noise));
    }
    ck_assert_uint_eq(s.cause, ZTRUNK_SRTP_CAUSE_OLD_KEY);
    suspects_end(&s);
}
END_TEST

START_TEST(a_good_packet_clears_the_finding)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    ztrunk_srtp *wrong = suspect_end(s.ctx, (ztrunk_srtp_opts){.suite = 1}, 0, 3);
    ztrunk_srtp_finding f = {.size = sizeof f};
    ztrunk_srtp *right = s.peer;

    s.peer = wrong;
    ck_assert_uint_eq(suspects_send_many(&s, 25), ZTRUNK_SRTP_CAUSE_OLD_KEY);
    ck_assert_int_eq(ztrunk_srtp_finding_of(s.in, 0, &f), ZTRUNK_OK);
    ck_assert_uint_eq(f.cause, ZTRUNK_SRTP_CAUSE_OLD_KEY);
    ck_assert_uint_eq(f.refused, 25);
    ck_assert_uint_eq(f.ssrc, PAIR_SSRC);
    ck_assert_uint_eq(f.since_ns, s.now_ns - 24 * STEP_NS);
    s.peer = right;
    ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_finding_of(s.in, 0, &f), ZTRUNK_OK);
    ck_assert_uint_eq(f.cause, ZTRUNK_SRTP_CAUSE_NONE);
    ck_assert_uint_eq(f.refused, 0);
    ztrunk_srtp_free(wrong);
    suspects_end(&s);
}
END_TEST

START_TEST(no_trial_moves_a_good_stream)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        suspects s = suspects_of((ztrunk_srtp_opts){.suite = suite}, (ztrunk_srtp_opts){0}, 1);
        ztrunk_srtp *good = s.peer;

        for (uint8_t first = 2; first < 6; first++) {
            uint32_t roc = 9;

            s.peer = suspect_end(s.ctx, (ztrunk_srtp_opts){.suite = suite}, 0, first);
            (void)suspects_send_many(&s, 20);
            ztrunk_srtp_free(s.peer);
            s.peer = good;
            s.seq -= 20;
            ck_assert_int_eq(suspects_send(&s), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_srtp_get_roc(s.in, PAIR_SSRC, &roc), ZTRUNK_OK);
            ck_assert_uint_eq(roc, 0);
            s.now_ns += SECOND;
        }
        suspects_end(&s);
    }
}
END_TEST

START_TEST(trials_that_find_no_memory_leave_nothing)
{
    for (uint32_t at = 1;; at++) {
        fail_ctx fail = {.fail_at = at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_srtp_trials *t = NULL;
        int32_t err = fail_ctx_new(&fail, &ctx);

        if (err == ZTRUNK_OK) err = ztrunk_srtp_trials_new(ctx, NULL, &t);
        ztrunk_srtp_trials_free(t);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(fail.live, 0);
        if (err == ZTRUNK_OK) break;
        ck_assert_int_eq(err, ZTRUNK_E_NOMEM);
    }
}
END_TEST

START_TEST(a_look_allocates_nothing)
{
    fail_ctx fail = {0};
    ztrunk_srtp_trials *t = NULL;
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *in;
    uint64_t noise = 6;
    uint8_t pkt[PAIR_ROOM];
    uint32_t calls;

    ck_assert_int_eq(fail_ctx_new(&fail, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_trials_new(ctx, NULL, &t), ZTRUNK_OK);
    in = suspect_end(ctx, (ztrunk_srtp_opts){.suite = 5}, 1, 1);
    calls = fail.calls;
    for (uint32_t i = 0; i < 200; i++)
        (void)ztrunk_srtp_trials_look(t, SECOND + i * STEP_NS, in, NULL, NULL, ZTRUNK_E_AUTH, 0,
                                      pkt, forge(pkt, i, &noise));
    ck_assert_uint_gt(trials_of(in, 0), 10);
    ck_assert_uint_eq(fail.calls, calls);
    ztrunk_srtp_free(in);
    ztrunk_srtp_trials_free(t);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(misuse_is_refused)
{
    suspects s = suspects_of((ztrunk_srtp_opts){.suite = 1}, (ztrunk_srtp_opts){0}, 1);
    ztrunk_srtp_trials_opts opts = {.size = sizeof opts, .per_second = 10001};
    ztrunk_srtp_finding f = {.size = sizeof f};
    ztrunk_srtp_trials *t = NULL;
    uint8_t pkt[PAIR_ROOM] = {0};

    ck_assert_int_eq(ztrunk_srtp_trials_new(s.ctx, &opts, &t), ZTRUNK_E_INVALID);
    opts.per_second = 10000;
    ck_assert_int_eq(ztrunk_srtp_trials_new(NULL, &opts, &t), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_trials_new(s.ctx, &opts, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_trials_new(s.ctx, &opts, &t), ZTRUNK_OK);
    for (uint32_t i = 0; i < 100; i++) {
        ck_assert_uint_eq(ztrunk_srtp_trials_look(NULL, i * SECOND, s.in, NULL, NULL, -8, 0, pkt,
                                                  9),
                          0);
        ck_assert_uint_eq(ztrunk_srtp_trials_look(t, i * SECOND, NULL, NULL, NULL, -8, 0, pkt, 9),
                          0);
        ck_assert_uint_eq(ztrunk_srtp_trials_look(t, i * SECOND, s.out, NULL, NULL, -8, 0, pkt, 9),
                          0);
        ck_assert_uint_eq(ztrunk_srtp_trials_look(t, i * SECOND, s.in, NULL, NULL, 0, 0, pkt, 9),
                          0);
    }
    ck_assert_int_eq(ztrunk_srtp_finding_of(s.out, 0, &f), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_srtp_finding_of(NULL, 0, &f), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_srtp_finding_of(s.in, 0, NULL), ZTRUNK_E_INVALID);
    ztrunk_srtp_trials_free(t);
    ztrunk_srtp_trials_free(NULL);
    suspects_end(&s);
}
END_TEST

UNIT_MAIN("srtp/trials", a_random_key_is_the_wrong_key_and_stands_within_half_a_second,
          what_the_peer_does_wrong_stands_within_half_a_second,
          plain_rtp_stands_within_half_a_second, rtcp_alone_is_enough,
          a_flood_beside_a_healthy_stream_costs_no_trial_and_names_no_cause,
          a_forged_flood_alone_stays_in_the_budget_and_moves_nothing,
          all_streams_of_a_thread_share_the_budget,
          a_healthy_stream_with_duplicates_and_broken_packets_gets_no_cause,
          a_stream_that_has_flowed_is_not_accused_of_what_a_stranger_can_send_before_a_second,
          forged_packets_between_do_not_hide_what_is_proven, a_good_packet_clears_the_finding,
          no_trial_moves_a_good_stream, trials_that_find_no_memory_leave_nothing,
          a_look_allocates_nothing, misuse_is_refused)
