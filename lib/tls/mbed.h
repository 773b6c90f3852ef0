/* mbed.h - where mbedTLS 2.28 and 3.6 differ; mbed_v2.c or mbed_v3.c answers, the build chooses. */
#ifndef ZTI_TLS_MBED_H
#define ZTI_TLS_MBED_H

#include <mbedtls/ssl.h>
#include <zerotrunk/core.h>

/* Once or many times, before anything else. */
int32_t zti_mbed_start(void);
uint32_t zti_mbed_top_version(void); /* 0x0303 or 0x0304 */
/* profile: ZTRUNK_TLS_PROFILE_*. Versions, groups, signature hashes. */
void zti_mbed_set_profile(mbedtls_ssl_config *conf, uint32_t profile, uint32_t min_version,
                          uint32_t max_version);
/* text ends with a NUL that len counts. */
int32_t zti_mbed_parse_key(mbedtls_pk_context *key, const uint8_t *text, size_t len,
                           ztrunk_ctx *ctx);
/* E_AUTH: the key is not the certificate's. Also leaves the key fit to be shared by threads. */
int32_t zti_mbed_prove_key(mbedtls_pk_context *cert_key, mbedtls_pk_context *key, ztrunk_ctx *ctx);
/* 1 when a read brought nothing that concerns us and is to be called again (a session ticket). */
uint32_t zti_mbed_is_to_repeat(int mbed_error);
/* The cause behind an error that only one version has; CAUSE_PROTOCOL for any other. */
uint32_t zti_mbed_cause(int mbed_error);
/* The generator of a ctx in mbedTLS's shape. */
int zti_mbed_random(void *ctx, unsigned char *out, size_t len);

#endif
