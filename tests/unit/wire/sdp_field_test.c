#include "wire/sdp_field.h"

#include <string.h>
#include "sdp_cases.h"

START_TEST(refuses_ports_that_are_not_one_port)
{
    static const char *const ports[] = {"70000",   "65536",   "4917O",
                                        "49170/2", "49170/1", "-1",
                                        "+1",      "0x10",    "049170",
                                        "49170/",  "1e3",     "1.0",
                                        "$",       "4464\v",  "99999999999999999999"};
    zti_sdp_m m = {.port = 7};

    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        char text[64];

        snprintf(text, sizeof text, "audio %s RTP/AVP 0", ports[i]);
        ck_assert_msg(zti_sdp_read_m(zti_str_of(text), &m) == ZTRUNK_E_MALFORMED, "%s", text);
        ck_assert_uint_eq(m.port, 7);
    }
}
END_TEST

START_TEST(refuses_m_lines_with_a_part_missing)
{
    static const char *const bad[] = {"",
                                      "audio",
                                      "audio 9",
                                      "audio 9 RTP/AVP",
                                      "audio 9 RTP/AVP ",
                                      " audio 9 RTP/AVP 0",
                                      "audio RTP/AVP 0",
                                      "9 RTP/AVP 0"};
    zti_sdp_m m;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_sdp_read_m(zti_str_of(bad[i]), &m) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_int_eq(zti_sdp_read_m(ZTI_STR("audio 65535 RTP/SAVP 0 8 101"), &m), ZTRUNK_OK);
    ck_assert_uint_eq(m.port, 65535);
    ck_assert(zti_str_eq(m.proto, ZTI_STR("RTP/SAVP")));
    ck_assert(zti_str_eq(m.formats, ZTI_STR("0 8 101")));
}
END_TEST

START_TEST(denies_every_address_that_is_not_one_host)
{
    static const char *const bad[] = {
        "IN IP4 media.example.com", "IN IP4 224.2.1.1/127", "IN IP4 224.2.1.1/127/3",
        "IN IP4 1.2.3.4/127/3",     "IN IP4 239.1.1.1",     "IN IP4 255.255.255.255",
        "IN IP4 0.1.2.3",           "IN IP4 240.0.0.1",     "IN IP4 0198.51.100.20",
        "IN IP4 3325256724",        "IN IP4 1.2.3",         "IN IP4 2001:db8::1",
        "IN IP6 192.0.2.1",         "IN IP6 ff02::1",       "IN IP6 ::ffff:192.0.2.1",
        "IN IP6 ::192.0.2.1",       "IN IP6 fe80::1%eth0",  "IN IP6 [2001:db8::1]",
        "IN IP5 192.0.2.1",         "TN RFC2543 +1-201",    "IN IP4 192.0.2.1:5060",
        "IN IP4 0x7f.0.0.1",
    };
    ztrunk_addr addr = {.family = 9};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(zti_sdp_read_c(zti_str_of(bad[i]), &addr) == ZTRUNK_E_DENIED, "%s", bad[i]);
        ck_assert_uint_eq(addr.family, 9);
    }
    ck_assert_int_eq(zti_sdp_read_c(ZTI_STR("IN IP4 1.2.3.4 5.6.7.8"), &addr), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_sdp_read_c(ZTI_STR("IN IP4"), &addr), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_sdp_read_c(ZTI_STR(""), &addr), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(reads_hosts_of_both_families_and_the_old_hold)
{
    static const char *const good[] = {"IN IP4 192.0.2.1", "IN IP6 2001:db8::1", "IN IP4 0.0.0.0",
                                       "IN IP6 ::", "IN IP4 223.255.255.255"};
    ztrunk_addr addr;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(zti_sdp_read_c(zti_str_of(good[i]), &addr) == ZTRUNK_OK, "%s", good[i]);
        ck_assert_uint_eq(addr.family, good[i][5] == '4' ? 4 : 6);
        ck_assert_uint_eq(zti_sdp_is_unspecified(&addr), i == 2 || i == 3);
    }
}
END_TEST

