/* listen.c - listeners: who may come in, and how many. */
#include "rt/net.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "rt/sock.h"

#define ACCEPTS_A_TURN 32
#define PAUSE_NS       (200 * ZTI_MS)

void zti_listener_settle(zti_listener *l)
{
    if (!l->is_ended || l->busy > 0) return;
    zti_free(l->net->ctx, l);
}

void zti_listener_end(zti_listener *l)
{
    if (l->is_ended) return;
    l->is_ended = 1;
    zti_watch_end(l->net->rt, &l->watch);
    zti_timer_end(&l->pause);
    if (l->fd >= 0) close(l->fd);
    zti_dgrams_end(l->net, l);
    zti_door_unlisten(l->net, l);
    zti_slots_del(&l->net->listeners, l->id);
    zti_listener_settle(l);
}

static uint32_t source_is_full(const zti_listener *l, const zti_source *source)
{
    const ztrunk_net_opts *o = &l->net->opts;

    if (source == NULL) return 0;
    if (source->flows >= o->max_flows_source) return 1;
    return l->transport == ZTRUNK_NET_TLS && source->pending >= o->max_pending_source;
}

static uint32_t has_room(const zti_listener *l, const zti_source *source)
{
    const ztrunk_net *net = l->net;

    if (source_is_full(l, source)) return 0;
    if (zti_net_conns(net) >= net->opts.max_flows) return 0;
    return l->transport != ZTRUNK_NET_TLS || zti_door_has_room(net, source);
}

/* The bounds first: the caller may count what it lets in, and gets all of it back in on_close. */
static uint32_t is_welcome(zti_listener *l, const ztrunk_addr *remote, uint64_t *tag)
{
    ztrunk_net *net = l->net;
    const ztrunk_net_handler *h = &net->handler;
    const zti_source *source = zti_source_find(&net->sources, remote);

    if (!has_room(l, source)) {
        net->stats.limited++;
        net->stats.limited_source += source_is_full(l, source);
        return 0;
    }
    if (h->on_accept == NULL || h->on_accept(h->opaque, l->id, remote, tag)) return 1;
    net->stats.denied++;
    return 0;
}

static int32_t take_plain(zti_listener *l, int fd, const ztrunk_addr *remote, zti_source *source,
                          uint64_t tag)
{
    zti_conn *c;
    int32_t err = zti_conn_new(l->net, l->transport, fd, &c);

    if (err != ZTRUNK_OK) return err;
    c->source = source;
    c->flow.listener = l->id;
    c->flow.remote = *remote;
    c->flow.tag = tag;
    zti_sock_tune(fd);
    zti_sock_local(fd, &c->flow.local);
    zti_conn_accept(c, NULL, 0);
    return ZTRUNK_OK;
}

static int32_t take(zti_listener *l, int fd, const ztrunk_addr *remote, uint64_t tag)
{
    ztrunk_net *net = l->net;
    zti_source *source;
    int32_t err = ZTRUNK_OK;

    /* on_accept may have ended the listener, or opened connections of its own. */
    if (l->is_ended) return ZTRUNK_E_CLOSED;
    if (!has_room(l, zti_source_find(&net->sources, remote))) return ZTRUNK_E_LIMIT;
    source = zti_source_enter(&net->sources, remote);
    if (source == NULL) return ZTRUNK_E_LIMIT;
    if (l->transport == ZTRUNK_NET_TLS)
        zti_door_take(l, fd, remote, source, tag);
    else
        err = take_plain(l, fd, remote, source, tag);
    if (err == ZTRUNK_OK)
        net->stats.accepted++;
    else
        zti_source_leave(&net->sources, source);
    return err;
}

/* What on_accept let in comes back in on_close, also when no flow came of it. */
static void give_back(const zti_listener *l, const ztrunk_addr *remote, uint64_t tag, int32_t error)
{
    const ztrunk_net_handler *h = &l->net->handler;
    ztrunk_net_flow_info info = {.size = sizeof info,
                                 .transport = l->transport,
                                 .listener = l->id,
                                 .local = l->addr,
                                 .remote = *remote,
                                 .tag = tag};

    l->net->stats.limited++;
    if (h->on_close != NULL)
        h->on_close(h->opaque, 0, &info, error, 0, "the connection could not be taken");
}

