/* A new call: what forbids it, and the way to the other side. */
#include <stdlib.h>
#include <string.h>
#include "admit.h"
#include "leg.h"
#include "record.h"
#include "toll.h"

static void log_start(const struct call *call)
{
    struct log_line line;

    log_begin(&line, &call->daemon->log, LOG_INFO, "call.start", call->id);
    log_word(&line, "trunk", call->trunk->conf->name);
    log_word(&line, "from", call->from == CLOUD ? "cloud" : "inside");
    log_end(&line);
}

static struct call *call_new(struct daemon *d, struct trunk *trunk, uint32_t side)
{
    struct call *call = calloc(1, sizeof *call);

    if (call == NULL) return NULL;
    call->daemon = d;
    call->trunk = trunk;
    call->id = ++d->next_call;
    call->admission = admit_take(d);
    call->from = side;
    call->started_ns = ztrunk_rt_now_ns();
    for (uint32_t i = 0; i < 2; i++) {
        call->legs[i].call = call;
        call->legs[i].trunk = trunk;
        call->legs[i].side = i == CALLER ? side : 1 - side;
    }
    call->next = d->calls;
    if (d->calls != NULL) d->calls->previous = call;
    d->calls = call;
    d->call_count++;
    d->counts.calls[side]++;
    trunk->calls++;
    toll_take(call);
    (void)ztrunk_sip_tag_new(d->ctx, call->legs[CALLER].tag);
    return call;
}

/* The first INVITE fails on our side: the caller is told, and that is all. */
static void reject_call(struct call *call, uint32_t status, const ztrunk_sdp_verdict *v,
                        const char *why)
{
    call->status = status;
    leg_respond(&call->legs[CALLER], call->invite, status, NULL, 0, v);
    call_over(call, why);
    call_drop_invite(call);
    call_release(call);
}

static void refuse_offer(struct call *call, const ztrunk_sdp_verdict *v)
{
    call_log_sdp_refused(call, v);
    reject_call(call, v->status != 0 ? v->status : 500, v, "the offer was refused");
}

/* Ports are taken when the offer is judged: once taken they rest before their next use, and a peer
 * that is always refused would leave none for the others. */
static void place_call(struct call *call)
{
    struct pending *p = call->invite;
    ztrunk_sdp_verdict v = {.size = sizeof v};
    uint8_t *sdp = NULL;
    size_t len = 0;
    int32_t err;

    p->is_late = !media_has_sdp(p->request);
    if (!p->is_late && media_judge_offer(call, call->from, p->request, &v) != ZTRUNK_OK) {
        refuse_offer(call, &v);
        return;
    }
    if (media_start(call) != 0) {
        reject_call(call, 503, NULL, "no media port is free");
        return;
    }
    (void)idmap_put(&call->daemon->relay_of, call->relay, call);
    if (!p->is_late) sdp = media_pass_offer(call, call->from, &len, &v);
    if (!p->is_late && sdp == NULL) {
        refuse_offer(call, &v);
        return;
    }
    err = build_invite(call, p->request, &p->sent);
    if (err == ZTRUNK_OK) err = build_finish(call->trunk, 1 - call->from, p->sent, sdp, len);
    if (err == ZTRUNK_OK) location_pass(call->trunk, 1 - call->from, p->request, p->sent);
    if (err == ZTRUNK_OK) err = leg_send(&call->legs[CALLEE], p->sent, p);
    free(sdp);
    if (err != ZTRUNK_OK) reject_call(call, 503, NULL, "the other side cannot be reached");
}

uint32_t call_is_forbidden(const struct daemon *d, const struct trunk *trunk,
                           const ztrunk_sip_msg *m, const char **why)
{
    ztrunk_sip_info info = {.size = sizeof info};

    (void)ztrunk_sip_msg_info(m, &info);
    *why = "the node is draining";
    if (d->is_draining) return 503;
    *why = "Max-Forwards is used up";
    if (info.max_forwards == 0) return 483;
    *why = "the trunk has max_calls calls";
    if (trunk->calls >= trunk->conf->max_calls) return 503;
    *why = "the body is no session description, and holds none that can be told";
    return media_refuses_body(m);
}

static uint32_t refuse_early(struct daemon *d, struct trunk *trunk, uint64_t txn,
                             const ztrunk_sip_msg *m)
{
    const char *why = NULL;
    uint32_t status = call_is_forbidden(d, trunk, m, &why);

    if (status == 0) return 0;
    call_log_refused(d, trunk, m, status, why);
    if (status == 503)
        build_reply(d, txn, m, 503, NULL, "Retry-After", "10");
    else
        build_reply(d, txn, m, status, NULL, NULL, NULL);
    return 1;
}

void call_place(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow, uint64_t txn,
                ztrunk_sip_msg *m)
{
    uint64_t dialog = 0;
    struct pending *p;
    struct call *call;

    if (refuse_early(d, trunk, txn, m)) {
        ztrunk_sip_msg_free(m);
        return;
    }
    build_reply(d, txn, m, 100, NULL, NULL, NULL);
    if (ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(trunk, side), flow, m, 0,
                               &dialog) != ZTRUNK_OK) {
        build_reply(d, txn, m, ztrunk_dialogs_refusal(d->dialogs), NULL, NULL, NULL);
        ztrunk_sip_msg_free(m);
        return;
    }
    call = call_new(d, trunk, side);
    p = call != NULL ? pending_new(PENDING_INVITE, call, CALLER) : NULL;
    if (p == NULL) {
        build_reply(d, txn, m, 503, NULL, NULL, NULL);
        ztrunk_sip_msg_free(m);
        if (call != NULL) call_over(call, "no memory");
        if (call != NULL) call_free(call);
        return;
    }
    call->invite = p;
    p->request = m;
    p->server_txn = txn;
    p->flow = flow;
    (void)idmap_put(&d->txn_of, txn, p);
    record_parties(call, m, flow);
    log_start(call);
    place_call(call);
}
