/* What a wrong file is told: line, key, value, and what would be right. */
#include "config.h"

#include <string.h>
#include <zerotrunk/proof.h>
#include "unit.h"

static const char good[] = "node:\n"
                           "  fqdn: sbc.example.com\n"
                           "  metrics: 127.0.0.1:9560\n"
                           "  drain_seconds: 30\n"
                           "identity:\n"
                           "  certificate: /etc/zt/chain.pem\n"
                           "  key: /etc/zt/key.pem\n"
                           "trunks:\n"
                           "  - name: cloud\n"
                           "    max_calls: 100\n"
                           "    codecs: [opus, PCMU]\n"
                           "    cloud:\n"
                           "      listen: \"203.0.113.10:5061\"\n"
                           "      media_ports: 20000-21999\n"
                           "      signalling_prefixes: [198.51.100.0/28]\n"
                           "      media_prefixes: [198.51.100.0/24]\n"
                           "      suites: [AES_CM_128_HMAC_SHA1_80]\n"
                           "      peer:\n"
                           "        host: cloud.example.net\n"
                           "        trust: /etc/zt/ca.pem\n"
                           "    inside:\n"
                           "      transport: udp\n"
                           "      listen: \"10.0.0.1:5060\"\n"
                           "      media_ports: 22000-23999\n"
                           "      peer: \"10.0.0.2:5060\"\n"
                           "      media: rtp\n";

static struct config_report report;

static struct config *parse(const char *text, size_t len)
{
    memset(&report, 0, sizeof report);
    return config_parse(text, len, &report);
}

/* The good file with one place changed. */
static struct config *parse_with(const char *from, const char *to)
{
    static char text[1 << 20];
    const char *at = strstr(good, from);

    ck_assert_msg(at != NULL, "%s", from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    return parse(text, strlen(text));
}

static uint32_t is_told(uint32_t line, const char *what)
{
    for (uint32_t i = 0; i < report.count; i++)
        if (report.errors[i].line == line && strstr(report.errors[i].text, what) != NULL) return 1;
    return 0;
}

struct row {
    const char *from, *to, *told;
    uint32_t line;
};

static void expect_refused(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct config *config = parse_with(rows[i].from, rows[i].to);

        ck_assert_msg(config == NULL, "taken: %s", rows[i].to);
        ck_assert_msg(is_told(rows[i].line, rows[i].told),
                      "%s: wanted line %u \"%s\", not %u \"%s\"", rows[i].to, rows[i].line,
                      rows[i].told, report.errors[0].line, report.errors[0].text);
    }
}

#define EXPECT_REFUSED(rows) expect_refused(rows, sizeof(rows) / sizeof(rows)[0])

START_TEST(what_is_no_yaml_or_no_configuration_is_refused)
{
    static const char *const bad[] = {"",
                                      "\n",
                                      "# only a comment\n",
                                      "just text",
                                      "- a\n- b\n",
                                      "node: [",
                                      "node:\n\t- x",
                                      "a: &x [*x]\n",
                                      "\x01\x02",
                                      "node: {fqdn: *nowhere}\n",
                                      "\xff\xfe",
                                      "--- !!binary |\n x"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_ptr_null(parse(bad[i], strlen(bad[i])));
        ck_assert_msg(report.count > 0, "%zu", i);
    }
}
END_TEST

START_TEST(no_cut_of_the_file_is_taken_and_none_crashes)
{
    const char *last = strstr(good, "      media: rtp");

    for (size_t len = 0; len < (size_t)(last - good) + 12; len++)
        ck_assert_msg(parse(good, len) == NULL, "%zu", len);
}
END_TEST

START_TEST(a_document_of_deep_nesting_is_refused)
{
    static char text[20000];

    memset(text, '[', sizeof text);
    ck_assert_ptr_null(parse(text, sizeof text));
    ck_assert_uint_gt(report.count, 0);
}
END_TEST

