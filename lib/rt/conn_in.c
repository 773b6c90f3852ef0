/* conn_in.c - bytes that came: out of TLS, into messages. */
#include "rt/net.h"

#include <errno.h>
#include <sys/socket.h>
#include "rt/sock.h"

#define READS_A_TURN 4

static const uint8_t PONG[] = "\r\n";

/* ---- plain bytes become messages ---- */

/* RFC 5626 4.4.1. */
static void answer_pings(zti_conn *c)
{
    ztrunk_event ev = {.size = sizeof ev};

    while (c->state == ZTI_CONN_OPEN && ztrunk_sip_stream_poll(c->stream, &ev) == ZTRUNK_OK &&
           ev.kind != ZTRUNK_EV_NONE) {
        if (ev.kind == ZTRUNK_EV_SIP_PING && !c->flow.is_quiet)
            zti_conn_send(c, PONG, sizeof PONG - 1);
        ev.size = sizeof ev;
    }
}

static uint32_t take_messages(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;
    uint32_t count = 0;

    while (c->state == ZTI_CONN_OPEN) {
        ztrunk_sip_msg *m = NULL;
        int32_t err = ztrunk_sip_stream_next(c->stream, &m);

        answer_pings(c);
        if (m != NULL) {
            count++;
            zti_gate_message(net, c->flow.id, m, err != ZTRUNK_OK);
        }
        if (err != ZTRUNK_OK) {
            net->stats.malformed++;
            zti_conn_end(c, err, 0, "what the peer sends is not SIP", 1);
        }
        if (m == NULL) break;
    }
    return count;
}

static void pump(zti_conn *c, const uint8_t *data, size_t len)
{
    uint32_t count = 0;

    while (len > 0 && c->state == ZTI_CONN_OPEN) {
        size_t used = 0;
        int32_t err = ztrunk_sip_stream_feed(c->stream, data, len, &used);
        uint32_t taken = take_messages(c);

        count += taken;
        data += used;
        len -= used;
        if (err != ZTRUNK_OK)
            zti_conn_end(c, err, 0, "what the peer sends is not SIP", 1);
        else if (used == 0 && taken == 0)
            zti_conn_end(c, ZTRUNK_E_LIMIT, 0, "a message is too long", 1);
    }
    if (c->state != ZTI_CONN_OPEN) return;
    /* The clock of an unfinished message runs from its first byte: drops do not wind it up. */
    if (!ztrunk_sip_stream_is_partial(c->stream))
        zti_conn_limit(c, ZTI_NEVER);
    else if (count > 0 || c->limit_ns == ZTI_NEVER)
        zti_conn_limit(c, zti_time_add(ztrunk_rt_now_ns(), c->flow.net->opts.header_ns));
}

/* ---- TLS ---- */

uint32_t zti_conn_pull(zti_conn *c)
{
    uint8_t wire[4096];
    size_t len;

    while (ztrunk_tls_pull(c->tls, wire, sizeof wire, &len) == ZTRUNK_OK && len > 0) {
        zti_buf_add(&c->out, wire, len);
        if (c->out.err == ZTRUNK_E_LIMIT) {
            /* The socket may take what the buffer cannot. */
            c->out.err = ZTRUNK_OK;
            zti_conn_flush(c);
            zti_buf_add(&c->out, wire, len);
        }
        if (c->out.err != ZTRUNK_OK) return 0;
    }
    return 1;
}

static void look_at_events(zti_conn *c)
{
    ztrunk_event ev = {.size = sizeof ev};

    while (c->state == ZTI_CONN_OPEN && ztrunk_tls_poll(c->tls, &ev) == ZTRUNK_OK &&
           ev.kind != ZTRUNK_EV_NONE) {
        if (ev.kind == ZTRUNK_EV_TLS_CLOSED && ev.error == ZTRUNK_OK)
            zti_conn_end(c, ZTRUNK_OK, ev.detail, "the peer closed the connection", 1);
        else if (ev.kind == ZTRUNK_EV_TLS_CLOSED)
            zti_conn_end(c, ev.error, ev.detail, ztrunk_tls_cause_text(ev.detail), 1);
        ev.size = sizeof ev;
    }
}

/* Plain bytes first: what came before the end is still heard. */
void zti_conn_plain(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;
    size_t len = 0;

    while (c->state == ZTI_CONN_OPEN &&
           ztrunk_tls_read(c->tls, net->plain, ZTI_NET_CHUNK, &len) == ZTRUNK_OK && len > 0)
        pump(c, net->plain, len);
    if (c->state != ZTI_CONN_OPEN) return;
    if (!zti_conn_pull(c)) {
        zti_conn_end(c, ZTRUNK_E_LIMIT, ZTRUNK_TLS_CAUSE_LIMIT,
                     "the peer does not read what is sent", 0);
        return;
    }
    look_at_events(c);
    if (c->state == ZTI_CONN_OPEN) zti_conn_flush(c);
}

static void feed_tls(zti_conn *c, const uint8_t *wire, size_t len)
{
    while (len > 0 && c->state == ZTI_CONN_OPEN) {
        size_t used = 0;
        int32_t err = ztrunk_tls_feed(c->tls, ztrunk_rt_now_ns(), wire, len, &used);

        zti_conn_plain(c);
        if (err != ZTRUNK_OK)
            zti_conn_end(c, err, ZTRUNK_TLS_CAUSE_PROTOCOL,
                         ztrunk_tls_cause_text(ZTRUNK_TLS_CAUSE_PROTOCOL), 1);
        else if (used == 0)
            zti_conn_end(c, ZTRUNK_E_LIMIT, ZTRUNK_TLS_CAUSE_LIMIT,
                         ztrunk_tls_cause_text(ZTRUNK_TLS_CAUSE_LIMIT), 1);
        wire += used;
        len -= used;
    }
    if (c->state == ZTI_CONN_OPEN) zti_conn_limit(c, c->limit_ns);
}

/* ---- the socket ---- */

static void ended(zti_conn *c)
{
    if (c->tls != NULL) {
        ztrunk_tls_feed_end(c->tls, ztrunk_rt_now_ns());
        zti_conn_plain(c);
    }
    zti_conn_end(c, ZTRUNK_OK, 0, "the peer closed the connection", 1);
}

void zti_conn_readable(zti_conn *c)
{
    ztrunk_net *net = c->flow.net;

    for (uint32_t i = 0; i < READS_A_TURN && c->state == ZTI_CONN_OPEN; i++) {
        ssize_t n = recv(c->fd, net->wire, ZTI_NET_CHUNK, 0);

        if (n < 0 && errno == EAGAIN) return;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            zti_conn_end(c, ZTRUNK_E_CLOSED, c->tls != NULL ? ZTRUNK_TLS_CAUSE_TRUNCATED : 0,
                         zti_sock_text(errno), 0);
            return;
        }
        if (n == 0) {
            ended(c);
            return;
        }
        if (c->tls != NULL)
            feed_tls(c, net->wire, (size_t)n);
        else
            pump(c, net->wire, (size_t)n);
    }
}
