#include "sdp/judge.h"

#include <string.h>
#include "base/opts.h"
#include "wire/sdp_crypto.h"

/* RFC 3261 20.43 */
static const uint32_t warnings[] = {
    [ZTRUNK_SDP_OK] = 0,
    [ZTRUNK_SDP_REFUSED_MALFORMED] = 399,
    [ZTRUNK_SDP_REFUSED_NO_MEDIA] = 304,
    [ZTRUNK_SDP_REFUSED_PLAIN_RTP] = 302,
    [ZTRUNK_SDP_REFUSED_NO_CRYPTO] = 399,
    [ZTRUNK_SDP_REFUSED_SUITE] = 399,
    [ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS] = 399,
    [ZTRUNK_SDP_REFUSED_CODEC] = 305,
    [ZTRUNK_SDP_REFUSED_ADDRESS] = 301,
    [ZTRUNK_SDP_REFUSED_DTLS] = 302,
    [ZTRUNK_SDP_REFUSED_SRTP] = 302,
    [ZTRUNK_SDP_REFUSED_MISMATCH] = 399,
};

static zti_sdp_finding refuse(uint32_t reason, const char *text)
{
    return (zti_sdp_finding){reason, text};
}

int32_t zti_sdp_write_verdict(ztrunk_sdp_verdict *verdict, zti_sdp_finding finding, uint32_t media,
                              uint32_t crypto)
{
    ztrunk_sdp_verdict v = {.size = sizeof v, .reason = finding.reason};
    zti_str text = zti_str_head(zti_str_of(finding.text), sizeof v.text - 1);

    v.status = finding.reason == ZTRUNK_SDP_OK ? 0 : 488;
    v.warning = warnings[finding.reason];
    v.media = media;
    v.crypto = crypto;
    memcpy(v.text, text.p, text.len);
    return zti_opts_write(verdict, &v, sizeof v);
}

zti_sdp_finding zti_sdp_parse_finding(int32_t err)
{
    if (err == ZTRUNK_E_DENIED)
        return refuse(ZTRUNK_SDP_REFUSED_ADDRESS, "media address is not one unicast IP address");
    if (err == ZTRUNK_E_LIMIT)
        return refuse(ZTRUNK_SDP_REFUSED_MALFORMED, "session description is too large");
    if (err == ZTRUNK_E_MALFORMED)
        return refuse(ZTRUNK_SDP_REFUSED_MALFORMED, "session description is malformed");
    return ZTI_SDP_FINE;
}

zti_sdp_finding zti_sdp_judge_whole(const ztrunk_sdp *sdp, const zti_sdp_policy *policy)
{
    uint32_t has_k = sdp->session.has_k;

    if (sdp->media_count == 0) return refuse(ZTRUNK_SDP_REFUSED_NO_MEDIA, "no media is described");
    if (sdp->media_count > policy->p.max_media)
        return refuse(ZTRUNK_SDP_REFUSED_MALFORMED, "too many media lines");
    for (uint32_t nth = 0; nth < sdp->media_count; nth++) has_k |= sdp->media[nth].has_k;
    if (has_k)
        return refuse(ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, "a key in a k= line is never accepted");
    return ZTI_SDP_FINE;
}

static uint32_t has_text(zti_str text, zti_str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++)
        if (zti_str_ieq(zti_str_head(zti_str_from(text, at), part.len), part)) return 1;
    return 0;
}

static uint32_t has_fingerprint(const ztrunk_sdp *sdp, const zti_sdp_section *section)
{
    for (uint32_t at = section->first; at < section->end; at++)
        if (sdp->lines[at].attr == ZTI_SDP_ATTR_KEY &&
            zti_str_ieq(sdp->lines[at].name, ZTI_STR("fingerprint")))
            return 1;
    return 0;
}

static zti_sdp_finding judge_plain(const zti_sdp_section *media)
{
    if (zti_sdp_is_secure(media->proto) || has_text(media->m.proto, ZTI_STR("SAVP")))
        return refuse(ZTRUNK_SDP_REFUSED_SRTP, "this side carries plain RTP, SRTP was offered");
    if (media->proto == ZTRUNK_SDP_PROTO_OTHER)
        return refuse(ZTRUNK_SDP_REFUSED_NO_MEDIA, "RTP/AVP is required");
    return ZTI_SDP_FINE;
}

zti_sdp_finding zti_sdp_judge_profile(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                      const zti_sdp_policy *policy)
{
    if (policy->p.srtp == ZTRUNK_SDP_SRTP_FORBIDDEN) return judge_plain(media);
    if (has_text(media->m.proto, ZTI_STR("TLS")))
        return refuse(ZTRUNK_SDP_REFUSED_DTLS, "DTLS-SRTP is not used here, RTP/SAVP with "
                                               "a=crypto is required");
    if (!zti_sdp_is_secure(media->proto))
        return refuse(ZTRUNK_SDP_REFUSED_PLAIN_RTP,
                      "SRTP is required: RTP/SAVP with a=crypto, plain RTP is refused");
    if (media->crypto_count > 0) return ZTI_SDP_FINE;
    if (has_fingerprint(sdp, media) || has_fingerprint(sdp, &sdp->session))
        return refuse(ZTRUNK_SDP_REFUSED_DTLS, "DTLS-SRTP is not used here, a=crypto is required");
    return refuse(ZTRUNK_SDP_REFUSED_NO_CRYPTO, "SRTP is required and no a=crypto was given");
}

zti_sdp_finding zti_sdp_judge_address(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                      const zti_sdp_policy *policy)
{
    ztrunk_sdp_media m = zti_sdp_describe(sdp, media);

    if (m.rtp.family == 0) return refuse(ZTRUNK_SDP_REFUSED_ADDRESS, "no c= line for the media");
    if (m.rtcp.port == 0) return refuse(ZTRUNK_SDP_REFUSED_ADDRESS, "no port is left for RTCP");
    if (policy->p.refuse_private && m.is_private && !m.is_held)
        return refuse(ZTRUNK_SDP_REFUSED_ADDRESS, "media address is private");
    return ZTI_SDP_FINE;
}

zti_sdp_finding zti_sdp_judge_crypto(zti_str value, const zti_sdp_policy *policy,
                                     ztrunk_sdp_crypto *crypto)
{
    int32_t err = zti_sdp_read_crypto(value, crypto);

    if (err == ZTRUNK_E_DENIED)
        return refuse(ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS,
                      "a=crypto asks for parameters that are not accepted");
    if (err != ZTRUNK_OK) return refuse(ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, "a=crypto is malformed");
    if (crypto->suite == ZTRUNK_SUITE_NONE || !(policy->p.suites >> crypto->suite & 1))
        return refuse(ZTRUNK_SDP_REFUSED_SUITE, "no SRTP crypto suite in common");
    if (policy->p.refuse_mki && crypto->mki_len > 0)
        return refuse(ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, "a=crypto with an MKI is not accepted");
    return ZTI_SDP_FINE;
}

uint32_t zti_sdp_has_same_tags(const ztrunk_sdp *sdp, const zti_sdp_section *media)
{
    uint32_t tags[ZTI_SDP_LINES_MAX];
    uint32_t count = 0, tag;

    for (uint32_t at = media->first; at < media->end; at++) {
        if (sdp->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        if (zti_sdp_read_tag(sdp->lines[at].value, &tag) != ZTRUNK_OK) continue;
        for (uint32_t i = 0; i < count; i++)
            if (tags[i] == tag) return 1;
        tags[count++] = tag;
    }
    return 0;
}
