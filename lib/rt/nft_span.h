/* nft_span.h - prefixes as ranges of addresses that neither overlap nor touch: an interval set of
 * the kernel refuses the one, and has no use for the other. */
#ifndef ZTI_RT_NFT_SPAN_H
#define ZTI_RT_NFT_SPAN_H

#include <zerotrunk/core.h>

typedef struct zti_nft_ip { /* a number: IPv4 in the lowest 32 bits */
    uint64_t high, low;
} zti_nft_ip;

typedef struct zti_nft_span {
    zti_nft_ip first, last;
} zti_nft_span;

/* family: 4 also for what is IPv4 in the spelling of IPv6. E_INVALID: no family, too long, or bits
 * behind the prefix are set. */
int32_t zti_nft_span_of(const ztrunk_prefix *prefix, zti_nft_span *span, uint32_t *family);
/* Of one family, in place and sorted; gives back how many are left. */
uint32_t zti_nft_spans_merge(zti_nft_span *spans, uint32_t count);
/* 0: it was the family's last address. */
uint32_t zti_nft_ip_next(zti_nft_ip *ip, uint32_t family);
/* In network order; gives back how many bytes. */
uint32_t zti_nft_ip_bytes(zti_nft_ip ip, uint32_t family, uint8_t out[16]);

#endif
