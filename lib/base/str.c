#include "base/str.h"

#include <string.h>
#include <zerotrunk/core.h>

zti_str zti_str_of(const char *text)
{
    return (zti_str){text, text != NULL ? strlen(text) : 0};
}

uint32_t zti_str_eq(zti_str a, zti_str b)
{
    if (a.len != b.len) return 0;
    for (size_t i = 0; i < a.len; i++)
        if (a.p[i] != b.p[i]) return 0;
    return 1;
}

char zti_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
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

size_t zti_str_find(zti_str s, char c)
{
    const char *hit = s.len > 0 ? memchr(s.p, c, s.len) : NULL;

    return hit != NULL ? (size_t)(hit - s.p) : s.len;
}

zti_str zti_str_from(zti_str s, size_t at)
{
    if (at > s.len) at = s.len;
    return at > 0 ? (zti_str){s.p + at, s.len - at} : s;
}

zti_str zti_str_head(zti_str s, size_t len)
{
    return (zti_str){s.p, len < s.len ? len : s.len};
}

uint32_t zti_is_digit(char c)
{
    return c >= '0' && c <= '9';
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
