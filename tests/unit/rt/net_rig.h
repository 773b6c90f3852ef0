/* net_rig.h - two sides of SIP transports on one loop, raw clients beside them, and a way to run
 * the loop until something has happened. */
#ifndef TESTS_RT_NET_RIG_H
#define TESTS_RT_NET_RIG_H

#include <sys/epoll.h>
#include "rig.h"
#include "rt/loop.h"

typedef struct side {
    ztrunk_net *net;
    ztrunk_tls_conf *conf;
    uint32_t opened, closed, messages, rejects, asked;
    uint32_t refuses;               /* on_accept says no */
    void (*accept)(struct side *s); /* within on_accept */
    uint64_t tags;                  /* the sum of what on_close brought back */
    uint64_t flow;                  /* of the last callback */
    int32_t error;
    uint32_t cause, status;
    char text[128], why[128], last[4096]; /* last: the message, encoded */
    ztrunk_net_flow_info info;
    void (*act)(struct side *s, uint64_t flow);  /* within on_message */
    void (*open)(struct side *s, uint64_t flow); /* within on_open */
} side;

static side edge, cloud;
static uint32_t (*wanted)(void);

static inline void net_look(void)
{
    if (wanted != NULL && wanted()) ztrunk_rt_stop(rt);
}

static inline void net_until(uint32_t (*fn)(void))
{
    wanted = fn;
    if (!fn()) rig_run();
    wanted = NULL;
    ck_assert(fn());
}

static inline void net_on_message(void *opaque, uint64_t flow, ztrunk_sip_msg *m)
{
    side *s = opaque;
    size_t len = 0;

    s->messages++;
    s->flow = flow;
    ck_assert_int_eq(ztrunk_sip_msg_encode(m, (uint8_t *)s->last, sizeof s->last - 1, &len), 0);
    s->last[len] = 0;
    ztrunk_sip_msg_free(m);
    if (s->act != NULL) s->act(s, flow);
    net_look();
}

static inline void net_on_open(void *opaque, uint64_t flow)
{
    side *s = opaque;

    s->opened++;
    s->flow = flow;
    if (s->open != NULL) s->open(s, flow);
    net_look();
}

static inline void net_on_close(void *opaque, uint64_t flow, const ztrunk_net_flow_info *info,
                                int32_t error, uint32_t cause, const char *text)
{
    side *s = opaque;

    s->closed++;
    s->flow = flow;
    s->error = error;
    s->cause = cause;
    s->info = *info;
    s->tags += info->tag;
    snprintf(s->text, sizeof s->text, "%s", text);
    net_look();
}

static inline void net_on_reject(void *opaque, uint64_t flow, uint32_t status, const char *why)
{
    side *s = opaque;

    s->rejects++;
    s->flow = flow;
    s->status = status;
    snprintf(s->why, sizeof s->why, "%s", why);
    net_look();
}

static inline uint32_t net_on_accept(void *opaque, uint64_t listener, const ztrunk_addr *remote,
                                     uint64_t *tag)
{
    side *s = opaque;

    ck_assert_uint_ne(listener, 0);
    ck_assert_uint_ne(remote->port, 0);
    ck_assert_uint_eq(*tag, 0);
    s->asked++;
    *tag = UINT64_C(1) << (s->asked % 31 + 32);
    if (s->accept != NULL) s->accept(s);
    return !s->refuses;
}

static inline void side_new(side *s, const ztrunk_net_opts *opts)
{
    ztrunk_net_handler handler = {.size = sizeof handler,
                                  .opaque = s,
                                  .on_message = net_on_message,
                                  .on_open = net_on_open,
                                  .on_close = net_on_close,
                                  .on_reject = net_on_reject,
                                  .on_accept = net_on_accept};

    *s = (side){0};
    ck_assert_int_eq(ztrunk_net_new(rt, opts, &handler, &s->net), ZTRUNK_OK);
}

static inline void side_free(side *s)
{
    ztrunk_net_free(s->net);
    ztrunk_tls_conf_free(s->conf);
}

