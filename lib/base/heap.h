/* heap.h - deadlines, least first. The node sits in the caller's object. */
#ifndef ZTI_BASE_HEAP_H
#define ZTI_BASE_HEAP_H

#include "base/mem.h"

typedef struct zti_heap_node {
    uint64_t deadline_ns;
    size_t place; /* 1-based place in the heap; 0: not in it */
    void *owner;
} zti_heap_node;

typedef struct zti_heap {
    ztrunk_ctx *ctx;
    zti_heap_node **nodes;
    size_t count, cap;
} zti_heap;

zti_heap zti_heap_of(ztrunk_ctx *ctx);
/* Room for count nodes in all, so that zti_heap_set cannot fail below it. E_NOMEM. */
int32_t zti_heap_reserve(zti_heap *h, size_t count);
/* Inserts or moves; ZTI_NEVER takes it out. Needs reserved room: E_LIMIT without. */
int32_t zti_heap_set(zti_heap *h, zti_heap_node *node, uint64_t deadline_ns);
void zti_heap_remove(zti_heap *h, zti_heap_node *node); /* not in it: nothing */
uint64_t zti_heap_deadline(const zti_heap *h);          /* ZTI_NEVER when empty */
/* The first node whose deadline has come, taken out of the heap; NULL when none. */
zti_heap_node *zti_heap_due(zti_heap *h, uint64_t now_ns);
void zti_heap_free(zti_heap *h);

#endif
