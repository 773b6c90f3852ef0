#include "rt/door_source.h"

#include <string.h>
#include "base/addr.h"
#include "base/ctx.h"
#include "base/siphash.h"

typedef struct source_key {
    uint8_t octets[sizeof((zti_source *)NULL)->key];
} source_key;

/* Two buckets for each source at least, so that chains stay short. */
static uint32_t bucket_count(uint32_t max)
{
    uint32_t count = 16;

    while (count / 2 < max && count < UINT32_C(1) << 31) count *= 2;
    return count;
}

int32_t zti_door_sources_init(zti_sources *s, ztrunk_ctx *ctx, uint32_t max, uint32_t bits4,
                              uint32_t bits6)
{
    uint32_t count = bucket_count(max);

    if (s->pool != NULL) return ZTRUNK_OK;
    *s = (zti_sources){.ctx = ctx, .max = max, .mask = count - 1, .bits4 = bits4, .bits6 = bits6};
    /* Not zeroed: pages that no source ever needed are not touched. */
    s->pool = zti_rearray(ctx, NULL, max, sizeof *s->pool);
    s->buckets = zti_array(ctx, count, sizeof *s->buckets);
    if (s->pool != NULL && s->buckets != NULL) return ZTRUNK_OK;
    zti_door_sources_free(s);
    return ZTRUNK_E_NOMEM;
}

void zti_door_sources_free(zti_sources *s)
{
    if (s->ctx == NULL) return;
    zti_free(s->ctx, s->pool);
    zti_free(s->ctx, s->buckets);
    *s = (zti_sources){0};
}

static source_key key_of(const zti_sources *s, const ztrunk_addr *remote)
{
    ztrunk_addr network = *remote;
    source_key key = {{remote->family}};

    zti_ip_mask(&network, remote->family == 4 ? s->bits4 : s->bits6);
    memcpy(key.octets + 1, network.ip, sizeof network.ip);
    return key;
}

static uint32_t *bucket_of(const zti_sources *s, const source_key *key)
{
    return &s->buckets[zti_siphash(s->ctx->hash_key, key, sizeof *key) & s->mask];
}

static uint32_t is_of(const zti_source *source, const source_key *key)
{
    for (size_t i = 0; i < sizeof key->octets; i++)
        if (source->key[i] != key->octets[i]) return 0;
    return 1;
}

static zti_source *find(const zti_sources *s, const uint32_t *bucket, const source_key *key)
{
    for (uint32_t at = *bucket; at != 0; at = s->pool[at - 1].next)
        if (is_of(&s->pool[at - 1], key)) return &s->pool[at - 1];
    return NULL;
}

zti_source *zti_source_find(const zti_sources *s, const ztrunk_addr *remote)
{
    source_key key = key_of(s, remote);

    return s->pool != NULL ? find(s, bucket_of(s, &key), &key) : NULL;
}

static uint32_t take_place(zti_sources *s)
{
    uint32_t at = s->first_free;

    if (at == 0) return s->used < s->max ? ++s->used : 0;
    s->first_free = s->pool[at - 1].next;
    return at;
}

zti_source *zti_source_enter(zti_sources *s, const ztrunk_addr *remote)
{
    source_key key = key_of(s, remote);
    uint32_t *bucket = bucket_of(s, &key), at;
    zti_source *source = find(s, bucket, &key);

    if (source == NULL) {
        at = take_place(s);
        if (at == 0) return NULL;
        source = &s->pool[at - 1];
        *source = (zti_source){.next = *bucket};
        memcpy(source->key, key.octets, sizeof source->key);
        *bucket = at;
    }
    source->flows++;
    return source;
}

void zti_source_leave(zti_sources *s, zti_source *source)
{
    uint32_t at, *link;

    if (source == NULL || --source->flows > 0) return;
    at = (uint32_t)(source - s->pool) + 1;
    link = &s->buckets[zti_siphash(s->ctx->hash_key, source->key, sizeof source->key) & s->mask];
    while (*link != at) link = &s->pool[*link - 1].next;
    *link = source->next;
    source->next = s->first_free;
    s->first_free = at;
}
