#include "verdict.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/digest.h>
#include <zerotrunk/proof.h>
#include "admit.h"

struct keeper {             /* of one trunk's cloud */
    ztrunk_digest *digest;  /* NULL: nobody is asked for a password */
    ztrunk_rules *own;      /* the hosts that it may name in From and Contact */
    ztrunk_rules *others;   /* those of other trunks, a rule each */
    uint32_t has_own_alone; /* from_domains is given: no other hosts at all */
};

struct verdicts {
    struct keeper keepers[CONFIG_MAX_TRUNKS];
};

/* ---- made and freed ---- */

/* RFC 3323 4.1.1.3: who hides. It may be the caller, and nobody's Contact. */
static const char anonymous[] = "anonymous.invalid";

/* A name that no URI can have is in none. */
static int32_t add_host(ztrunk_rules *rules, uint32_t rule, const char *host)
{
    char text[CONFIG_HOST + 3];
    uint32_t is_v6 = strchr(host, ':') != NULL && host[0] != '[';
    int32_t err;

    snprintf(text, sizeof text, is_v6 ? "[%s]" : "%s", host);
    err = ztrunk_rules_add_host(rules, rule, text, strlen(text));
    return err == ZTRUNK_E_INVALID ? ZTRUNK_OK : err;
}

static int32_t add_peer(ztrunk_rules *rules, const struct config_peer *peer)
{
    const struct config_names *const lists[] = {&peer->names, &peer->from_domains};
    uint32_t rule = 0;
    int32_t err = ztrunk_rules_add(rules, 0, &rule);

    if (err == ZTRUNK_OK) err = add_host(rules, rule, peer->host.host);
    for (uint32_t i = 0; i < 2; i++)
        for (uint32_t n = 0; err == ZTRUNK_OK && n < lists[i]->count; n++)
            err = add_host(rules, rule, lists[i]->items[n]);
    return err;
}

static int32_t fill_keeper(struct daemon *d, const struct config *config,
                           const struct config_trunk *trunk, struct keeper *k)
{
    int32_t err = config_make_digest(d->ctx, trunk, NULL, &k->digest);

    k->has_own_alone = trunk->side[CLOUD].peer.from_domains.count > 0;
    if (err == ZTRUNK_OK) err = ztrunk_rules_new(d->ctx, NULL, &k->own);
    if (err == ZTRUNK_OK) err = ztrunk_rules_new(d->ctx, NULL, &k->others);
    if (err == ZTRUNK_OK) err = add_peer(k->own, &trunk->side[CLOUD].peer);
    for (uint32_t i = 0; err == ZTRUNK_OK && i < config->trunk_count; i++)
        if (&config->trunks[i] != trunk)
            err = add_peer(k->others, &config->trunks[i].side[CLOUD].peer);
    return err;
}

struct verdicts *verdicts_new(struct daemon *d, const struct config *config)
{
    struct verdicts *made = calloc(1, sizeof *made);

    for (uint32_t i = 0; made != NULL && i < d->trunk_count; i++) {
        const struct config_trunk *trunk = config_trunk_of(config, d->trunks[i].conf->name);

        if (trunk == NULL || fill_keeper(d, config, trunk, &made->keepers[i]) == ZTRUNK_OK)
            continue;
        verdicts_free(made);
        return NULL;
    }
    return made;
}

void verdicts_free(struct verdicts *verdicts)
{
    for (uint32_t i = 0; verdicts != NULL && i < CONFIG_MAX_TRUNKS; i++) {
        ztrunk_digest_free(verdicts->keepers[i].digest);
        ztrunk_rules_free(verdicts->keepers[i].own);
        ztrunk_rules_free(verdicts->keepers[i].others);
    }
    free(verdicts);
}

/* ---- From and Contact ---- */

struct asker { /* whose request it is */
    struct daemon *d;
    const struct bound_flow *from;
    uint64_t flow;
    struct keeper *k;
    const struct config_side *conf;
};

struct claim { /* a host that a request names as its sender's */
    const char *host;
    size_t len;
};

static uint32_t is_among(ztrunk_rules *rules, const struct claim *c)
{
    char uri[CONFIG_HOST + 8];
    uint32_t rule, is_v6 = memchr(c->host, ':', c->len) != NULL;
    int len;

    if (c->len >= CONFIG_HOST) return 0;
    len = snprintf(uri, sizeof uri, is_v6 ? "sip:[%.*s]" : "sip:%.*s", (int)c->len, c->host);
    return ztrunk_rules_check(rules, uri, (size_t)len, NULL, 0, NULL, 0, &rule) == ZTRUNK_OK;
}

/* Would that trunk take the certificate for its own peer's? A CA that is trusted for one trunk
 * alone proves nothing to another. */
static uint32_t is_believed(const ztrunk_tls *tls, const struct trunk *trunk)
{
    uint32_t cause;

    return trunk->side[CLOUD].server != NULL &&
           ztrunk_tls_judge(tls, trunk->side[CLOUD].server, ztrunk_rt_wall_s(), &cause) ==
               ZTRUNK_OK &&
           cause == ZTRUNK_TLS_CAUSE_NONE;
}

