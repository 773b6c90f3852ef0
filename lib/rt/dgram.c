/* dgram.c - UDP: one socket for each listener, a flow for each remote address. */
#include "rt/net.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "rt/sock.h"

#define BATCH    16
#define LONGEST  65536u
#define SWEEP_NS ZTI_SECOND

typedef struct zti_batch {
    struct mmsghdr msgs[BATCH];
    struct iovec iov[BATCH];
    struct sockaddr_storage from[BATCH];
    uint8_t data[BATCH][LONGEST];
} zti_batch;

int32_t zti_dgrams_ready(ztrunk_net *net)
{
    if (net->batch == NULL) net->batch = zti_calloc(net->ctx, sizeof *net->batch);
    return net->batch != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

/* ---- the table ---- */

static zti_dgrams *list_of(zti_dgram *d)
{
    return d->is_asked ? &d->flow.net->asked : &d->flow.net->heard;
}

static void unlink_dgram(zti_dgram *d)
{
    zti_dgrams *list = list_of(d);

    if (d->newer != NULL)
        d->newer->older = d->older;
    else
        list->newest = d->older;
    if (d->older != NULL)
        d->older->newer = d->newer;
    else
        list->oldest = d->newer;
    d->newer = d->older = NULL;
    list->count--;
}

static void link_newest(zti_dgram *d)
{
    zti_dgrams *list = list_of(d);

    d->older = list->newest;
    d->newer = NULL;
    if (list->newest != NULL)
        list->newest->newer = d;
    else
        list->oldest = d;
    list->newest = d;
    list->count++;
}

static void touch(zti_dgram *d)
{
    d->last_ns = ztrunk_rt_now_ns();
    unlink_dgram(d);
    link_newest(d);
}

static zti_str key_of(const zti_dgram_key *key)
{
    return (zti_str){(const char *)key, sizeof *key};
}

void zti_dgram_end(zti_dgram *d)
{
    ztrunk_net *net = d->flow.net;

    unlink_dgram(d);
    zti_map_del(&net->dgram_by_key, key_of(&d->key));
    zti_slots_del(&net->flows, d->flow.id);
    zti_free(net->ctx, d);
}

void zti_dgrams_end(ztrunk_net *net, const zti_listener *l)
{
    size_t place = 0;
    zti_flow *f;

    while ((f = zti_slots_next(&net->flows, &place)) != NULL) {
        if (f->transport != ZTRUNK_NET_UDP) continue;
        if (l == NULL || ((zti_dgram *)f)->socket == l) zti_dgram_end((zti_dgram *)f);
    }
}

static void sweep(zti_dgrams *list, uint64_t now, uint64_t idle_ns)
{
    while (list->oldest != NULL && zti_time_add(list->oldest->last_ns, idle_ns) <= now)
        zti_dgram_end(list->oldest);
}

void zti_dgrams_idle(void *opaque)
{
    ztrunk_net *net = opaque;
    uint64_t now = ztrunk_rt_now_ns(), step = net->opts.udp_idle_ns / 4;

    sweep(&net->asked, now, net->opts.udp_idle_ns);
    sweep(&net->heard, now, net->opts.udp_idle_ns);
    if (net->asked.count + net->heard.count == 0) return;
    ztrunk_rt_timer_set(&net->idle, zti_time_add(now, zti_time_min(step, 60 * SWEEP_NS)));
}

/* Spoofed sources push out one another, and those that nobody asked for. */
static int32_t make_room(ztrunk_net *net)
{
    if (net->asked.count + net->heard.count < net->opts.max_udp) return ZTRUNK_OK;
    if (net->heard.oldest == NULL) return ZTRUNK_E_LIMIT;
    zti_dgram_end(net->heard.oldest);
    return ZTRUNK_OK;
}

static int32_t add(zti_listener *l, const zti_dgram_key *key, uint32_t is_asked, zti_dgram **out)
{
    ztrunk_net *net = l->net;
    zti_dgram *d;
    int32_t err = make_room(net);

    if (err != ZTRUNK_OK) return err;
    d = zti_calloc(net->ctx, sizeof *d);
    if (d == NULL) return ZTRUNK_E_NOMEM;
    d->flow = (zti_flow){.net = net, .listener = l->id, .transport = ZTRUNK_NET_UDP};
    d->flow.local = l->addr;
    d->flow.remote = key->remote;
    d->key = *key;
    d->socket = l;
    d->is_asked = is_asked;
    d->last_ns = ztrunk_rt_now_ns();
    err = zti_slots_put(&net->flows, d, &d->flow.id);
    if (err == ZTRUNK_OK) err = zti_map_put(&net->dgram_by_key, key_of(&d->key), d);
    if (err != ZTRUNK_OK) {
        zti_slots_del(&net->flows, d->flow.id);
        zti_free(net->ctx, d);
        return err;
    }
    link_newest(d);
    if (net->idle.node.place == 0) zti_dgrams_idle(net);
    *out = d;
    return ZTRUNK_OK;
}

int32_t zti_dgram_flow(zti_listener *l, const ztrunk_addr *remote, uint32_t is_asked,
                       zti_dgram **out)
{
    zti_dgram_key key;
    zti_dgram *d;
    int32_t err;

    memset(&key, 0, sizeof key);
    key.listener = l->id;
    key.remote = *remote;
    key.remote.reserved = 0;
    d = zti_map_get(&l->net->dgram_by_key, key_of(&key));
    if (d == NULL) {
        err = add(l, &key, is_asked, &d);
        if (err != ZTRUNK_OK) return err;
    }
    if (is_asked && !d->is_asked) {
        unlink_dgram(d);
        d->is_asked = 1;
        link_newest(d);
    }
    touch(d);
    *out = d;
    return ZTRUNK_OK;
}

/* ---- the wire ---- */

int32_t zti_dgram_send(zti_dgram *d, const uint8_t *data, size_t len)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = zti_sockaddr_of(&d->flow.remote, &sa);
    ssize_t n;

    touch(d);
    do n = sendto(d->socket->fd, data, len, MSG_NOSIGNAL, (struct sockaddr *)&sa, sa_len);
    while (n < 0 && errno == EINTR);
    /* A full queue loses a datagram as any router may. */
    if (n >= 0 || errno == EAGAIN || errno == ENOBUFS) return ZTRUNK_OK;
    return ZTRUNK_E_SYSTEM;
}

