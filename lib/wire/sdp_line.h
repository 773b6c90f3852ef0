/* sdp_line.h - the lines of a session description, as they came in (RFC 8866 9). */
#ifndef ZTI_WIRE_SDP_LINE_H
#define ZTI_WIRE_SDP_LINE_H

#include "base/cur.h"

#define ZTI_SDP_TEXT_MAX  65536u
#define ZTI_SDP_LINE_MAX  1024u /* without the line's end */
#define ZTI_SDP_LINES_MAX 512u

typedef enum zti_sdp_attr { /* what an a= line is, as far as this library cares */
                            ZTI_SDP_ATTR_OTHER, /* also every line that is no a= line */
                            ZTI_SDP_ATTR_CRYPTO,
                            ZTI_SDP_ATTR_KEY, /* any other carrier of keys: MIKEY, DTLS, ZRTP */
                            ZTI_SDP_ATTR_ICE,
                            ZTI_SDP_ATTR_RTCP,
                            ZTI_SDP_ATTR_RTCP_MUX,
                            ZTI_SDP_ATTR_RTPMAP,
                            ZTI_SDP_ATTR_FMTP,
                            ZTI_SDP_ATTR_RTCP_FB,
                            ZTI_SDP_ATTR_PTIME,
                            ZTI_SDP_ATTR_MAXPTIME,
                            ZTI_SDP_ATTR_SENDRECV, /* these four in the order of ZTRUNK_SDP_SENDRECV
                                                      ... */
                            ZTI_SDP_ATTR_SENDONLY,
                            ZTI_SDP_ATTR_RECVONLY,
                            ZTI_SDP_ATTR_INACTIVE
} zti_sdp_attr;

typedef struct zti_sdp_line {
    zti_str text;  /* without its end */
    zti_str end;   /* CRLF or LF */
    zti_str value; /* behind "=", of an attribute behind its ":" (empty when there is none) */
    zti_str name;  /* of an attribute */
    zti_sdp_attr attr;
    char type;
} zti_sdp_line;

/* Takes the next line. E_MALFORMED: no end, NUL, bare CR, unknown type letter, an attribute whose
 * name is no token (RFC 8866 9: "a=crypto :" names nothing that anyone may read as crypto).
 * E_LIMIT: too long. */
int32_t zti_sdp_next_line(zti_cur *c, zti_sdp_line *line);

#endif
