#include "tls/crl.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"
#include "unit/tls/pki.h"

static pki_der der;

static zti_str made(const pki_crl *spec)
{
    pki_make_crl(spec, &der);
    return (zti_str){(char *)der.data, der.len};
}

START_TEST(every_cut_of_a_list_is_refused)
{
    pki_crl spec = {.issuer = "ca", .signer = pki_p256(), .serials = {1, 300}};
    zti_str whole = made(&spec);
    zti_crl crl;

    for (size_t len = 0; len < whole.len; len++) {
        uint8_t *cut = malloc(len > 0 ? len : 1);

        memcpy(cut, whole.p, len);
        ck_assert_int_eq(zti_crl_read((zti_str){(char *)cut, len}, &crl), ZTRUNK_E_MALFORMED);
        free(cut);
    }
    pki_end();
}
END_TEST

START_TEST(lists_what_it_lists)
{
    pki_crl spec = {.issuer = "ca", .signer = pki_p256(), .serials = {1, 300}};
    zti_crl crl;

    ck_assert_int_eq(zti_crl_read(made(&spec), &crl), ZTRUNK_OK);
    ck_assert(crl.is_usable);
    ck_assert(zti_crl_lists(&crl, ZTI_STR("\x01")));
    ck_assert(zti_crl_lists(&crl, ZTI_STR("\x01\x2c")));
    ck_assert(!zti_crl_lists(&crl, ZTI_STR("\x02")));
    ck_assert(!zti_crl_lists(&crl, ZTI_STR("\x00\x01")));
    pki_end();
}
END_TEST

START_TEST(an_empty_list_lists_nothing)
{
    pki_crl spec = {.issuer = "ca", .signer = pki_p256()};
    zti_crl crl;

    ck_assert_int_eq(zti_crl_read(made(&spec), &crl), ZTRUNK_OK);
    ck_assert(crl.is_usable && !zti_crl_lists(&crl, ZTI_STR("\x01")));
    pki_end();
}
END_TEST

START_TEST(is_in_force_from_its_first_second_to_its_last)
{
    const zti_crl crl = {.this_update_s = 100, .next_update_s = 200};

    ck_assert(!zti_crl_is_fresh(&crl, 99));
    ck_assert(zti_crl_is_fresh(&crl, 100));
    ck_assert(zti_crl_is_fresh(&crl, 200));
    ck_assert(!zti_crl_is_fresh(&crl, 201));
}
END_TEST

START_TEST(a_part_of_a_list_proves_nothing)
{
    pki_crl delta = {.issuer = "ca", .signer = pki_p256(), .is_delta = 1};
    pki_crl unnumbered = {.issuer = "ca", .signer = pki_p256(), .no_number = 1};
    zti_crl crl;

    ck_assert_int_eq(zti_crl_read(made(&delta), &crl), ZTRUNK_OK);
    ck_assert(!crl.is_usable);
    ck_assert_int_eq(zti_crl_read(made(&unnumbered), &crl), ZTRUNK_OK);
    ck_assert(!crl.is_usable);
    pki_end();
}
END_TEST

START_TEST(only_its_issuer_with_the_right_may_sign)
{
    const pki_key *key = pki_p256();
    const pki_key *other = pki_p256();
    pki_crl spec = {.issuer = "ca", .signer = key};
    pki_spec ca = {.subject = "ca", .issuer = "ca", .is_ca = 1};
    static pki_der ca_der;
    zti_cert issuer;
    zti_crl crl;

    ca.key = ca.signer = key;
    pki_make(&ca, &ca_der);
    ck_assert_int_eq(zti_cert_read((zti_str){(char *)ca_der.data, ca_der.len}, &issuer), ZTRUNK_OK);
    ck_assert_int_eq(zti_crl_read(made(&spec), &crl), ZTRUNK_OK);
    ck_assert(zti_crl_is_by(&crl, &issuer));
    issuer.key_usage = ZTI_KU_CERT_SIGN;
    ck_assert(!zti_crl_is_by(&crl, &issuer));
    issuer.has &= ~(uint32_t)ZTI_EXT_KEY_USAGE;
    ck_assert(zti_crl_is_by(&crl, &issuer));
    spec.signer = other;
    ck_assert_int_eq(zti_crl_read(made(&spec), &crl), ZTRUNK_OK);
    ck_assert(!zti_crl_is_by(&crl, &issuer));
    spec.signer = key;
    spec.issuer = "cb";
    ck_assert_int_eq(zti_crl_read(made(&spec), &crl), ZTRUNK_OK);
    ck_assert(!zti_crl_is_by(&crl, &issuer));
    pki_end();
}
END_TEST

UNIT_MAIN("tls/crl", every_cut_of_a_list_is_refused, lists_what_it_lists,
          an_empty_list_lists_nothing, is_in_force_from_its_first_second_to_its_last,
          a_part_of_a_list_proves_nothing, only_its_issuer_with_the_right_may_sign)
