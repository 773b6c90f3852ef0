/* sip_part.h - a body, or one part of a multipart body: RFC 2046 5.1, RFC 5621. */
#ifndef ZTI_WIRE_SIP_PART_H
#define ZTI_WIRE_SIP_PART_H

#include "base/str.h"

enum { ZTI_PARTS_MAX = 16 };

typedef struct zti_part {
    zti_str content, id; /* id: its Content-ID without the angle brackets (RFC 2392), or empty */
} zti_part;

/* The one content of that media type ("application/sdp"): the whole body, or one part of a
 * multipart body, into which no second multipart is followed. E_NOTFOUND: there is none, or it
 * is encoded for transfer. E_MALFORMED: a multipart body that two readers would cut differently,
 * or that holds two parts of the type or an empty one. E_LIMIT: more than ZTI_PARTS_MAX parts. */
int32_t zti_sip_part(zti_str content_type, zti_str body, zti_str type, zti_part *part);

#endif
