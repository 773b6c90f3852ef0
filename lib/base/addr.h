/* addr.h - addresses inside the library: raw forms beside the public text forms. */
#ifndef ZTI_BASE_ADDR_H
#define ZTI_BASE_ADDR_H

#include <zerotrunk/core.h>
#include "base/str.h"

/* IP without port or brackets; E_MALFORMED for anything else. */
int32_t zti_ip_parse(zti_str text, ztrunk_addr *out);
/* Writes the IP alone, NUL-terminated, into 46 bytes; returns its length. */
size_t zti_ip_format(const ztrunk_addr *addr, char text[46]);
uint32_t zti_ip_equal(const ztrunk_addr *a, const ztrunk_addr *b);
/* ::ffff:a.b.c.d is a.b.c.d: an allowlist must not be passed by spelling. */
void zti_ip_unmap(ztrunk_addr *addr);
/* Zeroes the bits behind the first ones: the network of an address. */
void zti_ip_mask(ztrunk_addr *addr, uint32_t bits);
/* The one spelling of an address, fit to be a hash key: unmapped, what is unused zeroed. */
ztrunk_addr zti_addr_normal(const ztrunk_addr *addr);

#endif
