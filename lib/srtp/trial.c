#include "srtp/trial.h"

#define ROCS_MAX 10u

typedef struct rocs {
    uint32_t items[ROCS_MAX], count;
} rocs;

static void add_roc(rocs *r, uint32_t roc)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->items[i] == roc) return;
    if (r->count < ROCS_MAX) r->items[r->count++] = roc;
}

/* A source that comes anew under a key in use may go on with another's counter. */
static uint32_t highest_roc(const ztrunk_srtp *s)
{
    uint32_t highest = 0;

    for (uint32_t i = 0; i < s->stream_count; i++) {
        uint32_t roc = zti_srtp_roc(s, s->streams[i].ssrc);

        if (roc > highest) highest = roc;
    }
    return highest;
}

/* What is likely, the likeliest first: as reckoned, off by one or two, at zero again. */
static rocs likely_rocs(const zti_srtp_trial *t, const ztrunk_srtp *s)
{
    const zti_srtp_hdr *hdr = &t->v->hdr;
    uint32_t guess = s != NULL ? zti_srtp_guess(s, hdr->ssrc, hdr->seq) : 0;
    rocs r = {.items = {guess}, .count = 1};

    if (t->is_rtcp) return r; /* it carries its index */
    add_roc(&r, 0);
    if (s == NULL) return r;
    add_roc(&r, guess + 1);
    if (guess > 0) add_roc(&r, guess - 1);
    add_roc(&r, guess + 2);
    add_roc(&r, zti_srtp_peak_roc(s, hdr->ssrc));
    add_roc(&r, zti_srtp_peak_roc(s, hdr->ssrc) + 1);
    add_roc(&r, highest_roc(s));
    add_roc(&r, highest_roc(s) + 1);
    return r;
}

static uint32_t fits_one_of(const zti_srtp_trial *t, const rocs *r, size_t tag_len, size_t mki_len,
                            uint32_t *roc)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (!zti_srtp_verifier_fits(t->v, tag_len, mki_len, r->items[i])) continue;
        *roc = r->items[i];
        return 1;
    }
    return 0;
}

/* The tag is right under the agreed key: what else was not. */
static uint32_t judge_authentic(const zti_srtp_trial *t, uint32_t roc)
{
    uint32_t guess = zti_srtp_guess(t->in, t->v->hdr.ssrc, t->v->hdr.seq);

    if (t->err == ZTRUNK_E_LIMIT) return ZTRUNK_SRTP_CAUSE_SOURCES;
    if (!t->is_rtcp && roc > guess) return ZTRUNK_SRTP_CAUSE_ROC_AHEAD;
    if (!t->is_rtcp && roc < guess)
        return roc == 0 ? ZTRUNK_SRTP_CAUSE_ROC_ZERO : ZTRUNK_SRTP_CAUSE_ROC_BEHIND;
    if (t->err == ZTRUNK_E_REPLAY) return ZTRUNK_SRTP_CAUSE_REPLAY;
    /* An MKI of another value, in its place. */
    if (t->err == ZTRUNK_E_AUTH && t->in->mki_len != 0) return ZTRUNK_SRTP_CAUSE_MKI;
    return ZTRUNK_SRTP_CAUSE_NONE;
}

static uint32_t try_other_tag(const zti_srtp_trial *t, const rocs *r, size_t tag_len)
{
    size_t other = tag_len == 10 ? 4 : 10;
    uint32_t roc;

    if (t->v->opens != NULL || !fits_one_of(t, r, other, t->in->mki_len, &roc)) return 0;
    return other == 4 ? ZTRUNK_SRTP_CAUSE_TAG_32 : ZTRUNK_SRTP_CAUSE_TAG_80;
}

/* RFC 4568 6.1 allows up to 128 bytes of MKI; in the field they are 1 or 4. */
static uint32_t try_other_mki(const zti_srtp_trial *t, const rocs *r, size_t tag_len)
{
    static const size_t lengths[] = {0, 1, 4};
    uint32_t roc;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        if (lengths[i] == 0 && t->in->mki_len == 0) continue;
        if (fits_one_of(t, r, tag_len, lengths[i], &roc)) return ZTRUNK_SRTP_CAUSE_MKI;
    }
    return 0;
}

