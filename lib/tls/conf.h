/* conf.h - the inside of a ztrunk_tls_conf: written until it is sealed, only read afterwards. */
#ifndef ZTI_TLS_CONF_H
#define ZTI_TLS_CONF_H

#include <pthread.h>
#include <stdatomic.h>
#include <mbedtls/ssl.h>
#include "tls/judge.h"

#define ZTI_ANCHORS_MAX 1024
#define ZTI_CRLS_MAX    256
#define ZTI_ALLOWED_MAX 1024
#define ZTI_ALPN_MAX    4

/* Bytes that certificates, CRLs and names point into. */
typedef struct zti_blobs {
    uint8_t **items;
    size_t count, max;
} zti_blobs;

#define ZTI_SUITES_MAX 16

struct ztrunk_tls_conf {
    ztrunk_ctx *ctx;
    atomic_uint refs;
    pthread_mutex_t lock; /* guards is_sealed */
    uint32_t is_sealed, has_identity;
    ztrunk_tls_opts opts;
    zti_rules rules;          /* but for domain, which is a connection's */
    zti_cert *anchors, *next; /* those of rules; those that are to come */
    size_t next_count;
    zti_crl *crls;
    zti_str *allowed;
    zti_blobs blobs;
    mbedtls_ssl_config ssl;
    mbedtls_x509_crt own;
    mbedtls_pk_context key;
    int64_t not_before_s, not_after_s;
    uint64_t generation; /* written once, before it is sealed; 0: in none */
    const char *alpn[ZTI_ALPN_MAX + 1];
    size_t alpn_count;
    int suites[ZTI_SUITES_MAX + 1]; /* the profile's, as far as mbedTLS knows them; ended by 0 */
};

ztrunk_tls_conf *zti_conf_ref(ztrunk_tls_conf *conf);
/* Fixes the configuration; any number of times, from any thread. */
int32_t zti_conf_seal(ztrunk_tls_conf *conf);

#endif
