#include "sip/txn.h"
#include "sip/txn_via.h"

typedef struct arrival { /* one message on its way through the table */
    uint64_t now_ns, flow;
    uint32_t reliable;
    ztrunk_sip_msg *m;
    ztrunk_sip_info info;
    uint32_t kind;
    uint64_t id;
} arrival;

/* A response that makes no transaction. */
static int32_t reply(ztrunk_txns *t, const arrival *a, uint32_t status, const char *to_tag)
{
    char tag[23];
    int32_t err = ztrunk_sip_tag_new(t->ctx, tag);

    if (err != ZTRUNK_OK) return err;
    return zti_txn_reply(t, a->flow, a->m,
                         &(zti_txn_answer){.status = status,
                                           .to_tag = to_tag != NULL ? to_tag : tag,
                                           .retry_after_s = status == 503 ? 5 : 0});
}

static int32_t on_cancel(ztrunk_txns *t, arrival *a)
{
    zti_txn *invite = NULL;
    uint32_t is_news;
    int32_t err = zti_txn_find(t, ZTI_KEY_SERVER, a->flow, a->m, ZTI_STR("INVITE"), &invite);

    if (err != ZTRUNK_OK) return err;
    if (invite == NULL) return reply(t, a, 481, NULL);
    err = reply(t, a, 200, invite->to_tag);
    if (err != ZTRUNK_OK) return err;
    is_news = invite->state == ZTI_TXN_SI_PROCEEDING && !invite->is_cancelled;
    if (!is_news) return ZTRUNK_OK;
    invite->is_cancelled = 1;
    a->kind = ZTRUNK_TXN_CANCEL;
    a->id = invite->id;
    return ZTRUNK_OK;
}

static int32_t on_ack(ztrunk_txns *t, arrival *a)
{
    zti_txn *invite = NULL;
    int32_t err = zti_txn_find(t, ZTI_KEY_SERVER, a->flow, a->m, ZTI_STR("INVITE"), &invite);

    if (err != ZTRUNK_OK) return err;
    if (invite == NULL || invite->state == ZTI_TXN_SI_ACCEPTED) {
        a->kind = ZTRUNK_TXN_ACK;
        return ZTRUNK_OK;
    }
    (void)zti_txn_apply(t, invite, ZTI_IN_ACK, a->now_ns);
    return ZTRUNK_OK;
}

static int32_t on_new(ztrunk_txns *t, arrival *a)
{
    zti_txn_spec spec = {.flow = a->flow, .reliable = a->reliable, .m = a->m};
    zti_txn *txn = NULL;
    int32_t err;

    spec.is_merged = !a->info.has_to_tag;
    spec.state = a->info.method == ZTRUNK_SIP_INVITE ? ZTI_TXN_SI_PROCEEDING : ZTI_TXN_SN_TRYING;
    err = zti_txn_add(t, &spec, &txn);
    if (err == ZTRUNK_E_STATE) return reply(t, a, 482, NULL);
    if (err == ZTRUNK_E_LIMIT) (void)reply(t, a, 503, NULL);
    if (err != ZTRUNK_OK) return err;
    a->kind = ZTRUNK_TXN_REQUEST;
    a->id = txn->id;
    return ZTRUNK_OK;
}

static int32_t on_request(ztrunk_txns *t, arrival *a)
{
    zti_str method = {NULL, 0};
    zti_txn *txn = NULL;
    int32_t err;

    if (a->info.method == ZTRUNK_SIP_CANCEL) return on_cancel(t, a);
    if (a->info.method == ZTRUNK_SIP_ACK) return on_ack(t, a);
    (void)ztrunk_sip_msg_method(a->m, &method.p, &method.len);
    err = zti_txn_find(t, ZTI_KEY_SERVER, a->flow, a->m, method, &txn);
    if (err != ZTRUNK_OK) return err;
    if (txn == NULL) return on_new(t, a);
    (void)zti_txn_apply(t, txn, ZTI_IN_REQUEST, a->now_ns);
    return ZTRUNK_OK;
}

