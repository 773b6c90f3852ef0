#include <zerotrunk/rules.h>

#include <string.h>
#include "fail_ctx.h"
#include "guard.h"
#include "unit.h"

static const uint8_t seed[32] = {7};

static ztrunk_rules *rules_of(const ztrunk_rules_opts *opts)
{
    ztrunk_rules *r = NULL;
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_new(ctx, opts, &r), ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return r;
}

static uint32_t add(ztrunk_rules *r, uint32_t flags)
{
    uint32_t rule = 0;

    ck_assert_int_eq(ztrunk_rules_add(r, flags, &rule), ZTRUNK_OK);
    return rule;
}

static void host(ztrunk_rules *r, uint32_t rule, const char *text)
{
    ck_assert_int_eq(ztrunk_rules_add_host(r, rule, text, strlen(text)), ZTRUNK_OK);
}

static void group(ztrunk_rules *r, uint32_t rule, const char *tgrp, const char *context)
{
    ck_assert_int_eq(ztrunk_rules_set_trunk_group(r, rule, tgrp, strlen(tgrp), context,
                                                  context != NULL ? strlen(context) : 0),
                     ZTRUNK_OK);
}

static void user(ztrunk_rules *r, uint32_t rule, uint32_t kind, const char *text)
{
    ck_assert_int_eq(ztrunk_rules_set_user(r, rule, kind, text, strlen(text)), ZTRUNK_OK);
}

static int32_t header(ztrunk_rules *r, uint32_t rule, const char *name, const char *value)
{
    return ztrunk_rules_set_header(r, rule, name, strlen(name), value, strlen(value));
}

static uint32_t check(ztrunk_rules *r, const char *uri, const char *route, const char *value)
{
    uint32_t rule = 0;
    int32_t err = ztrunk_rules_check(r, uri, strlen(uri), route, route != NULL ? strlen(route) : 0,
                                     value, value != NULL ? strlen(value) : 0, &rule);

    ck_assert_int_eq(err, rule != 0 ? ZTRUNK_OK : ZTRUNK_E_DENIED);
    return rule;
}

