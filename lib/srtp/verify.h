/* verify.h - whether a packet's tag is right under a given key and counter, reckoned from the RFCs
 * beside libsrtp2: no stream's state is read or moved, and nothing comes out but yes or no. */
#ifndef ZTI_SRTP_VERIFY_H
#define ZTI_SRTP_VERIFY_H

#include "srtp/header.h"
#include "srtp/kernel.h"

#define ZTI_SRTP_VERIFY_MAX 2048u /* a packet that is longer is not looked at */

typedef struct zti_srtp_verifier {
    srtp_cipher_t *counter[3], *gcm[2]; /* by key length */
    srtp_auth_t *hmac;
    srtp_cipher_t *opens; /* the one of gcm that has the key; NULL: the HMAC has it */
    uint8_t salt[12];     /* the session's, for GCM */
    const uint8_t *pkt;   /* the caller's, until the next take */
    size_t len;
    uint32_t is_rtcp;
    zti_srtp_hdr hdr;
    uint8_t text[ZTI_SRTP_VERIFY_MAX];
} zti_srtp_verifier;

/* All that it allocates. E_NOMEM, E_CRYPTO; zti_srtp_verifier_end cleans up in each case. */
int32_t zti_srtp_verifier_init(zti_srtp_verifier *v);
void zti_srtp_verifier_end(zti_srtp_verifier *v);
/* The packet that is asked about. E_MALFORMED. */
int32_t zti_srtp_verifier_take(zti_srtp_verifier *v, uint32_t is_rtcp, const uint8_t *pkt,
                               size_t len);
/* The master key and salt that are asked about, as SDES carries them for the suite: derives what
 * that packet would be authenticated with. 0: the suite is none. */
uint32_t zti_srtp_verifier_key(zti_srtp_verifier *v, uint32_t suite, const uint8_t *key);
/* 1: the tag is right with that many bytes of tag and of MKI; roc counts for RTP alone. */
uint32_t zti_srtp_verifier_fits(zti_srtp_verifier *v, size_t tag_len, size_t mki_len, uint32_t roc);
/* Forgets the key. */
void zti_srtp_verifier_wipe(zti_srtp_verifier *v);

/* Bytes of tag that a suite's RTP or RTCP has; 0: no such suite. */
size_t zti_srtp_tag_len(uint32_t suite, uint32_t is_rtcp);

#endif
