/* sip_frame.h - where the head of a message ends, in bytes that come in pieces. */
#ifndef ZTI_WIRE_SIP_FRAME_H
#define ZTI_WIRE_SIP_FRAME_H

#include "base/str.h"

/* Remembers how far it has looked: a byte is looked at once, however it came. */
typedef struct zti_sip_scan {
    size_t at, line; /* looked at; where the present line begins */
    uint64_t work;   /* bytes looked at so far, over all messages */
} zti_sip_scan;

/* bytes is the same message as before, grown. OK with *head_len, its empty line within;
 * E_NOTFOUND: not yet; E_MALFORMED: a line feed without its carriage return. */
int32_t zti_sip_scan_head(zti_sip_scan *scan, zti_str bytes, size_t *head_len);
void zti_sip_scan_restart(zti_sip_scan *scan);

#endif
