/* idmap.h - finds what an id of the library belongs to. */
#ifndef ZEROTRUNKD_IDMAP_H
#define ZEROTRUNKD_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_place {
    uint64_t id; /* 0: free */
    void *value;
};

struct idmap {
    struct idmap_place *places;
    size_t count, size; /* size: a power of two, or 0 */
};

/* 0, or -1 without memory. id must not be 0. A second put of an id replaces its value. */
int idmap_put(struct idmap *map, uint64_t id, void *value);
void *idmap_get(const struct idmap *map, uint64_t id); /* NULL: not there */
void *idmap_take(struct idmap *map, uint64_t id);      /* get, and forget */
void idmap_free(struct idmap *map);

#endif
