#include "perimeter.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/rules.h>
#include "admit.h"

struct inlet {           /* one side of a trunk */
    ztrunk_rules *rules; /* NULL: any Request-URI */
    ztrunk_rules *us;    /* what names this node itself; NULL without rules */
};

struct perimeter {
    struct inlet inlets[2 * CONFIG_MAX_TRUNKS];
};

static int32_t add_address(ztrunk_rules *rules, uint32_t rule, ztrunk_addr addr)
{
    char text[64], host[66];
    size_t len = 0;
    int32_t err;

    addr.port = 0;
    err = ztrunk_addr_format(&addr, text, sizeof text, &len);
    if (err != ZTRUNK_OK) return err;
    len = (size_t)snprintf(host, sizeof host, addr.family == 6 ? "[%s]" : "%s", text);
    return ztrunk_rules_add_host(rules, rule, host, len);
}

static int32_t make_us(struct daemon *d, const struct config *config,
                       const struct config_side *side, ztrunk_rules **out)
{
    uint32_t rule = 0;
    int32_t err = ztrunk_rules_new(d->ctx, NULL, out);

    if (err == ZTRUNK_OK) err = ztrunk_rules_add(*out, 0, &rule);
    if (err == ZTRUNK_OK)
        err = ztrunk_rules_add_host(*out, rule, config->fqdn, strlen(config->fqdn));
    if (err == ZTRUNK_OK) err = add_address(*out, rule, side->address);
    if (err == ZTRUNK_OK) err = add_address(*out, rule, side->listen);
    return err;
}

static int32_t make_inlet(struct daemon *d, const struct config *config,
                          const struct config_trunk *trunk, uint32_t side, struct inlet *inlet)
{
    int32_t err = config_make_rules(d->ctx, trunk, side, NULL, &inlet->rules);

    if (err != ZTRUNK_OK || inlet->rules == NULL) return err;
    return make_us(d, config, &trunk->side[side], &inlet->us);
}

struct perimeter *perimeter_new(struct daemon *d, const struct config *config)
{
    struct perimeter *made = calloc(1, sizeof *made);

    for (uint32_t i = 0; made != NULL && i < 2 * d->trunk_count; i++) {
        const struct config_trunk *trunk = config_trunk_of(config, d->trunks[i / 2].conf->name);

        if (trunk == NULL) continue;
        if (make_inlet(d, config, trunk, i % 2, &made->inlets[i]) == ZTRUNK_OK) continue;
        perimeter_free(made);
        return NULL;
    }
    return made;
}

void perimeter_free(struct perimeter *perimeter)
{
    if (perimeter == NULL) return;
    for (uint32_t i = 0; i < 2 * CONFIG_MAX_TRUNKS; i++) {
        ztrunk_rules_free(perimeter->inlets[i].rules);
        ztrunk_rules_free(perimeter->inlets[i].us);
    }
    free(perimeter);
}

/* RFC 3261 16.4: who was told to come here has us in front of the Route. */
static uint32_t is_us(const struct inlet *inlet, const char *route, size_t len)
{
    ztrunk_sip_name_addr na = {.size = sizeof na};
    uint32_t rule;

    return ztrunk_sip_name_addr_parse(route, len, &na) == ZTRUNK_OK &&
           ztrunk_rules_check(inlet->us, route + na.uri.at, na.uri.len, NULL, 0, NULL, 0, &rule) ==
               ZTRUNK_OK;
}

/* Where a request is to go behind us, as one text; NULL: nowhere. A message that passed the gate
 * fits. */
static const char *routes_of(struct daemon *d, const struct inlet *inlet, const ztrunk_sip_msg *m,
                             size_t *len)
{
    char *to = (char *)d->wire;
    const char *text;
    size_t part, used = 0;

    for (uint32_t i = 0; ztrunk_sip_msg_value(m, "Route", i, &text, &part) == ZTRUNK_OK; i++) {
        if (is_us(inlet, text, part)) continue;
        if (used + part + 1 > sizeof d->wire) break;
        if (used > 0) to[used++] = ',';
        memcpy(to + used, text, part);
        used += part;
    }
    *len = used;
    return used > 0 ? to : NULL;
}

/* The value of the header that the rules ask for; NULL: it is not there, or more than once. */
static const char *value_of(const struct inlet *inlet, const ztrunk_sip_msg *m, size_t *len)
{
    const char *name = ztrunk_rules_header_name(inlet->rules), *value, *other;
    size_t other_len;

    if (name == NULL) return NULL;
    if (ztrunk_sip_msg_header(m, name, 0, &value, len) != ZTRUNK_OK) return NULL;
    if (ztrunk_sip_msg_header(m, name, 1, &other, &other_len) == ZTRUNK_OK) return NULL;
    return value;
}

