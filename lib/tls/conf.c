#include "tls/conf.h"

#include <mbedtls/ssl_ciphersuites.h>
#include <string.h>
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"
#include "tls/mbed.h"
#include "tls/profile.h"

#define DEFAULT_BACKLOG   (256U * 1024)
#define DEFAULT_CHAIN     5
#define DEFAULT_HANDSHAKE (5 * ZTI_SECOND)
/* Less could not hold one record and an alert. */
#define BACKLOG_MIN       (20U * 1024)
#define TLS_1_2           0x0303U
#define TLS_1_3           0x0304U

static int32_t check_versions(ztrunk_tls_opts *o)
{
    uint32_t top = zti_profile_top_version(o->profile);

    if (top > zti_mbed_top_version()) top = zti_mbed_top_version();
    if (o->min_version == 0) o->min_version = TLS_1_2;
    if (o->max_version == 0) o->max_version = top;
    /* 1.3 is asked for where it cannot be had: better no trunk than a weaker one. */
    if (o->min_version > top) return ZTRUNK_E_INVALID;
    if (o->max_version > top) o->max_version = top;
    if (o->min_version < TLS_1_2 || o->max_version < o->min_version) return ZTRUNK_E_INVALID;
    return ZTRUNK_OK;
}

static int32_t read_opts(ztrunk_tls_opts *o, const ztrunk_tls_opts *opts)
{
    int32_t err = zti_opts_read(o, sizeof *o, opts);

    if (err != ZTRUNK_OK) return err;
    if (o->role > ZTRUNK_TLS_SERVER || o->identity > ZTRUNK_TLS_SERVER_ONLY ||
        zti_profile_suites(o->profile) == NULL || o->crl > ZTRUNK_TLS_CRL_REQUIRED ||
        o->wildcards > 1 || o->strict_ids > 1 || o->max_chain > ZTI_CHAIN_MAX)
        return ZTRUNK_E_INVALID;
    if (o->max_chain == 0) o->max_chain = DEFAULT_CHAIN;
    if (o->max_out_bytes == 0) o->max_out_bytes = DEFAULT_BACKLOG;
    if (o->max_in_bytes == 0) o->max_in_bytes = DEFAULT_BACKLOG;
    if (o->handshake_ns == 0) o->handshake_ns = DEFAULT_HANDSHAKE;
    if (o->max_out_bytes < BACKLOG_MIN || o->max_in_bytes < BACKLOG_MIN) return ZTRUNK_E_INVALID;
    return check_versions(o);
}

int32_t ztrunk_tls_conf_new(ztrunk_ctx *ctx, const ztrunk_tls_opts *opts, ztrunk_tls_conf **out)
{
    ztrunk_tls_opts checked;
    ztrunk_tls_conf *conf;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(&checked, opts);
    if (err == ZTRUNK_OK) err = zti_mbed_start();
    if (err != ZTRUNK_OK) return err;
    conf = zti_calloc(ctx, sizeof *conf);
    if (conf == NULL) return ZTRUNK_E_NOMEM;
    conf->ctx = zti_ctx_ref(ctx);
    atomic_init(&conf->refs, 1);
    pthread_mutex_init(&conf->lock, NULL);
    conf->opts = checked;
    conf->rules = (zti_rules){.is_peer_client = checked.role == ZTRUNK_TLS_SERVER,
                              .identity = checked.identity,
                              .crl = checked.crl,
                              .wildcards = checked.wildcards,
                              .strict_ids = checked.strict_ids,
                              .max_chain = checked.max_chain};
    mbedtls_ssl_config_init(&conf->ssl);
    mbedtls_x509_crt_init(&conf->own);
    mbedtls_pk_init(&conf->key);
    *out = conf;
    return ZTRUNK_OK;
}

ztrunk_tls_conf *zti_conf_ref(ztrunk_tls_conf *conf)
{
    atomic_fetch_add_explicit(&conf->refs, 1, memory_order_relaxed);
    return conf;
}

