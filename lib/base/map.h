/* map.h - a hash map from byte strings to pointers, with a secret hash and a bound.
 * It borrows its keys: they must stay where they are while the entry is in the map. */
#ifndef ZTI_BASE_MAP_H
#define ZTI_BASE_MAP_H

#include "base/mem.h"
#include "base/str.h"

typedef struct zti_map_entry {
    uint64_t hash;
    zti_str key;
    void *value; /* NULL: a free place */
} zti_map_entry;

typedef struct zti_map {
    ztrunk_ctx *ctx;
    zti_map_entry *entries;
    size_t count, places, max; /* places: a power of two, or 0 before the first put */
} zti_map;

zti_map zti_map_of(ztrunk_ctx *ctx, size_t max);
void *zti_map_get(const zti_map *m, zti_str key); /* NULL when absent */
/* value must not be NULL. E_STATE: the key is there already. E_LIMIT, E_NOMEM. */
int32_t zti_map_put(zti_map *m, zti_str key, void *value);
/* Gives back the value, NULL when absent. */
void *zti_map_del(zti_map *m, zti_str key);
/* Walks: start with *place = 0; NULL at the end. No put or del in between. */
void *zti_map_next(const zti_map *m, size_t *place);
void zti_map_free(zti_map *m); /* the values are the caller's */

#endif
