#include <zerotrunk/tls_check.h>

#include <mbedtls/pk.h>
#include <zerotrunk/tls.h>
#include "base/opts.h"
#include "tls/bundle.h"
#include "tls/conf.h"
#include "tls/key.h"
#include "tls/mbed.h"
#include "tls/name.h"
#include "tls/pem.h"
#include "tls/profile.h"

typedef struct check {
    ztrunk_ctx *ctx;
    ztrunk_tls_check_opts opts;
    zti_str name; /* empty: any */
    zti_bundle chain, anchors;
    uint32_t has_anchors;
    uint64_t faults;
} check;

static void note_if(check *c, uint32_t is_so, uint32_t fault)
{
    if (is_so) c->faults |= UINT64_C(1) << fault;
}

/* ---- the leaf ---- */

/* RFC 5280 4.2.1.12: without the extension every purpose is allowed. */
static uint32_t lacks(const zti_cert *leaf, uint32_t purpose)
{
    return (leaf->has & ZTI_EXT_EKU) && !(leaf->eku & (purpose | ZTI_EKU_ANY));
}

static void check_purpose(check *c, const zti_cert *leaf)
{
    const uint32_t roles = c->opts.roles;

    note_if(c, (leaf->has & ZTI_EXT_KEY_USAGE) && !(leaf->key_usage & ZTI_KU_SIGN),
            ZTRUNK_TLS_FAULT_KEY_USAGE);
    note_if(c, (roles & ZTRUNK_TLS_AS_SERVER) && lacks(leaf, ZTI_EKU_SERVER),
            ZTRUNK_TLS_FAULT_NO_SERVER);
    note_if(c, (roles & ZTRUNK_TLS_AS_CLIENT) && lacks(leaf, ZTI_EKU_CLIENT),
            ZTRUNK_TLS_FAULT_NO_CLIENT);
    note_if(c, (roles & ZTRUNK_TLS_AS_SIP_DOMAIN) && !(leaf->eku & ZTI_EKU_SIP_DOMAIN),
            ZTRUNK_TLS_FAULT_NO_SIP);
}

static void check_dates(check *c, const zti_cert *cert, uint32_t is_leaf)
{
    note_if(c, c->opts.wall_s > cert->not_after_s,
            is_leaf ? ZTRUNK_TLS_FAULT_EXPIRED : ZTRUNK_TLS_FAULT_ISSUER_EXPIRED);
    note_if(c, c->opts.wall_s < cert->not_before_s,
            is_leaf ? ZTRUNK_TLS_FAULT_NOT_YET : ZTRUNK_TLS_FAULT_ISSUER_NOT_YET);
}

static uint32_t is_of_a_ca(const zti_cert *cert)
{
    return cert->is_ca || (cert->key_usage & (ZTI_KU_CERT_SIGN | ZTI_KU_CRL_SIGN)) != 0;
}

static void check_leaf(check *c)
{
    const zti_cert *leaf = &c->chain.certs[0];

    note_if(c, is_of_a_ca(leaf), ZTRUNK_TLS_FAULT_LEAF_CA);
    for (size_t i = 1; i < c->chain.count && is_of_a_ca(leaf); i++)
        note_if(c, !is_of_a_ca(&c->chain.certs[i]), ZTRUNK_TLS_FAULT_ORDER);
    note_if(c, leaf->key_kind == ZTI_KEY_WEAK, ZTRUNK_TLS_FAULT_KEY_WEAK);
    note_if(c, zti_key_is_p521(leaf->spki), ZTRUNK_TLS_FAULT_KEY_CURVE);
    note_if(c, leaf->key_kind == ZTI_KEY_EC && !zti_profile_takes_ec(c->opts.profile),
            ZTRUNK_TLS_FAULT_SUITE);
    note_if(c,
            c->name.len > 0 && (zti_san_check(leaf->san) != ZTRUNK_OK ||
                                !zti_san_names(leaf->san, c->name, c->opts.wildcards)),
            ZTRUNK_TLS_FAULT_NAME);
    check_dates(c, leaf, 1);
    check_purpose(c, leaf);
}

/* ---- the chain ---- */

/* A weak signature is told as such; that it leads nowhere would be one reason too many. */
static uint32_t is_anchored(const check *c, const zti_cert *child)
{
    for (size_t i = 0; i < c->anchors.count; i++) {
        const zti_cert *anchor = &c->anchors.certs[i];

        if (zti_str_eq(anchor->raw, child->raw)) return 1;
        if (!zti_cert_could_issue(anchor, child)) continue;
        if (child->sig_alg == ZTI_SIG_NONE || zti_cert_has_signed(anchor, child)) return 1;
    }
    return 0;
}

/* Where the issuer's certificate is, next to the child's at best; count: nowhere. */
static size_t issuer_of(const check *c, size_t at)
{
    const zti_cert *certs = c->chain.certs;
    const size_t count = c->chain.count;

    for (size_t i = 1; i < count; i++) {
        size_t next = (at + i) % count;

        if (zti_cert_could_issue(&certs[next], &certs[at])) return next;
    }
    return count;
}

