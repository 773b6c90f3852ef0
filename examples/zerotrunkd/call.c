#include "call.h"
#include <stdio.h>
#include <stdlib.h>
#include "admit.h"
#include "hearing.h"
#include "leg.h"
#include "record.h"
#include "toll.h"

void call_log_sdp_refused(struct call *call, const ztrunk_sdp_verdict *v)
{
    struct counts *c = &call->daemon->counts;
    struct log_line line;

    if (v->reason < sizeof c->refused / sizeof c->refused[0]) c->refused[v->reason]++;
    log_begin(&line, &call->daemon->log, LOG_WARNING, "sdp.refused", call->id);
    log_number(&line, "status", v->status);
    log_number(&line, "reason", v->reason);
    log_word(&line, "why", v->text);
    log_end(&line);
}

void call_log_refused(struct daemon *d, const struct trunk *trunk, const ztrunk_sip_msg *m,
                      uint32_t status, const char *why)
{
    struct log_line line;
    const char *uri;
    size_t len;

    log_begin(&line, &d->log, LOG_WARNING, "call.refused", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_number(&line, "status", status);
    log_word(&line, "why", why);
    if (ztrunk_sip_msg_uri(m, &uri, &len) == ZTRUNK_OK) log_text(&line, "uri", uri, len);
    log_end(&line);
}

void call_over(struct call *call, const char *why)
{
    struct daemon *d = call->daemon;
    uint64_t now_ns = ztrunk_rt_now_ns();
    struct log_line line;

    if (call->is_over) return;
    call->is_over = 1;
    if (!call->is_answered) d->counts.failed[call->from]++;
    log_begin(&line, &d->log, LOG_INFO, "call.end", call->id);
    log_word(&line, "trunk", call->trunk->conf->name);
    log_word(&line, "why", why);
    log_number(&line, "status", call->status);
    log_number(&line, "duration_ms",
               call->is_answered ? (now_ns - call->answered_ns) / 1000000 : 0);
    media_log(call, &line);
    log_end(&line);
    hearing_end(call);
    record_write(call, why);
    media_stop(call);
    admit_call_over(d, call->admission);
    toll_call_over(call);
    call->trunk->calls--;
    d->call_count--;
}

void call_free(struct call *call)
{
    struct daemon *d = call->daemon;

    pending_free(d, call->invite);
    for (uint32_t i = 0; i < call->fork_count; i++) (void)idmap_take(&d->dialog_of, call->forks[i]);
    (void)idmap_take(&d->relay_of, call->relay);
    if (call->next != NULL) call->next->previous = call->previous;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        d->calls = call->next;
    free(call);
}

void call_release(struct call *call)
{
    if (call->is_over && call->invite == NULL && call->passing == 0) call_free(call);
}

void call_drop_invite(struct call *call)
{
    pending_free(call->daemon, call->invite);
    call->invite = NULL;
}

void call_settle_invite(struct call *call)
{
    const struct leg *called = &call->legs[1 - call->invite->leg];

    pending_settle(call->daemon, call->invite, called->trunk, called->side);
    call->invite = NULL;
}

void call_finish(struct call *call, const char *why)
{
    call_over(call, why);
    call_release(call);
}

void call_end(struct call *call, const char *why)
{
    struct pending *p = call->invite;

    if (!call->is_answered && p != NULL) {
        leg_respond(&call->legs[CALLER], p, 480, NULL, 0, NULL);
        p->is_cancelled = 1;
        call_over(call, why);
        if (p->client_txn != 0 &&
            ztrunk_txns_cancel(call->daemon->txns, ztrunk_rt_now_ns(), p->client_txn) == ZTRUNK_OK)
            return;
        call_drop_invite(call);
        call_release(call);
        return;
    }
    if (p != NULL) leg_respond(&call->legs[p->leg], p, 487, NULL, 0, NULL);
    leg_bye(&call->legs[CALLER]);
    leg_bye(&call->legs[CALLEE]);
    call_over(call, why);
    call_drop_invite(call);
    call_release(call);
}

static void again_invite(struct leg *leg, uint64_t flow, uint64_t txn, ztrunk_sip_msg *m)
{
    struct call *call = leg->call;
    struct daemon *d = call->daemon;
    struct leg *other = leg_other(leg);
    struct pending *p;
    ztrunk_sdp_verdict v = {.size = sizeof v};
    uint8_t *sdp = NULL;
    size_t len = 0;
    uint32_t status = media_refuses_body(m);
    int32_t err = ZTRUNK_E_NOMEM;

    if (call->invite != NULL || !call->is_answered || call->is_over) status = 491;
    if (status != 0) {
        build_reply(d, txn, m, status, "", NULL, NULL);
        ztrunk_sip_msg_free(m);
        return;
    }
    p = pending_new(PENDING_INVITE, call, (uint32_t)(leg - call->legs));
    if (p == NULL) {
        build_reply(d, txn, m, 503, "", NULL, NULL);
        ztrunk_sip_msg_free(m);
        return;
    }
    call->invite = p;
    p->request = m;
    p->server_txn = txn;
    p->flow = flow;
    (void)idmap_put(&d->txn_of, txn, p);
    build_reply(d, txn, m, 100, NULL, NULL, NULL);
    p->is_late = !media_has_sdp(m);
    if (!p->is_late) sdp = media_offer(call, leg->side, m, &len, &v);
    if (p->is_late || sdp != NULL) err = leg_request(other, "INVITE", sdp, len, &p->sent);
    if (err == ZTRUNK_OK) err = leg_send(other, p->sent, p);
    if (v.reason != ZTRUNK_SDP_OK) call_log_sdp_refused(call, &v);
    free(sdp);
    if (err == ZTRUNK_OK) return;
    leg_respond(leg, p, v.status != 0 ? v.status : 491, NULL, 0,
                v.reason != ZTRUNK_SDP_OK ? &v : NULL);
    call_drop_invite(call);
}

/* INFO goes across with its body: DTMF of PBXs that know no RFC 4733. */
static void pass_request(struct leg *leg, uint64_t txn, ztrunk_sip_msg *m)
{
    struct call *call = leg->call;
    struct leg *other = leg_other(leg);
    struct pending *p = pending_new(PENDING_PASSED, call, (uint32_t)(leg - call->legs));
    int32_t err = ZTRUNK_E_NOMEM;

    if (p != NULL) err = leg_request(other, "INFO", NULL, 0, &p->sent);
    if (err == ZTRUNK_OK) err = build_copy_body(m, p->sent);
    if (err == ZTRUNK_OK) err = leg_send(other, p->sent, p);
    if (err != ZTRUNK_OK) {
        build_reply(call->daemon, txn, m, 500, "", NULL, NULL);
        pending_free(call->daemon, p);
        ztrunk_sip_msg_free(m);
        return;
    }
    p->request = m;
    p->server_txn = txn;
    call->passing++;
    (void)idmap_put(&call->daemon->txn_of, txn, p);
}

static void got_bye(struct leg *leg, uint64_t txn, const ztrunk_sip_msg *m)
{
    struct call *call = leg->call;
    struct leg *other = leg_other(leg);

    build_reply(call->daemon, txn, m, 200, "", NULL, NULL);
    if (call->is_over) return;
    if (!call->is_answered && call->invite != NULL) {
        call_end(call, "BYE before the answer");
        return;
    }
    leg_bye(other);
    call_over(call, leg->side == CLOUD ? "BYE from the cloud" : "BYE from the inside");
    if (call->invite != NULL)
        leg_respond(&call->legs[call->invite->leg], call->invite, 487, NULL, 0, NULL);
    call_drop_invite(call);
    call_release(call);
}

static void in_dialog(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow,
                      uint64_t txn, const ztrunk_sip_info *info, ztrunk_sip_msg *m)
{
    uint64_t dialog = 0;
    struct leg *leg;

    if (ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(trunk, side), flow, m, 0,
                               &dialog) != ZTRUNK_OK) {
        uint32_t status = ztrunk_dialogs_refusal(d->dialogs);

        build_reply(d, txn, m, status != 0 ? status : 481, "", NULL, NULL);
        ztrunk_sip_msg_free(m);
        return;
    }
    leg = idmap_get(&d->dialog_of, dialog);
    if (leg != NULL && info->method == ZTRUNK_SIP_INVITE) {
        again_invite(leg, flow, txn, m);
        return;
    }
    if (leg != NULL && info->method == ZTRUNK_SIP_INFO && leg->call->is_answered &&
        !leg->call->is_over) {
        pass_request(leg, txn, m);
        return;
    }
    if (leg != NULL && info->method == ZTRUNK_SIP_BYE)
        got_bye(leg, txn, m);
    else if (leg == NULL || info->method == ZTRUNK_SIP_BYE || info->method == ZTRUNK_SIP_INFO)
        build_reply(d, txn, m, 481, "", NULL, NULL);
    else
        build_reply(d, txn, m,
                    info->method == ZTRUNK_SIP_OPTIONS ? 200
                    : info->method == ZTRUNK_SIP_OTHER ? 501
                                                       : 405,
                    "", NULL, NULL);
    ztrunk_sip_msg_free(m);
}

