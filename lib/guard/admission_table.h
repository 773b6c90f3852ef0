/* admission_table.h - what is known of the sources of one table. All memory is taken at the start.
 * Who has something open stays; of the rest the one that deserves it least gives way. */
#ifndef ZTI_GUARD_ADMISSION_TABLE_H
#define ZTI_GUARD_ADMISSION_TABLE_H

#include "base/mem.h"
#include "guard/admission_block.h"
#include "guard/admission_bucket.h"

enum { ZTI_ADMIT_CONNECTIONS, ZTI_ADMIT_HALF_OPEN, ZTI_ADMIT_CALLS, ZTI_ADMIT_COUNTS };
enum { ZTI_ADMIT_HANDSHAKE_RATE, ZTI_ADMIT_CALL_RATE, ZTI_ADMIT_MESSAGE_RATE, ZTI_ADMIT_RATES };

typedef struct zti_source_key {
    uint64_t word[3];
} zti_source_key;

/* The lists of those who may give way, in the order in which they do. */
enum { ZTI_SOURCE_INNOCENT, ZTI_SOURCE_SCORED, ZTI_SOURCE_BLOCKED, ZTI_SOURCE_LISTS };

/* Places are 1-based; 0: none. */
typedef struct zti_source {
    zti_source_key key;
    zti_bucket buckets[ZTI_ADMIT_RATES]; /* filled_ns NEVER: not used yet */
    uint32_t counts[ZTI_ADMIT_COUNTS];   /* open now */
    uint32_t is_pinned;                  /* it stays, open or not */
    zti_block block;
    uint32_t next;               /* in its hash bucket */
    uint32_t older, newer, list; /* list: ZTI_SOURCE_*, or _LISTS: in none */
} zti_source;

typedef struct zti_sources {
    ztrunk_ctx *ctx;
    zti_source *all;
    uint32_t *buckets;
    uint32_t mask, max, used;
    uint32_t oldest[ZTI_SOURCE_LISTS], newest[ZTI_SOURCE_LISTS];
    uint64_t forgotten;
} zti_sources;

/* max from 1 to 2^20. E_NOMEM. */
int32_t zti_sources_init(zti_sources *t, ztrunk_ctx *ctx, uint32_t max);
void zti_sources_free(zti_sources *t);
zti_source *zti_sources_find(const zti_sources *t, const zti_source_key *key);
/* Known or new. NULL: everybody has something open. */
zti_source *zti_sources_take(zti_sources *t, const zti_source_key *key, uint64_t now_ns);
/* It gives way to nobody until it is settled. */
void zti_sources_hold(zti_sources *t, zti_source *s);
/* After each change of counts, block or is_pinned: it is the newest of the list where it belongs.
 */
void zti_sources_settle(zti_sources *t, zti_source *s, uint64_t now_ns);

#endif
