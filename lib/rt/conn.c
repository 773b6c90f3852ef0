/* conn.c - a connection's life: made, sending, waiting, the last bytes, the end. */
#include "rt/net.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "rt/sock.h"

#define LINGER_NS    (2 * ZTI_SECOND)
#define LINGER_BYTES (256u * 1024u)

/* ---- made and freed ---- */

static void on_events(void *opaque, uint32_t events);
static void on_limit(void *opaque);

static void free_job(zti_conn *c)
{
    if (c->job == NULL) return;
    if (c->job->fd >= 0) close(c->job->fd);
    ztrunk_tls_free(c->job->tls);
    zti_buf_free(&c->job->out);
    zti_free(c->flow.net->ctx, c->job);
    c->job = NULL;
}

void zti_conn_close_socket(zti_conn *c)
{
    if (c->fd < 0) return;
    zti_watch_end(c->flow.net->rt, &c->watch);
    close(c->fd);
    c->fd = -1;
}

static void conn_free(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;

    zti_conn_close_socket(c);
    zti_door_done(c);
    zti_source_leave(&net->sources, c->source);
    free_job(c);
    zti_timer_end(&c->timer);
    ztrunk_tls_free(c->tls);
    ztrunk_sip_stream_free(c->stream);
    zti_buf_free(&c->waiting);
    zti_buf_free(&c->out);
    zti_slots_del(&net->flows, c->flow.id);
    zti_free(net->ctx, c);
}

void zti_conn_settle(zti_conn *c)
{
    if (c->busy > 0 || !c->is_told || c->fd >= 0 || c->job != NULL) return;
    conn_free(c);
}

int32_t zti_conn_new(ztrunk_net *net, uint32_t transport, int fd, zti_conn **out)
{
    zti_conn *c = zti_calloc(net->ctx, sizeof *c);
    int32_t err;

    if (c == NULL) return ZTRUNK_E_NOMEM;
    c->flow = (zti_flow){.net = net, .transport = transport};
    c->state = ZTI_CONN_CONNECT;
    c->fd = -1;
    c->limit_ns = ZTI_NEVER;
    c->text = "";
    c->watch = (zti_watch){.fd = -1, .fn = on_events, .opaque = c};
    c->waiting = zti_buf_of(net->ctx, net->opts.max_send_bytes);
    c->out = zti_buf_of(net->ctx, net->opts.max_send_bytes);
    err = zti_timer_init(net->rt, &c->timer, on_limit, c);
    if (err == ZTRUNK_OK) err = ztrunk_sip_stream_new(net->ctx, &net->opts.sip, &c->stream);
    if (err == ZTRUNK_OK) err = zti_slots_put(&net->flows, c, &c->flow.id);
    if (err != ZTRUNK_OK) {
        conn_free(c);
        return err;
    }
    c->fd = fd;
    *out = c;
    return ZTRUNK_OK;
}

/* ---- its end ---- */

static void tell_later(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;

    c->next_ended = NULL;
    if (net->last_ended != NULL)
        net->last_ended->next_ended = c;
    else
        net->first_ended = c;
    net->last_ended = c;
    ztrunk_rt_timer_set(&net->ended, 1);
}

static void linger(zti_conn *c)
{
    c->state = ZTI_CONN_LINGER;
    c->linger_left = LINGER_BYTES;
    zti_conn_limit(c, zti_time_add(ztrunk_rt_now_ns(), LINGER_NS));
    zti_conn_flush(c);
    if (c->fd >= 0) zti_conn_watch(c);
}

void zti_conn_end(zti_conn *c, int32_t error, uint32_t cause, const char *text, uint32_t last)
{
    uint32_t was = c->state;

    if (was >= ZTI_CONN_LINGER) return;
    c->state = ZTI_CONN_GONE;
    c->error = error;
    c->cause = cause;
    c->text = text;
    if (was == ZTI_CONN_OPEN && c->is_opened) c->flow.net->open--;
    if (!c->is_opened && error != ZTRUNK_OK) c->flow.net->stats.failed++;
    if (was == ZTI_CONN_HANDSHAKE && c->job != NULL) zti_handshakes_cancel(c->job);
    ztrunk_rt_timer_set(&c->timer, ZTI_NEVER);
    tell_later(c);
    if (was != ZTI_CONN_OPEN || !last) {
        zti_conn_close_socket(c);
        return;
    }
    if (c->tls != NULL) {
        ztrunk_tls_close(c->tls, ztrunk_rt_now_ns());
        zti_conn_pull(c);
    }
    linger(c);
}

void zti_conn_drop(zti_conn *c)
{
    if (c->state == ZTI_CONN_OPEN && c->is_opened) c->flow.net->open--;
    if (c->state == ZTI_CONN_OPEN && c->tls != NULL) {
        ztrunk_tls_close(c->tls, ztrunk_rt_now_ns());
        zti_conn_pull(c);
    }
    if (c->state <= ZTI_CONN_OPEN) c->state = ZTI_CONN_LINGER;
    zti_conn_flush(c);
    c->state = ZTI_CONN_GONE;
    c->is_told = 1;
    zti_conn_close_socket(c);
    free_job(c);
    zti_conn_settle(c);
}

/* ---- sending ---- */

void zti_conn_flush(zti_conn *c)
{
    while (c->out.len > 0 && c->fd >= 0) {
        ssize_t n = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) {
            zti_conn_end(c, ZTRUNK_E_CLOSED, 0, zti_sock_text(errno), 0);
            if (c->state == ZTI_CONN_LINGER) zti_conn_close_socket(c);
            return;
        }
        zti_buf_drop(&c->out, (size_t)n);
    }
    if (c->state == ZTI_CONN_LINGER && c->fd >= 0) shutdown(c->fd, SHUT_WR);
}

