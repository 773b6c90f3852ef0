/* conn_open.c - how a connection comes to be open: connect, handshake. */
#include "rt/net.h"

#include <errno.h>
#include <sys/socket.h>
#include "rt/sock.h"

static void give_to_caller(zti_conn *c)
{
    const ztrunk_net_handler *h = &c->flow.net->handler;

    c->is_opened = 1;
    c->flow.net->open++;
    if (h->on_open != NULL) h->on_open(h->opaque, c->flow.id);
}

static void opened(zti_conn *c)
{
    c->state = ZTI_CONN_OPEN;
    zti_conn_limit(c, ZTI_NEVER);
    /* What was sent first goes first; on_open may send more. */
    if (c->waiting.len > 0) zti_conn_queue(c, c->waiting.data, c->waiting.len);
    zti_buf_free(&c->waiting);
    if (c->state != ZTI_CONN_OPEN) return;
    give_to_caller(c);
    if (c->state != ZTI_CONN_OPEN) return;
    zti_conn_flush(c);
    zti_conn_watch(c);
    if (c->tls != NULL && c->state == ZTI_CONN_OPEN) zti_conn_plain(c);
}

static void take_back(zti_conn *c)
{
    zti_job *job = c->job;

    c->job = NULL;
    c->fd = job->fd;
    c->tls = job->tls;
    zti_buf_free(&c->out);
    c->out = job->out;
    c->out.max = c->flow.net->opts.max_send_bytes;
    if (c->state != ZTI_CONN_HANDSHAKE) {
        zti_conn_close_socket(c);
        zti_free(c->flow.net->ctx, job);
        return;
    }
    c->state = ZTI_CONN_OPEN;
    /* A refusal's alert must reach the peer: it lingers like any other last word. */
    if (job->error != ZTRUNK_OK)
        zti_conn_end(c, job->error, job->cause, job->text, 1);
    else
        opened(c);
    zti_free(c->flow.net->ctx, job);
}

static void on_job_done(void *opaque)
{
    zti_conn *c = opaque;
    ztrunk_net *net = c->flow.net;

    zti_net_enter(net);
    c->busy++;
    zti_door_done(c);
    take_back(c);
    c->busy--;
    zti_conn_settle(c);
    zti_net_leave(net);
}

static int32_t ready_workers(ztrunk_net *net)
{
    if (net->handshakes != NULL) return ZTRUNK_OK;
    return zti_handshakes_new(net->rt, net->opts.handshake_threads, &net->handshakes);
}

/* Takes tls, also when it fails. */
static void shake_hands(zti_conn *c, ztrunk_tls *tls)
{
    ztrunk_net *net = c->flow.net;
    zti_job *job = zti_calloc(net->ctx, sizeof *job);
    int32_t err = job != NULL ? ready_workers(net) : ZTRUNK_E_NOMEM;

    if (err != ZTRUNK_OK) {
        zti_free(net->ctx, job);
        ztrunk_tls_free(tls);
        zti_conn_end(c, err, ZTRUNK_TLS_CAUSE_INTERNAL, "no handshake could be started", 0);
        return;
    }
    zti_watch_end(net->rt, &c->watch);
    job->fd = c->fd;
    job->tls = tls;
    job->out = zti_buf_of(net->ctx, net->opts.max_send_bytes);
    job->post = (zti_post){.fn = on_job_done, .opaque = c};
    job->text = "";
    c->fd = -1;
    c->job = job;
    c->state = ZTI_CONN_HANDSHAKE;
    zti_conn_limit(c, ZTI_NEVER); /* the TLS engine has a deadline of its own */
    zti_handshakes_start(net->handshakes, job);
}

void zti_conn_accept(zti_conn *c, ztrunk_tls_conf *conf, uint64_t accepted_ns)
{
    ztrunk_tls *tls = NULL;
    int32_t err;

    c->busy++;
    if (conf == NULL)
        opened(c);
    else {
        err = ztrunk_tls_new(conf, NULL, accepted_ns, ztrunk_rt_wall_s(), &tls);
        if (err == ZTRUNK_OK)
            shake_hands(c, tls);
        else
            zti_conn_end(c, err, ZTRUNK_TLS_CAUSE_INTERNAL, "no handshake could be started", 0);
    }
    c->busy--;
    zti_conn_settle(c);
}

void zti_conn_connect(zti_conn *c, ztrunk_tls *tls)
{
    c->tls = tls;
    zti_conn_limit(c, zti_time_add(ztrunk_rt_now_ns(), c->flow.net->opts.connect_ns));
    zti_conn_watch(c);
}

void zti_conn_connected(zti_conn *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    ztrunk_tls *tls = c->tls;

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) error = errno;
    if (error != 0) {
        zti_conn_end(c, ZTRUNK_E_SYSTEM, 0, zti_sock_text(error), 0);
        return;
    }
    c->tls = NULL;
    if (tls != NULL)
        shake_hands(c, tls);
    else
        opened(c);
}
