/* What a peer's bytes become in a log line. */
#include "utf8.h"

#include <string.h>
#include "unit.h"

static uint32_t first_of(const char *bytes, size_t len, size_t *taken)
{
    struct utf8 in = {(const uint8_t *)bytes, len};
    uint32_t c = utf8_next(&in);

    *taken = len - in.left;
    return c;
}

START_TEST(what_begins_no_character_is_replaced_byte_by_byte)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {{"\x80", 1},
               {"\xbf", 1},
               {"\xc0\x80", 2},
               {"\xc1\xbf", 2}, /* overlong NUL and DEL */
               {"\xe0\x80\x80", 3},
               {"\xe0\x9f\xbf", 3}, /* overlong, three bytes */
               {"\xf0\x80\x80\x80", 4},
               {"\xf0\x8f\xbf\xbf", 4},
               {"\xed\xa0\x80", 3},
               {"\xed\xbf\xbf", 3}, /* surrogates */
               {"\xf4\x90\x80\x80", 4},
               {"\xf5\x80\x80\x80", 4}, /* beyond U+10FFFF */
               {"\xf8\x88\x80\x80\x80", 5},
               {"\xfe", 1},
               {"\xff", 1},
               {"\xc3", 1},
               {"\xe2\x82", 2},
               {"\xf0\x9f\x98", 3}, /* cut */
               {"\xc3(", 2},
               {"\xe2\x82(", 3},
               {"\xf0\x9f\x98(", 4}};
    size_t taken;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(first_of(bad[i].bytes, bad[i].len, &taken) == 0xfffd, "%zu", i);
        ck_assert_msg(taken == 1, "%zu took %zu", i, taken);
    }
}
END_TEST

START_TEST(the_borders_of_each_length_are_read)
{
    static const struct {
        const char *bytes;
        uint32_t want;
    } good[] = {{"\x01", 0x1},
                {"\x7f", 0x7f},
                {"\xc2\x80", 0x80},
                {"\xdf\xbf", 0x7ff},
                {"\xe0\xa0\x80", 0x800},
                {"\xed\x9f\xbf", 0xd7ff},
                {"\xee\x80\x80", 0xe000},
                {"\xef\xbf\xbf", 0xffff},
                {"\xf0\x90\x80\x80", 0x10000},
                {"\xf4\x8f\xbf\xbf", 0x10ffff}};
    size_t taken;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_uint_eq(first_of(good[i].bytes, strlen(good[i].bytes), &taken), good[i].want);
        ck_assert_uint_eq(taken, strlen(good[i].bytes));
    }
    ck_assert_uint_eq(first_of("\0", 1, &taken), 0);
}
END_TEST

static void escapes_as(uint32_t c, const char *want)
{
    char out[16];
    size_t len = utf8_escape(c, out);

    ck_assert_uint_eq(len, strlen(want));
    ck_assert_mem_eq(out, want, len);
}

START_TEST(what_moves_a_terminal_or_breaks_a_line_is_escaped)
{
    escapes_as(0, "\\u0000");
    escapes_as('\n', "\\u000a");
    escapes_as('\r', "\\u000d");
    escapes_as(0x1b, "\\u001b");
    escapes_as(0x1f, "\\u001f");
    escapes_as(0x7f, "\\u007f");
    escapes_as(0x9b, "\\u009b"); /* CSI in one character */
    escapes_as(0x9f, "\\u009f");
    escapes_as(0x2028, "\\u2028");
    escapes_as(0x202e, "\\u202e"); /* turns the direction of text */
    escapes_as(0x2066, "\\u2066");
    escapes_as(0xfeff, "\\ufeff");
    escapes_as('"', "\\\"");
    escapes_as('\\', "\\\\");
}
END_TEST

static uint32_t is_safe(const char *text)
{
    return utf8_is_safe(text, strlen(text));
}

START_TEST(text_with_what_would_be_escaped_is_not_safe)
{
    ck_assert(!is_safe("a\nb"));
    ck_assert(!is_safe("a\x1b[2Jb"));
    ck_assert(!is_safe("a\x7f"));
    ck_assert(!is_safe("a\xc2\x85"
                       "b")); /* NEL: a line's end to some */
    ck_assert(!is_safe("a\xe2\x80\xa8"
                       "b"));
    ck_assert(!is_safe("a\xe2\x80\xae"
                       "b"));
    ck_assert(!is_safe("a\xff"
                       "b"));
    ck_assert(!is_safe("a\xc3"));
    ck_assert(!utf8_is_safe("a\0b", 3));
    ck_assert(is_safe(""));
    ck_assert(is_safe("a\tb \"c\" \\ \xc3\xa4 \xf0\x9f\x93\x9e"));
}
END_TEST

/* Every character there is: read again, it is itself, or was escaped in plain ASCII. */
START_TEST(each_character_comes_back_as_it_was)
{
    uint32_t wrong = 0;

    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char out[16];
        size_t len, taken;

        if (c >= 0xd800 && c < 0xe000) continue;
        len = utf8_escape(c, out);
        wrong += len > 12;
        if (out[0] != '\\') wrong += first_of(out, len, &taken) != c || taken != len;
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

UNIT_MAIN("zerotrunkd/utf8", what_begins_no_character_is_replaced_byte_by_byte,
          the_borders_of_each_length_are_read, what_moves_a_terminal_or_breaks_a_line_is_escaped,
          text_with_what_would_be_escaped_is_not_safe, each_character_comes_back_as_it_was)
