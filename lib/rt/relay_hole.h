/* relay_hole.h - the holes of a leg: in the table, in the kernel's filter and in the events. */
#ifndef ZTI_RT_RELAY_HOLE_H
#define ZTI_RT_RELAY_HOLE_H

#include "rt/relay_worker.h"

/* Opens what the leg's spec asks for, and tells the table what the peer's SDP has named. */
void zti_relay_holes_set(zti_relay_worker *w, zti_relay_leg *leg, uint64_t now_ns);
void zti_relay_holes_close(zti_relay_worker *w, zti_relay_leg *leg, uint64_t now_ns);
/* Closes what found no answer in time. */
void zti_relay_holes_expire(zti_relay_worker *w, uint64_t now_ns);
/* Passes on what the table has to say. */
void zti_relay_holes_tell(zti_relay_worker *w);

#endif
