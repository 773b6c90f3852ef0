/* The sections request_uri: what is wrong with a rule, and what a right one lets in. */
#include "config.h"

#include <string.h>
#include "unit.h"

static struct config_report report;
static ztrunk_ctx *ctx;

/* A file whose trunk has these lines, and these within its section inside. */
static struct config *load(const char *cloud, const char *inside)
{
    static char text[1 << 16];
    struct config *config;
    int len =
        snprintf(text, sizeof text,
                 "node: {fqdn: sbc.example.com}\n"
                 "identity: {certificate: c, key: k}\n"
                 "trunks:\n"
                 "  - name: t\n"
                 "    cloud: {listen: \"203.0.113.10:5061\", media_ports: 20000-21999,\n"
                 "      signalling_prefixes: [], media_prefixes: [],\n"
                 "      peer: {host: cloud.example.net, trust: ca}}\n"
                 "    inside:\n"
                 "      {transport: udp, listen: \"10.0.0.1:5060\", peer: \"10.0.0.2:5060\",\n"
                 "      media_ports: 22000-23999, media: rtp%s}\n"
                 "%s",
                 inside, cloud);

    memset(&report, 0, sizeof report);
    config = config_parse(text, (size_t)len, &report);
    if (config != NULL) config_check_rules(ctx, config, &report);
    return config;
}

/* The trunk's rules of that side. */
static ztrunk_rules *rules_of(const char *cloud, const char *inside, uint32_t side)
{
    struct config *config = load(cloud, inside);
    ztrunk_rules *rules = NULL;

    ck_assert_msg(report.count == 0, "%s", report.errors[0].text);
    ck_assert_int_eq(config_make_rules(ctx, &config->trunks[0], side, NULL, &rules), ZTRUNK_OK);
    config_free(config);
    return rules;
}

/* The number of the rule, 0: none. */
static uint32_t match(ztrunk_rules *rules, const char *uri, const char *value)
{
    uint32_t rule = 0;

    if (ztrunk_rules_check(rules, uri, strlen(uri), NULL, 0, value,
                           value != NULL ? strlen(value) : 0, &rule) != ZTRUNK_OK)
        return 0;
    return rule;
}

static void set_up(void)
{
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
}

static void clean_up(void)
{
    ztrunk_ctx_free(ctx);
}

#define RULES "    request_uri:\n      rules:\n"

START_TEST(what_is_no_rule_is_told_with_its_line_and_key)
{
    static const struct {
        const char *cloud, *told;
        uint32_t line;
    } rows[] = {
        {RULES "        - {}\n", "trunk t: request_uri.rules[0]: a rule asks for hosts", 13},
        {RULES "        - {hosts: [a]}\n        - {sips_only: true}\n",
         "trunk t: request_uri.rules[1]: a rule asks for hosts", 14},
        {RULES "        - {hosts: [\"a..b\"]}\n", "rules[0].hosts: \"a..b\": host names", 13},
        {RULES "        - {hosts: [\"a:70000\"]}\n", "rules[0].hosts: \"a:70000\": host names", 13},
        {RULES "        - {hosts: [a], trunk_context: b}\n",
         "rules[0].trunk_context: \"b\": it needs tgrp", 13},
        {RULES "        - {user: {prefix: alice}}\n",
         "rules[0].user.prefix: \"alice\": what a number begins with", 13},
        {RULES "        - {user: {pattern: \"[9-1]\"}}\n",
         "rules[0].user.pattern: \"[9-1]\": a pattern", 13},
        {RULES "        - {user: {pattern: \"x.\", prefix: \"1\"}}\n",
         "rules[0].user.pattern: \"x.\": one of exact", 13},
        {RULES "        - {hosts: [a], tel: true}\n",
         "rules[0].tel: \"true\": a tel: URI has no host", 13},
        {RULES "        - {header: {name: A, value: s}}\n        - {header: {name: B, value: s}}\n",
         "rules[1].header.name: \"B\": all rules of one list", 14},
        {RULES "        - {header: {name: A}}\n", "rules[0].header.value: this key is missing", 13},
        {RULES "        - {header: {name: \"A:\", value: s}}\n",
         "rules[0].header.name: \"A:\": the name of a header", 13},
        {"    request_uri:\n      rules: []\n", "request_uri.rules: a list of 1 to 64 rules", 12},
        {"    request_uri: {deny: 403}\n", "request_uri.deny: \"403\": one of silent, 404", 11},
        {"    request_uri: {domains: [\"a b\"]}\n", "request_uri.domains[0]: \"a b\": host names",
         11}};

    set_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = load(rows[i].cloud, "");

        ck_assert_msg(report.count > 0, "taken: %s", rows[i].cloud);
        ck_assert_msg(report.errors[0].line == rows[i].line &&
                          strstr(report.errors[0].text, rows[i].told) != NULL,
                      "%s: line %u %s", rows[i].cloud, report.errors[0].line,
                      report.errors[0].text);
        config_free(config);
    }
    clean_up();
}
END_TEST

