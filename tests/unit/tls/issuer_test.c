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

UNIT_MAIN("tls/issuer", nobody_is_named_before_the_proof_then_the_anchor_is,
          an_intermediate_that_was_sent_is_named_a_look_alike_is_not)
