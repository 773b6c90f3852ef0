/* make.h - writes descriptions of our own, line by line from an allow-list. */
#ifndef ZTI_SDP_MAKE_H
#define ZTI_SDP_MAKE_H

#include "sdp/codec.h"

typedef struct zti_sdp_plan { /* one audio section of ours */
    zti_str proto;
    ztrunk_addr rtp, rtcp;
    uint32_t rtcp_mux, direction, ptime_ms, maxptime_ms;
    const zti_sdp_codecs *codecs;
    const zti_sdp_choice *choice;
    const ztrunk_sdp_crypto *crypto; /* valid ones, in steps of crypto->size */
    uint32_t crypto_count;
} zti_sdp_plan;

/* E_INVALID: no usable address. rtcp is rtp's port + 1 when leg does not say. */
int32_t zti_sdp_read_leg(const ztrunk_sdp_leg *leg, zti_sdp_plan *plan);
/* E_INVALID: one is not valid, or two have one tag. */
int32_t zti_sdp_check_crypto(const ztrunk_sdp_crypto *crypto, uint32_t count);
/* Writes the m= line and all under it but c=. */
void zti_sdp_write_audio(zti_buf *b, const zti_sdp_plan *plan);
/* Puts v= and o= in front of body (taken) and makes a description of it all. */
int32_t zti_sdp_finish(zti_buf *body, const ztrunk_addr *addr, ztrunk_sdp_origin *origin,
                       ztrunk_sdp **out);

#endif
