#include "firewall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/rt.h>
#include "firewall_rules.h"
#include "nftplan.h"

enum { EXIT_CONFIG = 3 };

typedef void print_fn(const struct rules *rules, FILE *stream);

/* Names of trunks hold nothing else; were it otherwise, no text could leave its quotes here. */
static void put_name(const char *name, FILE *stream)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    for (; *name != 0; name++) fputc(strchr(safe, *name) != NULL ? *name : '_', stream);
}

static void put_about(const struct rule *rule, FILE *stream)
{
    put_name(rule->trunk, stream);
    fprintf(stream, "%s%s", rule->trunk[0] != 0 ? ": " : "", rule->about);
}

static const char *address(const ztrunk_addr *addr, char text[64])
{
    ztrunk_addr bare = *addr;
    size_t len;

    bare.port = 0;
    if (ztrunk_addr_format(&bare, text, 64, &len) != ZTRUNK_OK) text[0] = 0;
    return text;
}

static const char *cidr(const ztrunk_prefix *prefix, char text[80])
{
    char ip[64];

    snprintf(text, 80, "%s/%u", address(&prefix->addr, ip), prefix->bits);
    return text;
}

/* A security group has no addresses of its own: rules that differ in these alone are one there. */
static uint32_t is_repeated(const struct rules *rules, size_t nth)
{
    return nth > 0 && rule_order(&rules->items[nth - 1], &rules->items[nth]) == 0;
}

static void aws_direction(const struct rules *rules, uint32_t is_out, FILE *stream)
{
    const char *comma = "";
    char text[80];

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->items[i];
        uint32_t is_v6 = rule->remote.addr.family == 6;

        if (rule->is_out != is_out || is_repeated(rules, i)) continue;
        fprintf(stream,
                "%s\n    {\"IpProtocol\": \"%s\", \"FromPort\": %u, \"ToPort\": %u, \"%s\": "
                "[{\"%s\": \"%s\", \"Description\": \"",
                comma, rule->is_udp ? "udp" : "tcp", rule->ports.first, rule->ports.last,
                is_v6 ? "Ipv6Ranges" : "IpRanges", is_v6 ? "CidrIpv6" : "CidrIp",
                cidr(&rule->remote, text));
        put_about(rule, stream);
        fputs("\"}]}", stream);
        comma = ",";
    }
}

static void print_aws(const struct rules *rules, FILE *stream)
{
    fputs("{\n  \"ingress\": [", stream);
    aws_direction(rules, 0, stream);
    fputs("\n  ],\n  \"egress\": [", stream);
    aws_direction(rules, 1, stream);
    fputs("\n  ]\n}\n", stream);
}

/* The name follows from the rule: a prefix that is added renames no other, which would be replaced
 * while calls need it. */
static void terraform_name(const struct rule *rule, FILE *stream)
{
    char text[80];

    cidr(&rule->remote, text);
    for (char *p = text; *p != 0; p++)
        if (strchr(".:/", *p) != NULL) *p = '_';
    fprintf(stream, "zerotrunkd_%s_%u_%u_%s", rule->is_udp ? "udp" : "tcp", rule->ports.first,
            rule->ports.last, text);
}

static void print_terraform(const struct rules *rules, FILE *stream)
{
    char text[80];

    fputs("variable \"security_group_id\" {\n"
          "  type        = string\n"
          "  description = \"The security group of the node that runs zerotrunkd\"\n"
          "}\n",
          stream);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->items[i];

        if (is_repeated(rules, i)) continue;
        fprintf(stream, "\nresource \"aws_vpc_security_group_%s_rule\" \"",
                rule->is_out ? "egress" : "ingress");
        terraform_name(rule, stream);
        fputs("\" {\n  security_group_id = var.security_group_id\n  description       = \"",
              stream);
        put_about(rule, stream);
        fprintf(stream,
                "\"\n  ip_protocol       = \"%s\"\n  from_port         = %u\n"
                "  to_port           = %u\n  %s         = \"%s\"\n}\n",
                rule->is_udp ? "udp" : "tcp", rule->ports.first, rule->ports.last,
                rule->remote.addr.family == 6 ? "cidr_ipv6" : "cidr_ipv4",
                cidr(&rule->remote, text));
    }
}

/* 0: there are none of that family, and nothing is written. */
static uint32_t nft_set(const char *before, const struct config_addrs *addrs, uint32_t family,
                        FILE *stream)
{
    const char *comma = "{ ";
    uint32_t count = 0;
    char text[64];

    for (uint32_t i = 0; i < addrs->count; i++) {
        if (addrs->items[i].family != family) continue;
        if (count++ == 0) fputs(before, stream);
        fprintf(stream, "%s%s", comma, address(&addrs->items[i], text));
        comma = ", ";
    }
    if (count > 0) fputs(" } ", stream);
    return count > 0;
}

static void nft_rule(const struct rule *rule, FILE *stream)
{
    const char *ip = rule->remote.addr.family == 6 ? "ip6" : "ip";
    const char *protocol = rule->is_udp ? "udp" : "tcp";
    char text[80], own[16];

    fprintf(stream, "        %s %s %s ", ip, rule->is_out ? "daddr" : "saddr",
            cidr(&rule->remote, text));
    snprintf(own, sizeof own, "%s %s ", ip, rule->is_out ? "saddr" : "daddr");
    if (rule->local != NULL) nft_set(own, rule->local, rule->remote.addr.family, stream);
    if (rule->from.first != 0)
        fprintf(stream, "%s sport %u-%u ", protocol, rule->from.first, rule->from.last);
    fprintf(stream, "%s dport %u-%u accept comment \"", protocol, rule->ports.first,
            rule->ports.last);
    put_about(rule, stream);
    fputs("\"\n", stream);
}

