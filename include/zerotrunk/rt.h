/* rt.h - libzerotrunk-rt: the Linux runtime. Event loop, SIP transports, DNS, HTTP for metrics.
 *
 * One loop per thread; everything made on a loop belongs to its thread, but for what is marked
 * "any thread". Callbacks run on the loop's thread and may call anything here. */
#ifndef ZEROTRUNK_RT_H
#define ZEROTRUNK_RT_H

#include <zerotrunk/core.h>
#include <zerotrunk/priv.h>
#include <zerotrunk/sip.h>
#include <zerotrunk/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the loop (libre's, one per thread) ---- */

typedef struct ztrunk_rt ztrunk_rt;
typedef struct ztrunk_rt_timer ztrunk_rt_timer;

ZTRUNK_API uint64_t ztrunk_rt_now_ns(void); /* CLOCK_MONOTONIC; any thread */
ZTRUNK_API int64_t ztrunk_rt_wall_s(void);  /* CLOCK_REALTIME; any thread */
/* On the thread that will run it. E_STATE: this thread has a loop already. */
ZTRUNK_API int32_t ztrunk_rt_new(ztrunk_ctx *ctx, ztrunk_rt **out);
ZTRUNK_API int32_t ztrunk_rt_run(ztrunk_rt *rt); /* until ztrunk_rt_stop; may be run again */
ZTRUNK_API void ztrunk_rt_stop(ztrunk_rt *rt);   /* any thread; before run: it returns at once */
/* Runs fn(opaque) on the loop's thread, soon and in the order posted. Any thread. What has not
 * run when the loop is freed is dropped. */
ZTRUNK_API int32_t ztrunk_rt_post(ztrunk_rt *rt, void (*fn)(void *opaque), void *opaque);
/* Blocks signum in the calling thread: call it before other threads start. fn NULL: no more. */
ZTRUNK_API int32_t ztrunk_rt_on_signal(ztrunk_rt *rt, int signum, void (*fn)(void *opaque, int),
                                       void *opaque);
/* Level-triggered. fn NULL: no more, to be said before the descriptor is closed. */
ZTRUNK_API int32_t ztrunk_rt_on_readable(ztrunk_rt *rt, int fd, void (*fn)(void *opaque),
                                         void *opaque);
ZTRUNK_API int32_t ztrunk_rt_timer_new(ztrunk_rt *rt, void (*fn)(void *opaque), void *opaque,
                                       ztrunk_rt_timer **out);
/* Fires once when the monotonic clock reaches deadline_ns; UINT64_MAX: not. */
ZTRUNK_API void ztrunk_rt_timer_set(ztrunk_rt_timer *timer, uint64_t deadline_ns);
ZTRUNK_API void ztrunk_rt_timer_free(ztrunk_rt_timer *timer); /* also from within its fn */
/* After everything made on it. Not from within a callback. */
ZTRUNK_API void ztrunk_rt_free(ztrunk_rt *rt);

/* ---- SIP transports: listeners, connections, datagrams ----
 *
 * A flow is a connection, or a UDP listener and a remote address. Its id is never reused. A
 * callback is never called from within a ztrunk_net call, and may make any of them: also close
 * its own flow or free the net. */

enum { ZTRUNK_NET_UDP = 1, ZTRUNK_NET_TCP = 2, ZTRUNK_NET_TLS = 3 };

typedef struct ztrunk_net ztrunk_net;

