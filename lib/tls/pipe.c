#include "tls/pipe.h"

#include <string.h>

#define PIPE_MIN 2048

zti_pipe zti_pipe_of(ztrunk_ctx *ctx, size_t max)
{
    return (zti_pipe){.ctx = ctx, .max = max};
}

size_t zti_pipe_room(const zti_pipe *p)
{
    return p->max - p->len;
}

static int32_t grow(zti_pipe *p, size_t need)
{
    size_t cap = p->cap > 0 ? p->cap : PIPE_MIN;
    uint8_t *data;

    while (cap < need) cap *= 2;
    data = zti_calloc(p->ctx, cap);
    if (data == NULL) return ZTRUNK_E_NOMEM;
    if (p->len > 0) memcpy(data, p->data + p->head, p->len);
    zti_free_wiped(p->ctx, p->data, p->cap);
    p->data = data;
    p->cap = cap;
    p->head = 0;
    return ZTRUNK_OK;
}

int32_t zti_pipe_put(zti_pipe *p, const uint8_t *data, size_t len, size_t *taken)
{
    size_t n = len < zti_pipe_room(p) ? len : zti_pipe_room(p);

    *taken = 0;
    if (n == 0) return ZTRUNK_OK;
    if (p->len + n > p->cap) {
        int32_t err = grow(p, p->len + n);

        if (err != ZTRUNK_OK) return err;
    }
    if (p->head + p->len + n > p->cap) {
        memmove(p->data, p->data + p->head, p->len);
        p->head = 0;
    }
    memcpy(p->data + p->head + p->len, data, n);
    p->len += n;
    *taken = n;
    return ZTRUNK_OK;
}

size_t zti_pipe_get(zti_pipe *p, uint8_t *out, size_t cap)
{
    size_t n = cap < p->len ? cap : p->len;

    if (n == 0) return 0;
    memcpy(out, p->data + p->head, n);
    p->head += n;
    p->len -= n;
    if (p->len == 0) p->head = 0;
    return n;
}

void zti_pipe_free(zti_pipe *p)
{
    zti_free_wiped(p->ctx, p->data, p->cap);
    *p = zti_pipe_of(p->ctx, p->max);
}
