#include "base/time.h"
#include "sip/dialog.h"

int32_t zti_dialog_lookup(const ztrunk_dialogs *d, const zti_sighting *s, zti_dialog **out)
{
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err = zti_dialog_key(&b, s);

    if (err == ZTRUNK_OK) *out = zti_map_get(&d->map, zti_buf_view(&b));
    zti_buf_free(&b);
    return err;
}

int32_t zti_seed_lookup(const ztrunk_dialogs *d, const zti_sighting *s, zti_seed **out)
{
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err = zti_seed_key(&b, s);

    if (err == ZTRUNK_OK) *out = zti_map_get(&d->seed_map, zti_buf_view(&b));
    zti_buf_free(&b);
    return err;
}

int32_t zti_dialog_agree(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, zti_oa_place place)
{
    zti_oa_step step = {place, s->is_out, s->info.method, s->info.cseq};
    uint32_t event = 0;
    int32_t err;

    /* A fork that was given up still rings or answers: its 2xx wants an ACK, its media nothing. */
    if (g->state == ZTRUNK_DIALOG_ENDED) return ZTRUNK_OK;
    /* The ACK is of the INVITE's transaction in all that offers are about. */
    if (step.method == ZTRUNK_SIP_ACK) step.method = ZTRUNK_SIP_INVITE;
    err = zti_oa_take(&g->oa, &step, &event, &s->refusal);
    if (err != ZTRUNK_OK) return err;
    if (event != 0) zti_dialog_tell(d, g, event, !s->is_out, ZTRUNK_OK, s->now_ns);
    return ZTRUNK_OK;
}

