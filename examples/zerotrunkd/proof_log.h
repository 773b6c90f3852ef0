/* proof_log.h - what reverse proof has to say. */
#ifndef ZEROTRUNKD_PROOF_LOG_H
#define ZEROTRUNKD_PROOF_LOG_H

#include "daemon.h"

/* facts, missing: ZTRUNK_FACT_*. */
void proof_log_judged(struct daemon *d, const struct bound_flow *bound, const ztrunk_addr *remote,
                      uint32_t facts, uint32_t missing, int32_t verdict);
void proof_log_noted(struct daemon *d, const struct trunk *trunk, const ztrunk_addr *remote);
/* cause may be NULL. */
void proof_log_failed(struct daemon *d, const struct trunk *trunk, const ztrunk_addr *remote,
                      struct brake *brake, const char *event, const char *cause, const char *why);

#endif
