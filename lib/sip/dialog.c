#include "sip/dialog.h"

#include "base/ctx.h"
#include "base/opts.h"
#include "base/time.h"

enum { DIALOGS_BOUND = 10000, FORKS_BOUND = 16, CSEQ_BOUND = 0x7fffffff };
#define QUEUED_BOUND ((size_t)16 << 20)

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

int32_t ztrunk_dialogs_new(ztrunk_ctx *ctx, const ztrunk_dialogs_opts *opts, ztrunk_dialogs **out)
{
    ztrunk_dialogs_opts o;
    ztrunk_dialogs *d;
    int32_t err = zti_opts_read(&o, sizeof o, opts);

    if (err != ZTRUNK_OK) return err;
    if (ctx == NULL || out == NULL || o.max > 4000000) return ZTRUNK_E_INVALID;
    d = zti_calloc(ctx, sizeof *d);
    if (d == NULL) return ZTRUNK_E_NOMEM;
    d->ctx = zti_ctx_ref(ctx);
    d->max = (size_t)or_default(o.max, DIALOGS_BOUND);
    d->max_forks = (uint32_t)or_default(o.max_forks, FORKS_BOUND);
    d->t1_ns = or_default(o.t1_ns, 500 * ZTI_MS);
    d->t2_ns = or_default(o.t2_ns, 4 * ZTI_SECOND);
    d->early_ns = or_default(o.early_ns, 300 * ZTI_SECOND);
    d->slots = zti_slots_of(ctx, d->max);
    d->map = zti_map_of(ctx, d->max);
    d->seed_map = zti_map_of(ctx, d->max);
    d->heap = zti_heap_of(ctx);
    d->seed_heap = zti_heap_of(ctx);
    d->events = zti_events_of(ctx, 8 * d->max + 64);
    d->out = zti_outq_of(ctx, QUEUED_BOUND);
    *out = d;
    return ZTRUNK_OK;
}

void ztrunk_dialogs_free(ztrunk_dialogs *d)
{
    ztrunk_ctx *ctx;
    size_t place = 0;
    zti_dialog *g;

    if (d == NULL) return;
    ctx = d->ctx;
    while ((g = zti_slots_next(&d->slots, &place)) != NULL) zti_dialog_drop(d, g);
    while (d->seed_heap.count > 0) zti_seed_drop(d, d->seed_heap.nodes[0]->owner);
    zti_slots_free(&d->slots);
    zti_map_free(&d->map);
    zti_map_free(&d->seed_map);
    zti_heap_free(&d->heap);
    zti_heap_free(&d->seed_heap);
    zti_events_free(&d->events);
    zti_outq_free(&d->out);
    zti_free(ctx, d);
    ztrunk_ctx_free(ctx);
}

char *zti_dialog_text(ztrunk_dialogs *d, zti_str text)
{
    return zti_dup(d->ctx, text.p, text.len);
}

uint64_t zti_dialogs_64t1(const ztrunk_dialogs *d)
{
    return d->t1_ns > ZTI_NEVER / 64 ? ZTI_NEVER : 64 * d->t1_ns;
}

void zti_dialog_tell(ztrunk_dialogs *d, const zti_dialog *g, uint32_t kind, uint32_t detail,
                     int32_t error, uint64_t now_ns)
{
    ztrunk_event event = {.kind = kind, .id = g->id, .at_ns = now_ns};

    event.detail = detail;
    event.error = error;
    (void)zti_events_push(&d->events, event);
}

static uint32_t holds_sdp(const ztrunk_sip_msg *m)
{
    const uint8_t *sdp;
    size_t len;

    return ztrunk_sip_msg_part(m, "application/sdp", &sdp, &len) == ZTRUNK_OK;
}

static uint32_t requires_100rel(const ztrunk_sip_msg *m)
{
    zti_str value;

    for (uint32_t i = 0; i < 32; i++) {
        if (ztrunk_sip_msg_value(m, "Require", i, &value.p, &value.len) != ZTRUNK_OK) return 0;
        if (zti_str_ieq(value, ZTI_STR("100rel"))) return 1;
    }
    return 0;
}

