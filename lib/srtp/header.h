/* header.h - as much of an RTP or RTCP packet as SRTP must know before it touches it. */
#ifndef ZTI_SRTP_HEADER_H
#define ZTI_SRTP_HEADER_H

#include <zerotrunk/core.h>

/* A packet of len bytes whose last trailer bytes are SRTP's. E_MALFORMED: not version 2, or shorter
 * than what its own header says; an RTP header ends before the trailer. */
int32_t zti_srtp_header(const uint8_t *pkt, size_t len, size_t trailer, uint32_t is_rtcp,
                        uint32_t *ssrc);

#endif
