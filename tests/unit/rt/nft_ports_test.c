#include <zerotrunk/nft.h>

#include "nft_rig.h"

enum { MAX = 16384 };

static ztrunk_prefix many[MAX + 1];

/* Each second /32 of 10.0.0.0/8, so that none of them touch. */
static void make_many(void)
{
    for (uint32_t i = 0; i <= MAX; i++) {
        many[i] = (ztrunk_prefix){.addr = {.family = 4, .ip = {10}}, .bits = 32};
        many[i].addr.ip[1] = (uint8_t)(i >> 15);
        many[i].addr.ip[2] = (uint8_t)(i >> 7);
        many[i].addr.ip[3] = (uint8_t)(i << 1);
    }
}

START_TEST(what_is_no_port_is_refused)
{
    static const ztrunk_nft_port rows[] = {
        {.kind = 0, .protocol = 17, .first = 1},
        {.kind = 3, .protocol = 17, .first = 1},
        {.kind = ZTRUNK_NFT_MEDIA, .protocol = 6, .first = 1},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 132, .first = 1},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 0, .first = 1},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 0, .last = 9},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 9, .last = 8},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 9, .last = 65536},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 65537},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 1, .addr = {.family = 7}},
    };

    rig_new(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(ztrunk_nft_set_ports(nft, &rows[i], 1) == ZTRUNK_E_INVALID, "row %zu", i);
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, NULL, 1), ZTRUNK_E_INVALID);
    rig_down();
}
END_TEST

START_TEST(what_is_no_allowlist_is_refused)
{
    ztrunk_prefix bad = {.addr = {.family = 4, .ip = {10, 0, 0, 1}}, .bits = 8};

    rig_new(NULL);
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_MEDIA, &bad, 1), ZTRUNK_E_INVALID);
    bad = prefix("10.0.0.0/8");
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, 0, &bad, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, 3, &bad, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_MEDIA, NULL, 1), ZTRUNK_E_INVALID);
    rig_down();
}
END_TEST

START_TEST(only_the_allowlist_reaches_the_listener)
{
    static const struct {
        const char *from;
        int verdict;
    } rows[] = {
        {"127.0.255.255", SILENCE}, {"127.1.0.0", REACHED},   {"127.1.255.255", REACHED},
        {"127.2.0.0", SILENCE},     {"2001:db8::1", SILENCE}, {"2001:db8::2", REACHED},
        {"2001:db8::3", REACHED},   {"2001:db8::4", SILENCE},
    };

    rig_up(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_addr to = addr(rows[i].from).family == 4 ? addr("127.0.0.1") : addr("2001:db8::9");

        to.port = 5060;
        ck_assert_msg(rig_udp(rows[i].from, &to, 1) == rows[i].verdict, "row %zu", i);
        to.port = 5061;
        ck_assert_msg(rig_tcp(rows[i].from, &to, 1) == rows[i].verdict, "row %zu", i);
    }
    rig_down();
}
END_TEST

START_TEST(a_new_allowlist_holds_at_once_and_the_holes_stay)
{
    ztrunk_addr local = at("127.0.0.1", 10000), to = at("127.0.0.1", 5060);

    rig_up(NULL);
    ck_assert_int_eq(ztrunk_nft_open(nft, &local, NULL), ZTRUNK_OK);
    rig_commit();
    rig_allow(ZTRUNK_NFT_SIGNALLING, "127.3.0.0/16", "127.4.0.1");
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.3.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), REACHED);
    rig_allow(ZTRUNK_NFT_MEDIA, "127.3.0.0/16", "127.4.0.1");
    ck_assert_int_eq(rig_media("127.2.0.1", "127.0.0.1", 10000), SILENCE);
    ck_assert_int_eq(rig_media("127.4.0.1", "127.0.0.1", 10000), REACHED);
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(rig_udp("127.3.0.1", &to, 1), SILENCE);
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(rig_udp("127.3.0.1", &to, 1), REACHED);
    rig_down();
}
END_TEST

