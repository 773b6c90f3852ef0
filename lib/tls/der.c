#include "tls/der.h"

#include <zerotrunk/core.h>

#define SECONDS_PER_DAY INT64_C(86400)

static void refuse(zti_cur *c)
{
    if (c->err == ZTRUNK_OK) c->err = ZTRUNK_E_MALFORMED;
    c->left = 0;
}

static size_t take_length(zti_cur *c)
{
    uint8_t first = zti_cur_byte(c);
    size_t length = 0;

    if (first < 0x80) return first;
    if (first == 0x80 || first > 0x83) {
        refuse(c);
        return 0;
    }
    for (uint8_t i = 0x80; i < first; i++) length = length << 8 | zti_cur_byte(c);
    /* X.690 10.1: the shortest form. Two spellings of one certificate are two certificates. */
    if (length < 0x80 || (first > 0x81 && length >> 8 * (size_t)(first - 0x81) == 0)) refuse(c);
    return length;
}

zti_str zti_der_any(zti_cur *c, uint8_t *tag)
{
    size_t length;

    *tag = zti_cur_byte(c);
    /* Tag numbers above 30 do not occur in what we read. */
    if ((*tag & 0x1f) == 0x1f) refuse(c);
    length = take_length(c);
    return zti_cur_take(c, length);
}

uint32_t zti_der_is(const zti_cur *c, uint8_t tag)
{
    return c->left > 0 && (uint8_t)zti_cur_peek(c) == tag;
}

zti_str zti_der_get(zti_cur *c, uint8_t tag)
{
    uint8_t got;

    if (!zti_der_is(c, tag)) {
        refuse(c);
        return (zti_str){NULL, 0};
    }
    return zti_der_any(c, &got);
}

zti_cur zti_der_enter(zti_cur *c, uint8_t tag)
{
    zti_cur inner = zti_cur_of(zti_der_get(c, tag));

    inner.err = c->err;
    return inner;
}

zti_str zti_der_raw(zti_cur *c, uint8_t tag)
{
    zti_str raw = zti_cur_rest(c);

    zti_der_get(c, tag);
    if (c->err != ZTRUNK_OK) return (zti_str){NULL, 0};
    raw.len -= c->left;
    return raw;
}

zti_str zti_der_maybe(zti_cur *c, uint8_t tag)
{
    if (!zti_der_is(c, tag)) return (zti_str){NULL, 0};
    return zti_der_get(c, tag);
}

uint32_t zti_der_flag(zti_cur *c)
{
    zti_cur value;

    if (!zti_der_is(c, ZTI_DER_BOOL)) return 0;
    value = zti_der_enter(c, ZTI_DER_BOOL);
    if (zti_cur_byte(&value) != 0xff || !zti_cur_done(&value)) refuse(c);
    return c->err == ZTRUNK_OK;
}

uint32_t zti_der_u32(zti_cur *c, uint32_t max)
{
    zti_cur value = zti_der_enter(c, ZTI_DER_INT);
    uint64_t number = 0;

    if (value.left == 0 || value.left > 5 || (uint8_t)zti_cur_peek(&value) >= 0x80) refuse(c);
    while (!zti_cur_done(&value)) number = number << 8 | zti_cur_byte(&value);
    if (number > max) refuse(c);
    return c->err == ZTRUNK_OK ? (uint32_t)number : 0;
}

zti_str zti_der_bits(zti_cur *c)
{
    zti_cur value = zti_der_enter(c, ZTI_DER_BITS);

    if (zti_cur_byte(&value) != 0 || value.err != ZTRUNK_OK) refuse(c);
    return zti_cur_rest(&value);
}

uint32_t zti_der_named_bits(zti_cur *c)
{
    zti_cur value = zti_der_enter(c, ZTI_DER_BITS);
    uint8_t unused = zti_cur_byte(&value);
    uint32_t bits = 0;

    if (value.err != ZTRUNK_OK || unused > 7 || value.left > 2) refuse(c);
    for (uint32_t at = 0; !zti_cur_done(&value); at += 8) {
        uint8_t octet = zti_cur_byte(&value);

        for (uint32_t i = 0; i < 8; i++) bits |= (uint32_t)(octet >> (7 - i) & 1) << (at + i);
    }
    return c->err == ZTRUNK_OK ? bits : 0;
}

static uint32_t two_digits(zti_cur *c)
{
    uint32_t value = 0;

    if (zti_str_u32(zti_cur_take(c, 2), 99, &value) != ZTRUNK_OK) refuse(c);
    return value;
}

static uint32_t days_in(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap ? 1U : 0U);
}

static int64_t days_since_1970(uint32_t year, uint32_t month, uint32_t day)
{
    /* Years of 365 days and the leap days before this year, counted from the year 1. */
    int64_t y = (int64_t)year - 1;
    int64_t days = y * 365 + y / 4 - y / 100 + y / 400 - 719162;

    for (uint32_t m = 1; m < month; m++) days += days_in(year, m);
    return days + day - 1;
}

static int64_t take_date(zti_cur *c, uint32_t year)
{
    uint32_t month = two_digits(c);
    uint32_t day = two_digits(c);
    uint32_t hour = two_digits(c);
    uint32_t minute = two_digits(c);
    uint32_t second = two_digits(c);

    zti_cur_expect(c, 'Z');
    zti_der_end(c);
    if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) refuse(c);
    if (c->err == ZTRUNK_OK && (day < 1 || day > days_in(year, month))) refuse(c);
    if (c->err != ZTRUNK_OK) return 0;
    return days_since_1970(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

int64_t zti_der_time(zti_cur *c)
{
    uint32_t is_utc = zti_der_is(c, ZTI_DER_UTC);
    zti_cur text = zti_der_enter(c, is_utc ? ZTI_DER_UTC : ZTI_DER_GENERALIZED);
    uint32_t century = is_utc ? 0 : two_digits(&text);
    uint32_t year = two_digits(&text);
    int64_t seconds;

    /* RFC 5280 4.1.2.5.1: 50 to 99 are of the last century. */
    if (is_utc) century = year >= 50 ? 19 : 20;
    seconds = take_date(&text, century * 100 + year);
    if (text.err != ZTRUNK_OK) refuse(c);
    return c->err == ZTRUNK_OK ? seconds : 0;
}

void zti_der_end(zti_cur *c)
{
    if (c->err == ZTRUNK_OK && c->left > 0) refuse(c);
}
