/* net.c - the SIP transports' calls. */
#include "rt/net.h"

#include <errno.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "rt/sock.h"

/* ---- made and freed ---- */

static void net_free(ztrunk_net *net)
{
    ztrunk_ctx *ctx = net->ctx;

    zti_timer_end(&net->idle);
    zti_timer_end(&net->ended);
    zti_door_free(net);
    zti_door_sources_free(&net->sources);
    zti_map_free(&net->dgram_by_key);
    zti_slots_free(&net->flows);
    zti_slots_free(&net->listeners);
    zti_free(ctx, net->batch);
    zti_free_wiped(ctx, net->wire, ZTI_NET_CHUNK);
    zti_free_wiped(ctx, net->plain, ZTI_NET_CHUNK);
    zti_free(ctx, net);
    ztrunk_ctx_free(ctx);
}

void zti_net_enter(ztrunk_net *net)
{
    net->busy++;
}

void zti_net_leave(ztrunk_net *net)
{
    if (--net->busy == 0 && net->is_ended) net_free(net);
}

size_t zti_net_conns(const ztrunk_net *net)
{
    return net->flows.count - net->heard.count - net->asked.count + net->door.count;
}

static void set_defaults(ztrunk_net_opts *o)
{
    if (o->handshake_threads == 0) o->handshake_threads = 1;
    if (o->max_flows == 0) o->max_flows = 10000;
    if (o->max_pending == 0) o->max_pending = 512;
    if (o->max_pending_source == 0) o->max_pending_source = 16;
    if (o->max_flows_source == 0) o->max_flows_source = 256;
    if (o->max_shaking_source == 0) o->max_shaking_source = 4;
    if (o->source_bits4 == 0 || o->source_bits4 > 32) o->source_bits4 = 32;
    if (o->source_bits6 == 0 || o->source_bits6 > 128) o->source_bits6 = 64;
    if (o->max_send_bytes == 0) o->max_send_bytes = 256 * 1024;
    if (o->max_udp == 0) o->max_udp = 4096;
    if (o->header_ns == 0) o->header_ns = 5 * ZTI_SECOND;
    if (o->hello_ns == 0) o->hello_ns = 5 * ZTI_SECOND;
    if (o->connect_ns == 0) o->connect_ns = 5 * ZTI_SECOND;
    if (o->udp_idle_ns == 0) o->udp_idle_ns = 600 * ZTI_SECOND;
    if (o->sip.size == 0) o->sip.size = sizeof o->sip;
}

static void tell_ended(void *opaque)
{
    ztrunk_net *net = opaque;
    zti_conn *c;

    zti_net_enter(net);
    while ((c = net->first_ended) != NULL) {
        const ztrunk_net_handler *h = &net->handler;
        ztrunk_net_flow_info info = {.size = sizeof info};

        net->first_ended = c->next_ended;
        if (net->first_ended == NULL) net->last_ended = NULL;
        ztrunk_net_flow(net, c->flow.id, &info);
        c->busy++;
        if (h->on_close != NULL)
            h->on_close(h->opaque, c->flow.id, &info, c->error, c->cause, c->text);
        c->busy--;
        c->is_told = 1;
        /* Its last words are wire bytes by now, and 40 kB need not wait for them to leave. */
        ztrunk_tls_free(c->tls);
        c->tls = NULL;
        zti_conn_settle(c);
    }
    zti_door_tell(net);
    zti_net_leave(net);
}

static int32_t net_init(ztrunk_net *net)
{
    int32_t err;

    net->wire = zti_calloc(net->ctx, ZTI_NET_CHUNK);
    net->plain = zti_calloc(net->ctx, ZTI_NET_CHUNK);
    if (net->wire == NULL || net->plain == NULL) return ZTRUNK_E_NOMEM;
    err = zti_timer_init(net->rt, &net->idle, zti_dgrams_idle, net);
    if (err != ZTRUNK_OK) return err;
    return zti_timer_init(net->rt, &net->ended, tell_ended, net);
}

