/* holes_app.h - the application of the property test: one end of a trunk, without its sockets. */
#ifndef TESTS_FLOW_HOLES_APP_H
#define TESTS_FLOW_HOLES_APP_H

#include "holes.h"

enum { AGREED, OFFERED, SETS };

struct app_fork {
    uint64_t id;
    uint32_t has_preview;
    ztrunk_sdp_media preview;
};

struct app_call {
    uint64_t number, owner, talk; /* talk: the dialog of the 2xx */
    uint32_t is_out, is_over, is_late, awaits_answer, owes_answer;
    uint64_t give_up_ns; /* an INVITE without a dialog, of which no event tells */
    struct app_fork forks[FORKS];
    ztrunk_sip_msg *initial, *invite; /* invite: the open one, theirs or ours */
    uint32_t invite_is_ours, peer_cseq, accepted_cseq;
    ztrunk_sdp *ours, *theirs;
    uint32_t their_media, is_hold;
    ztrunk_sdp_origin origin;
    uint16_t local, hole_local[SETS];
    uint64_t holes[SETS][COMPONENTS];
};

struct news { /* what the dialog table made of a message */
    uint64_t id;
    int32_t error;
    uint32_t said; /* ZTRUNK_EV_DIALOG_OFFER, _ANSWER, _PREVIEW of the one who spoke, or 0 */
};

struct app {
    ztrunk_ctx *ctx;
    ztrunk_dialogs *dialogs;
    ztrunk_pinholes *pinholes;
    ztrunk_sdp *inside[2]; /* what the other leg says: to talk, to hold */
    uint64_t now_ns, early_ns;
    const char *fault; /* what must not happen, and did */
    struct app_call calls[CALLS];
};

/* Media of one call: holes_media.c */
void media_offer_holes(struct app *app, struct app_call *c);
int32_t media_settle(struct app *app, struct app_call *c, const ztrunk_sdp_media *theirs);
void media_withdraw(struct app *app, struct app_call *c);
/* 1 when the description in the message can be taken. */
uint32_t media_read_offer(struct app *app, struct app_call *c, const ztrunk_sip_msg *m);
uint32_t media_read_answer(struct app *app, struct app_call *c, const ztrunk_sip_msg *m,
                           ztrunk_sdp_media *theirs);
uint32_t media_has_sdp(const ztrunk_sip_msg *m);
/* The text of our own description, which the call keeps. */
const char *media_our_offer(struct app *app, struct app_call *c);
const char *media_our_answer(struct app *app, struct app_call *c);
void media_forget(struct app_call *c);
ztrunk_sdp *media_inside(ztrunk_ctx *ctx, const char *direction);

/* Signalling: holes_app.c */
void app_receive(struct app *app, struct app_call *c, uint64_t owner, ztrunk_sip_msg *m);
void app_invite(struct app *app, struct app_call *c, uint32_t is_late);
void app_reinvite(struct app *app, struct app_call *c, const struct step *s);
/* A response to their open INVITE, with an offer or answer of ours where has_sdp says so. */
void app_respond(struct app *app, struct app_call *c, const struct step *s, uint32_t status,
                 uint32_t has_sdp);
void app_ack(struct app *app, struct app_call *c, const struct step *s);
void app_bye(struct app *app, struct app_call *c, uint64_t id);
void app_over(struct app *app, struct app_call *c);
/* What the timers of the dialogs did. */
void app_drain(struct app *app);
uint32_t app_has_fork(const struct app_call *c);

#endif
