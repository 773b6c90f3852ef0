#include "holes_app.h"

#include "../sip_sim.h"

static struct app_fork *fork_of(struct app_call *c, uint64_t id)
{
    for (uint32_t i = 0; i < FORKS; i++)
        if (c->forks[i].id == id) return &c->forks[i];
    return NULL;
}

uint32_t app_has_fork(const struct app_call *c)
{
    for (uint32_t i = 0; i < FORKS; i++)
        if (c->forks[i].id != 0) return 1;
    return 0;
}

static struct app_call *call_of(struct app *app, uint64_t id)
{
    for (uint32_t i = 0; i < CALLS; i++)
        if (fork_of(&app->calls[i], id) != NULL) return &app->calls[i];
    return NULL;
}

static uint32_t state_of(const struct app *app, uint64_t id)
{
    ztrunk_dialog_info info = {.size = sizeof info};

    return ztrunk_dialogs_get_info(app->dialogs, id, &info) == ZTRUNK_OK ? info.state : 0;
}

static uint32_t is_ringing(const struct app *app, const struct app_call *c)
{
    for (uint32_t i = 0; i < FORKS; i++)
        if (state_of(app, c->forks[i].id) == ZTRUNK_DIALOG_EARLY) return 1;
    return 0;
}

static void on_event(struct app *app, const ztrunk_event *event)
{
    struct app_call *c = call_of(app, event->id);

    if (c == NULL || c->is_over) return;
    if (event->kind == ZTRUNK_EV_DIALOG_NO_ACK) app_over(app, c);
    if (event->kind != ZTRUNK_EV_DIALOG_ENDED) return;
    if (c->talk == event->id || (c->talk == 0 && !is_ringing(app, c))) app_over(app, c);
}

/* The events; which of them was an offer or an answer of the one who spoke. */
static uint32_t drain(struct app *app, uint32_t is_theirs)
{
    uint32_t said = 0;
    ztrunk_event event;

    for (;;) {
        event = sim_dialog_event(app->dialogs);
        if (event.kind == ZTRUNK_EV_NONE) return said;
        on_event(app, &event);
        if ((event.kind == ZTRUNK_EV_DIALOG_OFFER || event.kind == ZTRUNK_EV_DIALOG_ANSWER ||
             event.kind == ZTRUNK_EV_DIALOG_PREVIEW) &&
            event.detail == is_theirs)
            said = event.kind;
    }
}

void app_drain(struct app *app)
{
    (void)drain(app, 0);
}

/* Forks of ours have the tags f0, f1, ...; a call that came in has but one. */
static void bind_fork(struct app_call *c, uint64_t id, const ztrunk_sip_msg *m)
{
    const char *tag = "f0";
    size_t len;

    if (id == 0 || fork_of(c, id) != NULL) return;
    if (c->is_out) (void)ztrunk_sip_msg_tag(m, 1, &tag, &len);
    c->forks[(tag[1] - '0') % FORKS] = (struct app_fork){.id = id};
}

static struct news observe(struct app *app, struct app_call *c, uint64_t owner,
                           const ztrunk_sip_msg *m, uint32_t is_out)
{
    struct news news = {0};

    news.error = ztrunk_dialogs_observe(app->dialogs, app->now_ns, owner, 1, m, is_out, &news.id);
    if (news.error == ZTRUNK_OK && owner == c->owner) bind_fork(c, news.id, m);
    news.said = drain(app, !is_out);
    return news;
}

static void show(struct app *app, struct app_call *c, ztrunk_sip_msg *m)
{
    if (observe(app, c, c->owner, m, 1).error != ZTRUNK_OK) app->fault = "we may not send that";
}

static void set_invite(struct app_call *c, ztrunk_sip_msg *m, uint32_t is_ours)
{
    ztrunk_sip_msg_free(c->invite);
    c->invite = NULL;
    c->invite_is_ours = is_ours;
    if (m != NULL) (void)ztrunk_sip_msg_clone(m, &c->invite);
}

static ztrunk_sip_msg *request(struct app *app, uint64_t id, const char *method, const char *sdp)
{
    static const char via[] = SIM_VIA ";branch=z9hG4bK9", contact[] = "<sip:us@192.0.2.1:5060>";
    ztrunk_sip_msg *m = NULL;

    if (ztrunk_dialogs_request(app->dialogs, id, method, 0, &m) != ZTRUNK_OK) return NULL;
    (void)ztrunk_sip_msg_push_header(m, "Via", via, sizeof via - 1);
    (void)ztrunk_sip_msg_add_header(m, "Contact", contact, sizeof contact - 1);
    if (sdp != NULL)
        (void)ztrunk_sip_msg_set_body(m, "application/sdp", (const uint8_t *)sdp, strlen(sdp));
    return m;
}

