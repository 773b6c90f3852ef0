#include "sdp/index.h"

#include "base/mem.h"

static size_t count_lines(zti_str text)
{
    size_t count = 0;

    for (size_t end = zti_str_find(text, '\n'); end < text.len; end = zti_str_find(text, '\n')) {
        text = zti_str_from(text, end + 1);
        count++;
    }
    return count;
}

/* The lines are counted by their ends before anything is allocated for them. */
static int32_t split_lines(ztrunk_sdp *sdp)
{
    zti_str text = {(const char *)sdp->text, sdp->len};
    zti_cur c = zti_cur_of(text);
    size_t count = count_lines(text);

    if (count > ZTI_SDP_LINES_MAX) return ZTRUNK_E_LIMIT;
    sdp->lines = zti_array(sdp->ctx, count, sizeof *sdp->lines);
    if (sdp->lines == NULL) return ZTRUNK_E_NOMEM;
    while (!zti_cur_done(&c)) {
        int32_t err = zti_sdp_next_line(&c, &sdp->lines[sdp->line_count]);

        if (err != ZTRUNK_OK) return err;
        sdp->line_count++;
    }
    return ZTRUNK_OK;
}

static uint32_t kind_of(zti_str name)
{
    if (zti_str_ieq(name, ZTI_STR("audio"))) return ZTRUNK_SDP_AUDIO;
    if (zti_str_ieq(name, ZTI_STR("video"))) return ZTRUNK_SDP_VIDEO;
    return zti_str_ieq(name, ZTI_STR("image")) ? ZTRUNK_SDP_IMAGE : ZTRUNK_SDP_OTHER;
}

static uint32_t proto_of(zti_str name)
{
    if (zti_str_ieq(name, ZTI_STR("RTP/AVP"))) return ZTRUNK_SDP_RTP_AVP;
    if (zti_str_ieq(name, ZTI_STR("RTP/AVPF"))) return ZTRUNK_SDP_RTP_AVPF;
    if (zti_str_ieq(name, ZTI_STR("RTP/SAVP"))) return ZTRUNK_SDP_RTP_SAVP;
    return zti_str_ieq(name, ZTI_STR("RTP/SAVPF")) ? ZTRUNK_SDP_RTP_SAVPF : ZTRUNK_SDP_PROTO_OTHER;
}

static int32_t read_direction(zti_sdp_section *section, const zti_sdp_line *line)
{
    uint32_t direction = (uint32_t)(line->attr - ZTI_SDP_ATTR_SENDRECV);

    /* Two that differ: whoever reads the other one hears what he must not. */
    if (section->direction != ZTI_SDP_DIRECTION_NONE && section->direction != direction)
        return ZTRUNK_E_MALFORMED;
    section->direction = direction;
    return ZTRUNK_OK;
}

static uint32_t milliseconds(zti_str value)
{
    uint64_t number = 0;

    return zti_sdp_number(value, 1000, &number) == ZTRUNK_OK ? (uint32_t)number : 0;
}

static int32_t read_rtcp(zti_sdp_section *section, zti_str value)
{
    if (section->has_rtcp) return ZTRUNK_E_MALFORMED;
    section->has_rtcp = 1;
    return zti_sdp_read_rtcp(value, &section->rtcp);
}

static int32_t read_attribute(zti_sdp_section *section, const zti_sdp_line *line)
{
    switch (line->attr) {
    case ZTI_SDP_ATTR_CRYPTO:
        section->crypto_count++;
        return ZTRUNK_OK;
    case ZTI_SDP_ATTR_RTCP:
        return read_rtcp(section, line->value);
    case ZTI_SDP_ATTR_RTCP_MUX:
        section->has_rtcp_mux = 1;
        return ZTRUNK_OK;
    case ZTI_SDP_ATTR_PTIME:
        section->ptime_ms = milliseconds(line->value);
        return ZTRUNK_OK;
    case ZTI_SDP_ATTR_MAXPTIME:
        section->maxptime_ms = milliseconds(line->value);
        return ZTRUNK_OK;
    case ZTI_SDP_ATTR_SENDRECV:
    case ZTI_SDP_ATTR_SENDONLY:
    case ZTI_SDP_ATTR_RECVONLY:
    case ZTI_SDP_ATTR_INACTIVE:
        return read_direction(section, line);
    case ZTI_SDP_ATTR_OTHER:
    case ZTI_SDP_ATTR_KEY:
    case ZTI_SDP_ATTR_ICE:
    case ZTI_SDP_ATTR_RTPMAP:
    case ZTI_SDP_ATTR_FMTP:
    case ZTI_SDP_ATTR_RTCP_FB:
        return ZTRUNK_OK;
    }
    return ZTRUNK_OK;
}

