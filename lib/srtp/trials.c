#include <zerotrunk/srtp.h>

#include <string.h>
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"
#include "srtp/cause.h"
#include "srtp/init.h"
#include "srtp/trial.h"

#define DEFAULT_PER_SECOND 100u
#define MAX_PER_SECOND     10000u

/* A row this long is looked at: one packet that went bad, and a stranger's among good ones, are
 * not. RTCP comes every few seconds. */
#define LOOK_RTP        3u
#define LOOK_RTCP       2u
#define LOOK_NS         (60 * ZTI_MS)
/* And a cause stands when the row is this long; longer where a stream has flowed before and a
 * stranger may have made the packets. */
#define STAND_RTP       5u
#define STAND_NS        (200 * ZTI_MS)
#define STAND_LONGER_NS ZTI_SECOND
/* Trials of one stream. */
#define FIRST_TRIALS    10u
#define FIRST_EVERY_NS  (50 * ZTI_MS)
#define THEN_EVERY_NS   (500 * ZTI_MS)

struct ztrunk_srtp_trials {
    ztrunk_ctx *ctx;
    uint64_t every_ns, next_ns;
    zti_srtp_verifier verifier;
};

int32_t ztrunk_srtp_trials_new(ztrunk_ctx *ctx, const ztrunk_srtp_trials_opts *opts,
                               ztrunk_srtp_trials **out)
{
    ztrunk_srtp_trials_opts o;
    ztrunk_srtp_trials *t;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err == ZTRUNK_OK && o.per_second > MAX_PER_SECOND) err = ZTRUNK_E_INVALID;
    if (err == ZTRUNK_OK) err = zti_srtp_ready();
    if (err != ZTRUNK_OK) return err;
    t = zti_calloc(ctx, sizeof *t);
    if (t == NULL) return ZTRUNK_E_NOMEM;
    t->ctx = zti_ctx_ref(ctx);
    t->every_ns = ZTI_SECOND / (o.per_second != 0 ? o.per_second : DEFAULT_PER_SECOND);
    err = zti_srtp_verifier_init(&t->verifier);
    if (err != ZTRUNK_OK) {
        ztrunk_srtp_trials_free(t);
        return err;
    }
    *out = t;
    return ZTRUNK_OK;
}

void ztrunk_srtp_trials_free(ztrunk_srtp_trials *t)
{
    ztrunk_ctx *ctx;

    if (t == NULL) return;
    ctx = t->ctx;
    zti_srtp_verifier_end(&t->verifier);
    zti_free_wiped(ctx, t, sizeof *t);
    ztrunk_ctx_free(ctx);
}

static uint64_t left_of(const ztrunk_srtp *s, uint32_t is_rtcp)
{
    return is_rtcp ? s->rtcp_left : s->rtp_left;
}

/* A good packet ends the row; when the next trial may be, and what plain payloads begin with, are
 * remembered. */
static void count(zti_srtp_suspicion *s, uint64_t left, uint64_t now_ns)
{
    if (s->refused == 0 || s->left != left) {
        s->since_ns = now_ns;
        s->refused = 0;
        s->left = left;
        s->trials = 0;
        s->cause = s->last = s->agreeing = 0;
    }
    s->refused++;
}

static uint32_t is_due(const ztrunk_srtp_trials *t, const zti_srtp_suspicion *s, uint32_t is_rtcp,
                       uint64_t now_ns)
{
    if (now_ns < s->next_ns || now_ns < t->next_ns) return 0;
    if (is_rtcp) return s->refused >= LOOK_RTCP;
    return s->refused >= LOOK_RTP && now_ns - s->since_ns >= LOOK_NS;
}

static void spend(ztrunk_srtp_trials *t, zti_srtp_suspicion *s, uint64_t now_ns)
{
    t->next_ns = zti_time_add(now_ns, t->every_ns);
    s->next_ns = zti_time_add(now_ns, s->trials < FIRST_TRIALS ? FIRST_EVERY_NS : THEN_EVERY_NS);
    s->trials++;
}

/* How many trials must agree. A tag of 32 bits fits by chance once in 2^32; what is only left over
 * may be a stranger's packet between the peer's. */
static uint32_t agreeing_needed(uint32_t cause)
{
    if (cause == ZTRUNK_SRTP_CAUSE_WRONG_KEY) return 6;
    return cause == ZTRUNK_SRTP_CAUSE_TAG_32 || cause == ZTRUNK_SRTP_CAUSE_PLAIN ? 2 : 1;
}

