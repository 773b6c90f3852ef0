/* admission_bucket.h - a token bucket in exact integers: no rate drifts by rounding. */
#ifndef ZTI_GUARD_ADMISSION_BUCKET_H
#define ZTI_GUARD_ADMISSION_BUCKET_H

#include <stdint.h>

typedef struct zti_rate {
    uint32_t per_second; /* 0: no limit */
    uint32_t burst;      /* 0: as per_second */
} zti_rate;

typedef struct zti_bucket {
    uint64_t credit; /* billionths of a token */
    uint64_t filled_ns;
} zti_bucket;

zti_bucket zti_bucket_full(const zti_rate *rate, uint64_t now_ns);
/* How long until a token is there; 0: now. Takes none, so that every level can be asked before any
 * level is charged. keep_half: half of the burst is not for this one. A clock that steps back earns
 * nothing, and nothing twice. */
uint64_t zti_bucket_wait(zti_bucket *b, const zti_rate *rate, uint32_t keep_half, uint64_t now_ns);
/* A token, if there is one: after zti_bucket_wait, at the same time. */
void zti_bucket_take(zti_bucket *b, const zti_rate *rate);

#endif
