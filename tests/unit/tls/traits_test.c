#include "tls/traits.h"

#include "unit.h"

/* Certificates by their fields, one of them wrong. */
static zti_cert ca(void)
{
    return (zti_cert){.is_v3 = 1,
                      .is_ca = 1,
                      .issuer = ZTI_STR("\x30\x01x"),
                      .subject = ZTI_STR("\x30\x01x"),
                      .has = ZTI_EXT_BASIC | ZTI_EXT_KEY_USAGE | ZTI_EXT_SKI,
                      .critical = ZTI_EXT_BASIC,
                      .key_usage = ZTI_KU_CERT_SIGN,
                      .key_kind = ZTI_KEY_EC,
                      .sig_alg = ZTI_SIG_ECDSA_SHA256,
                      .key_id = ZTI_STR("id"),
                      .issuer_key_id = ZTI_STR("id"),
                      .not_before_s = 100,
                      .not_after_s = 200,
                      .pathlen = ZTI_NO_PATHLEN};
}

static const zti_rules rules = {.identity = ZTRUNK_TLS_MUTUAL};

START_TEST(an_issuer_is_a_sound_ca)
{
    zti_cert good = ca();
    zti_cert v1 = ca(), leaf = ca(), nameless = ca(), marked = ca(), usage = ca(), weak = ca();

    v1.is_v3 = 0;
    leaf.is_ca = 0;
    nameless.subject = ZTI_STR("\x30\x00");
    marked.critical |= ZTI_EXT_UNKNOWN;
    usage.key_usage = ZTI_KU_SIGN;
    weak.key_kind = ZTI_KEY_WEAK;
    ck_assert_uint_eq(zti_issuer_cause(&rules, &good, 0, 150), ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &v1, 1, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &leaf, 1, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &nameless, 1, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &marked, 1, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &usage, 1, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &weak, 1, 150), ZTRUNK_TLS_CAUSE_WEAK);
}
END_TEST

START_TEST(dates_hold_to_the_second)
{
    zti_cert cert = ca();

    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 1, 99), ZTRUNK_TLS_CAUSE_NOT_YET_VALID);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 1, 100), ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 1, 200), ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 1, 201), ZTRUNK_TLS_CAUSE_EXPIRED);
}
END_TEST

START_TEST(an_anchors_own_signature_is_not_asked_for)
{
    zti_cert cert = ca();

    cert.sig_alg = ZTI_SIG_NONE;
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 1, 150), ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 0, 150), ZTRUNK_TLS_CAUSE_WEAK);
}
END_TEST

START_TEST(an_intermediate_for_another_purpose_ends_the_path)
{
    zti_cert cert = ca();

    cert.has |= ZTI_EXT_EKU;
    cert.eku = ZTI_EKU_OTHER;
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 0, 150), ZTRUNK_TLS_CAUSE_WRONG_USAGE);
    cert.eku = ZTI_EKU_OTHER | ZTI_EKU_ANY;
    ck_assert_uint_eq(zti_issuer_cause(&rules, &cert, 0, 150), ZTRUNK_TLS_CAUSE_NONE);
}
END_TEST

START_TEST(a_leaf_is_no_ca_in_any_spelling)
{
    zti_cert cert = ca();

    ck_assert_uint_eq(zti_leaf_cause(&rules, &cert, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    cert.is_ca = 0;
    ck_assert_uint_eq(zti_leaf_cause(&rules, &cert, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    cert.key_usage = ZTI_KU_SIGN | ZTI_KU_CRL_SIGN;
    ck_assert_uint_eq(zti_leaf_cause(&rules, &cert, 150), ZTRUNK_TLS_CAUSE_CHAIN);
    cert.key_usage = ZTI_KU_SIGN;
    ck_assert_uint_eq(zti_leaf_cause(&rules, &cert, 150), ZTRUNK_TLS_CAUSE_NONE);
}
END_TEST

START_TEST(usage_and_name_are_both_asked_for)
{
    zti_cert cert = ca();
    zti_rules named = rules;

    named.domain = ZTI_STR("a.com");
    cert.has = ZTI_EXT_EKU;
    cert.san = ZTI_STR("\x82\x05"
                       "a.com");
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_WRONG_USAGE);
    cert.eku = ZTI_EKU_SERVER;
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_NONE);
    named.is_peer_client = 1;
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_WRONG_USAGE);
    named.identity = ZTRUNK_TLS_MUTUAL_ANY_EKU;
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_NONE);
    cert.san = ZTI_STR("\x82\x05"
                       "b.com");
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_WRONG_NAME);
    cert.san = ZTI_STR("");
    named.domain = ZTI_STR("");
    /* "Any name" is still a name. */
    ck_assert_uint_eq(zti_proof_cause(&named, &cert), ZTRUNK_TLS_CAUSE_WRONG_NAME);
}
END_TEST

UNIT_MAIN("tls/traits", an_issuer_is_a_sound_ca, dates_hold_to_the_second,
          an_anchors_own_signature_is_not_asked_for,
          an_intermediate_for_another_purpose_ends_the_path, a_leaf_is_no_ca_in_any_spelling,
          usage_and_name_are_both_asked_for)
