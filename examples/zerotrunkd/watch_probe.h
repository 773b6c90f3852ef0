/* watch_probe.h - handshakes with our own name, as a peer makes them: what is it shown? */
#ifndef ZEROTRUNKD_WATCH_PROBE_H
#define ZEROTRUNKD_WATCH_PROBE_H

#include "daemon.h"

/* The chain that was shown, DER; of several addresses the first that shows another than we have
 * loaded. NULL: nobody showed any. */
typedef void watch_probe_fn(struct daemon *d, const uint8_t *der, size_t len);

int watch_probe_start(struct daemon *d);
void watch_probe_end(struct daemon *d);
/* done is called once, later. -1: another one is under way. */
int watch_probe_run(struct daemon *d, watch_probe_fn *done);
uint64_t watch_probe_deadline(const struct daemon *d);
void watch_probe_expire(struct daemon *d, uint64_t now_ns);

/* The far end of our own handshake has come to a listener of ours; then *tag is its mark. */
uint32_t watch_probe_arrival(const struct daemon *d, const ztrunk_addr *remote, uint64_t *tag);
/* Whether a flow is one of the two ends; then it was dealt with. */
uint32_t watch_probe_opened(struct daemon *d, uint64_t flow, const ztrunk_net_flow_info *info);
uint32_t watch_probe_closed(struct daemon *d, uint64_t flow, const ztrunk_net_flow_info *info);

#endif
