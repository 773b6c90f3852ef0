#include <zerotrunk/tls_check.h>

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <string.h>
#include <zerotrunk/tls.h>
#include "fail_ctx.h"
#include "unit.h"
#include "unit/tls/pki.h"

#define BIT(fault) (UINT64_C(1) << ZTRUNK_TLS_FAULT_##fault)
#define ALL_ROLES  (ZTRUNK_TLS_AS_SERVER | ZTRUNK_TLS_AS_CLIENT)

static const pki_key *root_key, *middle_key, *leaf_key, *other_key;
static char chain[65536], key[16384], anchors[65536], crls[16384];
static pki_der der;
static ztrunk_tls_check_opts opts;

static void add(char *text, size_t cap, const pki_spec *spec)
{
    pki_make(spec, &der);
    pki_pem("CERTIFICATE", &der, text, cap);
}

static pki_spec root(void)
{
    return (pki_spec){
        .subject = "root", .issuer = "root", .key = root_key, .signer = root_key, .is_ca = 1};
}

static pki_spec middle(void)
{
    return (pki_spec){
        .subject = "middle", .issuer = "root", .key = middle_key, .signer = root_key, .is_ca = 1};
}

static pki_spec leaf(void)
{
    return (pki_spec){.subject = "leaf",
                      .issuer = "middle",
                      .key = leaf_key,
                      .signer = middle_key,
                      .eku = PKI_SERVER | PKI_CLIENT,
                      .san = {{PKI_DNS, "sbc.example.com", 0}}};
}

static void write_identity(const pki_spec *first, const pki_spec *second)
{
    pki_spec anchor = root();

    chain[0] = key[0] = anchors[0] = 0;
    add(chain, sizeof chain, first);
    if (second != NULL) add(chain, sizeof chain, second);
    pki_key_pem(leaf_key, key, sizeof key);
    add(anchors, sizeof anchors, &anchor);
}

static ztrunk_ctx *ctx_new(void)
{
    static const uint8_t seed[32] = {1};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    opts = (ztrunk_tls_check_opts){.size = sizeof opts, .roles = ALL_ROLES, .wall_s = PKI_NOW};
    return ctx;
}

static uint64_t faults_of(const char *anchor_text)
{
    ztrunk_ctx *ctx = NULL;
    uint64_t faults = UINT64_MAX;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_check_identity(
                         ctx, &opts, "sbc.example.com", (const uint8_t *)chain, strlen(chain),
                         (const uint8_t *)key, strlen(key), (const uint8_t *)anchor_text,
                         anchor_text != NULL ? strlen(anchor_text) : 0, &faults),
                     ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return faults;
}

static void setup(void)
{
    root_key = pki_p256();
    middle_key = pki_p256();
    leaf_key = pki_p256();
    other_key = pki_p256();
    opts = (ztrunk_tls_check_opts){.size = sizeof opts, .roles = ALL_ROLES, .wall_s = PKI_NOW};
}

/* Each is what one wrong field gives, with the anchors and without. */
static void expect(const pki_spec *first, const pki_spec *second, uint64_t want, uint64_t alone)
{
    write_identity(first, second);
    ck_assert_uint_eq(faults_of(anchors), want);
    ck_assert_uint_eq(faults_of(NULL), alone);
}

START_TEST(a_wrong_leaf_is_refused_with_its_reason)
{
    pki_spec m = middle(), s;

    setup();
    m = middle();
    s = leaf();
    s.not_after_s = PKI_NOW - 1;
    expect(&s, &m, BIT(EXPIRED), BIT(EXPIRED));
    s.not_after_s = 0;
    s.not_before_s = PKI_NOW + 1;
    expect(&s, &m, BIT(NOT_YET), BIT(NOT_YET));
    s = leaf();
    s.san[0].value = "elsewhere.example.com";
    expect(&s, &m, BIT(NAME), BIT(NAME));
    s = leaf();
    s.eku = PKI_SERVER;
    expect(&s, &m, BIT(NO_CLIENT), BIT(NO_CLIENT));
    s.eku = PKI_CLIENT;
    expect(&s, &m, BIT(NO_SERVER), BIT(NO_SERVER));
    s = leaf();
    s.key_usage = 1 << 2; /* keyEncipherment alone */
    expect(&s, &m, BIT(KEY_USAGE), BIT(KEY_USAGE));
    s = leaf();
    s.hash = MBEDTLS_MD_SHA1;
    expect(&s, &m, BIT(WEAK_SIGNATURE), BIT(WEAK_SIGNATURE));
    s = leaf();
    s.breaks_signature = 1;
    expect(&s, &m, BIT(SIGNATURE), BIT(SIGNATURE));
    s = leaf();
    s.is_ca = 1;
    s.key_usage = 0x61;
    expect(&s, &m, BIT(LEAF_CA), BIT(LEAF_CA));
    pki_end();
}
END_TEST

