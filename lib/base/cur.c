#include "base/cur.h"

#include <zerotrunk/core.h>

static void fail(zti_cur *c)
{
    if (c->err == ZTRUNK_OK) c->err = ZTRUNK_E_MALFORMED;
    c->left = 0;
}

zti_cur zti_cur_of(zti_str s)
{
    return (zti_cur){s.p, s.len, ZTRUNK_OK};
}

zti_str zti_cur_rest(const zti_cur *c)
{
    return (zti_str){c->p, c->left};
}

uint32_t zti_cur_done(const zti_cur *c)
{
    return c->left == 0;
}

char zti_cur_peek(const zti_cur *c)
{
    return c->left > 0 ? *c->p : 0;
}

zti_str zti_cur_take(zti_cur *c, size_t len)
{
    zti_str taken = {c->p, len};

    if (len > c->left) {
        fail(c);
        return (zti_str){NULL, 0};
    }
    if (len > 0) c->p += len;
    c->left -= len;
    return taken;
}

uint32_t zti_cur_accept(zti_cur *c, char ch)
{
    if (c->left == 0 || *c->p != ch) return 0;
    zti_cur_take(c, 1);
    return 1;
}

void zti_cur_expect(zti_cur *c, char ch)
{
    if (!zti_cur_accept(c, ch)) fail(c);
}

void zti_cur_literal(zti_cur *c, zti_str literal)
{
    if (!zti_str_eq(zti_cur_take(c, literal.len), literal)) fail(c);
}

void zti_cur_skip_spaces(zti_cur *c)
{
    while (zti_cur_accept(c, ' ') || zti_cur_accept(c, '\t')) continue;
}

zti_str zti_cur_until(zti_cur *c, char stop)
{
    return zti_cur_take(c, zti_str_find(zti_cur_rest(c), stop));
}

static zti_str take_run(zti_cur *c, uint32_t (*is_part)(char))
{
    size_t n = 0;

    while (n < c->left && is_part(c->p[n])) n++;
    if (n == 0) fail(c);
    return zti_cur_take(c, n);
}

static uint32_t is_not_space(char ch)
{
    return ch != ' ' && ch != '\t';
}

zti_str zti_cur_word(zti_cur *c)
{
    zti_str word = take_run(c, is_not_space);

    zti_cur_skip_spaces(c);
    return word;
}

zti_str zti_cur_token(zti_cur *c)
{
    return take_run(c, zti_is_token);
}

uint64_t zti_cur_u64(zti_cur *c, uint64_t max)
{
    zti_str digits = take_run(c, zti_is_digit);
    uint64_t value = 0;

    if (c->err != ZTRUNK_OK || zti_str_u64(digits, max, &value) != ZTRUNK_OK) fail(c);
    return value;
}

uint32_t zti_cur_u32(zti_cur *c, uint32_t max)
{
    return (uint32_t)zti_cur_u64(c, max);
}

uint8_t zti_cur_byte(zti_cur *c)
{
    zti_str s = zti_cur_take(c, 1);

    return s.len == 1 ? (uint8_t)s.p[0] : 0;
}

uint16_t zti_cur_be16(zti_cur *c)
{
    uint32_t high = zti_cur_byte(c);

    return (uint16_t)(high << 8 | zti_cur_byte(c));
}

uint32_t zti_cur_be32(zti_cur *c)
{
    uint32_t high = zti_cur_be16(c);

    return high << 16 | zti_cur_be16(c);
}
