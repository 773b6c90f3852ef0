#include "guard/rules_rule.h"

#include <zerotrunk/sip.h>
#include "base/addr.h"
#include "base/mem.h"
#include "guard/rules_param.h"
#include "wire/scan.h"
#include "wire/sip_hdr.h"

/* The one dot at the end of a name says that it is complete, and nothing more (RFC 1034 3.1). */
static zti_rule_host host_of(zti_str host, uint32_t port)
{
    zti_rule_host h = {.port = port};

    if (zti_ip_parse(host, &h.addr) == ZTRUNK_OK) return h;
    h.name = host;
    if (host.len > 0 && host.p[host.len - 1] == '.') h.name.len--;
    return h;
}

int32_t zti_rule_host_read(zti_str text, zti_rule_host *out)
{
    zti_str host;
    uint32_t port;

    if (zti_host_take(&text, &host) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    if (zti_port_take(&text, &port) != ZTRUNK_OK || text.len > 0) return ZTRUNK_E_INVALID;
    *out = host_of(host, port);
    return ZTRUNK_OK;
}

static uint32_t host_is(const zti_rule_host *wanted, const zti_rule_host *given)
{
    if (wanted->port != 0 && wanted->port != given->port) return 0;
    if (wanted->addr.family != given->addr.family) return 0;
    if (wanted->addr.family != 0) return zti_ip_equal(&wanted->addr, &given->addr);
    return zti_str_ieq(wanted->name, given->name);
}

static uint32_t has_host(const zti_rule *rule, const zti_rule_host *given)
{
    for (uint32_t i = 0; i < rule->host_count; i++)
        if (host_is(&rule->hosts[i], given)) return 1;
    return 0;
}

static uint32_t names_maddr(const zti_uri *uri)
{
    zti_str value;

    return zti_rules_param(uri->params, ZTI_STR("maddr"), &value) != ZTRUNK_E_NOTFOUND;
}

/* Of a tel: URI the parameters stand in a part of their own (RFC 3966), of a sip: URI in the user
 * (RFC 3261 19.1.6). */
static void read_user(zti_rule_ask *ask)
{
    size_t end = zti_str_find(ask->uri.user, ';');
    zti_str context;

    ask->user = zti_str_head(ask->uri.user, end);
    ask->trunk_params = zti_str_from(ask->uri.user, end);
    if (ask->uri.scheme == ZTRUNK_URI_TEL) ask->trunk_params = ask->uri.params;
    ask->has_context =
        zti_rules_param(ask->trunk_params, ZTI_STR("phone-context"), &context) != ZTRUNK_E_NOTFOUND;
    ask->is_number = zti_number_read(ask->user, &ask->number) == ZTRUNK_OK;
}

uint32_t zti_rule_ask_read(zti_str uri, zti_str route, zti_str value, zti_rule_ask *out)
{
    zti_rule_ask ask = {.route = route};

    if (zti_uri_parse(uri, &ask.uri) != ZTRUNK_OK) return ZTRUNK_RULE_BAD_URI;
    /* RFC 3261 19.1.1, table 1: a Request-URI has no headers. */
    if (ask.uri.headers.len > 0) return ZTRUNK_RULE_BAD_URI;
    /* An absent password is left where the user begins; an empty one (":@") stands behind it. */
    if (ask.uri.password.p != ask.uri.user.p) return ZTRUNK_RULE_PASSWORD;
    if (names_maddr(&ask.uri)) return ZTRUNK_RULE_MADDR;
    read_user(&ask);
    ask.host = host_of(ask.uri.host, ask.uri.port);
    if (value.p != NULL) ask.value = zti_scan_trim(value);
    *out = ask;
    return ZTRUNK_RULE_MATCHED;
}

static uint32_t scheme_ok(const zti_rule *rule, uint32_t scheme)
{
    if (scheme == ZTRUNK_URI_TEL) return rule->flags & ZTRUNK_RULE_TEL;
    if (scheme == ZTRUNK_URI_SIP) return !(rule->flags & ZTRUNK_RULE_SIPS_ONLY);
    return scheme == ZTRUNK_URI_SIPS;
}

/* A tel: URI has no host; it must then be named by something else. */
static uint32_t host_ok(const zti_rule *rule, const zti_rule_ask *ask)
{
    if (ask->uri.scheme == ZTRUNK_URI_TEL)
        return rule->user_kind != 0 || rule->tgrp.p != NULL || rule->value.p != NULL;
    return rule->host_count == 0 || has_host(rule, &ask->host);
}

/* What follows a Route is sent there, whatever the Request-URI says (RFC 3261 16.12). */
static uint32_t route_ok(const zti_rule *rule, zti_str route)
{
    zti_name_addr addr;
    zti_rule_host host;
    zti_str item;
    zti_uri uri;

    while (route.p != NULL && zti_list_next(&route, &item) == ZTRUNK_OK) {
        if (zti_name_addr_parse(item, &addr) != ZTRUNK_OK) return 0;
        if (zti_uri_parse(addr.uri, &uri) != ZTRUNK_OK || uri.host.len == 0) return 0;
        host = host_of(uri.host, uri.port);
        if (names_maddr(&uri) || !has_host(rule, &host)) return 0;
    }
    return 1;
}

/* RFC 4904 4: a domain name, which may end in a dot, or the digits of a global number. */
static uint32_t context_is(zti_str given, zti_str wanted)
{
    if (wanted.len > 0 && wanted.p[wanted.len - 1] == '.') wanted.len--;
    if (given.len > 0 && given.p[given.len - 1] == '.') given.len--;
    return zti_escaped_is_any_case(given, wanted);
}

/* RFC 4904 5: one of the two without the other names no trunk group. RFC 3966 4: any case. */
static uint32_t trunk_group_ok(const zti_rule *rule, zti_str params)
{
    zti_str tgrp, context;

    if (rule->tgrp.p == NULL) return 1;
    if (zti_rules_param(params, ZTI_STR("tgrp"), &tgrp) != ZTRUNK_OK) return 0;
    if (zti_rules_param(params, ZTI_STR("trunk-context"), &context) != ZTRUNK_OK) return 0;
    if (!zti_escaped_is_any_case(tgrp, rule->tgrp) || context.len == 0) return 0;
    return rule->context.p == NULL || context_is(context, rule->context);
}

static uint32_t user_is(zti_str wanted, const zti_rule_ask *ask)
{
    zti_number number;

    if (ask->user.len > 0 && zti_escaped_is(ask->user, wanted)) return 1;
    return ask->is_number && zti_number_read(wanted, &number) == ZTRUNK_OK &&
           zti_number_same(&number, &ask->number);
}

static uint32_t user_ok(const zti_rule *rule, const zti_rule_ask *ask)
{
    if (rule->user_kind == 0) return 1;
    /* RFC 3966 5.1.5: another reader puts the context in front. */
    if (ask->has_context) return 0;
    if (rule->user_kind == ZTRUNK_RULE_USER_EXACT) return user_is(rule->user, ask);
    return ask->is_number && zti_pattern_matches(&rule->pattern, &ask->number);
}

static uint32_t header_ok(const zti_rule *rule, zti_str value)
{
    if (rule->value.p == NULL) return 1;
    return value.p != NULL && value.len == rule->value.len &&
           zti_same_ct(value.p, rule->value.p, value.len);
}

static uint32_t is_usable(const zti_rule *rule)
{
    return !rule->is_broken && (rule->host_count > 0 || rule->user_kind != 0 ||
                                rule->tgrp.p != NULL || rule->value.p != NULL);
}

uint32_t zti_rule_judge(const zti_rule *rule, const zti_rule_ask *ask)
{
    if (!is_usable(rule)) return ZTRUNK_RULE_UNUSABLE;
    if (!scheme_ok(rule, ask->uri.scheme)) return ZTRUNK_RULE_SCHEME;
    if (!host_ok(rule, ask)) return ZTRUNK_RULE_HOST;
    if (!route_ok(rule, ask->route)) return ZTRUNK_RULE_ROUTE;
    if (!trunk_group_ok(rule, ask->trunk_params)) return ZTRUNK_RULE_TRUNK_GROUP;
    if (!user_ok(rule, ask)) return ZTRUNK_RULE_USER;
    return header_ok(rule, ask->value) ? ZTRUNK_RULE_MATCHED : ZTRUNK_RULE_HEADER;
}

static void free_text(ztrunk_ctx *ctx, zti_str text)
{
    zti_free_wiped(ctx, (void *)text.p, text.len);
}

void zti_rule_end(ztrunk_ctx *ctx, zti_rule *rule)
{
    for (uint32_t i = 0; i < rule->host_count; i++) free_text(ctx, rule->hosts[i].name);
    zti_free(ctx, rule->hosts);
    free_text(ctx, rule->tgrp);
    free_text(ctx, rule->context);
    free_text(ctx, rule->user);
    free_text(ctx, rule->value);
}
