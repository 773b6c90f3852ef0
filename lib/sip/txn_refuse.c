/* txn_refuse.c - requests that get no transaction: what is known of them, and a bare answer. */
#include <stdio.h>
#include <string.h>
#include "base/ctx.h"
#include "base/siphash.h"
#include "sip/txn.h"
#include "sip/txn_via.h"

int32_t zti_txn_reply(ztrunk_txns *t, uint64_t flow, const ztrunk_sip_msg *request,
                      const zti_txn_answer *answer)
{
    ztrunk_sip_msg *m = NULL;
    zti_wire *wire = NULL;
    char after[11];
    int len = snprintf(after, sizeof after, "%u", answer->retry_after_s);
    int32_t err = ztrunk_sip_msg_new_response(request, answer->status, NULL, answer->to_tag, &m);

    if (err == ZTRUNK_OK && answer->retry_after_s != 0)
        err = ztrunk_sip_msg_add_header(m, "Retry-After", after, (size_t)len);
    for (uint32_t i = 0; err == ZTRUNK_OK && answer->name != NULL && i < answer->count; i++)
        err = ztrunk_sip_msg_add_header(m, answer->name, answer->values[i],
                                        strlen(answer->values[i]));
    if (err == ZTRUNK_OK) err = zti_wire_of(t->ctx, m, &wire);
    if (err == ZTRUNK_OK) zti_outq_push(&t->out, flow, wire);
    zti_wire_drop(t->ctx, wire);
    ztrunk_sip_msg_free(m);
    return err;
}

/* ACK and CANCEL bear the branch of their INVITE. */
static zti_str method_of_key(const ztrunk_sip_msg *m, const ztrunk_sip_info *info)
{
    zti_str method = {NULL, 0};

    if (info->method == ZTRUNK_SIP_ACK || info->method == ZTRUNK_SIP_CANCEL)
        return ZTI_STR("INVITE");
    (void)ztrunk_sip_msg_method(m, &method.p, &method.len);
    return method;
}

uint32_t ztrunk_txns_knows(const ztrunk_txns *t, uint64_t flow, const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};
    zti_txn *txn = NULL;

    if (t == NULL || ztrunk_sip_msg_info(m, &info) != ZTRUNK_OK || info.fault != 0) return 0;
    (void)zti_txn_find(t, info.is_request ? ZTI_KEY_SERVER : ZTI_KEY_CLIENT, flow, m,
                       method_of_key(m, &info), &txn);
    return txn != NULL;
}

/* RFC 3261 8.2.7: a stateless server gives a retransmission the same tag; keyed, so that nobody can
 * tell it beforehand. */
static int32_t tag_of(ztrunk_txns *t, uint64_t flow, const ztrunk_sip_msg *m,
                      const ztrunk_sip_info *info, char tag[17])
{
    zti_buf key = zti_buf_of(t->ctx, SIZE_MAX);
    int32_t err = zti_txn_key(&key, ZTI_KEY_SERVER, flow, m, method_of_key(m, info));

    if (err == ZTRUNK_OK)
        snprintf(tag, 17, "%016llx",
                 (unsigned long long)zti_siphash(t->ctx->hash_key, key.data, key.len));
    zti_buf_free(&key);
    return err;
}

static int32_t refuse(ztrunk_txns *t, uint64_t flow, const ztrunk_addr *from, ztrunk_sip_msg *m,
                      zti_txn_answer answer)
{
    ztrunk_sip_info info = {.size = sizeof info};
    char tag[17] = "";
    int32_t err;

    if (t == NULL || from == NULL || answer.status < 300 || answer.status > 699)
        return ZTRUNK_E_INVALID;
    err = ztrunk_sip_msg_info(m, &info);
    if (err != ZTRUNK_OK) return err;
    if (info.fault != 0) return ZTRUNK_E_MALFORMED;
    if (!info.is_request || info.method == ZTRUNK_SIP_ACK) return ZTRUNK_E_STATE;
    err = zti_via_stamp(m, from);
    if (err == ZTRUNK_OK) err = tag_of(t, flow, m, &info, tag);
    if (err != ZTRUNK_OK) return err;
    answer.to_tag = tag;
    return zti_txn_reply(t, flow, m, &answer);
}

int32_t ztrunk_txns_refuse(ztrunk_txns *t, uint64_t flow, const ztrunk_addr *from,
                           ztrunk_sip_msg *m, uint32_t status, uint32_t retry_after_s)
{
    return refuse(t, flow, from, m,
                  (zti_txn_answer){.status = status, .retry_after_s = retry_after_s});
}

int32_t ztrunk_txns_refuse_with(ztrunk_txns *t, uint64_t flow, const ztrunk_addr *from,
                                ztrunk_sip_msg *m, uint32_t status, const char *name,
                                const char *const *values, uint32_t count)
{
    if (name == NULL || values == NULL) return ZTRUNK_E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        if (values[i] == NULL) return ZTRUNK_E_INVALID;
    return refuse(
        t, flow, from, m,
        (zti_txn_answer){.status = status, .name = name, .values = values, .count = count});
}
