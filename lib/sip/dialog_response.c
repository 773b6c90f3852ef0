#include "base/time.h"
#include "sip/dialog.h"

/* Their 2xx came again: our ACK was lost. Nothing is new for the caller once it was sent. */
static void on_repeated(ztrunk_dialogs *d, const zti_dialog *g, const zti_sighting *s)
{
    if (!s->is_out && s->info.cseq == g->invite_cseq) zti_outq_push(&d->out, g->flow, g->ack);
}

/* Theirs waits for our ACK. Ours may wait for one as well: a re-INVITE can cross its ACK. */
static void want_ack(ztrunk_dialogs *d, zti_dialog *g, const zti_sighting *s)
{
    g->is_accepted = 1;
    g->invite_cseq = s->info.cseq;
    g->is_acked = 0;
    zti_wire_drop(d->ctx, g->ack);
    g->ack = NULL;
}

static void watch_ack(ztrunk_dialogs *d, zti_dialog *g, zti_wire *ok, const zti_sighting *s)
{
    zti_wire_drop(d->ctx, g->ok);
    g->ok = ok;
    g->ok_cseq = s->info.cseq;
    g->interval_ns = d->t1_ns;
    (void)zti_heap_set(&d->heap, &g->retry, zti_time_add(s->now_ns, d->t1_ns));
    (void)zti_heap_set(&d->heap, &g->end, zti_time_add(s->now_ns, zti_dialogs_64t1(d)));
}

/* A 2xx to an INVITE, initial or not: all that can fail is done before the first change. */
static int32_t on_answer(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s)
{
    zti_buf routes = zti_buf_of(d->ctx, SIZE_MAX);
    uint32_t is_first = g->state == ZTRUNK_DIALOG_EARLY;
    zti_wire *ok = NULL;
    char *target = NULL;
    int32_t err = zti_dialog_new_target(d, s, &target);

    /* 13.2.2.4: the 2xx decides the route set, whatever its 18x said. */
    if (err == ZTRUNK_OK && is_first && g->is_caller) err = zti_routes_of(d->ctx, s->m, 1, &routes);
    if (err == ZTRUNK_OK && s->is_out) err = zti_wire_of(d->ctx, s->m, &ok);
    if (err != ZTRUNK_OK) {
        zti_free(d->ctx, target);
        zti_buf_free(&routes);
        return err;
    }
    zti_dialog_set_target(d, g, target);
    if (is_first && g->is_caller) {
        zti_buf_free(&g->routes);
        g->routes = routes;
    }
    *(s->is_ours ? &g->our_invite : &g->their_invite) = 0;
    g->flow = s->flow;
    if (ok != NULL)
        watch_ack(d, g, ok, s);
    else
        want_ack(d, g, s);
    if (is_first) {
        g->state = ZTRUNK_DIALOG_CONFIRMED;
        zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_CONFIRMED, 0, ZTRUNK_OK, s->now_ns);
    }
    return zti_dialog_agree(d, g, s, s->has_sdp ? ZTI_OA_RESPONSE : ZTI_OA_RESPONSE_EMPTY);
}

static int32_t on_provisional(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s)
{
    char *target = NULL;
    int32_t err = zti_dialog_new_target(d, s, &target);

    if (err != ZTRUNK_OK) return err;
    if (g->state == ZTRUNK_DIALOG_EARLY)
        zti_dialog_set_target(d, g, target);
    else
        zti_free(d->ctx, target);
    if (!s->has_sdp) return ZTRUNK_OK;
    return zti_dialog_agree(d, g, s, s->is_reliable_18x ? ZTI_OA_RESPONSE : ZTI_OA_PROVISIONAL);
}

static uint32_t is_open_invite(const zti_dialog *g, const zti_sighting *s)
{
    return (s->is_ours ? g->our_invite : g->their_invite) == s->info.cseq + 1;
}

static void tell_new(ztrunk_dialogs *d, zti_dialog *g, const zti_sighting *s)
{
    uint32_t is_ours = g->is_caller;

    if (s->info.status < 200)
        zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_EARLY, 0, ZTRUNK_OK, s->now_ns);
    if (g->oa.state == ZTRUNK_OA_LOCAL_OFFER || g->oa.state == ZTRUNK_OA_REMOTE_OFFER)
        zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_OFFER, !is_ours, ZTRUNK_OK, s->now_ns);
}

