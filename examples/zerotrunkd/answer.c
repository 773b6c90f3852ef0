/* What a call does with the responses to what it sent. */
#include <stdlib.h>
#include <string.h>
#include "hearing.h"
#include "leg.h"
#include "record.h"

static void log_state(const struct call *call, const char *event, uint32_t status)
{
    struct log_line line;

    log_begin(&line, &call->daemon->log, LOG_INFO, event, call->id);
    log_number(&line, "status", status);
    log_end(&line);
}

/* We have no credentials, and what asks for them is none of the caller's business (401, 407); a
 * redirection is not followed out of the trunk. Whoever ends an INVITE that the caller has not
 * cancelled (487) was told by timer C to stop ringing. */
static uint32_t map_status(uint32_t status)
{
    if (status == 487) return 408;
    if (status == 401 || status == 407) return 403;
    if (status >= 300 && status < 400) return 480;
    return status;
}

static void ring(struct call *call, struct pending *p, struct leg *leg, const ztrunk_sip_msg *m,
                 uint32_t status)
{
    ztrunk_sdp_verdict v = {.size = sizeof v};
    uint8_t *sdp = NULL;
    size_t len = 0;

    if (p->is_cancelled || call->is_over) return;
    if (!p->is_late && media_has_sdp(m)) sdp = media_answer(call, leg->side, m, &len, &v);
    if (sdp != NULL) p->has_preview = 1;
    if (!call->is_answered) log_state(call, "call.ringing", status);
    leg_respond(&call->legs[p->leg], p, status, sdp, len, NULL);
    free(sdp);
}

static uint8_t *repeat(struct call *call, uint32_t side, size_t *len)
{
    uint8_t *text = malloc(65536);

    if (text != NULL && ztrunk_sdp_encode(call->media[side].ours, text, 65536, len) == ZTRUNK_OK)
        return text;
    free(text);
    return NULL;
}

static void drop_fork(struct trunk *trunk, uint32_t side, uint64_t dialog)
{
    struct leg stray = {.trunk = trunk, .side = side, .dialog = dialog};

    leg_give_up(&stray);
}

static void refuse_answer(struct call *call, struct pending *p, struct leg *leg,
                          const ztrunk_sdp_verdict *v)
{
    call_log_sdp_refused(call, v);
    call->status = 488;
    leg_respond(&call->legs[p->leg], p, 488, NULL, 0, v);
    call_settle_invite(call);
    leg_give_up(leg);
    if (call->is_answered) leg_bye(leg_other(leg));
    call_finish(call, "the answer was refused");
}

static void answered(struct call *call, uint32_t status)
{
    if (call->is_answered) return;
    call->is_answered = 1;
    call->status = status;
    call->answered_ns = ztrunk_rt_now_ns();
    log_state(call, "call.answered", status);
    hearing_start(call);
}

/* RFC 3264 through a back-to-back user agent: whoever offered on one leg is answered there by
 * what the other leg answered. With a late offer the 2xx brings the offer and the ACK the answer.
 */
static void accepted(struct call *call, struct pending *p, struct leg *leg, const ztrunk_sip_msg *m,
                     uint32_t status)
{
    struct leg *from = &call->legs[p->leg];
    ztrunk_sdp_verdict v = {.size = sizeof v};
    uint8_t *sdp = NULL;
    size_t len = 0;

    if (p->is_late && media_has_sdp(m))
        sdp = media_offer(call, leg->side, m, &len, &v);
    else if (!p->is_late && media_has_sdp(m))
        sdp = media_answer(call, leg->side, m, &len, &v);
    else if (!p->is_late && p->has_preview)
        sdp = repeat(call, from->side, &len);
    if (sdp == NULL) {
        if (v.reason == ZTRUNK_SDP_OK) {
            v.reason = ZTRUNK_SDP_REFUSED_MISMATCH;
            memcpy(v.text, "no session description", sizeof "no session description");
        }
        refuse_answer(call, p, leg, &v);
        return;
    }
    record_answered(call, leg->side, p->sent_flow);
    answered(call, status);
    p->wants_answer = p->is_late;
    if (!p->is_late) leg_ack(leg, NULL, 0);
    leg_respond(from, p, 200, sdp, len, NULL);
    free(sdp);
    if (!p->is_late) call_settle_invite(call);
}

static void refused(struct call *call, struct pending *p, uint32_t status)
{
    uint32_t is_first = !call->is_answered;
    uint32_t told = p->is_cancelled ? status : map_status(status);

    if (!p->is_cancelled) leg_respond(&call->legs[p->leg], p, told, NULL, 0, NULL);
    if (is_first) call->status = told;
    call_drop_invite(call);
    if (is_first) {
        call_finish(call, told == 408 ? "nobody answered in time" : "refused by the other side");
    } else if (status == 481 || status == 408) {
        /* RFC 3261 12.2.1.2: the peer has lost the dialog. */
        call_end(call, "the other side has lost the call");
    }
}

