#include <string.h>
#include <zerotrunk/sip.h>
#include "../../guard.h"
#include "wire/sip_hdr.h"

START_TEST(refuses_what_is_no_name_addr)
{
    static const char *const bad[] = {"",
                                      "<>",
                                      "<sip:a@b",
                                      "sip:a@b>",
                                      "a b",
                                      "\"a <sip:a@b>",
                                      "\"a\" sip:a@b",
                                      "a, b <sip:a@b>",
                                      "\"a\"b <sip:a@b>",
                                      "a \"b\" <sip:a@b>",
                                      "< sip:a@b >",
                                      "<sip:a@b> x",
                                      "<sip:a@b>;",
                                      "<sip:a@b>;;",
                                      "<sip:a@b>;tag",
                                      "<sip:a@b>;tag=",
                                      "<sip:a@b>;tag=1;tag=2",
                                      "<sip:a@b>;tag=\"1\"",
                                      "<sip:a@b>;x=\"",
                                      "<sip:a@b>;x=a b",
                                      "<sip:a@b><sip:c@d>",
                                      "sip:a,b@c",
                                      "sip:a@b?c=d",
                                      "sip:a@b c",
                                      "*",
                                      "\xc3\xa4 <sip:a@b>",
                                      "<<sip:a@b>>",
                                      "<sip:a@b@c>"};
    guard g = guard_new(256);
    zti_name_addr addr;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = strlen(bad[i]);
        zti_str text = {(char *)guard_put(&g, bad[i], len), len};

        ck_assert_msg(zti_name_addr_parse(text, &addr) != ZTRUNK_OK, "%s", bad[i]);
    }
    guard_free(&g);
}
END_TEST

typedef struct addr_row {
    const char *text, *display, *uri, *params, *tag;
    uint32_t is_bracketed;
} addr_row;

static const addr_row good[] = {
    /* A URI in a display name is no URI. */
    {"\"<sip:evil@x>\" <sip:good@y>;tag=1", "<sip:evil@x>", "sip:good@y", ";tag=1", "1", 1},
    {"\"a \\\"<\" <sip:a@b>", "a \\\"<", "sip:a@b", "", "", 1},
    {"caller<sip:a@b>;tag=323", "caller", "sip:a@b", ";tag=323", "323", 1},
    {" a.  b <sip:a@b;tag=no> ", "a.  b", "sip:a@b;tag=no", "", "", 1},
    {"sip:a@b;tag=1;x=\"<\"", "", "sip:a@b", ";tag=1;x=\"<\"", "1", 0},
    {"sip:a@b ; TAG = z", "", "sip:a@b", "; TAG = z", "z", 0},
    {"<http://www.example.com>", "", "http://www.example.com", "", "", 1},
    {"<sip:a@b>;x;y=[::1]", "", "sip:a@b", ";x;y=[::1]", "", 1}};

START_TEST(reads_each_part)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const addr_row *row = &good[i];
        zti_name_addr addr;

        ck_assert_msg(zti_name_addr_parse(zti_str_of(row->text), &addr) == 0, "%s", row->text);
        ck_assert_msg(zti_str_eq(addr.display, zti_str_of(row->display)), "%s", row->text);
        ck_assert_msg(zti_str_eq(addr.uri, zti_str_of(row->uri)), "%s", row->text);
        ck_assert_msg(zti_str_eq(addr.params, zti_str_of(row->params)), "%s", row->text);
        ck_assert_msg(zti_str_eq(addr.tag, zti_str_of(row->tag)), "%s", row->text);
        ck_assert_uint_eq(addr.is_bracketed, row->is_bracketed);
    }
}
END_TEST

START_TEST(reads_no_byte_behind_any_prefix)
{
    guard g = guard_new(256);
    zti_name_addr addr;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t len = 0; len <= strlen(good[i].text); len++)
            (void)zti_name_addr_parse((zti_str){(char *)guard_put(&g, good[i].text, len), len},
                                      &addr);
    guard_free(&g);
}
END_TEST

UNIT_MAIN("wire/sip_addr", refuses_what_is_no_name_addr, reads_each_part,
          reads_no_byte_behind_any_prefix)
