#include "base/time.h"
#include "sip/txn.h"
#include "sip/txn_via.h"

static uint32_t is_whole(const ztrunk_sip_msg *m)
{
    return zti_msg_header(m, "From").len > 0 && zti_msg_header(m, "To").len > 0 &&
           zti_msg_header(m, "Call-ID").len > 0 && zti_msg_header(m, "CSeq").len > 0;
}

/* Encodes m as the last one sent by txn and makes room for it on the way out. */
static int32_t load(ztrunk_txns *t, zti_txn *txn, const ztrunk_sip_msg *m)
{
    zti_wire *wire = NULL;
    int32_t err = zti_wire_of(t->ctx, m, &wire);

    if (err == ZTRUNK_OK) err = zti_outq_reserve(&t->out, wire->len);
    if (err != ZTRUNK_OK) {
        zti_wire_drop(t->ctx, wire);
        return err;
    }
    zti_wire_drop(t->ctx, txn->wire);
    txn->wire = wire;
    return ZTRUNK_OK;
}

static int32_t begin(ztrunk_txns *t, uint64_t now_ns, const zti_txn_spec *spec, zti_txn **out)
{
    zti_txn *txn = NULL;
    int32_t err = zti_txn_add(t, spec, &txn);

    if (err != ZTRUNK_OK) return err;
    err = load(t, txn, spec->m);
    if (err == ZTRUNK_OK && spec->state == ZTI_TXN_CI_CALLING)
        err = ztrunk_sip_msg_clone(spec->m, &txn->request);
    if (err != ZTRUNK_OK) {
        zti_txn_drop(t, txn);
        return err;
    }
    zti_outq_push(&t->out, txn->flow, txn->wire);
    zti_txn_start(t, txn, now_ns);
    *out = txn;
    return ZTRUNK_OK;
}

int32_t ztrunk_txns_request(ztrunk_txns *t, uint64_t now_ns, uint64_t flow, uint32_t reliable,
                            const char *via, ztrunk_sip_msg *m, uint64_t *id)
{
    ztrunk_sip_info info = {.size = sizeof info};
    zti_txn_spec spec = {.flow = flow, .reliable = reliable, .m = m};
    zti_txn *txn = NULL;
    int32_t err;

    if (t == NULL || via == NULL || id == NULL) return ZTRUNK_E_INVALID;
    err = ztrunk_sip_msg_info(m, &info);
    if (err != ZTRUNK_OK) return err;
    if (!info.is_request || info.method == ZTRUNK_SIP_ACK || info.method == ZTRUNK_SIP_CANCEL)
        return ZTRUNK_E_INVALID;
    if (!is_whole(m)) return ZTRUNK_E_INVALID;
    if (t->slots.count >= t->max) return ZTRUNK_E_LIMIT;
    err = zti_via_set(t->ctx, m, via, reliable);
    if (err != ZTRUNK_OK) return err;
    spec.state = info.method == ZTRUNK_SIP_INVITE ? ZTI_TXN_CI_CALLING : ZTI_TXN_CN_TRYING;
    err = begin(t, now_ns, &spec, &txn);
    if (err == ZTRUNK_OK) *id = txn->id;
    return err == ZTRUNK_E_MALFORMED ? ZTRUNK_E_INVALID : err;
}

int32_t ztrunk_txns_send(ztrunk_txns *t, uint64_t flow, uint32_t reliable, const char *via,
                         ztrunk_sip_msg *m)
{
    zti_wire *wire = NULL;
    int32_t err;

    if (t == NULL || via == NULL || m == NULL) return ZTRUNK_E_INVALID;
    err = zti_via_set(t->ctx, m, via, reliable);
    if (err == ZTRUNK_OK) err = zti_wire_of(t->ctx, m, &wire);
    if (err == ZTRUNK_OK) err = zti_outq_reserve(&t->out, wire->len);
    if (err == ZTRUNK_OK) zti_outq_push(&t->out, flow, wire);
    zti_wire_drop(t->ctx, wire);
    return err;
}