int32_t ztrunk_net_new(ztrunk_rt *rt, const ztrunk_net_opts *opts,
                       const ztrunk_net_handler *handler, ztrunk_net **out)
{
    ztrunk_net *net;
    int32_t err;

    if (rt == NULL || out == NULL) return ZTRUNK_E_INVALID;
    net = zti_calloc(rt->ctx, sizeof *net);
    if (net == NULL) return ZTRUNK_E_NOMEM;
    net->rt = rt;
    net->ctx = zti_ctx_ref(rt->ctx);
    err = zti_opts_read(&net->opts, sizeof net->opts, opts);
    if (err == ZTRUNK_OK) err = zti_opts_read(&net->handler, sizeof net->handler, handler);
    set_defaults(&net->opts);
    net->flows = zti_slots_of(net->ctx, (size_t)net->opts.max_flows + net->opts.max_udp);
    net->listeners = zti_slots_of(net->ctx, 256);
    net->dgram_by_key = zti_map_of(net->ctx, net->opts.max_udp);
    if (err == ZTRUNK_OK) err = net_init(net);
    if (err != ZTRUNK_OK) {
        net_free(net);
        return err;
    }
    *out = net;
    return ZTRUNK_OK;
}

/* The workers' jobs are the connections' again, whether they were posted or not. */
static void stop_handshakes(ztrunk_net *net)
{
    size_t place = 0;
    zti_flow *f;

    zti_handshakes_free(net->handshakes);
    net->handshakes = NULL;
    while ((f = zti_slots_next(&net->flows, &place)) != NULL)
        if (f->transport != ZTRUNK_NET_UDP && ((zti_conn *)f)->job != NULL)
            zti_post_take_back(net->rt, &((zti_conn *)f)->job->post);
}

void ztrunk_net_free(ztrunk_net *net)
{
    size_t place = 0;
    zti_listener *l;
    zti_flow *f;

    if (net == NULL || net->is_ended) return;
    zti_net_enter(net);
    net->is_ended = 1;
    net->handler = (ztrunk_net_handler){.size = sizeof net->handler};
    while ((l = zti_slots_next(&net->listeners, &place)) != NULL) zti_listener_end(l);
    zti_dgrams_end(net, NULL);
    stop_handshakes(net);
    net->first_ended = net->last_ended = NULL;
    place = 0;
    while ((f = zti_slots_next(&net->flows, &place)) != NULL) zti_conn_drop((zti_conn *)f);
    zti_net_leave(net);
}

/* ---- listeners ---- */

int32_t ztrunk_net_listen(ztrunk_net *net, uint32_t transport, const ztrunk_addr *addr,
                          ztrunk_tls_conf *conf, uint64_t *listener)
{
    if (net == NULL || addr == NULL || listener == NULL) return ZTRUNK_E_INVALID;
    if (net->is_ended) return ZTRUNK_E_STATE;
    if (transport < ZTRUNK_NET_UDP || transport > ZTRUNK_NET_TLS) return ZTRUNK_E_INVALID;
    if ((transport == ZTRUNK_NET_TLS) != (conf != NULL)) return ZTRUNK_E_INVALID;
    return zti_listener_new(net, transport, addr, conf, listener);
}

