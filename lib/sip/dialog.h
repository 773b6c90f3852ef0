/* dialog.h - the inside of the dialog table. */
#ifndef ZTI_SIP_DIALOG_H
#define ZTI_SIP_DIALOG_H

#include <zerotrunk/dialog.h>
#include "base/buf.h"
#include "base/event.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/slots.h"
#include "sip/oa.h"
#include "sip/txn_key.h"
#include "sip/txn_out.h"

/* An initial INVITE until 64*T1 behind its final response: what its dialogs are made from. */
typedef struct zti_seed {
    zti_str key; /* owned, as all text here */
    char *from, *call_id;
    char *target; /* the caller's Contact, or where the INVITE went */
    zti_buf routes;
    uint32_t is_caller, is_answered, cseq, dialogs;
    zti_oa oa;
    zti_heap_node end;
} zti_seed;

typedef struct zti_dialog {
    uint64_t id, owner, flow;
    uint32_t state, is_caller;
    zti_seed *seed; /* while its INVITE is open; NULL afterwards */
    zti_str key;
    char *local, *remote; /* From and To of our requests, tags included */
    char *call_id, *target;
    zti_buf routes; /* in the order of sending, each with a NUL behind it */
    uint32_t local_cseq, remote_cseq;
    uint32_t has_remote_cseq;
    uint32_t our_invite, their_invite; /* CSeq + 1 of an INVITE without a final response */
    uint32_t is_accepted, invite_cseq; /* they gave a 2xx to an INVITE of ours, the last one's */
    uint32_t is_acked;                 /* and whether that 2xx has our ACK */
    uint32_t ok_cseq;                  /* of the INVITE of theirs that ok answers */
    zti_oa oa;
    zti_wire *ok, *ack; /* our 2xx that waits for its ACK; our ACK, to be repeated */
    uint64_t interval_ns;
    zti_heap_node retry, end;
} zti_dialog;

struct ztrunk_dialogs {
    ztrunk_ctx *ctx;
    uint64_t t1_ns, t2_ns, early_ns;
    size_t max;
    uint32_t max_forks, refusal;
    zti_slots slots;
    zti_map map; /* dialogs */
    zti_map seed_map;
    zti_heap heap, seed_heap;
    zti_events events;
    zti_outq out;
};

typedef struct zti_sighting { /* one message, observed */
    uint64_t now_ns, owner, flow;
    const ztrunk_sip_msg *m;
    uint32_t is_out;
    uint32_t is_ours; /* we sent this request, or the request of this response */
    uint32_t has_sdp, is_reliable_18x;
    ztrunk_sip_info info;
    uint32_t refusal;
} zti_sighting;

char *zti_dialog_text(ztrunk_dialogs *d, zti_str text); /* a copy, NULL without memory */
uint64_t zti_dialogs_64t1(const ztrunk_dialogs *d);
void zti_dialog_tell(ztrunk_dialogs *d, const zti_dialog *g, uint32_t kind, uint32_t detail,
                     int32_t error, uint64_t now_ns);

/* dialog_make.c: seeds and dialogs come and go. */
int32_t zti_dialog_key(zti_buf *b, const zti_sighting *s);
int32_t zti_seed_key(zti_buf *b, const zti_sighting *s);
int32_t zti_seed_add(ztrunk_dialogs *d, const zti_sighting *s);
void zti_seed_drop(ztrunk_dialogs *d, zti_seed *seed);
/* Its early dialogs end with error; then it goes. */
void zti_seed_end(ztrunk_dialogs *d, zti_seed *seed, int32_t error, uint64_t now_ns);
int32_t zti_dialog_add(ztrunk_dialogs *d, zti_seed *seed, const zti_sighting *s, zti_dialog **out);
void zti_dialog_drop(ztrunk_dialogs *d, zti_dialog *g);
void zti_dialog_end(ztrunk_dialogs *d, zti_dialog *g, int32_t error, uint64_t now_ns);

/* dialog_route.c: RFC 3261 12.1, 12.2.1.1. */
/* The URI of the first Contact; empty without one that can be used. */
zti_str zti_msg_contact(const ztrunk_sip_msg *m);
/* Record-Route of m as a route set; a caller's stands in reverse. */
int32_t zti_routes_of(ztrunk_ctx *ctx, const ztrunk_sip_msg *m, uint32_t is_caller, zti_buf *out);
/* Request-URI and Route of a request, loose or strict. */
int32_t zti_dialog_build(ztrunk_dialogs *d, const zti_dialog *g, const char *method, uint32_t cseq,
                         ztrunk_sip_msg **out);

/* dialog_request.c, dialog_response.c: what a message does; *id as ztrunk_dialogs_observe. */
int32_t zti_dialog_on_request(ztrunk_dialogs *d, zti_sighting *s, uint64_t *id);
int32_t zti_dialog_on_response(ztrunk_dialogs *d, zti_sighting *s, uint64_t *id);

/* NULL when there is none. E_NOMEM. */
int32_t zti_dialog_lookup(const ztrunk_dialogs *d, const zti_sighting *s, zti_dialog **out);
int32_t zti_seed_lookup(const ztrunk_dialogs *d, const zti_sighting *s, zti_seed **out);
/* Offer/answer of a message. E_STATE with s->refusal. */
int32_t zti_dialog_agree(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, zti_oa_place place);
/* A copy of the new target, NULL when the message names none. E_NOMEM. */
int32_t zti_dialog_new_target(ztrunk_dialogs *d, const zti_sighting *s, char **target);
void zti_dialog_set_target(ztrunk_dialogs *d, zti_dialog *g, char *target);

#endif
