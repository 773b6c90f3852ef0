/* txn.h - client and server transactions: RFC 3261 17, RFC 6026.
 *
 * A flow is the caller's number for "where this goes": a TLS connection, or a UDP socket and a
 * remote address. The table decides what is sent when; the caller moves the bytes. */
#ifndef ZEROTRUNK_TXN_H
#define ZEROTRUNK_TXN_H

#include <zerotrunk/core.h>
#include <zerotrunk/sip.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {                                 /* events; id is the transaction */
       ZTRUNK_EV_TXN_TIMEOUT = 32,     /* client: Timer B, C or F: treat as 408 */
       ZTRUNK_EV_TXN_UNREACHABLE = 33, /* client: its flow failed: treat as 503 */
       ZTRUNK_EV_TXN_NO_ACK = 34,      /* server: Timer H, a non-2xx was never acknowledged */
       ZTRUNK_EV_TXN_ENDED = 35        /* the id is gone */
};

enum {                          /* what ztrunk_txns_receive says a message is */
       ZTRUNK_TXN_ABSORBED = 0, /* a retransmission, or an ACK to a non-2xx: nothing to do */
       ZTRUNK_TXN_REQUEST = 1,  /* new: id is its server transaction; respond to it */
       ZTRUNK_TXN_ACK = 2,      /* an ACK to a 2xx: the dialog's; id 0 */
       ZTRUNK_TXN_CANCEL = 3,   /* id is the INVITE's server transaction; the CANCEL has its 200;
                                   answer the INVITE with 487 unless it has a final answer */
       ZTRUNK_TXN_RESPONSE = 4, /* id is the client transaction */
       ZTRUNK_TXN_STRAY = 5     /* a response of no transaction: drop it */
};

typedef struct ztrunk_txns_opts { /* zero: the default */
    uint32_t size, max;           /* transactions: 20000 */
    uint64_t t1_ns, t2_ns, t4_ns; /* 500 ms, 4 s, 5 s */
    uint64_t timer_c_ns;          /* 180 s: an INVITE that only rings */
} ztrunk_txns_opts;

typedef struct ztrunk_txns ztrunk_txns;

ZTRUNK_API int32_t ztrunk_txns_new(ztrunk_ctx *ctx, const ztrunk_txns_opts *opts,
                                   ztrunk_txns **out);
/* One message that passed the gate (info.fault 0). from: where it came from, for received= and
 * rport= in the responses (RFC 3581). E_LIMIT: the table is full; a 503 with Retry-After has been
 * queued. A CANCEL that matches nothing has its 481 queued, and is ABSORBED. */
ZTRUNK_API int32_t ztrunk_txns_receive(ztrunk_txns *t, uint64_t now_ns, uint64_t flow,
                                       uint32_t reliable, const ztrunk_addr *from,
                                       const ztrunk_sip_msg *m, uint32_t *kind, uint64_t *id);
/* Sends a response of server transaction id (built from its request). E_STATE after a final. */
ZTRUNK_API int32_t ztrunk_txns_respond(ztrunk_txns *t, uint64_t now_ns, uint64_t id,
                                       const ztrunk_sip_msg *response);
/* Starts a client transaction. via is what stands before the branch: "SIP/2.0/TLS host:port";
 * the table pushes the Via with a fresh branch (and ;rport when not reliable). */
ZTRUNK_API int32_t ztrunk_txns_request(ztrunk_txns *t, uint64_t now_ns, uint64_t flow,
                                       uint32_t reliable, const char *via, const ztrunk_sip_msg *m,
                                       uint64_t *id);
/* RFC 3261 9.1: cancels an INVITE; waits for its first provisional by itself. E_STATE when it has
 * a final response already. */
ZTRUNK_API int32_t ztrunk_txns_cancel(ztrunk_txns *t, uint64_t now_ns, uint64_t id);
/* The connection behind flow is gone: its client transactions end as UNREACHABLE, its server
 * transactions in silence. */
ZTRUNK_API int32_t ztrunk_txns_flow_failed(ztrunk_txns *t, uint64_t now_ns, uint64_t flow);
/* Queues a message that is no transaction's: the ACK to a 2xx (via as above, fresh branch). */
ZTRUNK_API int32_t ztrunk_txns_send(ztrunk_txns *t, uint64_t flow, uint32_t reliable,
                                    const char *via, const ztrunk_sip_msg *m);
/* The next message to put on a flow; *out_len 0: none. E_SPACE keeps it. */
ZTRUNK_API int32_t ztrunk_txns_pull(ztrunk_txns *t, uint64_t *flow, uint8_t *wire, size_t cap,
                                    size_t *out_len);
ZTRUNK_API int32_t ztrunk_txns_poll(ztrunk_txns *t, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_txns_deadline(const ztrunk_txns *t);
ZTRUNK_API int32_t ztrunk_txns_expire(ztrunk_txns *t, uint64_t now_ns);
ZTRUNK_API uint32_t ztrunk_txns_count(const ztrunk_txns *t);
ZTRUNK_API void ztrunk_txns_free(ztrunk_txns *t);

#ifdef __cplusplus
}
#endif
#endif
