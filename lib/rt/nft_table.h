/* nft_table.h - what has a time to live: the holes, or the blocked sources. All memory is taken at
 * the beginning. An entry that was changed is dirty until the kernel has taken the change. */
#ifndef ZTI_RT_NFT_TABLE_H
#define ZTI_RT_NFT_TABLE_H

#include "base/heap.h"

typedef struct zti_nft_entry {
    ztrunk_addr key;      /* a hole's local address; a blocked source, its port 0 */
    ztrunk_addr remote;   /* a hole's; family 0: the allowlist */
    ztrunk_addr sent;     /* remote as the kernel has it */
    uint64_t lifetime_ns; /* from the commit; 0: it is to go */
    uint64_t until_ns;    /* the kernel ends it */
    zti_heap_node due;    /* when the kernel has surely ended it */
    uint32_t next;        /* of its bucket, or the next free; NONE at the end */
    uint32_t next_dirty;
    uint8_t is_used, is_dirty, is_sent;
} zti_nft_entry;

typedef struct zti_nft_table {
    ztrunk_ctx *ctx;
    zti_nft_entry *entries;
    uint32_t *buckets;
    zti_heap heap;
    uint32_t max, count, mask, first_free, first_dirty;
} zti_nft_table;

int32_t zti_nft_table_init(zti_nft_table *t, ztrunk_ctx *ctx, uint32_t max); /* max at least 1 */
/* key in its normal form, without scope; NULL: there is none. */
zti_nft_entry *zti_nft_table_find(const zti_nft_table *t, const ztrunk_addr *key);
zti_nft_entry *zti_nft_table_add(zti_nft_table *t, const ztrunk_addr *key); /* NULL: full */
void zti_nft_table_soil(zti_nft_table *t, zti_nft_entry *entry);            /* makes it dirty */
/* Walks: start with *place = 0, NULL at the end. */
zti_nft_entry *zti_nft_table_next(const zti_nft_table *t, uint32_t *place);
zti_nft_entry *zti_nft_table_dirty(const zti_nft_table *t); /* the first */
zti_nft_entry *zti_nft_table_dirty_after(const zti_nft_table *t, const zti_nft_entry *entry);
/* The kernel has taken what is dirty. */
void zti_nft_table_settle(zti_nft_table *t, uint64_t now_ns);
/* Forgets what the kernel has ended. */
void zti_nft_table_expire(zti_nft_table *t, uint64_t now_ns);
void zti_nft_table_free(zti_nft_table *t);

#endif
