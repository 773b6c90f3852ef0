/* ctx.h - the inside of a context. */
#ifndef ZTI_BASE_CTX_H
#define ZTI_BASE_CTX_H

#include <stdatomic.h>
#include <zerotrunk/hooks.h>
#include "base/drbg.h"

struct ztrunk_ctx {
    ztrunk_hooks hooks;
    atomic_uint refs;
    uint8_t hash_key[16];
    zti_drbg drbg;
};

/* A handle keeps its context alive: ref when it is made, ztrunk_ctx_free when it ends. */
ztrunk_ctx *zti_ctx_ref(ztrunk_ctx *ctx);

#endif
