#include "sources.h"
#include <stdlib.h>

struct door {
    uint64_t listener;
    ztrunk_allow *allow;
};

struct sources {
    uint32_t count;
    struct door doors[2 * CONFIG_MAX_TRUNKS];
};

struct entries { /* of one listener, while its list is built */
    ztrunk_allow_entry *items;
    uint32_t count, flags;
};

static const struct config_side *side_of(const struct daemon *d, const struct config *config,
                                         uint32_t trunk, uint32_t side)
{
    const struct config_trunk *conf = config_trunk_of(config, d->trunks[trunk].conf->name);

    return conf != NULL ? &conf->side[side] : NULL;
}

static uint32_t count_entries(const struct daemon *d, const struct config *config,
                              uint64_t listener)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            const struct config_side *side = side_of(d, config, i, s);

            if (side != NULL && d->trunks[i].side[s].listener == listener)
                count += side->signalling.count;
        }
    return count;
}

static void add_side(struct entries *e, const struct config_side *side, uint32_t trunk)
{
    if (side->any_source) e->flags |= ZTRUNK_ALLOW_ANY;
    for (uint32_t i = 0; i < side->signalling.count; i++)
        e->items[e->count++] =
            (ztrunk_allow_entry){.prefix = side->signalling.items[i], .tag = trunk};
}

static int entry_order(const void *a, const void *b)
{
    const ztrunk_allow_entry *p = a, *q = b;
    int order = config_prefix_order(&p->prefix, &q->prefix);

    return order != 0 ? order : (p->tag > q->tag) - (p->tag < q->tag);
}

/* Trunks whose peers prove different names may share a prefix; the list has room for one tag. */
static void drop_shared(struct entries *e)
{
    uint32_t kept = 0;

    qsort(e->items, e->count, sizeof *e->items, entry_order);
    for (uint32_t i = 0; i < e->count; i++)
        if (kept == 0 || config_prefix_order(&e->items[kept - 1].prefix, &e->items[i].prefix) != 0)
            e->items[kept++] = e->items[i];
    e->count = kept;
}

static int make_list(struct daemon *d, const struct config *config, struct door *door)
{
    uint32_t room = count_entries(d, config, door->listener);
    struct entries e = {.items = calloc(room + 1, sizeof *e.items)};
    ztrunk_allow_opts opts = {.size = sizeof opts, .max_entries = room + 1};
    int32_t err;

    if (e.items == NULL) return -1;
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            const struct config_side *side = side_of(d, config, i, s);

            if (side != NULL && d->trunks[i].side[s].listener == door->listener)
                add_side(&e, side, i);
        }
    drop_shared(&e);
    opts.flags = e.flags;
    err = ztrunk_allow_new(d->ctx, &opts, e.items, e.count, NULL, &door->allow);
    free(e.items);
    return err == ZTRUNK_OK ? 0 : -1;
}

static const struct door *door_of(const struct sources *sources, uint64_t listener)
{
    for (uint32_t i = 0; i < sources->count; i++)
        if (sources->doors[i].listener == listener) return &sources->doors[i];
    return NULL;
}

struct sources *sources_new(struct daemon *d, const struct config *config)
{
    struct sources *made = calloc(1, sizeof *made);

    for (uint32_t i = 0; made != NULL && i < 2 * d->trunk_count; i++) {
        uint64_t listener = d->trunks[i / 2].side[i % 2].listener;

        if (door_of(made, listener) != NULL) continue;
        made->doors[made->count].listener = listener;
        if (make_list(d, config, &made->doors[made->count++]) == 0) continue;
        sources_free(made);
        return NULL;
    }
    return made;
}

uint32_t sources_admit(const struct sources *sources, uint64_t listener, const ztrunk_addr *remote,
                       uint32_t *trunk)
{
    const struct door *door = sources != NULL ? door_of(sources, listener) : NULL;

    return door != NULL && ztrunk_allow_check(door->allow, remote, trunk) == ZTRUNK_OK;
}

void sources_free(struct sources *sources)
{
    if (sources == NULL) return;
    for (uint32_t i = 0; i < sources->count; i++) ztrunk_allow_free(sources->doors[i].allow);
    free(sources);
}
