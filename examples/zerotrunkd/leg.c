#include "leg.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t leg_owner(const struct trunk *trunk, uint32_t side)
{
    return (uint64_t)(trunk - trunk->daemon->trunks) * 2 + side + 1;
}

struct leg *leg_other(struct leg *leg)
{
    struct call *call = leg->call;

    return &call->legs[leg == &call->legs[CALLER] ? CALLEE : CALLER];
}

void leg_bind(struct leg *leg, uint64_t dialog)
{
    struct call *call = leg->call;

    if (dialog == 0) return;
    leg->dialog = dialog;
    if (idmap_get(&call->daemon->dialog_of, dialog) != NULL) return;
    if (call->fork_count == sizeof call->forks / sizeof call->forks[0]) return;
    call->forks[call->fork_count++] = dialog;
    (void)idmap_put(&leg->call->daemon->dialog_of, dialog, leg);
}

struct pending *pending_new(uint32_t kind, struct call *call, uint32_t leg)
{
    struct pending *p = calloc(1, sizeof *p);

    if (p == NULL) return NULL;
    p->kind = kind;
    p->call = call;
    p->leg = leg;
    return p;
}

void pending_free(struct daemon *d, struct pending *p)
{
    if (p == NULL) return;
    if (p->server_txn != 0) (void)idmap_take(&d->txn_of, p->server_txn);
    if (p->client_txn != 0) (void)idmap_take(&d->txn_of, p->client_txn);
    ztrunk_sip_msg_free(p->request);
    ztrunk_sip_msg_free(p->sent);
    free(p);
}

void pending_settle(struct daemon *d, struct pending *p, struct trunk *trunk, uint32_t side)
{
    if (p->client_txn == 0) {
        pending_free(d, p);
        return;
    }
    if (p->server_txn != 0) (void)idmap_take(&d->txn_of, p->server_txn);
    ztrunk_sip_msg_free(p->request);
    ztrunk_sip_msg_free(p->sent);
    *p = (struct pending){.kind = PENDING_SETTLED,
                          .trunk = trunk,
                          .side = side,
                          .client_txn = p->client_txn};
}

void pending_free_all(struct daemon *d)
{
    for (size_t i = 0; i < d->txn_of.size; i++)
        while (d->txn_of.places[i].value != NULL) pending_free(d, d->txn_of.places[i].value);
    for (struct call *call = d->calls; call != NULL; call = call->next) call->invite = NULL;
}

/* The flow that the dialog used last, or a new one when that is gone. */
static int32_t flow_of(struct leg *leg, uint64_t *flow)
{
    struct daemon *d = leg->trunk->daemon;
    ztrunk_dialog_info info = {.size = sizeof info};
    ztrunk_net_flow_info net = {.size = sizeof net};
    int32_t err;

    if (leg->dialog != 0 && ztrunk_dialogs_get_info(d->dialogs, leg->dialog, &info) == ZTRUNK_OK &&
        ztrunk_net_flow(d->net, info.flow, &net) == ZTRUNK_OK) {
        *flow = info.flow;
        return ZTRUNK_OK;
    }
    err = trunk_flow(leg->trunk, leg->side, flow);
    if (err == ZTRUNK_OK && leg->dialog != 0)
        (void)ztrunk_dialogs_set_flow(d->dialogs, leg->dialog, *flow);
    return err;
}

