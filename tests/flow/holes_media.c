#include "holes_app.h"

#include <stdio.h>
#include <string.h>

static const ztrunk_sdp_policy policy = {.size = sizeof policy, .srtp = ZTRUNK_SDP_SRTP_FORBIDDEN};

ztrunk_addr holes_local(uint16_t port)
{
    return (ztrunk_addr){.family = 4, .port = port, .ip = {192, 0, 2, 1}};
}

void holes_prefix(ztrunk_prefix *prefix)
{
    *prefix = (ztrunk_prefix){.bits = 24, .addr = {.family = 4, .ip = {198, 51, 100, 0}}};
}

ztrunk_addr holes_remote(const struct sdp_say *say, uint32_t component)
{
    ztrunk_addr remote = {.family = 4, .ip = {198, 51, 100, 0}};

    if (say->kind == SDP_OUTSIDE) remote.ip[0] = 203;
    remote.ip[3] = (uint8_t)say->host;
    remote.port = (uint16_t)(say->port + component);
    return remote;
}

ztrunk_sdp *media_inside(ztrunk_ctx *ctx, const char *direction)
{
    ztrunk_sdp *sdp = NULL;
    char text[256];
    int len = snprintf(text, sizeof text,
                       "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
                       "m=audio 4000 RTP/AVP 0 8\r\na=%s\r\n",
                       direction);

    (void)ztrunk_sdp_parse(ctx, (const uint8_t *)text, (size_t)len, &sdp);
    return sdp;
}

static const char *keep_ours(struct app *app, struct app_call *c, int32_t err, ztrunk_sdp *sdp)
{
    static uint8_t text[4096];
    size_t len = 0;

    if (err == ZTRUNK_OK) err = ztrunk_sdp_encode(sdp, text, sizeof text - 1, &len);
    if (err != ZTRUNK_OK) app->fault = "our description was not made";
    text[len] = 0;
    ztrunk_sdp_free(c->ours);
    c->ours = sdp;
    return (const char *)text;
}

static ztrunk_sdp_leg leg_of(const struct app_call *c)
{
    return (ztrunk_sdp_leg){.size = sizeof(ztrunk_sdp_leg), .rtp = holes_local(c->local)};
}

const char *media_our_offer(struct app *app, struct app_call *c)
{
    ztrunk_sdp_leg leg = leg_of(c);
    ztrunk_sdp *sdp = NULL;
    int32_t err =
        ztrunk_sdp_make_offer(app->inside[c->is_hold], 0, &policy, &leg, NULL, 0, &c->origin, &sdp);

    return keep_ours(app, c, err, sdp);
}

const char *media_our_answer(struct app *app, struct app_call *c)
{
    ztrunk_sdp_leg leg = leg_of(c);
    ztrunk_sdp *sdp = NULL;
    int32_t err = ztrunk_sdp_make_answer(c->theirs, c->their_media, app->inside[c->is_hold], 0,
                                         &policy, &leg, NULL, &c->origin, &sdp);

    return keep_ours(app, c, err, sdp);
}

uint32_t media_has_sdp(const ztrunk_sip_msg *m)
{
    const uint8_t *body;
    size_t len;

    return ztrunk_sip_msg_body(m, &body, &len) == ZTRUNK_OK && len > 0;
}

uint32_t media_read_offer(struct app *app, struct app_call *c, const ztrunk_sip_msg *m)
{
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp *sdp = NULL;
    const uint8_t *body;
    size_t len;

    (void)ztrunk_sip_msg_body(m, &body, &len);
    (void)ztrunk_sdp_read_offer(app->ctx, body, len, &policy, &verdict, &sdp);
    if (sdp == NULL) return 0;
    ztrunk_sdp_free(c->theirs);
    c->theirs = sdp;
    c->their_media = verdict.media;
    return 1;
}

uint32_t media_read_answer(struct app *app, struct app_call *c, const ztrunk_sip_msg *m,
                           ztrunk_sdp_media *theirs)
{
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp *sdp = NULL;
    const uint8_t *body;
    size_t len;

    (void)ztrunk_sip_msg_body(m, &body, &len);
    (void)ztrunk_sdp_read_answer(app->ctx, body, len, c->ours, &policy, &verdict, &sdp);
    if (sdp == NULL) return 0;
    theirs->size = sizeof *theirs;
    (void)ztrunk_sdp_get_media(sdp, verdict.media, theirs);
    ztrunk_sdp_free(sdp);
    return 1;
}