static void check_issuer(check *c, const zti_cert *issuer, const zti_cert *child, size_t below)
{
    uint32_t may = issuer->is_ca && issuer->key_kind != ZTI_KEY_WEAK && below <= issuer->pathlen;

    if ((issuer->has & ZTI_EXT_KEY_USAGE) && !(issuer->key_usage & ZTI_KU_CERT_SIGN)) may = 0;
    note_if(c, !may, ZTRUNK_TLS_FAULT_ISSUER);
    note_if(c, child->sig_alg != ZTI_SIG_NONE && !zti_cert_has_signed(issuer, child),
            ZTRUNK_TLS_FAULT_SIGNATURE);
    check_dates(c, issuer, 0);
}

/* From the leaf upwards, as a peer does. What the file holds beside that path is not looked at: a
 * cross-signed root that has expired hurts nobody. */
static void check_chain(check *c)
{
    size_t at = 0;

    for (size_t below = 0; below < c->chain.count; below++) {
        const zti_cert *child = &c->chain.certs[at];
        uint32_t is_root = zti_cert_is_self_issued(child);
        size_t next;

        note_if(c, child->sig_alg == ZTI_SIG_NONE && !is_root, ZTRUNK_TLS_FAULT_WEAK_SIGNATURE);
        if (is_anchored(c, child)) return;
        next = is_root ? c->chain.count : issuer_of(c, at);
        if (next == c->chain.count) {
            note_if(c, c->has_anchors || (at == 0 && !is_root), ZTRUNK_TLS_FAULT_INCOMPLETE);
            return;
        }
        note_if(c, next != at + 1, ZTRUNK_TLS_FAULT_ORDER);
        check_issuer(c, &c->chain.certs[next], child, below);
        at = next;
    }
}

/* ---- the key ---- */

static int32_t prove(check *c, mbedtls_pk_context *key)
{
    const zti_str spki = c->chain.certs[0].spki;
    mbedtls_pk_context shown;
    /* mbedTLS moves the pointer only; it does not write there. */
    uint8_t *at = (uint8_t *)(uintptr_t)spki.p;
    int32_t err = ZTRUNK_E_AUTH;

    mbedtls_pk_init(&shown);
    if (mbedtls_pk_parse_subpubkey(&at, at + spki.len, &shown) == 0)
        err = zti_mbed_prove_key(&shown, key, c->ctx);
    mbedtls_pk_free(&shown);
    return err;
}

static int32_t check_key(check *c, zti_str pem)
{
    uint8_t *text = zti_dup(c->ctx, pem.p, pem.len);
    mbedtls_pk_context key;

    if (text == NULL) return ZTRUNK_E_NOMEM;
    mbedtls_pk_init(&key);
    if (zti_mbed_parse_key(&key, text, pem.len + 1, c->ctx) != ZTRUNK_OK)
        note_if(c, 1, ZTRUNK_TLS_FAULT_KEY_PEM);
    else if (c->chain.count > 0)
        note_if(c, prove(c, &key) != ZTRUNK_OK, ZTRUNK_TLS_FAULT_KEY_OTHER);
    mbedtls_pk_free(&key);
    zti_free_wiped(c->ctx, text, pem.len);
    return ZTRUNK_OK;
}

/* ---- the calls ---- */

static int32_t start(check *c, ztrunk_ctx *ctx, const ztrunk_tls_check_opts *opts)
{
    const uint32_t known = ZTRUNK_TLS_AS_SERVER | ZTRUNK_TLS_AS_CLIENT | ZTRUNK_TLS_AS_SIP_DOMAIN;
    int32_t err;

    *c = (check){.ctx = ctx};
    err = zti_opts_read(&c->opts, sizeof c->opts, opts);
    if (err != ZTRUNK_OK) return err;
    if ((c->opts.roles & ~known) != 0 || c->opts.wildcards > 1 ||
        zti_profile_suites(c->opts.profile) == NULL)
        return ZTRUNK_E_INVALID;
    return zti_mbed_start();
}

static void end(check *c)
{
    zti_bundle_free(&c->chain);
    zti_bundle_free(&c->anchors);
}

