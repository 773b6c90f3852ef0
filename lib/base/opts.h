/* opts.h - reads a caller's sized struct, of whatever version the caller was compiled with. */
#ifndef ZTI_BASE_OPTS_H
#define ZTI_BASE_OPTS_H

#include <stdint.h>
#include <string.h>
#include <zerotrunk/core.h>

/* Copies min(*size field, cap) bytes of opts over the zeroed local struct dst. NULL opts: all
 * defaults. A size below 4 is the caller's bug. */
static inline int32_t zti_opts_read(void *dst, uint32_t cap, const void *opts)
{
    uint32_t size;

    memset(dst, 0, cap);
    if (opts != NULL) {
        memcpy(&size, opts, sizeof size);
        if (size < sizeof size) return ZTRUNK_E_INVALID;
        memcpy(dst, opts, size < cap ? size : cap);
    }
    return ZTRUNK_OK;
}

/* The other way: fills a caller's struct, whose size field says how much of src it knows. */
static inline int32_t zti_opts_write(void *opts, const void *src, uint32_t cap)
{
    uint32_t size;

    if (opts == NULL) return ZTRUNK_E_INVALID;
    memcpy(&size, opts, sizeof size);
    if (size < sizeof size) return ZTRUNK_E_INVALID;
    memcpy(opts, src, size < cap ? size : cap);
    memcpy(opts, &size, sizeof size);
    return ZTRUNK_OK;
}

#endif
