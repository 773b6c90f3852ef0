#include "sip/txn.h"

#include "base/ctx.h"
#include "base/opts.h"
#include "base/time.h"

enum { TXNS_BOUND = 20000, EVENTS_EACH = 2 };
#define QUEUED_BOUND (UINT64_C(16) << 20)

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

int32_t ztrunk_txns_new(ztrunk_ctx *ctx, const ztrunk_txns_opts *opts, ztrunk_txns **out)
{
    ztrunk_txns_opts o;
    ztrunk_txns *t;
    int32_t err = zti_opts_read(&o, sizeof o, opts);

    if (err != ZTRUNK_OK) return err;
    if (ctx == NULL || out == NULL || o.max > 4000000) return ZTRUNK_E_INVALID;
    t = zti_calloc(ctx, sizeof *t);
    if (t == NULL) return ZTRUNK_E_NOMEM;
    t->ctx = zti_ctx_ref(ctx);
    t->max = (size_t)or_default(o.max, TXNS_BOUND);
    t->t1_ns = or_default(o.t1_ns, 500 * ZTI_MS);
    t->t2_ns = or_default(o.t2_ns, 4 * ZTI_SECOND);
    t->t4_ns = or_default(o.t4_ns, 5 * ZTI_SECOND);
    t->timer_c_ns = or_default(o.timer_c_ns, 180 * ZTI_SECOND);
    /* Each INVITE may have a CANCEL beside it, which a full table must not keep from going. */
    t->slots = zti_slots_of(ctx, 2 * t->max);
    t->map = zti_map_of(ctx, 4 * t->max);
    t->heap = zti_heap_of(ctx);
    t->events = zti_events_of(ctx, 4 * EVENTS_EACH * t->max);
    t->out = zti_outq_of(ctx, (size_t)or_default(o.max_queued, QUEUED_BOUND));
    *out = t;
    return ZTRUNK_OK;
}

static void free_txn(ztrunk_txns *t, zti_txn *txn)
{
    zti_wire_drop(t->ctx, txn->wire);
    zti_wire_drop(t->ctx, txn->ack);
    ztrunk_sip_msg_free(txn->request);
    zti_free(t->ctx, txn->to_tag);
    zti_free(t->ctx, (char *)(uintptr_t)txn->key.p);
    zti_free(t->ctx, (char *)(uintptr_t)txn->merge.p);
    zti_free(t->ctx, txn);
}

void zti_txn_drop(ztrunk_txns *t, zti_txn *txn)
{
    zti_heap_remove(&t->heap, &txn->retry);
    zti_heap_remove(&t->heap, &txn->end);
    if (zti_map_get(&t->map, txn->key) == txn) zti_map_del(&t->map, txn->key);
    if (txn->merge.len > 0 && zti_map_get(&t->map, txn->merge) == txn)
        zti_map_del(&t->map, txn->merge);
    zti_slots_del(&t->slots, txn->id);
    free_txn(t, txn);
}

void ztrunk_txns_free(ztrunk_txns *t)
{
    ztrunk_ctx *ctx;
    size_t place = 0;
    zti_txn *txn;

    if (t == NULL) return;
    ctx = t->ctx;
    while ((txn = zti_slots_next(&t->slots, &place)) != NULL) free_txn(t, txn);
    zti_slots_free(&t->slots);
    zti_map_free(&t->map);
    zti_heap_free(&t->heap);
    zti_events_free(&t->events);
    zti_outq_free(&t->out);
    zti_free(ctx, t);
    ztrunk_ctx_free(ctx);
}

static zti_str method_of(const ztrunk_sip_msg *m)
{
    zti_str s = {NULL, 0};

    (void)ztrunk_sip_msg_method(m, &s.p, &s.len);
    return s;
}

