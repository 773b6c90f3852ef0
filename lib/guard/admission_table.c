#include "guard/admission_table.h"

#include "base/ctx.h"
#include "base/siphash.h"
#include "base/time.h"

int32_t zti_askers_init(zti_askers *t, ztrunk_ctx *ctx, uint32_t max)
{
    uint32_t places = 1;

    while (places < max) places *= 2;
    *t = (zti_askers){.ctx = ctx, .max = max, .mask = places - 1};
    t->all = zti_array(ctx, max, sizeof *t->all);
    t->buckets = zti_array(ctx, places, sizeof *t->buckets);
    if (t->all != NULL && t->buckets != NULL) return ZTRUNK_OK;
    zti_askers_free(t);
    return ZTRUNK_E_NOMEM;
}

void zti_askers_free(zti_askers *t)
{
    if (t->ctx == NULL) return;
    zti_free(t->ctx, t->all);
    zti_free(t->ctx, t->buckets);
    *t = (zti_askers){0};
}

static zti_asker *at(const zti_askers *t, uint32_t place)
{
    return place != 0 ? &t->all[place - 1] : NULL;
}

static uint32_t place_of(const zti_askers *t, const zti_asker *s)
{
    return (uint32_t)(s - t->all) + 1;
}

static uint32_t *bucket_of(const zti_askers *t, const zti_asker_key *key)
{
    return &t->buckets[zti_siphash(t->ctx->hash_key, key, sizeof *key) & t->mask];
}

static uint32_t is_key(const zti_asker *s, const zti_asker_key *key)
{
    return s->key.word[0] == key->word[0] && s->key.word[1] == key->word[1] &&
           s->key.word[2] == key->word[2];
}

zti_asker *zti_askers_find(const zti_askers *t, const zti_asker_key *key)
{
    zti_asker *s = at(t, *bucket_of(t, key));

    while (s != NULL && !is_key(s, key)) s = at(t, s->next);
    return s;
}

/* ---- the lists ---- */

static void leave_list(zti_askers *t, zti_asker *s)
{
    if (s->list == ZTI_ASKER_LISTS) return;
    if (s->older != 0)
        at(t, s->older)->newer = s->newer;
    else
        t->oldest[s->list] = s->newer;
    if (s->newer != 0)
        at(t, s->newer)->older = s->older;
    else
        t->newest[s->list] = s->older;
    s->list = ZTI_ASKER_LISTS;
}

static void join_list(zti_askers *t, zti_asker *s, uint32_t list)
{
    uint32_t place = place_of(t, s);

    s->list = list;
    s->older = t->newest[list];
    s->newer = 0;
    if (s->older != 0)
        at(t, s->older)->newer = place;
    else
        t->oldest[list] = place;
    t->newest[list] = place;
}

static uint32_t is_open(const zti_asker *s)
{
    return s->is_pinned || s->counts[ZTI_ADMIT_CONNECTIONS] > 0 ||
           s->counts[ZTI_ADMIT_HALF_OPEN] > 0 || s->counts[ZTI_ADMIT_CALLS] > 0;
}

static uint32_t list_of(const zti_asker *s, uint64_t now_ns)
{
    if (is_open(s)) return ZTI_ASKER_LISTS;
    if (zti_block_holds(&s->block, now_ns)) return ZTI_ASKER_BLOCKED;
    return zti_block_is_innocent(&s->block, now_ns) ? ZTI_ASKER_INNOCENT : ZTI_ASKER_SCORED;
}

void zti_askers_hold(zti_askers *t, zti_asker *s)
{
    leave_list(t, s);
}

void zti_askers_settle(zti_askers *t, zti_asker *s, uint64_t now_ns)
{
    uint32_t list = list_of(s, now_ns);

    leave_list(t, s);
    if (list != ZTI_ASKER_LISTS) join_list(t, s, list);
}

/* ---- a place for a new one ---- */

/* Time alone makes innocent: who waits in another list since then has been quiet for longest. */
static zti_asker *who_gives_way(const zti_askers *t, uint64_t now_ns)
{
    for (uint32_t list = ZTI_ASKER_SCORED; list < ZTI_ASKER_LISTS; list++) {
        zti_asker *s = at(t, t->oldest[list]);

        if (s != NULL && list_of(s, now_ns) == ZTI_ASKER_INNOCENT) return s;
    }
    for (uint32_t list = 0; list < ZTI_ASKER_LISTS; list++)
        if (t->oldest[list] != 0) return at(t, t->oldest[list]);
    return NULL;
}

static void leave_bucket(zti_askers *t, const zti_asker *s)
{
    uint32_t *link = bucket_of(t, &s->key);
    uint32_t place = place_of(t, s);

    while (*link != place) link = &at(t, *link)->next;
    *link = s->next;
}

static zti_asker *make_room(zti_askers *t, uint64_t now_ns)
{
    zti_asker *s;

    if (t->used < t->max) return &t->all[t->used++];
    s = who_gives_way(t, now_ns);
    if (s == NULL) return NULL;
    leave_list(t, s);
    leave_bucket(t, s);
    t->forgotten++;
    return s;
}

zti_asker *zti_askers_take(zti_askers *t, const zti_asker_key *key, uint64_t now_ns)
{
    zti_asker *s = zti_askers_find(t, key);
    uint32_t *bucket = bucket_of(t, key);

    if (s != NULL) return s;
    s = make_room(t, now_ns);
    if (s == NULL) return NULL;
    *s = (zti_asker){.key = *key, .next = *bucket, .list = ZTI_ASKER_LISTS};
    for (uint32_t i = 0; i < ZTI_ADMIT_RATES; i++) s->buckets[i].filled_ns = ZTI_NEVER;
    *bucket = place_of(t, s);
    join_list(t, s, ZTI_ASKER_INNOCENT);
    return s;
}
