#include "guard/rules_pattern.h"

#include <zerotrunk/core.h>
#include "wire/scan.h"

/* The digits from a to b. */
static uint16_t span_of(char a, char b)
{
    uint16_t set = 0;

    for (char c = a; c <= b; c++) set = (uint16_t)(set | 1u << (c - '0'));
    return set;
}

/* "[2-57]" without its first bracket; 0: not well-formed. */
static uint16_t take_class(zti_str *s)
{
    uint16_t set = 0;

    while (!zti_scan_take(s, ']')) {
        char first = zti_scan_peek(s), last = first;

        zti_scan_skip(s, s->len > 0);
        if (zti_scan_take(s, '-')) {
            last = zti_scan_peek(s);
            zti_scan_skip(s, s->len > 0);
        }
        if (!zti_is_digit(first) || !zti_is_digit(last) || last < first) return 0;
        set |= span_of(first, last);
    }
    return set;
}

/* One place; 0: not well-formed. */
static uint16_t take_set(zti_str *s)
{
    char c = zti_lower(zti_scan_peek(s));

    zti_scan_skip(s, 1);
    if (zti_is_digit(c)) return span_of(c, c);
    if (c == 'x') return span_of('0', '9');
    if (c == 'z') return span_of('1', '9');
    if (c == 'n') return span_of('2', '9');
    return c == '[' ? take_class(s) : 0;
}

static uint32_t take_more(zti_str *s)
{
    if (s->len == 1 && zti_scan_take(s, '.')) return '.';
    return s->len == 1 && zti_scan_take(s, '!') ? '!' : 0;
}

static uint32_t can_match(const zti_pattern *p)
{
    uint32_t most = p->is_global ? ZTI_GLOBAL_DIGITS : ZTI_DIALLED_DIGITS;

    if (p->len + (p->more == '.') > most || p->len + (p->more != 0) == 0) return 0;
    if (p->is_global) return p->len == 0 || p->sets[0] != 1;
    return p->len < 2 || p->sets[0] != 1 || p->sets[1] != 1;
}

int32_t zti_pattern_read(zti_str text, zti_pattern *out)
{
    zti_pattern p = {0};

    (void)zti_scan_take(&text, '_');
    p.is_global = zti_scan_take(&text, '+');
    while (text.len > 0 && (p.more = take_more(&text)) == 0) {
        uint16_t set = take_set(&text);

        if (set == 0 || p.len == ZTI_DIALLED_DIGITS) return ZTRUNK_E_INVALID;
        p.sets[p.len++] = set;
    }
    if (!can_match(&p)) return ZTRUNK_E_INVALID;
    *out = p;
    return ZTRUNK_OK;
}

zti_pattern zti_pattern_of_prefix(const zti_number *prefix)
{
    zti_pattern p = {.is_global = prefix->is_global, .len = prefix->len, .more = '!'};

    for (uint32_t i = 0; i < prefix->len; i++)
        p.sets[i] = span_of(prefix->digits[i], prefix->digits[i]);
    return p;
}

uint32_t zti_pattern_matches(const zti_pattern *pattern, const zti_number *number)
{
    if (pattern->is_global != number->is_global || number->len < pattern->len) return 0;
    for (uint32_t i = 0; i < pattern->len; i++)
        if (!(pattern->sets[i] & span_of(number->digits[i], number->digits[i]))) return 0;
    if (pattern->more == '!') return 1;
    return pattern->more == '.' ? number->len > pattern->len : number->len == pattern->len;
}