START_TEST(a_wrong_key_is_refused_with_its_reason)
{
    pki_spec m, s;

    setup();
    m = middle();
    s = leaf();
    write_identity(&s, &m);
    key[0] = 0;
    pki_key_pem(other_key, key, sizeof key);
    ck_assert_uint_eq(faults_of(anchors), BIT(KEY_OTHER));
    key[strlen(key) / 2] = 0;
    ck_assert_uint_eq(faults_of(anchors), BIT(KEY_PEM));
    key[0] = 0;
    ck_assert_uint_eq(faults_of(anchors), BIT(KEY_PEM));
    leaf_key = pki_rsa(1024);
    s = leaf();
    expect(&s, &m, BIT(KEY_WEAK), BIT(KEY_WEAK));
    leaf_key = pki_ec(MBEDTLS_ECP_DP_SECP521R1);
    s = leaf();
    expect(&s, &m, BIT(KEY_CURVE), BIT(KEY_CURVE));
    pki_end();
}
END_TEST

START_TEST(an_ec_key_has_no_suite_under_the_genesys_profile)
{
    pki_spec m, s;

    setup();
    m = middle();
    s = leaf();
    opts.profile = ZTRUNK_TLS_PROFILE_GENESYS;
    expect(&s, &m, BIT(SUITE), BIT(SUITE));
    leaf_key = pki_rsa(2048);
    s = leaf();
    expect(&s, &m, 0, 0);
    pki_end();
}
END_TEST

START_TEST(a_chain_must_lead_to_an_anchor_in_order)
{
    pki_spec m, s, r;

    setup();
    m = middle();
    s = leaf();
    r = root();
    expect(&s, &m, 0, 0);
    expect(&s, NULL, BIT(INCOMPLETE), BIT(INCOMPLETE));
    expect(&m, &s, BIT(LEAF_CA) | BIT(ORDER) | BIT(KEY_OTHER) | BIT(NAME) | BIT(KEY_USAGE),
           BIT(LEAF_CA) | BIT(ORDER) | BIT(KEY_OTHER) | BIT(NAME) | BIT(KEY_USAGE) |
               BIT(INCOMPLETE));
    write_identity(&s, &r);
    add(chain, sizeof chain, &m);
    ck_assert_uint_eq(faults_of(anchors), BIT(ORDER));
    write_identity(&s, &m);
    m.key = m.signer = other_key;
    m.issuer = "stranger";
    anchors[0] = 0;
    add(anchors, sizeof anchors, &m);
    ck_assert_uint_eq(faults_of(anchors), BIT(INCOMPLETE));
    ck_assert_uint_eq(faults_of(""), BIT(INCOMPLETE) | BIT(TRUST_PEM));
    pki_end();
}
END_TEST

START_TEST(an_anchor_of_the_right_name_that_did_not_sign_is_none)
{
    pki_spec m, s, r;

    setup();
    m = middle();
    s = leaf();
    r = root();
    r.key = r.signer = other_key;
    r.no_ids = 1;
    write_identity(&s, &m);
    anchors[0] = 0;
    add(anchors, sizeof anchors, &r);
    ck_assert_uint_eq(faults_of(anchors), BIT(INCOMPLETE));
    r.key = r.signer = root_key;
    anchors[0] = 0;
    add(anchors, sizeof anchors, &r);
    ck_assert_uint_eq(faults_of(anchors), 0);
    pki_end();
}
END_TEST

START_TEST(an_intermediate_must_be_a_ca_in_force)
{
    pki_spec m, s;

    setup();
    s = leaf();
    m = middle();
    m.not_after_s = PKI_NOW - 1;
    expect(&s, &m, BIT(ISSUER_EXPIRED), BIT(ISSUER_EXPIRED));
    m = middle();
    m.not_before_s = PKI_NOW + 1;
    expect(&s, &m, BIT(ISSUER_NOT_YET), BIT(ISSUER_NOT_YET));
    m = middle();
    m.is_ca = 0;
    expect(&s, &m, BIT(ISSUER), BIT(ISSUER));
    m = middle();
    m.key_usage = 1;
    expect(&s, &m, BIT(ISSUER), BIT(ISSUER));
    m = middle();
    m.hash = MBEDTLS_MD_SHA1;
    expect(&s, &m, BIT(WEAK_SIGNATURE), BIT(WEAK_SIGNATURE));
    pki_end();
}
END_TEST