static int32_t own_key(ztrunk_txns *t, zti_key_kind kind, const zti_txn_spec *spec, zti_str *out)
{
    zti_buf b = zti_buf_of(t->ctx, SIZE_MAX);
    int32_t err = zti_txn_key(&b, kind, spec->flow, spec->m, method_of(spec->m));
    char *copy = err == ZTRUNK_OK ? zti_dup(t->ctx, b.data, b.len) : NULL;

    if (copy != NULL) *out = (zti_str){copy, b.len};
    zti_buf_free(&b);
    if (err != ZTRUNK_OK) return err;
    return copy != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

/* Room is made before anything is entered, so that timers and events cannot fail later. */
static int32_t reserve(ztrunk_txns *t)
{
    size_t count = t->slots.count + 1;
    int32_t err = zti_heap_reserve(&t->heap, 2 * count);

    if (err != ZTRUNK_OK) return err;
    return zti_events_reserve(&t->events, t->events.count + EVENTS_EACH * count);
}

static int32_t enter(ztrunk_txns *t, const zti_txn_spec *spec, zti_txn *txn)
{
    zti_key_kind kind = spec->state < ZTI_TXN_SI_PROCEEDING ? ZTI_KEY_CLIENT : ZTI_KEY_SERVER;
    int32_t err = own_key(t, kind, spec, &txn->key);

    if (err == ZTRUNK_OK && spec->is_merged) err = own_key(t, ZTI_KEY_MERGE, spec, &txn->merge);
    if (err == ZTRUNK_OK && txn->merge.len > 0) err = zti_map_put(&t->map, txn->merge, txn);
    if (err == ZTRUNK_OK) err = zti_map_put(&t->map, txn->key, txn);
    if (err == ZTRUNK_OK) err = zti_slots_put(&t->slots, txn, &txn->id);
    return err;
}

int32_t zti_txn_add(ztrunk_txns *t, const zti_txn_spec *spec, zti_txn **out)
{
    zti_txn *txn;
    int32_t err;

    if (!spec->is_internal && t->slots.count >= t->max) return ZTRUNK_E_LIMIT;
    err = reserve(t);
    if (err != ZTRUNK_OK) return err;
    txn = zti_calloc(t->ctx, sizeof *txn);
    if (txn == NULL) return ZTRUNK_E_NOMEM;
    txn->state = spec->state;
    txn->flow = spec->flow;
    txn->reliable = spec->reliable;
    txn->is_internal = spec->is_internal;
    txn->retry.owner = txn->end.owner = txn;
    err = enter(t, spec, txn);
    if (err != ZTRUNK_OK) {
        zti_txn_drop(t, txn);
        return err;
    }
    *out = txn;
    return ZTRUNK_OK;
}

int32_t zti_txn_find(const ztrunk_txns *t, zti_key_kind kind, uint64_t flow,
                     const ztrunk_sip_msg *m, zti_str method, zti_txn **out)
{
    zti_buf b = zti_buf_of(t->ctx, SIZE_MAX);
    int32_t err = zti_txn_key(&b, kind, flow, m, method);

    if (err == ZTRUNK_OK) *out = zti_map_get(&t->map, zti_buf_view(&b));
    zti_buf_free(&b);
    return err;
}

static void set_retry(ztrunk_txns *t, zti_txn *txn, uint64_t now_ns, uint64_t interval_ns)
{
    if (txn->reliable) return;
    txn->interval_ns = interval_ns;
    (void)zti_heap_set(&t->heap, &txn->retry, zti_time_add(now_ns, interval_ns));
}

static void apply_retry(ztrunk_txns *t, zti_txn *txn, uint32_t retry, uint64_t now_ns)
{
    uint64_t twice = zti_time_add(txn->interval_ns, txn->interval_ns);

    if (retry == ZTI_RETRY_STOP) zti_heap_remove(&t->heap, &txn->retry);
    if (retry == ZTI_RETRY_T1) set_retry(t, txn, now_ns, t->t1_ns);
    if (retry == ZTI_RETRY_T2) set_retry(t, txn, now_ns, t->t2_ns);
    if (retry == ZTI_RETRY_DOUBLE) set_retry(t, txn, now_ns, twice);
    if (retry == ZTI_RETRY_DOUBLE_T2) set_retry(t, txn, now_ns, zti_time_min(twice, t->t2_ns));
}

static void apply_end(ztrunk_txns *t, zti_txn *txn, uint32_t end, uint64_t now_ns)
{
    uint64_t t1_64 = t->t1_ns > ZTI_NEVER / 64 ? ZTI_NEVER : 64 * t->t1_ns;
    uint64_t span = 0;

    if (end == ZTI_END_KEEP) return;
    if (end == ZTI_END_64T1) span = t1_64;
    if (end == ZTI_END_C) span = t->timer_c_ns;
    if (end == ZTI_END_64T1_UN) span = txn->reliable ? 0 : t1_64;
    if (end == ZTI_END_T4_UN) span = txn->reliable ? 0 : t->t4_ns;
    (void)zti_heap_set(&t->heap, &txn->end, zti_time_add(now_ns, span));
}

void zti_txn_start(ztrunk_txns *t, zti_txn *txn, uint64_t now_ns)
{
    apply_retry(t, txn, ZTI_RETRY_T1, now_ns);
    apply_end(t, txn, ZTI_END_64T1, now_ns);
}

static void tell(ztrunk_txns *t, const zti_txn *txn, uint32_t kind, int32_t error, uint64_t now_ns)
{
    if (txn->is_internal) return;
    (void)zti_events_push(
        &t->events, (ztrunk_event){.kind = kind, .id = txn->id, .at_ns = now_ns, .error = error});
}

static void end_txn(ztrunk_txns *t, zti_txn *txn, zti_txn_input input, uint32_t actions,
                    uint64_t now_ns)
{
    uint32_t is_late = (actions & (ZTI_DO_TIMEOUT | ZTI_DO_NO_ACK)) != 0;
    int32_t error = is_late ? ZTRUNK_E_EXPIRED : ZTRUNK_OK;

    if (input == ZTI_IN_LOST) error = ZTRUNK_E_CLOSED;
    if (actions & ZTI_DO_TIMEOUT) tell(t, txn, ZTRUNK_EV_TXN_TIMEOUT, error, now_ns);
    if (actions & ZTI_DO_UNREACHABLE) tell(t, txn, ZTRUNK_EV_TXN_UNREACHABLE, error, now_ns);
    if (actions & ZTI_DO_NO_ACK) tell(t, txn, ZTRUNK_EV_TXN_NO_ACK, error, now_ns);
    tell(t, txn, ZTRUNK_EV_TXN_ENDED, error, now_ns);
    zti_txn_drop(t, txn);
}

const zti_txn_row *zti_txn_apply(ztrunk_txns *t, zti_txn *txn, zti_txn_input input, uint64_t now_ns)
{
    const zti_txn_row *row = zti_txn_step(txn->state, input);

    if (row->next == ZTI_TXN_NONE) return row;
    txn->state = (zti_txn_state)row->next;
    if (row->next == ZTI_TXN_GONE) {
        end_txn(t, txn, input, row->actions, now_ns);
        return row;
    }
    apply_retry(t, txn, row->retry, now_ns);
    apply_end(t, txn, row->end, now_ns);
    if (row->actions & ZTI_DO_RESEND) zti_outq_push(&t->out, txn->flow, txn->wire);
    return row;
}

int32_t ztrunk_txns_expire(ztrunk_txns *t, uint64_t now_ns)
{
    zti_heap_node *node;

    if (t == NULL) return ZTRUNK_E_INVALID;
    while ((node = zti_heap_due(&t->heap, now_ns)) != NULL) {
        zti_txn *txn = node->owner;
        zti_txn_input input = node == &txn->retry ? ZTI_IN_RETRY : ZTI_IN_END;
        const zti_txn_row *row = zti_txn_apply(t, txn, input, now_ns);

        /* Without memory for it the wait behind the CANCEL still ends the INVITE. */
        if (row->actions & ZTI_DO_CANCEL) (void)zti_txn_send_cancel(t, txn, now_ns);
    }
    return ZTRUNK_OK;
}

int32_t ztrunk_txns_flow_failed(ztrunk_txns *t, uint64_t now_ns, uint64_t flow)
{
    size_t place = 0;
    zti_txn *txn;

    if (t == NULL) return ZTRUNK_E_INVALID;
    zti_outq_forget(&t->out, flow);
    while ((txn = zti_slots_next(&t->slots, &place)) != NULL)
        if (txn->flow == flow) (void)zti_txn_apply(t, txn, ZTI_IN_LOST, now_ns);
    return ZTRUNK_OK;
}

int32_t ztrunk_txns_pull(ztrunk_txns *t, uint64_t *flow, uint8_t *wire, size_t cap, size_t *out_len)
{
    return t != NULL ? zti_outq_pull(&t->out, flow, wire, cap, out_len) : ZTRUNK_E_INVALID;
}

int32_t ztrunk_txns_poll(ztrunk_txns *t, ztrunk_event *event)
{
    return t != NULL ? zti_events_poll(&t->events, event) : ZTRUNK_E_INVALID;
}

uint64_t ztrunk_txns_deadline(const ztrunk_txns *t)
{
    return t != NULL ? zti_heap_deadline(&t->heap) : ZTI_NEVER;
}

uint32_t ztrunk_txns_count(const ztrunk_txns *t)
{
    return t != NULL ? (uint32_t)t->slots.count : 0;
}
