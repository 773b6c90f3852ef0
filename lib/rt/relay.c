#include <zerotrunk/relay.h>

#include <zerotrunk/rt.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "base/time.h"
#include "rt/relay.h"

#define DEFAULT_MAX_CALLS     4000u
#define DEFAULT_DSCP          46u
#define DEFAULT_ANSWER_NS     (32 * ZTI_SECOND)
#define DEFAULT_QUARANTINE_NS (5 * ZTI_SECOND)
#define MAX_WORKERS           64u
#define EVENTS_PER_CALL       16u

static int32_t read_opts(ztrunk_relay_opts *o, const ztrunk_relay_opts *given)
{
    int32_t err = zti_opts_read(o, sizeof *o, given);

    if (err != ZTRUNK_OK) return err;
    if (o->workers == 0) o->workers = 1;
    if (o->max_calls == 0) o->max_calls = DEFAULT_MAX_CALLS;
    if (o->dscp == 0) o->dscp = DEFAULT_DSCP;
    if (o->answer_ns == 0) o->answer_ns = DEFAULT_ANSWER_NS;
    if (o->quarantine_ns == 0) o->quarantine_ns = DEFAULT_QUARANTINE_NS;
    if (o->workers > MAX_WORKERS || o->dscp > 63) return ZTRUNK_E_INVALID;
    return o->backend <= ZTRUNK_RELAY_URING ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

/* The first SRTP context of a process waits for self-tests; no call should. */
static int32_t warm_up(ztrunk_ctx *ctx)
{
    static const uint8_t key[30];
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80};
    ztrunk_srtp *s = NULL;
    int32_t err = ztrunk_srtp_new(ctx, &opts, key, sizeof key, &s);

    ztrunk_srtp_free(s);
    return err;
}

static int32_t make_workers(ztrunk_relay *r)
{
    int32_t err = ZTRUNK_OK;

    r->workers = zti_array(r->ctx, r->opts.workers, sizeof *r->workers);
    if (r->workers == NULL) return ZTRUNK_E_NOMEM;
    while (err == ZTRUNK_OK && r->worker_count < r->opts.workers) {
        err = zti_relay_worker_init(&r->workers[r->worker_count], r->ctx, &r->opts, &r->events);
        if (err == ZTRUNK_OK) r->worker_count++;
    }
    return err;
}

int32_t ztrunk_relay_new(ztrunk_ctx *ctx, const ztrunk_relay_opts *opts, ztrunk_relay **out)
{
    ztrunk_relay *r;
    ztrunk_relay_opts o;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(&o, opts);
    if (err != ZTRUNK_OK) return err;
    r = zti_calloc(ctx, sizeof *r);
    if (r == NULL) return ZTRUNK_E_NOMEM;
    r->ctx = zti_ctx_ref(ctx);
    r->opts = o;
    r->calls = zti_slots_of(ctx, o.max_calls);
    err = zti_relay_events_init(&r->events, ctx, (size_t)o.max_calls * EVENTS_PER_CALL);
    if (err == ZTRUNK_OK) err = warm_up(ctx);
    if (err == ZTRUNK_OK) err = make_workers(r);
    if (err != ZTRUNK_OK) {
        ztrunk_relay_free(r);
        return err;
    }
    *out = r;
    return ZTRUNK_OK;
}

int32_t ztrunk_relay_add_range(ztrunk_relay *r, const ztrunk_addr *ip, uint16_t first,
                               uint16_t last, uint32_t *range)
{
    int32_t err;

    if (r == NULL || ip == NULL || range == NULL) return ZTRUNK_E_INVALID;
    if (r->range_count == ZTI_RELAY_RANGES) return ZTRUNK_E_LIMIT;
    err = zti_ports_bind(r->ctx, ip, first, last, r->opts.dscp, &r->ranges[r->range_count]);
    if (err == ZTRUNK_OK) *range = r->range_count++;
    return err;
}

/* Both commands are made when the call opens: a call that opened can always be closed. On failure
 * both are the caller's to free. */
static int32_t make_commands(ztrunk_relay *r, zti_relay_call *call, zti_relay_command **add)
{
    *add = zti_calloc(r->ctx, sizeof **add);
    call->closing = zti_calloc(r->ctx, sizeof *call->closing);
    if (*add == NULL || call->closing == NULL) return ZTRUNK_E_NOMEM;
    (*add)->kind = ZTI_RELAY_ADD;
    (*add)->call = call;
    call->closing->kind = ZTI_RELAY_CLOSE;
    call->closing->call = call;
    return ZTRUNK_OK;
}

static uint32_t least_busy(const ztrunk_relay *r)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < r->worker_count; i++)
        if (r->workers[i].call_count < r->workers[best].call_count) best = i;
    return best;
}

static int32_t take_ports(ztrunk_relay *r, const ztrunk_relay_call *spec, zti_relay_call *call)
{
    uint64_t now_ns = ztrunk_rt_now_ns();
    int32_t err = zti_ports_take(&r->ranges[spec->range[0]], now_ns, &call->legs[0].ports);

    call->range[0] = spec->range[0];
    call->range[1] = spec->range[1];
    if (err != ZTRUNK_OK) return err;
    err = zti_ports_take(&r->ranges[spec->range[1]], now_ns, &call->legs[1].ports);
    if (err == ZTRUNK_OK) return err;
    atomic_store_explicit(&call->legs[0].ports->is_taken, 0, memory_order_relaxed);
    zti_ports_park(&r->ranges[spec->range[0]], call->legs[0].ports, 0);
    return err;
}

