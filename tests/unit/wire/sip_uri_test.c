#include "wire/sip_uri.h"

#include <string.h>
#include <zerotrunk/sip.h>
#include "../../guard.h"

START_TEST(refuses_what_two_readers_would_read_differently)
{
    static const char *const bad[] = {"",
                                      "sip",
                                      "sip:",
                                      ":a",
                                      "1sip:a",
                                      "sip:@b",
                                      "sip:a@",
                                      "sip:a@b@c",
                                      "sip:a@evil.com@good.com",
                                      "sip:a@b:",
                                      "sip:a@b:0",
                                      "sip:a@b:65536",
                                      "sip:a@b:99999",
                                      "sip:a@b:5060junk",
                                      "sip:a@b:-1",
                                      "sip:a@b:+1",
                                      "sip:a@b: 5060",
                                      "sip:a@b c",
                                      "sip:a b@c",
                                      "<sip:a@b>",
                                      "sip:a@b>",
                                      "sip:a@b;",
                                      "sip:a@b;;x",
                                      "sip:a@b;=x",
                                      "sip:a@b;x=",
                                      "sip:a@b?",
                                      "sip:a@b;x=\"y\"",
                                      "sip:a%4@b",
                                      "sip:a%zz@b",
                                      "sip:a@b%41",
                                      "sip:a\"@b",
                                      "sip:a@b..c",
                                      "sip:a@.b",
                                      "sip:a@-b",
                                      "sip:a@b-",
                                      "sip:a@b_c",
                                      "sip:a@1.2.3",
                                      "sip:a@1.2.3.4.5",
                                      "sip:a@256.1.1.1",
                                      "sip:a@5060",
                                      "sip:a@b.1",
                                      "sip:a@2001:db8::1",
                                      "sip:a@[2001:db8::1",
                                      "sip:a@[1.2.3.4]",
                                      "sip:a@[]",
                                      "sip:a@[::1]]",
                                      "sip:a@[::g]",
                                      "sip:a@[::1%25eth0]",
                                      "sip:a:b:c@d",
                                      "sip:a\xc3\xa4@b",
                                      "sip:a@b\xc3\xa4",
                                      "sip:a\n@b",
                                      "tel:",
                                      "tel:+",
                                      "tel:+1 2",
                                      "tel:1@b",
                                      "tel:abcx",
                                      "tel:+1;",
                                      "x:",
                                      "x:a b",
                                      "x y:a",
                                      "http://a<b>"};
    guard g = guard_new(256);
    zti_uri uri;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = strlen(bad[i]);
        zti_str text = {(char *)guard_put(&g, bad[i], len), len};

        ck_assert_msg(zti_uri_parse(text, &uri) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    }
    ck_assert_int_eq(zti_uri_parse((zti_str){"sip:a\0@b", 8}, &uri), ZTRUNK_E_MALFORMED);
    guard_free(&g);
}
END_TEST

typedef struct uri_row {
    const char *text;
    uint32_t scheme, port;
    const char *user, *password, *host, *params, *headers;
} uri_row;

static const uri_row good[] = {
    {"sip:b", ZTRUNK_URI_SIP, 0, "", "", "b", "", ""},
    {"SIPS:a@B.example.", ZTRUNK_URI_SIPS, 0, "a", "", "B.example.", "", ""},
    {"sip:a@192.0.2.1:1", ZTRUNK_URI_SIP, 1, "a", "", "192.0.2.1", "", ""},
    {"sip:a@b:65535", ZTRUNK_URI_SIP, 65535, "a", "", "b", "", ""},
    {"sip:[::ffff:192.0.2.1]:5061;lr", ZTRUNK_URI_SIP, 5061, "", "", "::ffff:192.0.2.1", ";lr", ""},
    {"sip:a:@b", ZTRUNK_URI_SIP, 0, "a", "", "b", "", ""},
    {"sip:user;par=u%40example.net@example.com", ZTRUNK_URI_SIP, 0, "user;par=u%40example.net", "",
     "example.com", "", ""},
    {"sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too."
     "(doesn't-it)@example.com",
     ZTRUNK_URI_SIP, 0, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
     "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", "example.com", "", ""},
    {"sip:null-%00-null@example.com", ZTRUNK_URI_SIP, 0, "null-%00-null", "", "example.com", "",
     ""},
    {"sip:a@b-1.x--y.c;transport=tls;x?Route=%3Csip:c%3E&d=e", ZTRUNK_URI_SIP, 0, "a", "",
     "b-1.x--y.c", ";transport=tls;x", "Route=%3Csip:c%3E&d=e"},
    {"tel:+1-201-555-0123;phone-context=a", ZTRUNK_URI_TEL, 0, "+1-201-555-0123", "", "",
     ";phone-context=a", ""},
    {"tel:*31#", ZTRUNK_URI_TEL, 0, "*31#", "", "", "", ""},
    {"soap.beep://192.0.2.103:3002", ZTRUNK_URI_OTHER, 0, "", "", "", "", ""},
    {"urn:service:sos", ZTRUNK_URI_OTHER, 0, "", "", "", "", ""}};

START_TEST(reads_each_part)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const uri_row *row = &good[i];
        zti_uri uri;

        ck_assert_msg(zti_uri_parse(zti_str_of(row->text), &uri) == ZTRUNK_OK, "%s", row->text);
        ck_assert_uint_eq(uri.scheme, row->scheme);
        ck_assert_uint_eq(uri.port, row->port);
        ck_assert_msg(zti_str_eq(uri.user, zti_str_of(row->user)), "%s", row->text);
        ck_assert_msg(zti_str_eq(uri.password, zti_str_of(row->password)), "%s", row->text);
        ck_assert_msg(zti_str_eq(uri.host, zti_str_of(row->host)), "%s", row->text);
        ck_assert_msg(zti_str_eq(uri.params, zti_str_of(row->params)), "%s", row->text);
        ck_assert_msg(zti_str_eq(uri.headers, zti_str_of(row->headers)), "%s", row->text);
    }
}
END_TEST

START_TEST(bounds_a_host_at_255)
{
    char text[300] = "sip:";
    zti_uri uri;

    for (size_t i = 0; i < 256; i++) text[4 + i] = i % 50 == 49 ? '.' : 'a';
    ck_assert_int_eq(zti_uri_parse((zti_str){text, 4 + 255}, &uri), ZTRUNK_OK);
    ck_assert_int_eq(zti_uri_parse((zti_str){text, 4 + 256}, &uri), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(reads_no_byte_behind_any_prefix)
{
    guard g = guard_new(256);
    zti_uri uri;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t len = 0; len <= strlen(good[i].text); len++)
            (void)zti_uri_parse((zti_str){(char *)guard_put(&g, good[i].text, len), len}, &uri);
    guard_free(&g);
}
END_TEST

UNIT_MAIN("wire/sip_uri", refuses_what_two_readers_would_read_differently, reads_each_part,
          bounds_a_host_at_255, reads_no_byte_behind_any_prefix)
