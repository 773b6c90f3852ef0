#include "base/mem.h"

#include <string.h>
#include "base/ctx.h"

void *zti_calloc(ztrunk_ctx *ctx, size_t size)
{
    void *ptr = ctx->hooks.allocate(ctx->hooks.opaque, size > 0 ? size : 1);

    if (ptr != NULL) memset(ptr, 0, size);
    return ptr;
}

void *zti_array(ztrunk_ctx *ctx, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    return zti_calloc(ctx, count * size);
}

void *zti_rearray(ztrunk_ctx *ctx, void *ptr, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    return ctx->hooks.resize(ctx->hooks.opaque, ptr, count * size > 0 ? count * size : 1);
}

void *zti_dup(ztrunk_ctx *ctx, const void *src, size_t len)
{
    uint8_t *copy;

    if (len == SIZE_MAX) return NULL;
    copy = ctx->hooks.allocate(ctx->hooks.opaque, len + 1);
    if (copy == NULL) return NULL;
    if (len > 0) memcpy(copy, src, len);
    copy[len] = 0;
    return copy;
}

void zti_free(ztrunk_ctx *ctx, void *ptr)
{
    if (ptr != NULL) ctx->hooks.release(ctx->hooks.opaque, ptr);
}

void zti_free_wiped(ztrunk_ctx *ctx, void *ptr, size_t len)
{
    if (ptr == NULL) return;
    zti_wipe(ptr, len);
    zti_free(ctx, ptr);
}

void zti_wipe(void *ptr, size_t len)
{
    explicit_bzero(ptr, len);
}

uint32_t zti_same_ct(const void *a, const void *b, size_t len)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint8_t diff = 0;

    for (size_t i = 0; i < len; i++) diff |= (uint8_t)(x[i] ^ y[i]);
    return diff == 0;
}