static int32_t sight(zti_sighting *s)
{
    int32_t err;

    s->info.size = sizeof s->info;
    err = ztrunk_sip_msg_info(s->m, &s->info);
    if (err != ZTRUNK_OK) return err;
    if (s->info.fault != 0) return ZTRUNK_E_MALFORMED;
    s->is_ours = s->info.is_request ? s->is_out : !s->is_out;
    s->has_sdp = holds_sdp(s->m);
    s->is_reliable_18x = !s->info.is_request && s->info.status < 200 && requires_100rel(s->m);
    return ZTRUNK_OK;
}

static uint32_t refusal_of(int32_t err)
{
    if (err == ZTRUNK_E_NOTFOUND) return 481;
    if (err == ZTRUNK_E_MALFORMED) return 400;
    return err == ZTRUNK_E_STATE ? 500 : 503;
}

int32_t ztrunk_dialogs_observe(ztrunk_dialogs *d, uint64_t now_ns, uint64_t owner, uint64_t flow,
                               const ztrunk_sip_msg *m, uint32_t outbound, uint64_t *id)
{
    zti_sighting s = {.now_ns = now_ns, .owner = owner, .flow = flow, .m = m, .is_out = outbound};
    uint64_t found = 0;
    int32_t err;

    if (d == NULL || id == NULL) return ZTRUNK_E_INVALID;
    d->refusal = 0;
    err = sight(&s);
    if (err != ZTRUNK_OK) return err;
    /* What the timers will have to tell fits in as well. */
    err = zti_events_reserve(&d->events, d->events.count + 4 + 2 * (d->slots.count + 1));
    if (err == ZTRUNK_OK)
        err = s.info.is_request ? zti_dialog_on_request(d, &s, &found)
                                : zti_dialog_on_response(d, &s, &found);
    if (err == ZTRUNK_OK) {
        *id = found;
        return ZTRUNK_OK;
    }
    if (s.info.is_request && !outbound && s.info.method != ZTRUNK_SIP_ACK)
        d->refusal = s.refusal != 0 ? s.refusal : refusal_of(err);
    return err;
}

uint32_t ztrunk_dialogs_refusal(const ztrunk_dialogs *d)
{
    return d != NULL ? d->refusal : 0;
}

int32_t ztrunk_dialogs_find(const ztrunk_dialogs *d, uint64_t owner, const ztrunk_sip_msg *m,
                            uint32_t outbound, uint64_t *id)
{
    zti_sighting s = {.owner = owner, .m = m, .is_out = outbound};
    zti_dialog *g = NULL;
    int32_t err;

    if (d == NULL || id == NULL) return ZTRUNK_E_INVALID;
    err = sight(&s);
    if (err == ZTRUNK_OK) err = zti_dialog_lookup(d, &s, &g);
    if (err != ZTRUNK_OK) return err;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    *id = g->id;
    return ZTRUNK_OK;
}

static int32_t ack_cseq(const zti_dialog *g, uint32_t *cseq)
{
    if (!g->is_accepted) return ZTRUNK_E_STATE;
    if (*cseq == 0) *cseq = g->invite_cseq;
    return *cseq == g->invite_cseq ? ZTRUNK_OK : ZTRUNK_E_STATE;
}

static int32_t next_cseq(const zti_dialog *g, uint32_t is_bye, uint32_t *cseq)
{
    if (g->state == ZTRUNK_DIALOG_ENDED && !is_bye) return ZTRUNK_E_STATE;
    if (g->local_cseq >= CSEQ_BOUND) return ZTRUNK_E_LIMIT;
    *cseq = g->local_cseq + 1;
    return ZTRUNK_OK;
}

int32_t ztrunk_dialogs_request(ztrunk_dialogs *d, uint64_t id, const char *method, uint32_t cseq,
                               ztrunk_sip_msg **out)
{
    zti_str name = zti_str_of(method);
    uint32_t is_ack = zti_str_eq(name, ZTI_STR("ACK"));
    zti_dialog *g = d != NULL ? zti_slots_get(&d->slots, id) : NULL;
    int32_t err;

    if (d == NULL || out == NULL || zti_str_eq(name, ZTI_STR("CANCEL"))) return ZTRUNK_E_INVALID;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    err = is_ack ? ack_cseq(g, &cseq) : next_cseq(g, zti_str_eq(name, ZTI_STR("BYE")), &cseq);
    if (err != ZTRUNK_OK) return err;
    err = zti_dialog_build(d, g, method, cseq, out);
    if (err == ZTRUNK_OK && !is_ack) g->local_cseq = cseq;
    return err;
}

