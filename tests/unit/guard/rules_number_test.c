#include "guard/rules_number.h"

#include <zerotrunk/rules.h>
#include "unit.h"

/* The one spelling, or "" when it is no number. */
static const char *spelt(const char *user)
{
    static char out[32];
    size_t len = 0;

    out[0] = 0;
    if (ztrunk_toll_number(user, strlen(user), out, sizeof out, &len) != ZTRUNK_OK) return "";
    ck_assert_uint_eq(len, strlen(out));
    return out;
}

START_TEST(what_is_no_number_is_refused)
{
    const char *const users[] = {
        "",
        "+",
        "00",
        "-",
        "alice",
        "+49a",
        "*31#",
        "+49 30",
        "%2B",
        "++49",
        "49+30",
        "+49%00",
        "%2500",
        "+4930%3b1",
        "(+49)30",
        "+0493012",
        "000493012",
        "+1234567890123456",
        "+49%3",
        "+49,30",
        "0x31",
        "+49\n30",
        "12345678901234567890123",
        ";tgrp=a",
        "\xd9\xa1\xd9\xa2",
    };

    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        ck_assert_msg(*spelt(users[i]) == 0, "%s is a number", users[i]);
}
END_TEST

/* 30 dialled behind +1900 is a premium number for whoever puts the context in front. */
START_TEST(a_number_with_a_phone_context_is_refused)
{
    ck_assert_str_eq(spelt("30;phone-context=+1900"), "");
    ck_assert_str_eq(spelt("30;PHONE-%63ontext=example.com"), "");
    ck_assert_str_eq(spelt("30;phone-context=a;phone-context=b"), "");
    ck_assert_str_eq(spelt("30;isub=1"), "30");
}
END_TEST

START_TEST(every_spelling_of_a_number_is_the_same_number)
{
    const char *const users[] = {"+493012345",        "00493012345",   "%2B493012345",
                                 "+49-30-123.45",     "+49(30)12345",  "+49%33012345",
                                 "%30%3049301234%35", "0-0-493012345", "+493012345;tgrp=a;x",
                                 "%2b(49)30%2d12345"};

    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        ck_assert_str_eq(spelt(users[i]), "+493012345");
}
END_TEST

START_TEST(a_number_as_dialled_stays_as_dialled)
{
    ck_assert_str_eq(spelt("030-12345"), "03012345");
    ck_assert_str_eq(spelt("493012345"), "493012345");
    ck_assert_str_eq(spelt("0"), "0");
    ck_assert_str_eq(spelt("01149301"), "01149301");
    ck_assert_str_eq(spelt("12345678901234567890"), "12345678901234567890");
    ck_assert_str_eq(spelt("+123456789012345"), "+123456789012345");
}
END_TEST

START_TEST(a_small_buffer_is_told_the_size)
{
    char out[4] = "zzz";
    size_t len = 0;

    ck_assert_int_eq(ztrunk_toll_number("+493", 4, out, sizeof out, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, 5);
    ck_assert_str_eq(out, "zzz");
    ck_assert_int_eq(ztrunk_toll_number(NULL, 0, out, sizeof out, &len), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_toll_number("1", 1, NULL, 3, &len), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(a_prefix_is_digits_alone)
{
    const char *const bad[] = {"", "+4a", "+49-30", "%2B49", "*", "+0", "000", "+1234567890123456"};
    zti_number prefix;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(zti_number_prefix(zti_str_of(bad[i]), &prefix), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_number_prefix(zti_str_of("0049"), &prefix), ZTRUNK_OK);
    ck_assert(prefix.is_global && prefix.len == 2);
    ck_assert_int_eq(zti_number_prefix(zti_str_of("+"), &prefix), ZTRUNK_OK);
    ck_assert(prefix.is_global && prefix.len == 0);
    ck_assert_int_eq(zti_number_prefix(zti_str_of("0"), &prefix), ZTRUNK_OK);
    ck_assert(!prefix.is_global && prefix.len == 1);
}
END_TEST

UNIT_MAIN("guard/rules_number", what_is_no_number_is_refused,
          a_number_with_a_phone_context_is_refused, every_spelling_of_a_number_is_the_same_number,
          a_number_as_dialled_stays_as_dialled, a_small_buffer_is_told_the_size,
          a_prefix_is_digits_alone)
