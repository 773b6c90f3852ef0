#include <zerotrunk/sdp.h>

#include "base/mem.h"
#include "sdp/codec.h"
#include "sdp/judge.h"
#include "wire/sdp_crypto.h"

static zti_sdp_finding refuse(uint32_t reason, const char *text)
{
    return (zti_sdp_finding){reason, text};
}

/* RFC 3264 6: as many m-lines, in the same order, of the same kind; 0 stays 0. */
static zti_sdp_finding judge_shape(const ztrunk_sdp *offer, const ztrunk_sdp *answer)
{
    if (offer->media_count != answer->media_count)
        return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer has other media lines");
    for (uint32_t nth = 0; nth < offer->media_count; nth++) {
        const zti_sdp_section *o = &offer->media[nth];
        const zti_sdp_section *a = &answer->media[nth];

        if (!zti_str_ieq(o->m.kind, a->m.kind))
            return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer has other media");
        if (a->m.port == 0) continue;
        if (o->m.port == 0)
            return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer revives a rejected media line");
        if (!zti_str_ieq(o->m.proto, a->m.proto) && zti_sdp_is_secure(o->proto))
            return refuse(ZTRUNK_SDP_REFUSED_PLAIN_RTP, "the answer leaves the offered profile");
        if (!zti_str_ieq(o->m.proto, a->m.proto))
            return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer has another profile");
    }
    return ZTI_SDP_FINE;
}

/* Both directions under one key and salt: a two-time pad (RFC 3711 9.1). */
static uint32_t is_reflected(const ztrunk_sdp_crypto *offered, const ztrunk_sdp_crypto *taken)
{
    return offered->key_len == taken->key_len &&
           zti_same_ct(offered->key, taken->key, taken->key_len);
}

