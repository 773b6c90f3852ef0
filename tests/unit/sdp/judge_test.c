#include "sdp/judge.h"

#include "sdp_cases.h"

#define LINE "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY "\r\n"

static ztrunk_sdp_verdict judge(const char *text, uint32_t srtp, uint32_t max_media)
{
    ztrunk_sdp_policy policy = {.size = sizeof policy, .srtp = srtp, .max_media = max_media};
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, text);

    ck_assert_int_eq(ztrunk_sdp_judge_offer(sdp, &policy, &verdict), ZTRUNK_OK);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
    return verdict;
}

START_TEST(each_refusal_names_its_reason)
{
    static const struct {
        const char *text;
        uint32_t srtp, reason, warning;
    } rows[] = {
        {SDP_HEAD "m=audio 9 RTP/AVP 0\r\n" LINE, 0, ZTRUNK_SDP_REFUSED_PLAIN_RTP, 302},
        {SDP_HEAD LINE "m=audio 9 RTP/SAVP 0\r\n", 0, ZTRUNK_SDP_REFUSED_NO_CRYPTO, 399},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" LINE LINE, 0, ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, 399},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\na=crypto:1 NULL x\r\n", 0, ZTRUNK_SDP_REFUSED_SUITE,
         399},
        {SDP_HEAD "a=fingerprint:x\r\nm=audio 9 RTP/SAVP 0\r\n", 0, ZTRUNK_SDP_REFUSED_DTLS, 302},
        {SDP_HEAD "m=audio 9 RTP/SAVP 18\r\n" LINE, 0, ZTRUNK_SDP_REFUSED_CODEC, 305},
        {SDP_HEAD "m=audio 65535 RTP/SAVP 0\r\n" LINE, 0, ZTRUNK_SDP_REFUSED_ADDRESS, 301},
        {SDP_HEAD "m=image 9 udptl t38\r\n", 0, ZTRUNK_SDP_REFUSED_NO_MEDIA, 304},
        {SDP_HEAD "m=audio 0 RTP/SAVP 0\r\n" LINE, 0, ZTRUNK_SDP_REFUSED_NO_MEDIA, 304},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" LINE, 1, ZTRUNK_SDP_REFUSED_SRTP, 302},
        {SDP_HEAD "m=audio 9 UDP/TLS/RTP/SAVP 0\r\n", 1, ZTRUNK_SDP_REFUSED_SRTP, 302},
        {SDP_HEAD "m=audio 9 RTP/AVP 0\r\nk=prompt\r\n", 1, ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, 399},
        {SDP_HEAD "m=audio 9 RTP/AVP 0\r\n", 1, ZTRUNK_SDP_OK, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sdp_verdict v = judge(rows[i].text, rows[i].srtp, 0);

        ck_assert_msg(v.reason == rows[i].reason, "%zu: %s", i, v.text);
        ck_assert_uint_eq(v.warning, rows[i].warning);
    }
}
END_TEST

START_TEST(media_lines_are_bounded_by_policy)
{
    static const char text[] = SDP_HEAD "m=x 0 y z\r\nm=x 0 y z\r\nm=audio 9 RTP/AVP 0\r\n";

    ck_assert_uint_eq(judge(text, 1, 3).reason, ZTRUNK_SDP_OK);
    ck_assert_uint_eq(judge(text, 1, 3).media, 2);
    ck_assert_uint_eq(judge(text, 1, 2).reason, ZTRUNK_SDP_REFUSED_MALFORMED);
}
END_TEST

UNIT_MAIN("sdp/judge", each_refusal_names_its_reason, media_lines_are_bounded_by_policy)
