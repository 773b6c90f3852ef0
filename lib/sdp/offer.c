#include <zerotrunk/sdp.h>

#include "base/mem.h"
#include "sdp/codec.h"
#include "sdp/judge.h"
#include "wire/sdp_crypto.h"

/* Lower is better. RFC 4568 5.1.1 lists lines by the offerer's preference; a 32-bit tag lets one
 * forged packet in four billion through, so it comes after every longer one. Draft names have
 * stood for more than one key derivation: only when nothing else is offered. */
static uint32_t rank_of(const ztrunk_sdp_crypto *crypto)
{
    if (crypto->is_draft_name) return 2;
    return crypto->suite == ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32 ||
           crypto->suite == ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32 ||
           crypto->suite == ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32;
}

static zti_sdp_finding choose_crypto(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                     const zti_sdp_policy *policy, uint32_t *chosen)
{
    zti_sdp_finding finding = ZTI_SDP_FINE;
    uint32_t nth = 0, best = UINT32_MAX;
    ztrunk_sdp_crypto crypto = {0};

    if (zti_sdp_has_same_tags(sdp, media))
        return (zti_sdp_finding){ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, "two a=crypto with one tag"};
    for (uint32_t at = media->first; at < media->end; at++) {
        zti_sdp_finding one;

        if (sdp->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        one = zti_sdp_judge_crypto(sdp->lines[at].value, policy, &crypto);
        if (one.reason == ZTRUNK_SDP_OK && rank_of(&crypto) < best) {
            best = rank_of(&crypto);
            *chosen = nth;
        }
        if (one.reason > finding.reason) finding = one;
        nth++;
    }
    zti_wipe(&crypto, sizeof crypto);
    return best != UINT32_MAX ? ZTI_SDP_FINE : finding;
}

static zti_sdp_finding judge_codecs(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                    const zti_sdp_policy *policy)
{
    zti_sdp_codecs codecs;
    zti_sdp_choice choice;

    zti_sdp_read_codecs(sdp, media, &codecs);
    zti_sdp_choose(media, &codecs, policy, NULL, &choice);
    if (choice.audible > 0) return ZTI_SDP_FINE;
    return (zti_sdp_finding){ZTRUNK_SDP_REFUSED_CODEC, "no codec in common"};
}

static zti_sdp_finding judge_audio(const ztrunk_sdp *sdp, const zti_sdp_section *media,
                                   const zti_sdp_policy *policy, uint32_t *crypto)
{
    zti_sdp_finding finding = zti_sdp_judge_profile(sdp, media, policy);

    if (finding.reason == ZTRUNK_SDP_OK && policy->p.srtp == ZTRUNK_SDP_SRTP_REQUIRED)
        finding = choose_crypto(sdp, media, policy, crypto);
    if (finding.reason == ZTRUNK_SDP_OK) finding = zti_sdp_judge_address(sdp, media, policy);
    if (finding.reason == ZTRUNK_SDP_OK) finding = judge_codecs(sdp, media, policy);
    return finding;
}

/* The first audio line that is acceptable decides; when none is, the first one says why. */
static zti_sdp_finding judge_offer(const ztrunk_sdp *sdp, const zti_sdp_policy *policy,
                                   uint32_t *media, uint32_t *crypto)
{
    zti_sdp_finding first = {ZTRUNK_SDP_REFUSED_NO_MEDIA, "no audio is offered"};
    zti_sdp_finding whole = zti_sdp_judge_whole(sdp, policy);
    uint32_t seen = 0;

    if (whole.reason != ZTRUNK_SDP_OK) return whole;
    for (uint32_t nth = 0; nth < sdp->media_count; nth++) {
        const zti_sdp_section *section = &sdp->media[nth];
        zti_sdp_finding finding;

        if (section->kind != ZTRUNK_SDP_AUDIO || section->m.port == 0) continue;
        finding = judge_audio(sdp, section, policy, crypto);
        if (finding.reason != ZTRUNK_SDP_OK && seen++ > 0) continue;
        *media = nth;
        first = finding;
        if (finding.reason == ZTRUNK_SDP_OK) break;
    }
    return first;
}

int32_t ztrunk_sdp_judge_offer(const ztrunk_sdp *sdp, const ztrunk_sdp_policy *policy,
                               ztrunk_sdp_verdict *verdict)
{
    uint32_t media = 0, crypto = 0;
    zti_sdp_policy demands;
    zti_sdp_finding finding;
    int32_t err;

    if (sdp == NULL || verdict == NULL) return ZTRUNK_E_INVALID;
    err = zti_sdp_read_policy(&demands, policy);
    if (err != ZTRUNK_OK) return err;
    finding = judge_offer(sdp, &demands, &media, &crypto);
    return zti_sdp_write_verdict(verdict, finding, media, crypto);
}

int32_t ztrunk_sdp_read_offer(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                              const ztrunk_sdp_policy *policy, ztrunk_sdp_verdict *verdict,
                              ztrunk_sdp **out)
{
    ztrunk_sdp_verdict v = {.size = sizeof v};
    zti_sdp_finding finding;
    ztrunk_sdp *sdp = NULL;
    int32_t err;

    if (verdict == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = ztrunk_sdp_parse(ctx, text, len, &sdp);
    finding = zti_sdp_parse_finding(err);
    if (finding.reason != ZTRUNK_SDP_OK) return zti_sdp_write_verdict(verdict, finding, 0, 0);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_judge_offer(sdp, policy, &v);
    if (err == ZTRUNK_OK)
        err =
            zti_sdp_write_verdict(verdict, (zti_sdp_finding){v.reason, v.text}, v.media, v.crypto);
    if (err == ZTRUNK_OK && v.reason == ZTRUNK_SDP_OK) {
        *out = sdp;
        sdp = NULL;
    }
    ztrunk_sdp_free(sdp);
    return err;
}
