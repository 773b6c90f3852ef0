/* txn.h - client and server transactions of a user agent: RFC 3261 17, RFC 6026.
 *
 * A flow is the caller's number for "where this goes": a TLS connection, or a UDP socket and a
 * remote address. The table decides what is sent when; the caller moves the bytes.
 *
 * Only the flow on which a transaction began can touch it: a response, an ACK or a CANCEL that
 * comes on another one matches nothing, whatever branch it names. Beside branch, sent-by and
 * method (17.2.3) a message must agree in Call-ID, CSeq number and From tag; a branch without the
 * magic cookie (RFC 2543) is matched by these and the Request-URI. */
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
       ZTRUNK_EV_TXN_ENDED = 35        /* the id is gone: comes last, once, for every id; error
                                          E_CLOSED when its flow failed, E_EXPIRED after a
                                          TIMEOUT or NO_ACK */
};

enum {                          /* what ztrunk_txns_receive says a message is */
       ZTRUNK_TXN_ABSORBED = 0, /* a retransmission, or an ACK to a non-2xx: nothing to do */
       ZTRUNK_TXN_REQUEST = 1,  /* new: id is its server transaction; it must be responded to */
       ZTRUNK_TXN_ACK = 2,      /* an ACK to a 2xx: the dialog's; id 0 */
       ZTRUNK_TXN_CANCEL = 3,   /* id is the INVITE's server transaction; the CANCEL has its 200;
                                   answer the INVITE with 487. Said once, and only while the
                                   INVITE has no final answer */
       ZTRUNK_TXN_RESPONSE = 4, /* id is the client transaction */
       ZTRUNK_TXN_STRAY = 5     /* a response of no transaction: drop it */
};

typedef struct ztrunk_txns_opts { /* zero: the default */
    uint32_t size, max;           /* transactions: 20000 */
    uint64_t t1_ns, t2_ns, t4_ns; /* 500 ms, 4 s, 5 s */
    uint64_t timer_c_ns;          /* 180 s: an INVITE that only rings is cancelled */
    uint64_t max_queued;          /* bytes that wait for pull: 16 MiB */
} ztrunk_txns_opts;

typedef struct ztrunk_txns ztrunk_txns;

ZTRUNK_API int32_t ztrunk_txns_new(ztrunk_ctx *ctx, const ztrunk_txns_opts *opts,
                                   ztrunk_txns **out);
/* One message that passed the gate; E_MALFORMED when it did not (info.fault). from: where it came
 * from; a request's top Via gets its received= and rport= (RFC 3581), so that a response made of
 * it carries them. reliable: 1 for TCP and TLS. E_LIMIT: the table is full, a 503 with
 * Retry-After has been queued. A CANCEL that matches nothing has its 481 queued, a merged request
 * (8.2.2.2) its 482; both are ABSORBED. No 100 is sent by itself: respond with one at once. */
ZTRUNK_API int32_t ztrunk_txns_receive(ztrunk_txns *t, uint64_t now_ns, uint64_t flow,
                                       uint32_t reliable, const ztrunk_addr *from,
                                       ztrunk_sip_msg *m, uint32_t *kind, uint64_t *id);
/* 1 when m is a matter of a transaction that is there: a retransmission, the ACK or CANCEL of an
 * INVITE, a response. What a limit refuses is to be asked only for the rest. Changes nothing. */
ZTRUNK_API uint32_t ztrunk_txns_knows(const ztrunk_txns *t, uint64_t flow, const ztrunk_sip_msg *m);
/* Answers a request without a transaction (RFC 3261 8.2.7), before ztrunk_txns_receive saw it: for
 * a flood that must not fill the table. from: as there. retry_after_s 0: no Retry-After. E_STATE:
 * an ACK or a response, which nothing answers. */
ZTRUNK_API int32_t ztrunk_txns_refuse(ztrunk_txns *t, uint64_t flow, const ztrunk_addr *from,
                                      ztrunk_sip_msg *m, uint32_t status, uint32_t retry_after_s);
/* The same with a header that comes once for each value, such as the challenges of a 401. E_INVALID
 * as for ztrunk_sip_msg_add_header. */
ZTRUNK_API int32_t ztrunk_txns_refuse_with(ztrunk_txns *t, uint64_t flow, const ztrunk_addr *from,
                                           ztrunk_sip_msg *m, uint32_t status, const char *name,
                                           const char *const *values, uint32_t count);
/* Sends a response of server transaction id (built from its request). E_STATE after a final, but
 * for a 2xx after a 2xx. The 2xx to an INVITE is retransmitted by the dialog table, not here. */
ZTRUNK_API int32_t ztrunk_txns_respond(ztrunk_txns *t, uint64_t now_ns, uint64_t id,
                                       const ztrunk_sip_msg *response);
/* Starts a client transaction; not for ACK and CANCEL. via is what stands before the branch:
 * "SIP/2.0/TLS host:port"; m's Via is set to it with a fresh branch (and ;rport when not
 * reliable). E_INVALID: From, To, Call-ID or CSeq is missing. */
ZTRUNK_API int32_t ztrunk_txns_request(ztrunk_txns *t, uint64_t now_ns, uint64_t flow,
                                       uint32_t reliable, const char *via, ztrunk_sip_msg *m,
                                       uint64_t *id);
/* RFC 3261 9.1: cancels an INVITE; waits for its first provisional by itself; a second time it
 * does nothing. The INVITE ends by its final response, or TIMEOUT 64*T1 after the CANCEL. E_STATE:
 * it has a final response already (send BYE), or is no INVITE. */
ZTRUNK_API int32_t ztrunk_txns_cancel(ztrunk_txns *t, uint64_t now_ns, uint64_t id);
/* The connection behind flow is gone: its client transactions end as UNREACHABLE, its server
 * transactions without a message, and what is queued for it is dropped. */
ZTRUNK_API int32_t ztrunk_txns_flow_failed(ztrunk_txns *t, uint64_t now_ns, uint64_t flow);
/* Queues a message that is no transaction's: the ACK to a 2xx (via as above, fresh branch). Show
 * it to ztrunk_dialogs_observe afterwards, which keeps it for repetition, Via and all. */
ZTRUNK_API int32_t ztrunk_txns_send(ztrunk_txns *t, uint64_t flow, uint32_t reliable,
                                    const char *via, ztrunk_sip_msg *m);
/* The next message to put on a flow; *out_len 0: none. E_SPACE keeps it. */
ZTRUNK_API int32_t ztrunk_txns_pull(ztrunk_txns *t, uint64_t *flow, uint8_t *wire, size_t cap,
                                    size_t *out_len);
ZTRUNK_API int32_t ztrunk_txns_poll(ztrunk_txns *t, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_txns_deadline(const ztrunk_txns *t); /* UINT64_MAX: none */
ZTRUNK_API int32_t ztrunk_txns_expire(ztrunk_txns *t, uint64_t now_ns);
/* Those that have an id, and the CANCELs of cancelled INVITEs. */
ZTRUNK_API uint32_t ztrunk_txns_count(const ztrunk_txns *t);
ZTRUNK_API void ztrunk_txns_free(ztrunk_txns *t);

#ifdef __cplusplus
}
#endif
#endif
