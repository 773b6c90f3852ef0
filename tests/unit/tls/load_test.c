#include <zerotrunk/tls.h>

#include <string.h>
#include "fail_ctx.h"
#include "tls/conf.h"
#include "unit.h"
#include "unit/tls/pair.h"

static ztrunk_tls_conf *conf_of(const pair *p)
{
    ztrunk_tls_conf *conf = NULL;

    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &p->server.opts, &conf), ZTRUNK_OK);
    return conf;
}

static int32_t identify(ztrunk_tls_conf *conf, const char *chain, const char *key)
{
    return ztrunk_tls_conf_identity(conf, (const uint8_t *)chain, strlen(chain),
                                    (const uint8_t *)key, strlen(key));
}

START_TEST(text_that_holds_nothing_is_refused)
{
    pair *p = pair_new();
    ztrunk_tls_conf *conf = conf_of(p);

    ck_assert_int_eq(ztrunk_tls_conf_trust(conf, (const uint8_t *)"", 0), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_tls_conf_trust(conf, (const uint8_t *)"hello", 5), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_tls_conf_trust(conf, (const uint8_t *)p->server.key,
                                           strlen(p->server.key)),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_tls_conf_crl(conf, (const uint8_t *)p->server.trust,
                                         strlen(p->server.trust)),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(identify(conf, "x", p->server.key), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(identify(conf, p->server.chain, "x"), ZTRUNK_E_MALFORMED);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

START_TEST(one_broken_certificate_spoils_the_file_and_leaves_nothing)
{
    pair *p = pair_new();
    ztrunk_tls_conf *conf = conf_of(p);

    snprintf(p->server.trust + strlen(p->server.trust), 200, "%s",
             "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n");
    ck_assert_int_eq(ztrunk_tls_conf_trust(conf, (const uint8_t *)p->server.trust,
                                           strlen(p->server.trust)),
                     ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(conf->rules.anchor_count, 0);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

START_TEST(a_key_that_is_anothers_is_refused)
{
    pair *p = pair_new();
    ztrunk_tls_conf *conf = conf_of(p);
    ztrunk_tls *tls = NULL;

    ck_assert_int_eq(identify(conf, p->server.chain, p->client.key), ZTRUNK_E_AUTH);
    /* No identity was left behind, and a second try may come. */
    ck_assert_int_eq(ztrunk_tls_new(conf, NULL, 1, PKI_NOW, &tls), ZTRUNK_E_STATE);
    ck_assert_int_eq(identify(conf, p->server.chain, p->server.key), ZTRUNK_OK);
    ck_assert_int_eq(identify(conf, p->server.chain, p->server.key), ZTRUNK_E_STATE);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

START_TEST(a_sealed_conf_does_not_change)
{
    pair *p = pair_new();

    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_conf_allow(p->server.conf, "a.com"), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_conf_alpn(p->server.conf, "sip/2"), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_conf_trust(p->server.conf, (const uint8_t *)p->server.trust,
                                           strlen(p->server.trust)),
                     ZTRUNK_E_STATE);
    ck_assert_int_eq(identify(p->server.conf, p->server.chain, p->server.key), ZTRUNK_E_STATE);
    pair_free(p);
}
END_TEST

START_TEST(names_and_protocols_are_checked_and_counted)
{
    static const char *const bad[] = {"", "*.a.com", "192.0.2.1", "a.com.", "sip:a.com"};
    pair *p = pair_new();
    ztrunk_tls_conf *conf = conf_of(p);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(ztrunk_tls_conf_allow(conf, bad[i]), ZTRUNK_E_INVALID);
    for (size_t i = 0; i < ZTI_ALLOWED_MAX; i++)
        ck_assert_int_eq(ztrunk_tls_conf_allow(conf, "a.com"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_allow(conf, "a.com"), ZTRUNK_E_LIMIT);
    for (size_t i = 0; i < ZTI_ALPN_MAX; i++)
        ck_assert_int_eq(ztrunk_tls_conf_alpn(conf, "sip/2"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_alpn(conf, "sip/2"), ZTRUNK_E_LIMIT);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

START_TEST(anchors_to_come_are_read_whole_or_not_at_all)
{
    pair *p = pair_new();
    ztrunk_tls_conf *conf = conf_of(p);
    const uint8_t *trust = (const uint8_t *)p->server.trust;
    size_t len = strlen(p->server.trust);

    ck_assert_int_eq(ztrunk_tls_conf_trust_next(conf, (const uint8_t *)"", 0), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_tls_conf_trust_next(conf, trust, len - 30), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(conf->next_count, 0);
    ck_assert_int_eq(ztrunk_tls_conf_trust_next(conf, trust, len), ZTRUNK_OK);
    ck_assert_uint_eq(conf->next_count, 1);
    ck_assert_uint_eq(conf->rules.anchor_count, 0);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

START_TEST(the_validity_of_our_chain_is_its_narrowest)
{
    pair *p = pair_new();
    pki_spec middle = {.subject = "middle", .issuer = "ca", .is_ca = 1};
    static pki_der der;
    ztrunk_tls_conf *conf = conf_of(p);
    int64_t from = 0, to = 0;

    ck_assert_int_eq(ztrunk_tls_conf_validity(conf, &from, &to), ZTRUNK_E_STATE);
    middle.key = middle.signer = p->ca_key;
    middle.not_after_s = PKI_NOW + 86400;
    pki_make(&middle, &der);
    pair_add(&p->server, &der);
    ck_assert_int_eq(identify(conf, p->server.chain, p->server.key), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_validity(conf, &from, &to), ZTRUNK_OK);
    ck_assert_int_eq(to, PKI_NOW + 86400);
    ck_assert_int_eq(from, PKI_NOW - PKI_YEAR / 2);
    ztrunk_tls_conf_free(conf);
    pair_free(p);
}
END_TEST

UNIT_MAIN("tls/load", text_that_holds_nothing_is_refused,
          one_broken_certificate_spoils_the_file_and_leaves_nothing,
          a_key_that_is_anothers_is_refused, a_sealed_conf_does_not_change,
          names_and_protocols_are_checked_and_counted, anchors_to_come_are_read_whole_or_not_at_all,
          the_validity_of_our_chain_is_its_narrowest)