static void send_request(struct app *app, struct app_call *c, uint64_t id, const char *method,
                         const char *sdp)
{
    ztrunk_sip_msg *m = request(app, id, method, sdp);

    if (m == NULL)
        app->fault = "no request in the dialog";
    else
        show(app, c, m);
    ztrunk_sip_msg_free(m);
}

void app_bye(struct app *app, struct app_call *c, uint64_t id)
{
    uint32_t state = state_of(app, id);

    if (state != 0 && state != ZTRUNK_DIALOG_ENDED) send_request(app, c, id, "BYE", NULL);
}

void app_over(struct app *app, struct app_call *c)
{
    if (c->is_over) return;
    c->is_over = 1;
    (void)ztrunk_pinholes_close_dialog(app->pinholes, app->now_ns, c->number, NULL);
    set_invite(c, NULL, 0);
    media_forget(c);
    app_bye(app, c, c->talk);
}

static void respond(struct app *app, struct app_call *c, uint32_t status, const char *sdp)
{
    ztrunk_sip_msg *m = sim_response(c->invite, status, "u", sdp);

    if (status == 200) c->accepted_cseq = sim_info(c->invite).cseq;
    show(app, c, m);
    ztrunk_sip_msg_free(m);
}

static void refuse(struct app *app, struct app_call *c)
{
    respond(app, c, 488, NULL);
    if (c->talk == 0)
        app_over(app, c);
    else
        set_invite(c, NULL, 0);
}

/* Our answer to what they offered; NULL when their address is none of the trunk's. */
static const char *answer(struct app *app, struct app_call *c, const struct step *s)
{
    ztrunk_sdp_media theirs = {.size = sizeof theirs};
    uint16_t local = c->local;
    uint32_t is_hold = c->is_hold;

    (void)ztrunk_sdp_get_media(c->theirs, c->their_media, &theirs);
    if (s->local != 0) c->local = s->local;
    c->is_hold = s->is_hold;
    if (media_settle(app, c, &theirs) == ZTRUNK_OK) return media_our_answer(app, c);
    c->local = local;
    c->is_hold = is_hold;
    return NULL;
}

static const char *offer(struct app *app, struct app_call *c, const struct step *s)
{
    if (s->local != 0) c->local = s->local;
    c->is_hold = s->is_hold;
    media_offer_holes(app, c);
    return media_our_offer(app, c);
}

void app_respond(struct app *app, struct app_call *c, const struct step *s, uint32_t status,
                 uint32_t has_sdp)
{
    const char *sdp = NULL;

    if (c->is_over || c->invite == NULL || c->invite_is_ours) return;
    if (has_sdp) {
        sdp = c->is_late ? offer(app, c, s) : answer(app, c, s);
        if (sdp == NULL) {
            refuse(app, c);
            return;
        }
    }
    respond(app, c, status, sdp);
    if (status < 200) return;
    if (status < 300) {
        if (c->talk == 0) c->talk = c->forks[0].id;
        c->awaits_answer = c->is_late;
    }
    if (status >= 300 && c->talk == 0) app_over(app, c);
    set_invite(c, NULL, 0);
}

void app_invite(struct app *app, struct app_call *c, uint32_t is_late)
{
    static const struct step as_it_is = {0};
    char call_id[32];
    sim_spec spec = {.call = call_id, .from_tag = "u", .cseq = 10};

    snprintf(call_id, sizeof call_id, "c%u", (unsigned)c->number);
    if (!is_late) spec.body = offer(app, c, &as_it_is);
    c->is_out = 1;
    c->is_late = is_late;
    c->initial = sim_request(app->ctx, spec);
    set_invite(c, c->initial, 1);
    show(app, c, c->initial);
}

void app_reinvite(struct app *app, struct app_call *c, const struct step *s)
{
    ztrunk_dialog_info info = {.size = sizeof info};
    const char *sdp = NULL;
    ztrunk_sip_msg *m;

    if (c->is_over || c->talk == 0 || c->invite != NULL) return;
    (void)ztrunk_dialogs_get_info(app->dialogs, c->talk, &info);
    if (info.oa == ZTRUNK_OA_LOCAL_OFFER || info.oa == ZTRUNK_OA_REMOTE_OFFER) return;
    if (!s->is_late) sdp = offer(app, c, s);
    m = request(app, c->talk, "INVITE", sdp);
    c->is_late = s->is_late;
    set_invite(c, m, 1);
    show(app, c, m);
    ztrunk_sip_msg_free(m);
}

