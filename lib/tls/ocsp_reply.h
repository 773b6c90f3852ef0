/* ocsp_reply.h - an OCSP answer (RFC 6960 4.2): read, and held against who may give it. */
#ifndef ZTI_TLS_OCSP_REPLY_H
#define ZTI_TLS_OCSP_REPLY_H

#include <zerotrunk/ocsp.h>
#include "tls/cert.h"

enum {
    ZTI_OCSP_HASH = 20,
    ZTI_OCSP_NONCE = 16
}; /* SHA-1, which every responder knows (RFC 5019) */

/* RFC 6960 4.1.1: CertID, and the issuer that it stands for. */
typedef struct zti_ocsp_id {
    zti_cert issuer;
    zti_str serial;
    uint8_t name_hash[ZTI_OCSP_HASH], key_hash[ZTI_OCSP_HASH];
    uint8_t nonce[ZTI_OCSP_NONCE];
} zti_ocsp_id;

/* The octets of the key itself, which the hash of an issuer's key is over. */
zti_str zti_ocsp_key_bits(zti_str spki);
int32_t zti_ocsp_sha1(zti_str data, uint8_t out[ZTI_OCSP_HASH]);
/* As ztrunk_ocsp_judge. */
int32_t zti_ocsp_reply_judge(const zti_ocsp_id *id, zti_str answer, int64_t wall_s,
                             ztrunk_ocsp_info *info);

#endif
