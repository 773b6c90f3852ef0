/* call.h - a call across a trunk: two dialogs and what binds them. */
#ifndef ZEROTRUNKD_CALL_H
#define ZEROTRUNKD_CALL_H

#include <zerotrunk/verdict.h>
#include "agreed.h"
#include "daemon.h"

enum { CALLER = 0, CALLEE = 1 }; /* the legs; which side each is on depends on who called */

enum {                      /* what a transaction that is under way belongs to */
       PENDING_OPTIONS = 1, /* a keepalive of ours */
       PENDING_INVITE = 2,  /* an INVITE of a call, the first or a later one */
       PENDING_PASSED = 3,  /* INFO and the like, handed from leg to leg */
       PENDING_BYE = 4,     /* a BYE of ours */
       PENDING_SETTLED = 5  /* an INVITE with its 2xx: what comes after is an echo or a fork */
};

struct pending {
    uint32_t kind, leg;                 /* leg: that the request came from */
    struct call *call;                  /* of INVITE and PASSED */
    struct trunk *trunk;                /* of OPTIONS and SETTLED, */
    uint32_t side;                      /* with the side that it was sent to */
    uint64_t server_txn, client_txn;    /* 0: none, or ended */
    uint64_t flow, sent_flow;           /* that the request came on; that ours went out on */
    ztrunk_sip_msg *request;            /* as it came in */
    ztrunk_sip_msg *sent;               /* as it went out on the other leg */
    uint32_t is_late;                   /* an INVITE without an offer */
    uint32_t wants_answer;              /* the late offer is with the caller, its ACK is awaited */
    uint32_t is_cancelled, has_preview; /* has_preview: a provisional response had the answer */
};

struct leg {
    struct call *call; /* NULL: a fork that no call wants */
    struct trunk *trunk;
    uint32_t side;
    uint64_t dialog;
    char tag[23]; /* our tag where we are called */
};

struct media {                 /* of one side */
    ztrunk_sdp *theirs, *ours; /* the last description that came, and that we sent */
    uint32_t media, is_fixed;  /* the m-line that counts; 1: local has been negotiated */
    ztrunk_sdp_crypto offered[CONFIG_MAX_SUITES];
    uint32_t offered_count;
    ztrunk_sdp_crypto local, remote; /* suite NONE: none yet */
    ztrunk_sdp_origin origin;
    ztrunk_sdp_leg leg;
    struct agreed agreed;
};

struct call {
    struct daemon *daemon;
    struct trunk *trunk;
    uint64_t id, relay, admission;
    struct toll_stub toll;
    const char *bye_reason; /* of a BYE of ours (RFC 3326), or NULL */
    uint32_t from;          /* the side that called */
    uint32_t is_answered, is_over;
    uint64_t started_ns, answered_ns;
    struct leg legs[2];
    struct media media[2];  /* by side */
    struct pending *invite; /* the INVITE under way, or NULL */
    struct call *next, *previous;
    uint64_t forks[16]; /* every dialog that leads here */
    uint32_t fork_count;
    uint32_t passing;                     /* requests on their way from leg to leg */
    uint32_t status;                      /* of the final response to the caller */
    ztrunk_verdict *verdict;              /* NULL: not answered */
    ztrunk_verdict_finding verdict_worst; /* the most specific so far */
    uint32_t verdict_now, verdict_side, verdict_count;
    char caller[256], callee[256], peers[2][CONFIG_HOST + 8]; /* URIs; names proved, by side */
};

/* A request that made a server transaction; the message becomes the callee's. */
void call_request(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow, uint64_t txn,
                  ztrunk_sip_msg *m);
void call_ack(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow,
              ztrunk_sip_msg *m);
void call_cancelled(struct daemon *d, uint64_t txn);
void call_response(struct daemon *d, uint64_t flow, uint64_t txn, ztrunk_sip_msg *m);
/* A client transaction ended without a final response: 408 or 503. */
void call_txn_failed(struct daemon *d, uint64_t txn, uint32_t status);
void call_txn_ended(struct daemon *d, uint64_t txn, int32_t error);
/* Ends a call that is up, from our side: BYE both ways. */
void call_end(struct call *call, const char *why);
void call_free(struct call *call);
/* over: its end for the log and the counters; release: frees it as soon as nothing is under way;
 * finish: both. */