static void invite_response(struct pending *p, uint64_t flow, ztrunk_sip_msg *m, uint32_t status)
{
    struct call *call = p->call;
    struct daemon *d = call->daemon;
    struct leg *leg = &call->legs[1 - p->leg];
    uint64_t dialog = 0;

    if (status == 100) return;
    if (ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(call->trunk, leg->side),
                               flow, m, 0, &dialog) != ZTRUNK_OK)
        return;
    if (status >= 300) {
        refused(call, p, status);
        return;
    }
    if (dialog == 0 && status >= 200) return;
    if (status >= 200 && p->wants_answer) {
        drop_fork(leg->trunk, leg->side, dialog);
        return;
    }
    if (status >= 200 && (call->is_over || p->is_cancelled)) {
        drop_fork(leg->trunk, leg->side, dialog);
        call_settle_invite(call);
        call_finish(call, "answered after the CANCEL");
        return;
    }
    leg_bind(leg, dialog);
    if (status < 200)
        ring(call, p, leg, m, status);
    else
        accepted(call, p, leg, m, status);
}

/* A 2xx that comes again is answered by the dialog table with the same ACK. */
static void late_response(struct daemon *d, const struct pending *p, uint64_t flow,
                          const ztrunk_sip_msg *m, uint32_t status)
{
    uint64_t dialog = 0;

    if (status < 200 || status >= 300) return;
    if (ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(p->trunk, p->side), flow,
                               m, 0, &dialog) != ZTRUNK_OK ||
        dialog == 0)
        return;
    drop_fork(p->trunk, p->side, dialog);
}

/* m: NULL when none came. */
static void pass_back(struct daemon *d, const struct pending *p, const ztrunk_sip_msg *m,
                      uint32_t status)
{
    ztrunk_sip_msg *answer = NULL;

    if (ztrunk_sip_msg_new_response(p->request, status, NULL, NULL, &answer) != ZTRUNK_OK) return;
    if (m != NULL) (void)build_copy_body(m, answer);
    (void)ztrunk_txns_respond(d->txns, ztrunk_rt_now_ns(), p->server_txn, answer);
    ztrunk_sip_msg_free(answer);
}

static void passed_response(struct pending *p, const ztrunk_sip_msg *m, uint32_t status)
{
    struct call *call = p->call;
    struct daemon *d = call->daemon;

    if (status < 200) return;
    pass_back(d, p, m, map_status(status));
    pending_free(d, p);
    call->passing--;
    call_release(call);
}

void call_response(struct daemon *d, uint64_t flow, uint64_t txn, ztrunk_sip_msg *m)
{
    struct pending *p = idmap_get(&d->txn_of, txn);
    ztrunk_sip_info info = {.size = sizeof info};

    if (p == NULL) return;
    (void)ztrunk_sip_msg_info(m, &info);
    if (p->kind == PENDING_INVITE) {
        invite_response(p, flow, m, info.status);
    } else if (p->kind == PENDING_SETTLED) {
        late_response(d, p, flow, m, info.status);
    } else if (p->kind == PENDING_PASSED) {
        passed_response(p, m, info.status);
    } else if (info.status >= 200) {
        if (p->kind == PENDING_OPTIONS) trunk_options_answered(p->trunk, p->side, info.status);
        pending_free(d, p);
    }
}

void call_txn_failed(struct daemon *d, uint64_t txn, uint32_t status)
{
    struct pending *p = idmap_get(&d->txn_of, txn);
    ztrunk_sip_msg *m = NULL;
    uint64_t dialog = 0;

    if (p == NULL || txn != p->client_txn) return;
    if (p->kind == PENDING_INVITE) {
        struct leg *leg = &p->call->legs[1 - p->leg];

        /* The dialog table hears of it as of a response. */
        if (ztrunk_sip_msg_new_response(p->sent, status, NULL, NULL, &m) == ZTRUNK_OK)
            (void)ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(),
                                         leg_owner(p->call->trunk, leg->side), 0, m, 0, &dialog);
        ztrunk_sip_msg_free(m);
        refused(p->call, p, status);
    } else if (p->kind == PENDING_PASSED) {
        passed_response(p, NULL, status);
    } else {
        if (p->kind == PENDING_OPTIONS) trunk_options_answered(p->trunk, p->side, 0);
        pending_free(d, p);
    }
}

void call_txn_ended(struct daemon *d, uint64_t txn, int32_t error)
{
    struct pending *p = idmap_take(&d->txn_of, txn);

    if (p == NULL) return;
    if (txn == p->client_txn) {
        p->client_txn = 0;
        if (p->kind == PENDING_SETTLED) pending_free(d, p);
        return;
    }
    p->server_txn = 0;
    if (p->kind != PENDING_INVITE || error != ZTRUNK_E_CLOSED || p->is_cancelled) return;
    if (p->call->is_answered) return;
    /* The caller's connection is gone before the answer: nobody is left to tell. */
    call_end(p->call, "the caller's connection is gone");
}
