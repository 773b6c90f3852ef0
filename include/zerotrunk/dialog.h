/* dialog.h - dialogs of RFC 3261 12 as one side of a call sees them, with forking, early dialogs,
 * CSeq rules, route sets, the offer/answer state of RFC 3264 and the retransmission of 2xx.
 *
 * Called side                                      (owner: the number of the trunk)
 *   txns_receive(INVITE)     -> REQUEST, txn;      observe(INVITE, in); on a refusal
 *                               msg_new_response(INVITE, dialogs_refusal()), txns_respond
 *   msg_new_response(183, tag), Contact, body;     observe(183, out) -> dialog; txns_respond
 *   msg_new_response(200, tag), Contact, body;     observe(200, out) -> dialog; txns_respond
 *   txns_receive(ACK)        -> ACK;               observe(ACK, in) -> dialog, or 0: drop it
 * Calling side
 *   msg_new_request(INVITE ...);                   observe(INVITE, out); txns_request -> txn
 *   txns_receive(183)        -> RESPONSE, txn;     observe(183, in) -> dialog (one for each fork)
 *   txns_receive(200)        -> RESPONSE, txn;     observe(200, in) -> dialog, or 0: a repetition
 *   dialogs_request(ACK);                          txns_send; observe(ACK, out)
 *   TXN_TIMEOUT, UNREACHABLE: msg_new_response(INVITE, 408 or 503); observe(it, in)
 * Either side, later
 *   dialogs_request(BYE);                          observe(BYE, out); txns_request; dialogs_close
 *   txns_receive(BYE)        -> REQUEST, txn;      observe(BYE, in) -> dialog, ENDED; respond 200
 */
#ifndef ZEROTRUNK_DIALOG_H
#define ZEROTRUNK_DIALOG_H

#include <zerotrunk/core.h>
#include <zerotrunk/sip.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* events; id is the dialog */
       ZTRUNK_EV_DIALOG_EARLY = 48,
       ZTRUNK_EV_DIALOG_CONFIRMED = 49,
       ZTRUNK_EV_DIALOG_OFFER = 50,  /* detail 1: theirs, 0: ours */
       ZTRUNK_EV_DIALOG_ANSWER = 51, /* detail as above */
       ZTRUNK_EV_DIALOG_ENDED = 52,  /* error 0: BYE; E_CLOSED: the INVITE failed; E_EXPIRED: no
                                        final response, or another fork was taken */
       ZTRUNK_EV_DIALOG_NO_ACK = 53, /* 64*T1 without ACK: RFC 3261 13.3.1.4, send BYE */
       ZTRUNK_EV_DIALOG_PREVIEW = 54 /* an answer in an unreliable 18x: early media; detail as
                                        above. The offer stays open: the 2xx decides */
};

enum { ZTRUNK_DIALOG_EARLY = 1, ZTRUNK_DIALOG_CONFIRMED = 2, ZTRUNK_DIALOG_ENDED = 3 };

enum { /* RFC 3264 state */
       ZTRUNK_OA_NONE = 0,
       ZTRUNK_OA_LOCAL_OFFER = 1,
       ZTRUNK_OA_REMOTE_OFFER = 2,
       ZTRUNK_OA_STABLE = 3
};

typedef struct ztrunk_dialogs_opts { /* zero: the default */
    uint32_t size, max;              /* dialogs: 10000, and as many open INVITEs */
    uint64_t t1_ns, t2_ns;           /* 500 ms, 4 s */
    uint64_t early_ns;               /* 300 s since the last provisional: an INVITE is given up */
    uint32_t max_forks, reserved;    /* dialogs of one INVITE: 16 */
} ztrunk_dialogs_opts;

typedef struct ztrunk_dialog_info {
    uint32_t size, state;   /* ZTRUNK_DIALOG_* */
    uint32_t is_caller, oa; /* 1: our side sent the INVITE; ZTRUNK_OA_* */
    uint32_t local_cseq, remote_cseq;
    uint64_t flow;  /* as last given to observe or set_flow */
    uint64_t owner; /* as given to observe */
} ztrunk_dialog_info;

typedef struct ztrunk_dialogs ztrunk_dialogs;

ZTRUNK_API int32_t ztrunk_dialogs_new(ztrunk_ctx *ctx, const ztrunk_dialogs_opts *opts,
                                      ztrunk_dialogs **out);