/* RFC 4890 4.3.1: errors must pass, and they belong to a connection; of no protocol more than that
 * is taken as related, whatever helpers the router has. */
static void nft_chain(const struct rules *rules, uint32_t is_out, uint32_t is_bridge, FILE *stream)
{
    fprintf(stream,
            "    chain %s {\n"
            "        ct state established accept\n"
            "        ct state related meta l4proto { icmp, ipv6-icmp } accept\n",
            is_out ? "from_node" : "to_node");
    if (is_bridge)
        fputs("        ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } "
              "accept\n",
              stream);
    fputs("        ct state != new drop\n", stream);
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].is_out == is_out) nft_rule(&rules->items[i], stream);
    fputs("        drop\n    }\n", stream);
}

static void nft_jump(const struct config_addrs *addrs, FILE *stream)
{
    if (nft_set("        ip daddr ", addrs, 4, stream)) fputs("jump to_node\n", stream);
    if (nft_set("        ip saddr ", addrs, 4, stream)) fputs("jump from_node\n", stream);
    if (nft_set("        ip6 daddr ", addrs, 6, stream)) fputs("jump to_node\n", stream);
    if (nft_set("        ip6 saddr ", addrs, 6, stream)) fputs("jump from_node\n", stream);
}

static void print_table(const struct rules *rules, uint32_t is_bridge, FILE *stream)
{
    const char *family = is_bridge ? "bridge" : "inet";

    fprintf(stream,
            "table %s zerotrunkd_edge\n"
            "delete table %s zerotrunkd_edge\n"
            "table %s zerotrunkd_edge {\n",
            family, family, family);
    nft_chain(rules, 0, is_bridge, stream);
    nft_chain(rules, 1, is_bridge, stream);
    fputs("    chain forward {\n"
          "        type filter hook forward priority filter; policy accept;\n",
          stream);
    for (uint32_t t = 0; t < rules->trunk_count; t++) {
        nft_jump(&rules->signalling[t], stream);
        nft_jump(&rules->media[t], stream);
    }
    fputs("    }\n}\n", stream);
}

/* What a router forwards is seen in the family inet. */
static void print_router(const struct rules *rules, FILE *stream)
{
    print_table(rules, 0, stream);
}

/* What a bridge does is seen in the family bridge, which not every kernel can track connections in
 * (nf_conntrack_bridge, Linux 5.3): a file for both would fail on a router for want of it. */
static void print_bridge(const struct rules *rules, FILE *stream)
{
    print_table(rules, 1, stream);
}

static const struct {
    const char *name;
    print_fn *print;
} forms[] = {{"aws", print_aws},
             {"terraform", print_terraform},
             {"nft", print_router},
             {"nft-bridge", print_bridge}};

static print_fn *form_of(const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].name, name) == 0) return forms[i].print;
    return NULL;
}

static uint32_t is_live(const struct firewall_options *options)
{
    return strcmp(options->form, "live") == 0;
}

uint32_t firewall_is_wrong(const struct firewall_options *options)
{
    if (options->form == NULL) return options->is_bad_dns || options->dns.count > 0;
    if (is_live(options)) return options->is_bad_dns || options->dns.count > 0;
    return options->is_bad_dns || form_of(options->form) == NULL;
}

void firewall_add_dns(struct firewall_options *options, const char *text)
{
    ztrunk_addr addr;

    if (ztrunk_addr_parse(text, strlen(text), &addr) != ZTRUNK_OK || addr.port != 0 ||
        options->dns.count == CONFIG_MAX_ADDRS)
        options->is_bad_dns = 1;
    else
        options->dns.items[options->dns.count++] = addr;
}

int firewall_print(const struct config *config, const struct firewall_options *options,
                   void *stream)
{
    struct rules *rules = calloc(1, sizeof *rules);
    print_fn *print = form_of(options->form);
    int err = -1;

    if (rules == NULL || print == NULL) goto out;
    err = rules_make(rules, config, &options->dns);
    if (err == 0) print(rules, stream);
    if (err == 0 && (fflush(stream) != 0 || ferror(stream))) err = -1;
    rules_end(rules);
out:
    free(rules);
    return err;
}

static int say(ztrunk_ctx *ctx, const struct config *config, const char *file,
               const struct firewall_options *options)
{
    int err;

    config_print(&config->notes, file, stderr);
    if (!is_live(options) && rules_need_dns(config) && options->dns.count == 0)
        fputs("zerotrunkd: a peer is given by name, so port 53 is open to any address; "
              "--dns=ADDRESS names the servers\n",
              stderr);
    err = is_live(options) ? nft_plan_print(ctx, config, stdout)
                           : firewall_print(config, options, stdout);
    if (err == 0) return EXIT_SUCCESS;
    fputs("zerotrunkd: the rules could not be written\n", stderr);
    return EXIT_FAILURE;
}

int firewall_run(ztrunk_ctx *ctx, const char *file, const struct firewall_options *options)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct config *config = NULL;
    int code = EXIT_CONFIG;

    if (report == NULL) return EXIT_FAILURE;
    config = config_read(ctx, file, ztrunk_rt_wall_s(), report);
    config_print(report, file, stderr);
    if (config != NULL) code = say(ctx, config, file, options);
    config_free(config);
    free(report);
    return code;
}
