#include <zerotrunk/sdp.h>

#include "base/cur.h"
#include "sdp/codec.h"
#include "sdp/edit.h"

static uint32_t is_chosen(const zti_sdp_choice *choice, uint32_t type)
{
    for (uint32_t i = 0; i < choice->count; i++)
        if (choice->types[i] == type) return 1;
    return 0;
}

/* A line about a format that is not there any more. "a=rtcp-fb:*" is about all of them. */
static uint32_t is_struck(const zti_sdp_line *line, const zti_sdp_choice *choice)
{
    zti_cur c = zti_cur_of(line->value);
    zti_str about;
    uint32_t type;

    if (line->attr != ZTI_SDP_ATTR_RTPMAP && line->attr != ZTI_SDP_ATTR_FMTP &&
        line->attr != ZTI_SDP_ATTR_RTCP_FB)
        return 0;
    about = zti_cur_word(&c);
    if (line->attr == ZTI_SDP_ATTR_RTCP_FB && zti_str_eq(about, ZTI_STR("*"))) return 0;
    if (zti_sdp_read_type(about, &type) != ZTRUNK_OK) return 1;
    return !is_chosen(choice, type);
}

static void write_filtered(zti_buf *out, const ztrunk_sdp *sdp, const zti_sdp_section *section,
                           const zti_sdp_choice *choice)
{
    zti_buf formats = zti_sdp_edit(sdp);

    for (uint32_t i = 0; i < choice->count; i++) {
        if (i > 0) zti_buf_char(&formats, ' ');
        zti_buf_u64(&formats, choice->types[i]);
    }
    if (formats.err != ZTRUNK_OK) out->err = formats.err;
    zti_sdp_keep_range(out, sdp, 0, section->first);
    zti_sdp_write_m(out, sdp, section, ZTI_STR(""), ZTI_STR(""), zti_buf_view(&formats));
    for (uint32_t at = section->first + 1; at < section->end; at++)
        if (!is_struck(&sdp->lines[at], choice)) zti_sdp_keep(out, &sdp->lines[at]);
    zti_sdp_keep_range(out, sdp, section->end, sdp->line_count);
    zti_buf_free(&formats);
}

int32_t ztrunk_sdp_filter_codecs(ztrunk_sdp *sdp, uint32_t media, const ztrunk_sdp_policy *policy)
{
    const zti_sdp_section *section;
    zti_sdp_policy demands;
    zti_sdp_codecs codecs;
    zti_sdp_choice choice;
    zti_buf out;
    int32_t err;

    if (sdp == NULL) return ZTRUNK_E_INVALID;
    err = zti_sdp_read_policy(&demands, policy);
    if (err != ZTRUNK_OK) return err;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    if (section->proto == ZTRUNK_SDP_PROTO_OTHER) return ZTRUNK_E_DENIED;
    zti_sdp_read_codecs(sdp, section, &codecs);
    zti_sdp_choose(section, &codecs, &demands, NULL, &choice);
    if (choice.audible == 0) return ZTRUNK_E_DENIED;
    out = zti_sdp_edit(sdp);
    write_filtered(&out, sdp, section, &choice);
    return zti_sdp_replace(sdp, &out);
}
