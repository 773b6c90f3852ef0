/* What passes, what does not, and that no word of the file leaves its quotes. */
#include "firewall.h"

#include <string.h>
#include "unit.h"
#include "unit/zerotrunkd/config_text.h"

static const char text[] =
    "node: {fqdn: sbc.example.com}\n"
    "identity: {certificate: /nowhere/chain.pem, key: /nowhere/key.pem}\n"
    "trunks:\n"
    "  - name: one\n"
    "    cloud:\n"
    "      listen: \"10.9.0.5:5061\"\n"
    "      public_address: 203.0.113.10\n"
    "      media_ports: 20000-21999\n"
    "      signalling_prefixes: [198.51.100.0/28, 198.51.100.64/28, \"2001:db8:1::/64\"]\n"
    "      media_prefixes: [198.51.100.128/25]\n"
    "      peer: {host: cloud.example.net, trust: /nowhere/ca.pem, media_ports: 16384-65535}\n"
    "    inside: {transport: udp, listen: \"10.0.0.1:5060\", media: rtp,\n"
    "      media_ports: 22000-23999, peer: \"10.0.0.2:5060\"}\n"
    "  - name: six\n"
    "    cloud:\n"
    "      listen: \"[2001:db8::5]:5071\"\n"
    "      media_ports: 30000-30999\n"
    "      signalling_prefixes: [\"2001:db8:2::/48\", 192.0.2.0/24]\n"
    "      media_prefixes: [\"2001:db8:3::/48\", 192.0.2.0/24]\n"
    "      peer: {host: \"[2001:db8:2::7]:5099\", names: [six.example.net], trust: "
    "/nowhere/ca.pem,\n"
    "        identity: server-only, reverse_port: 5098}\n"
    "    inside: {transport: udp, listen: \"10.0.0.1:5070\", media: rtp,\n"
    "      media_ports: 32000-32999, peer: \"10.0.0.2:5070\"}\n";

/* The caller frees. */
static char *print(const struct config *config, const char *form, const char *dns)
{
    struct firewall_options options = {.form = form};
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);

    if (dns != NULL) firewall_add_dns(&options, dns);
    ck_assert_ptr_nonnull(stream);
    ck_assert_uint_eq(firewall_is_wrong(&options), 0);
    ck_assert_int_eq(firewall_print(config, &options, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
    return out;
}

static uint32_t count_of(const char *in, const char *what)
{
    uint32_t count = 0;

    for (in = strstr(in, what); in != NULL; in = strstr(in + 1, what)) count++;
    return count;
}

static void expect_once(const char *out, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(count_of(out, lines[i]) == 1, "%u of %s in %s", count_of(out, lines[i]),
                      lines[i], out);
}

#define EXPECT_ONCE(out, lines) expect_once(out, lines, sizeof(lines) / sizeof(lines)[0])

START_TEST(no_name_leaves_its_quotes)
{
    static const char *const names[] = {"x\" drop; accept",
                                        "x\"\n}\ntable",
                                        "${path.module}",
                                        "x\\",
                                        "x\", \"CidrIp\": \"0.0.0.0/0",
                                        "%{for}"};
    static const char *const formats[] = {"aws", "terraform", "nft", "nft-bridge"};
    struct config *config = config_of(text);

    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        char *good = print(config, formats[f], "192.0.2.53");

        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            char *out;

            snprintf(config->trunks[0].name, sizeof config->trunks[0].name, "%s", names[i]);
            out = print(config, formats[f], "192.0.2.53");
            ck_assert_uint_eq(count_of(out, "\n"), count_of(good, "\n"));
            ck_assert_uint_eq(count_of(out, "\""), count_of(good, "\""));
            ck_assert_ptr_null(strpbrk(out, "\\$%"));
            ck_assert_ptr_null(strstr(out, names[i]));
            free(out);
        }
        snprintf(config->trunks[0].name, sizeof config->trunks[0].name, "one");
        free(good);
    }
    config_free(config);
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    static const char *const bad[] = {"192.0.2.53:53", "[2001:db8::53]:53", "dns.example.net", "",
                                      "192.0.2.0/24"};
    struct firewall_options options = {.form = "iptables"};

    ck_assert_uint_eq(firewall_is_wrong(&options), 1);
    options.form = "";
    ck_assert_uint_eq(firewall_is_wrong(&options), 1);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options = (struct firewall_options){.form = "nft"};
        firewall_add_dns(&options, bad[i]);
        ck_assert_msg(firewall_is_wrong(&options) == 1, "%s", bad[i]);
    }
    options = (struct firewall_options){.form = "nft"};
    for (uint32_t i = 0; i < CONFIG_MAX_ADDRS; i++) firewall_add_dns(&options, "192.0.2.53");
    ck_assert_uint_eq(firewall_is_wrong(&options), 0);
    firewall_add_dns(&options, "192.0.2.53");
    ck_assert_uint_eq(firewall_is_wrong(&options), 1);
    options = (struct firewall_options){.form = NULL};
    ck_assert_uint_eq(firewall_is_wrong(&options), 0);
    firewall_add_dns(&options, "192.0.2.53");
    ck_assert_uint_eq(firewall_is_wrong(&options), 1);
}
END_TEST

