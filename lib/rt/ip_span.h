/* ip_span.h - prefixes as ranges of addresses that neither overlap nor touch: an interval set of
 * nftables refuses the one and has no use for the other, and a filter is the shorter for it. */
#ifndef ZTI_RT_IP_SPAN_H
#define ZTI_RT_IP_SPAN_H

#include <zerotrunk/core.h>

typedef struct zti_ip_number { /* a number: IPv4 in the lowest 32 bits */
    uint64_t high, low;
} zti_ip_number;

typedef struct zti_ip_span {
    zti_ip_number first, last;
} zti_ip_span;

/* family: 4 also for what is IPv4 in the spelling of IPv6. E_INVALID: no family, too long, or bits
 * behind the prefix are set. */
int32_t zti_ip_span_of(const ztrunk_prefix *prefix, zti_ip_span *span, uint32_t *family);
/* Of one family, in place and sorted; gives back how many are left. */
uint32_t zti_ip_spans_merge(zti_ip_span *spans, uint32_t count);
/* 0: it was the family's last address. */
uint32_t zti_ip_number_next(zti_ip_number *ip, uint32_t family);
/* In network order; gives back how many bytes. */
uint32_t zti_ip_number_bytes(zti_ip_number ip, uint32_t family, uint8_t out[16]);

#endif
