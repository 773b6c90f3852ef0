/* txn_via.h - the top Via: where a request came from, and our own. */
#ifndef ZTI_SIP_TXN_VIA_H
#define ZTI_SIP_TXN_VIA_H

#include <zerotrunk/sip.h>

/* RFC 3261 18.2.1, RFC 3581 4: received= when the sent-by is another or rport was asked for,
 * rport= when it was asked for. What the peer claims there itself is taken out. */
int32_t zti_via_stamp(ztrunk_sip_msg *m, const ztrunk_addr *from);
/* Sets m's one Via to `via`, ;rport when not reliable, and a fresh branch. */
int32_t zti_via_set(ztrunk_ctx *ctx, ztrunk_sip_msg *m, const char *via, uint32_t reliable);

#endif