int32_t zti_dialog_new_target(ztrunk_dialogs *d, const zti_sighting *s, char **target)
{
    zti_str uri = zti_msg_contact(s->m);

    *target = NULL;
    if (s->is_out || uri.len == 0) return ZTRUNK_OK;
    *target = zti_dialog_text(d, uri);
    return *target != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

void zti_dialog_set_target(ztrunk_dialogs *d, zti_dialog *g, char *target)
{
    if (target == NULL) return;
    zti_free(d->ctx, g->target);
    g->target = target;
}

static int32_t on_initial(ztrunk_dialogs *d, zti_sighting *s)
{
    zti_seed *seed = NULL;
    int32_t err;

    if (s->info.method != ZTRUNK_SIP_INVITE) return ZTRUNK_OK;
    if (!s->is_out && zti_msg_contact(s->m).len == 0) return ZTRUNK_E_MALFORMED;
    err = zti_seed_lookup(d, s, &seed);
    if (err != ZTRUNK_OK) return err;
    return seed == NULL ? zti_seed_add(d, s) : ZTRUNK_E_STATE;
}

/* RFC 3261 13.3.1.4: it ends our 2xx's repetition. *id stays 0 for one that came again. */
static void on_ack_in(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, uint64_t *id)
{
    if (g->ok == NULL || s->info.cseq != g->ok_cseq) return;
    zti_wire_drop(d->ctx, g->ok);
    g->ok = NULL;
    zti_heap_remove(&d->heap, &g->retry);
    if (g->state != ZTRUNK_DIALOG_ENDED && g->ack == NULL) zti_heap_remove(&d->heap, &g->end);
    (void)zti_dialog_agree(d, g, s, s->has_sdp ? ZTI_OA_ACK : ZTI_OA_ACK_EMPTY);
    *id = g->id;
}

static int32_t on_ack_out(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, uint64_t *id)
{
    zti_wire *wire = NULL;
    int32_t err;

    if (!g->is_accepted || s->info.cseq != g->invite_cseq) return ZTRUNK_E_STATE;
    err = zti_wire_of(d->ctx, s->m, &wire);
    if (err != ZTRUNK_OK) return err;
    zti_wire_drop(d->ctx, g->ack);
    g->ack = wire;
    g->flow = s->flow;
    if (g->state != ZTRUNK_DIALOG_ENDED && g->ok == NULL)
        (void)zti_heap_set(&d->heap, &g->end, zti_time_add(s->now_ns, zti_dialogs_64t1(d)));
    if (!g->is_acked) (void)zti_dialog_agree(d, g, s, s->has_sdp ? ZTI_OA_ACK : ZTI_OA_ACK_EMPTY);
    g->is_acked = 1;
    *id = g->id;
    return ZTRUNK_OK;
}

static int32_t on_ack(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s, uint64_t *id)
{
    if (s->is_out) return on_ack_out(d, g, s, id);
    on_ack_in(d, g, s, id);
    return ZTRUNK_OK;
}

/* RFC 3261 14.1, 14.2: one INVITE at a time. */
static int32_t check_invite(const zti_dialog *g, zti_sighting *s)
{
    if (g->our_invite == 0 && g->their_invite == 0) return ZTRUNK_OK;
    s->refusal = g->our_invite != 0 && !s->is_ours ? 491 : 500;
    return ZTRUNK_E_STATE;
}

/* 12.2.2: an equal CSeq is a retransmission, not an attack. */
static int32_t check_order(const zti_dialog *g, zti_sighting *s)
{
    if (s->is_out) return ZTRUNK_OK;
    return g->has_remote_cseq && s->info.cseq < g->remote_cseq ? ZTRUNK_E_STATE : ZTRUNK_OK;
}

static int32_t offer(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s)
{
    if (s->info.method == ZTRUNK_SIP_INVITE)
        return zti_dialog_agree(d, g, s, s->has_sdp ? ZTI_OA_REQUEST : ZTI_OA_REQUEST_EMPTY);
    if (s->info.method == ZTRUNK_SIP_UPDATE && s->has_sdp)
        return zti_dialog_agree(d, g, s, ZTI_OA_REQUEST);
    if (s->info.method == ZTRUNK_SIP_PRACK && s->has_sdp)
        return zti_dialog_agree(d, g, s, ZTI_OA_PRACK);
    return ZTRUNK_OK;
}

static uint32_t is_refreshing(const zti_sighting *s)
{
    return s->info.method == ZTRUNK_SIP_INVITE || s->info.method == ZTRUNK_SIP_UPDATE;
}

static void commit(zti_dialog *g, const zti_sighting *s)
{
    uint32_t *cseq = s->is_out ? &g->local_cseq : &g->remote_cseq;

    if (*cseq < s->info.cseq) *cseq = s->info.cseq;
    g->has_remote_cseq |= !s->is_out;
    g->flow = s->flow;
    if (s->info.method == ZTRUNK_SIP_INVITE)
        *(s->is_ours ? &g->our_invite : &g->their_invite) = s->info.cseq + 1;
}

static int32_t on_other(ztrunk_dialogs *d, zti_dialog *g, zti_sighting *s)
{
    char *target = NULL;
    int32_t err = check_order(g, s);

    if (err == ZTRUNK_OK && s->info.method == ZTRUNK_SIP_INVITE) err = check_invite(g, s);
    if (err == ZTRUNK_OK && is_refreshing(s)) err = zti_dialog_new_target(d, s, &target);
    if (err == ZTRUNK_OK) err = offer(d, g, s);
    if (err != ZTRUNK_OK) {
        zti_free(d->ctx, target);
        return err;
    }
    zti_dialog_set_target(d, g, target);
    commit(g, s);
    if (s->info.method == ZTRUNK_SIP_BYE) zti_dialog_end(d, g, ZTRUNK_OK, s->now_ns);
    return ZTRUNK_OK;
}

int32_t zti_dialog_on_request(ztrunk_dialogs *d, zti_sighting *s, uint64_t *id)
{
    zti_dialog *g = NULL;
    int32_t err;

    if (!s->info.has_to_tag) return on_initial(d, s);
    err = zti_dialog_lookup(d, s, &g);
    if (err != ZTRUNK_OK) return err;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    if (s->info.method == ZTRUNK_SIP_ACK) return on_ack(d, g, s, id);
    if (g->state == ZTRUNK_DIALOG_ENDED && !s->is_out) return ZTRUNK_E_NOTFOUND;
    if (g->state == ZTRUNK_DIALOG_ENDED && s->info.method != ZTRUNK_SIP_BYE) return ZTRUNK_E_STATE;
    /* A CANCEL has the CSeq of its INVITE and no say in the dialog. */
    if (s->info.method != ZTRUNK_SIP_CANCEL) err = on_other(d, g, s);
    if (err == ZTRUNK_OK) *id = g->id;
    return err;
}