typedef struct ztrunk_net_opts {      /* zero: the default */
    uint32_t size, handshake_threads; /* TLS handshakes run there, never on the loop; 1 */
    uint32_t max_flows, max_pending;  /* 10000; inbound TLS before READY, 512 */
    uint32_t max_send_bytes;          /* per connection before it is closed; 256 KiB */
    uint32_t max_pending_source;      /* of max_pending, from one source; 16 */
    uint64_t header_ns;               /* an unfinished message may last so long; 5 s */
    ztrunk_sip_opts sip;
    uint64_t connect_ns;         /* TCP's part of an outbound connection; 5 s */
    uint64_t udp_idle_ns;        /* a UDP flow without traffic is forgotten; 10 min */
    uint32_t max_udp;            /* UDP flows: the one idle longest makes room; 4096 */
    uint32_t max_flows_source;   /* inbound connections from one source, half-open or not; 256 */
    uint64_t hello_ns;           /* from accept to a whole ClientHello; 5 s */
    uint32_t max_shaking_source; /* of max_pending_source, in the handshake threads at once; 4 */
    /* Prefix lengths of a source: 32, an IPv4 address; 64, what one IPv6 host may call its own. */
    uint32_t source_bits4, source_bits6;
    uint32_t reserved;
} ztrunk_net_opts;

typedef struct ztrunk_net_flow_info {
    uint32_t size, transport; /* ZTRUNK_NET_* */
    uint32_t is_open, is_outbound;
    uint64_t listener; /* the id that accepted it, or whose socket it uses; 0 for outbound */
    ztrunk_addr local, remote;
    uint64_t tag; /* what on_accept gave it; 0 for outbound and for UDP */
} ztrunk_net_flow_info;

typedef struct ztrunk_net_stats { /* counts since ztrunk_net_new */
    uint32_t size, reserved;
    uint64_t accepted;  /* connections taken */
    uint64_t denied;    /* connections and datagrams that on_accept refused */
    uint64_t limited;   /* connections closed at once: a bound was reached */
    uint64_t failed;    /* handshakes and connects that did not come to on_open */
    uint64_t messages;  /* given to on_message */
    uint64_t rejected;  /* told to on_reject */
    uint64_t malformed; /* datagrams dropped in silence, streams closed */
    /* Of limited: by a bound of the source's own. */
    uint64_t limited_source;
    /* Of failed, at a TLS listener's door: no ClientHello in hello_ns; something else came; made
     * room, when max_pending was reached, for a source that held less. */
    uint64_t late, not_tls, gave_way;
    uint64_t pending; /* now: half-open inbound TLS connections */
} ztrunk_net_stats;

typedef struct ztrunk_net_handler { /* any may be NULL */
    uint32_t size, reserved;
    void *opaque;
    /* A whole message; it is the callee's to free. A request with a fault has been answered, a
     * malformed stream has been closed: neither comes here. */
    void (*on_message)(void *opaque, uint64_t flow, ztrunk_sip_msg *m);
    void (*on_open)(void *opaque, uint64_t flow); /* connected; TLS: the peer is proved */
    /* Once for each connection that on_accept let in or ztrunk_net_connect gave, whether it came
     * to on_open or not; for ztrunk_net_close (error 0) as well; never for UDP, never from
     * ztrunk_net_free. flow 0: it ended before it was a flow; info says whose it was. error: 0 for
     * a clean end by either side, else ZTRUNK_E_*; cause: ZTRUNK_TLS_CAUSE_* (0 when not TLS);
     * text: static, plain words. info: the flow's last. */
    void (*on_close)(void *opaque, uint64_t flow, const ztrunk_net_flow_info *info, int32_t error,
                     uint32_t cause, const char *text);
    /* The gate refused a message: status answered (0: dropped), why; static text. */
    void (*on_reject)(void *opaque, uint64_t flow, uint32_t status, const char *why);
    /* May this address talk to this listener? Asked for each connection that the bounds admit,
     * before a byte is read, and for each datagram before it is parsed; 0: closed or dropped,
     * without an answer. *tag, 0 at first: the caller's own mark for the connection, which its
     * info shows to the end; of no use for a datagram. */
    uint32_t (*on_accept)(void *opaque, uint64_t listener, const ztrunk_addr *remote,
                          uint64_t *tag);
} ztrunk_net_handler;

