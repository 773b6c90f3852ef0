/* drbg.h - AES-CTR-DRBG of mbedTLS behind a lock. */
#ifndef ZTI_BASE_DRBG_H
#define ZTI_BASE_DRBG_H

#include <pthread.h>
#include <stdint.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

typedef struct zti_drbg {
    pthread_mutex_t lock;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
    uint8_t seed[32];
    uint32_t seeded; /* 1: deterministic, for tests */
} zti_drbg;

/* seed: 32 bytes, or NULL for the kernel's. The object must not move afterwards. */
int32_t zti_drbg_init(zti_drbg *d, const uint8_t *seed);
int32_t zti_drbg_fill(zti_drbg *d, uint8_t *out, size_t len);
void zti_drbg_end(zti_drbg *d);

#endif
