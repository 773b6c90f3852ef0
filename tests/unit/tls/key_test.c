#include "tls/key.h"

#include <mbedtls/ecp.h>
#include <string.h>
#include <zerotrunk/core.h>
#include "tls/cert.h"
#include "unit.h"
#include "unit/tls/pki.h"

static pki_der der;

static zti_cert of(const pki_key *key)
{
    pki_spec spec = {.subject = "a", .issuer = "a", .key = key, .signer = key};
    zti_cert cert;

    pki_make(&spec, &der);
    ck_assert_int_eq(zti_cert_read((zti_str){(char *)der.data, der.len}, &cert), ZTRUNK_OK);
    return cert;
}

START_TEST(weak_and_unknown_keys_are_told)
{
    static const int curves[] = {MBEDTLS_ECP_DP_SECP192R1, MBEDTLS_ECP_DP_SECP224R1,
                                 MBEDTLS_ECP_DP_SECP256K1, MBEDTLS_ECP_DP_BP256R1};

    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        ck_assert_uint_eq(of(pki_ec(curves[i])).key_kind, ZTI_KEY_WEAK);
    ck_assert_uint_eq(of(pki_rsa(1024)).key_kind, ZTI_KEY_WEAK);
    ck_assert_uint_eq(zti_key_kind(ZTI_STR("")), ZTI_KEY_WEAK);
    /* DSA, and an EC key whose curve is spelt out. */
    ck_assert_uint_eq(zti_key_kind(ZTI_STR("\x30\x0f\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x01"
                                           "\x03\x02\x00x")),
                      ZTI_KEY_WEAK);
    ck_assert_uint_eq(zti_key_kind(ZTI_STR("\x30\x11\x30\x0b\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
                                           "\x30\x00\x03\x02\x00x")),
                      ZTI_KEY_WEAK);
    pki_end();
}
END_TEST

START_TEST(good_keys_are_told)
{
    static const int curves[] = {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
                                 MBEDTLS_ECP_DP_SECP521R1};

    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        ck_assert_uint_eq(of(pki_ec(curves[i])).key_kind, ZTI_KEY_EC);
    ck_assert_uint_eq(of(pki_rsa(2048)).key_kind, ZTI_KEY_RSA);
    pki_end();
}
END_TEST

START_TEST(p521_is_told_from_the_curves_of_the_profiles)
{
    ck_assert_uint_eq(zti_key_is_p521(of(pki_ec(MBEDTLS_ECP_DP_SECP521R1)).spki), 1);
    ck_assert_uint_eq(zti_key_is_p521(of(pki_ec(MBEDTLS_ECP_DP_SECP384R1)).spki), 0);
    ck_assert_uint_eq(zti_key_is_p521(of(pki_p256()).spki), 0);
    ck_assert_uint_eq(zti_key_is_p521(of(pki_rsa(2048)).spki), 0);
    ck_assert_uint_eq(zti_key_is_p521(ZTI_STR("\x30\x01")), 0);
    pki_end();
}
END_TEST

START_TEST(a_signature_holds_for_its_key_and_its_bytes_only)
{
    zti_cert cert = of(pki_p256());
    char *copy = malloc(cert.tbs.len);

    memcpy(copy, cert.tbs.p, cert.tbs.len);
    ck_assert_int_eq(zti_key_verify(cert.spki, cert.sig_alg, cert.tbs, cert.signature), ZTRUNK_OK);
    copy[cert.tbs.len - 1] ^= 1;
    ck_assert_int_eq(zti_key_verify(cert.spki, cert.sig_alg, (zti_str){copy, cert.tbs.len},
                                    cert.signature),
                     ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_key_verify(cert.spki, ZTI_SIG_ECDSA_SHA384, cert.tbs, cert.signature),
                     ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_key_verify(cert.spki, ZTI_SIG_RSA_SHA256, cert.tbs, cert.signature),
                     ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_key_verify(cert.spki, ZTI_SIG_NONE, cert.tbs, cert.signature),
                     ZTRUNK_E_AUTH);
    ck_assert_int_eq(zti_key_verify(cert.spki, cert.sig_alg, cert.tbs, ZTI_STR("")), ZTRUNK_E_AUTH);
    free(copy);
    pki_end();
}
END_TEST

UNIT_MAIN("tls/key", weak_and_unknown_keys_are_told, good_keys_are_told,
          p521_is_told_from_the_curves_of_the_profiles,
          a_signature_holds_for_its_key_and_its_bytes_only)