/* The To tag of the first response is that of a CANCEL's 200 too (RFC 3261 9.2). */
static int32_t keep_tag(ztrunk_txns *t, zti_txn *txn, const ztrunk_sip_msg *response)
{
    zti_str tag = zti_msg_tag(response, 1);

    if (txn->to_tag != NULL || tag.len == 0) return ZTRUNK_OK;
    txn->to_tag = zti_dup(t->ctx, tag.p, tag.len);
    return txn->to_tag != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

int32_t ztrunk_txns_respond(ztrunk_txns *t, uint64_t now_ns, uint64_t id,
                            const ztrunk_sip_msg *response)
{
    ztrunk_sip_info info = {.size = sizeof info};
    zti_txn_input input;
    zti_txn *txn;
    int32_t err;

    if (t == NULL) return ZTRUNK_E_INVALID;
    err = ztrunk_sip_msg_info(response, &info);
    if (err != ZTRUNK_OK) return err;
    if (info.is_request) return ZTRUNK_E_INVALID;
    txn = zti_slots_get(&t->slots, id);
    if (txn == NULL || txn->is_internal) return ZTRUNK_E_NOTFOUND;
    input = zti_txn_input_of(info.status);
    if (!(zti_txn_step(txn->state, input)->actions & ZTI_DO_SEND)) return ZTRUNK_E_STATE;
    err = keep_tag(t, txn, response);
    if (err == ZTRUNK_OK) err = load(t, txn, response);
    if (err != ZTRUNK_OK) return err;
    zti_outq_push(&t->out, txn->flow, txn->wire);
    (void)zti_txn_apply(t, txn, input, now_ns);
    return ZTRUNK_OK;
}

static int32_t copy_header(const ztrunk_sip_msg *from, const char *name, ztrunk_sip_msg *to)
{
    zti_str value;
    int32_t err = ZTRUNK_OK;

    for (uint32_t nth = 0; err == ZTRUNK_OK; nth++) {
        if (ztrunk_sip_msg_header(from, name, nth, &value.p, &value.len) != ZTRUNK_OK) break;
        err = ztrunk_sip_msg_add_header(to, name, value.p, value.len);
    }
    return err;
}

static int32_t add_cseq(const ztrunk_txns *t, uint32_t cseq, const char *method, ztrunk_sip_msg *to)
{
    zti_buf b = zti_buf_of(t->ctx, 64);
    int32_t err;

    zti_buf_u64(&b, cseq);
    zti_buf_char(&b, ' ');
    zti_buf_text(&b, method);
    err = b.err;
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(to, "CSeq", (const char *)b.data, b.len);
    zti_buf_free(&b);
    return err;
}

int32_t zti_txn_derive(const ztrunk_txns *t, const zti_txn *txn, const char *method, zti_str to,
                       ztrunk_sip_msg **out)
{
    ztrunk_sip_info info = {.size = sizeof info};
    zti_str text = {NULL, 0};
    ztrunk_sip_msg *m = NULL;
    char *uri;
    int32_t err = ztrunk_sip_msg_info(txn->request, &info);

    if (err != ZTRUNK_OK) return err;
    (void)ztrunk_sip_msg_uri(txn->request, &text.p, &text.len);
    uri = zti_dup(t->ctx, text.p, text.len);
    if (uri == NULL) return ZTRUNK_E_NOMEM;
    err = ztrunk_sip_msg_new_request(t->ctx, method, uri, &m);
    zti_free(t->ctx, uri);
    if (err == ZTRUNK_OK) err = copy_header(txn->request, "Via", m);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "Max-Forwards", "70", 2);
    if (err == ZTRUNK_OK) err = copy_header(txn->request, "Route", m);
    if (err == ZTRUNK_OK) err = copy_header(txn->request, "From", m);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "To", to.p, to.len);
    if (err == ZTRUNK_OK) err = copy_header(txn->request, "Call-ID", m);
    if (err == ZTRUNK_OK) err = add_cseq(t, info.cseq, method, m);
    if (err != ZTRUNK_OK) goto out;
    *out = m;
    m = NULL;
out:
    ztrunk_sip_msg_free(m);
    return err;
}

int32_t zti_txn_send_cancel(ztrunk_txns *t, zti_txn *txn, uint64_t now_ns)
{
    zti_txn_spec spec = {.state = ZTI_TXN_CN_TRYING,
                         .flow = txn->flow,
                         .reliable = txn->reliable,
                         .is_internal = 1};
    ztrunk_sip_msg *m = NULL;
    zti_txn *cancel = NULL;
    int32_t err = zti_txn_derive(t, txn, "CANCEL", zti_msg_header(txn->request, "To"), &m);

    if (err != ZTRUNK_OK) return err;
    spec.m = m;
    err = begin(t, now_ns, &spec, &cancel);
    ztrunk_sip_msg_free(m);
    return err;
}

int32_t ztrunk_txns_cancel(ztrunk_txns *t, uint64_t now_ns, uint64_t id)
{
    zti_txn *txn = t != NULL ? zti_slots_get(&t->slots, id) : NULL;
    int32_t err = ZTRUNK_OK;

    if (t == NULL) return ZTRUNK_E_INVALID;
    if (txn == NULL || txn->is_internal) return ZTRUNK_E_NOTFOUND;
    if (zti_txn_step(txn->state, ZTI_IN_CANCEL)->next == ZTI_TXN_NONE) return ZTRUNK_E_STATE;
    if (txn->state == ZTI_TXN_CI_PROCEEDING) err = zti_txn_send_cancel(t, txn, now_ns);
    if (err != ZTRUNK_OK) return err;
    txn->is_cancelled = 1;
    (void)zti_txn_apply(t, txn, ZTI_IN_CANCEL, now_ns);
    return ZTRUNK_OK;
}
