#include "sip/txn_out.h"

#include <string.h>
#include "base/buf.h"
#include "sip/msg.h"
#include "wire/sip_build.h"

int32_t zti_wire_of(ztrunk_ctx *ctx, const ztrunk_sip_msg *m, zti_wire **out)
{
    zti_buf b = zti_buf_of(ctx, SIZE_MAX - sizeof(zti_wire));
    zti_wire *w = NULL;
    int32_t err;

    zti_sip_build_head(&b, &m->head, m->body.len);
    zti_buf_str(&b, m->body);
    err = b.err;
    if (err != ZTRUNK_OK) goto out;
    err = ZTRUNK_E_NOMEM;
    w = zti_calloc(ctx, sizeof *w + b.len);
    if (w == NULL) goto out;
    w->refs = 1;
    w->len = b.len;
    memcpy(w->bytes, b.data, b.len);
    *out = w;
    err = ZTRUNK_OK;
out:
    zti_buf_free(&b);
    return err;
}

/* SDES keys stand in the bodies: what is let go is wiped. */
void zti_wire_drop(ztrunk_ctx *ctx, zti_wire *w)
{
    if (w == NULL || --w->refs > 0) return;
    zti_free_wiped(ctx, w, sizeof *w + w->len);
}

zti_outq zti_outq_of(ztrunk_ctx *ctx, size_t max_bytes)
{
    return (zti_outq){.ctx = ctx, .max_bytes = max_bytes};
}

int32_t zti_outq_reserve(zti_outq *q, size_t len)
{
    size_t cap = q->cap > 0 ? q->cap * 2 : 16;
    zti_out *ring;

    if (len > q->max_bytes || q->bytes > q->max_bytes - len) return ZTRUNK_E_LIMIT;
    if (q->count < q->cap) return ZTRUNK_OK;
    ring = zti_array(q->ctx, cap, sizeof *ring);
    if (ring == NULL) return ZTRUNK_E_NOMEM;
    for (size_t i = 0; i < q->count; i++) ring[i] = q->ring[(q->first + i) % q->cap];
    zti_free(q->ctx, q->ring);
    q->ring = ring;
    q->first = 0;
    q->cap = cap;
    return ZTRUNK_OK;
}

void zti_outq_push(zti_outq *q, uint64_t flow, zti_wire *w)
{
    if (w == NULL || zti_outq_reserve(q, w->len) != ZTRUNK_OK) return;
    w->refs++;
    q->bytes += w->len;
    q->ring[(q->first + q->count++) % q->cap] = (zti_out){flow, w};
}

static zti_out take_first(zti_outq *q)
{
    zti_out first = q->ring[q->first];

    q->first = (q->first + 1) % q->cap;
    q->count--;
    q->bytes -= first.wire->len;
    return first;
}

int32_t zti_outq_pull(zti_outq *q, uint64_t *flow, uint8_t *wire, size_t cap, size_t *out_len)
{
    zti_out first;

    if (flow == NULL || out_len == NULL || (wire == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    *out_len = 0;
    if (q->count == 0) return ZTRUNK_OK;
    *out_len = q->ring[q->first].wire->len;
    if (*out_len > cap) return ZTRUNK_E_SPACE;
    first = take_first(q);
    memcpy(wire, first.wire->bytes, first.wire->len);
    *flow = first.flow;
    zti_wire_drop(q->ctx, first.wire);
    return ZTRUNK_OK;
}

void zti_outq_forget(zti_outq *q, uint64_t flow)
{
    for (size_t n = q->count; n > 0; n--) {
        zti_out first = take_first(q);

        if (first.flow != flow) zti_outq_push(q, first.flow, first.wire);
        zti_wire_drop(q->ctx, first.wire);
    }
}

void zti_outq_free(zti_outq *q)
{
    while (q->count > 0) zti_wire_drop(q->ctx, take_first(q).wire);
    zti_free(q->ctx, q->ring);
    *q = zti_outq_of(q->ctx, q->max_bytes);
}
