/* toll_party.h - callers, or called numbers, with what they have done lately. All memory is taken
 * at the start. Who has no call under way is idle, and the one idle for longest gives way. */
#ifndef ZTI_GUARD_TOLL_PARTY_H
#define ZTI_GUARD_TOLL_PARTY_H

#include "base/mem.h"
#include "base/str.h"

/* A window is counted in eighths; the ninth is the one that has begun. */
enum { ZTI_PARTY_KEY = 64, ZTI_WINDOW_PARTS = 9 };

/* Places are 1-based; 0: none. */
typedef struct zti_party {
    char key[ZTI_PARTY_KEY];
    uint32_t key_len, calls;          /* calls under way */
    uint32_t began[ZTI_WINDOW_PARTS]; /* calls that began in each part, at part % 9 */
    uint32_t next;                    /* in its bucket */
    uint32_t older, newer;            /* among the idle ones */
    uint64_t part;                    /* the last one counted in */
} zti_party;

typedef struct zti_parties {
    ztrunk_ctx *ctx;
    zti_party *all;
    uint32_t *buckets;
    uint32_t mask, max, used;
    uint32_t oldest, newest; /* idle */
    uint64_t forgotten;
} zti_parties;

/* max from 1 to 2^24. E_NOMEM. */
int32_t zti_parties_init(zti_parties *p, ztrunk_ctx *ctx, uint32_t max);
void zti_parties_free(zti_parties *p);

/* Key of 1 to ZTI_PARTY_KEY bytes. NULL: not known. */
zti_party *zti_parties_find(const zti_parties *p, zti_str key);
/* Known or new, in the place of the oldest idle one if need be. NULL: all are busy. */
zti_party *zti_parties_take(zti_parties *p, zti_str key);
/* Calls that began in the last window_ns: none of these is ever left out, and what began up to an
 * eighth earlier may still count. */
uint64_t zti_party_began(const zti_party *party, uint64_t now_ns, uint64_t window_ns);
void zti_party_begin(zti_parties *p, zti_party *party, uint64_t now_ns, uint64_t window_ns);
void zti_party_end(zti_parties *p, zti_party *party);
/* Forgets what began: the window has another length. */
void zti_parties_restart(zti_parties *p);

static inline uint32_t zti_party_place(const zti_parties *p, const zti_party *party)
{
    return (uint32_t)(party - p->all) + 1;
}

#endif