int32_t ztrunk_net_listener_addr(const ztrunk_net *net, uint64_t listener, ztrunk_addr *addr)
{
    const zti_listener *l;

    if (net == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    l = zti_slots_get(&net->listeners, listener);
    if (l == NULL) return ZTRUNK_E_NOTFOUND;
    *addr = l->addr;
    return ZTRUNK_OK;
}

int32_t ztrunk_net_listener_conf(ztrunk_net *net, uint64_t listener, ztrunk_tls_conf *conf)
{
    zti_listener *l;

    if (net == NULL || conf == NULL) return ZTRUNK_E_INVALID;
    l = zti_slots_get(&net->listeners, listener);
    if (l == NULL) return ZTRUNK_E_NOTFOUND;
    if (l->transport != ZTRUNK_NET_TLS) return ZTRUNK_E_STATE;
    l->conf = conf;
    return ZTRUNK_OK;
}

int32_t ztrunk_net_listener_sources(ztrunk_net *net, uint64_t listener,
                                    const ztrunk_prefix *prefixes, uint32_t count)
{
    const zti_listener *l;
    int32_t err;

    if (net == NULL || (prefixes == NULL && count > 0)) return ZTRUNK_E_INVALID;
    l = zti_slots_get(&net->listeners, listener);
    if (l == NULL) return ZTRUNK_E_NOTFOUND;
    err = ztrunk_filter_sources(l->fd, prefixes, count);
    if (err != ZTRUNK_E_SYSTEM || errno != EPERM || net->priv == NULL) return err;
    return ztrunk_priv_filter_sources(net->priv, l->fd, prefixes, count);
}

int32_t ztrunk_net_set_priv(ztrunk_net *net, ztrunk_priv *priv)
{
    if (net == NULL) return ZTRUNK_E_INVALID;
    net->priv = priv;
    return ZTRUNK_OK;
}

int32_t ztrunk_net_unlisten(ztrunk_net *net, uint64_t listener)
{
    zti_listener *l;

    if (net == NULL) return ZTRUNK_E_INVALID;
    l = zti_slots_get(&net->listeners, listener);
    if (l == NULL) return ZTRUNK_E_NOTFOUND;
    zti_listener_end(l);
    return ZTRUNK_OK;
}

/* ---- flows ---- */

static int32_t outbound(ztrunk_net *net, const ztrunk_addr *local, const ztrunk_addr *remote,
                        ztrunk_tls *tls, zti_conn **out)
{
    uint32_t transport = tls != NULL ? ZTRUNK_NET_TLS : ZTRUNK_NET_TCP;
    int32_t err;
    int fd;

    err = zti_sock_connect(local, remote, &fd);
    if (err != ZTRUNK_OK) return err;
    err = zti_conn_new(net, transport, fd, out);
    if (err != ZTRUNK_OK) close(fd);
    return err;
}

int32_t ztrunk_net_connect(ztrunk_net *net, uint32_t transport, const ztrunk_addr *local,
                           const ztrunk_addr *remote, ztrunk_tls_conf *conf, const char *peer,
                           uint64_t *flow)
{
    ztrunk_tls *tls = NULL;
    zti_conn *c;
    int32_t err = ZTRUNK_OK;

    if (net == NULL || remote == NULL || flow == NULL) return ZTRUNK_E_INVALID;
    if (transport != ZTRUNK_NET_TCP && transport != ZTRUNK_NET_TLS) return ZTRUNK_E_INVALID;
    if (transport == ZTRUNK_NET_TLS && (conf == NULL || peer == NULL)) return ZTRUNK_E_INVALID;
    if (net->is_ended) return ZTRUNK_E_STATE;
    if (zti_net_conns(net) >= net->opts.max_flows) return ZTRUNK_E_LIMIT;
    if (transport == ZTRUNK_NET_TLS)
        err = ztrunk_tls_new(conf, peer, ztrunk_rt_now_ns(), ztrunk_rt_wall_s(), &tls);
    if (err == ZTRUNK_OK) err = outbound(net, local, remote, tls, &c);
    if (err != ZTRUNK_OK) {
        ztrunk_tls_free(tls);
        return err;
    }
    c->flow.is_outbound = 1;
    c->flow.remote = *remote;
    (void)zti_sock_local(c->fd, &c->flow.local);
    zti_conn_connect(c, tls);
    *flow = c->flow.id;
    return ZTRUNK_OK;
}

int32_t ztrunk_net_udp_flow(ztrunk_net *net, uint64_t listener, const ztrunk_addr *remote,
                            uint64_t *flow)
{
    zti_listener *l;
    zti_dgram *d;
    int32_t err;

    if (net == NULL || remote == NULL || flow == NULL) return ZTRUNK_E_INVALID;
    l = zti_slots_get(&net->listeners, listener);
    if (l == NULL) return ZTRUNK_E_NOTFOUND;
    if (l->transport != ZTRUNK_NET_UDP) return ZTRUNK_E_STATE;
    if (remote->family != l->addr.family || remote->port == 0) return ZTRUNK_E_INVALID;
    err = zti_dgram_flow(l, remote, 1, &d);
    if (err == ZTRUNK_OK) *flow = d->flow.id;
    return err;
}

int32_t ztrunk_net_send(ztrunk_net *net, uint64_t flow, const uint8_t *data, size_t len)
{
    zti_flow *f;

    if (net == NULL || (data == NULL && len > 0)) return ZTRUNK_E_INVALID;
    f = zti_slots_get(&net->flows, flow);
    if (f == NULL) return ZTRUNK_E_NOTFOUND;
    if (f->transport == ZTRUNK_NET_UDP) return zti_dgram_send((zti_dgram *)f, data, len);
    return zti_conn_send((zti_conn *)f, data, len);
}

int32_t ztrunk_net_quiet(ztrunk_net *net, uint64_t flow, uint32_t is_quiet)
{
    zti_flow *f;

    if (net == NULL) return ZTRUNK_E_INVALID;
    f = zti_slots_get(&net->flows, flow);
    if (f == NULL) return ZTRUNK_E_NOTFOUND;
    f->is_quiet = is_quiet != 0;
    return ZTRUNK_OK;
}

int32_t ztrunk_net_close(ztrunk_net *net, uint64_t flow)
{
    zti_flow *f;
    zti_conn *c;

    if (net == NULL) return ZTRUNK_E_INVALID;
    f = zti_slots_get(&net->flows, flow);
    if (f == NULL) return ZTRUNK_E_NOTFOUND;
    if (f->transport == ZTRUNK_NET_UDP) {
        zti_dgram_end((zti_dgram *)f);
        return ZTRUNK_OK;
    }
    c = (zti_conn *)f;
    if (c->state > ZTI_CONN_OPEN) return ZTRUNK_E_NOTFOUND;
    zti_conn_end(c, ZTRUNK_OK, 0, "closed here", 1);
    return ZTRUNK_OK;
}

int32_t ztrunk_net_flow(const ztrunk_net *net, uint64_t flow, ztrunk_net_flow_info *info)
{
    ztrunk_net_flow_info i = {.size = sizeof i};
    const zti_flow *f;

    if (net == NULL || info == NULL) return ZTRUNK_E_INVALID;
    f = zti_slots_get(&net->flows, flow);
    if (f == NULL) return ZTRUNK_E_NOTFOUND;
    i.transport = f->transport;
    i.is_open = f->transport == ZTRUNK_NET_UDP || ((const zti_conn *)f)->state == ZTI_CONN_OPEN;
    i.is_outbound = f->is_outbound;
    i.listener = f->listener;
    i.local = f->local;
    i.remote = f->remote;
    i.tag = f->tag;
    return zti_opts_write(info, &i, sizeof i);
}

const ztrunk_tls *ztrunk_net_flow_tls(const ztrunk_net *net, uint64_t flow)
{
    const zti_flow *f = net != NULL ? zti_slots_get(&net->flows, flow) : NULL;
    const zti_conn *c = (const zti_conn *)f;

    if (f == NULL || f->transport != ZTRUNK_NET_TLS || c->state < ZTI_CONN_OPEN) return NULL;
    return c->tls;
}

uint32_t ztrunk_net_count(const ztrunk_net *net)
{
    return net != NULL ? net->open : 0;
}

int32_t ztrunk_net_get_stats(const ztrunk_net *net, ztrunk_net_stats *stats)
{
    ztrunk_net_stats s;

    if (net == NULL) return ZTRUNK_E_INVALID;
    s = net->stats;
    s.size = sizeof s;
    s.pending = net->pending;
    return zti_opts_write(stats, &s, sizeof s);
}
