#include <zerotrunk/sdp.h>

#include "base/addr.h"
#include "sdp/edit.h"

static const zti_str same = {NULL, 0}; /* for zti_sdp_write_m */

static void write_port(char text[6], uint16_t port, zti_str *out)
{
    size_t at = 6;

    do text[--at] = (char)('0' + port % 10);
    while ((port /= 10) > 0);
    *out = (zti_str){text + at, 6 - at};
}

static void write_conn(zti_buf *out, const ztrunk_sdp *sdp, const ztrunk_addr *addr)
{
    zti_buf_text(out, "c=");
    zti_sdp_write_ip(out, addr);
    zti_sdp_end_line(out, sdp);
}

static void write_rtcp(zti_buf *out, const ztrunk_sdp *sdp, const ztrunk_addr *rtcp)
{
    zti_buf_text(out, "a=rtcp:");
    zti_buf_u64(out, rtcp->port);
    zti_buf_char(out, ' ');
    zti_sdp_write_ip(out, rtcp);
    zti_sdp_end_line(out, sdp);
}

static uint32_t is_default_rtcp(const ztrunk_addr *rtp, const ztrunk_addr *rtcp)
{
    return zti_ip_equal(rtp, rtcp) && rtcp->port == rtp->port + 1;
}

/* Where a section's c= stands: RFC 8866 9 has only i= between m= and c=. */
static uint32_t conn_place(const ztrunk_sdp *sdp, const zti_sdp_section *media)
{
    uint32_t at = media->first + 1;

    while (at < media->end && sdp->lines[at].type == 'i') at++;
    return at;
}

static void write_section(zti_buf *out, const ztrunk_sdp *sdp, const zti_sdp_section *media,
                          const ztrunk_addr *rtp, const ztrunk_addr *rtcp)
{
    uint32_t place = conn_place(sdp, media);
    uint32_t needs_conn = !sdp->session.has_conn || !zti_ip_equal(&sdp->session.conn, rtp);
    char digits[6];
    zti_str port;

    write_port(digits, rtp->port, &port);
    zti_sdp_write_m(out, sdp, media, port, same, same);
    for (uint32_t at = media->first + 1; at <= media->end; at++) {
        const zti_sdp_line *line;

        if (at == place && (needs_conn || media->has_conn)) write_conn(out, sdp, rtp);
        if (at == media->end) break;
        line = &sdp->lines[at];
        if (line->type == 'c' || line->attr == ZTI_SDP_ATTR_ICE) continue;
        if (line->attr == ZTI_SDP_ATTR_RTCP)
            write_rtcp(out, sdp, rtcp);
        else
            zti_sdp_keep(out, line);
    }
    if (!media->has_rtcp && !is_default_rtcp(rtp, rtcp)) write_rtcp(out, sdp, rtcp);
}

static uint32_t is_usable(const ztrunk_addr *addr)
{
    return (addr->family == 4 || addr->family == 6) && addr->port != 0;
}

int32_t ztrunk_sdp_set_addr(ztrunk_sdp *sdp, uint32_t media, const ztrunk_addr *rtp,
                            const ztrunk_addr *rtcp)
{
    const zti_sdp_section *section;
    ztrunk_addr next;
    zti_buf out;

    if (sdp == NULL || rtp == NULL || !is_usable(rtp)) return ZTRUNK_E_INVALID;
    next = *rtp;
    next.port++;
    if (rtcp != NULL) next = *rtcp;
    if (!is_usable(&next)) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    out = zti_sdp_edit(sdp);
    zti_sdp_keep_range(&out, sdp, 0, section->first);
    write_section(&out, sdp, section, rtp, &next);
    zti_sdp_keep_range(&out, sdp, section->end, sdp->line_count);
    return zti_sdp_replace(sdp, &out);
}

int32_t ztrunk_sdp_set_proto(ztrunk_sdp *sdp, uint32_t media, uint32_t proto)
{
    const char *name = zti_sdp_proto_name(proto);
    const zti_sdp_section *section;
    zti_buf out;

    if (sdp == NULL || name == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    out = zti_sdp_edit(sdp);
    zti_sdp_keep_range(&out, sdp, 0, section->first);
    zti_sdp_write_m(&out, sdp, section, same, zti_str_of(name), same);
    for (uint32_t at = section->first + 1; at < section->end; at++)
        if (zti_sdp_is_secure(proto) || !zti_sdp_is_key(&sdp->lines[at]))
            zti_sdp_keep(&out, &sdp->lines[at]);
    zti_sdp_keep_range(&out, sdp, section->end, sdp->line_count);
    return zti_sdp_replace(sdp, &out);
}

int32_t ztrunk_sdp_set_direction(ztrunk_sdp *sdp, uint32_t media, uint32_t direction)
{
    const char *name = zti_sdp_direction_name(direction);
    const zti_sdp_section *section;
    zti_buf out;

    if (sdp == NULL || name == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    out = zti_sdp_edit(sdp);
    zti_sdp_keep_range(&out, sdp, 0, section->first);
    for (uint32_t at = section->first; at < section->end; at++)
        if (!zti_sdp_is_direction(&sdp->lines[at])) zti_sdp_keep(&out, &sdp->lines[at]);
    zti_buf_text(&out, "a=");
    zti_buf_text(&out, name);
    zti_sdp_end_line(&out, sdp);
    zti_sdp_keep_range(&out, sdp, section->end, sdp->line_count);
    return zti_sdp_replace(sdp, &out);
}

int32_t ztrunk_sdp_reject_media(ztrunk_sdp *sdp, uint32_t media)
{
    const zti_sdp_section *section;
    zti_buf out;

    if (sdp == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    out = zti_sdp_edit(sdp);
    zti_sdp_keep_range(&out, sdp, 0, section->first);
    zti_sdp_write_m(&out, sdp, section, ZTI_STR("0"), same, same);
    zti_sdp_keep_range(&out, sdp, section->end, sdp->line_count);
    return zti_sdp_replace(sdp, &out);
}
