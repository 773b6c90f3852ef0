#include "base/str.h"

#include <string.h>
#include <zerotrunk/core.h>

zti_str zti_str_of(const char *text)
{
    return (zti_str){text, text != NULL ? strlen(text) : 0};
}

/* Of eight bytes. */
static uint32_t differ(const char *a, const char *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x != y;
}

uint32_t zti_str_eq(zti_str a, zti_str b)
{
    size_t i = 0;

    if (a.len != b.len) return 0;
    for (; a.len - i >= 8; i += 8)
        if (differ(a.p + i, b.p + i)) return 0;
    /* The last word overlaps the one before. */
    if (a.len >= 8) return !differ(a.p + a.len - 8, b.p + a.len - 8);
    for (; i < a.len; i++)
        if (a.p[i] != b.p[i]) return 0;
    return 1;
}

uint32_t zti_str_ieq(zti_str a, zti_str b)
{
    if (a.len != b.len) return 0;
    for (size_t i = 0; i < a.len; i++)
        if (zti_lower(a.p[i]) != zti_lower(b.p[i])) return 0;
    return 1;
}

uint32_t zti_str_starts(zti_str s, zti_str prefix)
{
    return s.len >= prefix.len && zti_str_eq(zti_str_head(s, prefix.len), prefix);
}

static uint32_t is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

zti_str zti_str_trim(zti_str s)
{
    while (s.len > 0 && is_space(s.p[0])) s = zti_str_from(s, 1);
    while (s.len > 0 && is_space(s.p[s.len - 1])) s.len--;
    return s;
}

uint32_t zti_is_alnum(char c)
{
    char low = zti_lower(c);

    return zti_is_digit(c) || (low >= 'a' && low <= 'z');
}

uint32_t zti_is_token(char c)
{
    return zti_is_alnum(c) || (c != 0 && strchr("-.!%*_+`'~", c) != NULL);
}

int32_t zti_str_u64(zti_str s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (s.len == 0) return ZTRUNK_E_MALFORMED;
    for (size_t i = 0; i < s.len; i++) {
        uint64_t digit;

        if (!zti_is_digit(s.p[i])) return ZTRUNK_E_MALFORMED;
        digit = (uint64_t)(s.p[i] - '0');
        if (value > max / 10 || value * 10 > max - digit) return ZTRUNK_E_MALFORMED;
        value = value * 10 + digit;
    }
    *out = value;
    return ZTRUNK_OK;
}

int32_t zti_str_u32(zti_str s, uint32_t max, uint32_t *out)
{
    uint64_t value;
    int32_t err = zti_str_u64(s, max, &value);

    if (err == ZTRUNK_OK) *out = (uint32_t)value;
    return err;
}
