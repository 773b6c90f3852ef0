/* hooks.h - memory hooks, for C programs only (a binding does without). */
#ifndef ZEROTRUNK_HOOKS_H
#define ZEROTRUNK_HOOKS_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All three or none. resize(NULL, n) allocates; release(NULL) is a no-op. They serve the memory
 * of libzerotrunk itself; mbedTLS, libsrtp2 and libre keep to libc's. Called from any thread
 * that uses a handle of the context. */
typedef struct ztrunk_hooks {
    uint32_t size, reserved;
    void *(*allocate)(void *opaque, size_t size);
    void *(*resize)(void *opaque, void *ptr, size_t size);
    void (*release)(void *opaque, void *ptr);
    void *opaque; /* must outlive the context and all its handles */
} ztrunk_hooks;

/* seed: NULL for the kernel's randomness, else as ztrunk_ctx_new_seeded. */
ZTRUNK_API int32_t ztrunk_ctx_new_hooked(const ztrunk_hooks *hooks, const uint8_t *seed,
                                         ztrunk_ctx **out);

#ifdef __cplusplus
}
#endif
#endif
