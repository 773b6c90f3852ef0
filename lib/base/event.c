#include "base/event.h"

#include "base/opts.h"

zti_events zti_events_of(ztrunk_ctx *ctx, size_t max)
{
    return (zti_events){.ctx = ctx, .max = max};
}

static int32_t grow(zti_events *q, size_t cap)
{
    ztrunk_event *ring = zti_array(q->ctx, cap, sizeof *ring);

    if (ring == NULL) return ZTRUNK_E_NOMEM;
    for (size_t i = 0; i < q->count; i++) ring[i] = q->ring[(q->first + i) % q->cap];
    zti_free(q->ctx, q->ring);
    q->ring = ring;
    q->first = 0;
    q->cap = cap;
    return ZTRUNK_OK;
}

int32_t zti_events_reserve(zti_events *q, size_t count)
{
    size_t cap = q->cap > 0 ? q->cap : 8;

    if (count <= q->cap) return ZTRUNK_OK;
    if (count > q->max) return ZTRUNK_E_LIMIT;
    while (cap < count) cap *= 2;
    return grow(q, cap < q->max ? cap : q->max);
}

int32_t zti_events_push(zti_events *q, ztrunk_event event)
{
    int32_t err = zti_events_reserve(q, q->count + 1);

    if (err != ZTRUNK_OK) {
        q->lost++;
        return err;
    }
    q->ring[(q->first + q->count++) % q->cap] = event;
    return ZTRUNK_OK;
}

int32_t zti_events_poll(zti_events *q, ztrunk_event *out)
{
    ztrunk_event event = {.kind = ZTRUNK_EV_NONE};
    int32_t err;

    if (q->count > 0) event = q->ring[q->first];
    err = zti_opts_write(out, &event, sizeof event);
    if (err != ZTRUNK_OK || q->count == 0) return err;
    q->first = (q->first + 1) % q->cap;
    q->count--;
    return ZTRUNK_OK;
}

void zti_events_free(zti_events *q)
{
    zti_free(q->ctx, q->ring);
    *q = zti_events_of(q->ctx, q->max);
}
