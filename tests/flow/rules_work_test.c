/* Work is counted in basic blocks that the rules run (the compiler's coverage hook), so that
 * neither the machine's speed nor its load decides. */
#include <zerotrunk/rules.h>

#include <string.h>
#include "unit.h"

void __sanitizer_cov_trace_pc(void);

static uint64_t steps;

void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

static const uint8_t seed[32] = {15};

static ztrunk_rules *rules_of(void)
{
    ztrunk_ctx *ctx = NULL;
    ztrunk_rules *r = NULL;
    uint32_t rule;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_new(ctx, NULL, &r), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    ck_assert_int_eq(ztrunk_rules_add(r, ZTRUNK_RULE_TEL, &rule), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_add_host(r, rule, "a.example", 9), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_set_trunk_group(r, rule, "a", 1, "b", 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_set_user(r, rule, ZTRUNK_RULE_USER_PATTERN, "+49xx.", 6),
                     ZTRUNK_OK);
    return r;
}

/* A Request-URI or Route: what comes first, what comes again and again, what comes last. */
typedef struct shape {
    const char *first, *again, *last;
    uint32_t is_route;
} shape;

static const shape shapes[] = {
    {"sip:+49", "1", "@a.example", 0},
    {"sip:+49", "-", "1@a.example", 0},
    {"sip:+49", "%2d", "1@a.example", 0},
    {"sip:+491", ";a", ";tgrp=a;trunk-context=b@a.example", 0},
    {"sip:+491", ";tgr%70", "@a.example", 0},
    {"sip:+491", ";tgrp=a", "@a.example", 0},
    {"sip:+491;tgrp=", "a", ";trunk-context=b@a.example", 0},
    {"sip:+491@a.example", ";a=b", "", 0},
    {"sip:+491@a.example", ";maddr", "", 0},
    {"sip:+491", "@", "", 0},
    {"sip:", ":", "", 0},
    {"sip:", "a.", "", 0},
    {"sip:[", ":", "", 0},
    {"tel:+49", "-", "1", 0},
    {"tel:+491", ";a", ";tgrp=a;trunk-context=b", 0},
    {"", "<sip:a.example;lr>,", "<sip:a.example>", 1},
    {"", "<", "", 1},
    {"", "\"", "", 1},
    {"", ",", "", 1},
    {"<sip:a.example>", ";a", "", 1},
    {"\"", "\\\\", "\"<sip:a.example>", 1},
};

static uint64_t steps_of(ztrunk_rules *r, const shape *s, size_t size)
{
    static const char good[] = "sip:+4912;tgrp=a;trunk-context=b@a.example";
    char *text = malloc(size + 1024);
    size_t unit = strlen(s->again), at;
    uint32_t rule;

    ck_assert_ptr_nonnull(text);
    at = (size_t)snprintf(text, 512, "%s", s->first);
    for (size_t n = 0; n < size; n += unit, at += unit) memcpy(text + at, s->again, unit);
    at += (size_t)snprintf(text + at, 512, "%s", s->last);
    steps = 0;
    if (s->is_route)
        (void)ztrunk_rules_check(r, good, sizeof good - 1, text, at, NULL, 0, &rule);
    else
        (void)ztrunk_rules_check(r, text, at, NULL, 0, NULL, 0, &rule);
    free(text);
    return steps;
}

START_TEST(work_grows_no_faster_than_the_text)
{
    ztrunk_rules *r = rules_of();

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint64_t small = steps_of(r, &shapes[i], 4200);
        uint64_t large = steps_of(r, &shapes[i], 33600);

        ck_assert_uint_gt(small, 0);
        /* Eight times the text: 8 where it is linear, 64 where it is quadratic. */
        ck_assert_msg(large <= small * 9, "%s%s: %llu, %llu", shapes[i].first, shapes[i].again,
                      (unsigned long long)small, (unsigned long long)large);
        ck_assert_msg(large <= 64 * 33600, "%s%s: %llu", shapes[i].first, shapes[i].again,
                      (unsigned long long)large);
    }
    ztrunk_rules_free(r);
}
END_TEST

UNIT_MAIN("flow/rules_work", work_grows_no_faster_than_the_text)
