#include "rt/nft_table.h"

#include "base/addr.h"
#include "base/ctx.h"
#include "base/siphash.h"
#include "base/time.h"

#define NONE UINT32_MAX

int32_t zti_nft_table_init(zti_nft_table *t, ztrunk_ctx *ctx, uint32_t max)
{
    uint32_t buckets = 16;

    while (buckets < max) buckets *= 2;
    *t = (zti_nft_table){.ctx = ctx, .max = max, .mask = buckets - 1, .first_dirty = NONE};
    t->heap = zti_heap_of(ctx);
    t->entries = zti_array(ctx, max, sizeof *t->entries);
    t->buckets = zti_array(ctx, buckets, sizeof *t->buckets);
    if (t->entries == NULL || t->buckets == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t i = 0; i < buckets; i++) t->buckets[i] = NONE;
    for (uint32_t i = 0; i < max; i++) {
        t->entries[i].next = i + 1 < max ? i + 1 : NONE;
        t->entries[i].due.owner = &t->entries[i];
    }
    return zti_heap_reserve(&t->heap, max);
}

static uint32_t *bucket_of(const zti_nft_table *t, const ztrunk_addr *key)
{
    return &t->buckets[zti_siphash(t->ctx->hash_key, key, sizeof *key) & t->mask];
}

static uint32_t index_of(const zti_nft_table *t, const zti_nft_entry *entry)
{
    return (uint32_t)(entry - t->entries);
}

zti_nft_entry *zti_nft_table_find(const zti_nft_table *t, const ztrunk_addr *key)
{
    for (uint32_t i = *bucket_of(t, key); i != NONE; i = t->entries[i].next)
        if (ztrunk_addr_equal(&t->entries[i].key, key)) return &t->entries[i];
    return NULL;
}

zti_nft_entry *zti_nft_table_add(zti_nft_table *t, const ztrunk_addr *key)
{
    uint32_t *bucket = bucket_of(t, key);
    zti_nft_entry *entry;
    uint32_t i = t->first_free;

    if (i == NONE) return NULL;
    entry = &t->entries[i];
    t->first_free = entry->next;
    *entry = (zti_nft_entry){.key = *key, .due.owner = entry, .next = *bucket, .is_used = 1};
    *bucket = i;
    t->count++;
    return entry;
}

static void drop(zti_nft_table *t, zti_nft_entry *entry)
{
    uint32_t i = index_of(t, entry), *link = bucket_of(t, &entry->key);

    while (*link != i) link = &t->entries[*link].next;
    *link = entry->next;
    zti_heap_remove(&t->heap, &entry->due);
    entry->is_used = 0;
    entry->next = t->first_free;
    t->first_free = i;
    t->count--;
}

void zti_nft_table_soil(zti_nft_table *t, zti_nft_entry *entry)
{
    if (entry->is_dirty) return;
    entry->is_dirty = 1;
    entry->next_dirty = t->first_dirty;
    t->first_dirty = index_of(t, entry);
    zti_heap_remove(&t->heap, &entry->due);
}

zti_nft_entry *zti_nft_table_next(const zti_nft_table *t, uint32_t *place)
{
    while (*place < t->max) {
        zti_nft_entry *entry = &t->entries[(*place)++];

        if (entry->is_used) return entry;
    }
    return NULL;
}

zti_nft_entry *zti_nft_table_dirty(const zti_nft_table *t)
{
    return t->first_dirty != NONE ? &t->entries[t->first_dirty] : NULL;
}

zti_nft_entry *zti_nft_table_dirty_after(const zti_nft_table *t, const zti_nft_entry *entry)
{
    return entry->next_dirty != NONE ? &t->entries[entry->next_dirty] : NULL;
}

/* The kernel counts in jiffies of a clock that is not slewed as ours is. */
static uint64_t surely_over(const zti_nft_entry *entry)
{
    return zti_time_add(entry->until_ns, ZTI_SECOND + entry->lifetime_ns / 128);
}

void zti_nft_table_settle(zti_nft_table *t, uint64_t now_ns)
{
    while (t->first_dirty != NONE) {
        zti_nft_entry *entry = &t->entries[t->first_dirty];

        t->first_dirty = entry->next_dirty;
        entry->is_dirty = 0;
        entry->is_sent = 1;
        entry->sent = entry->remote;
        entry->until_ns = zti_time_add(now_ns, entry->lifetime_ns);
        if (entry->lifetime_ns == 0)
            drop(t, entry);
        else
            (void)zti_heap_set(&t->heap, &entry->due, surely_over(entry));
    }
}

void zti_nft_table_expire(zti_nft_table *t, uint64_t now_ns)
{
    zti_heap_node *node;

    while ((node = zti_heap_due(&t->heap, now_ns)) != NULL) drop(t, node->owner);
}

void zti_nft_table_free(zti_nft_table *t)
{
    zti_free(t->ctx, t->entries);
    zti_free(t->ctx, t->buckets);
    zti_heap_free(&t->heap);
}
