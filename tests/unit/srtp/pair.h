/* pair.h - two ends of one stream, and packets for them. */
#ifndef TESTS_UNIT_SRTP_PAIR_H
#define TESTS_UNIT_SRTP_PAIR_H

#include <string.h>
#include <zerotrunk/srtp.h>
#include "unit.h"

#define PAIR_SSRC 0xcafebabeu
#define PAIR_ROOM 256u

typedef struct pair {
    ztrunk_ctx *ctx;
    ztrunk_srtp *out, *in;
} pair;

static inline ztrunk_srtp *pair_end(ztrunk_ctx *ctx, ztrunk_srtp_opts opts, uint32_t inbound)
{
    uint8_t key[46];
    ztrunk_srtp *s = NULL;

    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)(i + 1);
    opts.size = sizeof opts;
    opts.inbound = inbound;
    ck_assert_int_eq(ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(opts.suite), &s),
                     ZTRUNK_OK);
    return s;
}

static inline pair pair_of(ztrunk_srtp_opts opts)
{
    uint8_t seed[32] = {7};
    pair p = {0};

    if (opts.suite == 0) opts.suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &p.ctx), ZTRUNK_OK);
    p.out = pair_end(p.ctx, opts, 0);
    p.in = pair_end(p.ctx, opts, 1);
    return p;
}

static inline void pair_end_both(pair *p)
{
    ztrunk_srtp_free(p->out);
    ztrunk_srtp_free(p->in);
    ztrunk_ctx_free(p->ctx);
}

static inline void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* 20 ms of G.711: 172 bytes. */
static inline size_t rtp_make(uint8_t pkt[PAIR_ROOM], uint32_t ssrc, uint32_t seq)
{
    memset(pkt, 0xd5, PAIR_ROOM);
    pkt[0] = 0x80;
    pkt[1] = 0;
    pkt[2] = (uint8_t)(seq >> 8);
    pkt[3] = (uint8_t)seq;
    put32(pkt + 4, seq * 160);
    put32(pkt + 8, ssrc);
    return 172;
}

/* A receiver report without blocks, and a BYE: 16 bytes. */
static inline size_t rtcp_make(uint8_t pkt[PAIR_ROOM], uint32_t ssrc)
{
    static const uint8_t form[16] = {0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 203, 0, 1};

    memcpy(pkt, form, sizeof form);
    put32(pkt + 4, ssrc);
    put32(pkt + 12, ssrc);
    return sizeof form;
}

static inline int32_t seal_rtp(ztrunk_srtp *s, uint32_t ssrc, uint32_t seq, uint8_t pkt[PAIR_ROOM],
                               size_t *len)
{
    *len = rtp_make(pkt, ssrc, seq);
    return ztrunk_srtp_seal(s, 0, pkt, *len, PAIR_ROOM, len);
}

/* Through both ends: the first error. */
static inline int32_t pass_rtp(pair *p, uint32_t ssrc, uint32_t seq)
{
    uint8_t pkt[PAIR_ROOM], want[PAIR_ROOM];
    size_t len;
    int32_t err = seal_rtp(p->out, ssrc, seq, pkt, &len);

    if (err == ZTRUNK_OK) err = ztrunk_srtp_open(p->in, 0, pkt, len, &len);
    if (err != ZTRUNK_OK) return err;
    ck_assert_uint_eq(len, rtp_make(want, ssrc, seq));
    ck_assert_mem_eq(pkt, want, len);
    return ZTRUNK_OK;
}

#endif
