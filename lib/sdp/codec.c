#include "sdp/codec.h"

#include <string.h>
#include "base/cur.h"

#define NAME(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    } /* ZTI_STR is no constant */

static const struct { /* RFC 3551 6, audio */
    uint32_t type;
    zti_str name;
} fixed[] = {
    {0, NAME("PCMU")}, {3, NAME("GSM")}, {4, NAME("G723")},  {8, NAME("PCMA")},
    {9, NAME("G722")}, {13, NAME("CN")}, {15, NAME("G728")}, {18, NAME("G729")},
};

static const struct { /* names that mean one clock only */
    zti_str name;
    uint32_t clock;
} clocks[] = {
    {NAME("opus"), 48000}, {NAME("PCMU"), 8000}, {NAME("PCMA"), 8000},
    {NAME("G722"), 8000},  {NAME("G729"), 8000},
};

static void fill_fixed(zti_sdp_codecs *out)
{
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        out->types[fixed[i].type].name = fixed[i].name;
        out->types[fixed[i].type].clock = 8000;
    }
}

static uint32_t is_same(const zti_sdp_codec *codec, zti_str name, uint32_t clock)
{
    return codec->clock == clock && zti_str_ieq(codec->name, name);
}

static void read_mapping(zti_sdp_codecs *out, zti_str value)
{
    zti_sdp_rtpmap map = {.payload_type = ZTI_SDP_TYPES};
    int32_t err = zti_sdp_read_rtpmap(value, &map);
    zti_sdp_codec *codec;

    if (map.payload_type >= ZTI_SDP_TYPES) return;
    codec = &out->types[map.payload_type];
    /* A peer who calls payload type 0 G.729 here and PCMU there gets neither. */
    if (err != ZTRUNK_OK || (codec->name.len > 0 && !is_same(codec, map.name, map.clock))) {
        codec->is_disputed = 1;
        return;
    }
    codec->name = map.name;
    codec->clock = map.clock;
    codec->params = map.params;
    codec->is_mapped = 1;
}

static void read_fmtp(zti_sdp_codecs *out, zti_str value)
{
    zti_cur c = zti_cur_of(value);
    uint32_t type;

    if (zti_sdp_read_type(zti_cur_word(&c), &type) != ZTRUNK_OK) return;
    if (out->types[type].fmtp.len == 0) out->types[type].fmtp = zti_cur_rest(&c);
}

void zti_sdp_read_codecs(const ztrunk_sdp *sdp, const zti_sdp_section *media, zti_sdp_codecs *out)
{
    memset(out, 0, sizeof *out);
    fill_fixed(out);
    for (uint32_t at = media->first; at < media->end; at++) {
        if (sdp->lines[at].attr == ZTI_SDP_ATTR_RTPMAP) read_mapping(out, sdp->lines[at].value);
        if (sdp->lines[at].attr == ZTI_SDP_ATTR_FMTP) read_fmtp(out, sdp->lines[at].value);
    }
}

void zti_sdp_borrow_codecs(zti_sdp_codecs *out, const zti_sdp_codecs *from)
{
    for (uint32_t type = 0; type < ZTI_SDP_TYPES; type++) {
        zti_sdp_codec *codec = &out->types[type];

        if (codec->name.len > 0 || codec->is_disputed || from->types[type].is_disputed) continue;
        codec->name = from->types[type].name;
        codec->clock = from->types[type].clock;
        codec->params = from->types[type].params;
    }
}

static uint32_t clock_is_right(const zti_sdp_codec *codec)
{
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++)
        if (zti_str_ieq(clocks[i].name, codec->name)) return clocks[i].clock == codec->clock;
    return 1;
}

/* Payload types 72 to 76 would look like RTCP on the wire (RFC 3551 6). */
static uint32_t is_usable(const zti_sdp_codec *codec, uint32_t type)
{
    if (codec->name.len == 0 || codec->is_disputed || (type >= 72 && type <= 76)) return 0;
    return clock_is_right(codec);
}

uint32_t zti_sdp_is_audible(const zti_sdp_codec *codec)
{
    return !zti_str_ieq(codec->name, ZTI_STR("telephone-event")) &&
           !zti_str_ieq(codec->name, ZTI_STR("CN"));
}

/* The types that m= lists, each once, as bits. */
static void listed_types(const zti_sdp_section *media, uint8_t listed[ZTI_SDP_TYPES],
                         uint8_t order[ZTI_SDP_TYPES], uint32_t *count)
{
    zti_cur c = zti_cur_of(media->m.formats);

    memset(listed, 0, ZTI_SDP_TYPES);
    *count = 0;
    while (!zti_cur_done(&c)) {
        uint32_t type;

        if (zti_sdp_read_type(zti_cur_word(&c), &type) != ZTRUNK_OK || listed[type]) continue;
        listed[type] = 1;
        order[(*count)++] = (uint8_t)type;
    }
}

uint32_t zti_sdp_nth_type(const zti_sdp_section *media, uint32_t nth)
{
    uint8_t listed[ZTI_SDP_TYPES], order[ZTI_SDP_TYPES];
    uint32_t count;

    listed_types(media, listed, order, &count);
    return nth < count ? order[nth] : ZTI_SDP_TYPES;
}

void zti_sdp_limit_codecs(const zti_sdp_section *media, zti_sdp_codecs *codecs)
{
    uint8_t listed[ZTI_SDP_TYPES], order[ZTI_SDP_TYPES];
    uint32_t count;

    listed_types(media, listed, order, &count);
    for (uint32_t type = 0; type < ZTI_SDP_TYPES; type++)
        if (!listed[type]) codecs->types[type].name.len = 0;
}

static uint32_t is_within(const zti_sdp_codecs *within, const zti_sdp_codec *codec)
{
    for (uint32_t type = 0; type < ZTI_SDP_TYPES; type++)
        if (is_usable(&within->types[type], type) &&
            is_same(&within->types[type], codec->name, codec->clock))
            return 1;
    return 0;
}

void zti_sdp_choose(const zti_sdp_section *media, const zti_sdp_codecs *codecs,
                    const zti_sdp_policy *policy, const zti_sdp_codecs *within, zti_sdp_choice *out)
{
    uint8_t listed[ZTI_SDP_TYPES], order[ZTI_SDP_TYPES];
    uint32_t count;

    memset(out, 0, sizeof *out);
    listed_types(media, listed, order, &count);
    for (uint32_t rank = 0; rank < policy->codec_count; rank++) {
        for (uint32_t i = 0; i < count; i++) {
            const zti_sdp_codec *codec = &codecs->types[order[i]];

            if (!listed[order[i]] || !is_usable(codec, order[i])) continue;
            if (!zti_str_ieq(codec->name, policy->codecs[rank])) continue;
            if (within != NULL && !is_within(within, codec)) continue;
            listed[order[i]] = 0; /* the policy may name a codec twice */
            out->types[out->count++] = order[i];
            out->audible += zti_sdp_is_audible(codec);
        }
    }
}
