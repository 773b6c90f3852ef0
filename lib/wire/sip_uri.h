/* sip_uri.h - URIs of RFC 3261 19.1 and hosts, read strictly in one pass. */
#ifndef ZTI_WIRE_SIP_URI_H
#define ZTI_WIRE_SIP_URI_H

#include "base/str.h"

typedef struct zti_uri {
    uint32_t scheme; /* ZTRUNK_URI_* */
    uint32_t port;   /* 0: none */
    zti_str user, password, host, params, headers;
} zti_uri;

/* The whole span. Of a scheme that is neither sip, sips nor tel only the characters are checked
 * and no part is filled. tel: the number is the user. E_MALFORMED: what is in *out means nothing.
 */
int32_t zti_uri_parse(zti_str text, zti_uri *out);

/* Takes a host from the front: a name, an IPv4 address, or [IPv6] given without its brackets.
 * What ends in a number must be an IPv4 address, so that no two readers see two hosts. */
int32_t zti_host_take(zti_str *s, zti_str *host);
/* Takes ":" and 1..65535 when a colon comes next; *port 0 when none does. */
int32_t zti_port_take(zti_str *s, uint32_t *port);

#endif
