#include "wire/scan.h"

#include <string.h>

/* Eight characters a row, from NUL on; behind 0x7f only the last two classes hold anything. */
const uint16_t zti_char_class[256] = {
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc002, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc002, 0xcfe1, 0x0400, 0xc200,
    0xc3e0, 0xcc01, 0xc3e0, 0xcfe1, 0xc7e0, 0xc7e0, 0xcfe1, 0xcfe1, 0x8260, 0xcff1, 0xcff1, 0xc7a0,
    0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xdffd, 0xcf80, 0x8220,
    0x8400, 0xc360, 0xc400, 0xc720, 0xc200, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff1,
    0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1,
    0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xcf80, 0x4400, 0xcf80, 0xc000, 0xcfe1,
    0xcc01, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff9, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1,
    0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1, 0xfff1,
    0xfff1, 0xfff1, 0xfff1, 0xc400, 0xc000, 0xc400, 0xcfe1, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000, 0xc000,
    0xc000, 0xc000, 0xc000, 0xc000,
};

zti_str zti_scan_escaped(zti_str *s, uint32_t classes)
{
    zti_str run = {s->p, 0};

    for (;;) {
        zti_str part = zti_scan_run(s, classes);

        run.len += part.len;
        if (s->len < 3 || s->p[0] != '%') break;
        if (!zti_scan_in(s->p[1], ZTI_C_HEX) || !zti_scan_in(s->p[2], ZTI_C_HEX)) break;
        zti_scan_skip(s, 3);
        run.len += 3;
    }
    return run;
}

uint32_t zti_scan_quoted(zti_str *s, zti_str *inner)
{
    zti_str rest = *s;

    if (!zti_scan_take(&rest, '"')) return 0;
    inner->p = rest.p;
    (void)zti_scan_run(&rest, ZTI_C_QUOTED);
    while (zti_scan_peek(&rest) == '\\') {
        if (rest.len < 2) return 0;
        zti_scan_skip(&rest, 2);
        (void)zti_scan_run(&rest, ZTI_C_QUOTED);
    }
    inner->len = (size_t)(rest.p - inner->p);
    if (!zti_scan_take(&rest, '"')) return 0;
    *s = rest;
    return 1;
}

/* 1 when all eight bytes are SP to ~: the usual case, settled without a loop. */
static uint32_t is_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t x, del;

    memcpy(&x, p, sizeof x);
    del = x ^ (ones * 0x7f);
    return ((x | (x - ones * 0x20) | (del - ones)) & tops) == 0;
}

/* Bytes that continue a UTF-8 sequence of this first byte; 4 when none may start so. */
static uint32_t utf8_more(uint8_t first)
{
    if (first >= 0xc2 && first <= 0xdf) return 1;
    if (first >= 0xe0 && first <= 0xef) return 2;
    if (first >= 0xf0 && first <= 0xf4) return 3;
    return 4;
}

/* Takes one character of more than one byte: no overlong form, no surrogate, none past 10FFFF. */
static uint32_t take_utf8(zti_str *s)
{
    uint8_t first = (uint8_t)s->p[0];
    uint8_t second = s->len > 1 ? (uint8_t)s->p[1] : 0;
    uint32_t more = utf8_more(first);

    if (more > 3 || s->len <= more) return 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
    for (uint32_t i = 1; i <= more; i++)
        if (((uint8_t)s->p[i] & 0xc0) != 0x80) return 0;
    zti_scan_skip(s, more + 1);
    return 1;
}

static uint32_t is_control(char c)
{
    return ((uint8_t)c < 0x20 && c != '\t') || c == 0x7f;
}

static uint32_t slow_text_ok(zti_str s, uint32_t has_pairs)
{
    uint32_t quoted = 0, escaped = 0;

    while (s.len > 0) {
        char c = s.p[0];

        if ((uint8_t)c >= 0x80) {
            if (!take_utf8(&s)) return 0;
            escaped = 0;
            continue;
        }
        if (is_control(c) && !(has_pairs && escaped && c != '\r' && c != '\n')) return 0;
        if (c == '"' && !escaped) quoted = !quoted;
        escaped = quoted && c == '\\' && !escaped;
        zti_scan_skip(&s, 1);
    }
    return 1;
}

uint32_t zti_text_ok(zti_str s, uint32_t has_pairs)
{
    zti_str rest = s;

    while (rest.len >= 8 && is_plain(rest.p)) zti_scan_skip(&rest, 8);
    /* What is left of a longer text is judged together with what stands before it. */
    if (rest.len < 8 && s.len >= 8 && is_plain(s.p + s.len - 8)) return 1;
    while (rest.len > 0 && rest.p[0] >= ' ' && rest.p[0] < 0x7f) zti_scan_skip(&rest, 1);
    /* From the start again: whether a quote is open decides. */
    return rest.len == 0 || slow_text_ok(s, has_pairs);
}
