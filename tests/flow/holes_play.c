/* Plays a step: what the peer does becomes a message, what we do a call of the application. */
#include <stdlib.h>
#include "../sip_sim.h"
#include "holes_app.h"

struct app *app_new(const struct timers *timers, uint8_t seed)
{
    const uint8_t bytes[32] = {seed};
    ztrunk_dialogs_opts dialogs = {.size = sizeof dialogs};
    ztrunk_pinholes_opts pinholes = {.size = sizeof pinholes};
    struct app *app = calloc(1, sizeof *app);
    int32_t err = ztrunk_ctx_new_seeded(bytes, &app->ctx);

    dialogs.t1_ns = timers->t1_ns;
    dialogs.early_ns = timers->early_ns;
    pinholes.idle_ns = timers->idle_ns;
    if (err == ZTRUNK_OK) err = ztrunk_dialogs_new(app->ctx, &dialogs, &app->dialogs);
    if (err == ZTRUNK_OK) err = ztrunk_pinholes_new(app->ctx, &pinholes, &app->pinholes);
    if (err != ZTRUNK_OK) app->fault = "no engines";
    app->early_ns = timers->early_ns;
    app->inside[0] = media_inside(app->ctx, "sendrecv");
    app->inside[1] = media_inside(app->ctx, "inactive");
    for (uint32_t i = 0; i < CALLS; i++) app->calls[i].is_over = 1;
    return app;
}

static void forget_call(struct app_call *c)
{
    media_forget(c);
    ztrunk_sip_msg_free(c->initial);
    ztrunk_sip_msg_free(c->invite);
    *c = (struct app_call){.is_over = 1};
}

void app_free(struct app *app)
{
    for (uint32_t i = 0; i < CALLS; i++) forget_call(&app->calls[i]);
    ztrunk_sdp_free(app->inside[0]);
    ztrunk_sdp_free(app->inside[1]);
    ztrunk_dialogs_free(app->dialogs);
    ztrunk_pinholes_free(app->pinholes);
    ztrunk_ctx_free(app->ctx);
    free(app);
}

ztrunk_pinholes *app_pinholes(struct app *app)
{
    return app->pinholes;
}

const char *app_fault(const struct app *app)
{
    return app->fault;
}

uint64_t app_deadline(const struct app *app)
{
    uint64_t dialogs = ztrunk_dialogs_deadline(app->dialogs);
    uint64_t pinholes = ztrunk_pinholes_deadline(app->pinholes);

    return dialogs < pinholes ? dialogs : pinholes;
}

uint32_t app_dialog_state(const struct app *app, uint32_t call)
{
    ztrunk_dialog_info info = {.size = sizeof info};

    if (ztrunk_dialogs_get_info(app->dialogs, app->calls[call].talk, &info) != ZTRUNK_OK) return 0;
    return info.state;
}

static const char *sdp_text(const struct sdp_say *say)
{
    static const char *const ways[SDP_KINDS] = {
        [SDP_SENDONLY] = "sendonly", [SDP_RECVONLY] = "recvonly", [SDP_INACTIVE] = "inactive"};
    static char text[512];
    ztrunk_addr at = holes_remote(say, 0);
    uint32_t is_held = say->kind == SDP_HELD;

    if (say->kind == SDP_NONE) return NULL;
    snprintf(text, sizeof text,
             "v=0\r\no=- 7 %u IN IP4 198.51.100.9\r\ns=-\r\nc=IN IP4 %u.%u.%u.%u\r\nt=0 0\r\n"
             "m=audio %u RTP/AVP %u\r\na=%s\r\n",
             say->port, is_held ? 0u : at.ip[0], is_held ? 0u : at.ip[1], is_held ? 0u : at.ip[2],
             is_held ? 0u : at.ip[3], say->kind == SDP_REFUSED ? 0 : at.port,
             say->kind == SDP_CODEC ? 18 : 0,
             ways[say->kind] != NULL ? ways[say->kind] : "sendrecv");
    return text;
}

struct letter { /* what a request of the peer differs in */
    const char *method, *body, *wrong_tag, *wrong_call;
    uint32_t fork, cseq, is_initial;
    uint64_t owner;
};

static void receive_request(struct app *app, struct app_call *c, const struct letter *l)
{
    char call_id[32], fork[8];
    sim_spec spec = {.method = l->method, .body = l->body, .cseq = l->cseq, .call = call_id};
    ztrunk_sip_msg *m;

    snprintf(call_id, sizeof call_id, "%s%u", l->wrong_call != NULL ? l->wrong_call : "c",
             (unsigned)c->number);
    snprintf(fork, sizeof fork, "f%u", l->fork);
    spec.from_tag = c->is_out ? fork : "p";
    spec.to_tag = l->wrong_tag != NULL ? l->wrong_tag : "u";
    if (l->is_initial) spec.to_tag = NULL;
    m = sim_request(app->ctx, spec);
    app_receive(app, c, l->owner != 0 ? l->owner : c->owner, m);
    ztrunk_sip_msg_free(m);
}

static void receive_response(struct app *app, struct app_call *c, const ztrunk_sip_msg *request,
                             const struct step *s, uint32_t status, uint64_t owner)
{
    char tag[8];
    ztrunk_sip_msg *m;

    snprintf(tag, sizeof tag, "f%u", s->fork);
    m = sim_response(request, status, tag, sdp_text(&s->say));
    app_receive(app, c, owner, m);
    ztrunk_sip_msg_free(m);
}

