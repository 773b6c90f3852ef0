#include "tls/cert.h"

#include <mbedtls/md.h>
#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"
#include "unit/tls/pki.h"

static pki_der der;

static pki_spec leaf(void)
{
    const pki_key *key = pki_p256();

    return (pki_spec){.subject = "edge",
                      .issuer = "ca",
                      .key = key,
                      .signer = key,
                      .serial = 0x1234,
                      .san = {{PKI_DNS, "a.com", 0}},
                      .eku = PKI_CLIENT};
}

static zti_str made(const pki_spec *spec)
{
    pki_make(spec, &der);
    return (zti_str){(char *)der.data, der.len};
}

START_TEST(every_cut_of_a_certificate_is_refused)
{
    pki_spec spec = leaf();
    zti_str whole = made(&spec);
    zti_cert cert;

    for (size_t len = 0; len < whole.len; len++) {
        /* A copy of just this length, so that a read behind it is seen. */
        uint8_t *cut = malloc(len > 0 ? len : 1);

        memcpy(cut, whole.p, len);
        ck_assert_int_eq(zti_cert_read((zti_str){(char *)cut, len}, &cert), ZTRUNK_E_MALFORMED);
        free(cut);
    }
    pki_end();
}
END_TEST

START_TEST(nothing_may_stand_behind_a_certificate)
{
    pki_spec spec = leaf();
    zti_str whole = made(&spec);
    zti_cert cert;

    der.data[whole.len] = 0;
    whole.len++;
    ck_assert_int_eq(zti_cert_read(whole, &cert), ZTRUNK_E_MALFORMED);
    pki_end();
}
END_TEST

START_TEST(fields_are_where_they_belong)
{
    pki_spec spec = leaf();
    zti_cert cert;

    ck_assert_int_eq(zti_cert_read(made(&spec), &cert), ZTRUNK_OK);
    ck_assert(zti_str_eq(cert.serial, ZTI_STR("\x12\x34")));
    ck_assert(cert.is_v3 && !cert.is_serial_odd && !cert.is_ca);
    ck_assert_int_eq(cert.not_before_s, PKI_NOW - PKI_YEAR / 2);
    ck_assert_int_eq(cert.not_after_s, PKI_NOW + PKI_YEAR / 2);
    ck_assert_uint_eq(cert.sig_alg, ZTI_SIG_ECDSA_SHA256);
    ck_assert_uint_eq(cert.key_kind, ZTI_KEY_EC);
    ck_assert_uint_eq(cert.key_usage, ZTI_KU_SIGN);
    ck_assert_uint_eq(cert.eku, ZTI_EKU_CLIENT);
    ck_assert_uint_eq(cert.key_id.len, 20);
    ck_assert(zti_str_eq(cert.san, ZTI_STR("\x82\x05"
                                           "a.com")));
    ck_assert(!zti_cert_is_self_issued(&cert));
    pki_end();
}
END_TEST

START_TEST(odd_serials_are_marked)
{
    static const uint32_t odd[] = {0x80000000, 0xffffffff};
    pki_spec spec = leaf();
    zti_cert cert;

    for (size_t i = 0; i < 2; i++) {
        spec.serial = odd[i];
        ck_assert_int_eq(zti_cert_read(made(&spec), &cert), ZTRUNK_OK);
        ck_assert(cert.is_serial_odd);
    }
    pki_end();
}
END_TEST

START_TEST(old_hashes_are_no_signature)
{
    static const int old[] = {MBEDTLS_MD_MD5, MBEDTLS_MD_SHA1};
    pki_spec spec = leaf();
    zti_cert cert;

    for (size_t i = 0; i < 2; i++) {
        spec.hash = old[i];
        ck_assert_int_eq(zti_cert_read(made(&spec), &cert), ZTRUNK_OK);
        ck_assert_uint_eq(cert.sig_alg, ZTI_SIG_NONE);
    }
    pki_end();
}
END_TEST

START_TEST(a_version_without_extensions_is_marked)
{
    pki_spec spec = leaf();
    zti_cert cert;

    spec.is_v1 = 1;
    ck_assert_int_eq(zti_cert_read(made(&spec), &cert), ZTRUNK_OK);
    ck_assert(!cert.is_v3 && cert.has == 0);
    pki_end();
}
END_TEST

START_TEST(only_the_key_that_signed_has_signed)
{
    pki_spec spec = leaf();
    zti_cert issuer = {0}, other = {0}, child;

    ck_assert_int_eq(zti_cert_read(made(&spec), &issuer), ZTRUNK_OK);
    child = issuer; /* its own key has signed it */
    ck_assert(zti_cert_has_signed(&issuer, &child));
    ck_assert(!zti_cert_has_signed(&other, &child));
    der.data[der.len - 1] ^= 1;
    ck_assert(!zti_cert_has_signed(&issuer, &child));
    pki_end();
}
END_TEST

UNIT_MAIN("tls/cert", every_cut_of_a_certificate_is_refused, nothing_may_stand_behind_a_certificate,
          fields_are_where_they_belong, odd_serials_are_marked, old_hashes_are_no_signature,
          a_version_without_extensions_is_marked, only_the_key_that_signed_has_signed)