static int32_t over_bound(zti_conn *c)
{
    zti_conn_end(c, ZTRUNK_E_LIMIT, c->tls != NULL ? ZTRUNK_TLS_CAUSE_LIMIT : 0,
                 "the peer does not read what is sent", 0);
    return ZTRUNK_E_LIMIT;
}

static int32_t queue_tls(zti_conn *c, const uint8_t *data, size_t len)
{
    while (len > 0) {
        size_t used = 0;
        int32_t err = ztrunk_tls_write(c->tls, ztrunk_rt_now_ns(), data, len, &used);

        if (!zti_conn_pull(c)) return ZTRUNK_E_LIMIT;
        if (err != ZTRUNK_OK) return err;
        if (used == 0) return ZTRUNK_E_LIMIT;
        data += used;
        len -= used;
    }
    return ZTRUNK_OK;
}

int32_t zti_conn_queue(zti_conn *c, const uint8_t *data, size_t len)
{
    int32_t err;

    if (c->tls != NULL)
        err = queue_tls(c, data, len);
    else {
        zti_buf_add(&c->out, data, len);
        err = c->out.err;
    }
    if (err != ZTRUNK_OK) return over_bound(c);
    zti_conn_flush(c);
    if (c->state != ZTI_CONN_OPEN) return ZTRUNK_E_CLOSED;
    zti_conn_watch(c);
    return ZTRUNK_OK;
}

int32_t zti_conn_send(zti_conn *c, const uint8_t *data, size_t len)
{
    if (c->state > ZTI_CONN_OPEN) return ZTRUNK_E_NOTFOUND;
    if (c->state == ZTI_CONN_OPEN) return zti_conn_queue(c, data, len);
    zti_buf_add(&c->waiting, data, len);
    return c->waiting.err == ZTRUNK_OK ? ZTRUNK_OK : over_bound(c);
}

/* ---- events ---- */

void zti_conn_watch(zti_conn *c)
{
    uint32_t events = EPOLLIN;

    if (c->fd < 0) return;
    if (c->state == ZTI_CONN_CONNECT)
        events = EPOLLOUT;
    else if (c->out.len > 0)
        events |= EPOLLOUT;
    if (zti_watch_set(c->flow.net->rt, &c->watch, c->fd, events) == ZTRUNK_OK) return;
    zti_conn_end(c, ZTRUNK_E_SYSTEM, 0, "the connection broke", 0);
    zti_conn_close_socket(c);
}

void zti_conn_limit(zti_conn *c, uint64_t limit_ns)
{
    uint64_t deadline = limit_ns;

    c->limit_ns = limit_ns;
    if (c->state == ZTI_CONN_OPEN && c->tls != NULL)
        deadline = zti_time_min(deadline, ztrunk_tls_deadline(c->tls));
    ztrunk_rt_timer_set(&c->timer, deadline);
}

/* Unread bytes would make the kernel answer with a reset, which throws away our last words. */
static void discard(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;
    ssize_t n = recv(c->fd, net->wire, ZTI_NET_CHUNK, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0 && (size_t)n < c->linger_left) {
        c->linger_left -= (size_t)n;
        return;
    }
    /* A peer that has said all may still listen. */
    c->linger_left = 0;
    if (n != 0 || c->out.len == 0) zti_conn_close_socket(c);
}

static void react(zti_conn *c, uint32_t events)
{
    if (c->state == ZTI_CONN_CONNECT) {
        zti_conn_connected(c);
        return;
    }
    if ((events & EPOLLOUT) != 0) zti_conn_flush(c);
    if (c->state == ZTI_CONN_OPEN && (events & ~(uint32_t)EPOLLOUT) != 0) zti_conn_readable(c);
    if (c->state == ZTI_CONN_LINGER && c->fd >= 0) discard(c);
    if (c->fd >= 0) zti_conn_watch(c);
}

static void on_events(void *opaque, uint32_t events)
{
    zti_conn *c = opaque;
    ztrunk_net *net = c->flow.net;

    zti_net_enter(net);
    c->busy++;
    react(c, events);
    c->busy--;
    zti_conn_settle(c);
    zti_net_leave(net);
}

static void too_late(zti_conn *c)
{
    uint64_t now = ztrunk_rt_now_ns();

    if (c->state == ZTI_CONN_LINGER)
        zti_conn_close_socket(c);
    else if (c->state == ZTI_CONN_CONNECT)
        zti_conn_end(c, ZTRUNK_E_EXPIRED, 0, "the peer does not answer", 0);
    else if (c->state == ZTI_CONN_OPEN && c->limit_ns <= now)
        zti_conn_end(c, ZTRUNK_E_EXPIRED, 0, "a message took too long to arrive", 1);
    else if (c->state == ZTI_CONN_OPEN && c->tls != NULL) {
        ztrunk_tls_expire(c->tls, now);
        zti_conn_plain(c);
        if (c->state == ZTI_CONN_OPEN) zti_conn_limit(c, c->limit_ns);
    }
}

static void on_limit(void *opaque)
{
    zti_conn *c = opaque;
    ztrunk_net *net = c->flow.net;

    zti_net_enter(net);
    c->busy++;
    too_late(c);
    c->busy--;
    zti_conn_settle(c);
    zti_net_leave(net);
}
