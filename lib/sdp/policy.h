/* policy.h - a caller's policy, read and completed. */
#ifndef ZTI_SDP_POLICY_H
#define ZTI_SDP_POLICY_H

#include <zerotrunk/sdp.h>
#include "base/str.h"

#define ZTI_SDP_CODECS_MAX 16u

typedef struct zti_sdp_policy {
    ztrunk_sdp_policy p; /* defaults filled in */
    zti_str codecs[ZTI_SDP_CODECS_MAX];
    uint32_t codec_count;
} zti_sdp_policy;

/* The codec names point into out->p: it must stay where it is. E_INVALID: an unknown srtp value,
 * an empty name, more than 16 names, no NUL. */
int32_t zti_sdp_read_policy(zti_sdp_policy *out, const ztrunk_sdp_policy *policy);

#endif
