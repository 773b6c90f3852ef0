/* relay_packet.h - the way of one packet through a call. No allocation, lock, log or clock here. */
#ifndef ZTI_RT_RELAY_PACKET_H
#define ZTI_RT_RELAY_PACKET_H

#include "rt/relay_call.h"

typedef struct zti_relay_out { /* where a packet that passed goes */
    const zti_port *port;
    ztrunk_addr to;
    zti_relay_leg *leg; /* whose counters its sending moves */
    uint32_t is_rtcp;
    size_t len;
} zti_relay_out;

/* Takes pkt[0..len) with room for cap bytes, as it came from `from` to port. Check, open, touch,
 * then seal for the other leg. E_*: the packet is dropped and counted; *latched is set when it was
 * the first authentic one of its hole. */
int32_t zti_relay_packet(ztrunk_pinholes *holes, const zti_port *port, uint64_t now_ns,
                         const ztrunk_addr *from, uint8_t *pkt, size_t len, size_t cap,
                         uint32_t *latched, zti_relay_out *out);

#endif