/* What a response to an initial INVITE leaves to do with its dialog, which is there now. */
static int32_t take_initial(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, uint64_t *id)
{
    int32_t err;

    if (s->info.status >= 200 && !is_open_invite(g, s)) {
        on_repeated(d, g, s);
        return ZTRUNK_OK;
    }
    err = s->info.status < 200 ? on_provisional(d, g, s) : on_answer(d, g, s);
    if (err == ZTRUNK_OK) *id = g->id;
    return err;
}

static void keep_seed(ztrunk_dialogs *d, zti_seed *seed, const zti_sighting *s)
{
    uint64_t span = s->info.status < 200 ? d->early_ns : zti_dialogs_64t1(d);

    if (seed->is_answered) return;
    seed->is_answered = s->info.status >= 200;
    (void)zti_heap_set(&d->seed_heap, &seed->end, zti_time_add(s->now_ns, span));
}

static int32_t on_initial(ztrunk_dialogs *d, zti_seed *seed, zti_sighting *s, uint64_t *id)
{
    zti_dialog *g = NULL;
    uint32_t is_new;
    int32_t err;

    if (s->info.status >= 300) {
        zti_seed_end(d, seed, ZTRUNK_E_CLOSED, s->now_ns);
        return ZTRUNK_OK;
    }
    /* A tagless 18x (RFC 2543) makes no dialog, but it rings. */
    if (s->info.status == 100 || !s->info.has_to_tag) {
        keep_seed(d, seed, s);
        return ZTRUNK_OK;
    }
    err = zti_dialog_lookup(d, s, &g);
    if (err != ZTRUNK_OK) return err;
    is_new = g == NULL;
    if (is_new) err = zti_dialog_add(d, seed, s, &g);
    if (err != ZTRUNK_OK) return err;
    if (is_new) tell_new(d, g, s);
    err = take_initial(d, g, s, id);
    if (err == ZTRUNK_OK) {
        keep_seed(d, seed, s);
    } else if (is_new) {
        zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_ENDED, 0, err, s->now_ns);
        zti_dialog_drop(d, g);
    }
    return err;
}

static int32_t on_reinvite(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, uint64_t *id)
{
    int32_t err = ZTRUNK_OK;

    if (!is_open_invite(g, s)) {
        if (s->info.status >= 200 && s->info.status < 300) on_repeated(d, g, s);
        return ZTRUNK_OK;
    }
    if (s->info.status < 200) err = on_provisional(d, g, s);
    if (s->info.status >= 200 && s->info.status < 300) err = on_answer(d, g, s);
    if (s->info.status >= 300) {
        *(s->is_ours ? &g->our_invite : &g->their_invite) = 0;
        err = zti_dialog_agree(d, g, s, ZTI_OA_FAILURE);
    }
    if (err == ZTRUNK_OK) *id = g->id;
    return err;
}

static int32_t on_other(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s)
{
    char *target = NULL;
    int32_t err;

    if (s->info.method != ZTRUNK_SIP_UPDATE && s->info.method != ZTRUNK_SIP_PRACK) return ZTRUNK_OK;
    if (s->info.status < 200) return ZTRUNK_OK;
    if (s->info.status >= 300) return zti_dialog_agree(d, g, s, ZTI_OA_FAILURE);
    if (s->info.method == ZTRUNK_SIP_UPDATE) {
        err = zti_dialog_new_target(d, s, &target);
        if (err != ZTRUNK_OK) return err;
        zti_dialog_set_target(d, g, target);
    }
    return zti_dialog_agree(d, g, s, s->has_sdp ? ZTI_OA_RESPONSE : ZTI_OA_RESPONSE_EMPTY);
}

int32_t zti_dialog_on_response(ztrunk_dialogs *d, zti_sighting *s, uint64_t *id)
{
    zti_seed *seed = NULL;
    zti_dialog *g = NULL;
    int32_t err = ZTRUNK_OK;

    if (s->info.method == ZTRUNK_SIP_INVITE) err = zti_seed_lookup(d, s, &seed);
    if (err != ZTRUNK_OK) return err;
    if (seed != NULL && seed->cseq == s->info.cseq) return on_initial(d, seed, s, id);
    err = zti_dialog_lookup(d, s, &g);
    if (err != ZTRUNK_OK || g == NULL) return err;
    if (s->info.method == ZTRUNK_SIP_INVITE) return on_reinvite(d, g, s, id);
    err = on_other(d, g, s);
    if (err == ZTRUNK_OK) *id = g->id;
    return err;
}