int32_t ztrunk_dialogs_get_info(const ztrunk_dialogs *d, uint64_t id, ztrunk_dialog_info *out)
{
    ztrunk_dialog_info info = {.size = sizeof info};
    const zti_dialog *g = d != NULL ? zti_slots_get(&d->slots, id) : NULL;

    if (d == NULL) return ZTRUNK_E_INVALID;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    info.state = g->state;
    info.is_caller = g->is_caller;
    info.oa = g->oa.state;
    info.local_cseq = g->local_cseq;
    info.remote_cseq = g->remote_cseq;
    info.flow = g->flow;
    info.owner = g->owner;
    return zti_opts_write(out, &info, sizeof info);
}

int32_t ztrunk_dialogs_set_flow(ztrunk_dialogs *d, uint64_t id, uint64_t flow)
{
    zti_dialog *g = d != NULL ? zti_slots_get(&d->slots, id) : NULL;

    if (d == NULL) return ZTRUNK_E_INVALID;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    g->flow = flow;
    return ZTRUNK_OK;
}

int32_t ztrunk_dialogs_close(ztrunk_dialogs *d, uint64_t id)
{
    zti_dialog *g = d != NULL ? zti_slots_get(&d->slots, id) : NULL;

    if (d == NULL) return ZTRUNK_E_INVALID;
    if (g == NULL) return ZTRUNK_E_NOTFOUND;
    zti_dialog_drop(d, g);
    return ZTRUNK_OK;
}

int32_t ztrunk_dialogs_pull(ztrunk_dialogs *d, uint64_t *flow, uint8_t *wire, size_t cap,
                            size_t *out_len)
{
    return d != NULL ? zti_outq_pull(&d->out, flow, wire, cap, out_len) : ZTRUNK_E_INVALID;
}

int32_t ztrunk_dialogs_poll(ztrunk_dialogs *d, ztrunk_event *event)
{
    return d != NULL ? zti_events_poll(&d->events, event) : ZTRUNK_E_INVALID;
}

uint64_t ztrunk_dialogs_deadline(const ztrunk_dialogs *d)
{
    if (d == NULL) return ZTI_NEVER;
    return zti_time_min(zti_heap_deadline(&d->heap), zti_heap_deadline(&d->seed_heap));
}

static void resend(ztrunk_dialogs *d, zti_dialog *g, uint64_t now_ns)
{
    zti_outq_push(&d->out, g->flow, g->ok);
    g->interval_ns = zti_time_min(zti_time_add(g->interval_ns, g->interval_ns), d->t2_ns);
    (void)zti_heap_set(&d->heap, &g->retry, zti_time_add(now_ns, g->interval_ns));
}

static void on_end(ztrunk_dialogs *d, zti_dialog *g, uint64_t now_ns)
{
    if (g->state == ZTRUNK_DIALOG_ENDED) {
        zti_dialog_drop(d, g);
        return;
    }
    zti_heap_remove(&d->heap, &g->retry);
    if (g->ok != NULL) zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_NO_ACK, 0, ZTRUNK_E_EXPIRED, now_ns);
    zti_wire_drop(d->ctx, g->ok);
    zti_wire_drop(d->ctx, g->ack);
    g->ok = g->ack = NULL;
}

int32_t ztrunk_dialogs_expire(ztrunk_dialogs *d, uint64_t now_ns)
{
    zti_heap_node *node;

    if (d == NULL) return ZTRUNK_E_INVALID;
    while ((node = zti_heap_due(&d->seed_heap, now_ns)) != NULL)
        zti_seed_end(d, node->owner, ZTRUNK_E_EXPIRED, now_ns);
    while ((node = zti_heap_due(&d->heap, now_ns)) != NULL) {
        zti_dialog *g = node->owner;

        if (node == &g->retry)
            resend(d, g, now_ns);
        else
            on_end(d, g, now_ns);
    }
    return ZTRUNK_OK;
}

uint32_t ztrunk_dialogs_count(const ztrunk_dialogs *d)
{
    return d != NULL ? (uint32_t)d->slots.count : 0;
}
