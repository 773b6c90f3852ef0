#include <zerotrunk/core.h>

#include <string.h>
#include "unit.h"

START_TEST(every_error_has_words_of_its_own)
{
    for (int32_t a = ZTRUNK_OK; a >= ZTRUNK_E_SYSTEM; a--) {
        ck_assert_str_ne(ztrunk_strerror(a), "unknown error");
        for (int32_t b = a - 1; b >= ZTRUNK_E_SYSTEM; b--)
            ck_assert_str_ne(ztrunk_strerror(a), ztrunk_strerror(b));
    }
}
END_TEST

START_TEST(an_unknown_error_is_said_to_be_unknown)
{
    static const int32_t odd[] = {1, ZTRUNK_E_SYSTEM - 1, INT32_MIN, INT32_MAX};

    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        ck_assert_str_eq(ztrunk_strerror(odd[i]), "unknown error");
}
END_TEST

START_TEST(the_number_is_the_version_of_the_header)
{
    unsigned major = 0, minor = 0, patch = 0;

    ck_assert_int_eq(sscanf(ZTRUNK_VERSION, "%u.%u.%u", &major, &minor, &patch), 3);
    ck_assert_uint_eq(ztrunk_version(), major << 16 | minor << 8 | patch);
}
END_TEST

UNIT_MAIN("base/err", every_error_has_words_of_its_own, an_unknown_error_is_said_to_be_unknown,
          the_number_is_the_version_of_the_header)
