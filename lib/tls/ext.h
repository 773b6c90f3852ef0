/* ext.h - the extensions of a certificate. */
#ifndef ZTI_TLS_EXT_H
#define ZTI_TLS_EXT_H

#include "tls/cert.h"

/* Reads Extensions into the fields of cert. E_MALFORMED: a known extension breaks its grammar, or
 * one comes twice. */
int32_t zti_ext_read(zti_cur *c, zti_cert *cert);

#endif