/* Shows the table every request and response of INVITE dialogs, sent (outbound 1; before it is
 * given to ztrunk_txns, but an ACK after) and received, in the order of the wire, each once (no
 * transaction retransmissions; 2xx and ACK retransmissions yes). Bodies of application/sdp are
 * offers and answers by their place (RFC 6337); what they say is not read.
 *
 * owner is a part of every key: a message of one trunk that bears the Call-ID and the tags of
 * another's finds nothing. A dialog outlives its flow.
 *
 * *id: the dialog; 0: none is made or found (an initial INVITE, a 100, a failure, OPTIONS out of
 * a dialog), or nothing is new: an ACK or a 2xx that came again, to be dropped (the ACK goes out
 * again by pull). A response in a dialog that ENDED has its id, so that a 2xx can be acknowledged,
 * but what it says about media is no event.
 *
 * The dialog is not changed by what it refuses; ztrunk_dialogs_refusal() has the status to answer.
 * E_NOTFOUND: an in-dialog request that matches nothing, 481. E_STATE: an old CSeq or an INVITE
 * or offer while theirs is open, 500; while ours is open, 491. E_MALFORMED: an INVITE without a
 * usable Contact, 400. E_LIMIT, E_NOMEM: 503. Refused ACKs and responses are dropped. Outbound,
 * E_STATE: do not send it now. */
ZTRUNK_API int32_t ztrunk_dialogs_observe(ztrunk_dialogs *d, uint64_t now_ns, uint64_t owner,
                                          uint64_t flow, const ztrunk_sip_msg *m, uint32_t outbound,
                                          uint64_t *id);
/* The status with which to answer the request that observe refused last: 481, 500, 491, 400 or
 * 503; 0 when it refused none. */
ZTRUNK_API uint32_t ztrunk_dialogs_refusal(const ztrunk_dialogs *d);
/* Which dialog a message belongs to, changing nothing. E_NOTFOUND. */
ZTRUNK_API int32_t ztrunk_dialogs_find(const ztrunk_dialogs *d, uint64_t owner,
                                       const ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id);
/* A request within the dialog (RFC 3261 12.2.1.1): target, Route, From, To, Call-ID, next CSeq,
 * Max-Forwards 70; Contact and body are the caller's to add. "ACK" takes the CSeq of the INVITE
 * it acknowledges; cseq 0: the last one. E_INVALID: CANCEL. E_STATE: the dialog has ended (a BYE
 * can still be had), or an ACK while there is no 2xx. E_LIMIT: CSeq numbers are used up. */
ZTRUNK_API int32_t ztrunk_dialogs_request(ztrunk_dialogs *d, uint64_t id, const char *method,
                                          uint32_t cseq, ztrunk_sip_msg **out);
ZTRUNK_API int32_t ztrunk_dialogs_get_info(const ztrunk_dialogs *d, uint64_t id,
                                           ztrunk_dialog_info *info);
/* Where retransmissions go from now on: the trunk has a new connection. */
ZTRUNK_API int32_t ztrunk_dialogs_set_flow(ztrunk_dialogs *d, uint64_t id, uint64_t flow);
/* Takes it out of the table: after BYE, or when the call is given up. No event. A dialog that
 * ENDED is taken out by itself after 64*T1. */
ZTRUNK_API int32_t ztrunk_dialogs_close(ztrunk_dialogs *d, uint64_t id);
/* Retransmissions that the table owes: our 2xx until it is acknowledged, our ACK when their 2xx
 * comes again. Whole messages as they were observed going out. *out_len 0: none. */
ZTRUNK_API int32_t ztrunk_dialogs_pull(ztrunk_dialogs *d, uint64_t *flow, uint8_t *wire, size_t cap,
                                       size_t *out_len);
ZTRUNK_API int32_t ztrunk_dialogs_poll(ztrunk_dialogs *d, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_dialogs_deadline(const ztrunk_dialogs *d); /* UINT64_MAX: none */
ZTRUNK_API int32_t ztrunk_dialogs_expire(ztrunk_dialogs *d, uint64_t now_ns);
ZTRUNK_API uint32_t ztrunk_dialogs_count(const ztrunk_dialogs *d);
ZTRUNK_API void ztrunk_dialogs_free(ztrunk_dialogs *d);

#ifdef __cplusplus
}
#endif
#endif
