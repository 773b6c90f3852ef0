/* buf.h - bytes on their way out: grows up to a bound, remembers the first error. */
#ifndef ZTI_BASE_BUF_H
#define ZTI_BASE_BUF_H

#include "base/mem.h"
#include "base/str.h"

typedef struct zti_buf {
    ztrunk_ctx *ctx;
    uint8_t *data;
    size_t len, cap, max;
    int32_t err; /* E_NOMEM, or E_LIMIT past max; then nothing more is appended */
} zti_buf;

/* Grows by itself up to max bytes. Ends with zti_buf_free. */
zti_buf zti_buf_of(ztrunk_ctx *ctx, size_t max);
void zti_buf_add(zti_buf *b, const void *data, size_t len);
void zti_buf_str(zti_buf *b, zti_str s);
void zti_buf_text(zti_buf *b, const char *text); /* NUL-terminated */
void zti_buf_char(zti_buf *b, char c);
void zti_buf_u64(zti_buf *b, uint64_t value); /* decimal */
void zti_buf_hex(zti_buf *b, const uint8_t *data, size_t len);
/* Removes len bytes from the front. */
void zti_buf_drop(zti_buf *b, size_t len);
/* Wipes and empties; the memory stays. */
void zti_buf_clear(zti_buf *b);
void zti_buf_free(zti_buf *b); /* wipes */
zti_str zti_buf_view(const zti_buf *b);

/* The common tail of every X_encode and X_pull: copies src to the caller's buffer, E_SPACE with
 * the size needed in *out_len when it does not fit. out may be NULL when cap is 0. */
int32_t zti_copy_out(zti_str src, void *out, size_t cap, size_t *out_len);

#endif
