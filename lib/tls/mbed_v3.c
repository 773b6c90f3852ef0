#include "tls/mbed.h"

#include <mbedtls/pk.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <psa/crypto.h>
#include <zerotrunk/tls.h>
#include "base/ctx.h"

/* A sealed conf's RSA key is used by many threads: mbedTLS's own lock guards its blinding, and
 * PSA's key store. */
#ifndef MBEDTLS_THREADING_C
#error "this mbedTLS was built without MBEDTLS_THREADING_C"
#endif

int32_t zti_mbed_start(void)
{
    return psa_crypto_init() == PSA_SUCCESS ? ZTRUNK_OK : ZTRUNK_E_CRYPTO;
}

uint32_t zti_mbed_top_version(void)
{
    return 0x0304;
}

int zti_mbed_random(void *ctx, unsigned char *out, size_t len)
{
    return zti_drbg_fill(&((ztrunk_ctx *)ctx)->drbg, out, len) == ZTRUNK_OK
               ? 0
               : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

static const uint16_t *groups_of(uint32_t profile)
{
    static const uint16_t strict[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
    static const uint16_t genesys[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
                                       MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

    return profile == ZTRUNK_TLS_PROFILE_GENESYS ? genesys : strict;
}

void zti_mbed_set_profile(mbedtls_ssl_config *conf, uint32_t profile, uint32_t min_version,
                          uint32_t max_version)
{
    static const uint16_t signatures[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                          MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
                                          MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                          MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                                          MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                                          MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                                          MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                                          MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
                                          MBEDTLS_TLS1_3_SIG_NONE};

    mbedtls_ssl_conf_min_tls_version(conf, min_version == 0x0304 ? MBEDTLS_SSL_VERSION_TLS1_3
                                                                 : MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(conf, max_version == 0x0304 ? MBEDTLS_SSL_VERSION_TLS1_3
                                                                 : MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_groups(conf, groups_of(profile));
    mbedtls_ssl_conf_sig_algs(conf, signatures);
    /* No pre-shared keys in any form: a resumed session would not be judged again. */
    mbedtls_ssl_conf_tls13_key_exchange_modes(conf, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL);
}

int32_t zti_mbed_parse_key(mbedtls_pk_context *key, const uint8_t *text, size_t len,
                           ztrunk_ctx *ctx)
{
    return mbedtls_pk_parse_key(key, text, len, NULL, 0, zti_mbed_random, ctx) == 0
               ? ZTRUNK_OK
               : ZTRUNK_E_MALFORMED;
}

int32_t zti_mbed_prove_key(mbedtls_pk_context *cert_key, mbedtls_pk_context *key, ztrunk_ctx *ctx)
{
    uint8_t hash[32], signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t len = 0;

    if (zti_mbed_random(ctx, hash, sizeof hash) != 0) return ZTRUNK_E_CRYPTO;
    if (mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash, sizeof hash, signature, sizeof signature,
                        &len, zti_mbed_random, ctx) != 0)
        return ZTRUNK_E_CRYPTO;
    if (mbedtls_pk_verify(cert_key, MBEDTLS_MD_SHA256, hash, sizeof hash, signature, len) != 0)
        return ZTRUNK_E_AUTH;
    return ZTRUNK_OK;
}

uint32_t zti_mbed_cause(int mbed_error)
{
    switch (mbed_error) {
    case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE:
        return ZTRUNK_TLS_CAUSE_SUITE;
    case MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE:
        return ZTRUNK_TLS_CAUSE_NO_CERTIFICATE;
    default:
        return ZTRUNK_TLS_CAUSE_PROTOCOL;
    }
}

uint32_t zti_mbed_is_to_repeat(int mbed_error)
{
    return mbed_error == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
}
