/* Which Request-URI is for us: the section request_uri, and the rules that it makes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config_schema.h"

#define WANT_HOSTS "host names or addresses, [IPv6] in brackets, with :port or without"

static const struct schema_choice denials[] = {{"silent", CONFIG_SILENT}, {"404", 404}, {NULL, 0}};

static void read_secret(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
    size_t len = strlen(text);

    if (len > 0 && len < key->max && len == node->data.scalar.length)
        memcpy(field, text, len + 1);
    else
        config_complain(r->report, (uint32_t)node->start_mark.line + 1, r->path, NULL, key->want);
}

static const struct schema_key user_keys[] = {
    {KEY("exact", schema_read_text, config_rule, user[CONFIG_USER_EXACT]), .max = CONFIG_USER,
     .want = "a number or a name, shorter than 64 bytes"},
    {KEY("prefix", schema_read_text, config_rule, user[CONFIG_USER_PREFIX]), .max = CONFIG_USER,
     .want = "what a number begins with, such as +4930"},
    {KEY("pattern", schema_read_text, config_rule, user[CONFIG_USER_PATTERN]), .max = CONFIG_USER,
     .want = "a pattern such as +49xxx. or 0[1-9]x!"},
    END};

static const struct schema_key header_keys[] = {
    {KEY("name", schema_read_string, config_rule, header), .is_required = 1, .max = CONFIG_USER,
     .want = "the name of a header, shorter than 64 bytes"},
    {KEY("value", read_secret, config_rule, value), .is_required = 1, .max = CONFIG_HOST,
     .want = "the header's whole value, shorter than 256 bytes"},
    END};

static const struct schema_key rule_keys[] = {
    {KEY("hosts", schema_read_names, config_rule, hosts), .want = WANT_HOSTS},
    {KEY("tgrp", schema_read_text, config_rule, tgrp), .max = CONFIG_USER,
     .want = "a trunk group's name, shorter than 64 bytes"},
    {KEY("trunk_context", schema_read_text, config_rule, trunk_context), .max = CONFIG_HOST,
     .want = "the trunk group's context, such as example.com"},
    {.name = "user", .read = schema_read_section, .keys = user_keys},
    {.name = "header", .read = schema_read_section, .keys = header_keys},
    {KEY("tel", schema_read_flag, config_rule, is_tel)},
    {KEY("sips_only", schema_read_flag, config_rule, is_sips_only)},
    END};

static void read_rule_list(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                           void *field)
{
    struct config_rules *rules = field;
    size_t len = strlen(r->path), count = 0;

    if (node->type == YAML_SEQUENCE_NODE)
        count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count == 0 || count > CONFIG_MAX_RULES) {
        schema_complain(r, node, key->want);
        return;
    }
    free(rules->items);
    rules->items = calloc(count, sizeof *rules->items);
    if (rules->items == NULL) {
        schema_complain(r, node, "out of memory");
        return;
    }
    for (rules->count = 0; rules->count < count; rules->count++) {
        yaml_node_t *item =
            yaml_document_get_node(&r->document, node->data.sequence.items.start[rules->count]);
        struct config_rule *rule = &rules->items[rules->count];

        snprintf(r->path + len, sizeof r->path - len, "[%u]", rules->count);
        rule->line = (uint32_t)item->start_mark.line + 1;
        schema_section(r, item, rule_keys, rule);
        r->path[len] = 0;
    }
}

static const struct schema_key rules_keys[] = {
    {KEY("domains", schema_read_names, config_rules, domains.hosts), .want = WANT_HOSTS},
    {.name = "rules", .read = read_rule_list, .want = "a list of 1 to 64 rules"},
    {KEY("deny", schema_read_choice, config_rules, deny), .choices = denials},
    END};

void schema_read_rules(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    struct config_rules *rules = field;

    (void)key;
    rules->domains.line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, rules_keys, rules);
}

const struct config_rule *config_rule_of(const struct config_rules *rules, uint32_t number)
{
    uint32_t has_domains = rules->domains.hosts.count > 0;

    if (number == 0 || number > rules->count + has_domains) return NULL;
    if (has_domains && number == 1) return &rules->domains;
    return &rules->items[number - 1 - has_domains];
}

void config_rule_name(const struct config_rules *rules, uint32_t side, uint32_t number, char *name,
                      size_t cap)
{
    const struct config_rule *rule = config_rule_of(rules, number);
    const char *section = side == CLOUD ? "request_uri" : "inside.request_uri";

    if (rule == NULL)
        snprintf(name, cap, "none");
    else if (rule == &rules->domains)
        snprintf(name, cap, "%s.domains", section);
    else
        snprintf(name, cap, "%s.rules[%u]", section, (uint32_t)(rule - rules->items));
}

struct making { /* one rule on its way into the engine */
    ztrunk_rules *rules;
    uint32_t number;
    const struct config_rule *rule;
    const char *trunk, *name;
    struct config_report *report; /* NULL: it was checked before */
    int32_t err;                  /* the first that is no fault of the file */
};

static void note(struct making *m, int32_t err, const char *key, const char *value,
                 const char *want)
{
    char path[224];

    if (err == ZTRUNK_OK) return;
    if (err == ZTRUNK_E_NOMEM || m->report == NULL) m->err = err;
    if (m->report == NULL) return;
    snprintf(path, sizeof path, "trunk %s: %s%s", m->trunk, m->name, key);
    config_complain(m->report, m->rule->line, path, value,
                    err == ZTRUNK_E_NOMEM ? "no memory" : want);
}