static int32_t judge(check *c, zti_str chain, zti_str key, zti_str anchors)
{
    int32_t err = zti_bundle_read(c->ctx, chain, &c->chain);

    if (err == ZTRUNK_OK) err = zti_bundle_read(c->ctx, anchors, &c->anchors);
    if (err == ZTRUNK_OK) err = check_key(c, key);
    if (err != ZTRUNK_OK) return err;
    note_if(c, c->chain.is_damaged || c->chain.count == 0, ZTRUNK_TLS_FAULT_CHAIN_PEM);
    note_if(c, c->has_anchors && (c->anchors.is_damaged || c->anchors.count == 0),
            ZTRUNK_TLS_FAULT_TRUST_PEM);
    if (c->chain.count == 0) return ZTRUNK_OK;
    check_leaf(c);
    check_chain(c);
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_check_identity(ztrunk_ctx *ctx, const ztrunk_tls_check_opts *opts,
                                  const char *name, const uint8_t *chain_pem, size_t chain_len,
                                  const uint8_t *key_pem, size_t key_len,
                                  const uint8_t *anchors_pem, size_t anchors_len, uint64_t *faults)
{
    check c;
    int32_t err;

    if (ctx == NULL || chain_pem == NULL || key_pem == NULL || faults == NULL)
        return ZTRUNK_E_INVALID;
    if (key_len > ZTI_PEM_BYTES_MAX) return ZTRUNK_E_LIMIT;
    err = start(&c, ctx, opts);
    if (err != ZTRUNK_OK) return err;
    c.name = zti_str_of(name);
    c.has_anchors = anchors_pem != NULL;
    err = judge(&c, (zti_str){(const char *)chain_pem, chain_len},
                (zti_str){(const char *)key_pem, key_len},
                (zti_str){(const char *)anchors_pem, c.has_anchors ? anchors_len : 0});
    if (err == ZTRUNK_OK) *faults = c.faults;
    end(&c);
    return err;
}

/* ---- what we trust ---- */

static uint32_t is_usable_anchor(const check *c, const zti_cert *cert)
{
    return cert->is_ca && cert->key_kind != ZTI_KEY_WEAK && c->opts.wall_s >= cert->not_before_s &&
           c->opts.wall_s <= cert->not_after_s;
}

static void check_anchors(check *c)
{
    uint32_t usable = 0;

    for (size_t i = 0; i < c->anchors.count; i++)
        usable |= is_usable_anchor(c, &c->anchors.certs[i]);
    note_if(c, c->anchors.is_damaged || c->anchors.count == 0, ZTRUNK_TLS_FAULT_TRUST_PEM);
    note_if(c, c->anchors.count > 0 && !usable, ZTRUNK_TLS_FAULT_TRUST_NONE);
}

static uint32_t is_by_an_anchor(const check *c, const zti_crl *crl)
{
    for (size_t i = 0; i < c->anchors.count; i++)
        if (zti_crl_is_by(crl, &c->anchors.certs[i])) return 1;
    return 0;
}

/* Each certificate of a path but the anchor needs a list of its issuer, so that without one by an
 * anchor no path can hold. */
static void check_lists(check *c, const ztrunk_tls_conf *conf)
{
    uint32_t is_covered = 0;

    for (size_t i = 0; i < conf->rules.crl_count; i++) {
        const zti_crl *crl = &conf->rules.crls[i];

        is_covered |= is_by_an_anchor(c, crl);
        note_if(c, c->opts.wall_s > crl->next_update_s, ZTRUNK_TLS_FAULT_CRL_STALE);
        note_if(c, c->opts.wall_s < crl->this_update_s, ZTRUNK_TLS_FAULT_CRL_NOT_YET);
    }
    note_if(c, !is_covered, ZTRUNK_TLS_FAULT_CRL_ISSUER);
}

static int32_t check_crls(check *c, const uint8_t *pem, size_t len)
{
    const ztrunk_tls_opts opts = {.size = sizeof opts};
    ztrunk_tls_conf *conf = NULL;
    int32_t err = ztrunk_tls_conf_new(c->ctx, &opts, &conf);

    if (err != ZTRUNK_OK) return err;
    err = ztrunk_tls_conf_crl(conf, pem, len);
    if (err == ZTRUNK_OK) check_lists(c, conf);
    ztrunk_tls_conf_free(conf);
    note_if(c, err == ZTRUNK_E_MALFORMED, ZTRUNK_TLS_FAULT_CRL_PEM);
    return err == ZTRUNK_E_MALFORMED ? ZTRUNK_OK : err;
}

int32_t ztrunk_tls_check_trust(ztrunk_ctx *ctx, const ztrunk_tls_check_opts *opts,
                               const uint8_t *trust_pem, size_t trust_len, const uint8_t *crl_pem,
                               size_t crl_len, uint64_t *faults)
{
    check c;
    int32_t err;

    if (ctx == NULL || trust_pem == NULL || faults == NULL) return ZTRUNK_E_INVALID;
    err = start(&c, ctx, opts);
    if (err != ZTRUNK_OK) return err;
    err = zti_bundle_read(ctx, (zti_str){(const char *)trust_pem, trust_len}, &c.anchors);
    if (err == ZTRUNK_OK) check_anchors(&c);
    if (err == ZTRUNK_OK && crl_pem != NULL) err = check_crls(&c, crl_pem, crl_len);
    if (err == ZTRUNK_OK) *faults = c.faults;
    end(&c);
    return err;
}