/* Why the request was denied, and by which rule. */
static uint32_t why(ztrunk_rules *r, const char *uri, uint32_t rule)
{
    ztrunk_rules_info info = {.size = sizeof info};

    ck_assert_uint_eq(check(r, uri, NULL, NULL), 0);
    ck_assert_int_eq(ztrunk_rules_get_info(r, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.rule, rule);
    return info.reason;
}

START_TEST(nothing_matches_where_there_is_no_rule)
{
    ztrunk_rules *r = rules_of(NULL);

    ck_assert_uint_eq(why(r, "sip:a@example.com", 0), ZTRUNK_RULE_NONE);
    add(r, 0);
    ck_assert_uint_eq(why(r, "sip:a@example.com", 1), ZTRUNK_RULE_UNUSABLE);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_route_that_points_elsewhere_is_denied)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, 0);

    host(r, rule, "example.com");
    host(r, rule, "192.0.2.1:5061");
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:example.com;lr>", NULL), rule);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:192.0.2.1:5061;lr>", NULL), rule);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:evil.org;lr>", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:192.0.2.1;lr>", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:example.com>, <sip:evil.org>", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:example.com;maddr=evil.org;lr>", NULL),
                      0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "\"<sip:example.com>\" <sip:evil.org>", NULL),
                      0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<tel:+49>", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "rubbish", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "", NULL), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", "<sip:example.com>,", NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_route_is_denied_where_no_host_is_named)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, 0);

    user(r, rule, ZTRUNK_RULE_USER_PREFIX, "+49");
    ck_assert_uint_eq(check(r, "sip:+4930@evil.org", NULL, NULL), rule);
    ck_assert_uint_eq(check(r, "sip:+4930@evil.org", "<sip:evil.org>", NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_trunk_group_stands_in_the_user_part_once)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, 0);

    group(r, rule, "TG-1", "example.com");
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=tg-1;trunk-context=EXAMPLE.com.@isp.example", NULL,
                            NULL),
                      rule);
    ck_assert_uint_eq(check(r, "sip:+4930;trunk-context=ex%61mple.com;tgrp=TG%2d1@isp.example",
                            NULL, NULL),
                      rule);
    ck_assert_uint_eq(why(r, "sip:+4930@isp.example;tgrp=TG-1;trunk-context=example.com", 1),
                      ZTRUNK_RULE_TRUNK_GROUP);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1@isp.example", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:+4930;trunk-context=example.com@isp.example", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1;tgrp=TG-2;trunk-context=example.com@i.example",
                            NULL, NULL),
                      0);
    ck_assert_uint_eq(
        check(r, "sip:+4930;tgrp=TG-1;trunk-context=evil.org;trunk-context=example.com@i", NULL,
              NULL),
        0);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-12;trunk-context=example.com@i", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1;trunk-context=example.org@i", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "tel:+4930;tgrp=TG-1;trunk-context=example.com", NULL, NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_group_without_a_context_still_wants_one_in_the_uri)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, 0);

    group(r, rule, "TG-1", NULL);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1;trunk-context=+49@i", NULL, NULL), rule);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1@i", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:+4930;tgrp=TG-1;trunk-context@i", NULL, NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_tel_uri_needs_leave_and_more_than_a_host)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t only_host = add(r, ZTRUNK_RULE_TEL);
    uint32_t no_leave = add(r, 0);
    uint32_t leave = add(r, ZTRUNK_RULE_TEL);

    host(r, only_host, "example.com");
    ck_assert_uint_eq(why(r, "tel:+4930", only_host), ZTRUNK_RULE_HOST);
    user(r, no_leave, ZTRUNK_RULE_USER_PREFIX, "+49");
    ck_assert_uint_eq(why(r, "tel:+4930", only_host), ZTRUNK_RULE_HOST);
    host(r, leave, "example.com");
    user(r, leave, ZTRUNK_RULE_USER_PATTERN, "+43x.");
    ck_assert_uint_eq(check(r, "tel:+43-1-123", NULL, NULL), leave);
    ck_assert_uint_eq(why(r, "tel:+4930", leave), ZTRUNK_RULE_USER);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_tel_uri_carries_a_trunk_group_among_its_parameters)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, ZTRUNK_RULE_TEL);

    group(r, rule, "tg", "+49");
    ck_assert_uint_eq(check(r, "tel:+4930;tgrp=tg;trunk-context=+49", NULL, NULL), rule);
    ck_assert_uint_eq(check(r, "tel:+4930;tgrp=tg;trunk-context=+43", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "tel:+4930", NULL, NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

/* Whoever puts the context in front of 30 dials +190030. */
START_TEST(a_user_with_a_phone_context_is_nobody)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t exact = add(r, ZTRUNK_RULE_TEL), prefix = add(r, ZTRUNK_RULE_TEL);

    user(r, exact, ZTRUNK_RULE_USER_EXACT, "30");
    user(r, prefix, ZTRUNK_RULE_USER_PREFIX, "4");
    ck_assert_uint_eq(check(r, "tel:30;isub=1", NULL, NULL), exact);
    ck_assert_uint_eq(check(r, "tel:30;phone-context=+1900", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "tel:40;Phone-%43ontext=+1900", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:30;phone-context=+1900@h", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:40;phone-context=+1900@h", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:40;x@h", NULL, NULL), prefix);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(sips_matches_like_sip_and_may_be_all_that_does)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t only = add(r, ZTRUNK_RULE_SIPS_ONLY);
    uint32_t both;

    host(r, only, "a.example");
    ck_assert_uint_eq(check(r, "sips:x@a.example", NULL, NULL), only);
    ck_assert_uint_eq(why(r, "sip:x@a.example", only), ZTRUNK_RULE_SCHEME);
    both = add(r, 0);
    host(r, both, "b.example");
    ck_assert_uint_eq(check(r, "sips:x@b.example", NULL, NULL), both);
    ck_assert_uint_eq(check(r, "sip:x@b.example", NULL, NULL), both);
    ck_assert_uint_eq(check(r, "http://b.example", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "urn:service:sos", NULL, NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(an_exact_user_is_the_number_or_the_bytes)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t number = add(r, 0);
    uint32_t name = add(r, 0);

    user(r, number, ZTRUNK_RULE_USER_EXACT, "+49 30");
    ck_assert_uint_eq(check(r, "sip:+4930@h", NULL, NULL), 0);
    user(r, name, ZTRUNK_RULE_USER_EXACT, "alice");
    ck_assert_uint_eq(check(r, "sip:%61lice@h", NULL, NULL), name);
    ck_assert_uint_eq(check(r, "sip:alice;x=1@h", NULL, NULL), name);
    ck_assert_uint_eq(check(r, "sip:Alice@h", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:alice%3Bx@h", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:alice%00@h", NULL, NULL), 0);
    ck_assert_uint_eq(check(r, "sip:alice.example", NULL, NULL), 0);
    number = add(r, 0);
    user(r, number, ZTRUNK_RULE_USER_EXACT, "+49-30");
    ck_assert_uint_eq(check(r, "sip:004930@h", NULL, NULL), number);
    ck_assert_uint_eq(check(r, "sip:4930@h", NULL, NULL), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_header_has_exactly_its_value)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, 0);

    host(r, rule, "example.com");
    ck_assert_ptr_null(ztrunk_rules_header_name(r));
    ck_assert_int_eq(header(r, rule, "X-Trunk", "\ts3cret "), ZTRUNK_OK);
    ck_assert_str_eq(ztrunk_rules_header_name(r), "X-Trunk");
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, " s3cret\t"), rule);
    ck_assert_uint_eq(why(r, "sip:a@example.com", rule), ZTRUNK_RULE_HEADER);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "s3creT"), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "s3cre"), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "s3cret, s3cret"), 0);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, ""), 0);
    ck_assert_uint_eq(check(r, "sip:a@evil.org", NULL, "s3cret"), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(a_rule_whose_building_failed_takes_nothing)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t first = add(r, 0), second = add(r, 0), third = add(r, 0);

    host(r, first, "example.com");
    ck_assert_int_eq(ztrunk_rules_set_user(r, first, ZTRUNK_RULE_USER_PATTERN, "4*", 2),
                     ZTRUNK_E_INVALID);
    host(r, second, "example.com");
    ck_assert_int_eq(header(r, second, "X-A", ""), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(why(r, "sip:a@example.com", first), ZTRUNK_RULE_UNUSABLE);
    ck_assert_int_eq(header(r, third, "X-A", "1"), ZTRUNK_OK);
    host(r, third, "example.com");
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "1"), third);
    ck_assert_int_eq(header(r, third, "X-A", "2"), ZTRUNK_E_STATE);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "1"), 0);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(all_rules_ask_for_one_header_name)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t first = add(r, 0), second = add(r, 0), third = add(r, 0);

    ck_assert_int_eq(header(r, first, "X-A", "1"), ZTRUNK_OK);
    ck_assert_int_eq(header(r, second, "x-a", "2"), ZTRUNK_OK);
    ck_assert_int_eq(header(r, third, "X-B", "1"), ZTRUNK_E_STATE);
    ck_assert_int_eq(header(r, third, "X B", "1"), ZTRUNK_E_INVALID);
    ck_assert_uint_eq(check(r, "sip:a@example.com", NULL, "2"), second);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(the_log_names_the_rule_that_came_furthest)
{
    ztrunk_rules *r = rules_of(NULL);
    uint32_t first = add(r, 0), second = add(r, 0), third = add(r, 0);
    ztrunk_rules_info info = {.size = sizeof info};

    host(r, first, "a.example");
    host(r, second, "b.example");
    user(r, second, ZTRUNK_RULE_USER_PREFIX, "+49");
    host(r, third, "c.example");
    ck_assert_uint_eq(why(r, "sip:+43@b.example", second), ZTRUNK_RULE_USER);
    ck_assert_uint_eq(why(r, "sip:+43@d.example", first), ZTRUNK_RULE_HOST);
    ck_assert_uint_eq(why(r, "sip:a:b@c.example", 0), ZTRUNK_RULE_PASSWORD);
    ck_assert_uint_eq(check(r, "sip:+49@b.example", NULL, NULL), second);
    ck_assert_int_eq(ztrunk_rules_get_info(r, &info), ZTRUNK_OK);
    ck_assert(info.matched == 1 && info.denied == 3 && info.count == 3);
    ck_assert_uint_eq(info.reason, ZTRUNK_RULE_PASSWORD);
    ztrunk_rules_free(r);
}
END_TEST