/* An IPv6 address without brackets, which no URI has, is what it would be with them. */
static void add_host(struct making *m, const char *host)
{
    char text[CONFIG_HOST + 3];
    ztrunk_addr addr;
    uint32_t is_bare = ztrunk_addr_parse(host, strlen(host), &addr) == ZTRUNK_OK &&
                       addr.family == 6 && strchr(host, '[') == NULL;

    snprintf(text, sizeof text, is_bare ? "[%s]" : "%s", host);
    note(m, ztrunk_rules_add_host(m->rules, m->number, text, strlen(text)), ".hosts", host,
         WANT_HOSTS);
}

static void set_trunk_group(struct making *m)
{
    const struct config_rule *rule = m->rule;
    const char *context = rule->trunk_context[0] != 0 ? rule->trunk_context : NULL;

    if (rule->tgrp[0] == 0 && context != NULL)
        note(m, ZTRUNK_E_INVALID, ".trunk_context", context, "it needs tgrp beside it");
    if (rule->tgrp[0] == 0) return;
    note(m,
         ztrunk_rules_set_trunk_group(m->rules, m->number, rule->tgrp, strlen(rule->tgrp), context,
                                      context != NULL ? strlen(context) : 0),
         ".tgrp", rule->tgrp, "a trunk group's name");
}

static void set_user(struct making *m)
{
    static const char *const keys[] = {".user.exact", ".user.prefix", ".user.pattern"};
    static const char *const wants[] = {"a number or a name",
                                        "what a number begins with: digits, with + or 00 in front "
                                        "of a global one",
                                        "a pattern: + or not, then digits, x, z, n or [2-57], and "
                                        ". or ! at the end"};
    static const uint32_t kinds[] = {ZTRUNK_RULE_USER_EXACT, ZTRUNK_RULE_USER_PREFIX,
                                     ZTRUNK_RULE_USER_PATTERN};

    for (uint32_t i = 0; i < CONFIG_USER_KINDS; i++) {
        const char *user = m->rule->user[i];
        int32_t err;

        if (user[0] == 0) continue;
        err = ztrunk_rules_set_user(m->rules, m->number, kinds[i], user, strlen(user));
        note(m, err, keys[i], user,
             err == ZTRUNK_E_STATE ? "one of exact, prefix and pattern" : wants[i]);
    }
}

static void set_header(struct making *m)
{
    const struct config_rule *rule = m->rule;
    int32_t err;

    if (rule->header[0] == 0 || rule->value[0] == 0) return;
    err = ztrunk_rules_set_header(m->rules, m->number, rule->header, strlen(rule->header),
                                  rule->value, strlen(rule->value));
    note(m, err, ".header.name", rule->header,
         err == ZTRUNK_E_STATE ? "all rules of one list ask for the same header"
                               : "the name of a header, and a value that is not empty");
}

static uint32_t has_user(const struct config_rule *rule)
{
    for (uint32_t i = 0; i < CONFIG_USER_KINDS; i++)
        if (rule->user[i][0] != 0) return 1;
    return 0;
}

static void make_rule(struct making *m)
{
    const struct config_rule *rule = m->rule;
    uint32_t flags =
        (rule->is_tel ? ZTRUNK_RULE_TEL : 0) | (rule->is_sips_only ? ZTRUNK_RULE_SIPS_ONLY : 0);
    uint32_t asks_more = has_user(rule) || rule->tgrp[0] != 0 || rule->value[0] != 0;
    int32_t err = ztrunk_rules_add(m->rules, flags, &m->number);

    if (err != ZTRUNK_OK) {
        note(m, err, "", NULL, "no more than 64 rules, domains among them");
        return;
    }
    if (!asks_more && rule->hosts.count == 0)
        note(m, ZTRUNK_E_INVALID, "", NULL, "a rule asks for hosts, tgrp, user or header");
    else if (!asks_more && rule->is_tel)
        note(m, ZTRUNK_E_INVALID, ".tel", "true",
             "a tel: URI has no host; ask for tgrp, user or header as well");
    for (uint32_t i = 0; i < rule->hosts.count; i++) add_host(m, rule->hosts.items[i]);
    set_trunk_group(m);
    set_user(m);
    set_header(m);
}

int32_t config_make_rules(ztrunk_ctx *ctx, const struct config_trunk *trunk, uint32_t side,
                          struct config_report *report, ztrunk_rules **out)
{
    const ztrunk_rules_opts opts = {.size = sizeof opts, .max_rules = CONFIG_MAX_RULES};
    const struct config_rules *rules = &trunk->side[side].request_uri;
    struct making m = {.trunk = trunk->name, .report = report};
    char name[64];
    int32_t err;

    *out = NULL;
    if (config_rule_of(rules, 1) == NULL) return ZTRUNK_OK;
    err = ztrunk_rules_new(ctx, &opts, &m.rules);
    if (err != ZTRUNK_OK) return err;
    for (uint32_t n = 1; (m.rule = config_rule_of(rules, n)) != NULL; n++) {
        config_rule_name(rules, side, n, name, sizeof name);
        m.name = name;
        make_rule(&m);
    }
    if (m.err == ZTRUNK_OK) {
        *out = m.rules;
        return ZTRUNK_OK;
    }
    ztrunk_rules_free(m.rules);
    return m.err;
}

void config_check_rules(ztrunk_ctx *ctx, const struct config *config, struct config_report *report)
{
    for (uint32_t i = 0; i < 2 * config->trunk_count; i++) {
        ztrunk_rules *rules = NULL;

        if (config_make_rules(ctx, &config->trunks[i / 2], i % 2, report, &rules) != ZTRUNK_OK)
            config_complain(report, 0, "", NULL, "out of memory");
        ztrunk_rules_free(rules);
    }
}

void config_rules_end(struct config_rules *rules)
{
    /* A header's value may be a secret. */
    if (rules->items != NULL) explicit_bzero(rules->items, rules->count * sizeof *rules->items);
    free(rules->items);
}
