/* fail_ctx.h - a context whose nth allocation fails. */
#ifndef TESTS_FAIL_CTX_H
#define TESTS_FAIL_CTX_H

#include <stdlib.h>
#include <zerotrunk/hooks.h>

typedef struct fail_ctx {
    uint32_t calls, fail_at; /* fail_at 0: never; counts from 1, the context itself included */
    uint32_t live;           /* allocations not yet released */
} fail_ctx;

static inline void *fail_ctx_allocate(void *opaque, size_t size)
{
    fail_ctx *f = opaque;
    void *ptr = ++f->calls == f->fail_at ? NULL : malloc(size);

    f->live += ptr != NULL;
    return ptr;
}

static inline void *fail_ctx_resize(void *opaque, void *ptr, size_t size)
{
    fail_ctx *f = opaque;
    void *next = ++f->calls == f->fail_at ? NULL : realloc(ptr, size);

    f->live += ptr == NULL && next != NULL;
    return next;
}

static inline void fail_ctx_release(void *opaque, void *ptr)
{
    fail_ctx *f = opaque;

    f->live -= ptr != NULL;
    free(ptr);
}

static inline int32_t fail_ctx_new(fail_ctx *f, ztrunk_ctx **out)
{
    static const uint8_t seed[32] = {42};
    ztrunk_hooks hooks = {sizeof hooks, 0, fail_ctx_allocate, fail_ctx_resize, fail_ctx_release, f};

    return ztrunk_ctx_new_hooked(&hooks, seed, out);
}

#endif
