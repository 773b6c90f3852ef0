#include "rt/door.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "rt/door_hello.h"
#include "rt/net.h"
#include "rt/sock.h"

/* For those that ended and are yet to be told of: one turn's worth. */
#define SPARE 32u

/* ---- the slots ---- */

static void append(zti_knocks *list, zti_knock *k)
{
    k->newer = NULL;
    k->older = list->newest;
    if (list->newest != NULL)
        list->newest->newer = k;
    else
        list->oldest = k;
    list->newest = k;
}

static void take_out(zti_knocks *list, zti_knock *k)
{
    if (k->older != NULL)
        k->older->newer = k->newer;
    else
        list->oldest = k->newer;
    if (k->newer != NULL)
        k->newer->older = k->older;
    else
        list->newest = k->older;
    k->newer = k->older = NULL;
}

static void put_back(zti_door *d, zti_knock *k)
{
    *k = (zti_knock){.fd = -1, .older = d->first_free};
    d->first_free = k;
}

static void on_late(void *opaque);

int32_t zti_door_init(ztrunk_net *net)
{
    zti_door *d = &net->door;
    uint32_t most = net->opts.max_pending;
    int32_t err;

    if (d->slots != NULL) return ZTRUNK_OK;
    if (most > net->opts.max_flows) most = net->opts.max_flows;
    if (d->timer.rt == NULL) {
        err = zti_timer_init(net->rt, &d->timer, on_late, net);
        if (err != ZTRUNK_OK) return err;
    }
    d->slots = zti_array(net->ctx, (size_t)most + SPARE, sizeof *d->slots);
    if (d->slots == NULL) return ZTRUNK_E_NOMEM;
    for (size_t i = (size_t)most + SPARE; i > 0; i--) put_back(d, &d->slots[i - 1]);
    return ZTRUNK_OK;
}

void zti_door_free(ztrunk_net *net)
{
    zti_timer_end(&net->door.timer);
    zti_free(net->ctx, net->door.slots);
    net->door.slots = NULL;
}

/* ---- who leaves ---- */

/* is_ours: we end it. A reset leaves nothing of it in the kernel, where a FIN that the peer never
 * answers stays for a minute. */
static void close_socket(zti_knock *k, uint32_t is_ours)
{
    zti_watch_end(k->net->rt, &k->watch);
    if (is_ours)
        zti_sock_abort(k->fd);
    else
        close(k->fd);
    k->fd = -1;
}

static void uncount(zti_knock *k)
{
    k->net->pending--;
    k->source->pending--;
    zti_source_leave(&k->net->sources, k->source);
    k->source = NULL;
}

static void end(zti_knock *k, int32_t error, uint32_t cause, const char *text)
{
    ztrunk_net *net = k->net;

    close_socket(k, cause != ZTRUNK_TLS_CAUSE_TRUNCATED);
    uncount(k);
    take_out(&net->door.standing, k);
    append(&net->door.ended, k);
    k->error = error;
    k->cause = cause;
    k->text = text;
    net->stats.failed++;
    ztrunk_rt_timer_set(&net->ended, 1);
}

void zti_door_tell(ztrunk_net *net)
{
    zti_knock *k;

    while ((k = net->door.ended.oldest) != NULL) {
        const ztrunk_net_handler *h = &net->handler;
        zti_knock gone = *k;
        ztrunk_net_flow_info info = {.size = sizeof info,
                                     .transport = ZTRUNK_NET_TLS,
                                     .listener = k->listener_id,
                                     .local = k->local,
                                     .remote = k->remote,
                                     .tag = k->tag};

        take_out(&net->door.ended, k);
        put_back(&net->door, k);
        net->door.count--;
        if (h->on_close != NULL)
            h->on_close(h->opaque, 0, &info, gone.error, gone.cause, gone.text);
    }
}

void zti_door_unlisten(ztrunk_net *net, const zti_listener *l)
{
    zti_knock *newer;

    for (zti_knock *k = net->door.standing.oldest; k != NULL; k = newer) {
        newer = k->newer;
        if (k->listener == l) end(k, ZTRUNK_OK, 0, "closed here");
    }
}

static void on_late(void *opaque)
{
    ztrunk_net *net = opaque;
    uint64_t now = ztrunk_rt_now_ns(), deadline;
    zti_knock *k;

    while ((k = net->door.standing.oldest) != NULL) {
        deadline = zti_time_add(k->accepted_ns, net->opts.hello_ns);
        if (deadline > now) {
            ztrunk_rt_timer_set(&net->door.timer, deadline);
            return;
        }
        net->stats.late++;
        end(k, ZTRUNK_E_EXPIRED, ZTRUNK_TLS_CAUSE_TIMEOUT, "no ClientHello in time");
    }
}

/* ---- who goes in ---- */

