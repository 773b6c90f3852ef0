/* toll.h - limits against toll fraud: asked for each new call, and told of its end. */
#ifndef ZEROTRUNKD_TOLL_H
#define ZEROTRUNKD_TOLL_H

#include "daemon.h"

/* What the limits of all trunks need, as this configuration wants them; made before anything
 * changes. NULL: no memory. */
struct toll_plan *toll_plan_new(struct daemon *d, const struct config *config);
/* Puts it into force for the trunks, which have that configuration now; calls under way go on
 * counting. Takes the plan. */
void toll_plan_adopt(struct daemon *d, struct toll_plan *plan);
void toll_plan_free(struct toll_plan *plan);
/* 1: go on. 0: a new call of this peer's that may not be made; it was answered or not, as the trunk
 * wants it, without a transaction. What passes counts until toll_settle, or its call's end. */
uint32_t toll_passes(struct daemon *d, struct bound_flow *from, uint64_t flow,
                     const ztrunk_addr *remote, ztrunk_sip_msg *m);
/* The call that the INVITE became counts from now on. */
void toll_take(struct call *call);
/* The message was dealt with: what no call took counts no longer. */
void toll_settle(struct daemon *d);
void toll_call_over(struct call *call);
/* Calls that last too long. */
uint64_t toll_deadline(const struct daemon *d);
void toll_expire(struct daemon *d, uint64_t now_ns);

#endif
