/* generation.h - certificates under way: a side's TLS configuration is swapped whole, what connects
 * anew uses it, and what is connected drains. */
#ifndef ZEROTRUNKD_GENERATION_H
#define ZEROTRUNKD_GENERATION_H

#include "daemon.h"

/* Makes a server's and a client's configuration (trunk_make_tls) the current ones; they are taken
 * over when it succeeds. */
int32_t generation_put(struct daemon *d, struct side *side, ztrunk_tls_conf *made[2]);
/* After all sides were swapped: our own connections are made anew before the old ones go. */
void generation_swapped(struct daemon *d);
/* A message came. On a connection of ours it is the proof that the peer took our certificate: in
 * TLS 1.3 a refusal comes after the handshake. */
void generation_heard(struct daemon *d, struct bound_flow *bound, const ztrunk_net_flow_info *info);
/* A connection of ours has ended; one that the peer refused may bring back the generation before.
 */
void generation_closed(struct daemon *d, const struct bound_flow *bound, uint32_t cause);
/* A connection that we made in an old one's place is open, or has ended. */
void generation_replaced(struct bound_flow *bound, uint64_t flow, uint32_t is_open);
/* Which generation a new connection of a side begins with; 0: it is not TLS. */
uint64_t generation_of(const struct daemon *d, uint64_t flow, const struct side *side);
uint64_t generation_deadline(const struct daemon *d);
void generation_expire(struct daemon *d, uint64_t now_ns);
/* Looks at what has to drain, soon. */
void generation_wake(struct daemon *d);
/* Ends the calls that have a dialog or an INVITE on one of these connections. */
void generation_end_calls(struct daemon *d, const uint64_t *flows, size_t count, const char *why);

#endif