static void play_invite(struct app *app, struct app_call *c, const struct step *s, uint64_t number)
{
    struct letter l = {.cseq = 10, .is_initial = 1, .method = "INVITE"};

    forget_call(c);
    c->is_over = 0;
    c->number = number;
    c->owner = 1 + number % 2;
    c->local = s->local;
    c->origin.size = sizeof c->origin;
    c->peer_cseq = 10;
    c->give_up_ns = app->now_ns + app->early_ns;
    if (s->by == BY_US) {
        app_invite(app, c, s->is_late);
        return;
    }
    l.body = s->is_late ? NULL : sdp_text(&s->say);
    receive_request(app, c, &l);
}

static void play_answered(struct app *app, struct app_call *c, const struct step *s)
{
    uint32_t status = s->kind == STEP_RING ? 183 : s->kind == STEP_ACCEPT ? 200 : s->status;

    if (c->is_out)
        receive_response(app, c, c->initial, s, status, c->owner);
    else if (c->talk == 0)
        app_respond(app, c, s, status, s->kind == STEP_ACCEPT || (s->has_sdp && !c->is_late));
}

static void play_reanswered(struct app *app, struct app_call *c, const struct step *s)
{
    uint32_t status = s->kind == STEP_REACCEPT ? 200 : s->status;
    ztrunk_sip_msg *invite = NULL;

    if (c->invite == NULL || c->talk == 0 || c->invite_is_ours != (s->by == BY_PEER)) return;
    if (s->by == BY_US) {
        app_respond(app, c, s, status, status == 200);
        return;
    }
    (void)ztrunk_sip_msg_clone(c->invite, &invite);
    receive_response(app, c, invite, s, status, c->owner);
    ztrunk_sip_msg_free(invite);
}

static void play_request(struct app *app, struct app_call *c, const struct step *s)
{
    struct letter l = {.fork = s->fork, .body = sdp_text(&s->say), .cseq = ++c->peer_cseq};

    l.method = s->kind == STEP_BYE ? "BYE" : "INVITE";
    receive_request(app, c, &l);
}

static void play_ack(struct app *app, struct app_call *c, const struct step *s)
{
    struct letter l = {.method = "ACK", .body = sdp_text(&s->say), .cseq = c->accepted_cseq};

    if (s->by == BY_US) {
        app_ack(app, c, s);
        return;
    }
    l.fork = s->fork;
    receive_request(app, c, &l);
}

static void play_cancel(struct app *app, struct app_call *c, const struct step *s)
{
    struct letter l = {.method = "CANCEL", .cseq = 10, .is_initial = 1};

    if (s->by == BY_PEER)
        receive_request(app, c, &l);
    else if (c->talk == 0)
        app_over(app, c);
}

/* A message that is nearly right; it must change nothing. */
static void play_stray(struct app *app, struct app_call *c, const struct step *s)
{
    static const char *const methods[] = {"BYE", "INVITE", "ACK"};
    struct letter l = {.fork = s->fork, .body = sdp_text(&s->say), .cseq = c->peer_cseq + 1};

    if (s->stray == STRAY_OWNER && c->is_out && s->status > 0) {
        receive_response(app, c, c->initial, s, s->status, 3 - c->owner);
        return;
    }
    l.method = methods[s->method];
    if (s->method == 2) l.cseq = c->accepted_cseq;
    if (s->stray == STRAY_TAG) l.wrong_tag = "x";
    if (s->stray == STRAY_OWNER) l.owner = 3 - c->owner;
    if (s->stray == STRAY_CSEQ) l.cseq = 3;
    if (s->stray == STRAY_CALL) l.wrong_call = "d";
    receive_request(app, c, &l);
}

uint32_t app_packet(struct app *app, const struct step *s)
{
    uint64_t hole = 0;

    if (ztrunk_pinholes_check(app->pinholes, &s->from, &s->to, &hole) != ZTRUNK_OK) return 0;
    if (s->is_authentic &&
        ztrunk_pinholes_touch(app->pinholes, app->now_ns, hole, &s->from) != ZTRUNK_OK)
        app->fault = "a packet that was let in is not counted";
    return 1;
}

/* Retransmissions leave; nobody of this test reads them. */
static void flush(struct app *app)
{
    static uint8_t wire[65536];
    uint64_t flow;
    size_t len = 1;

    while (len > 0)
        if (ztrunk_dialogs_pull(app->dialogs, &flow, wire, sizeof wire, &len) != ZTRUNK_OK) return;
}

void app_step(struct app *app, const struct step *s, uint64_t number)
{
    struct app_call *c = &app->calls[s->call];

    if (s->kind == STEP_INVITE) play_invite(app, c, s, number);
    if (s->kind == STEP_RING || s->kind == STEP_ACCEPT || s->kind == STEP_REJECT)
        play_answered(app, c, s);
    if (s->kind == STEP_CANCEL) play_cancel(app, c, s);
    if (s->kind == STEP_ACK) play_ack(app, c, s);
    if (s->kind == STEP_BYE && s->by == BY_US) app_bye(app, c, c->forks[s->fork].id);
    if (s->kind == STEP_REINVITE && s->by == BY_US) app_reinvite(app, c, s);
    if ((s->kind == STEP_BYE || s->kind == STEP_REINVITE) && s->by == BY_PEER)
        play_request(app, c, s);
    if (s->kind == STEP_REACCEPT || s->kind == STEP_REREJECT) play_reanswered(app, c, s);
    if (s->kind == STEP_STRAY) play_stray(app, c, s);
    flush(app);
}

void app_advance(struct app *app, uint64_t now_ns)
{
    app->now_ns = now_ns;
    (void)ztrunk_dialogs_expire(app->dialogs, now_ns);
    app_drain(app);
    for (uint32_t i = 0; i < CALLS; i++)
        if (!app_has_fork(&app->calls[i]) && now_ns >= app->calls[i].give_up_ns)
            app_over(app, &app->calls[i]);
    (void)ztrunk_pinholes_expire(app->pinholes, now_ns);
    flush(app);
}
