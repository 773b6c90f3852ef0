/* sdp_crypto.h - the value of a=crypto (RFC 4568 9, RFC 6188 4, RFC 7714 14.2). */
#ifndef ZTI_WIRE_SDP_CRYPTO_H
#define ZTI_WIRE_SDP_CRYPTO_H

#include <zerotrunk/sdp.h>
#include "base/buf.h"
#include "base/str.h"

/* The tag alone: it counts for RFC 4568 5.1's uniqueness whatever stands behind it. */
int32_t zti_sdp_read_tag(zti_str value, uint32_t *tag);
/* E_MALFORMED; E_DENIED for what is well-formed and must not be used. A suite that nobody here
 * knows is no error: suite NONE, no key. crypto->size is left alone. */
int32_t zti_sdp_read_crypto(zti_str value, ztrunk_sdp_crypto *crypto);
/* Writes the value. The struct must be valid: see zti_sdp_crypto_valid. */
void zti_sdp_write_crypto(zti_buf *b, const ztrunk_sdp_crypto *crypto);
/* 1 when write and read again gives the same. */
uint32_t zti_sdp_crypto_valid(const ztrunk_sdp_crypto *crypto);

#endif
