#include "rt/nft_rule.h"

#include <linux/netfilter/nf_tables.h>
#include "nft_rig.h"

START_TEST(a_port_on_every_address_leaves_no_family_out)
{
    static const struct {
        ztrunk_addr addr;
        uint32_t family, has_addr;
    } rows[] = {
        {{.family = 0}, 0, 0},
        {{.family = 6}, 0, 0}, /* a listener on :: takes IPv4 too */
        {{.family = 4}, 4, 0},
        {{.family = 4, .ip = {192, 0, 2, 1}}, 4, 1},
        {{.family = 6, .ip = {[15] = 1}}, 6, 1},
        {{.family = 4, .ip = {[3] = 1}}, 4, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_nft_port port = {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = 7};
        zti_nft_rule rule;

        port.addr = rows[i].addr;
        rule = zti_nft_rule_of_port(&port);
        ck_assert_uint_eq(rule.family, rows[i].family);
        ck_assert_uint_eq(rule.has_addr, rows[i].has_addr);
        ck_assert_uint_eq(rule.target, ZTI_NFT_CHAIN_MEDIA);
        ck_assert_uint_eq(rule.port.last, 7);
    }
}
END_TEST

START_TEST(each_chain_asks_for_the_blocked_first_and_drops_at_last)
{
    const zti_nft_rule *rule, *before = NULL;

    for (uint32_t i = 0; (rule = zti_nft_rule_fixed(i)) != NULL; before = rule, i++) {
        uint32_t is_first = before == NULL || before->chain != rule->chain;

        ck_assert_uint_ne(rule->verdict, ZTI_NFT_GOTO);
        if (!is_first) continue;
        ck_assert_uint_eq(rule->verdict, ZTI_NFT_DROP);
        ck_assert_uint_eq(rule->sets[0], ZTI_NFT_BLOCKED);
        if (before != NULL) ck_assert_uint_eq(before->set_count, 0);
        if (before != NULL) ck_assert_uint_eq(before->verdict, ZTI_NFT_DROP);
    }
    ck_assert_uint_eq(before->set_count, 0);
    ck_assert_uint_eq(before->verdict, ZTI_NFT_DROP);
}
END_TEST

START_TEST(an_open_port_still_asks_for_the_allowlist)
{
    const zti_nft_rule *rule;
    uint32_t count = 0;

    for (uint32_t i = 0; (rule = zti_nft_rule_fixed(i)) != NULL; i++) {
        if (rule->set_count == 0 || (rule->sets[0] & ~1u) != ZTI_NFT_OPEN) continue;
        ck_assert_uint_eq(rule->set_count, 2);
        ck_assert_uint_eq(rule->sets[1], ZTI_NFT_MEDIA + (rule->family == 6));
        count++;
    }
    ck_assert_uint_eq(count, 2);
}
END_TEST

/* The first and the last port of a range, and those beside it, through the kernel. */
START_TEST(a_range_is_closed_from_its_first_to_its_last_port)
{
    static const struct {
        uint16_t port;
        int verdict;
    } rows[] = {{255, REACHED}, {256, SILENCE}, {511, SILENCE}, {512, REACHED}};
    const ztrunk_nft_port range = {.kind = ZTRUNK_NFT_MEDIA,
                                   .protocol = 17,
                                   .first = 256,
                                   .last = 511};

    rig_enter();
    rig_new(NULL);
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, &range, 1), ZTRUNK_OK);
    rig_start();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", rows[i].port), rows[i].verdict);
        ck_assert_int_eq(rig_media("2001:db8::4", "2001:db8::1", rows[i].port), rows[i].verdict);
    }
    rig_down();
}
END_TEST

/* One address, one protocol, one port: its neighbours are not touched. */
START_TEST(only_what_is_listed_is_protected)
{
    static const struct {
        const char *to;
        uint16_t port;
        int is_tcp, verdict;
    } rows[] = {
        {"127.0.0.1", 5061, 1, SILENCE},   {"127.0.0.1", 5061, 0, REACHED},
        {"127.0.0.1", 5060, 1, REACHED},   {"127.0.0.2", 5061, 1, REACHED},
        {"2001:db8::1", 5061, 1, REACHED}, {"2001:db8::1", 5060, 0, SILENCE},
        {"2001:db8::1", 5060, 1, REACHED}, {"2001:db8::3", 5060, 0, REACHED},
        {"127.0.0.1", 5060, 0, REACHED},
    };
    ztrunk_nft_port ports[] = {{.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061},
                               {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 17, .first = 5060}};

    rig_enter();
    rig_new(NULL);
    ports[0].addr = addr("127.0.0.1");
    ports[1].addr = addr("2001:db8::1");
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, ports, 2), ZTRUNK_OK);
    rig_start();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_addr to = at(rows[i].to, rows[i].port);
        const char *from = to.family == 4 ? "127.9.0.1" : "2001:db8::9";
        int verdict = rows[i].is_tcp ? rig_tcp(from, &to, 1) : rig_udp(from, &to, 1);

        ck_assert_msg(verdict == rows[i].verdict, "row %zu", i);
    }
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft_rule", a_port_on_every_address_leaves_no_family_out,
         each_chain_asks_for_the_blocked_first_and_drops_at_last,
         an_open_port_still_asks_for_the_allowlist,
         a_range_is_closed_from_its_first_to_its_last_port, only_what_is_listed_is_protected)
