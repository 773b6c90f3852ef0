/* desc.h - a description inside: its text, the lines over it, what the sections say. */
#ifndef ZTI_SDP_DESC_H
#define ZTI_SDP_DESC_H

#include <zerotrunk/sdp.h>
#include "base/buf.h"
#include "wire/sdp_field.h"
#include "wire/sdp_line.h"

#define ZTI_SDP_DIRECTION_NONE UINT32_MAX

typedef struct zti_sdp_section { /* the session level, or one m-line and what is under it */
    uint32_t first, end;         /* lines[first..end[; the m= line is lines[first] */
    zti_sdp_m m;
    uint32_t kind, proto;
    uint32_t has_conn, has_rtcp, has_rtcp_mux, has_k;
    ztrunk_addr conn, rtcp;
    uint32_t direction; /* ZTRUNK_SDP_SENDRECV ... or NONE */
    uint32_t crypto_count, ptime_ms, maxptime_ms;
} zti_sdp_section;

struct ztrunk_sdp {
    ztrunk_ctx *ctx;
    uint8_t *text; /* owned; wiped, since it holds keys */
    size_t len;
    zti_sdp_line *lines;
    zti_sdp_section *media;
    uint32_t line_count, media_count;
    zti_sdp_section session;
    zti_sdp_o o;
    zti_str t; /* value of the first t= */
};

/* Makes a description of a buffer's bytes, which it takes over when all is well. */
int32_t zti_sdp_load(zti_buf *text, ztrunk_sdp **out);
/* Puts the buffer's bytes in the place of the description, or leaves it as it is. The buffer is
 * empty afterwards either way. */
int32_t zti_sdp_replace(ztrunk_sdp *sdp, zti_buf *text);
/* The section of m-line nth, NULL when there is none. */
const zti_sdp_section *zti_sdp_media_at(const ztrunk_sdp *sdp, uint32_t nth);
/* What get_media says, without the caller's struct. */
ztrunk_sdp_media zti_sdp_describe(const ztrunk_sdp *sdp, const zti_sdp_section *media);
uint32_t zti_sdp_is_secure(uint32_t proto);
/* The value of the nth a=crypto; E_NOTFOUND. */
int32_t zti_sdp_crypto_line(const ztrunk_sdp *sdp, const zti_sdp_section *media, uint32_t nth,
                            zti_str *value);

#endif
