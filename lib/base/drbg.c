#include "base/drbg.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "base/mem.h"

static int seed_entropy(void *opaque, unsigned char *out, size_t len)
{
    const zti_drbg *d = opaque;

    for (size_t i = 0; i < len; i++) out[i] = d->seed[i % sizeof d->seed];
    return 0;
}

static int kernel_entropy(void *opaque, unsigned char *out, size_t len)
{
    zti_drbg *d = opaque;

    return mbedtls_entropy_func(&d->entropy, out, len);
}

int32_t zti_drbg_init(zti_drbg *d, const uint8_t *seed)
{
    static const uint8_t label[] = "zerotrunk";

    mbedtls_entropy_init(&d->entropy);
    mbedtls_ctr_drbg_init(&d->drbg);
    pthread_mutex_init(&d->lock, NULL);
    d->seeded = seed != NULL;
    if (seed != NULL) memcpy(d->seed, seed, sizeof d->seed);
    if (mbedtls_ctr_drbg_seed(&d->drbg, d->seeded ? seed_entropy : kernel_entropy, d, label,
                              sizeof label - 1) != 0) {
        zti_drbg_end(d);
        return ZTRUNK_E_CRYPTO;
    }
    /* A child of fork() must not repeat its parent's keys: fresh kernel entropy at each call. */
    if (!d->seeded) mbedtls_ctr_drbg_set_prediction_resistance(&d->drbg, MBEDTLS_CTR_DRBG_PR_ON);
    return ZTRUNK_OK;
}

static int fill_locked(zti_drbg *d, uint8_t *out, size_t len)
{
    int rc = 0;

    while (rc == 0 && len > 0) {
        size_t n = len < MBEDTLS_CTR_DRBG_MAX_REQUEST ? len : MBEDTLS_CTR_DRBG_MAX_REQUEST;

        rc = mbedtls_ctr_drbg_random(&d->drbg, out, n);
        out += n;
        len -= n;
    }
    return rc;
}

int32_t zti_drbg_fill(zti_drbg *d, uint8_t *out, size_t len)
{
    int rc;

    pthread_mutex_lock(&d->lock);
    rc = fill_locked(d, out, len);
    pthread_mutex_unlock(&d->lock);
    return rc == 0 ? ZTRUNK_OK : ZTRUNK_E_CRYPTO;
}

void zti_drbg_end(zti_drbg *d)
{
    mbedtls_ctr_drbg_free(&d->drbg);
    mbedtls_entropy_free(&d->entropy);
    pthread_mutex_destroy(&d->lock);
    zti_wipe(d->seed, sizeof d->seed);
}