struct asked { /* what the rules look at */
    const char *uri, *route, *value;
    size_t uri_len, route_len, value_len;
};

static uint32_t matches(ztrunk_rules *rules, const struct asked *a, uint32_t *rule)
{
    return rules != NULL && ztrunk_rules_check(rules, a->uri, a->uri_len, a->route, a->route_len,
                                               a->value, a->value_len, rule) == ZTRUNK_OK;
}

static uint32_t is_for_us(struct daemon *d, const struct inlet *inlet, const ztrunk_sip_msg *m,
                          uint32_t method)
{
    struct asked a = {.uri = NULL};
    uint32_t ours;

    if (ztrunk_sip_msg_uri(m, &a.uri, &a.uri_len) != ZTRUNK_OK) return 0;
    a.route = routes_of(d, inlet, m, &a.route_len);
    a.value = value_of(inlet, m, &a.value_len);
    /* A cloud's keep-alive names the host that it was told, or the address that it connected to,
     * and has neither a trunk group nor a number. */
    if (method == ZTRUNK_SIP_OPTIONS && matches(inlet->us, &a, &ours)) return 1;
    return matches(inlet->rules, &a, &d->matched_rule);
}

static void log_denied(const struct bound_flow *from, const ztrunk_addr *remote,
                       const ztrunk_sip_msg *m, const ztrunk_rules_info *why)
{
    const struct config_rules *conf = &from->trunk->conf->side[from->side].request_uri;
    struct brake *brake = &from->trunk->side[from->side].uri_brakes[why->reason];
    struct log_line line;
    uint64_t left_out = 0;
    const char *text;
    char rule[64];
    size_t len;

    if (!brake_allows(brake, ztrunk_rt_now_ns(), &left_out)) return;
    log_begin(&line, &from->trunk->daemon->log, LOG_WARNING,
              conf->deny == CONFIG_SILENT ? "request.dropped" : "request.refused", 0);
    log_word(&line, "trunk", from->trunk->conf->name);
    log_word(&line, "side", from->side == CLOUD ? "cloud" : "inside");
    log_addr(&line, "remote", remote);
    if (ztrunk_sip_msg_method(m, &text, &len) == ZTRUNK_OK) log_text(&line, "method", text, len);
    if (conf->deny != CONFIG_SILENT) log_number(&line, "status", conf->deny);
    log_word(&line, "why", ztrunk_rule_reason_text(why->reason));
    config_rule_name(conf, from->side, why->rule, rule, sizeof rule);
    log_word(&line, "rule", rule);
    if (ztrunk_sip_msg_uri(m, &text, &len) == ZTRUNK_OK) log_text(&line, "uri", text, len);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}

uint32_t perimeter_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                          const ztrunk_addr *remote, ztrunk_sip_msg *m)
{
    const struct inlet *inlet =
        &d->perimeter->inlets[(size_t)(from->trunk - d->trunks) * 2 + from->side];
    uint32_t status = from->trunk->conf->side[from->side].request_uri.deny;
    ztrunk_sip_info info = {.size = sizeof info};
    ztrunk_rules_info why = {.size = sizeof why};

    d->matched_rule = 0;
    if (inlet->rules == NULL) return 1;
    if (ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK || !info.is_request) return 1;
    /* Nobody answers an ACK; one that belongs to a call has a tag. */
    if (info.has_to_tag || info.method == ZTRUNK_SIP_ACK) return 1;
    if (is_for_us(d, inlet, m, info.method)) return 1;
    (void)ztrunk_rules_get_info(inlet->rules, &why);
    /* A CANCEL has none of the headers that a rule may ask for (RFC 3261 9.1), and a reload may
     * have come between a request and its repetition. */
    if (ztrunk_txns_knows(d->txns, flow, m)) return 1;
    if (why.reason >= URI_REASONS) why.reason = ZTRUNK_RULE_NONE;
    from->trunk->side[from->side].uri_denied[why.reason]++;
    log_denied(from, remote, m, &why);
    admit_offend(d, from, ZTRUNK_OFFENCE_FOREIGN);
    if (status != CONFIG_SILENT) (void)ztrunk_txns_refuse(d->txns, flow, remote, m, status, 0);
    return 0;
}