/* Packets that somebody else than the peer may send: made up, sent back to us, or sent again. */
static uint32_t may_be_strangers(uint32_t cause)
{
    return !zti_srtp_cause_is_proven(cause) || cause == ZTRUNK_SRTP_CAUSE_OWN_KEY ||
           cause == ZTRUNK_SRTP_CAUSE_REPLAY;
}

static uint32_t may_stand(const zti_srtp_suspicion *s, uint32_t has_flowed, uint32_t is_rtcp,
                          uint32_t cause, uint64_t now_ns)
{
    uint64_t age_ns = has_flowed && may_be_strangers(cause) ? STAND_LONGER_NS : STAND_NS;

    if (zti_srtp_cause_is_proven(s->cause) && !zti_srtp_cause_is_proven(cause)) return 0;
    if (s->agreeing < agreeing_needed(cause)) return 0;
    return is_rtcp || (s->refused >= STAND_RTP && now_ns - s->since_ns >= age_ns);
}

static void note(zti_srtp_suspicion *s, uint32_t has_flowed, uint32_t is_rtcp, uint32_t cause,
                 uint64_t now_ns)
{
    s->agreeing = cause == s->last ? s->agreeing + 1 : 1;
    s->last = cause;
    if (cause == ZTRUNK_SRTP_CAUSE_NONE) return;
    if (may_stand(s, has_flowed, is_rtcp, cause, now_ns)) s->cause = cause;
}

uint32_t ztrunk_srtp_trials_look(ztrunk_srtp_trials *t, uint64_t now_ns, ztrunk_srtp *in,
                                 const ztrunk_srtp *out, const ztrunk_srtp *before, int32_t error,
                                 uint32_t is_rtcp, const uint8_t *pkt, size_t len)
{
    zti_srtp_trial trial = {.out = out, .before = before, .err = error, .is_rtcp = is_rtcp != 0};
    zti_srtp_suspicion *s;
    uint64_t left;
    uint32_t cause;

    if (t == NULL || in == NULL || pkt == NULL || !in->inbound || error == ZTRUNK_OK)
        return ZTRUNK_SRTP_CAUSE_NONE;
    s = &in->suspicion[trial.is_rtcp];
    left = left_of(in, trial.is_rtcp);
    count(s, left, now_ns);
    if (!is_due(t, s, trial.is_rtcp, now_ns)) return s->cause;
    spend(t, s, now_ns);
    trial.v = &t->verifier;
    trial.in = in;
    cause = zti_srtp_try(&trial, pkt, len, &s->roc);
    s->ssrc = t->verifier.hdr.ssrc;
    note(s, in->stream_count > 0, trial.is_rtcp, cause, now_ns);
    return s->cause;
}

int32_t ztrunk_srtp_finding_of(const ztrunk_srtp *in, uint32_t is_rtcp,
                               ztrunk_srtp_finding *finding)
{
    ztrunk_srtp_finding f = {0};
    const zti_srtp_suspicion *s;

    if (in == NULL || finding == NULL) return ZTRUNK_E_INVALID;
    if (!in->inbound) return ZTRUNK_E_STATE;
    s = &in->suspicion[is_rtcp != 0];
    if (s->refused != 0 && s->left == left_of(in, is_rtcp != 0)) {
        f.cause = s->cause;
        f.last = s->last;
        f.ssrc = s->ssrc;
        f.roc = s->roc;
        f.trials = s->trials;
        f.refused = s->refused;
        f.since_ns = s->since_ns;
    }
    return zti_opts_write(finding, &f, sizeof f);
}

int32_t ztrunk_srtp_add_line(ztrunk_srtp *s, uint32_t suite, const uint8_t *key, size_t key_len)
{
    zti_srtp_line *line;

    if (s == NULL || key == NULL || key_len == 0 || key_len != ztrunk_suite_key_len(suite))
        return ZTRUNK_E_INVALID;
    if (!s->inbound) return ZTRUNK_E_STATE;
    if (s->line_count == ZTI_SRTP_MAX_LINES) return ZTRUNK_E_LIMIT;
    line = &s->lines[s->line_count++];
    line->suite = suite;
    memcpy(line->key, key, key_len);
    return ZTRUNK_OK;
}
