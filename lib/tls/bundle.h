/* bundle.h - all certificates of a PEM text, as far as they can be read. */
#ifndef ZTI_TLS_BUNDLE_H
#define ZTI_TLS_BUNDLE_H

#include "tls/cert.h"
#include "base/mem.h"

#define ZTI_BUNDLE_MAX 1024

typedef struct zti_bundle {
    ztrunk_ctx *ctx;
    zti_cert *certs; /* they point into der */
    uint8_t **der;
    size_t count;
    uint32_t is_damaged; /* a block was cut off, or was no certificate: it is left out */
} zti_bundle;

/* OK also when nothing is there or it is damaged. E_LIMIT: too long, or more than ZTI_BUNDLE_MAX.
 * The caller frees, after an error too. */
int32_t zti_bundle_read(ztrunk_ctx *ctx, zti_str pem, zti_bundle *out);
void zti_bundle_free(zti_bundle *b);

#endif