START_TEST(refuses_rtcp_that_is_no_port)
{
    static const char *const bad[] = {"",         "0",
                                      "65536",    "53020/2",
                                      "53020 IN", "53020 IN IP4",
                                      "053020",   "53020 192.0.2.1"};
    ztrunk_addr addr;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_sdp_read_rtcp(zti_str_of(bad[i]), &addr) != ZTRUNK_OK, "%s", bad[i]);
    ck_assert_int_eq(zti_sdp_read_rtcp(ZTI_STR("53020 IN IP4 224.0.0.1"), &addr), ZTRUNK_E_DENIED);
    /* RFC 3605 2.1 */
    ck_assert_int_eq(zti_sdp_read_rtcp(ZTI_STR("53020 IN IP4 126.16.64.4"), &addr), ZTRUNK_OK);
    ck_assert(addr.port == 53020 && addr.ip[0] == 126 && addr.ip[3] == 4);
    ck_assert_int_eq(zti_sdp_read_rtcp(ZTI_STR("53020"), &addr), ZTRUNK_OK);
    ck_assert(addr.port == 53020 && addr.family == 0);
}
END_TEST

START_TEST(refuses_origins_and_times_that_are_not_numbers)
{
    static const char *const bad[] = {
        "",
        "- 1 1 IN IP4",
        "- 1 IN IP4 192.0.2.1",
        "- x 1 IN IP4 192.0.2.1",
        "- 1 -1 IN IP4 192.0.2.1",
        "- 18446744073709551616 1 IN IP4 192.0.2.1",
        "- 1 1 XX IP4 192.0.2.1",
        "- 1 1 IN IP9 192.0.2.1",
        "- 1 1 IN IP4 192.0.2.1 x",
    };
    zti_sdp_o o;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_sdp_read_o(zti_str_of(bad[i]), &o) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_int_eq(zti_sdp_read_o(ZTI_STR("al 18446744073709551615 0 IN IP4 a.example"), &o),
                     ZTRUNK_OK);
    ck_assert(o.sess_id == UINT64_MAX && o.sess_version == 0);
    ck_assert_int_eq(zti_sdp_read_t(ZTI_STR("0 0")), ZTRUNK_OK);
    ck_assert_int_eq(zti_sdp_read_t(ZTI_STR("0")), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_sdp_read_t(ZTI_STR("0 0 0")), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_sdp_read_t(ZTI_STR("0 now")), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(a_broken_mapping_still_says_which_type_it_is_about)
{
    static const char *const bad[] = {"0 PCMU",       "0 PCMU/",      "0 PCMU/x",
                                      "0 PCMU/0",     "0 PCMU/8000/", "0 PCMU/8000/1/2",
                                      "0 PCMU/08000", "0 PC MU/8000", "0"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        zti_sdp_rtpmap map = {.payload_type = 200};

        ck_assert_msg(zti_sdp_read_rtpmap(zti_str_of(bad[i]), &map) == ZTRUNK_E_MALFORMED, "%s",
                      bad[i]);
        ck_assert_uint_eq(map.payload_type, 0);
    }
}
END_TEST

START_TEST(reads_mappings)
{
    zti_sdp_rtpmap map = {.payload_type = 200};

    ck_assert_int_eq(zti_sdp_read_rtpmap(ZTI_STR("128 PCMU/8000"), &map), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_sdp_read_rtpmap(ZTI_STR("00 PCMU/8000"), &map), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(map.payload_type, 200);
    ck_assert_int_eq(zti_sdp_read_rtpmap(ZTI_STR("127 opus/48000/2"), &map), ZTRUNK_OK);
    ck_assert(map.payload_type == 127 && map.clock == 48000);
    ck_assert(zti_str_eq(map.name, ZTI_STR("opus")) && zti_str_eq(map.params, ZTI_STR("2")));
}
END_TEST

UNIT_MAIN("wire/sdp_field", refuses_ports_that_are_not_one_port,
          refuses_m_lines_with_a_part_missing, denies_every_address_that_is_not_one_host,
          reads_hosts_of_both_families_and_the_old_hold, refuses_rtcp_that_is_no_port,
          refuses_origins_and_times_that_are_not_numbers,
          a_broken_mapping_still_says_which_type_it_is_about, reads_mappings)
