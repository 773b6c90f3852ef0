#include <zerotrunk/rules.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "guard/rules_rule.h"
#include "wire/scan.h"

#define DEFAULT_MAX_RULES 64u
#define DEFAULT_MAX_HOSTS 64u

typedef struct denial {
    uint32_t reason, rule;
} denial;

struct ztrunk_rules {
    ztrunk_ctx *ctx;
    ztrunk_rules_opts opts;
    zti_rule *rules;
    uint32_t count;
    zti_str header_name; /* owned, NUL behind; p NULL: none */
    uint64_t matched, denied;
    denial last;
};

int32_t ztrunk_rules_new(ztrunk_ctx *ctx, const ztrunk_rules_opts *opts, ztrunk_rules **out)
{
    ztrunk_rules_opts o;
    ztrunk_rules *r;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err != ZTRUNK_OK) return err;
    if (o.max_rules == 0) o.max_rules = DEFAULT_MAX_RULES;
    if (o.max_hosts == 0) o.max_hosts = DEFAULT_MAX_HOSTS;
    r = zti_calloc(ctx, sizeof *r);
    if (r == NULL) return ZTRUNK_E_NOMEM;
    r->ctx = zti_ctx_ref(ctx);
    r->opts = o;
    *out = r;
    return ZTRUNK_OK;
}

int32_t ztrunk_rules_add(ztrunk_rules *r, uint32_t flags, uint32_t *rule)
{
    zti_rule *more;

    if (r == NULL || rule == NULL) return ZTRUNK_E_INVALID;
    if (flags & ~(uint32_t)(ZTRUNK_RULE_TEL | ZTRUNK_RULE_SIPS_ONLY)) return ZTRUNK_E_INVALID;
    if (r->count >= r->opts.max_rules) return ZTRUNK_E_LIMIT;
    more = zti_rearray(r->ctx, r->rules, (size_t)r->count + 1, sizeof *more);
    if (more == NULL) return ZTRUNK_E_NOMEM;
    r->rules = more;
    more[r->count++] = (zti_rule){.flags = flags};
    *rule = r->count;
    return ZTRUNK_OK;
}

static zti_rule *rule_of(ztrunk_rules *r, uint32_t rule)
{
    return r != NULL && rule > 0 && rule <= r->count ? &r->rules[rule - 1] : NULL;
}

/* A condition that could not be kept must not leave a rule that asks for less. */
static int32_t note(zti_rule *rule, int32_t err)
{
    if (err != ZTRUNK_OK) rule->is_broken = 1;
    return err;
}

static int32_t keep_text(ztrunk_ctx *ctx, zti_str text, zti_str *kept)
{
    char *copy = zti_dup(ctx, text.p, text.len);

    if (copy == NULL) return ZTRUNK_E_NOMEM;
    *kept = (zti_str){copy, text.len};
    return ZTRUNK_OK;
}

static int32_t add_host(ztrunk_rules *r, zti_rule *rule, zti_str text)
{
    zti_rule_host host, *more;
    int32_t err = zti_rule_host_read(text, &host);

    if (err != ZTRUNK_OK) return err;
    if (rule->host_count >= r->opts.max_hosts) return ZTRUNK_E_LIMIT;
    more = zti_rearray(r->ctx, rule->hosts, (size_t)rule->host_count + 1, sizeof *more);
    if (more == NULL) return ZTRUNK_E_NOMEM;
    rule->hosts = more;
    if (host.name.p != NULL) err = keep_text(r->ctx, host.name, &host.name);
    if (err == ZTRUNK_OK) more[rule->host_count++] = host;
    return err;
}

int32_t ztrunk_rules_add_host(ztrunk_rules *r, uint32_t number, const char *text, size_t len)
{
    zti_rule *rule = rule_of(r, number);

    if (rule == NULL) return ZTRUNK_E_INVALID;
    if (text == NULL) return note(rule, ZTRUNK_E_INVALID);
    return note(rule, add_host(r, rule, (zti_str){text, len}));
}

static int32_t set_trunk_group(ztrunk_ctx *ctx, zti_rule *rule, zti_str tgrp, zti_str context)
{
    int32_t err;

    if (tgrp.p == NULL || tgrp.len == 0) return ZTRUNK_E_INVALID;
    if (context.p != NULL && context.len == 0) return ZTRUNK_E_INVALID;
    if (rule->tgrp.p != NULL) return ZTRUNK_E_STATE;
    err = keep_text(ctx, tgrp, &rule->tgrp);
    if (err == ZTRUNK_OK && context.p != NULL) err = keep_text(ctx, context, &rule->context);
    return err;
}

int32_t ztrunk_rules_set_trunk_group(ztrunk_rules *r, uint32_t number, const char *tgrp,
                                     size_t tgrp_len, const char *context, size_t context_len)
{
    zti_rule *rule = rule_of(r, number);

    if (rule == NULL) return ZTRUNK_E_INVALID;
    return note(rule, set_trunk_group(r->ctx, rule, (zti_str){tgrp, tgrp_len},
                                      (zti_str){context, context_len}));
}

