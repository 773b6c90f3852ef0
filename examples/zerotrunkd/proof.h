/* proof.h - reverse proof: who shows no certificate is believed when its address, asked back,
 * proves the peer's name. Until then nothing it says is read. */
#ifndef ZEROTRUNKD_PROOF_H
#define ZEROTRUNKD_PROOF_H

#include "daemon.h"

int32_t proof_start(struct daemon *d);
void proof_end(struct daemon *d);
/* The addresses of a side's peer are to be proved, and to stay so. */
void proof_keep_peers(struct trunk *trunk, uint32_t side);
/* 1: it may connect. 0: it was asked lately and is not the peer. One not known is asked back. */
uint32_t proof_arrival(struct daemon *d, struct trunk *trunk, uint32_t side,
                       const ztrunk_addr *remote);
/* A connection of a trunk is open: ours proves the address, theirs is judged or has to wait.
 * is_named 1: it showed a certificate with the peer's name. */
void proof_opened(struct daemon *d, uint64_t flow, struct bound_flow *bound, uint32_t is_named);
/* 1: m was taken, because the peer is not proved; it comes by endpoint_deliver or never. */
uint32_t proof_takes(struct daemon *d, uint64_t flow, struct bound_flow *bound, ztrunk_sip_msg *m);
/* 1: the flow is a probe of ours, and this was all about it. */
uint32_t proof_probe_opened(struct daemon *d, uint64_t flow);
uint32_t proof_probe_closed(struct daemon *d, uint64_t flow, uint32_t cause, const char *why);
/* Another connection has ended. */
void proof_closed(struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                  const ztrunk_net_flow_info *info, uint32_t cause);
uint64_t proof_deadline(const struct daemon *d);
void proof_expire(struct daemon *d, uint64_t now_ns);

struct proof_counts {
    uint64_t proved, probes_failed, refused, warned;
    uint32_t held;
};
void proof_get_counts(const struct daemon *d, struct proof_counts *counts);

#endif
