#include "sip/txn_via.h"

#include "base/addr.h"
#include "base/buf.h"
#include "sip/msg.h"
#include "wire/sip_hdr.h"

enum { VIA_BOUND = 1024 };

static uint32_t host_is(zti_str host, const ztrunk_addr *from)
{
    ztrunk_addr addr = {.family = 0};

    return zti_ip_parse(host, &addr) == ZTRUNK_OK && zti_ip_equal(&addr, from);
}

static void add_received(zti_buf *b, const ztrunk_addr *from, uint32_t has_rport)
{
    char ip[46];

    zti_buf_text(b, ";received=");
    zti_buf_add(b, ip, zti_ip_format(from, ip));
    if (!has_rport) return;
    zti_buf_text(b, ";rport=");
    zti_buf_u64(b, from->port);
}

/* The first value of the field anew; what stands behind it in the list stays. */
static void rewrite(zti_buf *b, zti_str field, zti_str first, const zti_via *via,
                    const ztrunk_addr *from)
{
    zti_str rest = via->params;
    uint32_t has_rport = 0;

    zti_buf_add(b, first.p,
                (size_t)(via->params.len > 0 ? via->params.p - first.p : (ptrdiff_t)first.len));
    for (;;) {
        zti_str before = rest;
        zti_param param;

        if (zti_param_next(&rest, &param) != ZTRUNK_OK) break;
        if (zti_str_ieq(param.name, ZTI_STR("received"))) continue;
        has_rport |= zti_str_ieq(param.name, ZTI_STR("rport"));
        if (zti_str_ieq(param.name, ZTI_STR("rport"))) continue;
        zti_buf_add(b, before.p, before.len - rest.len);
    }
    if (has_rport || !host_is(via->host, from)) add_received(b, from, has_rport);
    zti_buf_str(b, zti_str_from(field, (size_t)(first.p - field.p) + first.len));
}

static zti_sip_field *top_via(ztrunk_sip_msg *m)
{
    for (size_t i = 0; i < m->head.count; i++)
        if (m->head.fields[i].id == ZTI_H_VIA) return &m->head.fields[i];
    return NULL;
}

int32_t zti_via_stamp(ztrunk_sip_msg *m, const ztrunk_addr *from)
{
    zti_sip_field *f = top_via(m);
    ztrunk_addr addr = *from;
    zti_buf b = zti_buf_of(m->ctx, SIZE_MAX);
    zti_str list, first;
    zti_via via;
    char *owned;

    if (f == NULL) return ZTRUNK_E_MALFORMED;
    list = f->value;
    if (zti_list_next(&list, &first) != ZTRUNK_OK || zti_via_parse(first, &via) != ZTRUNK_OK)
        return ZTRUNK_E_MALFORMED;
    zti_ip_unmap(&addr);
    rewrite(&b, f->value, first, &via, &addr);
    owned = b.err == ZTRUNK_OK ? zti_dup(m->ctx, b.data, b.len) : NULL;
    if (owned != NULL) {
        zti_free(m->ctx, f->owned);
        f->owned = owned;
        f->name = ZTI_STR("Via");
        f->value = (zti_str){owned, b.len};
    }
    zti_buf_free(&b);
    return owned != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

int32_t zti_via_set(ztrunk_ctx *ctx, ztrunk_sip_msg *m, const char *via, uint32_t reliable)
{
    zti_buf b = zti_buf_of(ctx, VIA_BOUND);
    char branch[23];
    int32_t err = ztrunk_sip_tag_new(ctx, branch);

    if (err != ZTRUNK_OK) return err;
    zti_buf_text(&b, via);
    zti_buf_text(&b, reliable ? ";branch=z9hG4bK" : ";rport;branch=z9hG4bK");
    zti_buf_text(&b, branch);
    err = b.err;
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_set_header(m, "Via", (const char *)b.data, b.len);
    zti_buf_free(&b);
    return err;
}
