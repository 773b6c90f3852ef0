/* sip_build.h - the head of a message as bytes. */
#ifndef ZTI_WIRE_SIP_BUILD_H
#define ZTI_WIRE_SIP_BUILD_H

#include "base/buf.h"
#include "wire/sip_index.h"

/* Start line, fields, the one Content-Length that is true, empty line. */
void zti_sip_build_head(zti_buf *b, const zti_sip_head *h, size_t body_len);

#endif
