#include <zerotrunk/cert.h>
#include <zerotrunk/ocsp.h>
#include <zerotrunk/tls.h>

#include <string.h>
#include "unit.h"
#include "unit/tls/pair.h"

static pki_der issuer;
static uint8_t der[PKI_DER_MAX];
static size_t len;

static void open_pair(pair *p)
{
    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_peer_issuer(p->server.tls, der, sizeof der, &len),
                     ZTRUNK_E_NOTFOUND);
    pair_run(p, 1, 0);
    ck_assert_uint_eq(p->server.is_ready, 1);
}

START_TEST(nobody_is_named_before_the_proof_then_the_anchor_is)
{
    pair *p = pair_new();
    ztrunk_ocsp *question = NULL;
    uint8_t leaf[PKI_DER_MAX];
    size_t leaf_len = 0;

    open_pair(p);
    ck_assert_int_eq(ztrunk_tls_peer_issuer(p->server.tls, NULL, 0, &len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(ztrunk_tls_peer_issuer(p->server.tls, der, sizeof der, &len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_peer_cert(p->server.tls, leaf, sizeof leaf, &leaf_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_new(p->ctx, leaf, leaf_len, der, len, &question), ZTRUNK_OK);
    ztrunk_ocsp_free(question);
    pair_free(p);
    pki_end();
}
END_TEST

START_TEST(an_intermediate_that_was_sent_is_named_a_look_alike_is_not)
{
    pair *p = pair_new();
    pki_spec leaf = pair_client_spec(p);
    const pki_key *key = pki_p256();
    pki_spec middle = {.subject = "middle",
                       .issuer = "ca",
                       .key = pki_p256(),
                       .signer = p->ca_key,
                       .is_ca = 1,
                       .serial = 2001};
    static pki_der alike;

    leaf.issuer = "middle";
    leaf.signer = key;
    pair_show(&p->client, &leaf);
    pki_make(&middle, &alike);
    middle.key = key;
    pki_make(&middle, &issuer);
    pair_add(&p->client, &alike);
    pair_add(&p->client, &issuer);
    open_pair(p);
    ck_assert_int_eq(ztrunk_tls_peer_issuer(p->server.tls, der, sizeof der, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, issuer.len);
    ck_assert_mem_eq(der, issuer.data, len);
    pair_free(p);
    pki_end();
}
END_TEST

static const pki_key *root_key;

/* A server under a root that the client does not know yet. */
static pair *with_new_root(pki_der *root)
{
    pair *p = pair_new();
    pki_spec leaf = pair_server_spec(p);
    pki_spec spec = {.subject = "new root", .issuer = "new root", .is_ca = 1};

    root_key = pki_p256();
    spec.key = spec.signer = root_key;
    pki_make(&spec, root);
    leaf.issuer = "new root";
    leaf.signer = root_key;
    pair_show(&p->server, &leaf);
    return p;
}

static void shake(pair *p)
{
    const uint8_t *trust = (const uint8_t *)p->client.trust;

    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_peer_path(p->client.tls, der, sizeof der, &len), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_tls_conf_trust_next(p->client.conf, trust, strlen(p->client.trust)),
                     ZTRUNK_E_STATE);
    pair_run(p, 1, 0);
    pair_look(&p->client);
}

START_TEST(a_root_that_is_missing_is_refused_and_what_was_shown_can_be_looked_at)
{
    static pki_der root;
    ztrunk_tls_info info = {.size = sizeof info};
    pair *p = with_new_root(&root);
    ztrunk_cert *cert = NULL;
    char name[32];
    size_t name_len;

    shake(p);
    ck_assert_uint_eq(p->client.is_ready, 0);
    ck_assert_uint_eq(p->client.cause, ZTRUNK_TLS_CAUSE_UNTRUSTED);
    ck_assert_int_eq(ztrunk_tls_get_info(p->client.tls, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_trust_next, 0);
    ck_assert_int_eq(ztrunk_tls_peer_cert(p->client.tls, der, sizeof der, &len), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_tls_peer_issuer(p->client.tls, der, sizeof der, &len),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_tls_peer_name(p->client.tls, 0, name, sizeof name, &name_len),
                     ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_tls_peer_path(p->client.tls, der, 1, &len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(ztrunk_tls_peer_path(p->client.tls, der, len, &len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_new(p->ctx, der, len, 0, &cert), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_issuer(cert, name, sizeof name, &name_len), ZTRUNK_OK);
    ck_assert_str_eq(name, "CN=new root");
    ztrunk_cert_free(cert);
    pair_free(p);
    pki_end();
}
END_TEST

START_TEST(a_root_to_come_lets_in_and_says_so_and_is_no_way_around_a_list)
{
    static pki_der root;

    for (uint32_t is_revoked = 0; is_revoked < 2; is_revoked++) {
        ztrunk_tls_info info = {.size = sizeof info};
        pair *p = with_new_root(&root);

        if (is_revoked)
            pair_crl(&p->client,
                     &(pki_crl){.issuer = "new root", .signer = root_key, .serials = {1002}});
        p->client.next = &root;
        shake(p);
        ck_assert_uint_eq(p->client.is_ready, !is_revoked);
        ck_assert_int_eq(ztrunk_tls_get_info(p->client.tls, &info), ZTRUNK_OK);
        ck_assert_uint_eq(info.is_trust_next, !is_revoked);
        pair_free(p);
    }
    pki_end();
}
END_TEST

START_TEST(the_path_of_a_peer_ends_at_its_anchor_and_ours_is_what_we_show)
{
    ztrunk_tls_info info = {.size = sizeof info};
    pair *p = pair_new();
    uint8_t shown[PKI_DER_MAX];
    ztrunk_cert *cert = NULL;
    char name[32];
    size_t shown_len = 0, name_len;

    shake(p);
    ck_assert_uint_eq(p->client.is_ready, 1);
    ck_assert_int_eq(ztrunk_tls_get_info(p->client.tls, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_trust_next, 0);
    ck_assert_int_eq(ztrunk_tls_peer_path(p->client.tls, der, sizeof der, &len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_new(p->ctx, der, len, 1, &cert), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_subject(cert, name, sizeof name, &name_len), ZTRUNK_OK);
    ck_assert_str_eq(name, "CN=ca");
    ztrunk_cert_free(cert);
    ck_assert_int_eq(ztrunk_cert_new(p->ctx, der, len, 2, &cert), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_tls_conf_chain(p->server.conf, shown, 1, &shown_len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(ztrunk_tls_conf_chain(p->server.conf, shown, sizeof shown, &shown_len),
                     ZTRUNK_OK);
    ck_assert_mem_eq(shown, der, shown_len);
    pair_free(p);
    pki_end();
}
END_TEST

UNIT_MAIN("tls/path", nobody_is_named_before_the_proof_then_the_anchor_is,
          an_intermediate_that_was_sent_is_named_a_look_alike_is_not,
          a_root_that_is_missing_is_refused_and_what_was_shown_can_be_looked_at,
          a_root_to_come_lets_in_and_says_so_and_is_no_way_around_a_list,
          the_path_of_a_peer_ends_at_its_anchor_and_ours_is_what_we_show)
