/* facts.h - a call whose facts are made up second by second. */
#ifndef TESTS_UNIT_VERDICT_FACTS_H
#define TESTS_UNIT_VERDICT_FACTS_H

#include <string.h>
#include <zerotrunk/verdict.h>
#include "unit.h"

#define SECOND UINT64_C(1000000000)
#define RATE   50u

typedef struct facts {
    ztrunk_ctx *ctx;
    ztrunk_verdict *verdict;
    uint64_t now_ns, step_ns;
    ztrunk_verdict_call call;
    ztrunk_verdict_leg legs[2];
    uint32_t is_dead[2]; /* nothing is let in from that leg */
    ztrunk_verdict_finding found;
} facts;

static inline facts facts_new(void)
{
    static const uint8_t seed[32] = {21};
    ztrunk_verdict_opts opts = {.size = sizeof opts, .names = {"cloud", "inside"}};
    facts f = {.now_ns = 7 * SECOND, .step_ns = SECOND};

    f.call.size = sizeof f.call;
    f.call.is_answered = 1;
    f.found.size = sizeof f.found;
    for (int i = 0; i < 2; i++) {
        f.legs[i].size = sizeof f.legs[i];
        f.legs[i].send = f.legs[i].receive = 1;
        f.legs[i].ours = (ztrunk_addr){.family = 4, .port = 20000, .ip = {203, 0, 113, 1}};
        f.legs[i].theirs = (ztrunk_addr){.family = 4, .port = 4000, .ip = {203, 0, 113, 9}};
    }
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &f.ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_verdict_new(f.ctx, &opts, &f.verdict), ZTRUNK_OK);
    return f;
}

static inline void facts_end(facts *f)
{
    ztrunk_verdict_free(f->verdict);
    ztrunk_ctx_free(f->ctx);
}

static inline uint32_t facts_judge(facts *f)
{
    ck_assert_int_eq(ztrunk_verdict_judge(f->verdict, f->now_ns, &f->call, &f->legs[0], &f->legs[1],
                                          &f->found),
                     ZTRUNK_OK);
    return f->found.code;
}

/* One step in which media flows where it is not dead. */
static inline uint32_t facts_step(facts *f)
{
    f->now_ns += f->step_ns;
    for (int i = 0; i < 2; i++) {
        uint64_t packets = RATE * f->step_ns / SECOND;

        if (f->is_dead[i] || !f->legs[i].receive) continue;
        f->legs[i].rx_packets += packets;
        if (f->legs[1 - i].send) f->legs[1 - i].tx_packets += packets;
    }
    return facts_judge(f);
}

/* So many healthy seconds: no verdict. */
static inline void facts_flow(facts *f, uint32_t seconds)
{
    (void)facts_judge(f);
    while (seconds-- > 0) ck_assert_uint_eq(facts_step(f), ZTRUNK_VERDICT_NONE);
}

#endif
