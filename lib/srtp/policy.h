/* policy.h - our suite numbers as libsrtp2's policies. */
#ifndef ZTI_SRTP_POLICY_H
#define ZTI_SRTP_POLICY_H

#include <zerotrunk/core.h>
#include <srtp2/srtp.h>

/* Fills the crypto part for RTP and RTCP. E_INVALID: no such suite. */
int32_t zti_srtp_policy(uint32_t suite, srtp_policy_t *policy);
/* libsrtp2's code as ours. */
int32_t zti_srtp_error(srtp_err_status_t status);

#endif