static int32_t read_conn(zti_sdp_section *section, zti_str value)
{
    if (section->has_conn) return ZTRUNK_E_MALFORMED;
    section->has_conn = 1;
    return zti_sdp_read_c(value, &section->conn);
}

static int32_t read_time(ztrunk_sdp *sdp, zti_str value)
{
    if (sdp->t.len == 0) sdp->t = value;
    return zti_sdp_read_t(value);
}

/* A line of the session level; line 0, 1, 2 are v=, o=, s=. */
static int32_t read_session_line(ztrunk_sdp *sdp, uint32_t at)
{
    static const char head[] = {'v', 'o', 's'};
    const zti_sdp_line *line = &sdp->lines[at];

    if (at < sizeof head && line->type != head[at]) return ZTRUNK_E_MALFORMED;
    if (at >= sizeof head && zti_str_find(ZTI_STR("vos"), line->type) < 3)
        return ZTRUNK_E_MALFORMED;
    if (line->type == 'v')
        return zti_str_eq(line->value, ZTI_STR("0")) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    if (line->type == 'o') return zti_sdp_read_o(line->value, &sdp->o);
    if (line->type == 'c') return read_conn(&sdp->session, line->value);
    if (line->type == 't') return read_time(sdp, line->value);
    if (line->type == 'k') sdp->session.has_k = 1;
    return line->type == 'a' ? read_attribute(&sdp->session, line) : ZTRUNK_OK;
}

static int32_t read_m(zti_sdp_section *media, zti_str value)
{
    int32_t err = zti_sdp_read_m(value, &media->m);

    if (err != ZTRUNK_OK) return err;
    media->kind = kind_of(media->m.kind);
    media->proto = proto_of(media->m.proto);
    return ZTRUNK_OK;
}

static int32_t read_media_line(zti_sdp_section *media, const zti_sdp_line *line)
{
    if (line->type == 'm') return read_m(media, line->value);
    if (line->type == 'c') return read_conn(media, line->value);
    if (line->type == 'a') return read_attribute(media, line);
    if (line->type == 'k') media->has_k = 1;
    return zti_str_find(ZTI_STR("ibk"), line->type) < 3 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static uint32_t section_end(const ztrunk_sdp *sdp, uint32_t at)
{
    while (at < sdp->line_count && sdp->lines[at].type != 'm') at++;
    return at;
}

static int32_t read_media(ztrunk_sdp *sdp, zti_sdp_section *media, uint32_t first)
{
    int32_t err = ZTRUNK_OK;

    media->direction = ZTI_SDP_DIRECTION_NONE;
    media->first = first;
    media->end = section_end(sdp, first + 1);
    for (uint32_t at = first; at < media->end && err == ZTRUNK_OK; at++)
        err = read_media_line(media, &sdp->lines[at]);
    return err;
}

static int32_t read_session(ztrunk_sdp *sdp)
{
    zti_sdp_section *session = &sdp->session;
    int32_t err = ZTRUNK_OK;

    session->direction = ZTI_SDP_DIRECTION_NONE;
    session->end = section_end(sdp, 0);
    for (uint32_t at = 0; at < session->end && err == ZTRUNK_OK; at++)
        err = read_session_line(sdp, at);
    if (err != ZTRUNK_OK) return err;
    return session->end >= 3 && sdp->t.len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_sdp_index(ztrunk_sdp *sdp)
{
    int32_t err = split_lines(sdp);
    size_t count = 0;

    if (err == ZTRUNK_OK) err = read_session(sdp);
    if (err != ZTRUNK_OK) return err;
    for (uint32_t at = sdp->session.end; at < sdp->line_count; at++)
        count += sdp->lines[at].type == 'm';
    sdp->media = zti_array(sdp->ctx, count, sizeof *sdp->media);
    if (sdp->media == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t at = sdp->session.end; at < sdp->line_count && err == ZTRUNK_OK;) {
        err = read_media(sdp, &sdp->media[sdp->media_count], at);
        at = sdp->media[sdp->media_count++].end;
    }
    return err;
}