START_TEST(a_header_s_value_is_never_told)
{
    static char text[1024] = RULES "        - {header: {name: A, value: ";
    size_t used = strlen(text);
    struct config *config;

    set_up();
    memset(text + used, 's', 300);
    memcpy(text + used + 300, "}}\n", 4);
    config = load(text, "");
    ck_assert_uint_eq(report.count, 1);
    ck_assert_ptr_nonnull(strstr(report.errors[0].text, "header.value"));
    ck_assert_ptr_null(strstr(report.errors[0].text, "ssss"));
    config_free(config);
    clean_up();
}
END_TEST

START_TEST(without_a_word_the_cloud_may_name_the_fqdn_and_the_inside_anything)
{
    ztrunk_rules *rules;

    set_up();
    rules = rules_of("", "", CLOUD);
    ck_assert_uint_eq(match(rules, "sip:1@elsewhere.example.com", NULL), 0);
    ck_assert_uint_eq(match(rules, "sip:1@203.0.113.10", NULL), 0);
    ck_assert_uint_eq(match(rules, "sip:1@SBC.example.com.", NULL), 1);
    ztrunk_rules_free(rules);
    ck_assert_ptr_null(rules_of("", "", INSIDE));
    clean_up();
}
END_TEST

START_TEST(domains_are_the_first_rule_and_the_others_follow)
{
    ztrunk_rules *rules;
    struct config *config;
    char name[64];

    set_up();
    rules = rules_of("    request_uri:\n"
                     "      domains: [a.example.com, \"2001:db8::7\", \"10.0.0.1:5060\"]\n"
                     "      rules:\n"
                     "        - {hosts: b.example.com, user: {prefix: \"+49\"}}\n"
                     "        - {hosts: b.example.com, user: {exact: alice}}\n",
                     "", CLOUD);
    ck_assert_uint_eq(match(rules, "sip:1@sbc.example.com", NULL), 0);
    ck_assert_uint_eq(match(rules, "sip:1@a.example.com", NULL), 1);
    ck_assert_uint_eq(match(rules, "sip:1@[2001:db8::7]:5061", NULL), 1);
    ck_assert_uint_eq(match(rules, "sip:1@10.0.0.1", NULL), 0);
    ck_assert_uint_eq(match(rules, "sip:1@10.0.0.1:5060", NULL), 1);
    ck_assert_uint_eq(match(rules, "sip:+4930@b.example.com", NULL), 2);
    ck_assert_uint_eq(match(rules, "sip:alice@b.example.com", NULL), 3);
    ck_assert_uint_eq(match(rules, "sip:bob@b.example.com", NULL), 0);
    ztrunk_rules_free(rules);
    config = load("    request_uri: {domains: a, rules: [{hosts: b}]}\n", "");
    config_rule_name(&config->trunks[0].side[CLOUD].request_uri, CLOUD, 1, name, sizeof name);
    ck_assert_str_eq(name, "request_uri.domains");
    config_rule_name(&config->trunks[0].side[CLOUD].request_uri, CLOUD, 2, name, sizeof name);
    ck_assert_str_eq(name, "request_uri.rules[0]");
    config_rule_name(&config->trunks[0].side[CLOUD].request_uri, CLOUD, 3, name, sizeof name);
    ck_assert_str_eq(name, "none");
    config_free(config);
    clean_up();
}
END_TEST

