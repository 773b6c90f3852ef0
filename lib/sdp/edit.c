#include "sdp/edit.h"

zti_buf zti_sdp_edit(const ztrunk_sdp *sdp)
{
    return zti_buf_of(sdp->ctx, ZTI_SDP_TEXT_MAX);
}

void zti_sdp_keep(zti_buf *out, const zti_sdp_line *line)
{
    zti_buf_add(out, line->text.p, line->text.len + line->end.len);
}

/* The text of one line lies behind that of the line before it. */
void zti_sdp_keep_range(zti_buf *out, const ztrunk_sdp *sdp, uint32_t first, uint32_t end)
{
    const zti_sdp_line *last;

    if (first >= end) return;
    last = &sdp->lines[end - 1];
    zti_buf_add(out, sdp->lines[first].text.p,
                (size_t)(last->end.p + last->end.len - sdp->lines[first].text.p));
}

void zti_sdp_end_line(zti_buf *out, const ztrunk_sdp *sdp)
{
    zti_buf_str(out, sdp->lines[0].end);
}

static void write_or(zti_buf *out, zti_str text, zti_str own)
{
    zti_buf_str(out, text.len > 0 ? text : own);
}

void zti_sdp_write_m(zti_buf *out, const ztrunk_sdp *sdp, const zti_sdp_section *media,
                     zti_str port, zti_str proto, zti_str formats)
{
    zti_buf_text(out, "m=");
    zti_buf_str(out, media->m.kind);
    zti_buf_char(out, ' ');
    write_or(out, port, media->m.port_text);
    zti_buf_char(out, ' ');
    write_or(out, proto, media->m.proto);
    zti_buf_char(out, ' ');
    write_or(out, formats, media->m.formats);
    zti_buf_str(out, sdp->lines[media->first].end);
}

uint32_t zti_sdp_is_inside(const zti_sdp_section *section, uint32_t at)
{
    return at >= section->first && at < section->end;
}

uint32_t zti_sdp_is_key(const zti_sdp_line *line)
{
    return line->type == 'k' || line->attr == ZTI_SDP_ATTR_CRYPTO || line->attr == ZTI_SDP_ATTR_KEY;
}

uint32_t zti_sdp_is_direction(const zti_sdp_line *line)
{
    return line->attr >= ZTI_SDP_ATTR_SENDRECV;
}

const char *zti_sdp_proto_name(uint32_t proto)
{
    static const char *const names[] = {NULL, "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"};

    return proto < sizeof names / sizeof names[0] ? names[proto] : NULL;
}

const char *zti_sdp_direction_name(uint32_t direction)
{
    static const char *const names[] = {"sendrecv", "sendonly", "recvonly", "inactive"};

    return direction < sizeof names / sizeof names[0] ? names[direction] : NULL;
}
