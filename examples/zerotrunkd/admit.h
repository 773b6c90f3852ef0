/* admit.h - how much each source may ask: connections, calls, messages; blocks for abuse. */
#ifndef ZEROTRUNKD_ADMIT_H
#define ZEROTRUNKD_ADMIT_H

#include "daemon.h"

int32_t admit_start(struct daemon *d);
/* The limits as the configuration has them: at the start and after a reload. */
void admit_configure(struct daemon *d);
/* Who asks: an address that a side of a trunk admits. identity: which of the peer's names it has
 * proved, from 1; 0: none. */
ztrunk_admission_source admit_source(const struct trunk *trunk, uint32_t side,
                                     const ztrunk_addr *remote, uint32_t identity);
/* 1: the connection or datagram may come in. *tag: its admission, for admit_opened and _closed. */
uint32_t admit_arrival(struct daemon *d, struct trunk *trunk, uint32_t side,
                       const ztrunk_addr *remote, uint64_t *tag);
void admit_opened(struct daemon *d, uint64_t tag);
/* error: why it ended; was_open 0: in the handshake. */
void admit_closed(struct daemon *d, struct trunk *trunk, uint32_t side,
                  const ztrunk_net_flow_info *info, int32_t error, uint32_t was_open);
/* 1: go on. 0: it was answered with 503, or is to be dropped. An INVITE's admission stays with the
 * daemon until admit_take or admit_settle. */
uint32_t admit_message(struct daemon *d, struct bound_flow *bound, uint64_t flow,
                       const ztrunk_net_flow_info *info, ztrunk_sip_msg *m);
/* 1: what admit_message let in last is an INVITE outside a dialog, and no retransmission. */
uint32_t admit_is_new_call(const struct daemon *d);
/* The call that the INVITE became holds it from now on. */
uint64_t admit_take(struct daemon *d);
/* The message was dealt with: an admission that no call took ends. */
void admit_settle(struct daemon *d);
void admit_call_over(struct daemon *d, uint64_t admission);
/* ZTRUNK_OFFENCE_*. */
void admit_offend(struct daemon *d, struct bound_flow *bound, uint32_t offence);

#endif
