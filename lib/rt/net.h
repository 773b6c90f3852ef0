/* net.h - inside the SIP transports: what listeners, connections and datagram flows share.
 *
 * Lifetime: a callback may close or free anything, so that whoever calls out holds what it needs
 * by busy counts, and the last to leave frees what has ended meanwhile. */
#ifndef ZTI_RT_NET_H
#define ZTI_RT_NET_H

#include "base/buf.h"
#include "base/map.h"
#include "base/slots.h"
#include "rt/door.h"
#include "rt/handshake.h"
#include "rt/loop.h"

#define ZTI_NET_CHUNK 16384u

typedef struct zti_listener {
    ztrunk_net *net;
    uint64_t id;
    uint32_t transport, busy, is_ended;
    zti_watch watch;
    int fd;
    zti_timer pause; /* no descriptor was left for an accept */
    ztrunk_tls_conf *conf;
    ztrunk_addr addr;
} zti_listener;

/* What the table of flows holds: the beginning of a zti_conn or of a zti_dgram. */
typedef struct zti_flow {
    ztrunk_net *net;
    uint64_t id, listener, tag;
    uint32_t transport, is_outbound;
    uint32_t is_quiet; /* by ztrunk_net_quiet */
    ztrunk_addr local, remote;
} zti_flow;

typedef struct zti_dgram_key {
    uint64_t listener;
    ztrunk_addr remote;
} zti_dgram_key;

typedef struct zti_dgram {
    zti_flow flow;
    zti_dgram_key key;
    zti_listener *socket;
    uint64_t last_ns;
    uint32_t is_asked; /* by ztrunk_net_udp_flow: no stranger takes its place */
    struct zti_dgram *newer, *older;
} zti_dgram;

typedef struct zti_dgrams { /* by last use */
    zti_dgram *newest, *oldest;
    uint32_t count;
} zti_dgrams;

enum {                     /* a connection's life goes down this list */
       ZTI_CONN_CONNECT,   /* TCP is on its way */
       ZTI_CONN_HANDSHAKE, /* a worker has the socket */
       ZTI_CONN_OPEN,
       ZTI_CONN_LINGER, /* closed for the caller; the last bytes leave */
       ZTI_CONN_GONE
};

typedef struct zti_conn {
    zti_flow flow;
    uint32_t state, busy, is_told, is_opened; /* told: on_close was called, or nobody is to know */
    uint32_t is_pending;                      /* counted as half-open */
    zti_source *source;                       /* NULL: outbound */
    zti_watch watch;
    zti_timer timer;
    int fd;
    uint64_t limit_ns;  /* connect's, header's or linger's end */
    size_t linger_left; /* bytes still read and thrown away */
    ztrunk_tls *tls;
    zti_job *job;
    ztrunk_sip_stream *stream;
    zti_buf waiting, out; /* messages before it is open; wire bytes */
    int32_t error;
    uint32_t cause;
    const char *text;
    struct zti_conn *next_ended;
} zti_conn;

struct ztrunk_net {
    ztrunk_rt *rt;
    ztrunk_ctx *ctx;
    ztrunk_net_opts opts;
    ztrunk_priv *priv; /* may be NULL */
    ztrunk_net_handler handler;
    uint32_t busy, is_ended, open;
    uint32_t pending; /* inbound TLS before READY, at the door and in work */
    zti_slots flows, listeners;
    zti_map dgram_by_key;
    zti_dgrams asked, heard;
    zti_timer idle;      /* of the datagram flows */
    zti_sources sources; /* of inbound connections */
    zti_door door;
    zti_handshakes *handshakes;
    zti_conn *first_ended, *last_ended; /* on_close is due */
    zti_timer ended;
    ztrunk_net_stats stats;
    uint8_t *wire, *plain;   /* chunks: received; decrypted */
    struct zti_batch *batch; /* dgram.c; NULL before the first UDP listener */
};

/* net.c: around everything that may call out. */
void zti_net_enter(ztrunk_net *net);
void zti_net_leave(ztrunk_net *net);         /* net may be gone afterwards */
size_t zti_net_conns(const ztrunk_net *net); /* connections, those at the door too */

/* listen.c */
int32_t zti_listener_new(ztrunk_net *net, uint32_t transport, const ztrunk_addr *addr,
                         ztrunk_tls_conf *conf, uint64_t *id);
void zti_listener_end(zti_listener *l);
void zti_listener_settle(zti_listener *l);

/* conn.c */
int32_t zti_conn_new(ztrunk_net *net, uint32_t transport, int fd, zti_conn **out);
int32_t zti_conn_send(zti_conn *c, const uint8_t *data, size_t len);
int32_t zti_conn_queue(zti_conn *c, const uint8_t *data, size_t len); /* when it is open */
/* Ends it for the caller, with on_close to come; the first reason stands. last: what is queued is
 * still sent. */
void zti_conn_end(zti_conn *c, int32_t error, uint32_t cause, const char *text, uint32_t last);
void zti_conn_drop(zti_conn *c);   /* at once, and nobody is told */
void zti_conn_settle(zti_conn *c); /* frees it when nothing needs it any more */
void zti_conn_flush(zti_conn *c);
void zti_conn_watch(zti_conn *c);
void zti_conn_limit(zti_conn *c, uint64_t limit_ns);
void zti_conn_close_socket(zti_conn *c);

/* conn_open.c: open (TCP), or into the handshake (TLS). It may end in there. accepted_ns: from
 * when the handshake's time counts. */
void zti_conn_accept(zti_conn *c, ztrunk_tls_conf *conf, uint64_t accepted_ns);
void zti_conn_connect(zti_conn *c, ztrunk_tls *tls);
void zti_conn_connected(zti_conn *c);

/* conn_in.c: bytes that came */
void zti_conn_readable(zti_conn *c);
void zti_conn_plain(zti_conn *c);    /* what the TLS engine holds decrypted */
uint32_t zti_conn_pull(zti_conn *c); /* the TLS engine's wire bytes to out; 0: over the bound */

/* dgram.c */
void zti_dgram_readable(zti_listener *l);
int32_t zti_dgram_flow(zti_listener *l, const ztrunk_addr *remote, uint32_t is_asked,
                       zti_dgram **out);
int32_t zti_dgram_send(zti_dgram *d, const uint8_t *data, size_t len);
void zti_dgram_end(zti_dgram *d);
void zti_dgrams_end(ztrunk_net *net, const zti_listener *l); /* l NULL: all */
int32_t zti_dgrams_ready(ztrunk_net *net);
void zti_dgrams_idle(void *net);

/* gate.c: takes m. Answers what has a fault, hands on the rest. */
void zti_gate_message(ztrunk_net *net, uint64_t flow, ztrunk_sip_msg *m, uint32_t is_broken);

#endif
