/* zerotrunk/ocsp.h - whether the issuer of a certificate has revoked it: the question and the
 * judgement of the answer (RFC 6960, in the profile of RFC 5019). No I/O: the caller carries both,
 * as a POST of application/ocsp-request to the address that the certificate names.
 * A handle is used by one thread. */
#ifndef ZEROTRUNK_OCSP_H
#define ZEROTRUNK_OCSP_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ZTRUNK_OCSP_GOOD = 1,
    ZTRUNK_OCSP_REVOKED = 2,
    ZTRUNK_OCSP_UNKNOWN = 3 /* the responder does not know it: prove nothing with it */
};

enum { ZTRUNK_OCSP_ANSWER_MAX = 65536 }; /* bytes; what is longer is no answer */

typedef struct ztrunk_ocsp ztrunk_ocsp;

typedef struct ztrunk_ocsp_info {
    uint32_t size, status;                /* ZTRUNK_OCSP_* */
    int64_t this_update_s, next_update_s; /* when it was true, and until when it may be relied on */
    int64_t revoked_s;                    /* REVOKED: since when */
    uint32_t reason;                      /* REVOKED: CRLReason (RFC 5280 5.3.1); 0: none given */
    uint32_t is_fresh_nonce;              /* 1: the answer was made for this question */
} ztrunk_ocsp_info;

/* A question about a certificate, which this issuer must have signed; both DER. E_MALFORMED: one of
 * them is no certificate that could be asked for; E_AUTH: it is by another issuer. */
ZTRUNK_API int32_t ztrunk_ocsp_new(ztrunk_ctx *ctx, const uint8_t *cert, size_t cert_len,
                                   const uint8_t *issuer, size_t issuer_len, ztrunk_ocsp **out);
/* Where the certificate says to ask (RFC 6960 3.1): "http://...", with NUL in url, without in
 * *out_len. E_NOTFOUND: nowhere, or not by HTTP; E_SPACE with the size needed in *out_len. */
ZTRUNK_API int32_t ztrunk_ocsp_url(const ztrunk_ocsp *ocsp, char *url, size_t cap, size_t *out_len);
/* The body of the POST. loan: lives as long as the handle. */
ZTRUNK_API int32_t ztrunk_ocsp_request(const ztrunk_ocsp *ocsp, const uint8_t **body, size_t *len);
/* Judges an answer. E_MALFORMED: it is none; E_NOTFOUND: it is an error of the responder's, or
 * about other certificates; E_AUTH: neither the issuer nor whom it has charged with answering
 * (RFC 6960 4.2.2.2) has signed it, or the nonce is another's; E_EXPIRED: not true yet, or no more.
 * An answer that does not say until when it holds does so for a day. info is filled in only with
 * OK, which GOOD, REVOKED and UNKNOWN all are. */
ZTRUNK_API int32_t ztrunk_ocsp_judge(const ztrunk_ocsp *ocsp, const uint8_t *answer, size_t len,
                                     int64_t wall_s, ztrunk_ocsp_info *info);
ZTRUNK_API void ztrunk_ocsp_free(ztrunk_ocsp *ocsp);

#ifdef __cplusplus
}
#endif
#endif
