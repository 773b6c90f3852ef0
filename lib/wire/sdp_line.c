#include "wire/sdp_line.h"

#include <zerotrunk/core.h>

#define NAME(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    } /* ZTI_STR is no constant */

static const struct {
    zti_str name;
    zti_sdp_attr attr;
} known[] = {
    {NAME("crypto"), ZTI_SDP_ATTR_CRYPTO},
    {NAME("rtpmap"), ZTI_SDP_ATTR_RTPMAP},
    {NAME("fmtp"), ZTI_SDP_ATTR_FMTP},
    {NAME("rtcp"), ZTI_SDP_ATTR_RTCP},
    {NAME("rtcp-mux"), ZTI_SDP_ATTR_RTCP_MUX},
    {NAME("rtcp-fb"), ZTI_SDP_ATTR_RTCP_FB},
    {NAME("ptime"), ZTI_SDP_ATTR_PTIME},
    {NAME("maxptime"), ZTI_SDP_ATTR_MAXPTIME},
    {NAME("sendrecv"), ZTI_SDP_ATTR_SENDRECV},
    {NAME("sendonly"), ZTI_SDP_ATTR_SENDONLY},
    {NAME("recvonly"), ZTI_SDP_ATTR_RECVONLY},
    {NAME("inactive"), ZTI_SDP_ATTR_INACTIVE},
    {NAME("key-mgmt"), ZTI_SDP_ATTR_KEY},
    {NAME("mikey"), ZTI_SDP_ATTR_KEY},
    {NAME("fingerprint"), ZTI_SDP_ATTR_KEY},
    {NAME("setup"), ZTI_SDP_ATTR_KEY},
    {NAME("tls-id"), ZTI_SDP_ATTR_KEY},
    {NAME("dtls-id"), ZTI_SDP_ATTR_KEY},
    {NAME("zrtp-hash"), ZTI_SDP_ATTR_KEY},
    {NAME("3ge2ae"), ZTI_SDP_ATTR_KEY},
    {NAME("candidate"), ZTI_SDP_ATTR_ICE},
    {NAME("remote-candidates"), ZTI_SDP_ATTR_ICE},
    {NAME("end-of-candidates"), ZTI_SDP_ATTR_ICE},
};

/* Names are compared without case, so that "a=Crypto" cannot pass as something else. */
static zti_sdp_attr attr_of(zti_str name)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].name.len == name.len && zti_str_ieq(known[i].name, name)) return known[i].attr;
    if (zti_str_ieq(zti_str_head(name, 4), ZTI_STR("ice-"))) return ZTI_SDP_ATTR_ICE;
    return ZTI_SDP_ATTR_OTHER;
}

static int32_t read_attribute(zti_sdp_line *line)
{
    zti_cur c = zti_cur_of(line->value);

    line->name = zti_cur_token(&c);
    if (c.err != ZTRUNK_OK) return c.err;
    if (!zti_cur_done(&c)) zti_cur_expect(&c, ':');
    line->value = zti_cur_rest(&c);
    line->attr = attr_of(line->name);
    return c.err;
}

static int32_t read_line(zti_sdp_line *line)
{
    zti_cur c = zti_cur_of(line->text);
    zti_str type = zti_cur_take(&c, 1);

    zti_cur_expect(&c, '=');
    if (c.err != ZTRUNK_OK) return c.err;
    line->type = type.p[0];
    /* RFC 8866 5: a description with a letter that one does not know is refused whole. */
    if (zti_str_find(ZTI_STR("vosiuepcbtrzkma"), line->type) == 15) return ZTRUNK_E_MALFORMED;
    line->value = zti_cur_rest(&c);
    return line->type == 'a' ? read_attribute(line) : ZTRUNK_OK;
}

int32_t zti_sdp_next_line(zti_cur *c, zti_sdp_line *line)
{
    zti_str text = zti_cur_until(c, '\n');
    zti_sdp_line next = {0};

    zti_cur_expect(c, '\n');
    if (c->err != ZTRUNK_OK) return c->err;
    if (text.len > 0 && text.p[text.len - 1] == '\r') text.len--;
    next.text = text;
    next.end = (zti_str){text.p + text.len, (size_t)(c->p - text.p) - text.len};
    if (text.len > ZTI_SDP_LINE_MAX) return ZTRUNK_E_LIMIT;
    if (zti_str_find(text, '\0') < text.len) return ZTRUNK_E_MALFORMED;
    if (zti_str_find(text, '\r') < text.len) return ZTRUNK_E_MALFORMED;
    *line = next;
    return read_line(line);
}
