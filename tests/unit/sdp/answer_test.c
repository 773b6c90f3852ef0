#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

#define CRYPTO(tag, suite, key) "a=crypto:" tag " " suite " inline:" key "\r\n"
#define CM                      "AES_CM_128_HMAC_SHA1_80"
#define OFFER                                                                                      \
    SDP_HEAD "m=audio 9 RTP/SAVP 111 0 101\r\na=rtpmap:111 opus/48000/2\r\n"                       \
             "a=rtpmap:101 telephone-event/8000\r\n" CRYPTO("3", CM, SDP_KEY)                      \
                 CRYPTO("0", "AES_CM_128_HMAC_SHA1_32", SDP_KEY) "m=video 0 RTP/SAVP 96\r\n"
#define REST "m=video 0 RTP/SAVP 96\r\n"

static uint32_t reason_of(const char *offer_text, const char *text, uint32_t srtp)
{
    ztrunk_sdp_policy policy = {.size = sizeof policy, .srtp = srtp};
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *offer = sdp_test_parse(ctx, offer_text), *answer = NULL;

    ck_assert_int_eq(ztrunk_sdp_read_answer(ctx, (const uint8_t *)text, strlen(text), offer,
                                            &policy, &verdict, &answer),
                     ZTRUNK_OK);
    ck_assert((answer != NULL) == (verdict.reason == ZTRUNK_SDP_OK));
    ztrunk_sdp_free(answer);
    ztrunk_sdp_free(offer);
    ztrunk_ctx_free(ctx);
    return verdict.reason;
}

START_TEST(no_answer_downgrades_or_leaves_its_offer)
{
    static const struct {
        const char *text;
        uint32_t reason;
    } rows[] = {
        {"", ZTRUNK_SDP_REFUSED_MALFORMED},
        {SDP_HEAD, ZTRUNK_SDP_REFUSED_NO_MEDIA},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY2),
         ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD REST "m=audio 9 RTP/SAVP 0\r\n", ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD "m=audio 9 RTP/AVP 0\r\n" REST, ZTRUNK_SDP_REFUSED_PLAIN_RTP},
        {SDP_HEAD "m=audio 9 RTP/AVP 0\r\n" CRYPTO("3", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_PLAIN_RTP},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" REST, ZTRUNK_SDP_REFUSED_NO_CRYPTO},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\na=fingerprint:sha-256 00\r\n" REST,
         ZTRUNK_SDP_REFUSED_DTLS},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("4", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("0", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY2)
             CRYPTO("0", "AES_CM_128_HMAC_SHA1_32", SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY) REST,
         ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY2 " UNENCRYPTED_SRTP") REST,
         ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS},
        {SDP_HEAD "m=audio 9 RTP/SAVP 8\r\n" CRYPTO("3", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_CODEC},
        {SDP_HEAD "m=audio 9 RTP/SAVP 101\r\n" CRYPTO("3", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_CODEC},
        {SDP_HEAD "m=audio 0 RTP/SAVP 0\r\n" REST, ZTRUNK_SDP_REFUSED_NO_MEDIA},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY2) "m=video 4 RTP/SAVP 96\r\n",
         ZTRUNK_SDP_REFUSED_MISMATCH},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\nc=IN IP4 a.example\r\n" CRYPTO("3", CM, SDP_KEY2) REST,
         ZTRUNK_SDP_REFUSED_ADDRESS},
        {SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n" CRYPTO("3", CM, SDP_KEY2 "|2^31|1:1") REST,
         ZTRUNK_SDP_OK},
        {SDP_HEAD "m=audio 9 RTP/SAVP 111 101\r\n" CRYPTO("0", "AES_CM_128_HMAC_SHA1_32", SDP_KEY2)
             REST,
         ZTRUNK_SDP_OK},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(reason_of(OFFER, rows[i].text, ZTRUNK_SDP_SRTP_REQUIRED) == rows[i].reason,
                      "%zu", i);
}
END_TEST

START_TEST(a_plain_side_answers_in_plain)
{
    static const char offer[] = SDP_HEAD "m=audio 9 RTP/AVP 0 8\r\n";

    ck_assert_uint_eq(reason_of(offer, SDP_HEAD "m=audio 7 RTP/AVP 8\r\n", 1), ZTRUNK_SDP_OK);
    ck_assert_uint_eq(reason_of(offer, SDP_HEAD "m=audio 7 RTP/SAVP 8\r\n", 1),
                      ZTRUNK_SDP_REFUSED_MISMATCH);
    ck_assert_uint_eq(reason_of(offer, SDP_HEAD "m=audio 7 RTP/AVP 8\r\n", 0),
                      ZTRUNK_SDP_REFUSED_PLAIN_RTP);
}
END_TEST

UNIT_MAIN("sdp/answer", no_answer_downgrades_or_leaves_its_offer, a_plain_side_answers_in_plain)
