#include "base/ctx.h"

#include <stdlib.h>
#include "base/mem.h"

static void *libc_allocate(void *opaque, size_t size)
{
    (void)opaque;
    return malloc(size);
}

static void *libc_resize(void *opaque, void *ptr, size_t size)
{
    (void)opaque;
    return realloc(ptr, size);
}

static void libc_release(void *opaque, void *ptr)
{
    (void)opaque;
    free(ptr);
}

static const ztrunk_hooks libc_hooks = {
    .size = sizeof(ztrunk_hooks),
    .allocate = libc_allocate,
    .resize = libc_resize,
    .release = libc_release,
};

static uint32_t hooks_are_whole(const ztrunk_hooks *h)
{
    return h->size >= sizeof *h && h->allocate != NULL && h->resize != NULL && h->release != NULL;
}

int32_t ztrunk_ctx_new_hooked(const ztrunk_hooks *hooks, const uint8_t *seed, ztrunk_ctx **out)
{
    ztrunk_ctx *ctx;
    int32_t err;

    if (out == NULL) return ZTRUNK_E_INVALID;
    if (hooks == NULL) hooks = &libc_hooks;
    if (!hooks_are_whole(hooks)) return ZTRUNK_E_INVALID;
    ctx = hooks->allocate(hooks->opaque, sizeof *ctx);
    if (ctx == NULL) return ZTRUNK_E_NOMEM;
    ctx->hooks = *hooks;
    atomic_init(&ctx->refs, 1);
    err = zti_drbg_init(&ctx->drbg, seed);
    if (err == ZTRUNK_OK) {
        err = zti_drbg_fill(&ctx->drbg, ctx->hash_key, sizeof ctx->hash_key);
        if (err != ZTRUNK_OK) zti_drbg_end(&ctx->drbg);
    }
    if (err != ZTRUNK_OK) {
        hooks->release(hooks->opaque, ctx);
        return err;
    }
    *out = ctx;
    return ZTRUNK_OK;
}

int32_t ztrunk_ctx_new(ztrunk_ctx **out)
{
    return ztrunk_ctx_new_hooked(NULL, NULL, out);
}

int32_t ztrunk_ctx_new_seeded(const uint8_t seed[32], ztrunk_ctx **out)
{
    if (seed == NULL) return ZTRUNK_E_INVALID;
    return ztrunk_ctx_new_hooked(NULL, seed, out);
}

ztrunk_ctx *zti_ctx_ref(ztrunk_ctx *ctx)
{
    atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
    return ctx;
}

void ztrunk_ctx_free(ztrunk_ctx *ctx)
{
    ztrunk_hooks hooks;

    if (ctx == NULL) return;
    if (atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) != 1) return;
    hooks = ctx->hooks;
    zti_drbg_end(&ctx->drbg);
    zti_wipe(ctx->hash_key, sizeof ctx->hash_key);
    hooks.release(hooks.opaque, ctx);
}

int32_t ztrunk_random(ztrunk_ctx *ctx, uint8_t *out, size_t len)
{
    if (ctx == NULL || (out == NULL && len > 0)) return ZTRUNK_E_INVALID;
    return zti_drbg_fill(&ctx->drbg, out, len);
}
