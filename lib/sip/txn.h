/* txn.h - the inside of the transaction table. */
#ifndef ZTI_SIP_TXN_H
#define ZTI_SIP_TXN_H

#include <zerotrunk/txn.h>
#include "base/event.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/slots.h"
#include "sip/txn_fsm.h"
#include "sip/txn_key.h"
#include "sip/txn_out.h"

typedef struct zti_txn {
    uint64_t id, flow;
    zti_txn_state state;
    uint32_t reliable;
    uint32_t is_internal;  /* the CANCEL of an INVITE: nobody is told of it */
    uint32_t is_cancelled; /* client: to be, at the first provisional; server: it was */
    uint64_t interval_ns;
    zti_heap_node retry, end;
    zti_str key, merge;      /* owned; merge is empty but for initial requests received */
    zti_wire *wire;          /* the last one sent */
    zti_wire *ack;           /* INVITE client: of its non-2xx */
    ztrunk_sip_msg *request; /* INVITE client: what ACK and CANCEL are made of */
    char *to_tag;            /* server: of its responses */
} zti_txn;

struct ztrunk_txns {
    ztrunk_ctx *ctx;
    uint64_t t1_ns, t2_ns, t4_ns, timer_c_ns;
    size_t max;
    zti_slots slots;
    zti_map map;
    zti_heap heap;
    zti_events events;
    zti_outq out;
};

typedef struct zti_txn_spec {
    zti_txn_state state;
    uint64_t flow;
    uint32_t reliable, is_internal, is_merged; /* is_merged: has a merge key too */
    const ztrunk_sip_msg *m;
} zti_txn_spec;

/* In the table, without a timer. E_LIMIT, E_NOMEM; E_STATE: a merged request. */
int32_t zti_txn_add(ztrunk_txns *t, const zti_txn_spec *spec, zti_txn **out);
/* NULL when there is none. method: of the key. */
int32_t zti_txn_find(const ztrunk_txns *t, zti_key_kind kind, uint64_t flow,
                     const ztrunk_sip_msg *m, zti_str method, zti_txn **out);
/* Timers of a client that has just sent its request. */
void zti_txn_start(ztrunk_txns *t, zti_txn *txn, uint64_t now_ns);
/* One step of the table; the row taken, of which SEND, ACK, PASS and CANCEL are the caller's.
 * When its next is GONE, txn is no more. */
const zti_txn_row *zti_txn_apply(ztrunk_txns *t, zti_txn *txn, zti_txn_input input,
                                 uint64_t now_ns);
/* Without an event: what has not begun. */
void zti_txn_drop(ztrunk_txns *t, zti_txn *txn);

typedef struct zti_txn_answer {
    uint32_t status, retry_after_s; /* 0: no Retry-After */
    const char *to_tag;
    const char *name; /* NULL, or a header, as often as there are values */
    const char *const *values;
    uint32_t count;
} zti_txn_answer;

/* Queues a response that makes no transaction. */
int32_t zti_txn_reply(ztrunk_txns *t, uint64_t flow, const ztrunk_sip_msg *request,
                      const zti_txn_answer *answer);

/* method: CANCEL, or ACK with the To of the response (RFC 3261 9.1, 17.1.1.3). */
int32_t zti_txn_derive(const ztrunk_txns *t, const zti_txn *txn, const char *method, zti_str to,
                       ztrunk_sip_msg **out);
int32_t zti_txn_send_cancel(ztrunk_txns *t, zti_txn *txn, uint64_t now_ns);

#endif
