#include "guard/rules_param.h"

#include <zerotrunk/core.h>
#include "wire/scan.h"

static int32_t hex_of(char c)
{
    if (!zti_scan_in(c, ZTI_C_HEX)) return -1;
    return zti_is_digit(c) ? c - '0' : zti_lower(c) - 'a' + 10;
}

int32_t zti_escaped_next(zti_str *s)
{
    char c = zti_scan_peek(s);
    int32_t high, low;

    if (s->len == 0) return -1;
    if (c != '%') {
        zti_scan_skip(s, 1);
        return (uint8_t)c;
    }
    if (s->len < 3) return -1;
    high = hex_of(s->p[1]);
    low = hex_of(s->p[2]);
    if (high < 0 || low < 0) return -1;
    zti_scan_skip(s, 3);
    return high * 16 + low;
}

uint32_t zti_escaped_is(zti_str escaped, zti_str plain)
{
    for (size_t i = 0; i < plain.len; i++)
        if (zti_escaped_next(&escaped) != (uint8_t)plain.p[i]) return 0;
    return escaped.len == 0;
}

uint32_t zti_escaped_is_any_case(zti_str escaped, zti_str plain)
{
    for (size_t i = 0; i < plain.len; i++) {
        int32_t c = zti_escaped_next(&escaped);

        if (c < 0 || zti_lower((char)c) != zti_lower(plain.p[i])) return 0;
    }
    return escaped.len == 0;
}

int32_t zti_rules_param(zti_str params, zti_str name, zti_str *value)
{
    int32_t found = ZTRUNK_E_NOTFOUND;

    while (zti_scan_take(&params, ';')) {
        zti_str param = zti_str_head(params, zti_str_find(params, ';'));
        size_t equal = zti_str_find(param, '=');

        zti_scan_skip(&params, param.len);
        if (!zti_escaped_is_any_case(zti_str_head(param, equal), name)) continue;
        if (found == ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
        found = ZTRUNK_OK;
        *value = zti_str_from(param, equal + 1);
    }
    return found;
}