START_TEST(a_stream_that_takes_not_all_is_an_error)
{
    const struct firewall_options options = {.form = "aws"};
    struct config *config = config_of(text);
    FILE *full = fopen("/dev/full", "w");

    ck_assert_ptr_nonnull(full);
    ck_assert_int_eq(firewall_print(config, &options, full), -1);
    fclose(full);
    config_free(config);
}
END_TEST

/* In: TCP 5061 from the two IPv4 networks of the listener's version, TCP 5071 from the IPv6 one,
 * and media of each; out: the first trunk's cloud by its networks, as it has a name, the second's
 * by its address, and where it is asked back; media; DNS. Nothing of the inside. */
START_TEST(a_security_group_has_these_rules_and_no_other)
{
    static const char *const in[] = {
        "{\"IpProtocol\": \"tcp\", \"FromPort\": 5061, \"ToPort\": 5061, \"IpRanges\": "
        "[{\"CidrIp\": \"198.51.100.0/28\", \"Description\": \"one: signalling\"}]}",
        "\"FromPort\": 5061, \"ToPort\": 5061, \"IpRanges\": [{\"CidrIp\": \"198.51.100.64/28\"",
        "\"FromPort\": 5071, \"ToPort\": 5071, \"Ipv6Ranges\": [{\"CidrIpv6\": \"2001:db8:2::/48\"",
        "{\"IpProtocol\": \"udp\", \"FromPort\": 20000, \"ToPort\": 21999, \"IpRanges\": "
        "[{\"CidrIp\": \"198.51.100.128/25\", \"Description\": \"one: media\"}]}",
        "\"FromPort\": 30000, \"ToPort\": 30999, \"Ipv6Ranges\": [{\"CidrIpv6\": "
        "\"2001:db8:3::/48\""};
    static const char *const out[] = {
        "\"FromPort\": 5061, \"ToPort\": 5061, \"IpRanges\": [{\"CidrIp\": \"198.51.100.0/28\"",
        "\"FromPort\": 5061, \"ToPort\": 5061, \"IpRanges\": [{\"CidrIp\": \"198.51.100.64/28\"",
        "\"FromPort\": 5099, \"ToPort\": 5099, \"Ipv6Ranges\": [{\"CidrIpv6\": "
        "\"2001:db8:2::7/128\"",
        "\"FromPort\": 5098, \"ToPort\": 5098, \"Ipv6Ranges\": [{\"CidrIpv6\": "
        "\"2001:db8:2::/48\", "
        "\"Description\": \"six: reverse proof\"",
        "\"FromPort\": 16384, \"ToPort\": 65535, \"IpRanges\": [{\"CidrIp\": \"198.51.100.128/25\"",
        "\"FromPort\": 1024, \"ToPort\": 65535, \"Ipv6Ranges\": [{\"CidrIpv6\": "
        "\"2001:db8:3::/48\"",
        "{\"IpProtocol\": \"udp\", \"FromPort\": 53, \"ToPort\": 53, \"IpRanges\": [{\"CidrIp\": "
        "\"192.0.2.53/32\", \"Description\": \"DNS\"}]}",
        "{\"IpProtocol\": \"tcp\", \"FromPort\": 53, \"ToPort\": 53, \"IpRanges\": [{\"CidrIp\": "
        "\"192.0.2.53/32\", \"Description\": \"DNS\"}]}"};
    struct config *config = config_of(text);
    char *all = print(config, "aws", "192.0.2.53");
    char *egress = strstr(all, "\"egress\"");

    ck_assert_ptr_nonnull(egress);
    EXPECT_ONCE(egress, out);
    ck_assert_uint_eq(count_of(egress, "IpProtocol"), sizeof out / sizeof out[0]);
    *egress = 0;
    EXPECT_ONCE(all, in);
    ck_assert_uint_eq(count_of(all, "IpProtocol"), sizeof in / sizeof in[0]);
    free(all);
    config_free(config);
}
END_TEST

START_TEST(terraform_has_as_many_rules_each_with_a_name_of_its_own)
{
    static const char *const lines[] = {"resource \"aws_vpc_security_group_ingress_rule\" "
                                        "\"zerotrunkd_tcp_5061_5061_198_51_100_0_28\" {\n"
                                        "  security_group_id = var.security_group_id\n"
                                        "  description       = \"one: signalling\"\n"
                                        "  ip_protocol       = \"tcp\"\n"
                                        "  from_port         = 5061\n"
                                        "  to_port           = 5061\n"
                                        "  cidr_ipv4         = \"198.51.100.0/28\"\n"
                                        "}\n",
                                        ("resource \"aws_vpc_security_group_egress_rule\" "
                                         "\"zerotrunkd_tcp_5099_5099_2001_db8_2__7_128\" {\n"),
                                        "  cidr_ipv6         = \"2001:db8:2::7/128\"\n"};
    struct config *config = config_of(text);
    char *out = print(config, "terraform", "192.0.2.53");

    EXPECT_ONCE(out, lines);
    ck_assert_uint_eq(count_of(out, "_ingress_rule\""), 5);
    ck_assert_uint_eq(count_of(out, "_egress_rule\""), 8);
    free(out);
    config_free(config);
}
END_TEST