/* RFC 3261 17.1.1.3: with the To of this response, which has a tag. */
static int32_t make_ack(ztrunk_txns *t, zti_txn *txn, const arrival *a)
{
    ztrunk_sip_msg *ack = NULL;
    int32_t err;

    if (txn->ack != NULL) return ZTRUNK_OK;
    err = zti_txn_derive(t, txn, "ACK", zti_msg_header(a->m, "To"), &ack);
    if (err != ZTRUNK_OK) return err;
    err = zti_wire_of(t->ctx, ack, &txn->ack);
    ztrunk_sip_msg_free(ack);
    return err;
}

static int32_t take_response(ztrunk_txns *t, zti_txn *txn, arrival *a)
{
    zti_txn_input input = zti_txn_input_of(a->info.status);
    const zti_txn_row *row = zti_txn_step(txn->state, input);
    int32_t err = ZTRUNK_OK;

    if (row->actions & ZTI_DO_ACK) err = make_ack(t, txn, a);
    if (err != ZTRUNK_OK) return err;
    if (row->actions & ZTI_DO_ACK) zti_outq_push(&t->out, txn->flow, txn->ack);
    if ((row->actions & ZTI_DO_PASS) && !txn->is_internal) {
        a->kind = ZTRUNK_TXN_RESPONSE;
        a->id = txn->id;
    }
    (void)zti_txn_apply(t, txn, input, a->now_ns);
    /* 9.1: the CANCEL has waited for a provisional. When it cannot go now, the next one tries. */
    if (txn->state == ZTI_TXN_CI_PROCEEDING && txn->is_cancelled &&
        zti_txn_send_cancel(t, txn, a->now_ns) == ZTRUNK_OK)
        (void)zti_txn_apply(t, txn, ZTI_IN_CANCEL, a->now_ns);
    return ZTRUNK_OK;
}

static int32_t on_response(ztrunk_txns *t, arrival *a)
{
    zti_str second, method = {NULL, 0};
    zti_txn *txn = NULL;

    a->kind = ZTRUNK_TXN_STRAY;
    /* 8.1.3.3: with a second Via it is meant for somebody else. */
    if (ztrunk_sip_msg_value(a->m, "Via", 1, &second.p, &second.len) == ZTRUNK_OK) return ZTRUNK_OK;
    (void)ztrunk_sip_msg_method(a->m, &method.p, &method.len);
    if (zti_txn_find(t, ZTI_KEY_CLIENT, a->flow, a->m, method, &txn) == ZTRUNK_E_NOMEM)
        return ZTRUNK_E_NOMEM;
    if (txn == NULL) return ZTRUNK_OK;
    a->kind = ZTRUNK_TXN_ABSORBED;
    return take_response(t, txn, a);
}

int32_t ztrunk_txns_receive(ztrunk_txns *t, uint64_t now_ns, uint64_t flow, uint32_t reliable,
                            const ztrunk_addr *from, ztrunk_sip_msg *m, uint32_t *kind,
                            uint64_t *id)
{
    arrival a = {.now_ns = now_ns, .flow = flow, .reliable = reliable, .m = m};
    int32_t err;

    if (t == NULL || from == NULL || kind == NULL || id == NULL) return ZTRUNK_E_INVALID;
    a.info.size = sizeof a.info;
    err = ztrunk_sip_msg_info(m, &a.info);
    if (err != ZTRUNK_OK) return err;
    if (a.info.fault != 0) return ZTRUNK_E_MALFORMED;
    if (a.info.is_request) err = zti_via_stamp(m, from);
    if (err == ZTRUNK_OK) err = a.info.is_request ? on_request(t, &a) : on_response(t, &a);
    if (err != ZTRUNK_OK) return err;
    *kind = a.kind;
    *id = a.id;
    return ZTRUNK_OK;
}
