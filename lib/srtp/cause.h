/* cause.h - why packets are refused, in words. */
#ifndef ZTI_SRTP_CAUSE_H
#define ZTI_SRTP_CAUSE_H

#include <zerotrunk/srtp.h>

/* 1: no stranger can have made such a packet; the other causes are what is left. */
uint32_t zti_srtp_cause_is_proven(uint32_t cause);

#endif
