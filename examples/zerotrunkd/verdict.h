/* verdict.h - one verdict on each new request of a cloud's: all facts that are known of who sends
 * it against those that its trunk requires. */
#ifndef ZEROTRUNKD_VERDICT_H
#define ZEROTRUNKD_VERDICT_H

#include "daemon.h"

/* What the verdicts of all trunks need, as this configuration wants them; NULL: no memory, or a
 * password cannot be read. */
struct verdicts *verdicts_new(struct daemon *d, const struct config *config);
void verdicts_free(struct verdicts *verdicts);
/* Judges a message into d->verdict; once each, for an answer to a challenge counts once. A request
 * within a dialog, an ACK, a CANCEL, an OPTIONS and what belongs to a transaction need no facts. */
void verdict_judge(struct daemon *d, const struct bound_flow *from, uint64_t flow,
                   const ztrunk_sip_msg *m);
/* 1: go on. 0: the request was challenged or refused, without a transaction. */
uint32_t verdict_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                        const ztrunk_addr *remote, ztrunk_sip_msg *m);
const char *verdict_text(uint32_t outcome); /* VERDICT_* */

#endif