void media_forget(struct app_call *c)
{
    ztrunk_sdp_free(c->ours);
    ztrunk_sdp_free(c->theirs);
    c->ours = c->theirs = NULL;
}

static uint32_t is_there(const struct app *app, uint64_t hole)
{
    ztrunk_pinhole_info info = {.size = sizeof info};

    return ztrunk_pinholes_get_info(app->pinholes, hole, &info) == ZTRUNK_OK;
}

static int32_t open_hole(struct app *app, const struct app_call *c, uint32_t component,
                         const ztrunk_addr *remote, uint64_t *id)
{
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .dialog_id = c->number, .prefix_count = 1};

    spec.local = holes_local((uint16_t)(c->local + component));
    if (remote != NULL) spec.remote = *remote;
    holes_prefix(&spec.prefixes[0]);
    return ztrunk_pinholes_open(app->pinholes, app->now_ns, &spec, id);
}

static void close_set(struct app *app, struct app_call *c, uint32_t set, uint32_t reason)
{
    for (uint32_t i = 0; i < COMPONENTS; i++) {
        (void)ztrunk_pinholes_close(app->pinholes, app->now_ns, c->holes[set][i], reason);
        c->holes[set][i] = 0;
    }
    c->hole_local[set] = 0;
}

void media_withdraw(struct app *app, struct app_call *c)
{
    close_set(app, c, OFFERED, ZTRUNK_PINHOLE_ASKED);
}

void media_offer_holes(struct app *app, struct app_call *c)
{
    if (c->is_hold) return;
    for (uint32_t i = 0; c->hole_local[AGREED] == c->local && i < COMPONENTS; i++)
        if (is_there(app, c->holes[AGREED][i])) return;
    c->hole_local[OFFERED] = c->local;
    for (uint32_t i = 0; i < COMPONENTS; i++)
        if (open_hole(app, c, i, NULL, &c->holes[OFFERED][i]) != ZTRUNK_OK)
            app->fault = "a hole for our offer did not open";
}

static int32_t answer_hole(struct app *app, const struct app_call *c, uint32_t component,
                           const ztrunk_addr *remote, uint64_t *id)
{
    int32_t err = ZTRUNK_OK;

    if (!is_there(app, *id)) err = open_hole(app, c, component, remote, id);
    if (err != ZTRUNK_OK) return err;
    return ztrunk_pinholes_answered(app->pinholes, app->now_ns, *id, remote);
}

int32_t media_settle(struct app *app, struct app_call *c, const ztrunk_sdp_media *theirs)
{
    uint32_t sends =
        theirs->direction == ZTRUNK_SDP_SENDRECV || theirs->direction == ZTRUNK_SDP_SENDONLY;
    uint32_t set = c->hole_local[OFFERED] == c->local ? OFFERED : AGREED;
    uint64_t next[COMPONENTS] = {0};
    const ztrunk_addr *remotes[] = {&theirs->rtp, &theirs->rtcp};

    if (!sends || theirs->is_held || c->is_hold) {
        close_set(app, c, AGREED, ZTRUNK_PINHOLE_REPLACED);
        close_set(app, c, OFFERED, ZTRUNK_PINHOLE_REPLACED);
        return ZTRUNK_OK;
    }
    if (c->hole_local[set] == c->local) memcpy(next, c->holes[set], sizeof next);
    for (uint32_t i = 0; i < COMPONENTS; i++) {
        int32_t err = answer_hole(app, c, i, remotes[i], &next[i]);

        if (err != ZTRUNK_OK) return err;
    }
    if (c->hole_local[set] == c->local) memset(c->holes[set], 0, sizeof c->holes[set]);
    close_set(app, c, AGREED, ZTRUNK_PINHOLE_REPLACED);
    close_set(app, c, OFFERED, ZTRUNK_PINHOLE_REPLACED);
    memcpy(c->holes[AGREED], next, sizeof next);
    c->hole_local[AGREED] = c->local;
    return ZTRUNK_OK;
}
