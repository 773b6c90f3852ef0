#include <zerotrunk/sdp.h>

#include <string.h>
#include "base/cur.h"
#include "base/opts.h"
#include "sdp/codec.h"

/* What says in fmtp that a codec's silence suppression is on, or off where it is on by default. */
static const struct {
    const char *name, *param;
    uint32_t is_default;
} silent[] = {
    {"CN", NULL, 1},          {"AMR", NULL, 1},         {"AMR-WB", NULL, 1},
    {"G729", "annexb=no", 1}, {"G723", "annexa=no", 1}, {"opus", "usedtx=1", 0},
};

/* RFC 4566's parameters stand between semicolons. */
static uint32_t has_param(zti_str fmtp, const char *param)
{
    zti_cur c = zti_cur_of(fmtp);

    while (!zti_cur_done(&c)) {
        if (zti_str_ieq(zti_str_trim(zti_cur_until(&c, ';')), zti_str_of(param))) return 1;
        (void)zti_cur_accept(&c, ';');
    }
    return 0;
}

static uint32_t has_dtx(const zti_sdp_codec *codec)
{
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        if (!zti_str_ieq(codec->name, zti_str_of(silent[i].name))) continue;
        if (silent[i].param == NULL) return 1;
        return has_param(codec->fmtp, silent[i].param) != silent[i].is_default;
    }
    return 0;
}

static void describe(const zti_sdp_codec *codec, ztrunk_sdp_format *f)
{
    size_t len = codec->name.len < sizeof f->name - 1 ? codec->name.len : sizeof f->name - 1;

    if (codec->name.len == 0 || codec->is_disputed) return;
    memcpy(f->name, codec->name.p, len);
    f->clock_hz = codec->clock;
    f->is_audible = zti_sdp_is_audible(codec);
    f->has_dtx = has_dtx(codec);
}

int32_t ztrunk_sdp_get_format(const ztrunk_sdp *sdp, uint32_t media, uint32_t nth,
                              ztrunk_sdp_format *format)
{
    ztrunk_sdp_format f = {0};
    const zti_sdp_section *section;
    zti_sdp_codecs codecs;

    if (sdp == NULL || format == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, media);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    f.payload_type = zti_sdp_nth_type(section, nth);
    if (f.payload_type == ZTI_SDP_TYPES) return ZTRUNK_E_NOTFOUND;
    zti_sdp_read_codecs(sdp, section, &codecs);
    describe(&codecs.types[f.payload_type], &f);
    return zti_opts_write(format, &f, sizeof f);
}
