/* trust.h - peers that are connected are judged again: each minute, when a certificate of theirs
 * ends, and when anchors or revocation lists were replaced. */
#ifndef ZEROTRUNKD_TRUST_H
#define ZEROTRUNKD_TRUST_H

#include "daemon.h"

/* A connection is open: its certificate ends at some time. */
void trust_opened(struct daemon *d, uint64_t flow);
/* 1: a date is over, or not there yet, by a clock that may be wrong; nobody says that the peer is
 * not who it was when its calls began. */
uint32_t trust_is_of_time(uint32_t cause);
/* Anchors or lists are new: all are judged now. */
void trust_renewed(struct daemon *d);
/* 1: the peer behind it is trusted no more, and starts no call. */
uint32_t trust_refuses(struct daemon *d, const struct bound_flow *bound, uint64_t txn,
                       const ztrunk_sip_msg *m);
uint64_t trust_deadline(const struct daemon *d);
void trust_expire(struct daemon *d, uint64_t now_ns);

#endif
