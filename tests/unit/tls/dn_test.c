#include "tls/dn.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"

static char words[8192];

/* A Name of these bytes, said in words. */
static const char *say(const char *der, size_t len)
{
    ztrunk_ctx *ctx = NULL;
    zti_buf out;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    out = zti_buf_of(ctx, sizeof words - 1);
    zti_dn_text((zti_str){der, len}, &out);
    ck_assert_int_eq(out.err, ZTRUNK_OK);
    memcpy(words, out.data != NULL ? out.data : (const uint8_t *)"", out.len);
    words[out.len] = 0;
    zti_buf_free(&out);
    ztrunk_ctx_free(ctx);
    return words;
}

#define SAY(literal) say((literal), sizeof(literal) - 1)

START_TEST(what_breaks_its_grammar_ends_there_and_nothing_is_read_past_it)
{
    static const char name[] = "\x30\x18\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
                               "DE\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00";

    for (size_t len = 0; len < sizeof name - 1; len++) {
        char *copy = malloc(len + 1); /* a read past its end is seen by the sanitizer */

        memcpy(copy, name, len);
        (void)say(copy, len);
        ck_assert(strcmp(words, "") == 0 || strcmp(words, "C=DE") == 0);
        free(copy);
    }
    ck_assert_str_eq(SAY(""), "");
    ck_assert_str_eq(SAY("\x30\x00"), "");
    ck_assert_str_eq(SAY("\x31\x00"), "");
    ck_assert_str_eq(SAY("\x30\x02\x31\x00"), "");
}
END_TEST

START_TEST(no_byte_of_it_can_leave_the_line_or_forge_another_part)
{
    ck_assert_str_eq(SAY("\x30\x17\x31\x15\x30\x13\x06\x03\x55\x04\x03\x0c\x0c"
                         "a\r\n\x1b[31m,O=x"),
                     "CN=a\\0d\\0a\\1b[31m\\,O\\=x");
    ck_assert_str_eq(SAY("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04\xc3\xbc\x00\x7f"),
                     "CN=\\c3\\bc\\00\\7f");
    ck_assert_str_eq(SAY("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03# \x20"),
                     "CN=\\# \\ ");
}
END_TEST

START_TEST(the_last_part_comes_first_each_under_its_short_name_or_number)
{
    ck_assert_str_eq(SAY("\x30\x1e\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
                         "DE\x31\x0f\x30\x0d\x06\x03\x55\x04\x03\x0c\x06"
                         "Root 1"),
                     "CN=Root 1,C=DE");
    /* RFC 4514 4's DC, and an organizationIdentifier (2.5.4.97), two parts of one set. */
    ck_assert_str_eq(SAY("\x30\x24\x31\x22\x30\x13\x06\x0a\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"
                         "\x16\x05"
                         "examp\x30\x0b\x06\x03\x55\x04\x61\x0c\x04"
                         "VATX"),
                     "2.5.4.97=VATX,DC=examp");
    ck_assert_str_eq(SAY("\x30\x10\x31\x0e\x30\x0c\x06\x07\x2b\x06\x01\x04\x01\x82\x37\x13\x01x"),
                     "1.3.6.1.4.1.311=x");
}
END_TEST

START_TEST(a_name_of_a_thousand_parts_costs_sixteen)
{
    static char name[13004];
    size_t at = 4;

    memcpy(name, "\x30\x82\x32\xc8", 4); /* 13000 */
    for (int i = 0; i < 1000; i++, at += 13)
        memcpy(name + at,
               "\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
               "DE",
               13);
    ck_assert_uint_eq(strlen(say(name, at)), 16 * 5 - 1);
}
END_TEST

UNIT_MAIN("tls/dn", what_breaks_its_grammar_ends_there_and_nothing_is_read_past_it,
          no_byte_of_it_can_leave_the_line_or_forge_another_part,
          the_last_part_comes_first_each_under_its_short_name_or_number,
          a_name_of_a_thousand_parts_costs_sixteen)
