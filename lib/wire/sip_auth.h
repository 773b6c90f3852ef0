/* sip_auth.h - the value of an Authorization header: RFC 3261 25.1, RFC 7616 3.4. */
#ifndef ZTI_WIRE_SIP_AUTH_H
#define ZTI_WIRE_SIP_AUTH_H

#include "base/str.h"

enum {
    ZTI_AUTH_USERNAME,
    ZTI_AUTH_REALM,
    ZTI_AUTH_NONCE,
    ZTI_AUTH_URI,
    ZTI_AUTH_RESPONSE,
    ZTI_AUTH_ALGORITHM,
    ZTI_AUTH_CNONCE,
    ZTI_AUTH_QOP,
    ZTI_AUTH_NC,
    ZTI_AUTH_COUNT
};

typedef struct zti_sip_auth {
    uint32_t has;                   /* 1 << ZTI_AUTH_*: it was there, be it empty */
    zti_str values[ZTI_AUTH_COUNT]; /* without quotes, with their backslashes */
} zti_sip_auth;

/* E_NOTFOUND: of another scheme than Digest. E_MALFORMED: also for a parameter that comes twice, or
 * more than 32 of them. What the grammar lets a peer add is stepped over. */
int32_t zti_sip_auth_parse(zti_str text, zti_sip_auth *out);

#endif
