/* relay.h - the inside of a relay: the control thread's view. */
#ifndef ZTI_RT_RELAY_H
#define ZTI_RT_RELAY_H

#include <zerotrunk/relay.h>
#include "base/slots.h"
#include "rt/relay_worker.h"

#define ZTI_RELAY_RANGES 64u

struct ztrunk_relay {
    ztrunk_ctx *ctx;
    ztrunk_relay_opts opts;
    zti_relay_events events;
    zti_relay_worker *workers;
    uint32_t worker_count; /* workers */
    zti_port_range ranges[ZTI_RELAY_RANGES];
    uint32_t range_count;
    zti_slots calls;
};

#endif
