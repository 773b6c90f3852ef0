#include "rt/ip_span.h"

#include <string.h>
#include "unit.h"

enum { MAX = 64 };

static zti_ip_span span_of(const char *text, uint32_t *family)
{
    ztrunk_prefix p = {0};
    zti_ip_span span;

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    ck_assert_int_eq(zti_ip_span_of(&p, &span, family), ZTRUNK_OK);
    return span;
}

/* As text: "first-last first-last", addresses as they are written. */
static void merged(const char *const *prefixes, uint32_t count, char *text, size_t cap)
{
    zti_ip_span spans[MAX];
    uint32_t family = 4;
    size_t len = 0;

    for (uint32_t i = 0; i < count; i++) spans[i] = span_of(prefixes[i], &family);
    count = zti_ip_spans_merge(spans, count);
    text[0] = 0;
    for (uint32_t i = 0; i < 2 * count; i++) {
        ztrunk_addr a = {.family = (uint8_t)family};
        char ip[64];

        (void)zti_ip_number_bytes(i % 2 ? spans[i / 2].last : spans[i / 2].first, family, a.ip);
        ck_assert_int_eq(ztrunk_addr_format(&a, ip, sizeof ip, &(size_t){0}), ZTRUNK_OK);
        len += (size_t)snprintf(text + len, cap - len, "%s%s", i % 2 ? "-" : i > 0 ? " " : "", ip);
    }
}