ZTRUNK_API int32_t ztrunk_net_new(ztrunk_rt *rt, const ztrunk_net_opts *opts,
                                  const ztrunk_net_handler *handler, ztrunk_net **out);
/* conf: TLS only, server role; it must live until unlisten or listener_conf, and what it accepted
 * keeps it alive by itself. E_SYSTEM: errno says why. port 0 in addr: the kernel chooses. UDP:
 * name one address, for an answer from the wildcard may leave with another source. */
ZTRUNK_API int32_t ztrunk_net_listen(ztrunk_net *net, uint32_t transport, const ztrunk_addr *addr,
                                     ztrunk_tls_conf *conf, uint64_t *listener);
ZTRUNK_API int32_t ztrunk_net_listener_addr(const ztrunk_net *net, uint64_t listener,
                                            ztrunk_addr *addr);
/* New connections use the new conf; those that are up are not touched. */
ZTRUNK_API int32_t ztrunk_net_listener_conf(ztrunk_net *net, uint64_t listener,
                                            ztrunk_tls_conf *conf);
/* Only these sources reach the listener: the kernel drops every other's SYN or datagram without an
 * answer, no RST and no ICMP. count 0: nobody. Bounds and errors are those of
 * ztrunk_filter_sources (filter.h): E_SYSTEM with errno, for one, for a TCP or TLS listener without
 * CAP_NET_ADMIN; what stood before stays then. */
ZTRUNK_API int32_t ztrunk_net_listener_sources(ztrunk_net *net, uint64_t listener,
                                               const ztrunk_prefix *prefixes, uint32_t count);
/* From now on listener_sources asks priv where this process lacks the privilege; NULL: no more. A
 * loan, until then or ztrunk_net_free. E_CLOSED of listener_sources: that process is gone. */
ZTRUNK_API int32_t ztrunk_net_set_priv(ztrunk_net *net, ztrunk_priv *priv);
/* Its connections stay; the flows of a UDP listener go. */
ZTRUNK_API int32_t ztrunk_net_unlisten(ztrunk_net *net, uint64_t listener);
/* A connection (TCP, TLS) from local (NULL, or port 0, or family 0); on_open or on_close follows.
 * What is sent before it is open waits. peer: the TLS name to check. */
ZTRUNK_API int32_t ztrunk_net_connect(ztrunk_net *net, uint32_t transport, const ztrunk_addr *local,
                                      const ztrunk_addr *remote, ztrunk_tls_conf *conf,
                                      const char *peer, uint64_t *flow);
/* The flow of a UDP listener's socket towards remote: the one there is, or a new one. Those asked
 * for here make room for no stranger's; E_LIMIT when they alone reach max_udp. */
ZTRUNK_API int32_t ztrunk_net_udp_flow(ztrunk_net *net, uint64_t listener,
                                       const ztrunk_addr *remote, uint64_t *flow);
/* Queues a whole message. E_NOTFOUND: the flow is gone. E_LIMIT: it is being closed for backlog.
 * A datagram goes out whatever its length (RFC 3261 18.1.1 would have TCP above 1300 bytes: that
 * choice is the caller's), and is lost when the socket's queue is full. */
ZTRUNK_API int32_t ztrunk_net_send(ztrunk_net *net, uint64_t flow, const uint8_t *data, size_t len);
/* is_quiet 1: nothing is answered by itself on this flow, neither a faulty request nor a ping, for
 * the caller does not know yet who is there; on_reject comes with status 0. 0: again. */
ZTRUNK_API int32_t ztrunk_net_quiet(ztrunk_net *net, uint64_t flow, uint32_t is_quiet);
/* What was queued is still sent, for at most 2 s. The id is gone at once. */
ZTRUNK_API int32_t ztrunk_net_close(ztrunk_net *net, uint64_t flow);
ZTRUNK_API int32_t ztrunk_net_flow(const ztrunk_net *net, uint64_t flow,
                                   ztrunk_net_flow_info *info);
