/* ocsp.h - whether the certificates that peers show were revoked, asked of their issuers. Until the
 * answer is there nothing that the peer says is read. */
#ifndef ZEROTRUNKD_OCSP_H
#define ZEROTRUNKD_OCSP_H

#include "daemon.h"

int32_t ocsp_start(struct daemon *d);
void ocsp_end(struct daemon *d);
/* A connection of a trunk is open. */
void ocsp_opened(struct daemon *d, uint64_t flow, const struct bound_flow *bound);
/* 1: m was taken, because the answer is awaited; it comes by endpoint_hear or never. */
uint32_t ocsp_takes(struct daemon *d, uint64_t flow, ztrunk_sip_msg *m);
/* Of a connection that was let in: ZTRUNK_TLS_CAUSE_* and why it is trusted no more, by what its
 * issuer has said since. */
uint32_t ocsp_doubt(const struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                    const char **why);
void ocsp_closed(struct daemon *d, uint64_t flow);
uint64_t ocsp_deadline(const struct daemon *d);
void ocsp_expire(struct daemon *d, uint64_t now_ns);

struct ocsp_counts {
    uint64_t good, revoked, unknown, failed; /* answers; failed: none to go by */
    uint64_t refused;                        /* connections that were not let in for it */
};
void ocsp_get_counts(const struct daemon *d, struct ocsp_counts *counts);

#endif
