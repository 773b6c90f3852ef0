/* The files that a configuration names: read once, matched against one another. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zerotrunk/rt.h>
#include <zerotrunk/tls_check.h>
#include "slurp.h"

#define TOO_MUCH "it could not be looked at: it is too long, or there is no memory"

enum { MAX_PEM = 1024 * 1024, MAX_KEY = 64 * 1024 };

struct reading { /* of all files of one configuration */
    ztrunk_ctx *ctx;
    const struct config *config;
    struct config_files *files;
    struct config_report *report;
    int64_t wall_s;
};

static void read_pem(struct reading *r, struct config_pem *pem, const char *file, size_t max,
                     uint32_t line, const char *key)
{
    const char *why = NULL;
    char want[160];

    pem->max = max;
    pem->data = slurp(file, max, &pem->len, &why);
    if (pem->data != NULL) return;
    snprintf(want, sizeof want, "%s; name a PEM file that this program%s may read", why,
             geteuid() == 0 ? "" : ", which runs without root's rights,");
    config_complain(r->report, line, key, file, want);
}

/* ---- our identity ---- */

static void complain_own(struct reading *r, const char *want)
{
    const struct config_identity *identity = &r->config->identity;

    config_complain(r->report, identity->line, "identity.certificate", identity->certificate, want);
}

static void complain_name(struct reading *r, const ztrunk_cert *leaf)
{
    char name[CONFIG_HOST] = "none", want[768];
    size_t len;

    if (ztrunk_cert_name(leaf, 0, name, sizeof name, &len) == ZTRUNK_E_SPACE)
        snprintf(name, sizeof name, "longer than any host's");
    snprintf(want, sizeof want,
             "its subjectAltName does not cover node.fqdn %s (the first name is %s); order one "
             "that does",
             r->config->fqdn, name);
    complain_own(r, want);
}

static void complain_identity(struct reading *r, uint32_t fault, const ztrunk_cert *leaf)
{
    const struct config_identity *identity = &r->config->identity;

    if (fault == ZTRUNK_TLS_FAULT_NAME && leaf != NULL)
        complain_name(r, leaf);
    else if (fault == ZTRUNK_TLS_FAULT_KEY_OTHER)
        config_complain(r->report, identity->line, "identity.key", identity->key,
                        "this key does not belong to identity.certificate");
    else if (fault == ZTRUNK_TLS_FAULT_KEY_PEM)
        config_complain(r->report, identity->line, "identity.key", identity->key,
                        ztrunk_tls_fault_text(fault));
    else if (fault == ZTRUNK_TLS_FAULT_TRUST_PEM)
        config_complain(r->report, identity->line, "identity.anchors", identity->anchors,
                        ztrunk_tls_fault_text(fault));
    else
        complain_own(r, ztrunk_tls_fault_text(fault));
}

/* In which roles we show it: a peer of mutual TLS is a server of ours, too. */
static ztrunk_tls_check_opts opts_of(const struct reading *r)
{
    ztrunk_tls_check_opts opts = {.size = sizeof opts, .wildcards = 1, .wall_s = r->wall_s};

    for (uint32_t i = 0; i < 2 * r->config->trunk_count; i++) {
        const struct config_side *side = &r->config->trunks[i / 2].side[i % 2];

        if (side->transport != ZTRUNK_NET_TLS) continue;
        if (side->tls_profile == ZTRUNK_TLS_PROFILE_GENESYS) opts.profile = side->tls_profile;
        if (side->peer.identity == ZTRUNK_TLS_MUTUAL)
            opts.roles |= ZTRUNK_TLS_AS_SERVER | ZTRUNK_TLS_AS_CLIENT;
        else if (side->peer.identity == ZTRUNK_TLS_SIP_DOMAIN)
            opts.roles |= ZTRUNK_TLS_AS_SIP_DOMAIN;
        else
            opts.roles |= ZTRUNK_TLS_AS_SERVER;
    }
    return opts;
}

static int32_t faults_under(struct reading *r, const struct config_pem *anchors, uint64_t *faults)
{
    const ztrunk_tls_check_opts opts = opts_of(r);
    const struct config_files *f = r->files;

    return ztrunk_tls_check_identity(r->ctx, &opts, r->config->fqdn, f->chain.data, f->chain.len,
                                     f->key.data, f->key.len, anchors->data, anchors->len, faults);
}

