/* 1,500 healthy calls, made up by fixed dice, must never get a verdict; then the same calls fail,
 * and each must have one within three seconds. */
#include <zerotrunk/verdict.h>

#include <string.h>
#include "unit.h"

#define SECOND UINT64_C(1000000000)
#define CALLS  1500u

enum { STEADY, DTX_AGREED, DTX_FRAMES, TALK_SHAPES }; /* how a party's media comes */
enum { TALK, NEGOTIATE, HOLD_INACTIVE, HOLD_BY_0, HOLD_BY_1 };

typedef struct party {
    uint32_t shape, is_talking, spurt, late; /* seconds left of the spurt, of the start */
    uint32_t is_attacked, has_reports, is_mute, next_report;
} party;

typedef struct quiet_call {
    uint64_t dice, now_ns;
    ztrunk_verdict *verdict;
    ztrunk_verdict_call call;
    ztrunk_verdict_leg legs[2];
    party parties[2];
    uint32_t phase, left; /* seconds */
} quiet_call;

static uint32_t roll(quiet_call *c, uint32_t below)
{
    c->dice = c->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(c->dice >> 33) % below;
}

static void party_of(quiet_call *c, uint32_t i)
{
    party *p = &c->parties[i];
    ztrunk_verdict_leg *leg = &c->legs[i];

    *p = (party){.shape = roll(c, TALK_SHAPES), .is_talking = roll(c, 2), .late = roll(c, 2)};
    p->spurt = 1 + roll(c, 10);
    p->is_attacked = p->shape == STEADY && roll(c, 4) == 0;
    p->has_reports = roll(c, 2);
    p->next_report = 5;
    *leg = (ztrunk_verdict_leg){.size = sizeof *leg, .has_dtx = p->shape == DTX_AGREED};
    leg->ours_is_private = roll(c, 3) == 0;
    leg->theirs_is_private = roll(c, 3) == 0;
}

static void set_ways(quiet_call *c)
{
    static const struct {
        uint32_t from_0, from_1;
    } ways[] = {[TALK] = {1, 1},
                [NEGOTIATE] = {1, 1},
                [HOLD_INACTIVE] = {0, 0},
                [HOLD_BY_0] = {1, 0},
                [HOLD_BY_1] = {0, 1}};

    c->legs[0].receive = c->legs[1].send = ways[c->phase].from_0;
    c->legs[1].receive = c->legs[0].send = ways[c->phase].from_1;
    c->call.is_negotiating = c->phase == NEGOTIATE;
}

static void next_phase(quiet_call *c)
{
    if (c->left-- > 0) return;
    c->phase = c->phase == TALK ? 1 + roll(c, 4) : TALK;
    c->left = c->phase == TALK ? 4 + roll(c, 25) : roll(c, 12);
    for (int i = 0; i < 2; i++) c->parties[i].late = c->phase == TALK ? roll(c, 2) : 0;
    set_ways(c);
}

/* RTP packets of one second; on hold some send music, some a little, most nothing. */
static uint32_t packets_of(quiet_call *c, uint32_t i)
{
    party *p = &c->parties[i];

    if (p->is_mute) return 0;
    if (!c->legs[i].receive) return roll(c, 8) == 0 ? roll(c, 3) : 0;
    if (c->phase == HOLD_BY_0 || c->phase == HOLD_BY_1) return roll(c, 2) ? 50 : 0;
    if (p->late > 0) {
        p->late--;
        return roll(c, 20);
    }
    if (p->shape == STEADY) return 45 + roll(c, 10);
    if (p->spurt-- == 0) {
        p->is_talking = !p->is_talking;
        p->spurt = p->is_talking ? 1 + roll(c, 8) : 1 + roll(c, 40);
    }
    if (p->is_talking) return 45 + roll(c, 6);
    /* In silence: comfort noise now and then, or with no agreement a frame each second at least. */
    return p->shape == DTX_AGREED ? roll(c, 12) == 0 : 1 + roll(c, 3);
}

static void attack(quiet_call *c, uint32_t i)
{
    ztrunk_verdict_leg *leg = &c->legs[i];

    if (!c->parties[i].is_attacked) return;
    leg->drop_auth += roll(c, 50000);
    leg->drop_denied += roll(c, 100);
    leg->drop_malformed += roll(c, 100);
    leg->drop_replay += roll(c, 10);
}

