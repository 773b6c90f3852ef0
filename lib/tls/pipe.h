/* pipe.h - bytes between two that do not meet: grows up to a bound, first in, first out. */
#ifndef ZTI_TLS_PIPE_H
#define ZTI_TLS_PIPE_H

#include "base/mem.h"

typedef struct zti_pipe {
    ztrunk_ctx *ctx;
    uint8_t *data;
    size_t head, len, cap, max;
} zti_pipe;

zti_pipe zti_pipe_of(ztrunk_ctx *ctx, size_t max);
size_t zti_pipe_room(const zti_pipe *p);
/* Takes as much as the bound allows, *taken of it. E_NOMEM: nothing was taken. */
int32_t zti_pipe_put(zti_pipe *p, const uint8_t *data, size_t len, size_t *taken);
/* Gives at most cap bytes, how many it says. */
size_t zti_pipe_get(zti_pipe *p, uint8_t *out, size_t cap);
void zti_pipe_free(zti_pipe *p); /* wipes */

#endif
