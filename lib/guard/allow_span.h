/* allow_span.h - nested prefixes as the spans of addresses that one of them decides.
 *
 * Where the spans begin stands in one sorted array: two entries a prefix at most, whatever their
 * lengths, so that a list of IPv6 prefixes costs no more than one of IPv4. */
#ifndef ZTI_GUARD_ALLOW_SPAN_H
#define ZTI_GUARD_ALLOW_SPAN_H

#include <zerotrunk/allow.h>

typedef struct zti_span_key { /* an address of either family, IPv4 in the top 32 bits */
    uint64_t high, low;
} zti_span_key;

typedef struct zti_span_prefix {
    zti_span_key first, last;
    uint32_t bits, entry;
} zti_span_prefix;

typedef struct zti_spans {
    zti_span_key *starts; /* the first is always 0 */
    uint32_t *entries;    /* that decides: its place in the array given, ZTI_SPAN_NONE: none */
    uint32_t count;
    /* Where to begin: the bits behind those that all starts but the first have in common give a
     * slot, the slot how many starts lie before it. About as many slots as starts. */
    uint32_t *slots; /* NULL: begin in the middle */
    uint32_t common, slot_bits;
} zti_spans;

#define ZTI_SPAN_NONE UINT32_MAX

zti_span_key zti_span_key_of(const ztrunk_addr *addr); /* unmapped */
zti_span_prefix zti_span_prefix_of(const ztrunk_prefix *prefix, uint32_t entry);
uint32_t zti_span_has_host_bits(const ztrunk_prefix *prefix); /* bits behind its length are set */
/* By first address, the wider prefix first. In place, no recursion, no memory. */
void zti_span_sort(zti_span_prefix *prefixes, uint32_t count);
/* From sorted prefixes without doubles; both arrays have room for 2 * count + 1. */
void zti_span_fill(zti_spans *spans, const zti_span_prefix *prefixes, uint32_t count);
/* How many slots the filled spans want; 0: none. */
uint32_t zti_span_slots(const zti_spans *spans);
/* Takes as many, zeroed. */
void zti_span_index(zti_spans *spans, uint32_t *slots);
uint32_t zti_span_find(const zti_spans *spans, zti_span_key key);

#endif
