#include "base/map.h"

#include "base/ctx.h"
#include "base/siphash.h"

#define FIRST_PLACES 16u

zti_map zti_map_of(ztrunk_ctx *ctx, size_t max)
{
    return (zti_map){.ctx = ctx, .max = max};
}

/* Linear probing; the table is never more than three quarters full, so a free place ends it. */
static size_t find(const zti_map *m, uint64_t hash, zti_str key)
{
    size_t mask = m->places - 1;
    size_t at = (size_t)hash & mask;

    while (m->entries[at].value != NULL) {
        if (m->entries[at].hash == hash && zti_str_eq(m->entries[at].key, key)) break;
        at = (at + 1) & mask;
    }
    return at;
}

static uint64_t hash_of(const zti_map *m, zti_str key)
{
    return zti_siphash(m->ctx->hash_key, key.p, key.len);
}

void *zti_map_get(const zti_map *m, zti_str key)
{
    if (m->count == 0) return NULL;
    return m->entries[find(m, hash_of(m, key), key)].value;
}

static int32_t grow(zti_map *m)
{
    zti_map bigger = *m;

    bigger.places = m->places > 0 ? m->places * 2 : FIRST_PLACES;
    bigger.entries = zti_array(m->ctx, bigger.places, sizeof *bigger.entries);
    if (bigger.entries == NULL) return ZTRUNK_E_NOMEM;
    for (size_t i = 0; i < m->places; i++) {
        const zti_map_entry *e = &m->entries[i];

        if (e->value != NULL) bigger.entries[find(&bigger, e->hash, e->key)] = *e;
    }
    zti_free(m->ctx, m->entries);
    *m = bigger;
    return ZTRUNK_OK;
}

int32_t zti_map_put(zti_map *m, zti_str key, void *value)
{
    uint64_t hash = hash_of(m, key);
    size_t at;

    if (m->count >= m->max) return ZTRUNK_E_LIMIT;
    if (m->count >= m->places / 4 * 3) {
        int32_t err = grow(m);

        if (err != ZTRUNK_OK) return err;
    }
    at = find(m, hash, key);
    if (m->entries[at].value != NULL) return ZTRUNK_E_STATE;
    m->entries[at] = (zti_map_entry){hash, key, value};
    m->count++;
    return ZTRUNK_OK;
}

/* Moves later entries of the run back over the hole, so that no tombstones pile up. */
static void close_gap(zti_map *m, size_t hole)
{
    size_t mask = m->places - 1;

    for (size_t at = (hole + 1) & mask; m->entries[at].value != NULL; at = (at + 1) & mask) {
        size_t home = (size_t)m->entries[at].hash & mask;

        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        m->entries[hole] = m->entries[at];
        hole = at;
    }
    m->entries[hole] = (zti_map_entry){0};
}

void *zti_map_del(zti_map *m, zti_str key)
{
    size_t at;
    void *value;

    if (m->count == 0) return NULL;
    at = find(m, hash_of(m, key), key);
    value = m->entries[at].value;
    if (value == NULL) return NULL;
    close_gap(m, at);
    m->count--;
    return value;
}

void *zti_map_next(const zti_map *m, size_t *place)
{
    while (*place < m->places) {
        void *value = m->entries[(*place)++].value;

        if (value != NULL) return value;
    }
    return NULL;
}

void zti_map_free(zti_map *m)
{
    zti_free(m->ctx, m->entries);
    *m = zti_map_of(m->ctx, m->max);
}
