/* A request of three lines (Request-URI, Route, header value) against fixed rules, and what is
 * called against fixed limits. No matter what the bytes are: no Route passes a rule without a host,
 * a number read twice is the same, and one that may be called starts with +49. */
#include <zerotrunk/rules.h>

#include <stdlib.h>
#include <string.h>
#include "base/cur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BY_HOST = 1, BY_GROUP = 2, BY_PATTERN = 3, BY_HEADER = 4 };

static void must(int ok)
{
    if (!ok) abort();
}

static void fill(ztrunk_rules *r)
{
    uint32_t rule;

    for (uint32_t i = BY_HOST; i <= BY_HEADER; i++)
        must(ztrunk_rules_add(r, i == BY_PATTERN ? ZTRUNK_RULE_TEL : 0, &rule) == ZTRUNK_OK);
    must(ztrunk_rules_add_host(r, BY_HOST, "a.example", 9) == ZTRUNK_OK);
    must(ztrunk_rules_add_host(r, BY_HOST, "[2001:db8::1]:5061", 18) == ZTRUNK_OK);
    must(ztrunk_rules_set_trunk_group(r, BY_GROUP, "tg", 2, "b.example", 9) == ZTRUNK_OK);
    must(ztrunk_rules_set_user(r, BY_PATTERN, ZTRUNK_RULE_USER_PATTERN, "+49xz.", 6) == ZTRUNK_OK);
    must(ztrunk_rules_set_header(r, BY_HEADER, "X-Key", 5, "secret", 6) == ZTRUNK_OK);
}

static void ask(ztrunk_rules *r, zti_str uri, zti_str route, zti_str value)
{
    uint32_t rule = 0;
    int32_t err = ztrunk_rules_check(r, uri.p, uri.len, route.len > 0 ? route.p : NULL, route.len,
                                     value.p, value.len, &rule);
    ztrunk_rules_info info = {.size = sizeof info};

    must(ztrunk_rules_get_info(r, &info) == ZTRUNK_OK);
    must(err == ZTRUNK_OK || err == ZTRUNK_E_DENIED);
    must((err == ZTRUNK_OK) == (rule != 0));
    must(err == ZTRUNK_OK || info.reason != ZTRUNK_RULE_MATCHED);
    /* Without a host in the rule no Route passes. */
    must(rule <= BY_HOST || route.len == 0);
    must(rule != BY_HEADER || value.len >= 6);
}

/* A second reading of its own spelling changes nothing. */
static void read_number(zti_str user)
{
    char once[32], twice[32];
    size_t len, again;

    if (ztrunk_toll_number(user.p, user.len, once, sizeof once, &len) != ZTRUNK_OK) return;
    must(ztrunk_toll_number(once, len, twice, sizeof twice, &again) == ZTRUNK_OK);
    must(len == again && strcmp(once, twice) == 0);
}

static void dial(ztrunk_ctx *ctx, zti_str caller, zti_str number)
{
    ztrunk_toll_opts opts = {.size = sizeof opts, .max_calls = 2, .max_parties = 2};
    ztrunk_toll_limits limits = {.size = sizeof limits, .caller_calls = 1};
    ztrunk_toll_list *list = NULL;
    ztrunk_toll *t = NULL;
    uint64_t id = 0, deadline;
    char plain[32];
    size_t len;
    int32_t err;

    must(ztrunk_toll_list_new(ctx, NULL, &list) == ZTRUNK_OK);
    must(ztrunk_toll_list_add(list, ZTRUNK_TOLL_ALLOW, "+49", 3) == ZTRUNK_OK);
    must(ztrunk_toll_list_add(list, ZTRUNK_TOLL_DENY, "+499", 4) == ZTRUNK_OK);
    must(ztrunk_toll_new(ctx, &opts, &t) == ZTRUNK_OK);
    must(ztrunk_toll_set_list(t, list) == ZTRUNK_OK);
    must(ztrunk_toll_set_limits(t, &limits) == ZTRUNK_OK);
    err = ztrunk_toll_begin(t, 0, 0, caller.p, caller.len, number.p, number.len, &id, &deadline);
    if (err == ZTRUNK_OK) {
        must(ztrunk_toll_number(number.p, number.len, plain, sizeof plain, &len) == ZTRUNK_OK);
        must(strncmp(plain, "+49", 3) == 0 && plain[3] != '9');
        err =
            ztrunk_toll_begin(t, 0, 0, caller.p, caller.len, number.p, number.len, &id, &deadline);
        must(err == ZTRUNK_E_DENIED && ztrunk_toll_end(t, id) == ZTRUNK_OK);
    }
    ztrunk_toll_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {5};
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    ztrunk_rules *r = NULL;
    ztrunk_ctx *ctx = NULL;
    zti_str uri, route, value;

    if (size == 0 || size > 4096) return 0;
    uri = zti_cur_until(&c, '\n');
    (void)zti_cur_accept(&c, '\n');
    route = zti_cur_until(&c, '\n');
    (void)zti_cur_accept(&c, '\n');
    value = zti_cur_rest(&c);
    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    must(ztrunk_rules_new(ctx, NULL, &r) == ZTRUNK_OK);
    fill(r);
    ask(r, uri, route, value);
    read_number(uri);
    dial(ctx, value, uri);
    ztrunk_rules_free(r);
    ztrunk_ctx_free(ctx);
    return 0;
}
