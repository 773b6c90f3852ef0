#include "base/addr.h"

#include <string.h>
#include "unit.h"

static int32_t parse(const char *text, ztrunk_addr *a)
{
    return ztrunk_addr_parse(text, strlen(text), a);
}

static ztrunk_prefix prefix(const char *text)
{
    ztrunk_prefix p = {0};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return p;
}

START_TEST(refuses_what_is_no_numeric_address)
{
    static const char *const bad[] = {"",
                                      "example.com",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "01.2.3.4",
                                      "1.2.3.256",
                                      "1.2.3.4:",
                                      "1.2.3.4:65536",
                                      "1.2.3.4:-1",
                                      "1.2.3.4:5060junk",
                                      "1.2.3.4/24",
                                      "1.2.3.4/127/3",
                                      "[1.2.3.4]",
                                      "[2001:db8::1",
                                      "[2001:db8::1]5061",
                                      "[2001:db8::1]:",
                                      "2001:db8:::1",
                                      " 1.2.3.4",
                                      "fe80::1%eth0"};
    ztrunk_addr a = {.family = 9};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(parse(bad[i], &a) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_uint_eq(a.family, 9);
    ck_assert_int_eq(ztrunk_addr_parse("1.2.3.4\0x", 9, &a), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_addr_parse(NULL, 0, &a), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(text_and_address_agree)
{
    static const char *const good[] = {"192.0.2.1",           "192.0.2.1:5061",    "2001:db8::1",
                                       "[2001:db8::1]:65535", "255.255.255.255:1", "::"};
    char text[64];
    size_t len;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ztrunk_addr a;

        ck_assert_int_eq(parse(good[i], &a), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_addr_format(&a, text, sizeof text, &len), ZTRUNK_OK);
        ck_assert_str_eq(text, good[i]);
        ck_assert_uint_eq(len, strlen(good[i]));
    }
}
END_TEST

START_TEST(a_short_buffer_is_told_the_need)
{
    ztrunk_addr a;
    char text[9];
    size_t len = 0;

    ck_assert_int_eq(parse("192.0.2.1", &a), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_addr_format(&a, text, sizeof text, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, 10);
    a.family = 0;
    ck_assert_int_eq(ztrunk_addr_format(&a, text, sizeof text, &len), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(mapped_and_plain_spelling_are_one_address)
{
    ztrunk_addr plain, mapped, noisy;

    ck_assert_int_eq(parse("192.0.2.1:5061", &plain), ZTRUNK_OK);
    ck_assert_int_eq(parse("[::ffff:192.0.2.1]:5061", &mapped), ZTRUNK_OK);
    ck_assert(ztrunk_addr_equal(&plain, &mapped));
    noisy = plain;
    noisy.reserved = 3;
    noisy.ip[9] = 1;
    noisy = zti_addr_normal(&noisy);
    ck_assert_mem_eq(&noisy, &plain, sizeof plain);
    ck_assert(zti_ip_equal(&plain, &mapped));
}
END_TEST

START_TEST(prefixes_contain_their_first_and_last_and_no_more)
{
    static const struct {
        const char *prefix, *addr;
        uint32_t inside;
    } rows[] = {
        {"198.51.100.0/24", "198.51.100.0", 1},
        {"198.51.100.0/24", "198.51.100.255", 1},
        {"198.51.100.0/24", "198.51.101.0", 0},
        {"198.51.100.0/24", "198.51.99.255", 0},
        {"18.232.238.16/28", "18.232.238.31", 1},
        {"18.232.238.16/28", "18.232.238.32", 0},
        {"0.0.0.0/0", "8.8.8.8", 1},
        {"0.0.0.0/0", "2001:db8::1", 0},
        {"192.0.2.7", "192.0.2.7", 1},
        {"192.0.2.7", "192.0.2.6", 0},
        {"2001:db8::/33", "2001:db8:7fff::1", 1},
        {"2001:db8::/33", "2001:db8:8000::1", 0},
        {"::/0", "::1", 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_prefix p = prefix(rows[i].prefix);
        ztrunk_addr a;

        ck_assert_int_eq(parse(rows[i].addr, &a), ZTRUNK_OK);
        ck_assert_msg(ztrunk_prefix_contains(&p, &a) == rows[i].inside, "row %zu", i);
    }
}
END_TEST

START_TEST(prefixes_with_host_bits_are_a_mistake)
{
    static const char *const bad[] = {"198.51.100.1/24",
                                      "198.51.100.0/33",
                                      "198.51.100.0/",
                                      "198.51.100.0/24/1",
                                      "2001:db8::1/64",
                                      "::/129",
                                      "/8"};
    ztrunk_prefix p;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(ztrunk_prefix_parse(bad[i], strlen(bad[i]), &p) == ZTRUNK_E_MALFORMED, "%s",
                      bad[i]);
}
END_TEST

START_TEST(special_purpose_addresses_are_private)
{
    static const char *const inner[] = {"10.0.0.1",  "172.31.255.255", "192.168.0.1",
                                        "127.0.0.1", "169.254.1.1",    "100.64.0.1",
                                        "0.0.0.0",   "fe80::1",        "fd00::1",
                                        "::1",       "224.0.0.1",      "192.0.2.1"};
    static const char *const outer[] = {"52.129.96.1", "172.32.0.1", "100.128.0.1", "2600::1",
                                        "11.0.0.0"};
    ztrunk_addr a;

    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++) {
        ck_assert_int_eq(parse(inner[i], &a), ZTRUNK_OK);
        ck_assert_msg(ztrunk_addr_is_private(&a), "%s", inner[i]);
    }
    for (size_t i = 0; i < sizeof outer / sizeof outer[0]; i++) {
        ck_assert_int_eq(parse(outer[i], &a), ZTRUNK_OK);
        ck_assert_msg(!ztrunk_addr_is_private(&a), "%s", outer[i]);
    }
}
END_TEST

START_TEST(a_mask_leaves_the_network_alone)
{
    static const struct {
        const char *addr, *network;
        uint32_t bits;
    } rows[] = {{"255.255.255.255", "0.0.0.0", 0},
                {"255.255.255.255", "254.0.0.0", 7},
                {"255.255.255.255", "255.255.255.254", 31},
                {"255.255.255.255", "255.255.255.255", 32},
                {"ffff:ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff:ffff::", 64},
                {"ffff:ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff:ffff:8000::", 65},
                {"::3", "::2", 127},
                {"::3", "::3", 128}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_addr a, network;

        ck_assert_int_eq(parse(rows[i].addr, &a), ZTRUNK_OK);
        ck_assert_int_eq(parse(rows[i].network, &network), ZTRUNK_OK);
        zti_ip_mask(&a, rows[i].bits);
        ck_assert_msg(zti_ip_equal(&a, &network), "%s", rows[i].network);
    }
}
END_TEST

UNIT_MAIN("base/addr", refuses_what_is_no_numeric_address, text_and_address_agree,
          a_short_buffer_is_told_the_need, mapped_and_plain_spelling_are_one_address,
          prefixes_contain_their_first_and_last_and_no_more, prefixes_with_host_bits_are_a_mistake,
          special_purpose_addresses_are_private, a_mask_leaves_the_network_alone)
