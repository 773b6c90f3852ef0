#include <zerotrunk/generation.h>

#include <pthread.h>
#include "fail_ctx.h"
#include "unit.h"
#include "unit/tls/pair.h"

#define SECOND UINT64_C(1000000000)

static ztrunk_ctx *ctx;
static ztrunk_generations *g;

static void start(uint32_t refusals)
{
    const ztrunk_generations_opts opts = {.size = sizeof opts,
                                          .refusals = refusals,
                                          .trial_ns = 10 * SECOND};

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_generations_new(ctx, &opts, &g), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_generations_free(g);
    ztrunk_ctx_free(ctx);
}

static ztrunk_tls_conf *conf_of(uint32_t role)
{
    const ztrunk_tls_opts opts = {.size = sizeof opts, .role = role};
    ztrunk_tls_conf *conf = NULL;

    ck_assert_int_eq(ztrunk_tls_conf_new(ctx, &opts, &conf), ZTRUNK_OK);
    return conf;
}

static uint64_t put(uint64_t now_ns)
{
    uint64_t number = 0;

    ck_assert_int_eq(ztrunk_generations_put(g, conf_of(ZTRUNK_TLS_SERVER),
                                            conf_of(ZTRUNK_TLS_CLIENT), now_ns, &number),
                     ZTRUNK_OK);
    return number;
}

static uint32_t judged(uint64_t number, uint32_t cause, uint64_t now_ns)
{
    uint32_t rolled_back = 7;

    ck_assert_int_eq(ztrunk_generations_judged(g, number, cause, now_ns, &rolled_back), ZTRUNK_OK);
    return rolled_back;
}

START_TEST(a_conf_that_is_in_use_or_of_the_other_role_is_refused)
{
    ztrunk_tls_conf *server, *conf = NULL;
    uint64_t number = 0;

    start(1);
    server = conf_of(ZTRUNK_TLS_SERVER);
    ck_assert_int_eq(ztrunk_generations_put(g, NULL, NULL, 0, &number), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_generations_put(g, NULL, server, 0, &number), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_SERVER, &conf), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(ztrunk_generations_current(g), 0);
    ck_assert_int_eq(ztrunk_generations_put(g, server, NULL, 0, &number), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_SERVER, &conf), ZTRUNK_OK);
    ck_assert_ptr_eq(conf, server);
    ck_assert_int_eq(ztrunk_generations_put(g, conf, NULL, 0, &number), ZTRUNK_E_STATE);
    ztrunk_tls_conf_free(conf);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_CLIENT, &conf), ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

START_TEST(refusals_in_a_row_bring_back_the_one_before)
{
    ztrunk_tls_conf *first = NULL, *now = NULL;
    uint64_t a, b;

    start(2);
    a = put(0);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_CLIENT, &first), ZTRUNK_OK);
    b = put(SECOND);
    ck_assert_uint_gt(b, a);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_PEER_REFUSED, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_NONE, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_PEER_REFUSED, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_PEER_REFUSED, SECOND), 1);
    ck_assert_uint_eq(ztrunk_generations_current(g), a);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_CLIENT, &now), ZTRUNK_OK);
    ck_assert_ptr_eq(now, first);
    ztrunk_tls_conf_free(first);
    ztrunk_tls_conf_free(now);
    ck_assert_uint_gt(put(2 * SECOND), b);
    end();
}
END_TEST

START_TEST(nothing_else_rolls_back)
{
    uint64_t a, b;

    start(1);
    a = put(0);
    ck_assert_uint_eq(judged(a, ZTRUNK_TLS_CAUSE_PEER_REFUSED, 0), 0); /* there is none before */
    b = put(SECOND);
    ck_assert_uint_eq(judged(a, ZTRUNK_TLS_CAUSE_PEER_REFUSED, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_TIMEOUT, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_UNTRUSTED, SECOND), 0);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_PEER_REFUSED, 11 * SECOND), 0);
    ck_assert_uint_eq(ztrunk_generations_current(g), b);
    end();
    start(0);
    put(0);
    b = put(SECOND);
    ck_assert_uint_eq(judged(b, ZTRUNK_TLS_CAUSE_PEER_REFUSED, SECOND), 0);
    ck_assert_uint_eq(ztrunk_generations_current(g), b);
    end();
}
END_TEST

START_TEST(a_connection_tells_its_generation_and_outlives_it)
{
    pair *p = pair_new();
    ztrunk_tls_info info = {.size = sizeof info};
    ztrunk_tls_conf *taken = NULL;
    uint64_t number = 0;

    start(1);
    put(0);
    pair_open(p, 1);
    ck_assert_int_eq(ztrunk_tls_get_info(p->client.tls, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.generation, 0);
    pair_end_side(&p->client);
    ck_assert_int_eq(ztrunk_tls_conf_new(p->ctx, &p->client.opts, &p->client.conf), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_trust(p->client.conf, (uint8_t *)p->client.trust,
                                           strlen(p->client.trust)),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_generations_put(g, NULL, p->client.conf, 0, &number), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_generations_get(g, ZTRUNK_TLS_CLIENT, &taken), ZTRUNK_OK);
    p->client.conf = taken;
    ck_assert_int_eq(ztrunk_tls_new(taken, p->peer, 1, p->wall_s, &p->client.tls), ZTRUNK_OK);
    put(0);
    put(0);
    ck_assert_int_eq(ztrunk_tls_get_info(p->client.tls, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.generation, number);
    ck_assert_uint_ne(ztrunk_generations_current(g), number);
    end();
    pair_free(p);
}
END_TEST

static void *take(void *opaque)
{
    for (int i = 0; i < 2000; i++) {
        ztrunk_tls_conf *conf = NULL;

        if (ztrunk_generations_get(opaque, ZTRUNK_TLS_SERVER, &conf) != ZTRUNK_OK) return opaque;
        ztrunk_tls_conf_free(conf);
    }
    return NULL;
}

START_TEST(other_threads_take_references_while_it_is_swapped)
{
    pthread_t threads[2];
    void *failed = NULL;

    start(1);
    put(0);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, take, g), 0);
    for (int i = 0; i < 200; i++) put(0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    end();
}
END_TEST

START_TEST(no_memory_leaves_nothing)
{
    fail_ctx f = {.fail_at = 2};
    ztrunk_ctx *failing = NULL;
    ztrunk_generations *made = NULL;

    ck_assert_int_eq(fail_ctx_new(&f, &failing), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_generations_new(failing, NULL, &made), ZTRUNK_E_NOMEM);
    ck_assert_ptr_null(made);
    ztrunk_ctx_free(failing);
    ck_assert_uint_eq(f.live, 0);
}
END_TEST

UNIT_MAIN("tls/generation", a_conf_that_is_in_use_or_of_the_other_role_is_refused,
          refusals_in_a_row_bring_back_the_one_before, nothing_else_rolls_back,
          a_connection_tells_its_generation_and_outlives_it,
          other_threads_take_references_while_it_is_swapped, no_memory_leaves_nothing)
