#include "unit/tls/pair.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void root_of(const pair *p, pki_der *out)
{
    pki_spec root = {.subject = "ca", .issuer = "ca", .is_ca = 1};

    root.key = root.signer = p->ca_key;
    pki_make(&root, out);
}

pki_spec pair_client_spec(const pair *p)
{
    return (pki_spec){.subject = "edge",
                      .issuer = "ca",
                      .key = p->client_key,
                      .signer = p->ca_key,
                      .serial = 1001,
                      .san = {{PKI_DNS, "edge.example.com", 0}},
                      .eku = PKI_CLIENT};
}

pki_spec pair_server_spec(const pair *p)
{
    return (pki_spec){.subject = "trunk",
                      .issuer = "ca",
                      .key = p->server_key,
                      .signer = p->ca_key,
                      .serial = 1002,
                      .san = {{PKI_DNS, "trunk.example.com", 0}},
                      .eku = PKI_SERVER};
}

void pair_show(side *s, const pki_spec *leaf)
{
    pki_der *der = calloc(1, sizeof *der);

    pki_make(leaf, der);
    *s->chain = 0;
    pair_add(s, der);
    pki_key_pem(leaf->key, s->key, sizeof s->key);
    free(der);
}

void pair_add(side *s, const pki_der *der)
{
    pki_pem("CERTIFICATE", der, s->chain, sizeof s->chain);
}

void pair_trust(side *s, const pki_der *der)
{
    pki_pem("CERTIFICATE", der, s->trust, sizeof s->trust);
}

void pair_crl(side *s, const pki_crl *spec)
{
    pki_der *der = calloc(1, sizeof *der);

    pki_make_crl(spec, der);
    pki_pem("X509 CRL", der, s->crl, sizeof s->crl);
    free(der);
}

pair *pair_new(void)
{
    static const uint8_t seed[32] = {7};
    pair *p = calloc(1, sizeof *p);
    pki_der *root = calloc(1, sizeof *root);
    pki_spec leaf;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &p->ctx), ZTRUNK_OK);
    p->ca_key = pki_p256();
    p->client_key = pki_p256();
    p->server_key = pki_p256();
    p->wall_s = PKI_NOW;
    p->peer = "trunk.example.com";
    p->client.opts = (ztrunk_tls_opts){.size = sizeof p->client.opts, .role = ZTRUNK_TLS_CLIENT};
    p->server.opts = (ztrunk_tls_opts){.size = sizeof p->server.opts, .role = ZTRUNK_TLS_SERVER};
    p->server.allow = "edge.example.com";
    root_of(p, root);
    pair_trust(&p->client, root);
    pair_trust(&p->server, root);
    leaf = pair_client_spec(p);
    pair_show(&p->client, &leaf);
    leaf = pair_server_spec(p);
    pair_show(&p->server, &leaf);
    free(root);
    return p;
}

void pair_open_side(pair *p, side *s, uint64_t now_ns)
{
    const char *peer = s == &p->client ? p->peer : NULL;

    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &s->opts, &s->conf), ZTRUNK_OK);
    if (*s->chain != 0)
        ck_assert_int_eq(ztrunk_tls_conf_identity(s->conf, (uint8_t *)s->chain, strlen(s->chain),
                                                  (uint8_t *)s->key, strlen(s->key)),
                         ZTRUNK_OK);
    if (*s->trust != 0)
        ck_assert_int_eq(ztrunk_tls_conf_trust(s->conf, (uint8_t *)s->trust, strlen(s->trust)),
                         ZTRUNK_OK);
    if (s->next != NULL) {
        char *pem = calloc(1, PAIR_PEM_MAX);

        pki_pem("CERTIFICATE", s->next, pem, PAIR_PEM_MAX);
        ck_assert_int_eq(ztrunk_tls_conf_trust_next(s->conf, (uint8_t *)pem, strlen(pem)),
                         ZTRUNK_OK);
        free(pem);
    }
    if (*s->crl != 0)
        ck_assert_int_eq(ztrunk_tls_conf_crl(s->conf, (uint8_t *)s->crl, strlen(s->crl)),
                         ZTRUNK_OK);
    if (s->allow != NULL) ck_assert_int_eq(ztrunk_tls_conf_allow(s->conf, s->allow), ZTRUNK_OK);
    if (s->alpn != NULL) ck_assert_int_eq(ztrunk_tls_conf_alpn(s->conf, s->alpn), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_new(s->conf, peer, now_ns, p->wall_s, &s->tls), ZTRUNK_OK);
}

void pair_open(pair *p, uint64_t now_ns)
{
    pair_open_side(p, &p->client, now_ns);
    pair_open_side(p, &p->server, now_ns);
}

void pair_look(side *s)
{
    ztrunk_event ev = {.size = sizeof ev};

    while (ztrunk_tls_poll(s->tls, &ev) == ZTRUNK_OK && ev.kind != ZTRUNK_EV_NONE) {
        if (ev.kind == ZTRUNK_EV_TLS_READY) s->is_ready = 1;
        if (ev.kind == ZTRUNK_EV_TLS_CLOSED) {
            ck_assert(!s->is_closed);
            s->is_closed = 1;
            s->cause = ev.detail;
            s->error = ev.error;
        }
        ev.size = sizeof ev;
    }
}

static size_t move(side *from, side *to, uint64_t now_ns, size_t chunk)
{
    static uint8_t wire[65536], plain[16384];
    size_t len = 0, used = 0, got = 0;

    if (ztrunk_tls_pull(from->tls, wire, chunk > 0 ? chunk : sizeof wire, &len) != ZTRUNK_OK)
        len = 0;
    if (len > 0 && ztrunk_tls_feed(to->tls, now_ns, wire, len, &used) == ZTRUNK_OK)
        ck_assert_uint_eq(used, len);
    /* The end is found while reading. */
    if (ztrunk_tls_read(to->tls, plain, sizeof plain, &got) == ZTRUNK_OK) ck_assert_uint_eq(got, 0);
    pair_look(to);
    pair_look(from);
    return len;
}

void pair_run(pair *p, uint64_t now_ns, size_t chunk)
{
    size_t moved = 1;

    while (moved > 0) {
        moved = move(&p->client, &p->server, now_ns, chunk);
        moved += move(&p->server, &p->client, now_ns, chunk);
    }
}

void pair_end_side(side *s)
{
    ztrunk_tls_free(s->tls);
    ztrunk_tls_conf_free(s->conf);
    s->tls = NULL;
    s->conf = NULL;
}

void pair_free(pair *p)
{
    pair_end_side(&p->client);
    pair_end_side(&p->server);
    ztrunk_ctx_free(p->ctx);
    free(p);
    pki_end();
}