static void receive(zti_listener *l, const ztrunk_addr *from, const uint8_t *data, size_t len)
{
    ztrunk_net *net = l->net;
    const ztrunk_net_handler *h = &net->handler;
    ztrunk_sip_msg *m = NULL;
    uint64_t tag = 0;
    zti_dgram *d;

    if (h->on_accept != NULL && !h->on_accept(h->opaque, l->id, from, &tag)) {
        net->stats.denied++;
        return;
    }
    if (l->is_ended) return;
    if (ztrunk_sip_msg_parse(net->ctx, &net->opts.sip, data, len, &m) != ZTRUNK_OK) {
        net->stats.malformed++;
        ztrunk_sip_msg_free(m);
        return;
    }
    if (zti_dgram_flow(l, from, 0, &d) != ZTRUNK_OK) {
        net->stats.limited++;
        ztrunk_sip_msg_free(m);
        return;
    }
    zti_gate_message(net, d->flow.id, m, 0);
}

static int receive_batch(zti_listener *l)
{
    zti_batch *b = l->net->batch;

    for (uint32_t i = 0; i < BATCH; i++) {
        b->iov[i] = (struct iovec){.iov_base = b->data[i], .iov_len = LONGEST};
        b->msgs[i] = (struct mmsghdr){0};
        b->msgs[i].msg_hdr.msg_name = &b->from[i];
        b->msgs[i].msg_hdr.msg_namelen = sizeof b->from[i];
        b->msgs[i].msg_hdr.msg_iov = &b->iov[i];
        b->msgs[i].msg_hdr.msg_iovlen = 1;
    }
    return recvmmsg(l->fd, b->msgs, BATCH, MSG_DONTWAIT, NULL);
}

void zti_dgram_readable(zti_listener *l)
{
    zti_batch *b = l->net->batch;
    int count = receive_batch(l);

    for (int i = 0; i < count && !l->is_ended; i++) {
        ztrunk_addr from;

        zti_addr_of(&b->from[i], &from);
        if ((b->msgs[i].msg_hdr.msg_flags & MSG_TRUNC) != 0 || from.family == 0) continue;
        receive(l, &from, b->data[i], b->msgs[i].msg_len);
    }
}