START_TEST(every_reason_comes_at_once)
{
    pki_spec s;

    setup();
    s = leaf();
    s.eku = PKI_SERVER;
    s.san[0].value = "elsewhere.example.com";
    s.not_after_s = PKI_NOW - 1;
    write_identity(&s, NULL);
    key[0] = 0;
    pki_key_pem(other_key, key, sizeof key);
    ck_assert_uint_eq(faults_of(anchors),
                      BIT(EXPIRED) | BIT(NAME) | BIT(NO_CLIENT) | BIT(INCOMPLETE) | BIT(KEY_OTHER));
    pki_end();
}
END_TEST

/* Whatever was written before the file was read: never "nothing is wrong". */
START_TEST(a_file_that_is_cut_off_anywhere_is_never_good)
{
    pki_spec m, s;
    size_t whole;

    setup();
    s = leaf();
    m = middle();
    write_identity(&s, &m);
    whole = strlen(chain);
    for (size_t cut = 0; cut + 1 < whole; cut += 61) {
        char kept = chain[cut];

        chain[cut] = 0;
        ck_assert_msg(faults_of(cut % 2 ? anchors : NULL) != 0, "cut at %zu", cut);
        chain[cut] = kept;
    }
    ck_assert_uint_eq(faults_of(anchors), 0);
    whole = strlen(key);
    for (size_t cut = 0; cut + 1 < whole; cut += 19) {
        char kept = key[cut];

        key[cut] = 0;
        ck_assert_msg(faults_of(anchors) & BIT(KEY_PEM), "cut at %zu", cut);
        key[cut] = kept;
    }
    pki_end();
}
END_TEST

START_TEST(purposes_are_asked_for_by_role)
{
    pki_spec m, s;

    setup();
    m = middle();
    s = leaf();
    s.eku = PKI_SERVER;
    opts.roles = ZTRUNK_TLS_AS_SERVER;
    expect(&s, &m, 0, 0);
    opts.roles = ZTRUNK_TLS_AS_SERVER | ZTRUNK_TLS_AS_SIP_DOMAIN;
    expect(&s, &m, BIT(NO_SIP), BIT(NO_SIP));
    s.eku = PKI_SERVER | PKI_SIP;
    expect(&s, &m, 0, 0);
    opts.roles = ALL_ROLES;
    s.eku = 0; /* RFC 5280 4.2.1.12: any purpose */
    expect(&s, &m, 0, 0);
    pki_end();
}
END_TEST

START_TEST(a_self_signed_certificate_is_complete_where_no_anchor_says_otherwise)
{
    pki_spec s;

    setup();
    s = leaf();
    s.issuer = "leaf";
    s.signer = leaf_key;
    expect(&s, NULL, BIT(INCOMPLETE), 0);
    ck_assert_uint_eq(faults_of(chain), 0);
    pki_end();
}
END_TEST

/* ---- trust ---- */

static void add_crl(const pki_key *signer, const char *issuer, int64_t from, int64_t to)
{
    pki_make_crl(&(pki_crl){.issuer = issuer,
                            .signer = signer,
                            .this_update_s = from,
                            .next_update_s = to,
                            .serials = {5}},
                 &der);
    pki_pem("X509 CRL", &der, crls, sizeof crls);
}

static uint64_t trust_faults(const char *crl_text)
{
    ztrunk_ctx *ctx = NULL;
    uint64_t faults = UINT64_MAX;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_check_trust(ctx, &opts, (const uint8_t *)anchors, strlen(anchors),
                                            (const uint8_t *)crl_text,
                                            crl_text != NULL ? strlen(crl_text) : 0, &faults),
                     ZTRUNK_OK);
    ztrunk_ctx_free(ctx);
    return faults;
}

static uint64_t with_crl(const pki_key *signer, const char *issuer, int64_t from, int64_t to)
{
    crls[0] = 0;
    add_crl(signer, issuer, from, to);
    return trust_faults(crls);
}

START_TEST(a_trust_bundle_that_trusts_nobody_is_refused)
{
    pki_spec s;

    setup();
    anchors[0] = 0;
    ck_assert_uint_eq(trust_faults(NULL), BIT(TRUST_PEM));
    s = leaf();
    add(anchors, sizeof anchors, &s);
    ck_assert_uint_eq(trust_faults(NULL), BIT(TRUST_NONE));
    s = root();
    s.not_after_s = PKI_NOW - 1;
    add(anchors, sizeof anchors, &s);
    ck_assert_uint_eq(trust_faults(NULL), BIT(TRUST_NONE));
    s = root();
    add(anchors, sizeof anchors, &s);
    ck_assert_uint_eq(trust_faults(NULL), 0);
    anchors[strlen(anchors) - 40] = 0;
    ck_assert_uint_eq(trust_faults(NULL), BIT(TRUST_PEM) | BIT(TRUST_NONE));
    pki_end();
}
END_TEST