START_TEST(keys_are_known_single_and_complete)
{
    static const struct row rows[] = {
        {"  drain_seconds: 30", "  drain_secs: 30", "no such key here; there are fqdn, log,", 4},
        {"  drain_seconds: 30", "  fqdn: other.example.com", "this key is given twice", 4},
        {"  fqdn: sbc.example.com\n", "", "node.fqdn: this key is missing", 2},
        {"        trust: /etc/zt/ca.pem\n", "", "trunks[0].cloud.peer.trust: this key is missing",
         19},
        {"      media: rtp\n", "", "trunks[0].inside.media: this key is missing", 22},
        {"      media_prefixes: [198.51.100.0/24]\n", "",
         "cloud.media_prefixes: this key is missing", 13},
        {"  key: /etc/zt/key.pem", "  key: [a]", "identity.key", 7},
        {"  key: /etc/zt/key.pem", "  key: \"\"", "identity.key: \"\": the name of a PEM file", 7},
        {"  key: /etc/zt/key.pem", "  ? [a]\n  : b", "a key is plain text", 7},
        {"node:\n  fqdn: sbc.example.com\n  metrics: 127.0.0.1:9560\n  drain_seconds: 30\n",
         "node: 1\n", "node: \"1\": a section of keys is wanted here", 1}};

    EXPECT_REFUSED(rows);
}
END_TEST

START_TEST(numbers_have_their_bounds)
{
    static const struct row rows[] = {
        {"identity:\n", "identity:\n  probe_seconds: 9\n", "\"9\": 10 to 86400", 6},
        {"identity:\n", "identity:\n  probe_seconds: 86401\n", "\"86401\": 10 to 86400", 6},
        {"identity:\n", "identity:\n  probe: never\n", "\"never\"", 6},
        {"drain_seconds: 30", "drain_seconds: 86401", "\"86401\": seconds from 0 to 86400", 4},
        {"drain_seconds: 30", "drain_seconds: -1", "\"-1\": seconds from 0 to 86400", 4},
        {"drain_seconds: 30", "drain_seconds: 0x1", "seconds from 0 to 86400", 4},
        {"drain_seconds: 30", "drain_seconds: 4294967296", "seconds from 0 to 86400", 4},
        {"drain_seconds: 30", "drain_seconds: 99999999999", "seconds from 0 to 86400", 4},
        {"drain_seconds: 30", "drain_seconds:", "node.drain_seconds", 4},
        {"drain_seconds: 30", "answer_seconds: 9", "from 10 to 3600", 4},
        {"drain_seconds: 30", "answer_seconds: 3601", "from 10 to 3600", 4},
        {"drain_seconds: 30", "media_workers: 0", "from 1 to 64", 4},
        {"drain_seconds: 30", "user:", "a user of this machine", 4},
        {"drain_seconds: 30", "media_workers: 65", "from 1 to 64", 4},
        {"drain_seconds: 30", "media_backend: uring", "io_uring", 4},
        {"max_calls: 100", "max_calls: 0", "from 1 to 100000", 10},
        {"max_calls: 100", "max_calls: 100001", "from 1 to 100000", 10},
        {"max_calls: 100", "media_timeout_seconds: 86401", "from 0 to 86400", 10},
        {"20000-21999", "20001-21999", "cloud.media_ports: \"20001-21999\": an even and an odd",
         14},
        {"20000-21999", "20000-22000", "an even and an odd port", 14},
        {"20000-21999", "21998-20001", "an even and an odd port", 14},
        {"20000-21999", "20000-65537", "an even and an odd port", 14},
        {"20000-21999", "1022-2001", "not below 1024", 14},
        {"20000-21999", "20000", "an even and an odd port", 14},
        {"20000-21999", "-20001", "an even and an odd port", 14}};

    EXPECT_REFUSED(rows);
}
END_TEST