/* 1: it is that key, and *cause says what else. */
static uint32_t try_agreed_key(const zti_srtp_trial *t, uint32_t *cause, uint32_t *roc)
{
    rocs r = likely_rocs(t, t->in);
    size_t tag_len = zti_srtp_tag_len(t->in->suite, t->is_rtcp);

    if (fits_one_of(t, &r, tag_len, t->in->mki_len, roc)) {
        *cause = judge_authentic(t, *roc);
        return 1;
    }
    *cause = try_other_tag(t, &r, tag_len);
    if (*cause == 0) *cause = try_other_mki(t, &r, tag_len);
    return *cause != 0;
}

static uint32_t try_key(const zti_srtp_trial *t, const ztrunk_srtp *s, uint32_t suite,
                        const uint8_t *key, uint32_t cause)
{
    rocs r = likely_rocs(t, s);
    uint32_t roc;

    if (!zti_srtp_verifier_key(t->v, suite, key)) return 0;
    return fits_one_of(t, &r, zti_srtp_tag_len(suite, t->is_rtcp), t->in->mki_len, &roc) ? cause
                                                                                         : 0;
}

static uint32_t try_other_keys(const zti_srtp_trial *t)
{
    const ztrunk_srtp *before = t->before, *out = t->out;
    uint32_t cause = 0;

    if (before != NULL)
        cause = try_key(t, before, before->suite, before->key, ZTRUNK_SRTP_CAUSE_OLD_KEY);
    if (cause == 0 && out != NULL)
        cause = try_key(t, out, out->suite, out->key, ZTRUNK_SRTP_CAUSE_OWN_KEY);
    for (uint32_t i = 0; i < t->in->line_count && cause == 0; i++)
        cause = try_key(t, NULL, t->in->lines[i].suite, t->in->lines[i].key,
                        ZTRUNK_SRTP_CAUSE_OTHER_LINE);
    return cause;
}

/* A peer that takes the first bytes of the agreed key for another cipher's. */
static uint32_t try_other_ciphers(const zti_srtp_trial *t)
{
    static const uint32_t suites[] = {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80,
                                      ZTRUNK_SUITE_AEAD_AES_128_GCM,
                                      ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80,
                                      ZTRUNK_SUITE_AEAD_AES_256_GCM,
                                      ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80};
    size_t key_len = ztrunk_suite_key_len(t->in->suite);
    uint32_t cause = 0;

    for (size_t i = 0; i < sizeof suites / sizeof suites[0] && cause == 0; i++) {
        /* With the same length it is the agreed cipher. */
        if (ztrunk_suite_key_len(suites[i]) >= key_len) continue;
        cause = try_key(t, NULL, suites[i], t->in->key, ZTRUNK_SRTP_CAUSE_SUITE);
    }
    return cause;
}

static uint32_t looks_plain(const zti_srtp_trial *t, const uint8_t *pkt, size_t len)
{
    zti_srtp_suspicion *s = &t->in->suspicion[t->is_rtcp];
    size_t trailer = zti_srtp_tag_len(t->in->suite, 0) + t->in->mki_len;

    return t->is_rtcp ? zti_srtp_plain_rtcp(pkt, len)
                      : zti_srtp_plain_rtp(&s->plain, pkt, len, trailer);
}

static uint32_t try_all(const zti_srtp_trial *t, const uint8_t *pkt, size_t len, uint32_t *roc)
{
    uint32_t cause;

    if (!zti_srtp_verifier_key(t->v, t->in->suite, t->in->key)) return ZTRUNK_SRTP_CAUSE_NONE;
    if (try_agreed_key(t, &cause, roc)) return cause;
    cause = try_other_keys(t);
    if (cause == 0) cause = try_other_ciphers(t);
    if (cause == 0 && looks_plain(t, pkt, len)) cause = ZTRUNK_SRTP_CAUSE_PLAIN;
    return cause != 0 ? cause : ZTRUNK_SRTP_CAUSE_WRONG_KEY;
}

uint32_t zti_srtp_try(const zti_srtp_trial *t, const uint8_t *pkt, size_t len, uint32_t *roc)
{
    uint32_t cause;

    if (t->err == ZTRUNK_E_EXPIRED) return ZTRUNK_SRTP_CAUSE_LIFETIME;
    if (zti_srtp_verifier_take(t->v, t->is_rtcp, pkt, len) != ZTRUNK_OK)
        return ZTRUNK_SRTP_CAUSE_NONE;
    cause = try_all(t, pkt, len, roc);
    zti_srtp_verifier_wipe(t->v);
    return cause;
}
