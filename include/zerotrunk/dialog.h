/* dialog.h - dialogs of RFC 3261 12 as one side of a call sees them, with forking, early dialogs,
 * CSeq rules, route sets, the offer/answer state of RFC 3264 and the retransmission of 2xx. */
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
       ZTRUNK_EV_DIALOG_ENDED = 52,  /* error: why; E_EXPIRED: a 2xx was never acknowledged (send
                                        BYE first: the id still builds one until it is closed) */
       ZTRUNK_EV_DIALOG_NO_ACK = 53  /* 64*T1 without ACK: RFC 3261 13.3.1.4, send BYE */
};

enum { ZTRUNK_DIALOG_EARLY = 1, ZTRUNK_DIALOG_CONFIRMED = 2, ZTRUNK_DIALOG_ENDED = 3 };

enum { /* RFC 3264 state */
       ZTRUNK_OA_NONE = 0,
       ZTRUNK_OA_LOCAL_OFFER = 1,
       ZTRUNK_OA_REMOTE_OFFER = 2,
       ZTRUNK_OA_STABLE = 3
};

typedef struct ztrunk_dialogs_opts {
    uint32_t size, max;    /* dialogs: 10000 */
    uint64_t t1_ns, t2_ns; /* 500 ms, 4 s */
} ztrunk_dialogs_opts;

typedef struct ztrunk_dialog_info {
    uint32_t size, state;   /* ZTRUNK_DIALOG_* */
    uint32_t is_caller, oa; /* 1: our side sent the INVITE; ZTRUNK_OA_* */
    uint32_t local_cseq, remote_cseq;
    uint64_t flow; /* as last given to observe or set_flow */
} ztrunk_dialog_info;

typedef struct ztrunk_dialogs ztrunk_dialogs;

ZTRUNK_API int32_t ztrunk_dialogs_new(ztrunk_ctx *ctx, const ztrunk_dialogs_opts *opts,
                                      ztrunk_dialogs **out);
/* Shows the table every request and response of INVITE dialogs, sent (outbound 1) and received,
 * in the order of the wire, each once (no transaction retransmissions; 2xx retransmissions yes).
 * *id: the dialog, 0 when the message makes or finds none (an initial INVITE, a failure).
 * E_NOTFOUND: an in-dialog request that matches nothing: answer 481.
 * E_STATE: an old CSeq, answer 500; or an offer in the wrong state, answer 491 (ours is out) or
 * 500 (theirs is open). E_LIMIT: answer 503. The dialog is not changed by what it refuses. */
ZTRUNK_API int32_t ztrunk_dialogs_observe(ztrunk_dialogs *d, uint64_t now_ns, uint64_t flow,
                                          const ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id);
/* Which dialog a message belongs to, changing nothing. */
ZTRUNK_API int32_t ztrunk_dialogs_find(const ztrunk_dialogs *d, const ztrunk_sip_msg *m,
                                       uint32_t outbound, uint64_t *id);
/* A request within the dialog (RFC 3261 12.2.1.1): target, Route, From, To, Call-ID, next CSeq,
 * Max-Forwards 70. "ACK" takes the CSeq of the INVITE it acknowledges; cseq 0: the last one. */
ZTRUNK_API int32_t ztrunk_dialogs_request(ztrunk_dialogs *d, uint64_t id, const char *method,
                                          uint32_t cseq, ztrunk_sip_msg **out);
ZTRUNK_API int32_t ztrunk_dialogs_get_info(const ztrunk_dialogs *d, uint64_t id,
                                           ztrunk_dialog_info *info);
/* Ends it in the table: after BYE, or when the call is given up. No event. */
ZTRUNK_API int32_t ztrunk_dialogs_close(ztrunk_dialogs *d, uint64_t id);
/* Retransmissions that the table owes: our 2xx until it is acknowledged, our ACK when their 2xx
 * comes again. Whole messages as they were observed going out. *out_len 0: none. */
ZTRUNK_API int32_t ztrunk_dialogs_pull(ztrunk_dialogs *d, uint64_t *flow, uint8_t *wire, size_t cap,
                                       size_t *out_len);
ZTRUNK_API int32_t ztrunk_dialogs_poll(ztrunk_dialogs *d, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_dialogs_deadline(const ztrunk_dialogs *d);
ZTRUNK_API int32_t ztrunk_dialogs_expire(ztrunk_dialogs *d, uint64_t now_ns);
ZTRUNK_API uint32_t ztrunk_dialogs_count(const ztrunk_dialogs *d);
ZTRUNK_API void ztrunk_dialogs_free(ztrunk_dialogs *d);

#ifdef __cplusplus
}
#endif
#endif
