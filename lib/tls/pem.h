/* pem.h - RFC 7468 text to DER, one block after the other. */
#ifndef ZTI_TLS_PEM_H
#define ZTI_TLS_PEM_H

#include "base/buf.h"
#include "base/cur.h"

#define ZTI_PEM_BYTES_MAX (4 * 1024 * 1024) /* of a text that is read */

/* The next block of this label in der (cleared first); other labels and text in between are
 * passed over. E_NOTFOUND: no more; E_MALFORMED: no end line, or not base64. */
int32_t zti_pem_next(zti_cur *text, zti_str label, zti_buf *der);

#endif
