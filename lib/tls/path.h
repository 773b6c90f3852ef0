/* path.h - certificates on their way out of a handle. */
#ifndef ZTI_TLS_PATH_H
#define ZTI_TLS_PATH_H

#include "base/str.h"

/* DER, one after the other. E_NOTFOUND: there are none; E_SPACE with the size needed in *out_len.
 */
int32_t zti_certs_out(const zti_str *certs, size_t count, uint8_t *der, size_t cap,
                      size_t *out_len);

#endif
