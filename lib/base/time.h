/* time.h - monotonic nanoseconds. */
#ifndef ZTI_BASE_TIME_H
#define ZTI_BASE_TIME_H

#include <stdint.h>

#define ZTI_NEVER  UINT64_MAX
#define ZTI_MS     UINT64_C(1000000)
#define ZTI_SECOND UINT64_C(1000000000)

/* Saturates: a deadline beyond the end of time is never. */
static inline uint64_t zti_time_add(uint64_t now_ns, uint64_t span_ns)
{
    return span_ns > ZTI_NEVER - now_ns ? ZTI_NEVER : now_ns + span_ns;
}

static inline uint64_t zti_time_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

#endif
