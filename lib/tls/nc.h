/* nc.h - name constraints, RFC 5280 4.2.1.10. */
#ifndef ZTI_TLS_NC_H
#define ZTI_TLS_NC_H

#include "tls/cert.h"

/* Comparisons that one path may cost: constraints times names is the attacker's product. */
#define ZTI_NC_BUDGET 4096

/* 1 when every name of cert stays inside what constraints (a CA's extension content) permit.
 * DNS and IP are compared; a directory name within permitted ones byte for byte. Names of
 * another type under a constraint of that type, and excluded directory names, are refused: what
 * is not understood cannot be satisfied. */
uint32_t zti_nc_allows(zti_str constraints, const zti_cert *cert, uint32_t *budget);

#endif