START_TEST(the_bounds_themselves_are_taken)
{
    static const char *const rows[][2] = {{"drain_seconds: 30", "drain_seconds: 86400"},
                                          {"drain_seconds: 30", "drain_seconds: 0"},
                                          {"drain_seconds: 30", "answer_seconds: 10"},
                                          {"drain_seconds: 30", "answer_seconds: 3600"},
                                          {"drain_seconds: 30", "media_workers: 64"},
                                          {"drain_seconds: 30", "media_backend: io_uring"},
                                          {"drain_seconds: 30", "media_backend: epoll"},
                                          {"max_calls: 100", "max_calls: 100000"},
                                          {"max_calls: 100", "max_calls: 1"},
                                          {"20000-21999", "1024-1025"},
                                          {"20000-21999", "20000-21999 # a remark"},
                                          {"22000-23999", "65534-65535"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config *config = parse_with(rows[i][0], rows[i][1]);

        ck_assert_msg(config != NULL, "%s: %s", rows[i][1], report.errors[0].text);
        config_free(config);
    }
}
END_TEST

START_TEST(addresses_names_and_prefixes_are_spelt_out)
{
    static const struct row rows[] = {
        {"sbc.example.com", "203.0.113.10", "node.fqdn: \"203.0.113.10\": the public host name", 2},
        {"sbc.example.com", "sbc..example.com", "the public host name", 2},
        {"sbc.example.com", "-sbc.example.com", "the public host name", 2},
        {"sbc.example.com", "\"sbc.example.com\\n\"", "sbc.example.com\\x0a", 2},
        {"127.0.0.1:9560", "127.0.0.1", "a loopback address and port", 3},
        {"127.0.0.1:9560", "203.0.113.10:9560", "metrics are served on a loopback address", 0},
        {"\"203.0.113.10:5061\"", "203.0.113.10", "a numeric address and port", 13},
        {"\"203.0.113.10:5061\"", "sbc.example.com:5061", "a numeric address and port", 13},
        {"\"203.0.113.10:5061\"", "\"203.0.113.10:70000\"", "a numeric address and port", 13},
        {"\"203.0.113.10:5061\"", "\"0.0.0.0:5061\"", "may not be the unspecified one", 13},
        {"198.51.100.0/28", "198.51.100.1/28", "no bits set behind the length", 15},
        {"198.51.100.0/28", "198.51.100.0/33", "prefixes such as", 15},
        {"198.51.100.0/28", "cloud.example.net", "prefixes such as", 15},
        {"198.51.100.0/28", "0.0.0.0/0", "admits the whole internet", 13},
        {"198.51.100.0/24", "\"::/0\"", "admits the whole internet", 13},
        {"[AES_CM_128_HMAC_SHA1_80]", "[NULL_HMAC_SHA1_80]", "SRTP suites such as", 17},
        {"media: rtp", "media: rtp\n      interface: nowhere9", "no network interface of that name",
         22},
        {"transport: udp", "transport: sctp", "\"sctp\": one of udp, tcp, tls", 22},
        {"media: rtp", "media: srtp", "SDES keys may not travel over an open transport", 22},
        {"transport: udp", "transport: tls", "needs a section tls with the key trust", 22},
        {"name: cloud", "name: a b", "\"a b\": letters, digits", 9},
        {"name: cloud", "name: \"\\e[2J\"", "\\x1b[2J", 9}};

    EXPECT_REFUSED(rows);
}
END_TEST

/* count prefixes, none of which covers another. */
static const char *many_prefixes(uint32_t count)
{
    static char list[1 << 18];
    size_t used = (size_t)snprintf(list, sizeof list, "[");

    for (uint32_t i = 0; i < count; i++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "11.%u.%u.0/24, ", i / 256, i % 256);
    snprintf(list + used, sizeof list - used, "]");
    return list;
}

static void expect_list_end(const char *key, uint32_t line, uint32_t max)
{
    struct config *config = parse_with(key, many_prefixes(max));
    char told[64];

    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    config_free(config);
    ck_assert_ptr_null(parse_with(key, many_prefixes(max + 1)));
    snprintf(told, sizeof told, "no more than %u are taken", max);
    ck_assert_msg(is_told(line, told), "%s", report.errors[0].text);
}

START_TEST(lists_have_an_end)
{
    expect_list_end("[198.51.100.0/28]", 15, 4096);
    expect_list_end("[198.51.100.0/24]", 16, 16); /* the relay's bound */
}
END_TEST

START_TEST(more_sources_than_media_may_have_need_a_word_on_media)
{
    static char more[1 << 19];
    struct config *config;

    snprintf(more, sizeof more, "prefixes: %s\n      media: rtp", many_prefixes(16));
    config = parse_with("media: rtp", more);
    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    ck_assert_uint_eq(config->trunks[0].side[INSIDE].media_from.count, 16);
    config_free(config);
    snprintf(more, sizeof more, "prefixes: %s\n      media: rtp", many_prefixes(17));
    ck_assert_ptr_null(parse_with("media: rtp", more));
    ck_assert_msg(is_told(22, "inside.media_prefixes: needed where prefixes has more than 16"),
                  "%s", report.errors[0].text);
}
END_TEST

/* The good trunk, and a second one on its listener, whose prefix and peer are given. */
static struct config *parse_two(const char *prefix, const char *host)
{
    static const char second[] = "  - name: other\n"
                                 "    cloud:\n"
                                 "      listen: \"203.0.113.10:5061\"\n"
                                 "      media_ports: 30000-30999\n"
                                 "      signalling_prefixes: [%s]\n"
                                 "      media_prefixes: [198.51.100.0/24]\n"
                                 "      peer: {host: %s, trust: /etc/zt/ca.pem}\n"
                                 "    inside: {transport: udp, listen: \"10.0.0.1:5070\", peer: "
                                 "\"10.0.0.2:5070\", media_ports: 31000-31999, media: rtp}\n";
    char text[sizeof good + sizeof second + 128];
    int used = snprintf(text, sizeof text, "%s", good);

    used += snprintf(text + used, sizeof text - (size_t)used, second, prefix, host);
    return parse(text, (size_t)used);
}

START_TEST(one_prefix_belongs_to_one_trunk_where_the_source_alone_tells)
{
    static const char *const apart[][2] = {{"198.51.100.0/28",
                                            "other.example.net"}, /* the name tells */
                                           {"198.51.100.0/29",
                                            "cloud.example.net"}, /* the longer prefix does */
                                           {"198.51.100.16/28", "cloud.example.net"}};

    ck_assert_ptr_null(parse_two("198.51.100.0/28", "cloud.example.net"));
    ck_assert_msg(is_told(29,
                          "trunk other: cloud.signalling_prefixes: \"198.51.100.0/28\": another "
                          "trunk on this listener has this prefix"),
                  "%u %s", report.errors[0].line, report.errors[0].text);
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        struct config *config = parse_two(apart[i][0], apart[i][1]);

        ck_assert_msg(config != NULL, "%s: %s", apart[i][0], report.errors[0].text);
        config_free(config);
    }
}
END_TEST