static void park_ports(ztrunk_relay *r, const zti_relay_call *call)
{
    uint64_t usable_ns = zti_time_add(ztrunk_rt_now_ns(), r->opts.quarantine_ns);

    for (uint32_t i = 0; i < 2; i++)
        zti_ports_park(&r->ranges[call->range[i]], call->legs[i].ports, usable_ns);
}

static int32_t read_call(const ztrunk_relay *r, const ztrunk_relay_call *given,
                         ztrunk_relay_call *spec)
{
    int32_t err = zti_opts_read(spec, sizeof *spec, given);

    if (err != ZTRUNK_OK) return err;
    for (uint32_t i = 0; i < 2; i++) {
        if (spec->range[i] >= r->range_count) return ZTRUNK_E_INVALID;
        if (spec->prefix_count[i] > sizeof spec->prefixes[i] / sizeof spec->prefixes[i][0])
            return ZTRUNK_E_INVALID;
    }
    return ZTRUNK_OK;
}

static int32_t start_workers(ztrunk_relay *r)
{
    int32_t err = ZTRUNK_OK;

    for (uint32_t i = 0; i < r->worker_count && err == ZTRUNK_OK; i++)
        err = zti_relay_worker_start(&r->workers[i]);
    return err;
}

int32_t ztrunk_relay_open(ztrunk_relay *r, const ztrunk_relay_call *given, uint64_t *id,
                          ztrunk_addr local[2])
{
    ztrunk_relay_call spec;
    zti_relay_call *call = NULL;
    zti_relay_command *add = NULL;
    int32_t err;

    if (r == NULL || given == NULL || id == NULL || local == NULL) return ZTRUNK_E_INVALID;
    err = read_call(r, given, &spec);
    if (err == ZTRUNK_OK) err = start_workers(r);
    if (err == ZTRUNK_OK) err = zti_relay_call_new(r->ctx, &spec, &call);
    if (err != ZTRUNK_OK) return err;
    call->worker = least_busy(r);
    err = make_commands(r, call, &add);
    if (err == ZTRUNK_OK) err = zti_slots_put(&r->calls, call, &call->id);
    if (err == ZTRUNK_OK) err = take_ports(r, &spec, call);
    if (err != ZTRUNK_OK) {
        (void)zti_slots_del(&r->calls, call->id);
        zti_free(r->ctx, add);
        zti_relay_call_free(call);
        return err;
    }
    local[0] = call->legs[0].ports->rtp.local;
    local[1] = call->legs[1].ports->rtp.local;
    *id = call->id;
    r->workers[call->worker].call_count++;
    zti_relay_worker_tell(&r->workers[call->worker], add);
    return ZTRUNK_OK;
}

int32_t ztrunk_relay_stats_of(const ztrunk_relay *r, uint64_t id, uint32_t leg,
                              ztrunk_relay_stats *stats)
{
    ztrunk_relay_stats s = {0};
    const zti_relay_call *call;

    if (r == NULL || stats == NULL || leg > 1) return ZTRUNK_E_INVALID;
    call = zti_slots_get(&r->calls, id);
    if (call == NULL) return ZTRUNK_E_NOTFOUND;
    zti_relay_stats_read(&call->legs[leg], &s);
    return zti_opts_write(stats, &s, sizeof s);
}

int32_t ztrunk_relay_close(ztrunk_relay *r, uint64_t id)
{
    zti_relay_command *closing;
    zti_relay_call *call;

    if (r == NULL) return ZTRUNK_E_INVALID;
    call = zti_slots_get(&r->calls, id);
    if (call == NULL) return ZTRUNK_E_NOTFOUND;
    (void)zti_slots_del(&r->calls, id);
    park_ports(r, call);
    r->workers[call->worker].call_count--;
    closing = call->closing;
    call->closing = NULL; /* from here on the worker's, as is the call */
    zti_relay_worker_tell(&r->workers[call->worker], closing);
    return ZTRUNK_OK;
}

uint32_t ztrunk_relay_backend(const ztrunk_relay *r, const char **reason)
{
    if (reason != NULL) *reason = r != NULL ? r->workers[0].reason : NULL;
    return r != NULL ? r->workers[0].backend->id : ZTRUNK_RELAY_ANY;
}

int ztrunk_relay_fd(const ztrunk_relay *r)
{
    return r != NULL ? r->events.fd : -1;
}

int32_t ztrunk_relay_poll(ztrunk_relay *r, ztrunk_event *event)
{
    if (r == NULL) return ZTRUNK_E_INVALID;
    return zti_relay_events_poll(&r->events, event);
}

uint32_t ztrunk_relay_ports_free(const ztrunk_relay *r, uint32_t range)
{
    return r != NULL && range < r->range_count ? zti_ports_free_count(&r->ranges[range]) : 0;
}

void ztrunk_relay_free(ztrunk_relay *r)
{
    ztrunk_ctx *ctx;

    if (r == NULL) return;
    for (uint32_t i = 0; i < r->worker_count; i++) zti_relay_worker_end(&r->workers[i]);
    for (uint32_t i = 0; i < r->range_count; i++) zti_ports_close(&r->ranges[i]);
    zti_relay_events_end(&r->events);
    zti_free(r->ctx, r->workers);
    zti_slots_free(&r->calls);
    ctx = r->ctx;
    zti_free(ctx, r);
    ztrunk_ctx_free(ctx);
}
