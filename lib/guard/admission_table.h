/* admission_table.h - what is known of the sources of one table. All memory is taken at the start.
 * Who has something open stays; of the rest the one that deserves it least gives way. */
#ifndef ZTI_GUARD_ADMISSION_TABLE_H
#define ZTI_GUARD_ADMISSION_TABLE_H

#include "base/mem.h"
#include "guard/admission_block.h"
#include "guard/admission_bucket.h"

enum { ZTI_ADMIT_CONNECTIONS, ZTI_ADMIT_HALF_OPEN, ZTI_ADMIT_CALLS, ZTI_ADMIT_COUNTS };
enum { ZTI_ADMIT_HANDSHAKE_RATE, ZTI_ADMIT_CALL_RATE, ZTI_ADMIT_MESSAGE_RATE, ZTI_ADMIT_RATES };

typedef struct zti_asker_key {
    uint64_t word[3];
} zti_asker_key;

/* The lists of those who may give way, in the order in which they do. */
enum { ZTI_ASKER_INNOCENT, ZTI_ASKER_SCORED, ZTI_ASKER_BLOCKED, ZTI_ASKER_LISTS };

/* Places are 1-based; 0: none. */
typedef struct zti_asker {
    zti_asker_key key;
    zti_bucket buckets[ZTI_ADMIT_RATES]; /* filled_ns NEVER: not used yet */
    uint32_t counts[ZTI_ADMIT_COUNTS];   /* open now */
    uint32_t is_pinned;                  /* it stays, open or not */
    zti_block block;
    uint32_t next;               /* in its hash bucket */
    uint32_t older, newer, list; /* list: ZTI_ASKER_*, or _LISTS: in none */
} zti_asker;

typedef struct zti_askers {
    ztrunk_ctx *ctx;
    zti_asker *all;
    uint32_t *buckets;
    uint32_t mask, max, used;
    uint32_t oldest[ZTI_ASKER_LISTS], newest[ZTI_ASKER_LISTS];
    uint64_t forgotten;
} zti_askers;

/* max from 1 to 2^20. E_NOMEM. */
int32_t zti_askers_init(zti_askers *t, ztrunk_ctx *ctx, uint32_t max);
void zti_askers_free(zti_askers *t);
zti_asker *zti_askers_find(const zti_askers *t, const zti_asker_key *key);
/* Known or new. NULL: everybody has something open. */
zti_asker *zti_askers_take(zti_askers *t, const zti_asker_key *key, uint64_t now_ns);
/* It gives way to nobody until it is settled. */
void zti_askers_hold(zti_askers *t, zti_asker *s);
/* After each change of counts, block or is_pinned: it is the newest of the list where it belongs.
 */
void zti_askers_settle(zti_askers *t, zti_asker *s, uint64_t now_ns);

#endif