/* Descriptors or memory are used up: the kernel keeps the callers waiting, we do not spin. */
static void pause_accepting(zti_listener *l)
{
    zti_watch_end(l->net->rt, &l->watch);
    ztrunk_rt_timer_set(&l->pause, zti_time_add(ztrunk_rt_now_ns(), PAUSE_NS));
}

static void accept_one(zti_listener *l, int fd, const struct sockaddr_storage *sa)
{
    ztrunk_addr remote;
    uint64_t tag = 0;
    int32_t err;

    zti_addr_of(sa, &remote);
    if (!is_welcome(l, &remote, &tag)) {
        zti_sock_abort(fd);
        return;
    }
    err = take(l, fd, &remote, tag);
    if (err == ZTRUNK_OK) return;
    zti_sock_abort(fd);
    give_back(l, &remote, tag, err);
}

static void accept_some(zti_listener *l)
{
    for (uint32_t i = 0; i < ACCEPTS_A_TURN && !l->is_ended; i++) {
        struct sockaddr_storage sa = {0};
        socklen_t len = sizeof sa;
        int fd = accept4(l->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            pause_accepting(l);
            return;
        }
        if (fd >= 0) accept_one(l, fd, &sa);
    }
}

static void on_readable(void *opaque, uint32_t events)
{
    zti_listener *l = opaque;
    ztrunk_net *net = l->net;

    (void)events;
    zti_net_enter(net);
    l->busy++;
    if (l->transport == ZTRUNK_NET_UDP)
        zti_dgram_readable(l);
    else
        accept_some(l);
    l->busy--;
    zti_listener_settle(l);
    zti_net_leave(net);
}

static void on_pause_over(void *opaque)
{
    zti_listener *l = opaque;

    zti_watch_set(l->net->rt, &l->watch, l->fd, EPOLLIN);
}

/* What is counted and kept for the connections of a listener has its room from the start. */
static int32_t make_room(const zti_listener *l)
{
    ztrunk_net *net = l->net;
    const ztrunk_net_opts *o = &net->opts;
    int32_t err;

    if (l->transport == ZTRUNK_NET_UDP) return zti_dgrams_ready(net);
    err = zti_door_sources_init(&net->sources, net->ctx, o->max_flows, o->source_bits4,
                                o->source_bits6);
    if (err != ZTRUNK_OK || l->transport != ZTRUNK_NET_TLS) return err;
    return zti_door_init(net);
}

static int32_t start(zti_listener *l, const ztrunk_addr *addr)
{
    ztrunk_net *net = l->net;
    int type = l->transport == ZTRUNK_NET_UDP ? SOCK_DGRAM : SOCK_STREAM;
    int32_t err = zti_timer_init(net->rt, &l->pause, on_pause_over, l);

    if (err == ZTRUNK_OK) err = make_room(l);
    if (err == ZTRUNK_OK) err = zti_sock_bind(type, addr, &l->fd);
    if (err == ZTRUNK_OK) err = zti_sock_local(l->fd, &l->addr);
    if (err == ZTRUNK_OK) err = zti_slots_put(&net->listeners, l, &l->id);
    if (err == ZTRUNK_OK) err = zti_watch_set(net->rt, &l->watch, l->fd, EPOLLIN);
    return err;
}

int32_t zti_listener_new(ztrunk_net *net, uint32_t transport, const ztrunk_addr *addr,
                         ztrunk_tls_conf *conf, uint64_t *id)
{
    zti_listener *l = zti_calloc(net->ctx, sizeof *l);
    int32_t err;
    int error;

    if (l == NULL) return ZTRUNK_E_NOMEM;
    *l = (zti_listener){.net = net, .transport = transport, .conf = conf, .fd = -1};
    l->watch = (zti_watch){.fd = -1, .fn = on_readable, .opaque = l};
    err = start(l, addr);
    if (err != ZTRUNK_OK) {
        error = errno;
        zti_listener_end(l);
        errno = error;
        return err;
    }
    *id = l->id;
    return ZTRUNK_OK;
}