/* RFC 4568 5.1.3: exactly one line, with tag and suite of an offered one. */
static zti_sdp_finding judge_taken(const ztrunk_sdp *offer, const zti_sdp_section *o,
                                   const ztrunk_sdp_crypto *taken)
{
    uint32_t has_tag = 0, has_suite = 0, reflected = 0;
    ztrunk_sdp_crypto offered = {0};

    for (uint32_t at = o->first; at < o->end; at++) {
        if (offer->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        if (zti_sdp_read_crypto(offer->lines[at].value, &offered) != ZTRUNK_OK) continue;
        reflected |= is_reflected(&offered, taken);
        if (offered.tag != taken->tag) continue;
        has_tag = 1;
        has_suite |= offered.suite == taken->suite;
    }
    zti_wipe(&offered, sizeof offered);
    if (reflected)
        return refuse(ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, "the answer reflects an offered key");
    if (!has_tag)
        return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer's crypto tag was not offered");
    if (!has_suite)
        return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer's suite is not its tag's");
    return ZTI_SDP_FINE;
}

static zti_sdp_finding judge_crypto(const ztrunk_sdp *offer, const zti_sdp_section *o,
                                    const ztrunk_sdp *answer, const zti_sdp_section *a,
                                    const zti_sdp_policy *policy)
{
    ztrunk_sdp_crypto taken = {0};
    zti_sdp_finding finding;
    zti_str value;

    if (a->crypto_count != 1)
        return refuse(ZTRUNK_SDP_REFUSED_MISMATCH, "the answer has more than one a=crypto");
    if (zti_sdp_crypto_line(answer, a, 0, &value) != ZTRUNK_OK)
        return refuse(ZTRUNK_SDP_REFUSED_NO_CRYPTO, "the answer has no a=crypto");
    finding = zti_sdp_judge_crypto(value, policy, &taken);
    if (finding.reason == ZTRUNK_SDP_OK) finding = judge_taken(offer, o, &taken);
    zti_wipe(&taken, sizeof taken);
    return finding;
}

static zti_sdp_finding judge_codecs(const ztrunk_sdp *offer, const zti_sdp_section *o,
                                    const ztrunk_sdp *answer, const zti_sdp_section *a,
                                    const zti_sdp_policy *policy)
{
    zti_sdp_codecs offered, taken;
    zti_sdp_choice choice;

    zti_sdp_read_codecs(offer, o, &offered);
    zti_sdp_limit_codecs(o, &offered);
    zti_sdp_read_codecs(answer, a, &taken);
    zti_sdp_borrow_codecs(&taken, &offered);
    zti_sdp_choose(a, &taken, policy, &offered, &choice);
    if (choice.audible > 0) return ZTI_SDP_FINE;
    return refuse(ZTRUNK_SDP_REFUSED_CODEC, "the answer takes no offered codec");
}

static zti_sdp_finding judge_audio(const ztrunk_sdp *offer, const ztrunk_sdp *answer, uint32_t nth,
                                   const zti_sdp_policy *policy)
{
    const zti_sdp_section *o = &offer->media[nth];
    const zti_sdp_section *a = &answer->media[nth];
    zti_sdp_finding finding = zti_sdp_judge_profile(answer, a, policy);

    if (finding.reason == ZTRUNK_SDP_OK && policy->p.srtp == ZTRUNK_SDP_SRTP_REQUIRED)
        finding = judge_crypto(offer, o, answer, a, policy);
    if (finding.reason == ZTRUNK_SDP_OK) finding = zti_sdp_judge_address(answer, a, policy);
    if (finding.reason == ZTRUNK_SDP_OK) finding = judge_codecs(offer, o, answer, a, policy);
    return finding;
}

/* Every live line must stand, not one of them: the media of each would flow. */
static zti_sdp_finding judge_answer(const ztrunk_sdp *offer, const ztrunk_sdp *answer,
                                    const zti_sdp_policy *policy, uint32_t *media)
{
    zti_sdp_finding finding = zti_sdp_judge_whole(answer, policy);
    uint32_t live = 0;

    if (finding.reason == ZTRUNK_SDP_OK) finding = judge_shape(offer, answer);
    for (uint32_t nth = 0; nth < answer->media_count && finding.reason == ZTRUNK_SDP_OK; nth++) {
        if (answer->media[nth].m.port == 0) continue;
        if (live++ == 0 || answer->media[nth].kind != ZTRUNK_SDP_AUDIO) *media = nth;
        if (answer->media[nth].kind != ZTRUNK_SDP_AUDIO)
            return refuse(ZTRUNK_SDP_REFUSED_NO_MEDIA, "the answer takes media that is not audio");
        finding = judge_audio(offer, answer, nth, policy);
        if (finding.reason != ZTRUNK_SDP_OK) *media = nth;
    }
    if (finding.reason == ZTRUNK_SDP_OK && live == 0)
        return refuse(ZTRUNK_SDP_REFUSED_NO_MEDIA, "the answer takes no audio");
    return finding;
}

int32_t ztrunk_sdp_judge_answer(const ztrunk_sdp *offer, const ztrunk_sdp *answer,
                                const ztrunk_sdp_policy *policy, ztrunk_sdp_verdict *verdict)
{
    zti_sdp_policy demands;
    zti_sdp_finding finding;
    uint32_t media = 0;
    int32_t err;

    if (offer == NULL || answer == NULL || verdict == NULL) return ZTRUNK_E_INVALID;
    err = zti_sdp_read_policy(&demands, policy);
    if (err != ZTRUNK_OK) return err;
    finding = judge_answer(offer, answer, &demands, &media);
    return zti_sdp_write_verdict(verdict, finding, media, 0);
}

int32_t ztrunk_sdp_read_answer(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                               const ztrunk_sdp *offer, const ztrunk_sdp_policy *policy,
                               ztrunk_sdp_verdict *verdict, ztrunk_sdp **out)
{
    ztrunk_sdp_verdict v = {.size = sizeof v};
    zti_sdp_finding finding;
    ztrunk_sdp *sdp = NULL;
    int32_t err;

    if (offer == NULL || verdict == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = ztrunk_sdp_parse(ctx, text, len, &sdp);
    finding = zti_sdp_parse_finding(err);
    if (finding.reason != ZTRUNK_SDP_OK) return zti_sdp_write_verdict(verdict, finding, 0, 0);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_judge_answer(offer, sdp, policy, &v);
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
