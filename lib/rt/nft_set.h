/* nft_set.h - the sets of our table: what each is keyed by, and messages with their elements. */
#ifndef ZTI_RT_NFT_SET_H
#define ZTI_RT_NFT_SET_H

#include "rt/nft_msg.h"
#include "rt/ip_span.h"

enum { /* a set for IPv4 and, one behind it, for IPv6 */
       ZTI_NFT_BLOCKED = 0,
       ZTI_NFT_SIGNALLING = 2,
       ZTI_NFT_MEDIA = 4,
       ZTI_NFT_HOLES = 6, /* from one remote address */
       ZTI_NFT_OPEN = 8,  /* holes for the media allowlist */
       ZTI_NFT_SETS = 10
};

enum { ZTI_NFT_END = 0, ZTI_NFT_SADDR, ZTI_NFT_DADDR, ZTI_NFT_DPORT }; /* fields of a packet */

typedef struct zti_nft_set {
    const char *name;
    uint8_t family;    /* 4 or 6 */
    uint8_t is_timed;  /* else of intervals */
    uint8_t fields[4]; /* the key, up to END */
} zti_nft_set;

typedef struct zti_nft_elems { /* elements on their way into one set, or out of it */
    zti_nft_batch *batch;
    const char *table;
    uint32_t set;
    uint16_t type; /* NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM */
    uint32_t is_open;
    size_t nest;
} zti_nft_elems;

const zti_nft_set *zti_nft_set_of(uint32_t set);
void zti_nft_set_put(zti_nft_batch *b, const char *table, uint32_t set);
zti_nft_elems zti_nft_elems_of(zti_nft_batch *b, const char *table, uint32_t set, uint16_t type);
/* A fresh message begins when the one before is full. lifetime_ns 0: for good. */
void zti_nft_elem(zti_nft_elems *e, const void *key, size_t len, uint32_t flags,
                  uint64_t lifetime_ns);
void zti_nft_elems_end(zti_nft_elems *e);
/* Merged spans into a set of intervals. */
void zti_nft_spans_put(zti_nft_batch *b, const char *table, uint32_t set, const zti_ip_span *spans,
                       uint32_t count);
/* The key of source and local in that set; gives back its length. */
size_t zti_nft_key(uint32_t set, const ztrunk_addr *source, const ztrunk_addr *local,
                   uint8_t key[36]);

#endif
