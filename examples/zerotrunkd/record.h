/* record.h - the call detail record: one event at a call's end, with all that was known of it. */
#ifndef ZEROTRUNKD_RECORD_H
#define ZEROTRUNKD_RECORD_H

#include "daemon.h"

/* Who calls whom, by the INVITE that made the call, and who is on the flow that it came on. */
void record_parties(struct call *call, const ztrunk_sip_msg *invite, uint64_t flow);
/* Who is on the flow that answered. */
void record_answered(struct call *call, uint32_t side, uint64_t flow);
/* Before its media stops. */
void record_write(const struct call *call, const char *why);

#endif