START_TEST(a_list_must_be_fresh_and_by_an_anchor)
{
    pki_spec r;

    setup();
    r = root();
    anchors[0] = 0;
    add(anchors, sizeof anchors, &r);
    ck_assert_uint_eq(trust_faults(""), BIT(CRL_PEM));
    ck_assert_uint_eq(with_crl(root_key, "root", 0, 0), 0);
    ck_assert_uint_eq(with_crl(root_key, "root", 0, PKI_NOW), 0);
    ck_assert_uint_eq(with_crl(root_key, "root", 0, PKI_NOW - 1), BIT(CRL_STALE));
    ck_assert_uint_eq(with_crl(root_key, "root", PKI_NOW + 1, 0), BIT(CRL_NOT_YET));
    ck_assert_uint_eq(with_crl(other_key, "root", 0, 0), BIT(CRL_ISSUER));
    ck_assert_uint_eq(with_crl(root_key, "other", 0, 0), BIT(CRL_ISSUER));
    add_crl(root_key, "root", 0, 0); /* an intermediate's beside it */
    ck_assert_uint_eq(trust_faults(crls), 0);
    crls[strlen(crls) - 40] = 0;
    ck_assert_uint_eq(trust_faults(crls), BIT(CRL_PEM));
    pki_end();
}
END_TEST

START_TEST(arguments_that_make_no_sense_are_refused)
{
    static uint8_t much[1];
    ztrunk_ctx *ctx = ctx_new();
    const uint8_t *text = (const uint8_t *)"x";
    uint64_t faults = 7;

    ck_assert_int_eq(ztrunk_tls_check_identity(ctx, &opts, "", NULL, 0, text, 1, NULL, 0, &faults),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_tls_check_identity(ctx, &opts, "", much, (4 << 20) + 1, text, 1, NULL,
                                               0, &faults),
                     ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_tls_check_trust(ctx, &opts, NULL, 0, NULL, 0, &faults),
                     ZTRUNK_E_INVALID);
    opts.roles = 8;
    ck_assert_int_eq(ztrunk_tls_check_trust(ctx, &opts, text, 1, NULL, 0, &faults),
                     ZTRUNK_E_INVALID);
    opts.roles = 0;
    opts.profile = 99;
    ck_assert_int_eq(ztrunk_tls_check_trust(ctx, &opts, text, 1, NULL, 0, &faults),
                     ZTRUNK_E_INVALID);
    ck_assert_uint_eq(faults, 7);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything_or_passes)
{
    int32_t err = ZTRUNK_E_NOMEM;
    pki_spec m, s;

    setup();
    s = leaf();
    s.san[0].value = "elsewhere.example.com";
    m = middle();
    write_identity(&s, &m);
    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;
        uint64_t faults = 0;

        ck_assert_uint_lt(n, 300);
        if (fail_ctx_new(&f, &ctx) != ZTRUNK_OK) continue;
        err = ztrunk_tls_check_identity(ctx, &opts, "sbc.example.com", (const uint8_t *)chain,
                                        strlen(chain), (const uint8_t *)key, strlen(key),
                                        (const uint8_t *)anchors, strlen(anchors), &faults);
        ck_assert_msg(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM, "%u: %d", n, err);
        if (err == ZTRUNK_OK) ck_assert_uint_eq(faults, BIT(NAME));
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
    pki_end();
}
END_TEST

UNIT_MAIN("tls/check", a_wrong_leaf_is_refused_with_its_reason,
          a_wrong_key_is_refused_with_its_reason, an_ec_key_has_no_suite_under_the_genesys_profile,
          a_chain_must_lead_to_an_anchor_in_order,
          an_anchor_of_the_right_name_that_did_not_sign_is_none,
          an_intermediate_must_be_a_ca_in_force, every_reason_comes_at_once,
          a_file_that_is_cut_off_anywhere_is_never_good, purposes_are_asked_for_by_role,
          a_self_signed_certificate_is_complete_where_no_anchor_says_otherwise,
          a_trust_bundle_that_trusts_nobody_is_refused, a_list_must_be_fresh_and_by_an_anchor,
          arguments_that_make_no_sense_are_refused, no_failed_allocation_leaves_anything_or_passes)
