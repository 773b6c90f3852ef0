/* sip_names.h - the names that the gate knows: headers, methods, reason phrases. */
#ifndef ZTI_WIRE_SIP_NAMES_H
#define ZTI_WIRE_SIP_NAMES_H

#include "base/str.h"

typedef enum zti_hdr_id {
    ZTI_H_OTHER = 0, /* known by its name only */
    ZTI_H_TO,
    ZTI_H_VIA,
    ZTI_H_CSEQ,
    ZTI_H_DATE,
    ZTI_H_FROM,
    ZTI_H_RACK,
    ZTI_H_RSEQ,
    ZTI_H_ALLOW,
    ZTI_H_EVENT,
    ZTI_H_ROUTE,
    ZTI_H_ACCEPT,
    ZTI_H_MIN_SE,
    ZTI_H_CALL_ID,
    ZTI_H_CONTACT,
    ZTI_H_EXPIRES,
    ZTI_H_REQUIRE,
    ZTI_H_SUBJECT,
    ZTI_H_WARNING,
    ZTI_H_REFER_TO,
    ZTI_H_REPLACES,
    ZTI_H_IDENTITY,
    ZTI_H_SUPPORTED,
    ZTI_H_REFERRED_BY,
    ZTI_H_ALLOW_EVENTS,
    ZTI_H_CONTENT_TYPE,
    ZTI_H_MAX_FORWARDS,
    ZTI_H_RECORD_ROUTE,
    ZTI_H_AUTHORIZATION,
    ZTI_H_REJECT_CONTACT,
    ZTI_H_ACCEPT_CONTACT,
    ZTI_H_CONTENT_LENGTH,
    ZTI_H_SESSION_EXPIRES,
    ZTI_H_CONTENT_ENCODING,
    ZTI_H_CONTENT_DISPOSITION,
    ZTI_H_PROXY_AUTHORIZATION,
    ZTI_H_REQUEST_DISPOSITION,
    ZTI_H_COUNT
} zti_hdr_id;

/* By long or compact name, any case. */
zti_hdr_id zti_hdr_find(zti_str name);
const char *zti_hdr_name(zti_hdr_id id); /* "" for OTHER */
/* 1 when a message may hold one such field only. */
uint32_t zti_hdr_is_single(zti_hdr_id id);
/* 1 when spaces before its colon are taken. RFC 3261 7.3.1 lets them stand anywhere; behind a
 * name that a policy may strip they are how that policy is evaded (CVE-2020-28361). */
uint32_t zti_hdr_may_space(zti_hdr_id id);

/* ZTRUNK_SIP_*; methods are case-sensitive. */
uint32_t zti_method_find(zti_str name);

#endif
