/* plain.h - whether a packet that no key opens looks like one that was never sealed. */
#ifndef ZTI_SRTP_PLAIN_H
#define ZTI_SRTP_PLAIN_H

#include <zerotrunk/core.h>

/* What is remembered from one packet to the next. */
typedef struct zti_srtp_plain {
    uint8_t first, is_started; /* byte of the payload */
    uint32_t same;             /* so often in a row */
} zti_srtp_plain;

/* trailer: what the agreed suite adds at the end. 1: it is plain but for odds under 2^-30. */
uint32_t zti_srtp_plain_rtp(zti_srtp_plain *p, const uint8_t *pkt, size_t len, size_t trailer);
uint32_t zti_srtp_plain_rtcp(const uint8_t *pkt, size_t len);

#endif