/* RFC 3261 8.2.2.3: we have no extension, so whatever is required is not supported. A list that is
 * too long to be repeated is repeated in part. */
static uint32_t requires_more(struct daemon *d, const struct trunk *trunk, uint64_t txn,
                              const ztrunk_sip_msg *m)
{
    char unsupported[1024] = "";
    size_t used = 0, len;
    const char *text;

    if (ztrunk_sip_msg_header(m, "Require", 0, &text, &len) != ZTRUNK_OK) return 0;
    for (uint32_t i = 0; ztrunk_sip_msg_value(m, "Require", i, &text, &len) == ZTRUNK_OK; i++) {
        if (len > INT16_MAX || used + len + sizeof ", " > sizeof unsupported) break;
        used += (size_t)snprintf(unsupported + used, sizeof unsupported - used, "%s%.*s",
                                 i > 0 ? ", " : "", (int)len, text);
    }
    call_log_refused(d, trunk, m, 420, "it requires an extension that the trunk does not have");
    build_reply(d, txn, m, 420, NULL, used > 0 ? "Unsupported" : NULL, unsupported);
    return 1;
}

void call_request(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow, uint64_t txn,
                  ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};
    uint32_t status = 405;

    (void)ztrunk_sip_msg_info(m, &info);
    if (requires_more(d, trunk, txn, m)) {
        ztrunk_sip_msg_free(m);
        return;
    }
    if (info.has_to_tag) {
        in_dialog(d, trunk, side, flow, txn, &info, m);
        return;
    }
    if (info.method == ZTRUNK_SIP_INVITE) {
        call_place(d, trunk, side, flow, txn, m);
        return;
    }
    if (info.method == ZTRUNK_SIP_OPTIONS) status = d->is_draining ? 503 : 200;
    if (info.method == ZTRUNK_SIP_BYE || info.method == ZTRUNK_SIP_INFO) status = 481;
    if (info.method == ZTRUNK_SIP_OTHER) status = 501;
    build_reply(d, txn, m, status, NULL, NULL, NULL);
    ztrunk_sip_msg_free(m);
}

