/* sdp_base64.h - RFC 4648 4, strictly: for keys, where a dropped tail is another key. */
#ifndef ZTI_WIRE_SDP_BASE64_H
#define ZTI_WIRE_SDP_BASE64_H

#include "base/buf.h"
#include "base/str.h"

/* Decodes text of exactly len bytes: padded as it must be, unused bits zero, nothing else inside.
 * E_MALFORMED, and out is wiped then. */
int32_t zti_base64_decode(zti_str text, uint8_t *out, size_t len);
void zti_base64_encode(zti_buf *b, const uint8_t *data, size_t len);

#endif