void call_finish(struct call *call, const char *why);
/* An INVITE outside of a dialog; the message becomes the callee's. */
void call_place(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow, uint64_t txn,
                ztrunk_sip_msg *m);
/* What forbids a new call before anything of it exists: the status, 0: nothing does. */
uint32_t call_is_forbidden(const struct daemon *d, const struct trunk *trunk,
                           const ztrunk_sip_msg *m, const char **why);
void call_over(struct call *call, const char *why);
void call_release(struct call *call);
/* The INVITE under way is over; settle: by a 2xx, of which others may follow. */
void call_drop_invite(struct call *call);
void call_settle_invite(struct call *call);
/* call.refused: a request that makes no call; sdp.refused: a description within a call. */
void call_log_refused(struct daemon *d, const struct trunk *trunk, const ztrunk_sip_msg *m,
                      uint32_t status, const char *why);
void call_log_sdp_refused(struct call *call, const ztrunk_sdp_verdict *v);

/* build.c: messages in our own name */
int32_t build_invite(struct call *call, const ztrunk_sip_msg *from, ztrunk_sip_msg **out);
int32_t build_options(struct trunk *trunk, uint32_t side, ztrunk_sip_msg **out);
/* Contact, Allow, User-Agent, and the body when there is one. */
int32_t build_finish(struct trunk *trunk, uint32_t side, ztrunk_sip_msg *m, const uint8_t *sdp,
                     size_t len);
/* Answers a request. tag: ours, "" when the request bears it, NULL for a fresh one; header: one
 * more, or NULL. */
void build_reply(struct daemon *d, uint64_t txn, const ztrunk_sip_msg *request, uint32_t status,
                 const char *tag, const char *header, const char *value);
/* Copies the first header of that name; pass_headers: those that the configuration lets through. */
void build_pass_header(const ztrunk_sip_msg *from, ztrunk_sip_msg *to, const char *name);
void build_pass_headers(const struct trunk *trunk, const ztrunk_sip_msg *from, ztrunk_sip_msg *to);
/* The body as it is, of whatever type. E_LIMIT: its Content-Type is missing or too long. */
int32_t build_copy_body(const ztrunk_sip_msg *from, ztrunk_sip_msg *to);

/* location.c: Geolocation and its body part cross, where the configuration lets them; after the
 * body is set, side is the one it goes to. */
void location_pass(const struct trunk *trunk, uint32_t side, const ztrunk_sip_msg *from,
                   ztrunk_sip_msg *to);

/* media.c: offers and answers, and what the relay does about them */
int media_start(struct call *call);
/* An offer came from side `from`: E_DENIED and a verdict if refused. Takes no port. */
int32_t media_judge_offer(struct call *call, uint32_t from, const ztrunk_sip_msg *m,
                          ztrunk_sdp_verdict *verdict);
/* The text for the other side, NULL and a verdict if there is none. Needs media_start. */
uint8_t *media_pass_offer(struct call *call, uint32_t from, size_t *len,
                          ztrunk_sdp_verdict *verdict);
/* Both. */
uint8_t *media_offer(struct call *call, uint32_t from, const ztrunk_sip_msg *m, size_t *len,
                     ztrunk_sdp_verdict *verdict);
/* The answer of side `from`: text for the other side, and media flows from now on. */
uint8_t *media_answer(struct call *call, uint32_t from, const ztrunk_sip_msg *m, size_t *len,
                      ztrunk_sdp_verdict *verdict);
void media_stop(struct call *call);
/* What a leg dropped, for whatever reason. */
uint64_t media_drops(const ztrunk_relay_stats *stats);
void media_log(struct call *call, struct log_line *line);
uint32_t media_has_sdp(const ztrunk_sip_msg *m);
/* The status that refuses a request for its body, 0: none. RFC 3261 8.2.3, RFC 5621. */
uint32_t media_refuses_body(const ztrunk_sip_msg *m);

#endif