START_TEST(a_router_knows_the_nodes_own_addresses_and_ports)
{
    static const char *const lines[] = {
        "ip saddr 198.51.100.0/28 ip daddr { 10.9.0.5, 203.0.113.10 } tcp dport 5061-5061 accept "
        "comment \"one: signalling\"",
        "ip daddr 198.51.100.128/25 ip saddr { 10.9.0.5, 203.0.113.10 } udp sport 20000-21999 udp "
        "dport 16384-65535 accept",
        "ip6 saddr 2001:db8:2::/48 ip6 daddr { 2001:db8::5 } tcp dport 5071-5071 accept",
        "ip daddr 192.0.2.53/32 udp dport 53-53 accept comment \"DNS\""};
    struct config *config = config_of(text);
    char *router = print(config, "nft", "192.0.2.53");
    char *bridge = print(config, "nft-bridge", "192.0.2.53");

    EXPECT_ONCE(router, lines);
    EXPECT_ONCE(bridge, lines);
    ck_assert_uint_eq(count_of(router, " dport "), 5 + 8);
    ck_assert_uint_eq(count_of(bridge, " dport "), 5 + 8);
    ck_assert_uint_eq(count_of(router, "table inet zerotrunkd_edge {"), 1);
    ck_assert_uint_eq(count_of(router, "bridge"), 0);
    ck_assert_uint_eq(count_of(bridge, "table bridge zerotrunkd_edge {"), 1);
    ck_assert_uint_eq(count_of(bridge, "inet"), 0);
    /* A bridge that let no neighbour solicitation pass would end IPv6. */
    ck_assert_uint_eq(count_of(router, "nd-neighbor-solicit"), 0);
    ck_assert_uint_eq(count_of(bridge, "nd-neighbor-solicit"), 2);
    free(router);
    free(bridge);
    config_free(config);
}
END_TEST

START_TEST(dns_is_asked_only_where_a_peer_is_a_name_and_of_anybody_if_nobody_is_named)
{
    struct config *config = config_of(text);
    struct config_peer *peer = &config->trunks[0].side[CLOUD].peer;
    char *out = print(config, "aws", NULL);

    ck_assert_uint_eq(count_of(out, "\"FromPort\": 53,"), 4);
    ck_assert_uint_eq(count_of(out, "\"0.0.0.0/0\""), 2);
    ck_assert_uint_eq(count_of(out, "\"::/0\""), 2);
    free(out);
    peer->addresses.count = 1;
    ck_assert_int_eq(ztrunk_addr_parse("198.51.100.3:5063", 17, &peer->addresses.items[0]),
                     ZTRUNK_OK);
    out = print(config, "aws", NULL);
    ck_assert_uint_eq(count_of(out, "\"FromPort\": 53,"), 0);
    ck_assert_uint_eq(count_of(out, "/0\""), 0);
    ck_assert_uint_eq(count_of(out, "\"FromPort\": 5063, \"ToPort\": 5063, \"IpRanges\": "
                                    "[{\"CidrIp\": \"198.51.100.3/32\""),
                      1);
    free(out);
    config_free(config);
}
END_TEST

START_TEST(what_two_trunks_share_is_one_rule_of_a_security_group)
{
    struct config *config = config_of(text);
    char *once, *twice;

    once = print(config, "aws", "192.0.2.53");
    config->trunks[1].side[CLOUD].listen = config->trunks[0].side[CLOUD].listen;
    ck_assert_int_eq(config_prefixes_copy(&config->trunks[0].side[CLOUD].signalling,
                                          &config->trunks[1].side[CLOUD].signalling),
                     0);
    config->trunks[1].side[CLOUD].peer = config->trunks[0].side[CLOUD].peer;
    twice = print(config, "aws", "192.0.2.53");
    ck_assert_uint_eq(count_of(once, "\"FromPort\": 5061"), 4);
    ck_assert_uint_eq(count_of(twice, "\"FromPort\": 5061"), 4);
    ck_assert_uint_eq(count_of(twice, "\"FromPort\": 5071"), 0);
    free(once);
    free(twice);
    config_free(config);
}
END_TEST

UNIT_MAIN("zerotrunkd/firewall", no_name_leaves_its_quotes, options_that_make_no_sense_are_refused,
          a_stream_that_takes_not_all_is_an_error, a_security_group_has_these_rules_and_no_other,
          terraform_has_as_many_rules_each_with_a_name_of_its_own,
          a_router_knows_the_nodes_own_addresses_and_ports,
          dns_is_asked_only_where_a_peer_is_a_name_and_of_anybody_if_nobody_is_named,
          what_two_trunks_share_is_one_rule_of_a_security_group)
