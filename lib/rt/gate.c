/* gate.c - what the gate refused is answered here; what passed goes to the caller. */
#include "rt/net.h"

static int32_t encode_and_send(ztrunk_net *net, uint64_t flow, const ztrunk_sip_msg *m)
{
    size_t len = 0;
    int32_t err = ztrunk_sip_msg_encode(m, NULL, 0, &len);
    uint8_t *wire;

    if (err != ZTRUNK_E_SPACE) return err != ZTRUNK_OK ? err : ZTRUNK_E_STATE;
    wire = zti_calloc(net->ctx, len);
    if (wire == NULL) return ZTRUNK_E_NOMEM;
    err = ztrunk_sip_msg_encode(m, wire, len, &len);
    if (err == ZTRUNK_OK) err = ztrunk_net_send(net, flow, wire, len);
    zti_free(net->ctx, wire);
    return err;
}

static int32_t answer(ztrunk_net *net, uint64_t flow, const ztrunk_sip_msg *m, uint32_t status)
{
    ztrunk_sip_msg *response = NULL;
    char tag[23];
    int32_t err = ztrunk_sip_tag_new(net->ctx, tag);

    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_new_response(m, status, NULL, tag, &response);
    if (err == ZTRUNK_OK) err = encode_and_send(net, flow, response);
    ztrunk_sip_msg_free(response);
    return err;
}

static void reject(ztrunk_net *net, uint64_t flow, ztrunk_sip_msg *m, const ztrunk_sip_info *info)
{
    const zti_flow *f = zti_slots_get(&net->flows, flow);
    uint32_t status = info->fault;

    /* RFC 3261 17: an ACK has no response, and a response none either. */
    if (!info->is_request || info->method == ZTRUNK_SIP_ACK) status = 0;
    if (f == NULL || f->is_quiet) status = 0;
    if (status != 0 && answer(net, flow, m, status) != ZTRUNK_OK) status = 0;
    net->stats.rejected++;
    if (net->handler.on_reject != NULL)
        net->handler.on_reject(net->handler.opaque, flow, status, ztrunk_sip_msg_fault_text(m));
    ztrunk_sip_msg_free(m);
}

void zti_gate_message(ztrunk_net *net, uint64_t flow, ztrunk_sip_msg *m, uint32_t is_broken)
{
    ztrunk_sip_info info = {.size = sizeof info};

    if (ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK) {
        ztrunk_sip_msg_free(m);
        return;
    }
    if (info.fault != 0 || is_broken) {
        reject(net, flow, m, &info);
        return;
    }
    net->stats.messages++;
    if (net->handler.on_message == NULL) {
        ztrunk_sip_msg_free(m);
        return;
    }
    net->handler.on_message(net->handler.opaque, flow, m);
}
