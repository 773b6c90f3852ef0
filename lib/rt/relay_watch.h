/* relay_watch.h - what a leg's packets say beside their media: why they are refused, whether their
 * codec was agreed on, and what the peer's RTCP tells of ours. The worker's; nothing here allocates
 * but for a rollover counter that is taken over, a few times in a call. */
#ifndef ZTI_RT_RELAY_WATCH_H
#define ZTI_RT_RELAY_WATCH_H

#include "rt/relay_call.h"

/* A packet of a secure leg that its key refused, the bytes as they came. */
void zti_relay_watch_refused(zti_relay_leg *leg, uint64_t now_ns, int32_t err, uint32_t is_rtcp,
                             const uint8_t *pkt, size_t len);
/* One of RTP that was let in. */
void zti_relay_watch_media(zti_relay_leg *leg, uint32_t payload_type);
/* One of RTCP, opened. */
void zti_relay_watch_rtcp(zti_relay_leg *leg, const uint8_t *pkt, size_t len);

#endif