START_TEST(spans_neither_overlap_nor_touch)
{
    static const struct {
        const char *prefixes[4], *want;
    } rows[] = {
        {{NULL}, ""},
        {{"10.0.0.1"}, "10.0.0.1-10.0.0.1"},
        {{"10.0.0.1", "10.0.0.1"}, "10.0.0.1-10.0.0.1"},
        {{"10.0.0.0/8", "10.1.0.0/16"}, "10.0.0.0-10.255.255.255"},
        {{"10.1.0.0/16", "10.0.0.0/8", "10.255.255.255"}, "10.0.0.0-10.255.255.255"},
        {{"10.0.1.0/24", "10.0.0.0/24"}, "10.0.0.0-10.0.1.255"},
        {{"10.0.2.0/24", "10.0.0.0/24"}, "10.0.0.0-10.0.0.255 10.0.2.0-10.0.2.255"},
        {{"255.255.255.255", "0.0.0.0"}, "0.0.0.0-0.0.0.0 255.255.255.255-255.255.255.255"},
        {{"0.0.0.0/0", "255.0.0.0/8"}, "0.0.0.0-255.255.255.255"},
        {{"0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"}, "0.0.0.0-255.255.255.255"},
        {{"240.0.0.0/4", "1.2.3.4", "239.255.255.255"},
         "1.2.3.4-1.2.3.4 239.255.255.255-255.255.255.255"},
        {{"::/0", "ffff::/16"}, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff::/16", "::1"},
         "::1-::1 ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {{"2001:db8:0:1::/64", "2001:db8::/64"}, "2001:db8::-2001:db8:0:1:ffff:ffff:ffff:ffff"},
        {{"2001:db8::/64", "2001:db8:0:2::/64"},
         "2001:db8::-2001:db8::ffff:ffff:ffff:ffff "
         "2001:db8:0:2::-2001:db8:0:2:ffff:ffff:ffff:ffff"},
        {{"2001:db8::2/127", "2001:db8::1"}, "2001:db8::1-2001:db8::3"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t count = 0;
        char text[256];

        while (count < 4 && rows[i].prefixes[count] != NULL) count++;
        merged(rows[i].prefixes, count, text, sizeof text);
        ck_assert_str_eq(text, rows[i].want);
    }
}
END_TEST

START_TEST(ipv4_in_the_spelling_of_ipv6_is_ipv4)
{
    ztrunk_prefix p = {.bits = 120};
    zti_ip_span span;
    uint32_t family = 0;

    p.addr.family = 6;
    p.addr.ip[10] = p.addr.ip[11] = 0xff;
    p.addr.ip[12] = 192;
    ck_assert_int_eq(zti_ip_span_of(&p, &span, &family), ZTRUNK_OK);
    ck_assert_uint_eq(family, 4);
    ck_assert_uint_eq(span.first.low, UINT64_C(192) << 24);
    ck_assert_uint_eq(span.last.low, (UINT64_C(192) << 24) + 255);
    p.bits = 80; /* wider than all of IPv4, with bits of it behind */
    ck_assert_int_eq(zti_ip_span_of(&p, &span, &family), ZTRUNK_E_INVALID);
    p.bits = 129;
    ck_assert_int_eq(zti_ip_span_of(&p, &span, &family), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(what_is_no_prefix_is_refused)
{
    static const ztrunk_prefix rows[] = {
        {.addr = {.family = 0}, .bits = 8},
        {.addr = {.family = 5}, .bits = 8},
        {.addr = {.family = 4}, .bits = 33},
        {.addr = {.family = 6}, .bits = 129},
        {.addr = {.family = 4}, .bits = UINT32_MAX},
        {.addr = {.family = 4, .ip = {10, 0, 0, 1}}, .bits = 31},
        {.addr = {.family = 4, .ip = {128}}, .bits = 0},
        {.addr = {.family = 6, .ip = {128}}, .bits = 0},
        {.addr = {.family = 6, .ip = {0x20, 1, 0, 0, 0, 0, 0, 1}}, .bits = 63},
        {.addr = {.family = 6, .ip = {0x20, 1, 0, 0, 0, 0, 0, 0, 1}}, .bits = 64},
    };
    zti_ip_span span;
    uint32_t family;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(zti_ip_span_of(&rows[i], &span, &family) == ZTRUNK_E_INVALID, "row %zu", i);
}
END_TEST

static uint32_t dice(void)
{
    static uint32_t state = 1;

    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* Beside a plain list of 256 addresses that are in or out. */
START_TEST(exactly_the_addresses_of_the_prefixes_are_in)
{
    for (uint32_t round = 0; round < 500; round++) {
        uint32_t count = dice() % 12, family = 4;
        uint8_t is_in[257] = {0}, seen[257] = {0};
        zti_ip_span spans[12];

        for (uint32_t i = 0; i < count; i++) {
            uint32_t bits = 24 + dice() % 9, width = 1u << (32 - bits);
            ztrunk_prefix p = {.addr = {.family = 4, .ip = {255, 255, 255}}, .bits = bits};

            p.addr.ip[3] = (uint8_t)(dice() % 256 / width * width);
            memset(is_in + p.addr.ip[3], 1, width);
            ck_assert_int_eq(zti_ip_span_of(&p, &spans[i], &family), ZTRUNK_OK);
        }
        count = zti_ip_spans_merge(spans, count);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t first = (uint32_t)spans[i].first.low & 255, last = spans[i].last.low & 255;

            ck_assert_uint_eq(seen[first > 0 ? first - 1 : 256], 0);
            memset(seen + first, 1, last - first + 1);
        }
        ck_assert_mem_eq(is_in, seen, 256);
    }
}
END_TEST

START_TEST(the_last_address_has_none_behind_it)
{
    static const struct {
        const char *ip, *next;
    } rows[] = {{"0.0.0.0", "0.0.0.1"},
                {"10.0.0.255", "10.0.1.0"},
                {"255.255.255.255", NULL},
                {"::ff", "::100"},
                {"::ffff:ffff:ffff:ffff", "0:0:0:1::"},
                {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t family = 0, has_next;
        zti_ip_number ip = span_of(rows[i].ip, &family).first;

        has_next = zti_ip_number_next(&ip, family);
        ck_assert_uint_eq(has_next, rows[i].next != NULL);
        if (has_next) {
            zti_ip_number want = span_of(rows[i].next, &family).first;

            ck_assert_uint_eq(ip.high, want.high);
            ck_assert_uint_eq(ip.low, want.low);
        }
    }
}
END_TEST

UNIT_MAIN("rt/ip_span", what_is_no_prefix_is_refused, spans_neither_overlap_nor_touch,
          exactly_the_addresses_of_the_prefixes_are_in, ipv4_in_the_spelling_of_ipv6_is_ipv4,
          the_last_address_has_none_behind_it)
