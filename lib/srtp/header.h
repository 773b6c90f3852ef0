/* header.h - as much of an RTP or RTCP packet as SRTP must know before it touches it. */
#ifndef ZTI_SRTP_HEADER_H
#define ZTI_SRTP_HEADER_H

#include <zerotrunk/core.h>

typedef struct zti_srtp_hdr {
    uint32_t ssrc;
    uint16_t seq; /* RTP's */
    uint16_t len; /* of RTP's header with its extension; RTCP: what SRTCP leaves in clear */
} zti_srtp_hdr;

/* A packet of len bytes whose last trailer bytes are SRTP's. E_MALFORMED: not version 2, or shorter
 * than what its own header says; an RTP header ends before the trailer. */
int32_t zti_srtp_header(const uint8_t *pkt, size_t len, size_t trailer, uint32_t is_rtcp,
                        zti_srtp_hdr *hdr);

#endif
