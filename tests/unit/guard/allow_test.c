#include <zerotrunk/allow.h>

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"

static ztrunk_ctx *ctx_new(void)
{
    static const uint8_t seed[32] = {3};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    return ctx;
}

static ztrunk_allow_entry entry(const char *text, uint32_t tag, uint32_t is_denied)
{
    ztrunk_allow_entry e = {.tag = tag, .is_denied = is_denied};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &e.prefix), ZTRUNK_OK);
    return e;
}

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static ztrunk_allow *list(ztrunk_ctx *ctx, uint32_t flags, const ztrunk_allow_entry *entries,
                          uint32_t count)
{
    ztrunk_allow_opts opts = {.size = sizeof opts, .flags = flags};
    ztrunk_allow *allow = NULL;

    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, count, NULL, &allow), ZTRUNK_OK);
    return allow;
}

START_TEST(an_empty_list_denies_all)
{
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_allow *allow = list(ctx, ZTRUNK_ALLOW_ANY, NULL, 0);
    ztrunk_addr four = addr("192.0.2.1"), six = addr("::1"), none = {0};

    ck_assert_int_eq(ztrunk_allow_check(allow, &four, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_allow_check(allow, &six, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_allow_check(allow, &none, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_allow_check(NULL, &four, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_allow_check(allow, NULL, NULL), ZTRUNK_E_INVALID);
    ztrunk_allow_free(allow);
    ztrunk_allow_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(wrong_entries_are_named)
{
    ztrunk_allow_entry good = entry("192.0.2.0/24", 1, 0);
    ztrunk_allow_entry bad[5] = {good, good, good, good, good};
    static const uint32_t reasons[] = {ZTRUNK_ALLOW_FAMILY, ZTRUNK_ALLOW_LENGTH,
                                       ZTRUNK_ALLOW_HOST_BITS, ZTRUNK_ALLOW_EVERYBODY,
                                       ZTRUNK_ALLOW_CONFLICT};
    ztrunk_ctx *ctx = ctx_new();

    bad[0].prefix.addr.family = 5;
    bad[1].prefix.bits = 33;
    bad[2].prefix.addr.ip[3] = 1;
    bad[3].prefix = (ztrunk_prefix){.addr = {.family = 4}};
    bad[4].tag = 2;
    for (uint32_t i = 0; i < 5; i++) {
        ztrunk_allow_fault fault = {.size = sizeof fault};
        ztrunk_allow_entry both[2] = {good, bad[i]};
        ztrunk_allow *allow = NULL;

        ck_assert_int_eq(ztrunk_allow_new(ctx, NULL, both, 2, &fault, &allow), ZTRUNK_E_INVALID);
        ck_assert_ptr_null(allow);
        ck_assert_uint_eq(fault.reason, reasons[i]);
        ck_assert_uint_eq(fault.entry, 1);
        ck_assert_uint_eq(fault.other, 0);
        ck_assert_str_ne(ztrunk_allow_fault_text(fault.reason), "unknown");
    }
    ck_assert_str_eq(ztrunk_allow_fault_text(6), "unknown");
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_same_entry_twice_is_one)
{
    ztrunk_allow_entry entries[] = {entry("192.0.2.0/24", 1, 0),
                                    entry("192.0.2.0/24", 1, 0),
                                    {.tag = 1}};
    ztrunk_addr a = addr("192.0.2.9");
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_allow *allow;
    uint32_t tag = 0;

    entries[2].prefix =
        (ztrunk_prefix){.addr = {.family = 6, .ip = {[10] = 0xff, 0xff, 192, 0, 2}}, .bits = 120};
    allow = list(ctx, 0, entries, 3);

    ck_assert_int_eq(ztrunk_allow_check(allow, &a, &tag), ZTRUNK_OK);
    ck_assert_uint_eq(tag, 1);
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_spelling_of_an_address_passes_a_list)
{
    ztrunk_allow_entry entries[] = {entry("::/0", 1, 0), entry("192.0.2.7/32", 2, 1)};
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_allow *allow = list(ctx, ZTRUNK_ALLOW_ANY, entries, 2);
    ztrunk_addr mapped = {.family = 6, .ip = {[10] = 0xff, 0xff, 192, 0, 2, 7}};
    ztrunk_addr other = {.family = 6, .ip = {[10] = 0xff, 0xff, 192, 0, 2, 8}};
    ztrunk_addr six = addr("2001:db8::1");

    ck_assert_int_eq(ztrunk_allow_check(allow, &mapped, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_allow_check(allow, &other, NULL), ZTRUNK_E_DENIED); /* is IPv4 */
    ck_assert_int_eq(ztrunk_allow_check(allow, &six, NULL), ZTRUNK_OK);
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_bound_of_a_list_holds)
{
    ztrunk_allow_entry entries[3] = {entry("192.0.2.0/32", 1, 0), entry("192.0.2.1/32", 1, 0),
                                     entry("192.0.2.2/32", 1, 0)};
    ztrunk_allow_opts opts = {.size = sizeof opts, .max_entries = 2};
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_allow *allow = NULL;

    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, 3, NULL, &allow), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, 2, NULL, &allow), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_allow_count(allow), 2);
    ztrunk_allow_free(allow);
    opts.max_entries = 1048577;
    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, 1, NULL, &allow), ZTRUNK_E_INVALID);
    opts = (ztrunk_allow_opts){.size = sizeof opts, .flags = 2};
    ck_assert_int_eq(ztrunk_allow_new(ctx, &opts, entries, 1, NULL, &allow), ZTRUNK_E_INVALID);
    ztrunk_ctx_free(ctx);
}
END_TEST

static uint32_t dice_state;

static uint32_t dice(uint32_t sides)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 8) % sides;
}

