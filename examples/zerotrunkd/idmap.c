#include "idmap.h"
#include <stdlib.h>

/* The ids are the library's own, counted up: no peer chooses them, so no secret hash is needed. */
static size_t home_of(const struct idmap *map, uint64_t id)
{
    return (size_t)(id * 0x9e3779b97f4a7c15u >> 20) & (map->size - 1);
}

static size_t find(const struct idmap *map, uint64_t id)
{
    size_t at = home_of(map, id);

    while (map->places[at].id != 0 && map->places[at].id != id) at = (at + 1) & (map->size - 1);
    return at;
}

static int grow(struct idmap *map)
{
    struct idmap bigger = {.count = map->count, .size = map->size > 0 ? map->size * 2 : 64};

    bigger.places = calloc(bigger.size, sizeof *bigger.places);
    if (bigger.places == NULL) return -1;
    for (size_t i = 0; i < map->size; i++)
        if (map->places[i].id != 0)
            bigger.places[find(&bigger, map->places[i].id)] = map->places[i];
    free(map->places);
    *map = bigger;
    return 0;
}

int idmap_put(struct idmap *map, uint64_t id, void *value)
{
    size_t at;

    if (map->count >= map->size / 2 && grow(map) != 0) return -1;
    at = find(map, id);
    map->count += map->places[at].id == 0;
    map->places[at] = (struct idmap_place){id, value};
    return 0;
}

void *idmap_get(const struct idmap *map, uint64_t id)
{
    if (map->count == 0 || id == 0) return NULL;
    return map->places[find(map, id)].value;
}

void *idmap_take(struct idmap *map, uint64_t id)
{
    void *value = idmap_get(map, id);
    size_t hole, at;

    if (value == NULL) return NULL;
    hole = find(map, id);
    for (at = (hole + 1) & (map->size - 1); map->places[at].id != 0;
         at = (at + 1) & (map->size - 1)) {
        size_t home = home_of(map, map->places[at].id);

        if (((at - home) & (map->size - 1)) < ((at - hole) & (map->size - 1))) continue;
        map->places[hole] = map->places[at];
        hole = at;
    }
    map->places[hole] = (struct idmap_place){0, NULL};
    map->count--;
    return value;
}

void idmap_free(struct idmap *map)
{
    free(map->places);
    *map = (struct idmap){NULL, 0, 0};
}
