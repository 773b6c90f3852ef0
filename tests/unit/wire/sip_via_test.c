#include <string.h>
#include <zerotrunk/core.h>
#include "../../guard.h"
#include "wire/sip_hdr.h"

START_TEST(refuses_what_is_no_via)
{
    static const char *const bad[] = {"",
                                      "SIP",
                                      "SIP/2.0",
                                      "SIP/2.0/",
                                      "SIP/2.0/UDP",
                                      "SIP/2.0/UDP ",
                                      "SIP/2.0/UDPa.b",
                                      "SIP/7.0/UDP a",
                                      "HTTP/2.0/UDP a",
                                      "SIP/2.0/UDP a:",
                                      "SIP/2.0/UDP a:0",
                                      "SIP/2.0/UDP a:65536",
                                      "SIP/2.0/UDP a:5060junk",
                                      "SIP/2.0/UDP a b",
                                      "SIP/2.0/UDP a;",
                                      "SIP/2.0/UDP a;;,;,,",
                                      "SIP/2.0/UDP a;branch",
                                      "SIP/2.0/UDP a;branch=",
                                      "SIP/2.0/UDP a;branch=z9hG4bK",
                                      "SIP/2.0/UDP a;branch=Z9HG4BK",
                                      "SIP/2.0/UDP a;branch=\"z9hG4bK1\"",
                                      "SIP/2.0/UDP a;branch=z9hG4bK1;branch=z9hG4bK2",
                                      "SIP/2.0/UDP a;received",
                                      "SIP/2.0/UDP a;received=b",
                                      "SIP/2.0/UDP a;received=[::1",
                                      "SIP/2.0/UDP a;rport=x",
                                      "SIP/2.0/UDP a;rport=65536",
                                      "SIP/2.0/UDP a_b",
                                      "SIP/2.0/UDP 1.2.3",
                                      "SIP/2.0/UDP [::1",
                                      "SIP/2.0/UDP a, SIP/2.0/UDP b"};
    guard g = guard_new(256);
    zti_via via;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = strlen(bad[i]);
        zti_str text = {(char *)guard_put(&g, bad[i], len), len};

        ck_assert_msg(zti_via_parse(text, &via) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    }
    guard_free(&g);
}
END_TEST

typedef struct via_row {
    const char *text, *transport, *host, *branch;
    uint32_t port;
} via_row;

static const via_row good[] = {
    {"SIP/2.0/TLS h.example:5061;branch=z9hG4bKa;rport", "TLS", "h.example", "z9hG4bKa", 5061},
    {"SIP  /   2.0  /UDP     192.0.2.2;branch=390skdjuw", "UDP", "192.0.2.2", "390skdjuw", 0},
    {"sip/2.0/UNKNOWN h : 7 ; branch = z9hG4bK-.!%66*_+`'~", "UNKNOWN", "h", "z9hG4bK-.!%66*_+`'~",
     7},
    {"SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111", "UDP",
     "2001:db8::9:1", "z9hG4bKas3-111", 0},
    {"SIP/2.0/TCP h;received=2001:db8::9:255;rport=7;maddr=a;ttl=1", "TCP", "h", "", 0}};

START_TEST(reads_each_part)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const via_row *row = &good[i];
        zti_via via;

        ck_assert_msg(zti_via_parse(zti_str_of(row->text), &via) == ZTRUNK_OK, "%s", row->text);
        ck_assert_msg(zti_str_eq(via.transport, zti_str_of(row->transport)), "%s", row->text);
        ck_assert_msg(zti_str_eq(via.host, zti_str_of(row->host)), "%s", row->text);
        ck_assert_msg(zti_str_eq(via.branch, zti_str_of(row->branch)), "%s", row->text);
        ck_assert_uint_eq(via.port, row->port);
    }
}
END_TEST

START_TEST(reads_no_byte_behind_any_prefix)
{
    guard g = guard_new(256);
    zti_via via;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t len = 0; len <= strlen(good[i].text); len++)
            (void)zti_via_parse((zti_str){(char *)guard_put(&g, good[i].text, len), len}, &via);
    guard_free(&g);
}
END_TEST

UNIT_MAIN("wire/sip_via", refuses_what_is_no_via, reads_each_part, reads_no_byte_behind_any_prefix)
