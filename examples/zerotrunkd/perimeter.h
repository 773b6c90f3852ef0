/* perimeter.h - what an identified peer may ask for, judged before it costs anything. */
#ifndef ZEROTRUNKD_PERIMETER_H
#define ZEROTRUNKD_PERIMETER_H

#include "daemon.h"

/* The rules of all trunks, as this configuration wants them; it need not be d's own yet. NULL: no
 * memory. */
struct perimeter *perimeter_new(struct daemon *d, const struct config *config);
void perimeter_free(struct perimeter *perimeter);
/* 1: go on. 0: a request of this peer's that is for nobody here; it was answered or not, as the
 * trunk wants it, without a transaction. Requests within a dialog, which the dialog table judges,
 * and what belongs to a transaction pass. d->matched_rule is then the rule that matched, if any
 * did. */
uint32_t perimeter_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                          const ztrunk_addr *remote, ztrunk_sip_msg *m);

#endif