START_TEST(a_refused_change_leaves_what_was)
{
    ztrunk_addr to = at("127.0.0.1", 5060);
    ztrunk_prefix all = prefix("0.0.0.0/0");
    uint32_t rebuilt;

    rig_up(NULL);
    ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, &all, 1), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, NULL, 0), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), SILENCE);
    rig_other(NFT_MSG_DELTABLE, "zerotrunk"); /* what is known here is the old as well */
    ck_assert_int_eq(ztrunk_nft_readable(nft, &rebuilt), ZTRUNK_OK);
    ck_assert_uint_eq(rebuilt, 1);
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), REACHED);
    rig_down();
}
END_TEST

START_TEST(bounds_hold_to_the_last)
{
    static ztrunk_nft_port ports[65];

    rig_enter();
    rig_new(NULL);
    make_many();
    for (uint32_t i = 0; i < 65; i++)
        ports[i] = (ztrunk_nft_port){.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = i + 1};
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, ports, 65), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_nft_set_ports(nft, ports, 64), ZTRUNK_OK);
    for (uint32_t kind = ZTRUNK_NFT_SIGNALLING; kind <= ZTRUNK_NFT_MEDIA; kind++) {
        ck_assert_int_eq(ztrunk_nft_set_sources(nft, kind, many, MAX + 1), ZTRUNK_E_LIMIT);
        ck_assert_int_eq(ztrunk_nft_set_sources(nft, kind, many, MAX), ZTRUNK_OK);
    }
    rig_start();
    ck_assert_int_eq(rig_elements("zerotrunk", "signalling4"), 2 * MAX);
    ck_assert_int_eq(rig_elements("zerotrunk", "media4"), 2 * MAX);
    rig_down();
}
END_TEST

/* Ten thousand and one, of which the first and the last decide, each beside a stranger. */
START_TEST(ten_thousand_prefixes_are_loaded_and_each_counts)
{
    ztrunk_addr to = at("127.0.0.1", 5060);

    rig_up(NULL);
    make_many();
    many[0] = prefix("127.5.0.0/16");
    many[9999] = prefix("127.6.0.1");
    many[10000] = prefix("2001:db8::7");
    ck_assert_int_eq(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_SIGNALLING, many, 10001), ZTRUNK_OK);
    ck_assert_int_eq(rig_elements("zerotrunk", "signalling4"), 20000);
    ck_assert_int_eq(rig_elements("zerotrunk", "signalling6"), 2);
    ck_assert_int_eq(rig_udp("127.5.255.255", &to, 1), REACHED);
    ck_assert_int_eq(rig_udp("127.6.0.0", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.6.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_udp("127.6.0.2", &to, 1), SILENCE);
    ck_assert_int_eq(rig_udp("127.1.0.1", &to, 1), SILENCE);
    rig_down();
}
END_TEST

START_TEST(everybody_and_the_ends_of_the_address_space)
{
    ztrunk_addr to = at("127.0.0.1", 5060), six = at("2001:db8::1", 5060);

    rig_up(NULL);
    rig_allow(ZTRUNK_NFT_SIGNALLING, "0.0.0.0/0", "::/0");
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_udp("2001:db8::9", &six, 1), REACHED);
    rig_allow(ZTRUNK_NFT_SIGNALLING, "0.0.0.0/8", "128.0.0.0/1");
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), SILENCE);
    rig_allow(ZTRUNK_NFT_SIGNALLING, "0.0.0.0/2", "127.9.0.0/16");
    ck_assert_int_eq(rig_udp("127.9.0.1", &to, 1), REACHED);
    ck_assert_int_eq(rig_udp("127.8.0.1", &to, 1), SILENCE);
    rig_down();
}
END_TEST

NFT_MAIN("rt/nft_ports", what_is_no_port_is_refused, what_is_no_allowlist_is_refused,
         only_the_allowlist_reaches_the_listener, a_refused_change_leaves_what_was,
         a_new_allowlist_holds_at_once_and_the_holes_stay, bounds_hold_to_the_last,
         ten_thousand_prefixes_are_loaded_and_each_counts,
         everybody_and_the_ends_of_the_address_space)