void app_ack(struct app *app, struct app_call *c, const struct step *s)
{
    const char *sdp;

    if (c->is_over || !c->owes_answer) return;
    c->owes_answer = 0;
    sdp = answer(app, c, s);
    send_request(app, c, c->talk, "ACK", sdp);
    if (sdp == NULL) app_over(app, c);
}

static void drop_fork(struct app *app, struct app_call *c, uint64_t id)
{
    send_request(app, c, id, "ACK", NULL);
    app_bye(app, c, id);
}

static void on_preview(struct app *app, struct app_call *c, uint64_t id, const ztrunk_sip_msg *m)
{
    struct app_fork *f = fork_of(c, id);
    ztrunk_sdp_media theirs;

    if (c->is_over || c->talk != 0 || !media_read_answer(app, c, m, &theirs)) return;
    if (media_settle(app, c, &theirs) != ZTRUNK_OK) return;
    f->has_preview = 1;
    f->preview = theirs;
}

static uint32_t take_answer(struct app *app, struct app_call *c, const struct news *news,
                            const ztrunk_sip_msg *m)
{
    struct app_fork *f = fork_of(c, news->id);
    ztrunk_sdp_media theirs;

    if (news->said != ZTRUNK_EV_DIALOG_ANSWER) return 0;
    if (media_has_sdp(m)) {
        if (!media_read_answer(app, c, m, &theirs)) return 0;
    } else {
        if (!f->has_preview) return 0;
        theirs = f->preview;
    }
    f->has_preview = 0;
    return media_settle(app, c, &theirs) == ZTRUNK_OK;
}

static void on_accepted(struct app *app, struct app_call *c, const struct news *news,
                        const ztrunk_sip_msg *m)
{
    uint32_t is_taken = c->talk != 0 && c->talk != news->id;

    if (c->is_over || is_taken || state_of(app, news->id) == ZTRUNK_DIALOG_ENDED) {
        drop_fork(app, c, news->id);
        return;
    }
    c->talk = news->id;
    set_invite(c, NULL, 0);
    if (news->said == ZTRUNK_EV_DIALOG_OFFER && media_read_offer(app, c, m)) {
        c->owes_answer = 1;
        return;
    }
    send_request(app, c, c->talk, "ACK", NULL);
    if (!take_answer(app, c, news, m)) app_over(app, c);
}

static void on_failed(struct app *app, struct app_call *c, const struct news *news)
{
    if (c->is_over) return;
    if (c->talk == 0) {
        app_over(app, c);
    } else if (news->id == c->talk) {
        media_withdraw(app, c);
        set_invite(c, NULL, 0);
    }
}

static void on_response(struct app *app, struct app_call *c, const struct news *news,
                        const ztrunk_sip_msg *m, uint32_t status)
{
    if (status >= 300) {
        on_failed(app, c, news);
        return;
    }
    if (news->id == 0) return;
    if (status >= 200)
        on_accepted(app, c, news, m);
    else if (news->said == ZTRUNK_EV_DIALOG_PREVIEW)
        on_preview(app, c, news->id, m);
}

static void on_invite(struct app *app, struct app_call *c, const ztrunk_sip_msg *m)
{
    (void)ztrunk_sip_msg_clone(m, &c->invite);
    c->invite_is_ours = 0;
    c->is_late = !media_has_sdp(m);
    if (!c->is_late && !media_read_offer(app, c, m)) refuse(app, c);
}

static void on_ack(struct app *app, struct app_call *c, const struct news *news,
                   const ztrunk_sip_msg *m)
{
    if (c->is_over || news->id == 0 || !c->awaits_answer) return;
    c->awaits_answer = 0;
    if (!take_answer(app, c, news, m)) app_over(app, c);
}

void app_receive(struct app *app, struct app_call *c, uint64_t owner, ztrunk_sip_msg *m)
{
    struct news news = observe(app, c, owner, m, 0);
    ztrunk_sip_info info = sim_info(m);

    if (m == NULL) app->fault = "the peer's message was not made";
    if (news.error != ZTRUNK_OK) return;
    if (!info.is_request) on_response(app, c, &news, m, info.status);
    if (!info.is_request || c->is_over) return;
    if (info.method == ZTRUNK_SIP_INVITE) on_invite(app, c, m);
    if (info.method == ZTRUNK_SIP_ACK) on_ack(app, c, &news, m);
    if (info.method == ZTRUNK_SIP_CANCEL && c->talk == 0 && !c->is_out) {
        respond(app, c, 487, NULL);
        app_over(app, c);
    }
}
