/* suspects.h - a stream at 50 packets a second in virtual time whose peer does it wrong. */
#ifndef TESTS_UNIT_SRTP_SUSPECTS_H
#define TESTS_UNIT_SRTP_SUSPECTS_H

#include "pair.h"

#define STEP_NS UINT64_C(20000000)

typedef struct suspects {
    ztrunk_ctx *ctx;
    ztrunk_srtp_trials *trials;
    ztrunk_srtp *in, *out, *before; /* ours */
    ztrunk_srtp *peer;              /* seals as the peer does */
    uint64_t now_ns;
    uint32_t seq, cause;
} suspects;

static inline ztrunk_srtp *suspect_end(ztrunk_ctx *ctx, ztrunk_srtp_opts opts, uint32_t inbound,
                                       uint8_t first)
{
    uint8_t key[46];
    ztrunk_srtp *s = NULL;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(first + i * 3);
    opts.size = sizeof opts;
    opts.inbound = inbound;
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(opts.suite), &s),
                     ZTRUNK_OK);
    return s;
}

/* Keys begin with 1: agreed, 2: the other direction's, 3: of the offer before. */
static inline suspects suspects_of(ztrunk_srtp_opts ours, ztrunk_srtp_opts theirs, uint8_t first)
{
    uint8_t seed[32] = {11};
    suspects s = {.now_ns = UINT64_C(1000000000), .seq = 1000};

    if (theirs.suite == 0) theirs = ours;
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &s.ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_srtp_trials_new(s.ctx, NULL, &s.trials), ZTRUNK_OK);
    s.in = suspect_end(s.ctx, ours, 1, 1);
    s.out = suspect_end(s.ctx, ours, 0, 2);
    s.before = suspect_end(s.ctx, ours, 1, 3);
    s.peer = suspect_end(s.ctx, theirs, 0, first);
    return s;
}

static inline void suspects_end(suspects *s)
{
    ztrunk_srtp_free(s->in);
    ztrunk_srtp_free(s->out);
    ztrunk_srtp_free(s->before);
    ztrunk_srtp_free(s->peer);
    ztrunk_srtp_trials_free(s->trials);
    ztrunk_ctx_free(s->ctx);
}

/* The next packet at its time arrives as it is; gives open's error. */
static inline int32_t suspects_arrive(suspects *s, uint32_t is_rtcp, uint8_t *pkt, size_t len)
{
    uint8_t copy[PAIR_ROOM];
    size_t out_len;
    int32_t err;

    memcpy(copy, pkt, len);
    err = ztrunk_srtp_open(s->in, is_rtcp, pkt, len, &out_len);
    s->cause = 0;
    if (err == ZTRUNK_OK) return err;
    s->cause = ztrunk_srtp_trials_look(s->trials, s->now_ns, s->in, s->out, s->before, err, is_rtcp,
                                       pkt, len);
    ck_assert_mem_eq(pkt, copy, len);
    return err;
}

static inline int32_t suspects_send(suspects *s)
{
    uint8_t pkt[PAIR_ROOM];
    size_t len;

    s->now_ns += STEP_NS;
    ck_assert_int_eq(seal_rtp(s->peer, PAIR_SSRC, ++s->seq & 0xffff, pkt, &len), ZTRUNK_OK);
    return suspects_arrive(s, 0, pkt, len);
}

/* Sends for that many packets; gives the cause that stands then. */
static inline uint32_t suspects_send_many(suspects *s, uint32_t count)
{
    while (count-- > 0) (void)suspects_send(s);
    return s->cause;
}

#endif
