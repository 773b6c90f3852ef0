/* bundle.h - all certificates of a text, PEM or DER, as far as they can be read. */
#ifndef ZTI_TLS_BUNDLE_H
#define ZTI_TLS_BUNDLE_H

#include "tls/cert.h"
#include "base/buf.h"

#define ZTI_BUNDLE_MAX 1024

typedef struct zti_bundle {
    ztrunk_ctx *ctx;
    zti_cert *certs; /* they point into der */
    uint8_t **der;
    size_t count;
    uint32_t is_damaged; /* a block was cut off, or was no certificate: it is left out */
} zti_bundle;

/* Certificates one after the other: blocks of PEM text, or DER without anything between. */
typedef struct zti_certs {
    zti_cur text;
    uint32_t is_der;
} zti_certs;

zti_certs zti_certs_of(zti_str text);
/* The DER of the next one, in der. E_NOTFOUND past the last, E_MALFORMED. */
int32_t zti_certs_next(zti_certs *c, zti_buf *der);

/* OK also when nothing is there or it is damaged. E_LIMIT: too long, or more than ZTI_BUNDLE_MAX.
 * The caller frees, after an error too. */
int32_t zti_bundle_read(ztrunk_ctx *ctx, zti_str text, zti_bundle *out);
void zti_bundle_free(zti_bundle *b);

#endif
