#include "sdp/policy.h"

#include <string.h>
#include "base/cur.h"
#include "base/opts.h"

#define SUITE_BIT(name) (1u << ZTRUNK_SUITE_##name)

static const uint32_t default_suites =
    SUITE_BIT(AES_CM_128_HMAC_SHA1_80) | SUITE_BIT(AES_CM_128_HMAC_SHA1_32) |
    SUITE_BIT(AES_256_CM_HMAC_SHA1_80) | SUITE_BIT(AES_256_CM_HMAC_SHA1_32) |
    SUITE_BIT(AEAD_AES_128_GCM) | SUITE_BIT(AEAD_AES_256_GCM);

static const char default_codecs[] = "opus,PCMU,PCMA,telephone-event";

static int32_t split_codecs(zti_sdp_policy *out, zti_str list)
{
    zti_cur c = zti_cur_of(list);
    uint32_t has_more = 1;

    while (has_more) {
        zti_str name = zti_str_trim(zti_cur_until(&c, ','));

        if (name.len == 0 || out->codec_count == ZTI_SDP_CODECS_MAX) return ZTRUNK_E_INVALID;
        out->codecs[out->codec_count++] = name;
        has_more = zti_cur_accept(&c, ',');
    }
    return ZTRUNK_OK;
}

int32_t zti_sdp_read_policy(zti_sdp_policy *out, const ztrunk_sdp_policy *policy)
{
    zti_str list;
    int32_t err;

    memset(out, 0, sizeof *out);
    err = zti_opts_read(&out->p, sizeof out->p, policy);
    if (err != ZTRUNK_OK) return err;
    if (out->p.srtp > ZTRUNK_SDP_SRTP_FORBIDDEN) return ZTRUNK_E_INVALID;
    if (out->p.max_media == 0) out->p.max_media = 4;
    if (out->p.suites == 0) out->p.suites = default_suites;
    list = (zti_str){out->p.codecs, zti_str_find((zti_str){out->p.codecs, 256}, '\0')};
    if (list.len == sizeof out->p.codecs) return ZTRUNK_E_INVALID;
    if (list.len == 0) list = zti_str_of(default_codecs);
    return split_codecs(out, list);
}
