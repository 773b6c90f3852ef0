#include <zerotrunk/sdp.h>

#include "base/opts.h"
#include "sdp/edit.h"
#include "wire/sdp_crypto.h"

int32_t ztrunk_sdp_get_crypto(const ztrunk_sdp *sdp, uint32_t media, uint32_t nth,
                              ztrunk_sdp_crypto *crypto)
{
    ztrunk_sdp_crypto read = {.size = sizeof read};
    const zti_sdp_section *section;
    zti_str value;
    int32_t err;

    if (sdp == NULL || crypto == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    err = zti_sdp_crypto_line(sdp, section, nth, &value);
    if (err == ZTRUNK_OK) err = zti_sdp_read_crypto(value, &read);
    if (err == ZTRUNK_OK) err = zti_opts_write(crypto, &read, sizeof read);
    zti_wipe(&read, sizeof read);
    return err;
}

int32_t ztrunk_sdp_new_crypto(ztrunk_ctx *ctx, uint32_t suite, uint32_t tag,
                              ztrunk_sdp_crypto *crypto)
{
    ztrunk_sdp_crypto fresh = {.size = sizeof fresh, .suite = suite, .tag = tag};
    int32_t err;

    if (ctx == NULL || crypto == NULL) return ZTRUNK_E_INVALID;
    fresh.key_len = (uint32_t)ztrunk_suite_key_len(suite);
    if (fresh.key_len == 0) return ZTRUNK_E_INVALID;
    err = ztrunk_random(ctx, fresh.key, fresh.key_len);
    if (err == ZTRUNK_OK && !zti_sdp_crypto_valid(&fresh)) err = ZTRUNK_E_INVALID;
    if (err == ZTRUNK_OK) err = zti_opts_write(crypto, &fresh, sizeof fresh);
    zti_wipe(&fresh, sizeof fresh);
    return err;
}

int32_t ztrunk_sdp_clear_crypto(ztrunk_sdp *sdp, uint32_t media)
{
    const zti_sdp_section *section;
    zti_buf out;

    if (sdp == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL && media != ZTRUNK_SDP_ALL) return ZTRUNK_E_NOTFOUND;
    out = zti_sdp_edit(sdp);
    for (uint32_t at = 0; at < sdp->line_count; at++) {
        uint32_t is_inside = section == NULL || zti_sdp_is_inside(section, at);

        if (!is_inside || !zti_sdp_is_key(&sdp->lines[at])) zti_sdp_keep(&out, &sdp->lines[at]);
    }
    return zti_sdp_replace(sdp, &out);
}

static uint32_t has_tag(const ztrunk_sdp *sdp, const zti_sdp_section *media, uint32_t tag)
{
    for (uint32_t at = media->first; at < media->end; at++) {
        uint32_t other;

        if (sdp->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        if (zti_sdp_read_tag(sdp->lines[at].value, &other) == ZTRUNK_OK && other == tag) return 1;
    }
    return 0;
}

static int32_t append_crypto(ztrunk_sdp *sdp, const zti_sdp_section *section,
                             const ztrunk_sdp_crypto *crypto)
{
    zti_buf out = zti_sdp_edit(sdp);

    zti_sdp_keep_range(&out, sdp, 0, section->end);
    zti_buf_text(&out, "a=crypto:");
    zti_sdp_write_crypto(&out, crypto);
    zti_sdp_end_line(&out, sdp);
    zti_sdp_keep_range(&out, sdp, section->end, sdp->line_count);
    return zti_sdp_replace(sdp, &out);
}

int32_t ztrunk_sdp_add_crypto(ztrunk_sdp *sdp, uint32_t media, const ztrunk_sdp_crypto *crypto)
{
    const zti_sdp_section *section;
    ztrunk_sdp_crypto c;
    int32_t err;

    if (sdp == NULL || crypto == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    err = zti_opts_read(&c, sizeof c, crypto);
    if (err == ZTRUNK_OK && (!zti_sdp_is_secure(section->proto) || !zti_sdp_crypto_valid(&c) ||
                             has_tag(sdp, section, c.tag)))
        err = ZTRUNK_E_INVALID;
    if (err == ZTRUNK_OK) err = append_crypto(sdp, section, &c);
    zti_wipe(&c, sizeof c);
    return err;
}
