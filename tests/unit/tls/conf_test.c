#include "tls/conf.h"

#include <pthread.h>
#include <string.h>
#include "fail_ctx.h"
#include "tls/conn.h"
#include "tls/mbed.h"
#include "unit.h"
#include "unit/tls/pair.h"

START_TEST(options_out_of_range_are_refused)
{
    const ztrunk_tls_opts bad[] = {
        {.size = sizeof bad[0], .role = 2},
        {.size = sizeof bad[0], .identity = 4},
        {.size = sizeof bad[0], .profile = 2},
        {.size = sizeof bad[0], .crl = 2},
        {.size = sizeof bad[0], .wildcards = 2},
        {.size = sizeof bad[0], .strict_ids = 2},
        {.size = sizeof bad[0], .max_chain = ZTI_CHAIN_MAX + 1},
        {.size = sizeof bad[0], .min_version = 0x0302},
        {.size = sizeof bad[0], .max_version = 0x0302},
        {.size = sizeof bad[0], .min_version = 0x0305},
        {.size = sizeof bad[0], .profile = ZTRUNK_TLS_PROFILE_GENESYS, .min_version = 0x0304},
        {.size = 3},
    };
    ztrunk_ctx *ctx = NULL;
    ztrunk_tls_conf *conf = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(ztrunk_tls_conf_new(ctx, &bad[i], &conf) == ZTRUNK_E_INVALID, "row %zu", i);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_version_that_is_not_there_is_not_replaced_by_a_lower_one)
{
    const ztrunk_tls_opts opts = {.size = sizeof opts, .min_version = 0x0304};
    ztrunk_ctx *ctx = NULL;
    ztrunk_tls_conf *conf = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_new(ctx, &opts, &conf),
                     zti_mbed_top_version() == 0x0304 ? ZTRUNK_OK : ZTRUNK_E_INVALID);
    ztrunk_tls_conf_free(conf);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_peer_is_for_clients_and_a_domain)
{
    pair *p = pair_new();
    ztrunk_tls *tls = NULL;

    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_new(p->client.conf, NULL, 1, 1, &tls), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_tls_new(p->client.conf, "192.0.2.1", 1, 1, &tls), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_tls_new(p->client.conf, "", 1, 1, &tls), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_tls_new(p->server.conf, "a.com", 1, 1, &tls), ZTRUNK_E_INVALID);
    pair_free(p);
}
END_TEST

START_TEST(connections_keep_their_conf_alive)
{
    pair *p = pair_new();

    pair_open(p, 1);
    ztrunk_tls_conf_free(p->client.conf);
    ztrunk_tls_conf_free(p->server.conf);
    p->client.conf = p->server.conf = NULL;
    pair_run(p, 1, 0);
    ck_assert(p->client.is_ready && p->server.is_ready);
    pair_free(p);
}
END_TEST

/* ---- many threads on one conf ---- */

static size_t pump(ztrunk_tls *from, ztrunk_tls *to)
{
    uint8_t wire[4096];
    size_t len = 0, used = 0;

    if (ztrunk_tls_pull(from, wire, sizeof wire, &len) != ZTRUNK_OK || len == 0) return 0;
    return ztrunk_tls_feed(to, 1, wire, len, &used) == ZTRUNK_OK ? len : 0;
}

static void *shake_hands(void *opaque)
{
    pair *p = opaque;
    size_t ready = 0;

    for (size_t i = 0; i < 4; i++) {
        ztrunk_tls *client = NULL, *server = NULL;
        ztrunk_tls_info info = {.size = sizeof info};

        if (ztrunk_tls_new(p->client.conf, p->peer, 1, PKI_NOW, &client) == ZTRUNK_OK &&
            ztrunk_tls_new(p->server.conf, NULL, 1, PKI_NOW, &server) == ZTRUNK_OK)
            while (pump(client, server) + pump(server, client) > 0) continue;
        if (ztrunk_tls_get_info(server, &info) == ZTRUNK_OK) ready += info.is_ready;
        ztrunk_tls_free(client);
        ztrunk_tls_free(server);
    }
    return (void *)(uintptr_t)ready;
}

static void share(pair *p)
{
    pthread_t threads[4];
    void *ready = NULL;

    pair_open(p, 1);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, shake_hands, p), 0);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &ready), 0);
        ck_assert_uint_eq((uintptr_t)ready, 4);
    }
    pair_free(p);
}

START_TEST(threads_share_a_conf)
{
    share(pair_new());
}
END_TEST

START_TEST(threads_share_an_rsa_key)
{
    pair *p = pair_new();
    pki_spec leaf = pair_server_spec(p);

    leaf.key = pki_rsa(2048);
    pair_show(&p->server, &leaf);
    share(p);
}
END_TEST

/* ---- memory runs out ---- */

/* The server lives on the failing context, the client on a sound one. */
static uint32_t run_failing(pair *p, ztrunk_ctx *failing)
{
    int32_t err = ztrunk_tls_conf_new(failing, &p->server.opts, &p->server.conf);
    size_t moved = 1;

    if (err == ZTRUNK_OK)
        err = ztrunk_tls_conf_identity(p->server.conf, (uint8_t *)p->server.chain,
                                       strlen(p->server.chain), (uint8_t *)p->server.key,
                                       strlen(p->server.key));
    if (err == ZTRUNK_OK)
        err = ztrunk_tls_conf_trust(p->server.conf, (uint8_t *)p->server.trust,
                                    strlen(p->server.trust));
    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_allow(p->server.conf, "edge.example.com");
    if (err == ZTRUNK_OK) err = ztrunk_tls_new(p->server.conf, NULL, 1, PKI_NOW, &p->server.tls);
    if (err != ZTRUNK_OK) return 0;
    pair_open_side(p, &p->client, 1);
    while (moved > 0)
        moved = pump(p->client.tls, p->server.tls) + pump(p->server.tls, p->client.tls);
    pair_look(&p->server);
    return p->server.is_ready;
}

/* CVE-2025-27810's class: whatever fails, nobody is ready who was not judged. The client shows a
 * certificate that nobody trusts. */
START_TEST(no_allocation_that_fails_lets_a_stranger_in)
{
    for (uint32_t is_stranger = 0; is_stranger < 2; is_stranger++) {
        uint32_t failed = 1;

        for (uint32_t n = 1; failed; n++) {
            fail_ctx f = {0};
            pair *p = pair_new();
            ztrunk_ctx *failing = NULL;
            pki_spec leaf = pair_client_spec(p);

            if (is_stranger) leaf.signer = p->server_key;
            pair_show(&p->client, &leaf);
            ck_assert_int_eq(fail_ctx_new(&f, &failing), ZTRUNK_OK);
            f.fail_at = f.calls + n;
            if (run_failing(p, failing)) {
                ck_assert(!is_stranger);
                ck_assert_uint_eq(p->server.tls->is_judged, 1);
            }
            failed = f.calls >= f.fail_at;
            pair_free(p);
            ztrunk_ctx_free(failing);
            ck_assert_uint_eq(f.live, 0);
        }
    }
}
END_TEST

UNIT_MAIN("tls/conf", options_out_of_range_are_refused,
          a_version_that_is_not_there_is_not_replaced_by_a_lower_one,
          a_peer_is_for_clients_and_a_domain, connections_keep_their_conf_alive,
          threads_share_a_conf, threads_share_an_rsa_key,
          no_allocation_that_fails_lets_a_stranger_in)
