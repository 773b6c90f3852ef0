/* crl.h - certificate revocation lists, RFC 5280 5. */
#ifndef ZTI_TLS_CRL_H
#define ZTI_TLS_CRL_H

#include "tls/cert.h"

typedef struct zti_crl {
    zti_str raw, tbs, issuer, signature;
    zti_str entries; /* content of revokedCertificates */
    int64_t this_update_s, next_update_s;
    uint32_t sig_alg;
    uint32_t is_usable; /* 0: a delta, of a part, without number or end: proves nothing */
} zti_crl;

/* E_MALFORMED: not a CRL. */
int32_t zti_crl_read(zti_str der, zti_crl *out);
uint32_t zti_crl_lists(const zti_crl *crl, zti_str serial);
/* 1: by this issuer (name, signature, the right to sign CRLs) and usable. */
uint32_t zti_crl_is_by(const zti_crl *crl, const zti_cert *issuer);
uint32_t zti_crl_is_fresh(const zti_crl *crl, int64_t wall_s);

#endif
