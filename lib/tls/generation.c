#include <zerotrunk/generation.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"
#include "tls/conf.h"

#define DEFAULT_TRIAL (60 * ZTI_SECOND)

typedef struct generation {
    uint64_t number; /* 0: none */
    ztrunk_tls_conf *conf[2];
} generation;

struct ztrunk_generations {
    ztrunk_ctx *ctx;
    pthread_mutex_t lock;
    ztrunk_generations_opts opts;
    generation current, before;
    uint64_t last_number, trial_end_ns;
    uint32_t refusals; /* in a row */
};

int32_t ztrunk_generations_new(ztrunk_ctx *ctx, const ztrunk_generations_opts *opts,
                               ztrunk_generations **out)
{
    ztrunk_generations_opts checked;
    ztrunk_generations *g;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&checked, sizeof checked, opts);
    if (err != ZTRUNK_OK) return err;
    g = zti_calloc(ctx, sizeof *g);
    if (g == NULL) return ZTRUNK_E_NOMEM;
    g->ctx = zti_ctx_ref(ctx);
    g->opts = checked;
    if (g->opts.trial_ns == 0) g->opts.trial_ns = DEFAULT_TRIAL;
    pthread_mutex_init(&g->lock, NULL);
    *out = g;
    return ZTRUNK_OK;
}

static void drop(generation *old)
{
    ztrunk_tls_conf_free(old->conf[0]);
    ztrunk_tls_conf_free(old->conf[1]);
    *old = (generation){0};
}

/* A number is written before the first connection reads it, and never again. */
static uint32_t is_fresh(ztrunk_tls_conf *conf, uint32_t role)
{
    uint32_t is_sealed;

    if (conf == NULL) return 1;
    pthread_mutex_lock(&conf->lock);
    is_sealed = conf->is_sealed;
    pthread_mutex_unlock(&conf->lock);
    return !is_sealed && conf->generation == 0 && conf->opts.role == role;
}

static void put(ztrunk_generations *g, ztrunk_tls_conf *conf[2], uint64_t now_ns)
{
    drop(&g->before);
    g->before = g->current;
    g->current = (generation){.number = ++g->last_number};
    for (uint32_t role = 0; role < 2; role++) {
        g->current.conf[role] = conf[role];
        if (conf[role] != NULL) conf[role]->generation = g->last_number;
    }
    g->trial_end_ns = zti_time_add(now_ns, g->opts.trial_ns);
    g->refusals = 0;
}

int32_t ztrunk_generations_put(ztrunk_generations *g, ztrunk_tls_conf *server,
                               ztrunk_tls_conf *client, uint64_t now_ns, uint64_t *number)
{
    ztrunk_tls_conf *conf[2];

    if (g == NULL || number == NULL || (server == NULL && client == NULL)) return ZTRUNK_E_INVALID;
    if (!is_fresh(server, ZTRUNK_TLS_SERVER) || !is_fresh(client, ZTRUNK_TLS_CLIENT))
        return ZTRUNK_E_STATE;
    conf[ZTRUNK_TLS_SERVER] = server;
    conf[ZTRUNK_TLS_CLIENT] = client;
    pthread_mutex_lock(&g->lock);
    put(g, conf, now_ns);
    *number = g->current.number;
    pthread_mutex_unlock(&g->lock);
    return ZTRUNK_OK;
}

int32_t ztrunk_generations_get(ztrunk_generations *g, uint32_t role, ztrunk_tls_conf **conf)
{
    ztrunk_tls_conf *found;

    if (g == NULL || role > ZTRUNK_TLS_SERVER || conf == NULL) return ZTRUNK_E_INVALID;
    pthread_mutex_lock(&g->lock);
    found = g->current.conf[role];
    if (found != NULL) zti_conf_ref(found);
    pthread_mutex_unlock(&g->lock);
    if (found == NULL) return ZTRUNK_E_NOTFOUND;
    *conf = found;
    return ZTRUNK_OK;
}

static uint32_t roll_back(ztrunk_generations *g)
{
    drop(&g->current);
    g->current = g->before;
    g->before = (generation){0};
    g->refusals = 0;
    return 1;
}

static uint32_t judge(ztrunk_generations *g, uint64_t number, uint32_t cause, uint64_t now_ns)
{
    if (now_ns >= g->trial_end_ns) drop(&g->before);
    if (number != g->current.number || g->before.number == 0) return 0;
    if (cause == ZTRUNK_TLS_CAUSE_NONE) g->refusals = 0;
    if (cause != ZTRUNK_TLS_CAUSE_PEER_REFUSED || g->opts.refusals == 0) return 0;
    if (++g->refusals < g->opts.refusals) return 0;
    return roll_back(g);
}

int32_t ztrunk_generations_judged(ztrunk_generations *g, uint64_t number, uint32_t cause,
                                  uint64_t now_ns, uint32_t *rolled_back)
{
    if (g == NULL || rolled_back == NULL) return ZTRUNK_E_INVALID;
    pthread_mutex_lock(&g->lock);
    *rolled_back = judge(g, number, cause, now_ns);
    pthread_mutex_unlock(&g->lock);
    return ZTRUNK_OK;
}

uint64_t ztrunk_generations_current(ztrunk_generations *g)
{
    uint64_t number;

    if (g == NULL) return 0;
    pthread_mutex_lock(&g->lock);
    number = g->current.number;
    pthread_mutex_unlock(&g->lock);
    return number;
}

void ztrunk_generations_free(ztrunk_generations *g)
{
    ztrunk_ctx *ctx;

    if (g == NULL) return;
    ctx = g->ctx;
    drop(&g->current);
    drop(&g->before);
    pthread_mutex_destroy(&g->lock);
    zti_free(ctx, g);
    ztrunk_ctx_free(ctx);
}