int32_t leg_send(struct leg *leg, ztrunk_sip_msg *m, struct pending *p)
{
    struct trunk *trunk = leg->trunk;
    struct daemon *d = trunk->daemon;
    uint64_t flow = 0, dialog = 0, now_ns = ztrunk_rt_now_ns();
    int32_t err = flow_of(leg, &flow);

    p->sent_flow = flow;
    if (err == ZTRUNK_OK)
        err = ztrunk_dialogs_observe(d->dialogs, now_ns, leg_owner(trunk, leg->side), flow, m, 1,
                                     &dialog);
    if (err == ZTRUNK_OK)
        err = ztrunk_txns_request(d->txns, now_ns, flow, trunk_is_reliable(trunk, leg->side),
                                  trunk->side[leg->side].via, m, &p->client_txn);
    if (err != ZTRUNK_OK) return err;
    return idmap_put(&d->txn_of, p->client_txn, p) == 0 ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

int32_t leg_request(struct leg *leg, const char *method, const uint8_t *sdp, size_t len,
                    ztrunk_sip_msg **out)
{
    ztrunk_sip_msg *m = NULL;
    int32_t err = ztrunk_dialogs_request(leg->trunk->daemon->dialogs, leg->dialog, method, 0, &m);

    if (err != ZTRUNK_OK) return err;
    err = build_finish(leg->trunk, leg->side, m, sdp, len);
    if (err == ZTRUNK_OK) {
        *out = m;
        return ZTRUNK_OK;
    }
    ztrunk_sip_msg_free(m);
    return err;
}

void leg_ack(struct leg *leg, const uint8_t *sdp, size_t len)
{
    struct trunk *trunk = leg->trunk;
    struct daemon *d = trunk->daemon;
    ztrunk_sip_msg *m = NULL;
    uint64_t flow = 0, dialog = 0;

    if (leg_request(leg, "ACK", sdp, len, &m) != ZTRUNK_OK) return;
    if (flow_of(leg, &flow) == ZTRUNK_OK &&
        ztrunk_txns_send(d->txns, flow, trunk_is_reliable(trunk, leg->side),
                         trunk->side[leg->side].via, m) == ZTRUNK_OK)
        (void)ztrunk_dialogs_observe(d->dialogs, ztrunk_rt_now_ns(), leg_owner(trunk, leg->side),
                                     flow, m, 1, &dialog);
    ztrunk_sip_msg_free(m);
}

static int32_t send_bye(struct leg *leg)
{
    struct pending *p = pending_new(PENDING_BYE, NULL, 0);
    ztrunk_sip_msg *m = NULL;
    int32_t err = ZTRUNK_E_NOMEM;

    if (p != NULL) err = leg_request(leg, "BYE", NULL, 0, &m);
    if (err == ZTRUNK_OK && leg->call != NULL && leg->call->bye_reason != NULL)
        err = ztrunk_sip_msg_set_header(m, "Reason", leg->call->bye_reason,
                                        strlen(leg->call->bye_reason));
    if (err == ZTRUNK_OK) err = leg_send(leg, m, p);
    if (err != ZTRUNK_OK) pending_free(leg->trunk->daemon, p);
    ztrunk_sip_msg_free(m);
    return err;
}

void leg_bye(struct leg *leg)
{
    if (leg->dialog == 0) return;
    (void)send_bye(leg);
    (void)ztrunk_dialogs_close(leg->trunk->daemon->dialogs, leg->dialog);
}

void leg_give_up(struct leg *leg)
{
    leg_ack(leg, NULL, 0);
    if (send_bye(leg) == ZTRUNK_OK) return;
    (void)ztrunk_dialogs_close(leg->trunk->daemon->dialogs, leg->dialog);
}

static void put_warning(const struct leg *leg, ztrunk_sip_msg *m, const ztrunk_sdp_verdict *v)
{
    char value[512];

    snprintf(value, sizeof value, "%u %s \"%s\"", v->warning != 0 ? v->warning : 399,
             leg->trunk->side[leg->side].host, v->text);
    (void)ztrunk_sip_msg_set_header(m, "Warning", value, strlen(value));
}

void leg_respond(struct leg *leg, const struct pending *p, uint32_t status, const uint8_t *sdp,
                 size_t len, const ztrunk_sdp_verdict *warning)
{
    struct daemon *d = leg->trunk->daemon;
    ztrunk_dialog_info info = {.size = sizeof info};
    uint64_t dialog = 0, flow = 0, now_ns = ztrunk_rt_now_ns();
    ztrunk_sip_msg *m = NULL;

    if (p->server_txn == 0) return;
    /* Where we called, the request bears our tag already. */
    if (ztrunk_sip_msg_new_response(p->request, status, NULL, leg->tag[0] != 0 ? leg->tag : NULL,
                                    &m) != ZTRUNK_OK)
        return;
    (void)build_finish(leg->trunk, leg->side, m, sdp, len);
    if (warning != NULL) put_warning(leg, m, warning);
    if (status == 503) (void)ztrunk_sip_msg_set_header(m, "Retry-After", "10", 2);
    if (leg->dialog != 0 && ztrunk_dialogs_get_info(d->dialogs, leg->dialog, &info) == ZTRUNK_OK)
        flow = info.flow;
    else
        flow = p->flow;
    if (ztrunk_dialogs_observe(d->dialogs, now_ns, leg_owner(leg->trunk, leg->side), flow, m, 1,
                               &dialog) == ZTRUNK_OK)
        leg_bind(leg, dialog);
    (void)ztrunk_txns_respond(d->txns, now_ns, p->server_txn, m);
    ztrunk_sip_msg_free(m);
}
