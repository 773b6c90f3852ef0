#include "base/heap.h"

#include "base/time.h"

zti_heap zti_heap_of(ztrunk_ctx *ctx)
{
    return (zti_heap){.ctx = ctx};
}

int32_t zti_heap_reserve(zti_heap *h, size_t count)
{
    size_t cap = h->cap > 0 ? h->cap : 16;
    zti_heap_node **nodes;

    if (count <= h->cap) return ZTRUNK_OK;
    while (cap < count) cap *= 2;
    nodes = zti_rearray(h->ctx, h->nodes, cap, sizeof(zti_heap_node *));
    if (nodes == NULL) return ZTRUNK_E_NOMEM;
    h->nodes = nodes;
    h->cap = cap;
    return ZTRUNK_OK;
}

static void put_at(zti_heap *h, size_t place, zti_heap_node *node)
{
    h->nodes[place - 1] = node;
    node->place = place;
}

static void sift_up(zti_heap *h, zti_heap_node *node)
{
    size_t place = node->place;

    while (place > 1 && h->nodes[place / 2 - 1]->deadline_ns > node->deadline_ns) {
        put_at(h, place, h->nodes[place / 2 - 1]);
        place /= 2;
    }
    put_at(h, place, node);
}

static void sift_down(zti_heap *h, zti_heap_node *node)
{
    size_t place = node->place;

    for (;;) {
        size_t child = place * 2;

        if (child > h->count) break;
        if (child < h->count && h->nodes[child]->deadline_ns < h->nodes[child - 1]->deadline_ns)
            child++;
        if (h->nodes[child - 1]->deadline_ns >= node->deadline_ns) break;
        put_at(h, place, h->nodes[child - 1]);
        place = child;
    }
    put_at(h, place, node);
}

void zti_heap_remove(zti_heap *h, zti_heap_node *node)
{
    zti_heap_node *last;

    if (node->place == 0) return;
    last = h->nodes[--h->count];
    if (last != node) {
        put_at(h, node->place, last);
        sift_up(h, last);
        sift_down(h, last);
    }
    node->place = 0;
}

int32_t zti_heap_set(zti_heap *h, zti_heap_node *node, uint64_t deadline_ns)
{
    if (deadline_ns == ZTI_NEVER) {
        zti_heap_remove(h, node);
        return ZTRUNK_OK;
    }
    if (node->place == 0) {
        if (h->count >= h->cap) return ZTRUNK_E_LIMIT;
        put_at(h, ++h->count, node);
    }
    node->deadline_ns = deadline_ns;
    sift_up(h, node);
    sift_down(h, node);
    return ZTRUNK_OK;
}

uint64_t zti_heap_deadline(const zti_heap *h)
{
    return h->count > 0 ? h->nodes[0]->deadline_ns : ZTI_NEVER;
}

zti_heap_node *zti_heap_due(zti_heap *h, uint64_t now_ns)
{
    zti_heap_node *first;

    if (zti_heap_deadline(h) > now_ns || h->count == 0) return NULL;
    first = h->nodes[0];
    zti_heap_remove(h, first);
    return first;
}

void zti_heap_free(zti_heap *h)
{
    zti_free(h->ctx, h->nodes);
    *h = zti_heap_of(h->ctx);
}
