#include "srtp/policy.h"

#include <string.h>
#include <srtp2/crypto_types.h>
#include "unit.h"

START_TEST(no_suite_goes_without_encryption_or_authentication)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        srtp_policy_t p = {0};

        ck_assert_int_eq(zti_srtp_policy(suite, &p), ZTRUNK_OK);
        ck_assert_int_eq(p.rtp.sec_serv, sec_serv_conf_and_auth);
        ck_assert_int_eq(p.rtcp.sec_serv, sec_serv_conf_and_auth);
        ck_assert_int_ne((int)p.rtp.cipher_type, SRTP_NULL_CIPHER);
        ck_assert_int_ne((int)p.rtcp.cipher_type, SRTP_NULL_CIPHER);
    }
}
END_TEST

START_TEST(unknown_suites_are_refused)
{
    srtp_policy_t p = {0};

    ck_assert_int_eq(zti_srtp_policy(ZTRUNK_SUITE_NONE, &p), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_srtp_policy(9, &p), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_srtp_policy(UINT32_MAX, &p), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(keys_are_as_long_as_sdes_says)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        srtp_policy_t p = {0};

        ck_assert_int_eq(zti_srtp_policy(suite, &p), ZTRUNK_OK);
        ck_assert_uint_eq((size_t)p.rtp.cipher_key_len, ztrunk_suite_key_len(suite));
        ck_assert_uint_eq((size_t)p.rtcp.cipher_key_len, ztrunk_suite_key_len(suite));
    }
}
END_TEST

START_TEST(the_short_tag_is_rtps_alone)
{
    static const uint32_t suites[] = {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32,
                                      ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32,
                                      ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32};

    for (size_t i = 0; i < 3; i++) {
        srtp_policy_t p = {0};

        ck_assert_int_eq(zti_srtp_policy(suites[i], &p), ZTRUNK_OK);
        ck_assert_int_eq(p.rtp.auth_tag_len, 4);
        ck_assert_int_eq(p.rtcp.auth_tag_len, 10);
    }
}
END_TEST

START_TEST(every_error_of_libsrtp2_is_an_error_here)
{
    for (int status = 1; status <= 40; status++)
        ck_assert_int_lt(zti_srtp_error((srtp_err_status_t)status), 0);
    ck_assert_int_eq(zti_srtp_error(srtp_err_status_ok), ZTRUNK_OK);
    ck_assert_int_eq(zti_srtp_error(srtp_err_status_auth_fail), ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_srtp_error(srtp_err_status_replay_old), ZTRUNK_E_REPLAY);
    ck_assert_int_eq(zti_srtp_error(srtp_err_status_key_expired), ZTRUNK_E_EXPIRED);
}
END_TEST

UNIT_MAIN("srtp/policy", no_suite_goes_without_encryption_or_authentication,
          unknown_suites_are_refused, keys_are_as_long_as_sdes_says, the_short_tag_is_rtps_alone,
          every_error_of_libsrtp2_is_an_error_here)
