#include <zerotrunk/core.h>

#include <string.h>
#include "unit.h"

static uint32_t suite(const char *name)
{
    return ztrunk_suite_from_name(name, strlen(name));
}

START_TEST(no_name_leads_to_a_suite_without_protection)
{
    static const char *const bad[] = {"",
                                      "NONE",
                                      "NULL_HMAC_SHA1_80",
                                      "aes_cm_128_hmac_sha1_80",
                                      "AES_CM_128_HMAC_SHA1_80 ",
                                      "AES_CM_128_HMAC_SHA1_8",
                                      "AES_CM_128_NULL_AUTH",
                                      "F8_128_HMAC_SHA1_80"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(suite(bad[i]) == ZTRUNK_SUITE_NONE, "%s", bad[i]);
    ck_assert_uint_eq(ztrunk_suite_from_name(NULL, 0), ZTRUNK_SUITE_NONE);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_NONE), 0);
    ck_assert_uint_eq(ztrunk_suite_key_len(99), 0);
    ck_assert_str_eq(ztrunk_suite_name(99), "NONE");
}
END_TEST

START_TEST(each_name_leads_back_to_its_suite)
{
    for (uint32_t s = 1; s <= ZTRUNK_SUITE_AEAD_AES_256_GCM; s++)
        ck_assert_uint_eq(suite(ztrunk_suite_name(s)), s);
    ck_assert_uint_eq(suite("AES_CM_256_HMAC_SHA1_80"), ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80);
    ck_assert_uint_eq(suite("AES_CM_192_HMAC_SHA1_32"), ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32);
}
END_TEST

/* RFC 4568 6.2 (16 + 14), RFC 6188 4 (24 or 32, + 14), RFC 7714 12 (16 or 32, + 12). */
START_TEST(keys_are_as_long_as_the_rfcs_say)
{
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80), 30);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32), 30);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80), 38);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80), 46);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AEAD_AES_128_GCM), 28);
    ck_assert_uint_eq(ztrunk_suite_key_len(ZTRUNK_SUITE_AEAD_AES_256_GCM), 44);
}
END_TEST

UNIT_MAIN("base/suite", no_name_leads_to_a_suite_without_protection,
          each_name_leads_back_to_its_suite, keys_are_as_long_as_the_rfcs_say)
