/* judge.h - the parts that offers and answers are judged by. */
#ifndef ZTI_SDP_JUDGE_H
#define ZTI_SDP_JUDGE_H

#include "sdp/desc.h"
#include "sdp/policy.h"

/* A finding: ZTRUNK_SDP_OK or a reason, and the words for it. */
typedef struct zti_sdp_finding {
    uint32_t reason;
    const char *text;
} zti_sdp_finding;

#define ZTI_SDP_FINE ((zti_sdp_finding){ZTRUNK_SDP_OK, "accepted"})

/* Fills the caller's verdict. */
int32_t zti_sdp_write_verdict(ztrunk_sdp_verdict *verdict, zti_sdp_finding finding, uint32_t media,
                              uint32_t crypto);
/* What a failed parse means; E_NOMEM and E_INVALID are no finding: reason OK. */
zti_sdp_finding zti_sdp_parse_finding(int32_t err);

/* Each is about the whole description, or about one live audio section. */
zti_sdp_finding zti_sdp_judge_whole(const ztrunk_sdp *sdp, const zti_sdp_policy *policy);
zti_sdp_finding zti_sdp_judge_profile(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                      const zti_sdp_policy *policy);
zti_sdp_finding zti_sdp_judge_address(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                      const zti_sdp_policy *policy);
/* Whether one a=crypto may be used; *crypto is filled when it may. */
zti_sdp_finding zti_sdp_judge_crypto(zti_str value, const zti_sdp_policy *policy,
                                     ztrunk_sdp_crypto *crypto);
/* Two lines with one tag: nobody can say which key the answer is about. */
uint32_t zti_sdp_has_same_tags(const ztrunk_sdp *sdp, const zti_sdp_section *media);

#endif
