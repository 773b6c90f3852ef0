/* dn.h - a distinguished name in words, for logs: RFC 4514's order and escapes, one line. */
#ifndef ZTI_TLS_DN_H
#define ZTI_TLS_DN_H

#include "base/buf.h"
#include "tls/der.h"

/* name: a Name with header. "CN=Example Root,O=Example,C=DE": the most special part first, as RFC
 * 4514 2.1 wants it. What is not printable ASCII is written as its bytes, "\0a"; an attribute type
 * without a short name is its OID in digits. A name that breaks its grammar ends where it does. */
void zti_dn_text(zti_str name, zti_buf *out);

#endif