START_TEST(every_bound_holds_and_one_more_is_refused)
{
    ztrunk_rules_opts opts = {.size = sizeof opts, .max_rules = 2, .max_hosts = 2};
    ztrunk_rules *r = rules_of(&opts);
    uint32_t rule = add(r, 0);
    uint32_t more = 9;

    host(r, rule, "a.example");
    host(r, rule, "b.example");
    ck_assert_uint_eq(check(r, "sip:b.example", NULL, NULL), rule);
    ck_assert_int_eq(ztrunk_rules_add_host(r, rule, "c.example", 9), ZTRUNK_E_LIMIT);
    add(r, 0);
    ck_assert_int_eq(ztrunk_rules_add(r, 0, &more), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(more, 9);
    ck_assert_int_eq(ztrunk_rules_add(r, 4, &more), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_add_host(r, 3, "c.example", 9), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_add_host(r, 0, "c.example", 9), ZTRUNK_E_INVALID);
    ztrunk_rules_free(r);
}
END_TEST

/* Each byte of what a peer sends is the last one that may be read. */
START_TEST(no_read_goes_past_the_end)
{
    static const char uri[] =
        "sips:+49%2d30;tgrp=TG%2d1;trunk-context=a.b@[2001:db8::1]:5061;x=%41";
    static const char route[] = "\"a\\\"b\" <sip:example.com;lr>;x=\"y\", <sip:a>";
    guard walls[3] = {guard_new(4096), guard_new(4096), guard_new(4096)};
    ztrunk_rules *r = rules_of(NULL);
    uint32_t rule = add(r, ZTRUNK_RULE_TEL), found;

    host(r, rule, "[2001:db8::1]");
    group(r, rule, "TG-1", "a.b");
    user(r, rule, ZTRUNK_RULE_USER_PATTERN, "+49x.");
    ck_assert_int_eq(header(r, rule, "X-A", "abc"), ZTRUNK_OK);
    for (size_t len = 0; len < sizeof uri; len++) {
        size_t route_len = len % sizeof route, value_len = len % 4;
        const char *u = (const char *)guard_put(&walls[0], uri, len);
        const char *t = (const char *)guard_put(&walls[1], route, route_len);
        const char *v = (const char *)guard_put(&walls[2], "abc", value_len);

        (void)ztrunk_rules_check(r, u, len, t, route_len, v, value_len, &found);
        (void)ztrunk_rules_check(r, u, len, NULL, 0, v, value_len, &found);
    }
    ck_assert_uint_eq(check(r, uri, NULL, "abc"), rule);
    for (int i = 0; i < 3; i++) guard_free(&walls[i]);
    ztrunk_rules_free(r);
}
END_TEST

/* 1 when all was built; what was not must match nothing. */
static uint32_t build_and_ask(ztrunk_ctx *ctx)
{
    ztrunk_rules *r = NULL;
    uint32_t rule = 0, found = 0;
    int32_t err = ztrunk_rules_new(ctx, NULL, &r);

    if (err != ZTRUNK_OK) return 0;
    err = ztrunk_rules_add(r, 0, &rule);
    if (err == ZTRUNK_OK) err = ztrunk_rules_add_host(r, rule, "a.example", 9);
    if (err == ZTRUNK_OK) err = ztrunk_rules_add_host(r, rule, "b.example", 9);
    if (err == ZTRUNK_OK) err = ztrunk_rules_set_trunk_group(r, rule, "t", 1, "c", 1);
    if (err == ZTRUNK_OK) err = ztrunk_rules_set_user(r, rule, ZTRUNK_RULE_USER_EXACT, "u", 1);
    if (err == ZTRUNK_OK) err = header(r, rule, "X-A", "1");
    ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
    (void)ztrunk_rules_check(r, "sip:u;tgrp=t;trunk-context=c@b.example", 38, NULL, 0, "1", 1,
                             &found);
    ck_assert_uint_eq(found, err == ZTRUNK_OK ? rule : 0);
    ztrunk_rules_free(r);
    return err == ZTRUNK_OK;
}

START_TEST(any_failed_allocation_leaves_a_rule_that_takes_nothing)
{
    uint32_t fail_at = 2, built = 0;

    do {
        fail_ctx f = {.fail_at = fail_at++};
        ztrunk_ctx *ctx = NULL;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        built = build_and_ask(ctx);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        ck_assert_uint_lt(fail_at, 100);
    } while (!built);
    ck_assert_uint_gt(fail_at, 8);
}
END_TEST

START_TEST(bad_arguments_are_named)
{
    ztrunk_rules *r = rules_of(NULL);
    ztrunk_rules_opts opts = {.size = 3};
    ztrunk_ctx *ctx = NULL;
    uint32_t rule = add(r, 0);

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rules_new(ctx, &opts, &r), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_new(NULL, NULL, &r), ZTRUNK_E_INVALID);
    ztrunk_ctx_free(ctx);
    ck_assert_int_eq(ztrunk_rules_check(r, NULL, 0, NULL, 0, NULL, 0, &rule), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_check(r, "", 0, NULL, 0, NULL, 0, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_set_user(r, rule, 4, "1", 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_set_trunk_group(r, rule, "", 0, NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_set_trunk_group(r, rule, "a", 1, "", 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_add_host(r, rule, NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_rules_get_info(r, NULL), ZTRUNK_E_INVALID);
    ck_assert_str_eq(ztrunk_rule_reason_text(ZTRUNK_RULE_HEADER), "header");
    ck_assert_str_eq(ztrunk_rule_reason_text(99), "unknown");
    ck_assert_ptr_null(ztrunk_rules_header_name(NULL));
    ztrunk_rules_free(r);
    ztrunk_rules_free(NULL);
}
END_TEST

UNIT_MAIN("guard/rules", nothing_matches_where_there_is_no_rule,
          a_route_that_points_elsewhere_is_denied, a_route_is_denied_where_no_host_is_named,
          a_trunk_group_stands_in_the_user_part_once,
          a_group_without_a_context_still_wants_one_in_the_uri,
          a_tel_uri_needs_leave_and_more_than_a_host,
          a_tel_uri_carries_a_trunk_group_among_its_parameters,
          a_user_with_a_phone_context_is_nobody, sips_matches_like_sip_and_may_be_all_that_does,
          an_exact_user_is_the_number_or_the_bytes, a_header_has_exactly_its_value,
          a_rule_whose_building_failed_takes_nothing, all_rules_ask_for_one_header_name,
          the_log_names_the_rule_that_came_furthest, every_bound_holds_and_one_more_is_refused,
          no_read_goes_past_the_end, any_failed_allocation_leaves_a_rule_that_takes_nothing,
          bad_arguments_are_named)
