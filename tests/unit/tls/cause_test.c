#include "tls/cause.h"

#include <string.h>
#include <mbedtls/ssl.h>
#include <zerotrunk/tls.h>
#include "unit.h"

START_TEST(every_cause_has_a_text_an_error_and_an_alert)
{
    for (uint32_t cause = 1; cause <= ZTRUNK_TLS_CAUSE_NO_KEY; cause++) {
        ck_assert_ptr_nonnull(ztrunk_tls_cause_text(cause));
        ck_assert_int_lt(zti_cause_error(cause), 0);
        for (uint32_t other = 1; other < cause; other++) {
            ck_assert_str_ne(ztrunk_tls_cause_text(cause), ztrunk_tls_cause_text(other));
            ck_assert_str_ne(ztrunk_tls_cause_name(cause), ztrunk_tls_cause_name(other));
        }
        /* A word that needs no quotes in a filter or a metric's label. */
        ck_assert_uint_eq(strspn(ztrunk_tls_cause_name(cause), "abcdefghijklmnopqrstuvwxyz-"),
                          strlen(ztrunk_tls_cause_name(cause)));
    }
    ck_assert_str_eq(ztrunk_tls_cause_name(ZTRUNK_TLS_CAUSE_WRONG_NAME), "wrong-name");
    ck_assert_str_eq(ztrunk_tls_cause_name(999), "unknown");
    ck_assert_str_eq(ztrunk_tls_cause_text(999), "unknown cause");
    ck_assert_int_eq(zti_cause_error(ZTRUNK_TLS_CAUSE_NONE), ZTRUNK_OK);
    ck_assert_uint_eq(zti_cause_alert(ZTRUNK_TLS_CAUSE_REVOKED), 44);
    ck_assert_uint_eq(zti_cause_alert(ZTRUNK_TLS_CAUSE_UNTRUSTED), 48);
}
END_TEST

START_TEST(lack_of_memory_is_not_the_peers_fault)
{
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_SSL_ALLOC_FAILED), ZTRUNK_TLS_CAUSE_INTERNAL);
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_X509_ALLOC_FAILED), ZTRUNK_TLS_CAUSE_INTERNAL);
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_MPI_ALLOC_FAILED), ZTRUNK_TLS_CAUSE_INTERNAL);
}
END_TEST

START_TEST(what_the_peer_did_is_told_apart)
{
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE),
                      ZTRUNK_TLS_CAUSE_PEER_REFUSED);
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_SSL_CONN_EOF), ZTRUNK_TLS_CAUSE_TRUNCATED);
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_ECP_VERIFY_FAILED), ZTRUNK_TLS_CAUSE_NO_KEY);
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_SSL_INVALID_MAC), ZTRUNK_TLS_CAUSE_PROTOCOL);
    /* A certificate that does not parse: a module's code and an ASN.1 one below it. */
    ck_assert_uint_eq(zti_cause_of(MBEDTLS_ERR_X509_INVALID_EXTENSIONS +
                                   MBEDTLS_ERR_ASN1_OUT_OF_DATA),
                      ZTRUNK_TLS_CAUSE_CHAIN);
}
END_TEST

UNIT_MAIN("tls/cause", every_cause_has_a_text_an_error_and_an_alert,
          lack_of_memory_is_not_the_peers_fault, what_the_peer_did_is_told_apart)