START_TEST(a_peer_is_known_by_a_name_that_a_certificate_can_bear)
{
    static const struct row rows[] = {
        {"host: cloud.example.net", "host: 198.51.100.10",
         "cloud.peer.names: \"198.51.100.10\": an address is no name", 19},
        {"host: cloud.example.net", "host: \"[2001:db8::1]:5061\"", "an address is no name", 19},
        {"        trust:", "        names: [198.51.100.10]\n        trust:",
         "an address is no name", 19}};
    struct config *config;

    EXPECT_REFUSED(rows);
    config = parse_with("host: cloud.example.net",
                        "host: 198.51.100.10\n        names: [cloud.example.net]");
    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    config_free(config);
}
END_TEST

START_TEST(a_pbx_given_by_name_needs_its_prefixes)
{
    static const struct row rows[] = {{"peer: \"10.0.0.2:5060\"", "peer: pbx.example.net",
                                       "inside.prefixes: needed where peer", 22},
                                      {"peer: \"10.0.0.2:5060\"", "peer: pbx.example.net",
                                       "inside.media_prefixes: needed", 22}};
    struct config *config;

    EXPECT_REFUSED(rows);
    config = parse_with("peer: \"10.0.0.2:5060\"",
                        "peer: pbx.example.net\n      prefixes: [10.0.0.0/24]");
    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    ck_assert_uint_eq(config->trunks[0].side[INSIDE].media_from.count, 1);
    config_free(config);
}
END_TEST

START_TEST(every_error_of_a_file_is_told_up_to_a_bound)
{
    char extra[2048] = "drain_seconds: x\n";
    size_t used = strlen(extra);

    for (uint32_t i = 0; i < CONFIG_MAX_ERRORS; i++)
        used += (size_t)snprintf(extra + used, sizeof extra - used, "  key%u: 1\n", i);
    ck_assert_ptr_null(parse_with("drain_seconds: 30\n", extra));
    ck_assert_uint_eq(report.count, CONFIG_MAX_ERRORS);
    ck_assert_uint_eq(report.dropped, 1);
    ck_assert(is_told(4, "\"x\": seconds"));
    ck_assert(is_told(5, "key0"));
}
END_TEST