static ztrunk_addr random_addr(uint32_t family)
{
    ztrunk_addr a = {.family = (uint8_t)family};

    /* Few different bytes: prefixes nest, and addresses hit them. */
    for (uint32_t i = 0; i < (family == 4 ? 4u : 16u); i++)
        a.ip[i] = (uint8_t)(dice(2) != 0 ? dice(4) : dice(2) * 255);
    return a;
}

static ztrunk_prefix random_prefix(void)
{
    uint32_t family = dice(2) != 0 ? 4 : 6;
    ztrunk_prefix p = {.addr = random_addr(family)};

    p.bits = dice(family == 4 ? 33 : 129);
    for (uint32_t bit = p.bits; bit < 128; bit++)
        p.addr.ip[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return p;
}

/* The longest by looking at each. */
static const ztrunk_allow_entry *slow_find(const ztrunk_allow_entry *entries, uint32_t count,
                                           const ztrunk_addr *a)
{
    const ztrunk_allow_entry *best = NULL;

    for (uint32_t i = 0; i < count; i++)
        if (ztrunk_prefix_contains(&entries[i].prefix, a) &&
            (best == NULL || entries[i].prefix.bits > best->prefix.bits))
            best = &entries[i];
    return best;
}

static void same_as_slow(const ztrunk_allow *allow, const ztrunk_allow_entry *entries,
                         uint32_t count)
{
    for (uint32_t n = 0; n < 500; n++) {
        ztrunk_addr a = random_addr(dice(2) != 0 ? 4 : 6);
        const ztrunk_allow_entry *want = slow_find(entries, count, &a);
        uint32_t tag = 0, is_allowed = want != NULL && !want->is_denied;
        int32_t err = ztrunk_allow_check(allow, &a, &tag);

        ck_assert_int_eq(err, is_allowed ? ZTRUNK_OK : ZTRUNK_E_DENIED);
        if (is_allowed) ck_assert_uint_eq(tag, want->tag);
    }
}

START_TEST(any_list_gives_the_verdict_of_a_look_at_each_entry)
{
    static ztrunk_allow_entry entries[64];
    ztrunk_ctx *ctx = ctx_new();

    for (uint32_t round = 0; round < 150; round++) {
        uint32_t count = dice(64);
        ztrunk_allow *allow;

        dice_state += round;
        for (uint32_t i = 0; i < count; i++) {
            entries[i].prefix = random_prefix();
            /* By the prefix alone: what is the same twice is no conflict. */
            entries[i].tag = entries[i].prefix.bits;
            entries[i].is_denied = entries[i].prefix.bits % 3 == 0;
        }
        allow = list(ctx, ZTRUNK_ALLOW_ANY, entries, count);
        same_as_slow(allow, entries, count);
        ztrunk_allow_free(allow);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

/* Prefixes that share their first bits, as a cloud's do, in a list that is long enough for slots.
 */
static ztrunk_prefix near_prefix(uint32_t family)
{
    static const uint8_t head[2][5] = {{10}, {0x20, 0x01, 0x0d, 0xb8, 0}};
    ztrunk_prefix p = {.addr = {.family = (uint8_t)family}};
    uint32_t shared = family == 4 ? 1 : 5, len = family == 4 ? 4 : 16;

    memcpy(p.addr.ip, head[family == 6], shared);
    for (uint32_t i = shared; i < len; i++) p.addr.ip[i] = (uint8_t)dice(256);
    p.bits = family == 4 ? 18 + dice(15) : 44 + dice(85);
    for (uint32_t bit = p.bits; bit < 128; bit++)
        p.addr.ip[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return p;
}

/* The first and the last address of a prefix, and their neighbours. */
static ztrunk_addr edge_of(const ztrunk_prefix *p, uint32_t nth)
{
    ztrunk_addr a = p->addr;
    uint32_t len = a.family == 4 ? 4 : 16, is_last = nth >= 2;

    for (uint32_t bit = p->bits; is_last && bit < len * 8; bit++)
        a.ip[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    for (uint32_t i = len; nth == 0 && i-- > 0;)
        if (a.ip[i]-- != 0) break;
    for (uint32_t i = len; nth == 3 && i-- > 0;)
        if (++a.ip[i] != 0) break;
    return a;
}

START_TEST(a_long_list_is_exact_at_both_ends_of_each_prefix)
{
    static ztrunk_allow_entry entries[400];
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_allow *allow;

    for (uint32_t i = 0; i < 400; i++) {
        entries[i].prefix = near_prefix(i % 2 != 0 ? 4 : 6);
        entries[i].tag = entries[i].prefix.bits;
    }
    allow = list(ctx, 0, entries, 400);
    for (uint32_t i = 0; i < 1600; i++) {
        ztrunk_addr a = edge_of(&entries[i / 4].prefix, i % 4);
        const ztrunk_allow_entry *want = slow_find(entries, 400, &a);
        uint32_t tag = 0;

        ck_assert_int_eq(ztrunk_allow_check(allow, &a, &tag),
                         want != NULL ? ZTRUNK_OK : ZTRUNK_E_DENIED);
        if (want != NULL) ck_assert_uint_eq(tag, want->tag);
    }
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_default_bound_is_taken_one_more_is_refused_and_a_look_up_allocates_nothing)
{
    enum { BOUND = 16384 };
    ztrunk_allow_entry *entries = calloc(BOUND + 1, sizeof *entries);
    ztrunk_addr a = {.family = 4, .ip = {1, 2, 3, 4}};
    ztrunk_allow *allow = NULL, *more = NULL;
    ztrunk_ctx *ctx = NULL;
    fail_ctx f = {0};
    uint32_t calls;

    ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
    for (uint32_t i = 0; i <= BOUND; i++)
        entries[i].prefix =
            (ztrunk_prefix){.addr = {.family = 4, .ip = {1, (uint8_t)(i >> 8), (uint8_t)i, 0}},
                            .bits = 24};
    ck_assert_int_eq(ztrunk_allow_new(ctx, NULL, entries, BOUND + 1, NULL, &more), ZTRUNK_E_LIMIT);
    ck_assert_ptr_null(more);
    ck_assert_int_eq(ztrunk_allow_new(ctx, NULL, entries, BOUND, NULL, &allow), ZTRUNK_OK);
    calls = f.calls;
    for (uint32_t i = 0; i < 1000; i++) {
        a.ip[2] = (uint8_t)i;
        ck_assert_int_eq(ztrunk_allow_check(allow, &a, NULL), ZTRUNK_OK);
    }
    ck_assert_uint_eq(f.calls, calls);
    ztrunk_allow_free(allow);
    ztrunk_ctx_free(ctx);
    free(entries);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything)
{
    ztrunk_allow_entry entries[] = {entry("192.0.2.0/24", 1, 0), entry("2001:db8::/32", 1, 0)};
    int32_t err = ZTRUNK_E_NOMEM;

    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;
        ztrunk_allow *allow = NULL;

        ck_assert_uint_lt(n, 50);
        if (fail_ctx_new(&f, &ctx) != ZTRUNK_OK) continue;
        err = ztrunk_allow_new(ctx, NULL, entries, 2, NULL, &allow);
        ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
        ztrunk_allow_free(allow);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
}
END_TEST

UNIT_MAIN("guard/allow", an_empty_list_denies_all, wrong_entries_are_named,
          the_same_entry_twice_is_one, no_spelling_of_an_address_passes_a_list,
          the_bound_of_a_list_holds, any_list_gives_the_verdict_of_a_look_at_each_entry,
          no_failed_allocation_leaves_anything, a_long_list_is_exact_at_both_ends_of_each_prefix,
          the_default_bound_is_taken_one_more_is_refused_and_a_look_up_allocates_nothing)
