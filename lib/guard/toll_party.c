#include "guard/toll_party.h"

#include "base/ctx.h"
#include "base/siphash.h"

int32_t zti_parties_init(zti_parties *p, ztrunk_ctx *ctx, uint32_t max)
{
    uint32_t places = 1;

    while (places < max) places *= 2;
    *p = (zti_parties){.ctx = ctx, .max = max, .mask = places - 1};
    p->all = zti_array(ctx, max, sizeof *p->all);
    p->buckets = zti_array(ctx, places, sizeof *p->buckets);
    if (p->all != NULL && p->buckets != NULL) return ZTRUNK_OK;
    zti_parties_free(p);
    return ZTRUNK_E_NOMEM;
}

void zti_parties_free(zti_parties *p)
{
    if (p->ctx == NULL) return;
    zti_free(p->ctx, p->all);
    zti_free(p->ctx, p->buckets);
    *p = (zti_parties){0};
}

static zti_party *at(const zti_parties *p, uint32_t place)
{
    return place != 0 ? &p->all[place - 1] : NULL;
}

static zti_str key_of(const zti_party *party)
{
    return (zti_str){party->key, party->key_len};
}

static uint32_t *bucket_of(const zti_parties *p, zti_str key)
{
    return &p->buckets[zti_siphash(p->ctx->hash_key, key.p, key.len) & p->mask];
}

zti_party *zti_parties_find(const zti_parties *p, zti_str key)
{
    zti_party *party = at(p, *bucket_of(p, key));

    while (party != NULL && !zti_str_eq(key_of(party), key)) party = at(p, party->next);
    return party;
}

static void set_idle(zti_parties *p, zti_party *party)
{
    uint32_t place = zti_party_place(p, party);

    party->older = p->newest;
    party->newer = 0;
    if (p->newest != 0)
        at(p, p->newest)->newer = place;
    else
        p->oldest = place;
    p->newest = place;
}

static void set_busy(zti_parties *p, zti_party *party)
{
    if (party->older != 0)
        at(p, party->older)->newer = party->newer;
    else
        p->oldest = party->newer;
    if (party->newer != 0)
        at(p, party->newer)->older = party->older;
    else
        p->newest = party->older;
}

static void leave_bucket(zti_parties *p, const zti_party *party)
{
    uint32_t *link = bucket_of(p, key_of(party));
    uint32_t place = zti_party_place(p, party);

    while (*link != place) link = &at(p, *link)->next;
    *link = party->next;
}

static zti_party *make_room(zti_parties *p)
{
    zti_party *party = at(p, p->oldest);

    if (p->used < p->max) return &p->all[p->used++];
    if (party == NULL) return NULL;
    set_busy(p, party);
    leave_bucket(p, party);
    p->forgotten++;
    return party;
}

zti_party *zti_parties_take(zti_parties *p, zti_str key)
{
    zti_party *party = zti_parties_find(p, key);
    uint32_t *bucket = bucket_of(p, key);

    if (party != NULL) return party;
    party = make_room(p);
    if (party == NULL) return NULL;
    *party = (zti_party){.key_len = (uint32_t)key.len, .next = *bucket};
    memcpy(party->key, key.p, key.len);
    *bucket = zti_party_place(p, party);
    set_idle(p, party);
    return party;
}

static uint64_t part_of(uint64_t now_ns, uint64_t window_ns)
{
    /* Rounded up: eight parts must not be shorter than the window. */
    return now_ns / (window_ns / 8 + (window_ns % 8 != 0));
}

uint64_t zti_party_began(const zti_party *party, uint64_t now_ns, uint64_t window_ns)
{
    uint64_t part = part_of(now_ns, window_ns), sum = 0;
    uint64_t passed = part > party->part ? part - party->part : 0;

    /* The parts from the last one back; those that have left the window drop off at the far end. */
    for (uint64_t back = 0; back + passed < ZTI_WINDOW_PARTS && back <= party->part; back++)
        sum += party->began[(party->part - back) % ZTI_WINDOW_PARTS];
    return sum;
}

static void roll(zti_party *party, uint64_t part)
{
    uint64_t passed = part > party->part ? part - party->part : 0;

    if (passed > ZTI_WINDOW_PARTS) passed = ZTI_WINDOW_PARTS;
    if (part > party->part) party->part = part;
    for (uint64_t back = 0; back < passed; back++)
        party->began[(part - back) % ZTI_WINDOW_PARTS] = 0;
}

void zti_party_begin(zti_parties *p, zti_party *party, uint64_t now_ns, uint64_t window_ns)
{
    roll(party, part_of(now_ns, window_ns));
    if (party->began[party->part % ZTI_WINDOW_PARTS] < UINT32_MAX)
        party->began[party->part % ZTI_WINDOW_PARTS]++;
    if (party->calls++ == 0) set_busy(p, party);
}

void zti_party_end(zti_parties *p, zti_party *party)
{
    if (--party->calls == 0) set_idle(p, party);
}

void zti_parties_restart(zti_parties *p)
{
    for (uint32_t i = 0; i < p->used; i++) {
        p->all[i].part = 0;
        for (uint32_t k = 0; k < ZTI_WINDOW_PARTS; k++) p->all[i].began[k] = 0;
    }
}
