#include "tls/mbed.h"

#include <mbedtls/pk.h>
#include <string.h>
#include <zerotrunk/tls.h>
#include "unit.h"
#include "unit/tls/pki.h"

START_TEST(the_highest_version_is_what_this_library_has)
{
    ck_assert_int_eq(zti_mbed_start(), ZTRUNK_OK);
    ck_assert_int_eq(zti_mbed_start(), ZTRUNK_OK);
    ck_assert_uint_eq(zti_mbed_top_version(), 0x0304);
}
END_TEST

START_TEST(a_key_proves_itself_by_a_signature)
{
    const pki_key *keys[] = {pki_p256(), pki_p256()};
    mbedtls_pk_context pk[2];
    char text[2][2048];
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    for (size_t i = 0; i < 2; i++) {
        mbedtls_pk_init(&pk[i]);
        pki_key_pem(keys[i], text[i], sizeof text[i]);
        ck_assert_int_eq(zti_mbed_parse_key(&pk[i], (uint8_t *)text[i], strlen(text[i]) + 1, ctx),
                         ZTRUNK_OK);
    }
    ck_assert_int_eq(zti_mbed_prove_key(&pk[0], &pk[1], ctx), ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_mbed_prove_key(&pk[1], &pk[1], ctx), ZTRUNK_OK);
    for (size_t i = 0; i < 2; i++) mbedtls_pk_free(&pk[i]);
    ztrunk_ctx_free(ctx);
    pki_end();
}
END_TEST

START_TEST(no_suite_in_common_is_told)
{
    ck_assert_uint_eq(zti_mbed_cause(MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE), ZTRUNK_TLS_CAUSE_SUITE);
    ck_assert_uint_eq(zti_mbed_cause(-1), ZTRUNK_TLS_CAUSE_PROTOCOL);
    ck_assert_uint_eq(zti_mbed_is_to_repeat(MBEDTLS_ERR_SSL_WANT_READ), 0);
}
END_TEST

UNIT_MAIN("tls/mbed_v3", the_highest_version_is_what_this_library_has,
          a_key_proves_itself_by_a_signature, no_suite_in_common_is_told)
