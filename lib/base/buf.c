#include "base/buf.h"

#include <string.h>

#define FIRST_CAP 256u

zti_buf zti_buf_of(ztrunk_ctx *ctx, size_t max)
{
    return (zti_buf){.ctx = ctx, .max = max};
}

static size_t next_cap(const zti_buf *b, size_t need)
{
    size_t cap = b->cap > FIRST_CAP ? b->cap : FIRST_CAP;

    while (cap < need) cap = cap > b->max / 2 ? b->max : cap * 2;
    return cap;
}

static void grow(zti_buf *b, size_t need)
{
    size_t cap = next_cap(b, need);
    uint8_t *data = zti_calloc(b->ctx, cap);

    if (data == NULL) {
        b->err = ZTRUNK_E_NOMEM;
        return;
    }
    /* Not resized in place: the old bytes may be a key, and must be wiped. */
    if (b->len > 0) memcpy(data, b->data, b->len);
    zti_free_wiped(b->ctx, b->data, b->len);
    b->data = data;
    b->cap = cap;
}

void zti_buf_add(zti_buf *b, const void *data, size_t len)
{
    if (b->err != ZTRUNK_OK || len == 0) return;
    if (len > b->max - b->len) {
        b->err = ZTRUNK_E_LIMIT;
        return;
    }
    if (len > b->cap - b->len) grow(b, b->len + len);
    if (b->err != ZTRUNK_OK) return;
    memcpy(b->data + b->len, data, len);
    b->len += len;
}

void zti_buf_str(zti_buf *b, zti_str s)
{
    zti_buf_add(b, s.p, s.len);
}

void zti_buf_text(zti_buf *b, const char *text)
{
    zti_buf_add(b, text, strlen(text));
}

void zti_buf_char(zti_buf *b, char c)
{
    zti_buf_add(b, &c, 1);
}

void zti_buf_u64(zti_buf *b, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    zti_buf_add(b, digits + at, sizeof digits - at);
}

void zti_buf_hex(zti_buf *b, const uint8_t *data, size_t len)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        zti_buf_char(b, hex[data[i] >> 4]);
        zti_buf_char(b, hex[data[i] & 15]);
    }
}

void zti_buf_drop(zti_buf *b, size_t len)
{
    if (len > b->len) len = b->len;
    if (len == 0) return;
    memmove(b->data, b->data + len, b->len - len);
    b->len -= len;
}

void zti_buf_clear(zti_buf *b)
{
    if (b->data != NULL) zti_wipe(b->data, b->len);
    b->len = 0;
    b->err = ZTRUNK_OK;
}

void zti_buf_free(zti_buf *b)
{
    zti_free_wiped(b->ctx, b->data, b->len);
    *b = (zti_buf){.ctx = b->ctx, .max = b->max};
}

zti_str zti_buf_view(const zti_buf *b)
{
    return (zti_str){(const char *)b->data, b->len};
}

int32_t zti_copy_out(zti_str src, void *out, size_t cap, size_t *out_len)
{
    if (out_len == NULL || (out == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    *out_len = src.len;
    if (src.len > cap) return ZTRUNK_E_SPACE;
    if (src.len > 0) memcpy(out, src.p, src.len);
    return ZTRUNK_OK;
}