static void let_in(zti_knock *k)
{
    ztrunk_net *net = k->net;
    ztrunk_tls_conf *conf = k->listener->conf;
    uint64_t accepted_ns = k->accepted_ns;
    int one = 1;
    zti_conn *c;

    if (zti_conn_new(net, ZTRUNK_NET_TLS, k->fd, &c) != ZTRUNK_OK) {
        end(k, ZTRUNK_E_NOMEM, ZTRUNK_TLS_CAUSE_INTERNAL, "no handshake could be started");
        return;
    }
    zti_watch_end(net->rt, &k->watch);
    setsockopt(k->fd, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof one);
    zti_sock_tune(k->fd);
    c->flow.listener = k->listener_id;
    c->flow.local = k->local;
    c->flow.remote = k->remote;
    c->flow.tag = k->tag;
    c->source = k->source;
    c->source->shaking++;
    c->is_pending = 1;
    take_out(&net->door.standing, k);
    put_back(&net->door, k);
    net->door.count--;
    zti_conn_accept(c, conf, accepted_ns);
}

static uint32_t may_go_in(const zti_knock *k)
{
    return k->is_ready && k->source->shaking < k->net->opts.max_shaking_source;
}

void zti_door_done(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;
    zti_knock *k = net->door.standing.oldest;

    if (!c->is_pending) return;
    c->is_pending = 0;
    net->pending--;
    c->source->pending--;
    c->source->shaking--;
    while (k != NULL && !may_go_in(k)) k = k->newer;
    if (k != NULL) let_in(k);
}

/* ---- who stands ---- */

static void left(zti_knock *k)
{
    end(k, ZTRUNK_E_CLOSED, ZTRUNK_TLS_CAUSE_TRUNCATED, "the peer closed in the handshake");
}

/* The kernel wakes us when so much has come: a ClientHello that drips costs no turns. */
static void sleep_until(zti_knock *k, size_t size)
{
    int least = (int)size;

    setsockopt(k->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
}

static void judge(zti_knock *k, const uint8_t head[ZTI_HELLO_HEAD])
{
    if (k->size > 0) return;
    k->size = zti_hello_size(head);
    if (k->size > 0) {
        sleep_until(k, k->size);
        return;
    }
    k->net->stats.not_tls++;
    end(k, ZTRUNK_E_MALFORMED, ZTRUNK_TLS_CAUSE_PROTOCOL, "what came is no ClientHello");
}

static void look(zti_knock *k, uint32_t events)
{
    uint8_t head[ZTI_HELLO_HEAD];
    int have = 0;
    ssize_t n;

    do n = recv(k->fd, head, sizeof head, MSG_PEEK | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)sizeof head) judge(k, head);
    if (k->fd < 0) return;
    /* Who has ended its own side cannot answer. */
    if (n == 0 || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        left(k);
        return;
    }
    if (k->size == 0 || ioctl(k->fd, FIONREAD, &have) != 0 || (size_t)have < k->size) return;
    k->is_ready = 1;
    if (may_go_in(k)) let_in(k);
}

static void on_events(void *opaque, uint32_t events)
{
    zti_knock *k = opaque;
    ztrunk_net *net = k->net;

    zti_net_enter(net);
    look(k, events);
    zti_net_leave(net);
}

/* When all places are taken: the oldest of the source that has most, if that is more than the
 * newcomer's has. Those whose handshake is in work stay. */
static zti_knock *who_gives_way(const ztrunk_net *net, const zti_source *newcomer)
{
    uint32_t most = newcomer != NULL ? newcomer->pending : 0;
    zti_knock *who = NULL;

    for (zti_knock *k = net->door.standing.oldest; k != NULL; k = k->newer) {
        if (k->source->pending <= most) continue;
        most = k->source->pending;
        who = k;
    }
    return who;
}

uint32_t zti_door_has_room(const ztrunk_net *net, const zti_source *source)
{
    if (net->door.first_free == NULL) return 0;
    return net->pending < net->opts.max_pending || who_gives_way(net, source) != NULL;
}

void zti_door_take(zti_listener *l, int fd, const ztrunk_addr *remote, zti_source *source,
                   uint64_t tag)
{
    ztrunk_net *net = l->net;
    zti_door *d = &net->door;
    zti_knock *k = d->first_free;

    if (net->pending >= net->opts.max_pending) {
        net->stats.gave_way++;
        end(who_gives_way(net, source), ZTRUNK_E_LIMIT, ZTRUNK_TLS_CAUSE_LIMIT,
            "made room for another source");
    }
    d->first_free = k->older;
    *k = (zti_knock){.net = net, .listener = l, .listener_id = l->id, .tag = tag, .fd = fd};
    k->accepted_ns = ztrunk_rt_now_ns();
    k->remote = *remote;
    k->source = source;
    k->watch = (zti_watch){.fd = -1, .fn = on_events, .opaque = k};
    zti_sock_local(fd, &k->local);
    source->pending++;
    net->pending++;
    d->count++;
    append(&d->standing, k);
    if (d->timer.node.place == 0) on_late(net);
    sleep_until(k, ZTI_HELLO_HEAD);
    /* Edge by edge: memory that is short in the kernel reports less than was asked for. */
    if (zti_watch_set(net->rt, &k->watch, fd, EPOLLIN | EPOLLRDHUP | EPOLLET) != ZTRUNK_OK)
        end(k, ZTRUNK_E_SYSTEM, ZTRUNK_TLS_CAUSE_INTERNAL, "the connection broke");
}
