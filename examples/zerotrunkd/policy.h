/* policy.h - what of a configuration decides who is let in: made before anything changes, then put
 * into force as a whole. */
#ifndef ZEROTRUNKD_POLICY_H
#define ZEROTRUNKD_POLICY_H

#include "daemon.h"

/* NULL: no memory. The configuration need not be d's own yet. */
struct policy *policy_new(struct daemon *d, const struct config *config);
/* The trunks have that configuration now. Takes the policy, and frees what stood before. */
void policy_adopt(struct daemon *d, struct policy *policy);

#endif
