/* relay_events.h - events of all workers on their way to the control thread. */
#ifndef ZTI_RT_RELAY_EVENTS_H
#define ZTI_RT_RELAY_EVENTS_H

#include <pthread.h>
#include "base/event.h"

typedef struct zti_relay_event {
    ztrunk_event event;
    ztrunk_addr addr; /* family 0: the event has no data */
} zti_relay_event;

typedef struct zti_relay_events {
    pthread_mutex_t lock;
    ztrunk_ctx *ctx;
    zti_relay_event *ring;
    size_t first, count, cap;
    uint64_t lost;
    int fd; /* eventfd: readable while events wait */
    zti_relay_event polled;
} zti_relay_events;

int32_t zti_relay_events_init(zti_relay_events *q, ztrunk_ctx *ctx, size_t cap);
void zti_relay_events_push(zti_relay_events *q, const zti_relay_event *event); /* any thread */
int32_t zti_relay_events_poll(zti_relay_events *q, ztrunk_event *out);
void zti_relay_events_end(zti_relay_events *q);

#endif
