/* txn_out.h - encoded messages, counted, and the queue in which they wait for a pull. */
#ifndef ZTI_SIP_TXN_OUT_H
#define ZTI_SIP_TXN_OUT_H

#include <zerotrunk/sip.h>
#include "base/mem.h"

/* A transaction, a dialog and the queue may hold one at once: a repetition copies nothing. */
typedef struct zti_wire {
    size_t refs, len;
    uint8_t bytes[];
} zti_wire;

typedef struct zti_out {
    uint64_t flow;
    zti_wire *wire;
} zti_out;

typedef struct zti_outq {
    ztrunk_ctx *ctx;
    zti_out *ring;
    size_t first, count, cap;
    size_t bytes, max_bytes;
} zti_outq;

int32_t zti_wire_of(ztrunk_ctx *ctx, const ztrunk_sip_msg *m, zti_wire **out);
void zti_wire_drop(ztrunk_ctx *ctx, zti_wire *w); /* NULL: nothing */

zti_outq zti_outq_of(ztrunk_ctx *ctx, size_t max_bytes);
/* Room for one more of len bytes, so that the next push cannot fail. E_LIMIT, E_NOMEM. */
int32_t zti_outq_reserve(zti_outq *q, size_t len);
/* Takes a share of w. What does not fit is lost, as on a wire. */
void zti_outq_push(zti_outq *q, uint64_t flow, zti_wire *w);
int32_t zti_outq_pull(zti_outq *q, uint64_t *flow, uint8_t *wire, size_t cap, size_t *out_len);
void zti_outq_forget(zti_outq *q, uint64_t flow);
void zti_outq_free(zti_outq *q);

#endif
