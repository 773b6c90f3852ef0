/* edit.h - an edit writes the whole text anew and is judged by the parser before it counts. */
#ifndef ZTI_SDP_EDIT_H
#define ZTI_SDP_EDIT_H

#include "sdp/desc.h"

zti_buf zti_sdp_edit(const ztrunk_sdp *sdp); /* empty: ends in zti_sdp_replace */
void zti_sdp_keep(zti_buf *out, const zti_sdp_line *line);
void zti_sdp_keep_range(zti_buf *out, const ztrunk_sdp *sdp, uint32_t first, uint32_t end);
/* Ends a line of our own as the peer ends his first one. */
void zti_sdp_end_line(zti_buf *out, const ztrunk_sdp *sdp);
/* The m= line with other values in place of the empty ones' own. */
void zti_sdp_write_m(zti_buf *out, const ztrunk_sdp *sdp, const zti_sdp_section *media,
                     zti_str port, zti_str proto, zti_str formats);

uint32_t zti_sdp_is_inside(const zti_sdp_section *section, uint32_t at);
/* 1: the line carries or names a key. */
uint32_t zti_sdp_is_key(const zti_sdp_line *line);
uint32_t zti_sdp_is_direction(const zti_sdp_line *line);
const char *zti_sdp_proto_name(uint32_t proto);         /* NULL: not one of ours */
const char *zti_sdp_direction_name(uint32_t direction); /* NULL as well */

#endif