START_TEST(what_the_file_leaves_out_is_what_the_manual_says)
{
    struct config *config = parse(good, strlen(good));
    const struct config_trunk *trunk;

    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    trunk = &config->trunks[0];
    ck_assert_uint_eq(config->answer_seconds, 180);
    ck_assert_uint_eq(config->media_workers, 1);
    ck_assert_uint_eq(trunk->side[CLOUD].options_seconds, 30);
    ck_assert_uint_eq(trunk->side[INSIDE].options_seconds, 0);
    ck_assert_str_eq(trunk->side[CLOUD].request_uri.domains.hosts.items[0], "sbc.example.com");
    ck_assert_str_eq(trunk->side[CLOUD].peer.names.items[0], "cloud.example.net");
    ck_assert_uint_eq(trunk->side[CLOUD].peer.host.port, 5061);
    ck_assert_uint_eq(trunk->side[INSIDE].peer.host.port, 5060);
    ck_assert_uint_eq(trunk->side[INSIDE].signalling.count, 1);
    ck_assert_uint_eq(trunk->side[INSIDE].signalling.items[0].bits, 32);
    ck_assert_uint_eq(trunk->side[INSIDE].media_from.count, 1);
    config_free(config);
}
END_TEST

static void expect_reverse(const char *identity, uint32_t mode, uint32_t port)
{
    struct config *config = parse_with("        trust:", identity);
    const struct config_peer *peer;

    ck_assert_msg(config != NULL, "%s", report.errors[0].text);
    peer = &config->trunks[0].side[CLOUD].peer;
    ck_assert_uint_eq(peer->reverse_proof, mode);
    ck_assert_uint_eq(peer->reverse_port, port);
    ck_assert_uint_eq(config->proof_seconds, 600);
    config_free(config);
}

START_TEST(who_shows_no_certificate_needs_reverse_proof_unless_the_file_says_otherwise)
{
    static const struct row rows[] = {
        {"        trust:", "        reverse_proof: on\n        trust:",
         "cloud.peer.reverse_proof: \"on\": one of off, warn, enforce", 20},
        {"        trust:", "        reverse_port: 0\n        trust:", "a port from 1 to 65535", 20},
        {"  drain_seconds: 30", "  proof_seconds: 3", "seconds from 4 to 86400", 4}};

    EXPECT_REFUSED(rows);
    expect_reverse("        trust:", ZTRUNK_IDENTITY_OFF, 5061);
    expect_reverse("        identity: server-only\n        trust:", ZTRUNK_IDENTITY_ENFORCE, 5061);
    expect_reverse("        identity: server-only\n        reverse_proof: warn\n"
                   "        reverse_port: 5071\n        trust:",
                   ZTRUNK_IDENTITY_WARN, 5071);
    expect_reverse("        reverse_proof: enforce\n        trust:", ZTRUNK_IDENTITY_ENFORCE, 5061);
}
END_TEST

START_TEST(the_sample_that_is_installed_is_taken)
{
    size_t len;
    uint8_t *text = unit_data("../examples/zerotrunkd/genesys.yaml", &len);
    struct config *config = parse((const char *)text, len);

    ck_assert_msg(config != NULL, "line %u: %s", report.errors[0].line, report.errors[0].text);
    config_free(config);
    free(text);
}
END_TEST

START_TEST(limits_out_of_range_and_unknown_ones_are_refused)
{
    static const struct row rows[] = {
        {"trunks:\n", "admission:\n  address:\n    call_rate: many\ntrunks:\n",
         "admission.address.call_rate: \"many\": new calls a second from 0 to 100000", 10},
        {"trunks:\n", "admission:\n  address:\n    calls: 1000001\ntrunks:\n", "from 0 to 1000000",
         10},
        {"trunks:\n", "admission:\n  trunk:\n    calls: 1\ntrunks:\n", "no such key here", 9},
        {"trunks:\n", "admission:\n  block:\n    points: 0\ntrunks:\n", "from 1 to", 10},
        {"trunks:\n", "admission:\n  max_addresses: 15\ntrunks:\n", "from 16 to 1048576", 9},
        {"trunks:\n", "admission:\n  block:\n    seconds: 100\n    max_seconds: 99\ntrunks:\n",
         "may not be shorter than the first one", 9},
        {"      suites:", "      limits: 5\n      suites:", "a section of keys is wanted here", 17},
        {"      suites:", "      block: maybe\n      suites:", "true or false", 17},
    };

    EXPECT_REFUSED(rows);
}
END_TEST

