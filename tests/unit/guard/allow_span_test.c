#include "guard/allow_span.h"

#include <string.h>
#include "unit.h"

static zti_span_prefix prefix(const char *text, uint32_t entry)
{
    ztrunk_prefix p;

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return zti_span_prefix_of(&p, entry);
}

static zti_span_key key(const char *text)
{
    ztrunk_addr addr;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &addr), ZTRUNK_OK);
    return zti_span_key_of(&addr);
}

/* The spans of these prefixes, in the order given. */
static const zti_spans *spans_of(const char *const *texts, uint32_t count)
{
    static zti_span_key starts[64];
    static uint32_t entries[64];
    static zti_spans spans;
    zti_span_prefix prefixes[31];

    for (uint32_t i = 0; i < count; i++) prefixes[i] = prefix(texts[i], i);
    spans = (zti_spans){.starts = starts, .entries = entries};
    zti_span_sort(prefixes, count);
    zti_span_fill(&spans, prefixes, count);
    ck_assert_uint_le(spans.count, 2 * count + 1);
    return &spans;
}

START_TEST(no_prefix_decides_nothing)
{
    const zti_spans *spans = spans_of(NULL, 0);

    ck_assert_uint_eq(zti_span_find(spans, key("0.0.0.0")), ZTI_SPAN_NONE);
    ck_assert_uint_eq(zti_span_find(spans, key("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")),
                      ZTI_SPAN_NONE);
}
END_TEST

START_TEST(a_prefix_ends_where_it_ends)
{
    static const char *const texts[] = {"192.0.2.128/25", "0.0.0.0/32", "255.255.255.255/32",
                                        "10.0.0.0/31"};
    static const struct {
        const char *addr;
        uint32_t want;
    } rows[] = {{"192.0.2.127", ZTI_SPAN_NONE},
                {"192.0.2.128", 0},
                {"192.0.2.255", 0},
                {"192.0.3.0", ZTI_SPAN_NONE},
                {"0.0.0.0", 1},
                {"0.0.0.1", ZTI_SPAN_NONE},
                {"255.255.255.255", 2},
                {"255.255.255.254", ZTI_SPAN_NONE},
                {"10.0.0.1", 3},
                {"10.0.0.2", ZTI_SPAN_NONE}};
    const zti_spans *spans = spans_of(texts, 4);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(zti_span_find(spans, key(rows[i].addr)) == rows[i].want, "%s", rows[i].addr);
}
END_TEST

START_TEST(the_narrowest_of_nested_prefixes_decides_and_the_outer_one_goes_on_behind_it)
{
    static const char *const texts[] = {"2001:db8::/32",
                                        "2001:db8:1::/48",
                                        "2001:db8:1:1::/64",
                                        "2001:db8:1:1::1/128",
                                        "2001:db8:1:1:ffff:ffff:ffff:ffff/128",
                                        "2001:db9::/32",
                                        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"};
    static const struct {
        const char *addr;
        uint32_t want;
    } rows[] = {{"2001:db7:ffff::", ZTI_SPAN_NONE},
                {"2001:db8::1", 0},
                {"2001:db8:1::1", 1},
                {"2001:db8:1:1::", 2},
                {"2001:db8:1:1::1", 3},
                {"2001:db8:1:1::2", 2},
                {"2001:db8:1:1:ffff:ffff:ffff:fffe", 2},
                {"2001:db8:1:1:ffff:ffff:ffff:ffff", 4},
                {"2001:db8:1:2::", 1},
                {"2001:db8:2::", 0},
                {"2001:db9::", 5},
                {"2001:dba::", ZTI_SPAN_NONE},
                {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", ZTI_SPAN_NONE},
                {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6}};
    const zti_spans *spans = spans_of(texts, 7);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(zti_span_find(spans, key(rows[i].addr)) == rows[i].want, "%s", rows[i].addr);
}
END_TEST

/* One prefix of each length, each in the one before: as deep as it goes. */
START_TEST(every_length_at_once_is_held)
{
    static zti_span_key starts[2 * 129 + 1];
    static uint32_t entries[2 * 129 + 1];
    zti_spans spans = {.starts = starts, .entries = entries};
    zti_span_prefix prefixes[129];
    ztrunk_prefix p = {.addr = {.family = 6}};

    for (uint32_t bits = 0; bits <= 128; bits++) {
        p.bits = bits;
        prefixes[128 - bits] = zti_span_prefix_of(&p, bits);
    }
    zti_span_sort(prefixes, 129);
    zti_span_fill(&spans, prefixes, 129);
    ck_assert_uint_eq(zti_span_find(&spans, key("::")), 128);
    ck_assert_uint_eq(zti_span_find(&spans, key("::1")), 127);
    ck_assert_uint_eq(zti_span_find(&spans, key("::2")), 126);
    ck_assert_uint_eq(zti_span_find(&spans, key("4000::")), 1);
    ck_assert_uint_eq(zti_span_find(&spans, key("8000::")), 0);
}
END_TEST

START_TEST(any_order_sorts_to_the_same)
{
    static zti_span_prefix prefixes[1000];
    uint32_t dice = 7;

    for (uint32_t i = 0; i < 1000; i++) {
        dice = dice * 1664525u + 1013904223u;
        prefixes[i] = (zti_span_prefix){.first = {dice >> 20, dice >> 28}, .bits = dice % 3};
        prefixes[i].entry = i;
    }
    zti_span_sort(prefixes, 1000);
    for (uint32_t i = 1; i < 1000; i++) {
        const zti_span_prefix *a = &prefixes[i - 1], *b = &prefixes[i];

        ck_assert(a->first.high < b->first.high ||
                  (a->first.high == b->first.high && a->first.low < b->first.low) ||
                  (a->first.high == b->first.high && a->first.low == b->first.low &&
                   (a->bits < b->bits || (a->bits == b->bits && a->entry < b->entry))));
    }
}
END_TEST

UNIT_MAIN("guard/allow_span", no_prefix_decides_nothing, a_prefix_ends_where_it_ends,
          the_narrowest_of_nested_prefixes_decides_and_the_outer_one_goes_on_behind_it,
          every_length_at_once_is_held, any_order_sorts_to_the_same)
