#include "tls/mbed.h"

#include <mbedtls/pk.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <zerotrunk/tls.h>
#include "base/ctx.h"

/* A sealed conf's RSA key is used by many threads: mbedTLS's own lock guards its blinding. */
#ifndef MBEDTLS_THREADING_C
#error "this mbedTLS was built without MBEDTLS_THREADING_C"
#endif

int32_t zti_mbed_start(void)
{
    return ZTRUNK_OK;
}

uint32_t zti_mbed_top_version(void)
{
    return 0x0303;
}

int zti_mbed_random(void *ctx, unsigned char *out, size_t len)
{
    return zti_drbg_fill(&((ztrunk_ctx *)ctx)->drbg, out, len) == ZTRUNK_OK
               ? 0
               : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

static const mbedtls_ecp_group_id *curves_of(uint32_t profile)
{
    static const mbedtls_ecp_group_id strict[] = {MBEDTLS_ECP_DP_CURVE25519,
                                                  MBEDTLS_ECP_DP_SECP256R1,
                                                  MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_NONE};
    static const mbedtls_ecp_group_id genesys[] = {MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_NONE};

    return profile == ZTRUNK_TLS_PROFILE_GENESYS ? genesys : strict;
}

void zti_mbed_set_profile(mbedtls_ssl_config *conf, uint32_t profile, uint32_t min_version,
                          uint32_t max_version)
{
    static const int hashes[] = {MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512,
                                 MBEDTLS_MD_NONE};

    (void)min_version;
    (void)max_version;
    mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_max_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_curves(conf, curves_of(profile));
    mbedtls_ssl_conf_sig_hashes(conf, hashes);
}

int32_t zti_mbed_parse_key(mbedtls_pk_context *key, const uint8_t *text, size_t len,
                           ztrunk_ctx *ctx)
{
    (void)ctx;
    return mbedtls_pk_parse_key(key, text, len, NULL, 0) == 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* A signature, not only a comparison: the first use of an EC key's group writes a table of the
 * base point into it, and must not happen in two threads at once. */
int32_t zti_mbed_prove_key(mbedtls_pk_context *cert_key, mbedtls_pk_context *key, ztrunk_ctx *ctx)
{
    uint8_t hash[32], signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t len = 0;

    if (zti_mbed_random(ctx, hash, sizeof hash) != 0) return ZTRUNK_E_CRYPTO;
    if (mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash, sizeof hash, signature, &len, zti_mbed_random,
                        ctx) != 0)
        return ZTRUNK_E_CRYPTO;
    if (mbedtls_pk_verify(cert_key, MBEDTLS_MD_SHA256, hash, sizeof hash, signature, len) != 0)
        return ZTRUNK_E_AUTH;
    return ZTRUNK_OK;
}

uint32_t zti_mbed_cause(int mbed_error)
{
    switch (mbed_error) {
    case MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN:
    case MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE:
        return ZTRUNK_TLS_CAUSE_SUITE;
    case MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE:
        return ZTRUNK_TLS_CAUSE_NO_CERTIFICATE;
    case MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE_VERIFY:
        return ZTRUNK_TLS_CAUSE_NO_KEY;
    default:
        return ZTRUNK_TLS_CAUSE_PROTOCOL;
    }
}

uint32_t zti_mbed_is_to_repeat(int mbed_error)
{
    (void)mbed_error;
    return 0;
}