/* Its certificate bears the name, too, and each trunk whose name it is would believe that. */
static uint32_t is_proved(const struct asker *a, const struct claim *c)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(a->d->net, a->flow);
    char host[CONFIG_HOST];

    if (tls == NULL || c->len >= sizeof host) return 0;
    memcpy(host, c->host, c->len);
    host[c->len] = 0;
    if (ztrunk_tls_peer_proves(tls, host) != ZTRUNK_OK) return 0;
    for (uint32_t i = 0; i < a->d->trunk_count; i++)
        if (&a->d->trunks[i] != a->from->trunk && is_among(a->d->verdicts->keepers[i].own, c) &&
            !is_believed(tls, &a->d->trunks[i]))
            return 0;
    return 1;
}

/* An address is the peer's when it might call from there. */
static uint32_t may_claim(const struct asker *a, const struct claim *c, uint32_t is_from)
{
    ztrunk_addr addr;

    if (is_among(a->k->own, c)) return 1;
    if (!a->k->has_own_alone) return !is_among(a->k->others, c) || is_proved(a, c);
    if (ztrunk_addr_parse(c->host, c->len, &addr) == ZTRUNK_OK)
        return config_covers(&a->conf->signalling, &addr);
    return is_from && c->len == sizeof anonymous - 1 && memcmp(c->host, anonymous, c->len) == 0;
}

/* A tel: URI names nobody's host. What cannot be read might name anybody's. */
static uint32_t is_fine(const struct asker *a, const char *text, size_t len, uint32_t is_from,
                        struct claim *c)
{
    ztrunk_sip_name_addr na = {.size = sizeof na};
    ztrunk_sip_uri uri = {.size = sizeof uri};

    *c = (struct claim){text, len};
    if (ztrunk_sip_name_addr_parse(text, len, &na) != ZTRUNK_OK ||
        ztrunk_sip_uri_parse(text + na.uri.at, na.uri.len, &uri) != ZTRUNK_OK)
        return 0;
    if (uri.scheme == ZTRUNK_URI_TEL) return 1;
    if (uri.scheme == ZTRUNK_URI_OTHER) return !a->k->has_own_alone;
    *c = (struct claim){text + na.uri.at + uri.host.at, uri.host.len};
    return may_claim(a, c, is_from);
}

/* 1: neither names another's host; else c is it. */
static uint32_t names_itself(const struct asker *a, const ztrunk_sip_msg *m, struct claim *c)
{
    const char *text;
    size_t len;

    if (ztrunk_sip_msg_header(m, "From", 0, &text, &len) != ZTRUNK_OK ||
        !is_fine(a, text, len, 1, c))
        return 0;
    for (uint32_t i = 0; ztrunk_sip_msg_value(m, "Contact", i, &text, &len) == ZTRUNK_OK; i++)
        if (!is_fine(a, text, len, 0, c)) return 0;
    return 1;
}

/* ---- the verdict ---- */

static uint32_t is_judged(const struct daemon *d, const struct bound_flow *from, uint64_t flow,
                          const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};

    if (from->side != CLOUD || ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK) return 0;
    /* A cloud's keep-alive begins nothing, and few answer a challenge to it. */
    if (!info.is_request || info.has_to_tag || info.method == ZTRUNK_SIP_ACK ||
        info.method == ZTRUNK_SIP_CANCEL || info.method == ZTRUNK_SIP_OPTIONS)
        return 0;
    return !ztrunk_txns_knows(d->txns, flow, m);
}

static uint32_t rule_facts(const struct daemon *d, const struct config_side *conf)
{
    const struct config_rule *rule = config_rule_of(&conf->request_uri, d->matched_rule);

    if (rule == NULL) return 0;
    return ZTRUNK_FACT_REQUEST_URI | (rule->value[0] != 0 ? ZTRUNK_FACT_HEADER : 0);
}

static uint32_t status_of(int32_t digest)
{
    if (digest == ZTRUNK_E_NOTFOUND || digest == ZTRUNK_E_EXPIRED) return 401;
    return digest == ZTRUNK_E_MALFORMED ? 400 : 403;
}

/* Who lacks more than the password is not asked for it. */
static void weigh(struct keeper *k, const struct config_peer *peer, const ztrunk_sip_msg *m,
                  struct verdict *v)
{
    uint32_t required = peer->require & ~(uint32_t)ZTRUNK_FACT_DIGEST, missing = 0;
    int32_t err = ztrunk_identity_judge(peer->require_mode, required, v->facts, &v->missing);
    int32_t own = ztrunk_identity_judge(peer->from_check, ZTRUNK_FACT_DOMAIN, v->facts, &missing);
    int32_t digest = ZTRUNK_E_NOTFOUND;

