/* Who the peer is: the verdict inside the handshake, and what it proved afterwards. */
#include "tls/conn.h"

#include "base/buf.h"
#include "base/opts.h"
#include "tls/name.h"

/* One Certificate message is at most one record in mbedTLS. */
#define CHAIN_BYTES_MAX (64U * 1024)

size_t zti_tls_chain(const ztrunk_tls *tls, zti_str spans[ZTI_CHAIN_MAX])
{
    const char *at = (const char *)tls->chain;

    for (size_t i = 0; i < tls->cert_count; i++) {
        spans[i] = (zti_str){at, tls->cert_len[i]};
        at += tls->cert_len[i];
    }
    return tls->cert_count;
}

/* Nobody who is vouched for at all, or by an anchor that is of time. */
static uint32_t is_untrusted(uint32_t cause)
{
    return cause == ZTRUNK_TLS_CAUSE_UNTRUSTED || cause == ZTRUNK_TLS_CAUSE_EXPIRED;
}

void zti_tls_judge(const ztrunk_tls *tls, const ztrunk_tls_conf *conf, int64_t wall_s,
                   const zti_str *spans, size_t count, zti_verdict *verdict)
{
    zti_rules rules = conf->rules;

    *verdict = (zti_verdict){.cause = ZTRUNK_TLS_CAUSE_NONE};
    if (tls->domain != NULL) rules.domain = (zti_str){(const char *)tls->domain, tls->domain_len};
    verdict->cause = zti_judge(&rules, spans, count, wall_s, &verdict->path);
    if (!is_untrusted(verdict->cause) || conf->next_count == 0) return;
    rules.anchors = conf->next;
    rules.anchor_count = conf->next_count;
    if (zti_judge(&rules, spans, count, wall_s, &verdict->path) != ZTRUNK_TLS_CAUSE_NONE) return;
    verdict->cause = ZTRUNK_TLS_CAUSE_NONE;
    verdict->is_next = 1;
}

/* The certificates as sent; one above the bound stands for all that are too many. */
static size_t collect(const mbedtls_x509_crt *cert, zti_str spans[ZTI_CHAIN_MAX + 1])
{
    size_t count = 0;

    for (; cert != NULL && count <= ZTI_CHAIN_MAX; cert = cert->next)
        spans[count++] = (zti_str){(const char *)cert->raw.p, cert->raw.len};
    return count;
}

static int32_t keep_chain(ztrunk_tls *tls, const zti_str *spans, size_t count)
{
    zti_buf all = zti_buf_of(tls->ctx, CHAIN_BYTES_MAX);

    for (size_t i = 0; i < count; i++) {
        zti_buf_str(&all, spans[i]);
        tls->cert_len[i] = spans[i].len;
    }
    if (all.err != ZTRUNK_OK) {
        zti_buf_free(&all);
        return ZTRUNK_E_NOMEM;
    }
    tls->chain = all.data;
    tls->cert_count = count;
    return ZTRUNK_OK;
}

static void keep_dates(ztrunk_tls *tls, zti_str leaf)
{
    zti_cert cert;

    if (zti_cert_read(leaf, &cert) != ZTRUNK_OK) return;
    tls->not_before_s = cert.not_before_s;
    tls->not_after_s = cert.not_after_s;
}

/* What was refused is kept as well: whoever asks why may look at it. */
static uint32_t judge_new(ztrunk_tls *tls, const mbedtls_x509_crt *leaf)
{
    zti_str spans[ZTI_CHAIN_MAX + 1];
    size_t count = collect(leaf, spans);
    zti_verdict verdict;

    /* One handshake, one proof: a second certificate would be somebody else's. */
    if (tls->cert_count > 0 || tls->state != ZTI_TLS_HANDSHAKE) return ZTRUNK_TLS_CAUSE_PROTOCOL;
    if (count > ZTI_CHAIN_MAX) return ZTRUNK_TLS_CAUSE_CHAIN;
    if (keep_chain(tls, spans, count) != ZTRUNK_OK) return ZTRUNK_TLS_CAUSE_INTERNAL;
    (void)zti_tls_chain(tls, spans);
    keep_dates(tls, spans[0]);
    zti_tls_judge(tls, tls->conf, tls->wall_s, spans, count, &verdict);
    if (verdict.cause != ZTRUNK_TLS_CAUSE_NONE) return verdict.cause;
    tls->path = verdict.path;
    tls->is_next = verdict.is_next;
    tls->is_judged = 1;
    return ZTRUNK_TLS_CAUSE_NONE;
}

