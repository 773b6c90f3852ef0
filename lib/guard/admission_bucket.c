#include "guard/admission_bucket.h"

#include "base/time.h"

#define TOKEN UINT64_C(1000000000)

static uint64_t burst_of(const zti_rate *rate)
{
    return rate->burst != 0 ? rate->burst : rate->per_second;
}

/* At most (2^32 - 1) * 10^9: below 2^62. */
static uint64_t brim(const zti_rate *rate)
{
    return burst_of(rate) * TOKEN;
}

zti_bucket zti_bucket_full(const zti_rate *rate, uint64_t now_ns)
{
    return (zti_bucket){brim(rate), now_ns};
}

static void fill(zti_bucket *b, const zti_rate *rate, uint64_t now_ns)
{
    uint64_t top = brim(rate), missing = top > b->credit ? top - b->credit : 0;
    uint64_t span;

    if (b->credit > top) b->credit = top; /* the limit was lowered */
    if (now_ns <= b->filled_ns) return;
    span = now_ns - b->filled_ns;
    b->filled_ns = now_ns;
    /* The product is formed only where it stays below the brim: years do not wrap. */
    b->credit = span > missing / rate->per_second ? top : b->credit + span * rate->per_second;
}

uint64_t zti_bucket_wait(zti_bucket *b, const zti_rate *rate, uint32_t keep_half, uint64_t now_ns)
{
    uint64_t wanted = TOKEN;

    if (rate->per_second == 0) return 0;
    fill(b, rate, now_ns);
    if (keep_half) wanted += burst_of(rate) / 2 * TOKEN;
    if (b->credit >= wanted) return 0;
    return (wanted - b->credit + rate->per_second - 1) / rate->per_second;
}

void zti_bucket_take(zti_bucket *b, const zti_rate *rate)
{
    if (rate->per_second != 0 && b->credit >= TOKEN) b->credit -= TOKEN;
}
