/* origin.h - our own o= line (RFC 3264 8). */
#ifndef ZTI_SDP_ORIGIN_H
#define ZTI_SDP_ORIGIN_H

#include "sdp/desc.h"

/* Reads the caller's origin and brings it up to a body (all lines behind o=) at addr. */
int32_t zti_sdp_stamp(ztrunk_ctx *ctx, const ztrunk_sdp_origin *origin, const ztrunk_addr *addr,
                      zti_str body, ztrunk_sdp_origin *out);
/* "o=- 1 1 IN IP4 192.0.2.1", without a line's end. */
void zti_sdp_write_o(zti_buf *b, const ztrunk_sdp_origin *origin, const ztrunk_addr *addr);

#endif
