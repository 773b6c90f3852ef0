/* relay_port.h - media ports: bound when the range is added, parked in silence between calls. */
#ifndef ZTI_RT_RELAY_PORT_H
#define ZTI_RT_RELAY_PORT_H

#include <stdatomic.h>
#include <zerotrunk/core.h>
#include "base/mem.h"

typedef struct zti_relay_leg zti_relay_leg;

typedef struct zti_port {
    int fd;
    ztrunk_addr local;
    uint32_t is_rtcp;
    zti_relay_leg *leg; /* the worker's: whose packets these are */
    void *watch;        /* the worker's backend's */
} zti_port;

typedef struct zti_port_pair {
    zti_port rtp, rtcp;
    uint64_t usable_ns;   /* not given out again before */
    atomic_uint is_taken; /* until the worker has let go */
} zti_port_pair;

typedef struct zti_port_range {
    ztrunk_ctx *ctx;
    zti_port_pair *pairs;
    uint32_t count, first_free, free_count;
    uint32_t *free_ring; /* longest parked first */
} zti_port_range;

/* Binds first..last on ip. E_INVALID: not an even-to-odd range. E_SYSTEM: errno; nothing is kept.
 */
int32_t zti_ports_bind(ztrunk_ctx *ctx, const ztrunk_addr *ip, uint16_t first, uint16_t last,
                       uint32_t dscp, zti_port_range *out);
/* The pair that was parked longest; E_LIMIT when none may be used at now_ns. */
int32_t zti_ports_take(zti_port_range *r, uint64_t now_ns, zti_port_pair **out);
/* Parks the pair in the kernel at once; it may be taken again from usable_ns on, and when its
 * worker has let go. */
void zti_ports_park(zti_port_range *r, zti_port_pair *pair, uint64_t usable_ns);
/* Lets the prefixes in; none: every source. */
int32_t zti_port_admit(const zti_port *port, const ztrunk_prefix *prefixes, uint32_t count);
/* Throws away what waits at it. */
void zti_port_drain(const zti_port *port);
uint32_t zti_ports_free_count(const zti_port_range *r);
void zti_ports_close(zti_port_range *r);

#endif