START_TEST(a_rule_asks_for_all_that_it_names)
{
    ztrunk_rules *rules;

    set_up();
    rules = rules_of("",
                     ", request_uri: {rules: [{tgrp: g, trunk_context: example.com, tel: true, "
                     "header: {name: X-T, value: \"a b\"}}, {hosts: h, sips_only: true}]}",
                     INSIDE);
    ck_assert_uint_eq(match(rules, "sip:1;tgrp=g;trunk-context=example.com@x", "a b"), 1);
    ck_assert_uint_eq(match(rules, "tel:+1;tgrp=g;trunk-context=example.com", "a b"), 1);
    ck_assert_uint_eq(match(rules, "sip:1;tgrp=g;trunk-context=example.com@x", "a  b"), 0);
    ck_assert_uint_eq(match(rules, "sip:1;tgrp=g;trunk-context=example.com@x", NULL), 0);
    ck_assert_uint_eq(match(rules, "sip:1;tgrp=g@x", "a b"), 0);
    ck_assert_uint_eq(match(rules, "sip:1@h", NULL), 0);
    ck_assert_uint_eq(match(rules, "sips:1@h", NULL), 2);
    ztrunk_rules_free(rules);
    clean_up();
}
END_TEST

START_TEST(who_is_denied_hears_nothing_from_the_cloud_and_404_from_the_inside)
{
    struct config *config;

    set_up();
    config = load("", "");
    ck_assert_uint_eq(config->trunks[0].side[CLOUD].request_uri.deny, CONFIG_SILENT);
    ck_assert_uint_eq(config->trunks[0].side[INSIDE].request_uri.deny, 404);
    config_free(config);
    config = load("    request_uri: {deny: 404}\n", ", request_uri: {deny: silent}");
    ck_assert_uint_eq(config->trunks[0].side[CLOUD].request_uri.deny, 404);
    ck_assert_uint_eq(config->trunks[0].side[INSIDE].request_uri.deny, CONFIG_SILENT);
    config_free(config);
    clean_up();
}
END_TEST

/* count rules, beside domains. */
static uint32_t errors_of(uint32_t count)
{
    static char text[8192];
    size_t used =
        (size_t)snprintf(text, sizeof text, "    request_uri:\n      domains: d\n      rules:\n");

    for (uint32_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "        - {hosts: h%u}\n", i);
    config_free(load(text, ""));
    return report.count;
}

START_TEST(there_are_64_rules_with_the_domains)
{
    set_up();
    ck_assert_uint_eq(errors_of(63), 0);
    ck_assert_uint_eq(errors_of(64), 1);
    ck_assert_ptr_nonnull(strstr(report.errors[0].text, "no more than 64 rules"));
    ck_assert_uint_eq(errors_of(65), 1);
    clean_up();
}
END_TEST

UNIT_MAIN("zerotrunkd/config_rules", what_is_no_rule_is_told_with_its_line_and_key,
          a_header_s_value_is_never_told,
          without_a_word_the_cloud_may_name_the_fqdn_and_the_inside_anything,
          domains_are_the_first_rule_and_the_others_follow, a_rule_asks_for_all_that_it_names,
          who_is_denied_hears_nothing_from_the_cloud_and_404_from_the_inside,
          there_are_64_rules_with_the_domains)
