/* name.h - who a certificate names: RFC 5922 7, SAN only, never the common name. */
#ifndef ZTI_TLS_NAME_H
#define ZTI_TLS_NAME_H

#include <zerotrunk/core.h>
#include "tls/der.h"

enum { /* GeneralName tags, RFC 5280 4.2.1.6 */
       ZTI_NAME_OTHER = 0xa0,
       ZTI_NAME_EMAIL = 0x81,
       ZTI_NAME_DNS = 0x82,
       ZTI_NAME_DIRECTORY = 0xa4,
       ZTI_NAME_URI = 0x86,
       ZTI_NAME_IP = 0x87
};

/* Letters, digits and hyphens in labels; no wildcard, no trailing dot, not an IPv4 address. */
uint32_t zti_is_domain(zti_str s);
/* A domain, or "*." and a domain of two labels or more. */
uint32_t zti_is_domain_pattern(zti_str s);
/* E_MALFORMED: a name in the SAN's content breaks its grammar (a NUL inside, "ba*.example.com",
 * an IP of 5 octets): who wrote such a certificate has not checked what is in it. */
int32_t zti_san_check(zti_str san);
/* The nth SIP domain identity in the SAN's content: hosts of URIs "sip:host" without userinfo,
 * and only when there is none, DNS names (RFC 5922 7.1). 0 past the last. */
uint32_t zti_san_identity(zti_str san, uint32_t nth, zti_str *domain, uint32_t *is_uri);
/* The same as a string in lower case, "sip:" before a URI's host, NUL in name and not in *out_len.
 * E_NOTFOUND past the last, E_SPACE, E_NOMEM. */
int32_t zti_san_identity_text(ztrunk_ctx *ctx, zti_str san, uint32_t nth, char *name, size_t cap,
                              size_t *out_len);
/* RFC 5922 7.2: the whole name, ASCII case aside; with wildcards "*." stands for one label of a
 * DNS name. */
uint32_t zti_san_names(zti_str san, zti_str domain, uint32_t wildcards);
/* Every common name of the subject (a Name with header) is also a DNS name of the SAN. */
uint32_t zti_common_names_are_in(zti_str subject, zti_str san);

#endif
