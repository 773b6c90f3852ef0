#include "wire/scan.h"

#include <string.h>
#include "../../guard.h"

#define ALPHA "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"
#define MARK  "-_.!~*'()"

START_TEST(classes_hold_what_rfc_3261_names_and_nothing_else)
{
    static const struct {
        uint32_t class;
        const char *set;
    } rows[] = {{ZTI_C_TOKEN, ALPHA DIGIT "-.!%*_+`'~"},
                {ZTI_C_WSP, " \t"},
                {ZTI_C_DIGIT, DIGIT},
                {ZTI_C_HEX, DIGIT "abcdefABCDEF"},
                {ZTI_C_HOST, ALPHA DIGIT "-."},
                {ZTI_C_USER, ALPHA DIGIT MARK "&=+$,;?/"},
                {ZTI_C_PASSWORD, ALPHA DIGIT MARK "&=+$,"},
                {ZTI_C_URI_PARAM, ALPHA DIGIT MARK "[]/:&+$"},
                {ZTI_C_URI_HEADER, ALPHA DIGIT MARK "[]/?:+$=&"},
                {ZTI_C_URIC, ALPHA DIGIT MARK ";/?:@&=+$,[]#"},
                {ZTI_C_WORD, ALPHA DIGIT "-.!%*_+`'~()<>:\\\"/[]?{}"},
                {ZTI_C_VALUE, ALPHA DIGIT "-.!%*_+`'~[]:"},
                {ZTI_C_ALNUM, ALPHA DIGIT},
                {ZTI_C_ALPHA, ALPHA}};
    static const struct {
        uint32_t class;
        const char *out;
    } all_but[] = {{ZTI_C_ITEM, ",;\"<"}, {ZTI_C_QUOTED, "\"\\"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int c = 0; c < 256; c++)
            ck_assert_uint_eq(zti_scan_in((char)c, rows[i].class),
                              c != 0 && strchr(rows[i].set, c) != NULL);
    for (size_t i = 0; i < sizeof all_but / sizeof all_but[0]; i++)
        for (int c = 0; c < 256; c++)
            ck_assert_uint_eq(zti_scan_in((char)c, all_but[i].class),
                              c == 0 || strchr(all_but[i].out, c) == NULL);
}
END_TEST

START_TEST(text_has_no_control_character_wherever_it_stands)
{
    guard g = guard_new(64);

    for (size_t len = 1; len <= 24; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int c = 0; c < 256; c++) {
                uint8_t *text = g.wall - len;
                uint32_t want = (c >= ' ' && c < 0x7f) || c == '\t';

                memset(text, 'a', len);
                text[at] = (uint8_t)c;
                ck_assert_uint_eq(zti_text_ok((zti_str){(char *)text, len}, 0), want);
            }
        }
    }
    guard_free(&g);
}
END_TEST

START_TEST(text_is_well_formed_utf_8)
{
    static const char *const good[] = {"\xc3\xa4",     "\xe2\x82\xac",     "\xf0\x9f\x98\x80",
                                       "\xef\xbb\xbf", "\xf4\x8f\xbf\xbf", "a\xc2\x80z"};
    static const char *const bad[] = {"\x80",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xc3",
                                      "\xc3z",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xe2\x82",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf5\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xff",
                                      "\xf0\x9f\x98",
                                      "\xfe\xff"};
    guard g = guard_new(64);

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(zti_text_ok(zti_str_of(good[i]), 0), "good %zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = strlen(bad[i]);

        ck_assert_msg(!zti_text_ok((zti_str){(char *)guard_put(&g, bad[i], len), len}, 1),
                      "bad %zu", i);
    }
    guard_free(&g);
}
END_TEST

START_TEST(a_control_character_may_be_a_quoted_pair_where_asked)
{
    ck_assert(zti_text_ok((zti_str){"\"a\\\0\"", 5}, 1));
    ck_assert(!zti_text_ok((zti_str){"\"a\\\0\"", 5}, 0));
    ck_assert(!zti_text_ok((zti_str){"a\\\0", 3}, 1));
    ck_assert(!zti_text_ok((zti_str){"\"\\\\\0\"", 5}, 1));
    ck_assert(!zti_text_ok(ZTI_STR("\"\\\r\""), 1));
    ck_assert(!zti_text_ok(ZTI_STR("\"\\\n\""), 1));
    ck_assert(!zti_text_ok(ZTI_STR("\"a\"\\\x01"), 1));
}
END_TEST

START_TEST(quotes_must_close)
{
    static const char *const bad[] = {"", "a\"", "\"", "\"a", "\"a\\\"", "\"\\"};
    zti_str s, inner;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        s = zti_str_of(bad[i]);
        ck_assert(!zti_scan_quoted(&s, &inner));
        ck_assert_uint_eq(s.len, strlen(bad[i]));
    }
    s = ZTI_STR("\"a\\\"b\"c");
    ck_assert(zti_scan_quoted(&s, &inner));
    ck_assert(zti_str_eq(inner, ZTI_STR("a\\\"b")));
    ck_assert(zti_str_eq(s, ZTI_STR("c")));
}
END_TEST

START_TEST(an_escape_is_two_hex_digits)
{
    zti_str s = ZTI_STR("a%41b%4g");

    ck_assert(zti_str_eq(zti_scan_escaped(&s, ZTI_C_USER), ZTI_STR("a%41b")));
    ck_assert(zti_str_eq(s, ZTI_STR("%4g")));
    s = ZTI_STR("%4");
    ck_assert_uint_eq(zti_scan_escaped(&s, ZTI_C_USER).len, 0);
}
END_TEST

UNIT_MAIN("wire/scan", classes_hold_what_rfc_3261_names_and_nothing_else,
          text_has_no_control_character_wherever_it_stands, text_is_well_formed_utf_8,
          a_control_character_may_be_a_quoted_pair_where_asked, quotes_must_close,
          an_escape_is_two_hex_digits)