void call_ack(struct daemon *d, struct trunk *trunk, uint32_t side, uint64_t flow,
              ztrunk_sip_msg *m)
{
    ztrunk_sdp_verdict v = {.size = sizeof v};
    uint64_t dialog = 0;
    struct leg *leg = NULL, *other;
    struct pending *p;
    uint8_t *sdp;
    size_t len = 0;

    if (ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(trunk, side), flow, m, 0,
                               &dialog) == ZTRUNK_OK)
        leg = idmap_get(&d->dialog_of, dialog);
    p = leg != NULL ? leg->call->invite : NULL;
    if (p == NULL || !p->wants_answer || &leg->call->legs[p->leg] != leg) return;
    other = &leg->call->legs[1 - p->leg];
    sdp = media_has_sdp(m) ? media_answer(leg->call, leg->side, m, &len, &v) : NULL;
    leg_ack(other, sdp, len);
    call_settle_invite(leg->call);
    if (sdp == NULL) {
        call_log_sdp_refused(leg->call, &v);
        call_end(leg->call, "the answer in the ACK was refused");
    }
    free(sdp);
}

void call_cancelled(struct daemon *d, uint64_t txn)
{
    struct pending *p = idmap_get(&d->txn_of, txn);

    if (p == NULL || p->kind != PENDING_INVITE) return;
    leg_respond(&p->call->legs[p->leg], p, 487, NULL, 0, NULL);
    p->is_cancelled = 1;
    if (p->client_txn != 0) (void)ztrunk_txns_cancel(d->txns, ztrunk_rt_now_ns(), p->client_txn);
    if (p->call->is_answered) return;
    p->call->status = 487;
    call_over(p->call, "cancelled by the caller");
}
