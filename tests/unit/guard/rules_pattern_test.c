#include "guard/rules_pattern.h"

#include <regex.h>
#include <zerotrunk/core.h>
#include "unit.h"

static uint32_t matches(const char *pattern, const char *user)
{
    zti_pattern p;
    zti_number n;

    ck_assert_int_eq(zti_pattern_read(zti_str_of(pattern), &p), ZTRUNK_OK);
    ck_assert_int_eq(zti_number_read(zti_str_of(user), &n), ZTRUNK_OK);
    return zti_pattern_matches(&p, &n);
}

START_TEST(what_is_no_pattern_is_refused)
{
    const char *const bad[] = {
        "",
        "_",
        "a",
        "x*",
        "[",
        "[]",
        "[1",
        "[1-",
        "[3-1]",
        "[-3]",
        "[1-]",
        "[x]",
        "1.2",
        ".1",
        "1..",
        "1!.",
        "4+9",
        "++1",
        "+0x",
        "001",
        "00",
        "x-x",
        "1 ",
        "__1",
        "(1)",
        "1|2",
        "[1-5",
        "\\d",
        "+xxxxxxxxxxxxxxxx",
        "xxxxxxxxxxxxxxxxxxxxx",
        "+",
        "+xxxxxxxxxxxxxxx.",
    };
    zti_pattern p;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(zti_pattern_read(zti_str_of(bad[i]), &p) == ZTRUNK_E_INVALID, "%s", bad[i]);
}
END_TEST

START_TEST(a_dot_wants_a_digit_and_a_bang_does_not)
{
    ck_assert(matches("+49xxx.", "+491234"));
    ck_assert(!matches("+49xxx.", "+49123"));
    ck_assert(matches("+49xxx!", "+49123"));
    ck_assert(!matches("+49xxx!", "+4912"));
    ck_assert(!matches("+49xxx", "+491234"));
    ck_assert(matches("+!", "+1"));
    ck_assert(matches("!", "1"));
}
END_TEST

START_TEST(each_letter_is_its_set)
{
    ck_assert(matches("_0ZxN", "0102"));
    ck_assert(!matches("1zxn", "1002"));
    ck_assert(!matches("1zxn", "1101"));
    ck_assert(matches("[13-57]", "4"));
    ck_assert(!matches("[13-57]", "2"));
    ck_assert(!matches("[13-57]", "6"));
}
END_TEST

START_TEST(a_number_as_dialled_matches_no_global_pattern)
{
    ck_assert(!matches("+49x.", "4912"));
    ck_assert(!matches("49x.", "+4912"));
    ck_assert(matches("+49x.", "004912"));
    ck_assert(!matches("0!", "004912"));
}
END_TEST

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

/* A random pattern, and the same as a POSIX regular expression. */
static void random_pattern(uint32_t *state, char pattern[64], char regex[192])
{
    static const char *const both[][2] = {{"x", "[0-9]"},     {"X", "[0-9]"},   {"z", "[1-9]"},
                                          {"N", "[2-9]"},     {"1", "1"},       {"2", "2"},
                                          {"[1-3]", "[1-3]"}, {"[29]", "[29]"}, {"0", "0"}};
    static const char *const ends[][2] = {{"", "$"}, {".", "[0-9]+$"}, {"!", "[0-9]*$"}};
    const uint32_t end = dice(state, 3);
    size_t p = 0, r = 0;

    if (dice(state, 2)) p = (size_t)snprintf(pattern, 64, "+");
    r = (size_t)snprintf(regex, 192, "^%s", p > 0 ? "[+]" : "");
    for (uint32_t i = 1 + dice(state, 4); i > 0; i--) {
        const char *const *one = both[dice(state, 9)];

        p += (size_t)snprintf(pattern + p, 64 - p, "%s", one[0]);
        r += (size_t)snprintf(regex + r, 192 - r, "%s", one[1]);
    }
    snprintf(pattern + p, 64 - p, "%s", ends[end][0]);
    snprintf(regex + r, 192 - r, "%s", ends[end][1]);
}

static void random_number(uint32_t *state, char number[16])
{
    uint32_t len = 1 + dice(state, 6), at = 0;

    if (dice(state, 2)) number[at++] = '+';
    number[at] = (char)('0' + dice(state, 3));
    if (at == 1 && number[at] == '0') number[at] = '1';
    for (at++; len > 1; len--) number[at++] = (char)('0' + dice(state, 4));
    number[at] = 0;
}

/* The oracle is the C library's regular expressions, which know nothing of numbers. */
START_TEST(it_says_what_a_regular_expression_says)
{
    uint32_t state = 4904, hits = 0, tried = 0;

    for (uint32_t i = 0; i < 3000; i++) {
        char pattern[64], regex[192], number[16];
        zti_pattern p;
        zti_number n;
        regex_t oracle;

        random_pattern(&state, pattern, regex);
        if (zti_pattern_read(zti_str_of(pattern), &p) != ZTRUNK_OK) continue;
        ck_assert_int_eq(regcomp(&oracle, regex, REG_EXTENDED | REG_NOSUB), 0);
        for (uint32_t k = 0; k < 40; k++) {
            uint32_t hit;

            random_number(&state, number);
            /* 00 is an access code and no part of what the pattern sees. */
            if (number[0] == '0' && number[1] == '0') continue;
            ck_assert_int_eq(zti_number_read(zti_str_of(number), &n), ZTRUNK_OK);
            hit = zti_pattern_matches(&p, &n);
            ck_assert_msg(hit == (regexec(&oracle, number, 0, NULL, 0) == 0), "%s of %s", number,
                          pattern);
            hits += hit;
            tried++;
        }
        regfree(&oracle);
    }
    ck_assert_uint_gt(tried, 50000);
    ck_assert_uint_gt(hits, 1000);
}
END_TEST

START_TEST(a_prefix_is_a_pattern_with_any_end)
{
    zti_number prefix, number;
    zti_pattern p;

    ck_assert_int_eq(zti_number_prefix(zti_str_of("0049"), &prefix), ZTRUNK_OK);
    p = zti_pattern_of_prefix(&prefix);
    ck_assert_int_eq(zti_number_read(zti_str_of("+49"), &number), ZTRUNK_OK);
    ck_assert(zti_pattern_matches(&p, &number));
    ck_assert_int_eq(zti_number_read(zti_str_of("+4"), &number), ZTRUNK_OK);
    ck_assert(!zti_pattern_matches(&p, &number));
    ck_assert_int_eq(zti_number_read(zti_str_of("49"), &number), ZTRUNK_OK);
    ck_assert(!zti_pattern_matches(&p, &number));
}
END_TEST

UNIT_MAIN("guard/rules_pattern", what_is_no_pattern_is_refused,
          a_dot_wants_a_digit_and_a_bang_does_not, each_letter_is_its_set,
          a_number_as_dialled_matches_no_global_pattern, it_says_what_a_regular_expression_says,
          a_prefix_is_a_pattern_with_any_end)