START_TEST(limits_have_their_defaults_and_a_trunk_its_own)
{
    struct config *config =
        parse_with("      suites:",
                   "      block: true\n      limits:\n        calls: 7\n      suites:");

    ck_assert_ptr_nonnull(config);
    ck_assert_uint_eq(config->trunks[0].side[CLOUD].limits.calls, 7);
    ck_assert_uint_eq(config->trunks[0].side[CLOUD].block, 1);
    ck_assert_uint_eq(config->trunks[0].side[INSIDE].block, 0);
    ck_assert_uint_eq(config->admission.limits[ZTRUNK_ADMIT_ADDRESS].call_rate, 100);
    ck_assert_uint_eq(config->admission.limits[ZTRUNK_ADMIT_TRUNK].calls, 0);
    config_free(config);
}
END_TEST

START_TEST(alerts_need_a_spool_and_whole_paths)
{
    static const struct row rows[] = {
        {"trunks:\n", "alerts: {}\ntrunks:\n", "this key is missing", 8},
        {"trunks:\n", "alerts: {spool: alerts}\ntrunks:\n", "begins with /", 8},
        {"trunks:\n", "alerts: {spool: /s, command: curl}\ntrunks:\n", "alerts.command: \"curl\"",
         8},
        {"trunks:\n", "alerts: {spool: /s, receivers: r}\ntrunks:\n", "alerts.receivers", 8},
        {"trunks:\n", "alerts: {spool: /s, max_records: 15}\ntrunks:\n", "from 16 to 10000", 8},
        {"trunks:\n", "alerts: {spool: /s, settle_seconds: 0}\ntrunks:\n", "from 1 to 86400", 8},
        {"trunks:\n", "alerts: {spool: /s, routing_key: x}\ntrunks:\n", "no such key here", 8},
        {"node:\n", "node:\n  log: {format: xml}\n", "json, text, syslog, cef", 2},
    };

    EXPECT_REFUSED(rows);
}
END_TEST

START_TEST(the_spool_of_a_running_node_stays_where_it_is)
{
    struct config *old = parse_with("trunks:\n", "alerts: {spool: /s}\ntrunks:\n");
    struct config *fresh = parse_with("trunks:\n", "alerts: {spool: /s, command: /c}\ntrunks:\n");
    struct config *other = parse_with("trunks:\n", "alerts: {spool: /t}\ntrunks:\n");

    ck_assert(old != NULL && fresh != NULL && other != NULL);
    ck_assert_uint_eq(old->alerts.max_records, 1000);
    ck_assert_uint_eq(old->alerts.settle_seconds, 120);
    config_check_reload(old, fresh, &report);
    ck_assert_uint_eq(report.count, 0);
    config_check_reload(old, other, &report);
    ck_assert(is_told(8, "alerts.spool: \"/t\""));
    config_free(old);
    config_free(fresh);
    config_free(other);
}
END_TEST

UNIT_MAIN("zerotrunkd/config", alerts_need_a_spool_and_whole_paths,
          the_spool_of_a_running_node_stays_where_it_is,
          what_is_no_yaml_or_no_configuration_is_refused,
          no_cut_of_the_file_is_taken_and_none_crashes, a_document_of_deep_nesting_is_refused,
          keys_are_known_single_and_complete, numbers_have_their_bounds,
          the_bounds_themselves_are_taken, addresses_names_and_prefixes_are_spelt_out,
          lists_have_an_end, more_sources_than_media_may_have_need_a_word_on_media,
          one_prefix_belongs_to_one_trunk_where_the_source_alone_tells,
          a_peer_is_known_by_a_name_that_a_certificate_can_bear,
          a_pbx_given_by_name_needs_its_prefixes, every_error_of_a_file_is_told_up_to_a_bound,
          what_the_file_leaves_out_is_what_the_manual_says,
          who_shows_no_certificate_needs_reverse_proof_unless_the_file_says_otherwise,
          the_sample_that_is_installed_is_taken, limits_out_of_range_and_unknown_ones_are_refused,
          limits_have_their_defaults_and_a_trunk_its_own)
