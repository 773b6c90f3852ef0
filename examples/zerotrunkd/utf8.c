#include "utf8.h"
#include <stdio.h>

enum { REPLACEMENT = 0xfffd };

static size_t tail_of(uint8_t first)
{
    if (first < 0x80) return 0;
    if (first >= 0xc2 && first < 0xe0) return 1;
    if (first >= 0xe0 && first < 0xf0) return 2;
    if (first >= 0xf0 && first < 0xf5) return 3;
    return 4;
}

uint32_t utf8_next(struct utf8 *in)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    static const uint8_t mask[] = {0x7f, 0x1f, 0x0f, 0x07};
    size_t tail = tail_of(*in->at);
    uint32_t c;

    if (tail == 4 || tail >= in->left) goto bad;
    c = *in->at & mask[tail];
    for (size_t i = 1; i <= tail; i++) {
        if ((in->at[i] & 0xc0) != 0x80) goto bad;
        c = c << 6 | (in->at[i] & 0x3f);
    }
    if (c < least[tail] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) goto bad;
    in->at += tail + 1;
    in->left -= tail + 1;
    return c;
bad:
    in->at++;
    in->left--;
    return REPLACEMENT;
}

static int is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

uint32_t utf8_is_safe(const char *text, size_t len)
{
    struct utf8 in = {(const uint8_t *)text, len};

    while (in.left > 0) {
        uint32_t c = utf8_next(&in);

        if (c == REPLACEMENT || (c != '\t' && is_unsafe(c))) return 0;
    }
    return 1;
}

size_t utf8_escape(uint32_t c, char out[16])
{
    size_t len = 0;

    if (is_unsafe(c)) return (size_t)snprintf(out, 16, "\\u%04x", c);
    if (c == '"' || c == '\\') out[len++] = '\\';
    if (c < 0x80) {
        out[len++] = (char)c;
        return len;
    }
    if (c >= 0x10000) out[len++] = (char)(0xf0 | c >> 18);
    if (c >= 0x10000)
        out[len++] = (char)(0x80 | (c >> 12 & 0x3f));
    else if (c >= 0x800)
        out[len++] = (char)(0xe0 | c >> 12);
    out[len++] = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6);
    out[len++] = (char)(0x80 | (c & 0x3f));
    return len;
}
