#include "rt/door_source.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

static fail_ctx hooks;
static ztrunk_ctx *ctx;
static zti_sources sources;

static void up(uint32_t max, uint32_t bits4, uint32_t bits6)
{
    hooks = (fail_ctx){0};
    sources = (zti_sources){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_door_sources_init(&sources, ctx, max, bits4, bits6), ZTRUNK_OK);
}

static void down(void)
{
    zti_door_sources_free(&sources);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
}

static ztrunk_addr addr_of(const char *text)
{
    ztrunk_addr addr;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &addr), ZTRUNK_OK);
    return addr;
}

static zti_source *enter(const char *text)
{
    ztrunk_addr addr = addr_of(text);

    return zti_source_enter(&sources, &addr);
}

static zti_source *found(const char *text)
{
    ztrunk_addr addr = addr_of(text);

    return zti_source_find(&sources, &addr);
}

START_TEST(one_source_more_than_the_bound_has_no_place)
{
    zti_source *second;

    up(2, 32, 64);
    ck_assert_ptr_nonnull(enter("192.0.2.1"));
    second = enter("192.0.2.2");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_null(enter("192.0.2.3"));
    ck_assert_ptr_null(found("192.0.2.3"));
    ck_assert_ptr_nonnull(enter("192.0.2.1"));
    zti_source_leave(&sources, second);
    ck_assert_ptr_null(found("192.0.2.2"));
    ck_assert_ptr_nonnull(enter("192.0.2.3"));
    down();
}
END_TEST

/* One host may speak from each of 2^64 addresses. */
START_TEST(an_ipv6_host_is_one_source_whatever_address_it_takes)
{
    zti_source *source;

    up(8, 32, 64);
    source = enter("[2001:db8:1:2::1]:5061");
    ck_assert_ptr_eq(enter("[2001:db8:1:2:ffff:ffff:ffff:ffff]:9"), source);
    ck_assert_uint_eq(source->flows, 2);
    ck_assert_ptr_ne(enter("2001:db8:1:3::1"), source);
    ck_assert_ptr_null(found("2001:db8:1:4::1"));
    down();
}
END_TEST

START_TEST(ipv4_sources_are_addresses_and_never_ipv6_ones)
{
    zti_source *source;

    up(8, 32, 64);
    source = enter("192.0.2.1:5061");
    ck_assert_ptr_eq(enter("192.0.2.1:5062"), source);
    ck_assert_ptr_eq(found("::ffff:192.0.2.1"), source);
    ck_assert_ptr_null(found("192.0.2.0"));
    ck_assert_ptr_null(found("c000:201::"));
    down();
}
END_TEST

START_TEST(the_lengths_can_be_chosen)
{
    zti_source *four, *six;

    up(8, 23, 57);
    four = enter("192.0.2.1");
    ck_assert_ptr_eq(enter("192.0.3.255"), four);
    ck_assert_ptr_null(found("192.0.4.0"));
    six = enter("2001:db8::1");
    ck_assert_ptr_eq(enter("2001:db8:0:7f::1"), six);
    ck_assert_ptr_null(found("2001:db8:0:80::1"));
    down();
}
END_TEST

START_TEST(counting_allocates_nothing)
{
    uint32_t calls;

    up(64, 32, 64);
    calls = hooks.calls;
    for (uint32_t round = 0; round < 1000; round++) {
        char text[32];

        snprintf(text, sizeof text, "198.51.%u.%u", round / 250, round % 250);
        zti_source_leave(&sources, enter(text));
    }
    ck_assert_uint_eq(hooks.calls, calls);
    ck_assert_uint_le(sources.used, 1);
    down();
}
END_TEST

/* Against plain counters: 200 addresses come and go in an order fixed by the seed. */
START_TEST(the_counts_are_those_of_a_plain_table)
{
    static uint32_t counts[200];
    static zti_source *known[200];
    uint32_t state = 1;

    up(200, 32, 64);
    for (uint32_t i = 0; i < 20000; i++) {
        ztrunk_addr addr = addr_of("203.0.113.0");
        uint32_t who, is_in;

        state = state * 1664525 + 1013904223;
        who = (state >> 16) % 200;
        is_in = state >> 31;
        addr.ip[3] = (uint8_t)who;
        if (is_in) {
            known[who] = zti_source_enter(&sources, &addr);
            ck_assert_ptr_nonnull(known[who]);
            counts[who]++;
        } else if (counts[who] > 0) {
            zti_source_leave(&sources, known[who]);
            counts[who]--;
        }
        if (counts[who] == 0)
            ck_assert_ptr_null(zti_source_find(&sources, &addr));
        else
            ck_assert_uint_eq(zti_source_find(&sources, &addr)->flows, counts[who]);
    }
    down();
}
END_TEST

START_TEST(without_memory_there_is_no_table)
{
    for (uint32_t nth = 1; nth <= 2; nth++) {
        ztrunk_addr addr = addr_of("192.0.2.1");

        hooks = (fail_ctx){0};
        sources = (zti_sources){0};
        ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
        hooks.fail_at = hooks.calls + nth;
        ck_assert_int_eq(zti_door_sources_init(&sources, ctx, 8, 32, 64), ZTRUNK_E_NOMEM);
        ck_assert_ptr_null(zti_source_find(&sources, &addr));
        down();
    }
}
END_TEST

UNIT_MAIN("rt/door_source", one_source_more_than_the_bound_has_no_place,
          an_ipv6_host_is_one_source_whatever_address_it_takes,
          ipv4_sources_are_addresses_and_never_ipv6_ones, the_lengths_can_be_chosen,
          counting_allocates_nothing, the_counts_are_those_of_a_plain_table,
          without_memory_there_is_no_table)
