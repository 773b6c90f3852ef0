/* What the kernel's table is to hold for a configuration. The lab loads it. */
#include "nftplan.h"

#include <string.h>
#include "unit.h"
#include "unit/zerotrunkd/config_text.h"

static const char text[] = "node: {fqdn: sbc.example.com, firewall_table: zerotrunk-b}\n"
                           "identity: {certificate: /nowhere/chain.pem, key: /nowhere/key.pem}\n"
                           "trunks:\n"
                           "  - name: one\n"
                           "    cloud:\n"
                           "      listen: \"203.0.113.10:5061\"\n"
                           "      media_ports: 20000-21999\n"
                           "      signalling_prefixes: [198.51.100.0/28]\n"
                           "      media_prefixes: [198.51.100.128/25]\n"
                           "      peer: {host: cloud.example.net, trust: /nowhere/ca.pem}\n"
                           "    inside: {transport: udp, listen: \"10.0.0.1:5060\", media: rtp,\n"
                           "      media_ports: 22000-23999, peer: \"10.0.0.2:5060\"}\n"
                           "  - name: two\n"
                           "    cloud:\n"
                           "      listen: \"203.0.113.10:5061\"\n"
                           "      media_ports: 30000-30999\n"
                           "      signalling_prefixes: [198.51.100.64/28]\n"
                           "      media_prefixes: [\"2001:db8:3::/48\"]\n"
                           "      peer: {host: cloud2.example.net, trust: /nowhere/ca.pem}\n"
                           "    inside: {transport: udp, listen: \"10.0.0.1:5070\", media: rtp,\n"
                           "      media_ports: 32000-32999, peer: \"10.0.0.2:5070\"}\n";

static uint32_t covers(const struct nft_plan *plan, uint32_t protocol, uint32_t port)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->port_count; i++)
        count += plan->ports[i].protocol == protocol && plan->ports[i].first <= port &&
                 port <= plan->ports[i].last;
    return count;
}

START_TEST(every_port_of_a_cloud_is_protected_once_in_both_protocols)
{
    static const uint32_t ports[] = {5061, 20000, 21999, 30000, 30999};
    struct config *config = config_of(text);
    struct nft_plan plan;

    ck_assert_int_eq(nft_plan_make(&plan, config), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        ck_assert_uint_eq(covers(&plan, 6, ports[i]), 1);
        ck_assert_uint_eq(covers(&plan, 17, ports[i]), 1);
    }
    ck_assert_uint_eq(covers(&plan, 17, 5060), 0);
    ck_assert_uint_eq(covers(&plan, 17, 22000), 0);
    ck_assert_uint_eq(plan.source_count[1], 2);
    nft_plan_end(&plan);
    config_free(config);
}
END_TEST

static uint32_t may_signal(const struct config *config, const char *source)
{
    struct nft_plan plan;
    ztrunk_addr addr;
    uint32_t covered = 0;

    ck_assert_int_eq(ztrunk_addr_parse(source, strlen(source), &addr), ZTRUNK_OK);
    ck_assert_int_eq(nft_plan_make(&plan, config), ZTRUNK_OK);
    for (uint32_t i = 0; i < plan.source_count[0]; i++)
        covered |= ztrunk_prefix_contains(&plan.sources[0][i], &addr);
    nft_plan_end(&plan);
    return covered;
}

/* Handshakes with our own name come from our own address, and no other of ours does. */
START_TEST(our_own_address_may_signal_only_while_it_is_probed)
{
    struct config *config = config_of(text);

    ck_assert_uint_eq(may_signal(config, "203.0.113.10"), 1);
    ck_assert_uint_eq(may_signal(config, "203.0.113.11"), 0);
    ck_assert_uint_eq(may_signal(config, "127.0.0.1"), 0);
    config->identity.probe = CONFIG_PROBE_OFF;
    ck_assert_uint_eq(may_signal(config, "203.0.113.10"), 0);
    config->identity.probe = CONFIG_PROBE_LISTEN;
    config->trunks[0].side[CLOUD].interface_index = config->trunks[1].side[CLOUD].interface_index =
        7;
    ck_assert_uint_eq(may_signal(config, "203.0.113.10"), 0);
    memset(config->trunks[0].side[CLOUD].listen.ip, 0, 4);
    config->trunks[0].side[CLOUD].interface_index = 0;
    ck_assert_uint_eq(may_signal(config, "127.0.0.1"), 1);
    config_free(config);
}
END_TEST

START_TEST(the_text_names_the_table_and_its_lists)
{
    static const char *const wanted[] = {"table inet zerotrunk-b {", "198.51.100.0-198.51.100.15",
                                         "198.51.100.64-198.51.100.79",
                                         "ip daddr 203.0.113.10 tcp dport 5061 goto signalling",
                                         "ip daddr 203.0.113.10 udp dport 30000-30999 goto media"};
    struct config *config = config_of(text);
    ztrunk_ctx *ctx = NULL;
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);

    ck_assert_ptr_nonnull(stream);
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(nft_plan_print(ctx, config, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(strstr(out, wanted[i]) != NULL, "%s is not in %s", wanted[i], out);
    free(out);
    ztrunk_ctx_free(ctx);
    config_free(config);
}
END_TEST

START_TEST(a_name_that_is_not_ours_is_refused_with_key_and_value)
{
    static const char *const bad[] = {"filter", "zerotrun", "zerotrunk/2", "\"zerotrunk 2\"",
                                      "zerotrunk-0123456789012345678901234"};
    struct config_report report;
    char changed[sizeof text + 64];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *at = strstr(text, "zerotrunk-b");

        memset(&report, 0, sizeof report);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, bad[i], at + 11);
        ck_assert_ptr_null(config_parse(changed, strlen(changed), &report));
        ck_assert_msg(strstr(report.errors[0].text, "firewall_table") != NULL, "%s: %s", bad[i],
                      report.errors[0].text);
    }
}
END_TEST

UNIT_MAIN("zerotrunkd/nftplan", every_port_of_a_cloud_is_protected_once_in_both_protocols,
          our_own_address_may_signal_only_while_it_is_probed,
          the_text_names_the_table_and_its_lists,
          a_name_that_is_not_ours_is_refused_with_key_and_value)