static int32_t set_user(ztrunk_ctx *ctx, zti_rule *rule, uint32_t kind, zti_str text)
{
    zti_number prefix;
    int32_t err = ZTRUNK_E_INVALID;

    if (text.p == NULL || text.len == 0) return ZTRUNK_E_INVALID;
    if (rule->user_kind != 0) return ZTRUNK_E_STATE;
    if (kind == ZTRUNK_RULE_USER_EXACT) err = keep_text(ctx, text, &rule->user);
    if (kind == ZTRUNK_RULE_USER_PATTERN) err = zti_pattern_read(text, &rule->pattern);
    if (kind == ZTRUNK_RULE_USER_PREFIX) {
        err = zti_number_prefix(text, &prefix);
        if (err == ZTRUNK_OK) rule->pattern = zti_pattern_of_prefix(&prefix);
    }
    if (err == ZTRUNK_OK) rule->user_kind = kind;
    return err;
}

int32_t ztrunk_rules_set_user(ztrunk_rules *r, uint32_t number, uint32_t kind, const char *text,
                              size_t len)
{
    zti_rule *rule = rule_of(r, number);

    if (rule == NULL) return ZTRUNK_E_INVALID;
    return note(rule, set_user(r->ctx, rule, kind, (zti_str){text, len}));
}

static int32_t set_header(ztrunk_rules *r, zti_rule *rule, zti_str name, zti_str value)
{
    if (name.p == NULL || value.p == NULL || !zti_scan_is_token(name)) return ZTRUNK_E_INVALID;
    value = zti_scan_trim(value);
    if (value.len == 0) return ZTRUNK_E_INVALID;
    if (rule->value.p != NULL) return ZTRUNK_E_STATE;
    if (r->header_name.p != NULL && !zti_str_ieq(r->header_name, name)) return ZTRUNK_E_STATE;
    if (r->header_name.p == NULL && keep_text(r->ctx, name, &r->header_name) != ZTRUNK_OK)
        return ZTRUNK_E_NOMEM;
    return keep_text(r->ctx, value, &rule->value);
}

int32_t ztrunk_rules_set_header(ztrunk_rules *r, uint32_t number, const char *name, size_t name_len,
                                const char *value, size_t value_len)
{
    zti_rule *rule = rule_of(r, number);

    if (rule == NULL) return ZTRUNK_E_INVALID;
    return note(rule, set_header(r, rule, (zti_str){name, name_len}, (zti_str){value, value_len}));
}

const char *ztrunk_rules_header_name(const ztrunk_rules *r)
{
    return r != NULL ? r->header_name.p : NULL;
}

/* The number of the rule that matches. 0: none, then *why is that of the one that came furthest,
 * the first of several. */
static uint32_t find_rule(const ztrunk_rules *r, const zti_rule_ask *ask, denial *why)
{
    *why = (denial){ZTRUNK_RULE_NONE, 0};
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t reason = zti_rule_judge(&r->rules[i], ask);

        if (reason == ZTRUNK_RULE_MATCHED) return i + 1;
        if (reason > why->reason) *why = (denial){reason, i + 1};
    }
    return 0;
}

int32_t ztrunk_rules_check(ztrunk_rules *r, const char *uri, size_t uri_len, const char *route,
                           size_t route_len, const char *value, size_t value_len, uint32_t *rule)
{
    zti_rule_ask ask;
    denial why = {0};
    uint32_t found = 0;

    if (r == NULL || uri == NULL || rule == NULL) return ZTRUNK_E_INVALID;
    why.reason = zti_rule_ask_read((zti_str){uri, uri_len}, (zti_str){route, route_len},
                                   (zti_str){value, value_len}, &ask);
    if (why.reason == ZTRUNK_RULE_MATCHED) found = find_rule(r, &ask, &why);
    if (found == 0) {
        r->denied++;
        r->last = why;
        return ZTRUNK_E_DENIED;
    }
    r->matched++;
    *rule = found;
    return ZTRUNK_OK;
}

int32_t ztrunk_rules_get_info(const ztrunk_rules *r, ztrunk_rules_info *info)
{
    ztrunk_rules_info i = {0};

    if (r == NULL || info == NULL) return ZTRUNK_E_INVALID;
    i.count = r->count;
    i.matched = r->matched;
    i.denied = r->denied;
    i.reason = r->last.reason;
    i.rule = r->last.rule;
    return zti_opts_write(info, &i, sizeof i);
}

const char *ztrunk_rule_reason_text(uint32_t reason)
{
    static const char *const texts[] = {
        "matched", "no rule", "no Request-URI", "password in the URI", "maddr", "unusable rule",
        "scheme",  "host",    "Route",          "trunk group",         "user",  "header"};

    return reason < sizeof texts / sizeof texts[0] ? texts[reason] : "unknown";
}

void ztrunk_rules_free(ztrunk_rules *r)
{
    ztrunk_ctx *ctx;

    if (r == NULL) return;
    ctx = r->ctx;
    for (uint32_t i = 0; i < r->count; i++) zti_rule_end(ctx, &r->rules[i]);
    zti_free(ctx, r->rules);
    zti_free(ctx, (void *)r->header_name.p);
    zti_free(ctx, r);
    ztrunk_ctx_free(ctx);
}
