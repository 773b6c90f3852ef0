#include "tls/judge.h"

#include "tls/name.h"
#include "tls/nc.h"
#include "tls/traits.h"

/* A search from the leaf upwards. */
typedef struct climb {
    const zti_rules *rules;
    zti_cert sent[ZTI_CHAIN_MAX];
    size_t sent_count;
    uint32_t is_used[ZTI_CHAIN_MAX];
    const zti_cert *path[ZTI_CHAIN_MAX + 1];
    size_t path_len;
    int64_t wall_s;
    uint32_t checks_left, names_left;
    uint32_t cause; /* what stood against the nearest thing to a path */
} climb;

/* The first cause but "untrusted" is the one that an operator can act on. */
static void note(climb *w, uint32_t cause)
{
    if (w->cause == ZTRUNK_TLS_CAUSE_UNTRUSTED) w->cause = cause;
}

static uint32_t check_crls(const climb *w, const zti_cert *cert, const zti_cert *issuer)
{
    uint32_t is_covered = 0;

    for (size_t i = 0; i < w->rules->crl_count; i++) {
        const zti_crl *crl = &w->rules->crls[i];

        if (!zti_crl_is_by(crl, issuer)) continue;
        if (zti_crl_lists(crl, cert->serial)) return ZTRUNK_TLS_CAUSE_REVOKED;
        is_covered |= zti_crl_is_fresh(crl, w->wall_s);
    }
    if (w->rules->crl == ZTRUNK_TLS_CRL_REQUIRED && !is_covered) return ZTRUNK_TLS_CAUSE_CRL;
    return ZTRUNK_TLS_CAUSE_NONE;
}

static uint32_t check_names_below(climb *w, size_t at)
{
    const zti_cert *ca = w->path[at];

    if (!(ca->has & ZTI_EXT_NAMES)) return ZTRUNK_TLS_CAUSE_NONE;
    for (size_t i = 0; i < at; i++) {
        /* RFC 5280 6.1.4: self-issued ones in between are exempt, the leaf is not. */
        if (i > 0 && zti_cert_is_self_issued(w->path[i])) continue;
        if (!zti_nc_allows(ca->constraints, w->path[i], &w->names_left))
            return ZTRUNK_TLS_CAUSE_CHAIN;
    }
    return ZTRUNK_TLS_CAUSE_NONE;
}

/* The path is complete, its signatures hold. */
static uint32_t check_path(climb *w)
{
    for (size_t i = 0; i < w->path_len; i++) {
        uint32_t cause = check_names_below(w, i);

        if (cause == ZTRUNK_TLS_CAUSE_NONE && i + 1 < w->path_len)
            cause = check_crls(w, w->path[i], w->path[i + 1]);
        if (cause != ZTRUNK_TLS_CAUSE_NONE) return cause;
    }
    return ZTRUNK_TLS_CAUSE_NONE;
}

/* RFC 5280 4.2.1.9: intermediates between this CA and the leaf that are not self-issued. */
static uint32_t count_below(const climb *w)
{
    uint32_t count = 0;

    for (size_t i = 1; i < w->path_len; i++) count += !zti_cert_is_self_issued(w->path[i]);
    return count;
}

/* Puts the issuer on the path when it may be there and has signed the path's end. */
static uint32_t step(climb *w, const zti_cert *issuer, uint32_t is_anchor)
{
    const zti_cert *child = w->path[w->path_len - 1];
    uint32_t cause;

    if (!zti_cert_could_issue(issuer, child)) return 0;
    cause = zti_issuer_cause(w->rules, issuer, is_anchor, w->wall_s);
    if (cause == ZTRUNK_TLS_CAUSE_NONE && count_below(w) > issuer->pathlen)
        cause = ZTRUNK_TLS_CAUSE_CHAIN;
    if (cause == ZTRUNK_TLS_CAUSE_NONE && w->checks_left == 0) cause = ZTRUNK_TLS_CAUSE_CHAIN;
    if (cause != ZTRUNK_TLS_CAUSE_NONE) {
        note(w, cause);
        return 0;
    }
    w->checks_left--;
    if (!zti_cert_has_signed(issuer, child)) return 0;
    w->path[w->path_len++] = issuer;
    return 1;
}

static uint32_t reach_anchor(climb *w)
{
    for (size_t i = 0; i < w->rules->anchor_count; i++) {
        uint32_t cause;

        if (!step(w, &w->rules->anchors[i], 1)) continue;
        cause = check_path(w);
        if (cause == ZTRUNK_TLS_CAUSE_NONE) return 1;
        note(w, cause);
        w->path_len--;
    }
    return 0;
}

/* Depth is at most ZTI_CHAIN_MAX, work at most ZTI_JUDGE_CHECKS signatures. */
static uint32_t find_path(climb *w)
{
    if (reach_anchor(w)) return 1;
    for (size_t i = 1; i < w->sent_count; i++) {
        if (w->is_used[i] || !step(w, &w->sent[i], 0)) continue;
        w->is_used[i] = 1;
        if (find_path(w)) return 1;
        w->is_used[i] = 0;
        w->path_len--;
    }
    return 0;
}

static uint32_t read_chain(climb *w, const zti_str *chain, size_t count)
{
    if (count == 0) return ZTRUNK_TLS_CAUSE_NO_CERTIFICATE;
    if (count > w->rules->max_chain || count > ZTI_CHAIN_MAX) return ZTRUNK_TLS_CAUSE_CHAIN;
    for (size_t i = 0; i < count; i++) {
        zti_cert *cert = &w->sent[w->sent_count];

        /* What cannot be read cannot be on a path; a leaf that cannot be read is the end. */
        if (zti_cert_read(chain[i], cert) == ZTRUNK_OK)
            w->sent_count++;
        else if (i == 0)
            return ZTRUNK_TLS_CAUSE_CHAIN;
    }
    return ZTRUNK_TLS_CAUSE_NONE;
}

static void keep_path(const climb *w, zti_path *path)
{
    path->len = w->path_len;
    for (size_t i = 0; i < w->path_len; i++) path->certs[i] = w->path[i]->raw;
}

uint32_t zti_judge(const zti_rules *rules, const zti_str *chain, size_t count, int64_t wall_s,
                   zti_path *path)
{
    climb w = {.rules = rules,
               .wall_s = wall_s,
               .checks_left = ZTI_JUDGE_CHECKS,
               .names_left = ZTI_NC_BUDGET,
               .cause = ZTRUNK_TLS_CAUSE_UNTRUSTED};
    uint32_t cause = read_chain(&w, chain, count);

    if (cause == ZTRUNK_TLS_CAUSE_NONE) cause = zti_leaf_cause(rules, &w.sent[0], wall_s);
    if (cause != ZTRUNK_TLS_CAUSE_NONE) return cause;
    w.path[0] = &w.sent[0];
    w.path_len = 1;
    if (!find_path(&w)) return w.cause;
    /* Only now are the names more than a claim. */
    cause = zti_proof_cause(rules, &w.sent[0]);
    if (cause == ZTRUNK_TLS_CAUSE_NONE && path != NULL) keep_path(&w, path);
    return cause;
}