/* role: ZTRUNK_TLS_*; who: "edge", "cloud", "nobody" of tests/vectors/rt. */
static inline ztrunk_tls_conf *net_conf(uint32_t role, const char *who)
{
    ztrunk_tls_opts opts = {.size = sizeof opts, .role = role};
    ztrunk_tls_conf *conf;
    char path[64];
    size_t ca_len, cert_len, key_len;
    uint8_t *ca = unit_data("vectors/rt/ca.pem", &ca_len), *cert, *key;

    snprintf(path, sizeof path, "vectors/rt/%s.pem", who);
    cert = unit_data(path, &cert_len);
    snprintf(path, sizeof path, "vectors/rt/%s-key.pem", who);
    key = unit_data(path, &key_len);
    ck_assert_int_eq(ztrunk_tls_conf_new(ctx, &opts, &conf), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_identity(conf, cert, cert_len, key, key_len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_conf_trust(conf, ca, ca_len), ZTRUNK_OK);
    free(ca);
    free(cert);
    free(key);
    return conf;
}

static uint64_t listener;
static ztrunk_addr where;

static inline void net_listen(uint32_t transport)
{
    ztrunk_addr addr = rig_loopback();

    ck_assert_int_eq(ztrunk_net_listen(edge.net, transport, &addr, edge.conf, &listener),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listener_addr(edge.net, listener, &where), ZTRUNK_OK);
}

/* Edge listens with opts, cloud is there; conf for TLS. On the rig, which is there. */
static inline void net_start(uint32_t transport, const ztrunk_net_opts *opts)
{
    side_new(&edge, opts);
    side_new(&cloud, NULL);
    if (transport == ZTRUNK_NET_TLS) {
        edge.conf = net_conf(ZTRUNK_TLS_SERVER, "edge");
        cloud.conf = net_conf(ZTRUNK_TLS_CLIENT, "cloud");
    }
    net_listen(transport);
}

static inline void net_up(uint32_t transport, const ztrunk_net_opts *opts)
{
    rig_new();
    net_start(transport, opts);
}

static inline void net_down(void)
{
    side_free(&edge);
    side_free(&cloud);
    rig_free();
}

static inline uint64_t net_dial(uint32_t transport)
{
    uint64_t flow = 0;

    ck_assert_int_eq(ztrunk_net_connect(cloud.net, transport, NULL, &where, cloud.conf,
                                        transport == ZTRUNK_NET_TLS ? "edge.test" : NULL, &flow),
                     ZTRUNK_OK);
    ck_assert_uint_ne(flow, 0);
    return flow;
}

static inline void net_send(side *s, uint64_t flow, const char *text)
{
    ck_assert_int_eq(ztrunk_net_send(s->net, flow, (const uint8_t *)text, strlen(text)), ZTRUNK_OK);
}

#define NET_HEAD(cseq)                                                                             \
    "Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK-1\r\n"                                              \
    "From: <sip:a@cloud.test>;tag=1\r\nTo: <sip:b@edge.test>\r\nCall-ID: 1@cloud.test\r\n"         \
    "CSeq: " cseq "\r\nMax-Forwards: 70\r\n"
#define NET_OPTIONS                                                                                \
    "OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD("1 OPTIONS") "Content-Length: 0\r\n\r\n"

static inline ztrunk_net_stats net_stats(const side *s)
{
    ztrunk_net_stats stats = {.size = sizeof stats};

    ck_assert_int_eq(ztrunk_net_get_stats(s->net, &stats), ZTRUNK_OK);
    return stats;
}

/* ---- raw clients ---- */

typedef struct client {
    zti_watch watch;
    int fd;
    char text[8192];
    size_t len;
    uint32_t is_ended;
} client;

static inline void client_readable(void *opaque, uint32_t events)
{
    client *c = opaque;
    char data[16384];
    ssize_t n = recv(c->fd, data, sizeof data, MSG_DONTWAIT);

    (void)events;
    for (ssize_t i = 0; i < n && c->len + 1 < sizeof c->text; i++) c->text[c->len++] = data[i];
    c->text[c->len] = 0;
    if (n <= 0) {
        c->is_ended = 1;
        zti_watch_end(rt, &c->watch);
    }
    net_look();
}

static inline void client_watch(client *c, int fd)
{
    *c = (client){.fd = fd};
    c->watch = (zti_watch){.fd = -1, .fn = client_readable, .opaque = c};
    ck_assert_int_eq(zti_watch_set(rt, &c->watch, fd, EPOLLIN), ZTRUNK_OK);
}

static inline void client_dial(client *c)
{
    client_watch(c, rig_dial(&where));
}

/* From an address of its own. */
static inline void client_dial_from(client *c, const char *from)
{
    ztrunk_addr local = rig_addr(from);
    int fd = -1;

    ck_assert_int_eq(zti_sock_connect(&local, &where, &fd), ZTRUNK_OK);
    client_watch(c, fd);
}

static inline void client_end(client *c)
{
    zti_watch_end(rt, &c->watch);
    close(c->fd);
}

#endif
