/* ocsp_cert.h - what its issuer says of one certificate: asked, remembered, asked again in time. */
#ifndef ZEROTRUNKD_OCSP_CERT_H
#define ZEROTRUNKD_OCSP_CERT_H

#include <zerotrunk/ocsp.h>
#include <zerotrunk/rt.h>

enum { OCSP_CERTS = 64 };
enum { OCSP_ASKING = 0, OCSP_IS_GOOD = 1, OCSP_IS_REVOKED = 2, OCSP_IS_UNTOLD = 3 };

struct ocsp_cert {
    uint8_t *der, *issuer; /* der NULL: the place is free */
    size_t len, issuer_len;
    uint32_t verdict, users; /* users: connections that show it */
    int64_t until_s;         /* how long a good answer holds */
    uint64_t next_ns;        /* when it is asked again; UINT64_MAX: an answer is awaited */
    uint32_t failures;       /* in a row */
    uint32_t every_s;        /* a good answer is asked for again at the latest */
    ztrunk_ocsp *question;   /* under way; NULL: none */
    ztrunk_post *post;
    /* status: ZTRUNK_OCSP_*, or 0 and why there is none to go by. */
    void (*answered)(struct ocsp_cert *cert, uint32_t status, const char *why);
    void *owner;
};

/* The place of the certificate that the peer showed: the one there is, or a new one, where need be
 * that of one that no connection shows. NULL: there is no room, or no memory. */
struct ocsp_cert *ocsp_cert_of(struct ocsp_cert *table, const ztrunk_tls *tls);
/* Asks its issuer; answered comes later, or at once when there is nobody to ask. */
void ocsp_cert_ask(struct ocsp_cert *cert, ztrunk_ctx *ctx, ztrunk_rt *rt, ztrunk_resolver *r);
void ocsp_cert_free(struct ocsp_cert *cert);

#endif
