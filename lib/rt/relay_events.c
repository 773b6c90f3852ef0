#include "rt/relay_events.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include "base/opts.h"

int32_t zti_relay_events_init(zti_relay_events *q, ztrunk_ctx *ctx, size_t cap)
{
    *q = (zti_relay_events){.ctx = ctx, .cap = cap, .fd = -1};
    q->ring = zti_array(ctx, cap, sizeof *q->ring);
    if (q->ring == NULL) return ZTRUNK_E_NOMEM;
    q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (q->fd < 0) {
        zti_free(ctx, q->ring);
        return ZTRUNK_E_SYSTEM;
    }
    pthread_mutex_init(&q->lock, NULL);
    return ZTRUNK_OK;
}

static void wake(const zti_relay_events *q)
{
    /* Fails only when the counter is full, and then the descriptor is readable already. */
    (void)eventfd_write(q->fd, 1);
}

static void calm(const zti_relay_events *q)
{
    eventfd_t counter;

    (void)eventfd_read(q->fd, &counter);
}

void zti_relay_events_push(zti_relay_events *q, const zti_relay_event *event)
{
    pthread_mutex_lock(&q->lock);
    if (q->count < q->cap)
        q->ring[(q->first + q->count++) % q->cap] = *event;
    else
        q->lost++;
    wake(q);
    pthread_mutex_unlock(&q->lock);
}

static uint32_t take(zti_relay_events *q)
{
    uint32_t taken;

    pthread_mutex_lock(&q->lock);
    taken = q->count > 0;
    if (taken) {
        q->polled = q->ring[q->first];
        q->first = (q->first + 1) % q->cap;
        q->count--;
    }
    /* Under the lock: a push after this makes the descriptor readable again. */
    if (!taken) calm(q);
    pthread_mutex_unlock(&q->lock);
    return taken;
}

int32_t zti_relay_events_poll(zti_relay_events *q, ztrunk_event *out)
{
    ztrunk_event none = {.kind = ZTRUNK_EV_NONE};

    if (out == NULL || out->size < sizeof out->size) return ZTRUNK_E_INVALID;
    if (!take(q)) return zti_opts_write(out, &none, sizeof none);
    if (q->polled.addr.family != 0) {
        q->polled.event.data = (const uint8_t *)&q->polled.addr;
        q->polled.event.data_len = sizeof q->polled.addr;
    }
    return zti_opts_write(out, &q->polled.event, sizeof q->polled.event);
}

void zti_relay_events_end(zti_relay_events *q)
{
    if (q->ring == NULL) return;
    close(q->fd);
    pthread_mutex_destroy(&q->lock);
    zti_free(q->ctx, q->ring);
    q->ring = NULL;
}
