/* sdp_field.h - the values of o=, c=, t=, m=, a=rtcp and a=rtpmap (RFC 8866 9, RFC 3605). */
#ifndef ZTI_WIRE_SDP_FIELD_H
#define ZTI_WIRE_SDP_FIELD_H

#include <zerotrunk/core.h>
#include "base/buf.h"
#include "base/str.h"

typedef struct zti_sdp_m {
    zti_str kind, port_text, proto, formats; /* spans of the line */
    uint16_t port;
} zti_sdp_m;

typedef struct zti_sdp_o {
    uint64_t sess_id, sess_version;
} zti_sdp_o;

typedef struct zti_sdp_rtpmap {
    uint32_t payload_type, clock;
    zti_str name, params;
} zti_sdp_rtpmap;

/* A decimal number without sign, space or leading zero: some readers take 010 for eight. */
int32_t zti_sdp_number(zti_str text, uint64_t max, uint64_t *out);

/* E_MALFORMED; also for a port count ("49170/2"): a hole is for one port. */
int32_t zti_sdp_read_m(zti_str value, zti_sdp_m *out);
int32_t zti_sdp_read_o(zti_str value, zti_sdp_o *out);
int32_t zti_sdp_read_t(zti_str value);
/* The address of c=. E_DENIED: it is no unicast IP address (a name, a multicast group, a TTL, a
 * broadcast), or one in other clothes (IPv4-mapped). 0.0.0.0 and :: pass: RFC 2543's hold. */
int32_t zti_sdp_read_c(zti_str value, ztrunk_addr *out);
/* a=rtcp; ip.family is 0 when it names a port only. Errors as above. */
int32_t zti_sdp_read_rtcp(zti_str value, ztrunk_addr *out);
/* Payload type at the front of a=rtpmap, a=fmtp and m= formats: 0..127. */
int32_t zti_sdp_read_type(zti_str text, uint32_t *out);
/* Fills payload_type as soon as it is known: a mapping that breaks behind it is still about it. */
int32_t zti_sdp_read_rtpmap(zti_str value, zti_sdp_rtpmap *out);

uint32_t zti_sdp_is_unspecified(const ztrunk_addr *addr); /* 0.0.0.0 or :: */
/* "IN IP4 192.0.2.1" */
void zti_sdp_write_ip(zti_buf *b, const ztrunk_addr *addr);

#endif
