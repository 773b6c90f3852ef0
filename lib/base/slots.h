/* slots.h - 64-bit ids for the things in a table: place and generation, never reused. */
#ifndef ZTI_BASE_SLOTS_H
#define ZTI_BASE_SLOTS_H

#include "base/mem.h"

typedef struct zti_slot {
    void *value;         /* NULL: free */
    uint64_t generation; /* of the present or the next value */
    size_t next_free;    /* 1-based, 0: none */
} zti_slot;

typedef struct zti_slots {
    ztrunk_ctx *ctx;
    zti_slot *slots;
    size_t count, used, cap, max; /* count: values; used: slots ever taken */
    size_t first_free;
} zti_slots;

/* max is at most 2^24 - 1. */
zti_slots zti_slots_of(ztrunk_ctx *ctx, size_t max);
/* E_LIMIT at max, E_NOMEM. The id is never 0. */
int32_t zti_slots_put(zti_slots *s, void *value, uint64_t *id);
void *zti_slots_get(const zti_slots *s, uint64_t id); /* NULL: stale or never was */
void *zti_slots_del(zti_slots *s, uint64_t id);       /* gives back the value */
/* Walks: start with *place = 0; NULL at the end. Deleting what was just given is fine. */
void *zti_slots_next(const zti_slots *s, size_t *place);
void zti_slots_free(zti_slots *s);

#endif