static void report(quiet_call *c, uint32_t i)
{
    ztrunk_verdict_leg *leg = &c->legs[i];
    party *p = &c->parties[i];

    if (p->next_report-- > 0) return;
    p->next_report = 2 + roll(c, 5);
    leg->rx_rtcp++;
    if (!p->has_reports || c->legs[1 - i].rx_packets == 0) return;
    leg->reports++;
    leg->report_lost = roll(c, 90);
    leg->report_sequence = (uint32_t)leg->tx_packets;
}

static uint32_t second(quiet_call *c)
{
    ztrunk_verdict_finding f = {.size = sizeof f};

    c->now_ns += SECOND;
    next_phase(c);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t packets = packets_of(c, i);

        c->legs[i].rx_packets += packets;
        if (packets > 20) c->legs[i].rx_other_codec += roll(c, 3);
        if (c->legs[1 - i].send) c->legs[1 - i].tx_packets += packets;
        if (packets > 0 && roll(c, 2)) c->legs[i].last_rx_ns = c->now_ns - roll(c, SECOND / 50);
        attack(c, i);
        report(c, i);
    }
    ck_assert_int_eq(ztrunk_verdict_judge(c->verdict, c->now_ns, &c->call, &c->legs[0], &c->legs[1],
                                          &f),
                     ZTRUNK_OK);
    return f.code;
}

static void begin(quiet_call *c, ztrunk_ctx *ctx, uint64_t number)
{
    memset(c, 0, sizeof *c);
    c->dice = number;
    c->now_ns = (1 + roll(c, 1000)) * SECOND;
    c->call.size = sizeof c->call;
    c->left = 20;
    for (uint32_t i = 0; i < 2; i++) party_of(c, i);
    set_ways(c);
    ck_assert_int_eq(ztrunk_verdict_new(ctx, NULL, &c->verdict), ZTRUNK_OK);
    /* It rings, with early media or without, and branches under other keys. */
    c->parties[0].is_mute = roll(c, 2);
    for (uint32_t ring = roll(c, 15); ring > 0; ring--) {
        c->legs[1].drop_auth += roll(c, 2) * 50;
        ck_assert_uint_eq(second(c), ZTRUNK_VERDICT_NONE);
    }
    c->parties[0].is_mute = 0;
    c->call.is_answered = 1;
    for (uint32_t i = 0; i < 2; i++) {
        c->parties[i].late = roll(c, 2);
        /* A party with silence suppression is heard at first, if only its room. */
        c->parties[i].is_talking = 1;
        c->parties[i].spurt = 1 + roll(c, 5);
    }
}

START_TEST(no_healthy_call_gets_a_verdict)
{
    uint8_t seed[32] = {31};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (uint64_t number = 0; number < CALLS; number++) {
        quiet_call c;
        uint32_t seconds;

        begin(&c, ctx, number);
        seconds = 20 + roll(&c, 100);
        for (uint32_t s = 0; s < seconds; s++) {
            uint32_t code = second(&c);

            ck_assert_msg(code == ZTRUNK_VERDICT_NONE, "call %u second %u: %s", (uint32_t)number, s,
                          ztrunk_verdict_name(code));
        }
        ztrunk_verdict_free(c.verdict);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

/* One party, whatever it did before, sends under an old key from now on. */
START_TEST(each_call_that_fails_in_the_middle_has_its_verdict_within_three_seconds)
{
    uint8_t seed[32] = {32};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    for (uint64_t number = 0; number < CALLS; number++) {
        uint32_t who = number % 2, code = ZTRUNK_VERDICT_NONE;
        quiet_call c;

        begin(&c, ctx, number);
        for (uint32_t s = 5 + roll(&c, 60); s > 0; s--) (void)second(&c);
        c.phase = TALK;
        c.left = 100;
        set_ways(&c);
        c.parties[who].is_mute = 1;
        c.parties[who].is_attacked = 0;
        c.legs[who].srtp_cause = ZTRUNK_SRTP_CAUSE_OLD_KEY;
        for (uint32_t s = 0; s < 3; s++) {
            c.legs[who].drop_auth += 50;
            code = second(&c);
        }
        ck_assert_msg(code == ZTRUNK_VERDICT_OLD_KEY, "call %u: %s", (uint32_t)number,
                      ztrunk_verdict_name(code));
        ztrunk_verdict_free(c.verdict);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("flow/quiet_calls", no_healthy_call_gets_a_verdict,
          each_call_that_fails_in_the_middle_has_its_verdict_within_three_seconds)