    v->missing |= missing;
    if (err != ZTRUNK_OK || own != ZTRUNK_OK) {
        v->status = 403;
        return;
    }
    if (k->digest == NULL) return;
    digest = ztrunk_digest_check(k->digest, ztrunk_rt_now_ns(), m);
    if (digest == ZTRUNK_OK) v->facts |= ZTRUNK_FACT_DIGEST;
    err = ztrunk_identity_judge(peer->require_mode, peer->require, v->facts, &missing);
    v->missing |= missing;
    v->is_stale = digest == ZTRUNK_E_EXPIRED;
    if (err != ZTRUNK_OK) v->status = status_of(digest);
}

static uint32_t outcome_of(const struct verdict *v)
{
    if (v->status == 401) return VERDICT_CHALLENGED;
    if (v->status != 0) return VERDICT_REFUSED;
    return v->missing != 0 ? VERDICT_WARNED : VERDICT_ACCEPTED;
}

void verdict_judge(struct daemon *d, const struct bound_flow *from, uint64_t flow,
                   const ztrunk_sip_msg *m)
{
    const struct config_side *conf = &from->trunk->conf->side[from->side];
    struct keeper *k = &d->verdicts->keepers[from->trunk - d->trunks];
    const struct asker asker = {d, from, flow, k, conf};
    struct claim claim;
    struct verdict v = {.outcome = VERDICT_NONE};

    d->verdict = v;
    if (!is_judged(d, from, flow, m)) return;
    v.facts = from->facts | rule_facts(d, conf);
    if (names_itself(&asker, m, &claim)) {
        v.facts |= ZTRUNK_FACT_DOMAIN;
    } else {
        v.claim = claim.host;
        v.claim_len = claim.len;
    }
    weigh(k, &conf->peer, m, &v);
    v.outcome = outcome_of(&v);
    d->verdict = v;
}

/* ---- what becomes of it ---- */

const char *verdict_text(uint32_t outcome)
{
    static const char *const texts[] = {"none", "accepted", "accepted with a warning", "challenged",
                                        "refused"};

    return texts[outcome < VERDICTS ? outcome : VERDICT_NONE];
}

static void log_facts(struct log_line *line, const char *key, uint32_t facts)
{
    char text[128] = "";
    size_t used = 0;

    for (uint32_t bit = 1; bit <= ZTRUNK_FACT_DOMAIN && used < sizeof text; bit *= 2)
        if (facts & bit)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? ", " : "",
                                     ztrunk_fact_text(bit));
    log_word(line, key, text);
}

static void log_verdict(struct daemon *d, struct bound_flow *from, const ztrunk_addr *remote,
                        const ztrunk_sip_msg *m)
{
    const struct verdict *v = &d->verdict;
    uint64_t left_out = 0;
    struct log_line line;
    const char *text;
    size_t len;

    if (!brake_allows(&from->trunk->side[from->side].verdict_brakes[v->outcome], ztrunk_rt_now_ns(),
                      &left_out))
        return;
    log_begin(&line, &d->log,
              v->outcome == VERDICT_ACCEPTED || v->outcome == VERDICT_CHALLENGED ? LOG_INFO
                                                                                 : LOG_WARNING,
              "identity.verdict", 0);
    log_word(&line, "trunk", from->trunk->conf->name);
    log_addr(&line, "remote", remote);
    if (ztrunk_sip_msg_method(m, &text, &len) == ZTRUNK_OK) log_text(&line, "method", text, len);
    log_word(&line, "verdict", verdict_text(v->outcome));
    if (v->status != 0) log_number(&line, "status", v->status);
    log_facts(&line, "facts", v->facts);
    log_facts(&line, "missing", v->missing);
    if (v->missing & ZTRUNK_FACT_DOMAIN) log_text(&line, "claims", v->claim, v->claim_len);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}

static void challenge(struct daemon *d, struct keeper *k, uint64_t flow, const ztrunk_addr *remote,
                      ztrunk_sip_msg *m)
{
    char values[3][ZTRUNK_DIGEST_MAX_CHALLENGE];
    const char *list[3];
    uint32_t count = 0;
    size_t len;

    while (count < 3 &&
           ztrunk_digest_challenge(k->digest, ztrunk_rt_now_ns(), count, d->verdict.is_stale,
                                   values[count], sizeof values[count], &len) == ZTRUNK_OK) {
        list[count] = values[count];
        count++;
    }
    (void)ztrunk_txns_refuse_with(d->txns, flow, remote, m, 401, "WWW-Authenticate", list, count);
}

uint32_t verdict_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                        const ztrunk_addr *remote, ztrunk_sip_msg *m)
{
    const struct verdict *v = &d->verdict;

    if (v->outcome == VERDICT_NONE) return 1;
    from->trunk->side[from->side].verdicts[v->outcome]++;
    log_verdict(d, from, remote, m);
    if (v->status == 0) return 1;
    if (v->status == 401) {
        challenge(d, &d->verdicts->keepers[from->trunk - d->trunks], flow, remote, m);
        return 0;
    }
    admit_offend(d, from, v->status == 400 ? ZTRUNK_OFFENCE_MALFORMED : ZTRUNK_OFFENCE_DENIED);
    (void)ztrunk_txns_refuse(d->txns, flow, remote, m, v->status, 0);
    return 0;
}