/* Loan, until on_close returns; NULL when it is not TLS or was never open. */
ZTRUNK_API const ztrunk_tls *ztrunk_net_flow_tls(const ztrunk_net *net, uint64_t flow);
ZTRUNK_API uint32_t ztrunk_net_count(const ztrunk_net *net); /* connections that are open */
ZTRUNK_API int32_t ztrunk_net_get_stats(const ztrunk_net *net, ztrunk_net_stats *stats);
ZTRUNK_API void ztrunk_net_free(ztrunk_net *net);

/* ---- DNS (libre's client): RFC 3263 4.2 for one domain ---- */

typedef struct ztrunk_resolver ztrunk_resolver;

/* server NULL or of family 0: the system's. */
ZTRUNK_API int32_t ztrunk_resolver_new(ztrunk_rt *rt, const ztrunk_addr *server,
                                       ztrunk_resolver **out);
/* A numeric host is answered as it is, a name in /etc/hosts from there; else port 0: SRV
 * (_sips._tcp, _sip._tcp or _sip._udp by transport), then A and AAAA; else A and AAAA alone. done
 * is called once, later, never from within this call; addrs are in the order to try, at most 32.
 * error: E_NOTFOUND no address, E_EXPIRED no answer in 5 s; count is 0 then. E_LIMIT here: 256
 * queries are open. */
ZTRUNK_API int32_t ztrunk_resolver_query(ztrunk_resolver *r, const char *host, uint16_t port,
                                         uint32_t transport,
                                         void (*done)(void *opaque, int32_t error,
                                                      const ztrunk_addr *addrs, uint32_t count),
                                         void *opaque);
ZTRUNK_API void ztrunk_resolver_free(ztrunk_resolver *r); /* open queries are not answered */

/* ---- one POST over HTTP (libre's client), for OCSP ---- */

typedef struct ztrunk_post ztrunk_post;

/* url: "http://host[:port]/path", whose host is a number or is asked of r, which lives longer than
 * the post. done is called once, later, never from within this call, and may free the post: error
 * OK with the status of the answer and its body (loan, until done returns), E_CLOSED nobody
 * answered, E_EXPIRED not within limit_ns (0: 5 s), E_LIMIT more than 64 KiB. Redirections are not
 * followed. Errors of the call itself: E_INVALID no such URL, E_SYSTEM no DNS client or no socket.
 */
ZTRUNK_API int32_t ztrunk_post_new(ztrunk_rt *rt, ztrunk_resolver *r, const char *url,
                                   const char *type, const uint8_t *body, size_t len,
                                   uint64_t limit_ns,
                                   void (*done)(void *opaque, int32_t error, uint32_t status,
                                                const uint8_t *body, size_t len),
                                   void *opaque, ztrunk_post **out);
ZTRUNK_API void ztrunk_post_free(ztrunk_post *post); /* before done: it is not called */

/* ---- HTTP for metrics and health, loopback only ---- */

typedef struct ztrunk_http ztrunk_http;

/* addr must be a loopback address: E_DENIED otherwise; port 0: the kernel chooses. get fills in a
 * body of at most cap bytes (1 MiB) for a GET of path (without its ?query), and gives its length,
 * or 0 for 404; *type: static Content-Type, text/plain when untouched. One request for each
 * connection, 16 connections at once, 4 KiB of request, 5 s for all of it. */
ZTRUNK_API int32_t ztrunk_http_new(ztrunk_rt *rt, const ztrunk_addr *addr,
                                   size_t (*get)(void *opaque, const char *path, char *body,
                                                 size_t cap, const char **type),
                                   void *opaque, ztrunk_http **out);
ZTRUNK_API int32_t ztrunk_http_addr(const ztrunk_http *http, ztrunk_addr *addr);
ZTRUNK_API void ztrunk_http_free(ztrunk_http *http);

#ifdef __cplusplus
}
#endif
#endif