/* Without identity.anchors a leaf alone is complete when a CA that we trust ourselves issued it. */
static uint32_t is_issued_by_trusted(struct reading *r)
{
    for (uint32_t i = 0; i < 2 * r->config->trunk_count; i++) {
        const struct config_pem *trust = &r->files->peer[i / 2][i % 2].trust;
        uint64_t faults = 0;

        if (trust->data == NULL || faults_under(r, trust, &faults) != ZTRUNK_OK) continue;
        if (!(faults >> ZTRUNK_TLS_FAULT_INCOMPLETE & 1)) return 1;
    }
    return 0;
}

/* The leaf is the trunk's; it is kept for the metrics. */
static void judge_identity(struct reading *r)
{
    struct config_files *f = r->files;
    ztrunk_cert *leaf = NULL;
    uint64_t faults = 0;

    if (faults_under(r, &f->anchors, &faults) != ZTRUNK_OK) {
        complain_own(r, TOO_MUCH);
        return;
    }
    if ((faults >> ZTRUNK_TLS_FAULT_INCOMPLETE & 1) && f->anchors.data == NULL &&
        is_issued_by_trusted(r))
        faults &= ~(UINT64_C(1) << ZTRUNK_TLS_FAULT_INCOMPLETE);
    f->leaf.size = sizeof f->leaf;
    if (ztrunk_cert_new(r->ctx, f->chain.data, f->chain.len, 0, &leaf) == ZTRUNK_OK)
        (void)ztrunk_cert_get_info(leaf, &f->leaf);
    for (uint32_t fault = 0; fault < ZTRUNK_TLS_FAULTS; fault++)
        if (faults >> fault & 1) complain_identity(r, fault, leaf);
    ztrunk_cert_free(leaf);
}

static void read_identity(struct reading *r)
{
    const struct config_identity *identity = &r->config->identity;
    struct config_files *f = r->files;

    read_pem(r, &f->chain, identity->certificate, MAX_PEM, identity->line, "identity.certificate");
    read_pem(r, &f->key, identity->key, MAX_KEY, identity->line, "identity.key");
    if (identity->anchors[0] != 0)
        read_pem(r, &f->anchors, identity->anchors, MAX_PEM, identity->line, "identity.anchors");
    /* The key of a trunk is its owner's and its group's; whoever else can read it can be the
     * trunk. */
    if (f->key.data != NULL && slurp_is_open_to_others(identity->key))
        config_complain(r->report, identity->line, "identity.key", identity->key,
                        "every user may read or write this key; take that away (chmod o= FILE)");
    if (f->chain.data != NULL && f->key.data != NULL &&
        (identity->anchors[0] == 0 || f->anchors.data != NULL))
        judge_identity(r);
}

/* ---- peers ---- */

/* Under crl_policy soft what a list says counts, and that it is old does not. */
static uint32_t is_borne(const struct config_peer *peer, uint32_t fault)
{
    return peer->crl_policy == CONFIG_CRL_SOFT &&
           (fault == ZTRUNK_TLS_FAULT_CRL_STALE || fault == ZTRUNK_TLS_FAULT_CRL_NOT_YET ||
            fault == ZTRUNK_TLS_FAULT_CRL_ISSUER);
}

/* 0: none of them is a CA's in force, or something else is wrong, which was noted. */
static uint32_t judge_next(struct reading *r, const struct config_peer *peer, const char *prefix,
                           const struct config_peer_files *f)
{
    const ztrunk_tls_check_opts opts = {.size = sizeof opts, .wall_s = r->wall_s};
    uint64_t faults = 0;
    char key[128];

    if (f->trust_next.data == NULL) return 0;
    snprintf(key, sizeof key, "%s.trust_next", prefix);
    if (ztrunk_tls_check_trust(r->ctx, &opts, f->trust_next.data, f->trust_next.len, NULL, 0,
                               &faults) != ZTRUNK_OK)
        config_complain(r->report, peer->line, key, peer->trust_next, TOO_MUCH);
    for (uint32_t fault = 0; fault < ZTRUNK_TLS_FAULTS; fault++)
        if (faults >> fault & 1)
            config_complain(r->report, peer->line, key, peer->trust_next,
                            ztrunk_tls_fault_text(fault));
    return faults == 0;
}

