/* event.h - a queue of events between an engine and its poll call. */
#ifndef ZTI_BASE_EVENT_H
#define ZTI_BASE_EVENT_H

#include "base/mem.h"

typedef struct zti_events {
    ztrunk_ctx *ctx;
    ztrunk_event *ring;
    size_t first, count, cap, max;
    uint64_t lost; /* events that found the queue full or no memory */
} zti_events;

zti_events zti_events_of(ztrunk_ctx *ctx, size_t max);
/* Room for count waiting events, so that a push below it cannot fail. E_LIMIT, E_NOMEM. */
int32_t zti_events_reserve(zti_events *q, size_t count);
/* event.data must outlive its poll: static text, or memory of the polled handle. */
int32_t zti_events_push(zti_events *q, ztrunk_event event);
/* Fills a caller's sized event; kind is NONE when nothing waits. */
int32_t zti_events_poll(zti_events *q, ztrunk_event *out);
void zti_events_free(zti_events *q);

#endif
