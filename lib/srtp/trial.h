/* trial.h - one packet that was refused, under everything that it may have been sealed with. */
#ifndef ZTI_SRTP_TRIAL_H
#define ZTI_SRTP_TRIAL_H

#include "srtp/session.h"
#include "srtp/verify.h"

typedef struct zti_srtp_trial {
    zti_srtp_verifier *v;
    ztrunk_srtp *in;                 /* whose plain memory moves, and nothing else of it */
    const ztrunk_srtp *out, *before; /* or NULL */
    int32_t err;                     /* that ztrunk_srtp_open gave */
    uint32_t is_rtcp;
} zti_srtp_trial;

/* ZTRUNK_SRTP_CAUSE_*; NONE: the bytes are no packet, or the crypto backend failed. *roc: the
 * counter that fits, with a cause ROC_*. */
uint32_t zti_srtp_try(const zti_srtp_trial *t, const uint8_t *pkt, size_t len, uint32_t *roc);

#endif