static void judge_trust(struct reading *r, const struct config_peer *peer, const char *prefix,
                        const struct config_peer_files *f)
{
    const ztrunk_tls_check_opts opts = {.size = sizeof opts, .wall_s = r->wall_s};
    /* The old root may have ended when the one to come is there. */
    uint32_t has_next = judge_next(r, peer, prefix, f);
    uint64_t faults = 0;
    char key[128];

    if (ztrunk_tls_check_trust(r->ctx, &opts, f->trust.data, f->trust.len, f->crl.data, f->crl.len,
                               &faults) != ZTRUNK_OK) {
        config_complain(r->report, peer->line, prefix, peer->trust, TOO_MUCH);
        return;
    }
    for (uint32_t fault = 0; fault < ZTRUNK_TLS_FAULTS; fault++) {
        uint32_t is_list = fault >= ZTRUNK_TLS_FAULT_CRL_PEM;

        if (!(faults >> fault & 1) || is_borne(peer, fault)) continue;
        if (fault == ZTRUNK_TLS_FAULT_TRUST_NONE && has_next) continue;
        snprintf(key, sizeof key, "%s.%s", prefix, is_list ? "crl" : "trust");
        config_complain(r->report, peer->line, key, is_list ? peer->crl : peer->trust,
                        ztrunk_tls_fault_text(fault));
    }
}

/* 0: it is named and could not be read, which was noted. */
static uint32_t read_if_named(struct reading *r, struct config_pem *pem, const char *file,
                              uint32_t line, const char *prefix, const char *name)
{
    char key[128];

    if (file[0] == 0) return 1;
    snprintf(key, sizeof key, "%s.%s", prefix, name);
    read_pem(r, pem, file, MAX_PEM, line, key);
    return pem->data != NULL;
}

static void read_peer(struct reading *r, uint32_t i, uint32_t s)
{
    const struct config_trunk *trunk = &r->config->trunks[i];
    const struct config_peer *peer = &trunk->side[s].peer;
    struct config_peer_files *f = &r->files->peer[i][s];
    uint32_t is_whole;
    char prefix[96];

    if (trunk->side[s].transport != ZTRUNK_NET_TLS) return;
    snprintf(prefix, sizeof prefix, "trunk %s: %s", trunk->name,
             s == CLOUD ? "cloud.peer" : "inside.tls");
    is_whole = read_if_named(r, &f->trust, peer->trust, peer->line, prefix, "trust");
    is_whole &=
        read_if_named(r, &f->trust_next, peer->trust_next, peer->line, prefix, "trust_next");
    is_whole &= read_if_named(r, &f->crl, peer->crl, peer->line, prefix, "crl");
    if (is_whole) judge_trust(r, peer, prefix, f);
}

struct config_files *config_files_read(ztrunk_ctx *ctx, const struct config *config, int64_t wall_s,
                                       struct config_report *report)
{
    struct reading r = {ctx, config, calloc(1, sizeof *r.files), report, wall_s};
    uint32_t before = report->count;

    if (r.files == NULL) {
        config_complain(report, 0, "", NULL, "out of memory");
        return NULL;
    }
    for (uint32_t i = 0; i < 2 * config->trunk_count; i++) read_peer(&r, i / 2, i % 2);
    read_identity(&r);
    if (report->count == before) return r.files;
    config_files_free(r.files);
    return NULL;
}

void config_files_free(struct config_files *files)
{
    if (files == NULL) return;
    slurp_burn(files->chain.data, files->chain.max);
    slurp_burn(files->key.data, files->key.max);
    slurp_burn(files->anchors.data, files->anchors.max);
    for (uint32_t i = 0; i < 2 * CONFIG_MAX_TRUNKS; i++) {
        struct config_peer_files *peer = &files->peer[i / 2][i % 2];

        slurp_burn(peer->trust.data, peer->trust.max);
        slurp_burn(peer->trust_next.data, peer->trust_next.max);
        slurp_burn(peer->crl.data, peer->crl.max);
    }
    free(files);
}
