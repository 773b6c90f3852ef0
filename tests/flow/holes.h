/* holes.h - a random call in three readings: the step that is played, the model that says what
 * must be open, and the application that wires the engines. */
#ifndef TESTS_FLOW_HOLES_H
#define TESTS_FLOW_HOLES_H

#include <zerotrunk/dialog.h>
#include <zerotrunk/pinhole.h>
#include <zerotrunk/sdp.h>

#define HOLES_MS  UINT64_C(1000000)
#define HOLES_SEC UINT64_C(1000000000)

enum { CALLS = 3, FORKS = 3, COMPONENTS = 2, HOLES_MAX = CALLS * 2 * COMPONENTS };

enum { BY_US, BY_PEER };

enum { /* what a step is; re-INVITEs have steps of their own */
       STEP_INVITE,
       STEP_RING,
       STEP_ACCEPT,
       STEP_REJECT,
       STEP_CANCEL,
       STEP_ACK,
       STEP_BYE,
       STEP_REINVITE,
       STEP_REACCEPT,
       STEP_REREJECT,
       STEP_STRAY,
       STEP_PACKET,
       STEP_WAIT,
       STEP_KINDS
};

enum { /* what a description of the peer says */
       SDP_NONE,
       SDP_SENDRECV,
       SDP_SENDONLY,
       SDP_RECVONLY,
       SDP_INACTIVE,
       SDP_HELD,    /* c=IN IP4 0.0.0.0 */
       SDP_OUTSIDE, /* an address that the trunk does not have */
       SDP_CODEC,   /* nothing that we speak */
       SDP_REFUSED, /* port 0 */
       SDP_KINDS
};

enum { STRAY_TAG, STRAY_OWNER, STRAY_CSEQ, STRAY_CALL, STRAY_KINDS };

struct sdp_say {
    uint32_t kind, host;
    uint16_t port;
};

struct step {
    uint32_t kind, call, by, fork;
    uint32_t is_late;   /* INVITE and re-INVITE: without an offer */
    struct sdp_say say; /* the peer's description, when the step has one of the peer */
    uint32_t has_sdp;   /* RING of ours: the answer is in it */
    uint32_t is_hold;   /* our own description says inactive */
    uint32_t status;
    uint32_t stray, method;
    uint16_t local; /* the port that our own description names */
    uint32_t is_authentic;
    ztrunk_addr from, to;
    uint64_t wait_ns;
};

struct timers {
    uint64_t t1_ns, early_ns, answer_ns, idle_ns; /* answer_ns: the default of pinhole.h */
};

struct hole { /* as both the model and the table show it */
    uint64_t call, id;
    ztrunk_addr local, remote, latched;
    uint32_t is_latched, reason; /* why it closes, when it closes */
};

/* The model: nothing of it reads a message or calls an engine. */
enum { PHASE_FREE, PHASE_CALLING, PHASE_TALKING, PHASE_OVER };

struct m_track {
    ztrunk_addr remote, latched;
    ztrunk_addr left; /* where it was latched before the peer moved */
    uint32_t is_answered, is_latched;
    uint64_t opened_ns, heard_ns, moved_ns; /* moved: 0, it never did */
};

struct m_media {
    uint16_t local; /* 0: none */
    struct m_track track[COMPONENTS];
};

struct m_fork {
    uint32_t is_known, is_ended, has_preview;
    uint64_t ended_ns;
    struct sdp_say preview;
};

struct m_call {
    uint64_t number;
    uint32_t phase, is_out, is_late, is_answered, talk;
    struct m_fork forks[FORKS];
    struct m_media agreed, offered;
    struct sdp_say theirs;   /* their open offer */
    uint16_t our_local;      /* of our last description */
    uint32_t our_hold;       /* likewise */
    uint32_t invite_by;      /* of the open re-INVITE: BY_* + 1; 0: none is open */
    uint32_t is_relate;      /* it came without an offer */
    uint32_t acks_late;      /* BY_* + 1: whose ACK brings the answer; 0: nobody's */
    uint64_t ack_until_ns;   /* UINT64_MAX: no 2xx of ours waits for its ACK */
    uint64_t early_until_ns; /* of the initial INVITE */
};

struct model {
    struct timers timers;
    uint64_t now_ns;
    struct m_call calls[CALLS];
};

void model_init(struct model *m, const struct timers *timers);
void model_advance(struct model *m, uint64_t now_ns);
uint64_t model_deadline(const struct model *m);
void model_step(struct model *m, const struct step *s, uint64_t number);
/* The holes that must be open: a function of the state alone. */
uint32_t model_holes(const struct model *m, struct hole holes[HOLES_MAX]);
/* Why a hole that was open before must be closed now. */
uint32_t model_reason(const struct model *before, const struct model *after, const struct step *s,
                      const struct hole *hole);
/* 1 when a packet from this source to this place must be let in. */
uint32_t model_admits(const struct model *m, const ztrunk_addr *from, const ztrunk_addr *to);
/* An authentic packet; 1 when it latches the hole. */
uint32_t model_touch(struct model *m, const ztrunk_addr *from, const ztrunk_addr *to);

/* A step that is worth playing now; the same state of the dice gives the same step. */
struct step dice_step(uint64_t *dice, const struct model *m);
struct timers dice_timers(uint64_t *dice);

/* The application: everything of it goes through the engines. */
struct app;

struct app *app_new(const struct timers *timers, uint8_t seed);
void app_free(struct app *app);
ztrunk_pinholes *app_pinholes(struct app *app);
/* NULL, or what the application met that must not happen. */
const char *app_fault(const struct app *app);
uint64_t app_deadline(const struct app *app);
void app_advance(struct app *app, uint64_t now_ns);
void app_step(struct app *app, const struct step *s, uint64_t number);
/* 1: the packet was let in. */
uint32_t app_packet(struct app *app, const struct step *s);
/* ZTRUNK_DIALOG_* of the dialog that the call talks in; 0: there is none. */
uint32_t app_dialog_state(const struct app *app, uint32_t call);

/* What both know by contract: the trunk's media network and where we are. */
ztrunk_addr holes_local(uint16_t port);
ztrunk_addr holes_remote(const struct sdp_say *say, uint32_t component);
void holes_prefix(ztrunk_prefix *prefix);

#endif