/* Called from the top of mbedTLS's own chain down; the leaf comes last, with all that was sent
 * behind it. Any error but VERIFY_FAILED ends the handshake in every mode. */
int zti_tls_verify(void *p, mbedtls_x509_crt *cert, int depth, uint32_t *flags)
{
    ztrunk_tls *tls = p;

    *flags = 0;
    if (depth > 0) return 0;
    tls->cause = judge_new(tls, cert);
    return tls->cause == ZTRUNK_TLS_CAUSE_NONE ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}

/* ---- what is known ---- */

static uint32_t version_of(const ztrunk_tls *tls)
{
    zti_str text = zti_str_of(mbedtls_ssl_get_version(&tls->ssl));

    if (zti_str_eq(text, ZTI_STR("TLSv1.2"))) return 0x0303;
    return zti_str_eq(text, ZTI_STR("TLSv1.3")) ? 0x0304 : 0;
}

int32_t ztrunk_tls_get_info(const ztrunk_tls *tls, ztrunk_tls_info *info)
{
    ztrunk_tls_info known = {0};

    if (tls == NULL || info == NULL) return ZTRUNK_E_INVALID;
    known.is_ready = tls->state == ZTI_TLS_READY;
    if (tls->is_done) {
        known.version = version_of(tls);
        known.suite = (uint32_t)mbedtls_ssl_get_ciphersuite_id(ztrunk_tls_suite_name(tls));
    }
    known.cause = tls->cause;
    known.alert = tls->peek.alert;
    known.peer_not_before_s = tls->not_before_s;
    known.peer_not_after_s = tls->not_after_s;
    known.generation = tls->conf->generation;
    known.is_trust_next = tls->is_next;
    return zti_opts_write(info, &known, sizeof known);
}

const char *ztrunk_tls_suite_name(const ztrunk_tls *tls)
{
    const char *name = tls != NULL && tls->is_done ? mbedtls_ssl_get_ciphersuite(&tls->ssl) : NULL;

    return name != NULL ? name : "";
}

static int32_t proven_san(const ztrunk_tls *tls, zti_str *san)
{
    zti_str spans[ZTI_CHAIN_MAX];
    zti_cert leaf;

    if (!tls->is_done || !tls->is_judged || zti_tls_chain(tls, spans) == 0) return ZTRUNK_E_STATE;
    if (zti_cert_read(spans[0], &leaf) != ZTRUNK_OK) return ZTRUNK_E_STATE;
    *san = leaf.san;
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_peer_name(const ztrunk_tls *tls, uint32_t nth, char *name, size_t cap,
                             size_t *out_len)
{
    zti_str san;
    int32_t err;

    if (tls == NULL || out_len == NULL || (name == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    err = proven_san(tls, &san);
    return err == ZTRUNK_OK ? zti_san_identity_text(tls->ctx, san, nth, name, cap, out_len) : err;
}

int32_t ztrunk_tls_peer_proves(const ztrunk_tls *tls, const char *domain)
{
    zti_str san;
    int32_t err;

    if (tls == NULL || domain == NULL) return ZTRUNK_E_INVALID;
    err = proven_san(tls, &san);
    if (err != ZTRUNK_OK) return err;
    return zti_san_names(san, zti_str_of(domain), tls->conf->rules.wildcards) ? ZTRUNK_OK
                                                                              : ZTRUNK_E_DENIED;
}
