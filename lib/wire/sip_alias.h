/* sip_alias.h - names that pass for a header that they are not. */
#ifndef ZTI_WIRE_SIP_ALIAS_H
#define ZTI_WIRE_SIP_ALIAS_H

#include "base/str.h"

/* 1 when a parser built on libre takes this name, which is none of sip_names.h, for one of the
 * headers that frame and route a message: libre tells header names apart by 12 bits of a hash and
 * does not compare them. "Q1733" is its Content-Length. A field like that has one purpose: to be
 * read differently by the program behind us. Of the names that IANA lists one is hit: DC-Info, of
 * IMS data channels, is libre's Call-ID. */
uint32_t zti_hdr_is_alias(zti_str name);

#endif
