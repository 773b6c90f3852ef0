/* resolve.h - libre's DNS client, for what else of libre needs one. */
#ifndef ZTI_RT_RESOLVE_H
#define ZTI_RT_RESOLVE_H

#include <zerotrunk/rt.h>

struct dnsc;

/* Loan; NULL: libre could not open its sockets. */
struct dnsc *zti_resolver_dnsc(ztrunk_resolver *r);

#endif