void ztrunk_tls_conf_free(ztrunk_tls_conf *conf)
{
    ztrunk_ctx *ctx;

    if (conf == NULL) return;
    if (atomic_fetch_sub_explicit(&conf->refs, 1, memory_order_acq_rel) != 1) return;
    ctx = conf->ctx;
    mbedtls_ssl_config_free(&conf->ssl);
    mbedtls_x509_crt_free(&conf->own);
    mbedtls_pk_free(&conf->key);
    for (size_t i = 0; i < conf->blobs.count; i++) zti_free(ctx, conf->blobs.items[i]);
    zti_free(ctx, conf->blobs.items);
    zti_free(ctx, conf->anchors);
    zti_free(ctx, conf->next);
    zti_free(ctx, conf->crls);
    zti_free(ctx, conf->allowed);
    pthread_mutex_destroy(&conf->lock);
    zti_free_wiped(ctx, conf, sizeof *conf);
    ztrunk_ctx_free(ctx);
}

/* ---- sealing ---- */

/* mbedTLS 2.28 ends a handshake with an internal error when it meets a number in its own list that
 * it does not know: TLS 1.3's, as soon as a client offers them. */
static void set_suites(ztrunk_tls_conf *conf)
{
    const int *wanted = zti_profile_suites(conf->opts.profile);
    size_t count = 0;

    for (; *wanted != 0 && count < ZTI_SUITES_MAX; wanted++)
        if (mbedtls_ssl_ciphersuite_from_id(*wanted) != NULL) conf->suites[count++] = *wanted;
    conf->suites[count] = 0;
    mbedtls_ssl_conf_ciphersuites(&conf->ssl, conf->suites);
}

static void set_policy(ztrunk_tls_conf *conf)
{
    mbedtls_ssl_config *ssl = &conf->ssl;
    uint32_t asks =
        conf->opts.role == ZTRUNK_TLS_CLIENT || conf->opts.identity != ZTRUNK_TLS_SERVER_ONLY;

    /* OPTIONAL and no anchors of mbedTLS's: the verdict is ours alone, given in the verify
     * callback, whose error ends the handshake before the peer may speak. */
    mbedtls_ssl_conf_authmode(ssl, asks ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(ssl, zti_mbed_random, conf->ctx);
    set_suites(conf);
    zti_mbed_set_profile(ssl, conf->opts.profile, conf->opts.min_version, conf->opts.max_version);
    /* A renegotiated or resumed session would be another peer's, or one that was not judged. */
    mbedtls_ssl_conf_renegotiation(ssl, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    mbedtls_ssl_conf_legacy_renegotiation(ssl, MBEDTLS_SSL_LEGACY_NO_RENEGOTIATION);
    mbedtls_ssl_conf_session_tickets(ssl, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
}

static int32_t seal(ztrunk_tls_conf *conf)
{
    int endpoint =
        conf->opts.role == ZTRUNK_TLS_SERVER ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;

    if (conf->opts.role == ZTRUNK_TLS_SERVER && !conf->has_identity) return ZTRUNK_E_STATE;
    mbedtls_ssl_config_free(&conf->ssl);
    mbedtls_ssl_config_init(&conf->ssl);
    if (mbedtls_ssl_config_defaults(&conf->ssl, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return ZTRUNK_E_NOMEM;
    set_policy(conf);
    if (conf->has_identity && mbedtls_ssl_conf_own_cert(&conf->ssl, &conf->own, &conf->key) != 0)
        return ZTRUNK_E_NOMEM;
    if (conf->alpn_count > 0 && mbedtls_ssl_conf_alpn_protocols(&conf->ssl, conf->alpn) != 0)
        return ZTRUNK_E_INVALID;
    conf->is_sealed = 1;
    return ZTRUNK_OK;
}

int32_t zti_conf_seal(ztrunk_tls_conf *conf)
{
    int32_t err = ZTRUNK_OK;

    pthread_mutex_lock(&conf->lock);
    if (!conf->is_sealed) err = seal(conf);
    pthread_mutex_unlock(&conf->lock);
    return err;
}
