#include "wire/sdp_base64.h"

#include "base/cur.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 64 for what is no digit. No table lookup by a secret: the cache would tell. */
static uint32_t digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z') return (uint32_t)(c - 'a') + 26;
    if (zti_is_digit(c)) return (uint32_t)(c - '0') + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : 64;
}

/* One group of four digits, "=" standing for what is not there, to count bytes. */
static int32_t decode_group(zti_cur *c, uint8_t *out, size_t count)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        char ch = (char)zti_cur_byte(c);
        uint32_t value = i <= count ? digit_value(ch) : 0;

        if (value > 63 || (i > count && ch != '=')) return ZTRUNK_E_MALFORMED;
        bits = bits << 6 | value;
    }
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(bits >> (16 - 8 * i));
    /* What the last digit says beyond the last byte must be zero: one key, one spelling. */
    return (bits & (0xffffffu >> 8 * count)) == 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_base64_decode(zti_str text, uint8_t *out, size_t len)
{
    zti_cur c = zti_cur_of(text);
    size_t at, count;

    if (text.len != (len + 2) / 3 * 4) return ZTRUNK_E_MALFORMED;
    for (at = 0; at < len; at += count) {
        count = len - at < 3 ? len - at : 3;
        if (decode_group(&c, out + at, count) != ZTRUNK_OK) {
            zti_wipe(out, len);
            return ZTRUNK_E_MALFORMED;
        }
    }
    return ZTRUNK_OK;
}

void zti_base64_encode(zti_buf *b, const uint8_t *data, size_t len)
{
    for (size_t at = 0; at < len; at += 3) {
        size_t count = len - at < 3 ? len - at : 3;
        uint32_t bits = 0;

        for (size_t i = 0; i < 3; i++) bits = bits << 8 | (i < count ? data[at + i] : 0u);
        for (size_t i = 0; i < 4; i++)
            zti_buf_char(b, i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
    }
}
