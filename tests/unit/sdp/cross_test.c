#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

#define CLOUD_OFFER                                                                                \
    SDP_HEAD "k=clear:secret\r\na=key-mgmt:mikey AQAFgM0X\r\na=crypto:9 AES_CM_128_HMAC_SHA1_80 "  \
             "inline:" SDP_KEY2 "\r\n"                                                             \
             "m=video 4000 RTP/SAVP 96\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY      \
             "\r\n"                                                                                \
             "m=audio 20000 RTP/SAVP 18 0 111 101\r\na=rtpmap:111 opus/48000/2\r\n"                \
             "a=fmtp:111 useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\n"                  \
             "a=fmtp:101 0-15\r\na=x-note:" SDP_KEY "\r\na=ptime:20\r\na=rtcp-mux\r\n"             \
             "a=candidate:1 1 UDP 2130706431 10.1.2.3 20000 typ host\r\n"                          \
             "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY "|2^31\r\na=sendonly\r\n"
#define INSIDE_ANSWER                                                                              \
    "v=0\no=pbx 1 1 IN IP4 10.0.0.9\ns=pbx\nc=IN IP4 10.0.0.9\nt=0 0\n"                            \
    "m=audio 7000 RTP/AVP 111 101\na=rtpmap:111 opus/48000/2\na=sendrecv\na=x-inside:10.0.0.9\n"

static ztrunk_sdp_leg leg_of(const char *text, uint16_t rtcp_port)
{
    ztrunk_sdp_leg leg = {.size = sizeof leg};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &leg.rtp), ZTRUNK_OK);
    if (rtcp_port == 0) return leg;
    leg.rtcp = leg.rtp;
    leg.rtcp.port = rtcp_port;
    return leg;
}

static const ztrunk_sdp_policy plain = {.size = sizeof plain, .srtp = ZTRUNK_SDP_SRTP_FORBIDDEN};

START_TEST(no_key_and_no_address_of_the_cloud_crosses)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *from = sdp_test_parse(ctx, CLOUD_OFFER), *offer = NULL;
    ztrunk_sdp_leg leg = leg_of("10.0.0.1:30000", 0);
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    char want[1024];

    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, &plain, &leg, NULL, 0, &origin, &offer),
                     ZTRUNK_OK);
    snprintf(want, sizeof want,
             "v=0\r\no=- %llu 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
             "m=audio 30000 RTP/AVP 111 0 101\r\na=rtpmap:111 opus/48000/2\r\n"
             "a=fmtp:111 useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n"
             "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendonly\r\n",
             (unsigned long long)origin.sess_id);
    ck_assert_str_eq(sdp_test_text(offer), want);
    ck_assert_uint_eq(origin.sess_version, 1);
    ztrunk_sdp_free(offer);
    ztrunk_sdp_free(from);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(answer_repeats_the_tag_and_never_the_key)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *offer = sdp_test_parse(ctx, CLOUD_OFFER);
    ztrunk_sdp *from = sdp_test_parse(ctx, INSIDE_ANSWER), *answer = NULL;
    ztrunk_sdp_leg leg = leg_of("[2001:db8::5]:40000", 40009);
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    ztrunk_sdp_crypto crypto = {.size = sizeof crypto}, theirs = {.size = sizeof theirs};
    ztrunk_sdp_media media = {.size = sizeof media};
    const char *text;

    ck_assert_int_eq(ztrunk_sdp_get_crypto(offer, 1, 0, &theirs), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 1, from, 0, NULL, &leg, NULL, &origin, &answer),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 1, from, 0, NULL, &leg, &theirs, &origin,
                                            &answer),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, theirs.suite, 4, &crypto), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 1, from, 0, NULL, &leg, &crypto, &origin,
                                            &answer),
                     ZTRUNK_E_INVALID);
    crypto.tag = 3;
    ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 1, from, 0, NULL, &leg, &crypto, &origin,
                                            &answer),
                     ZTRUNK_OK);
    text = sdp_test_text(answer);
    ck_assert_ptr_nonnull(
        strstr(text, "m=video 0 RTP/SAVP 96\r\nm=audio 40000 RTP/SAVP 111 101\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "a=rtpmap:101 telephone-event/8000\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "a=rtcp:40009 IN IP6 2001:db8::5\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:"));
    ck_assert_ptr_nonnull(strstr(text, "a=recvonly\r\n"));
    ck_assert_ptr_null(strstr(text, SDP_KEY));
    ck_assert_ptr_null(strstr(text, "10.0.0.9"));
    ck_assert_ptr_null(strstr(text, "rtcp-mux"));
    ck_assert_int_eq(ztrunk_sdp_get_media(answer, 1, &media), ZTRUNK_OK);
    ck_assert_uint_eq(media.rtcp.port, 40009);
    ztrunk_sdp_free(answer);
    ztrunk_sdp_free(offer);
    ztrunk_sdp_free(from);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(profile_and_keys_fit_or_nothing_is_made)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *from = sdp_test_parse(ctx, CLOUD_OFFER), *offer = NULL;
    ztrunk_sdp_leg leg = leg_of("10.0.0.1:30000", 0);
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    ztrunk_sdp_crypto crypto[2] = {{.size = sizeof crypto[0]}, {.size = sizeof crypto[0]}};

    ztrunk_sdp_new_crypto(ctx, ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80, 1, &crypto[0]);
    ztrunk_sdp_new_crypto(ctx, ZTRUNK_SUITE_AEAD_AES_256_GCM, 1, &crypto[1]);
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, NULL, &leg, NULL, 0, &origin, &offer),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, &plain, &leg, crypto, 1, &origin, &offer),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, NULL, &leg, crypto, 2, &origin, &offer),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 0, NULL, &leg, crypto, 1, &origin, &offer),
                     ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 2, NULL, &leg, crypto, 1, &origin, &offer),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_ptr_null(offer);
    crypto[1].tag = 2;
    ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, NULL, &leg, crypto, 2, &origin, &offer),
                     ZTRUNK_OK);
    ck_assert_ptr_nonnull(strstr(sdp_test_text(offer), "a=crypto:2 AEAD_AES_256_GCM inline:"));
    ztrunk_sdp_free(offer);
    ztrunk_sdp_free(from);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(version_rises_by_one_only_when_the_body_changes)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *from = sdp_test_parse(ctx, CLOUD_OFFER), *offer = NULL;
    ztrunk_sdp_leg leg = leg_of("10.0.0.1:30000", 0);
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    static const uint16_t ports[] = {30000, 30000, 30002, 30000};
    static const uint64_t versions[] = {1, 1, 2, 3};
    uint64_t id = 0;

    for (size_t i = 0; i < 4; i++) {
        leg.rtp.port = ports[i];
        ck_assert_int_eq(ztrunk_sdp_make_offer(from, 1, &plain, &leg, NULL, 0, &origin, &offer),
                         ZTRUNK_OK);
        ck_assert_uint_eq(origin.sess_version, versions[i]);
        ck_assert(id == 0 || id == origin.sess_id);
        id = origin.sess_id;
        ztrunk_sdp_free(offer);
    }
    ztrunk_sdp_free(from);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(answer_direction_never_says_more_than_the_offer_allows)
{
    static const char *const names[] = {"sendrecv", "sendonly", "recvonly", "inactive"};
    static const uint32_t want[4][4] = {/* [offered][wanted] */
                                        {0, 1, 2, 3},
                                        {2, 3, 2, 3},
                                        {1, 1, 3, 3},
                                        {3, 3, 3, 3}};
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp_leg leg = leg_of("10.0.0.1:30000", 0);

    for (uint32_t i = 0; i < 16; i++) {
        ztrunk_sdp_origin origin = {.size = sizeof origin};
        ztrunk_sdp_media media = {.size = sizeof media};
        ztrunk_sdp *offer, *from, *answer = NULL;
        char text[512];

        snprintf(text, sizeof text, SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=%s\r\n", names[i / 4]);
        offer = sdp_test_parse(ctx, text);
        snprintf(text, sizeof text, SDP_HEAD "a=%s\r\nm=audio 9 RTP/AVP 0\r\n", names[i % 4]);
        from = sdp_test_parse(ctx, text);
        ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 0, from, 0, &plain, &leg, NULL, &origin,
                                                &answer),
                         ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_sdp_get_media(answer, 0, &media), ZTRUNK_OK);
        ck_assert_uint_eq(media.direction, want[i / 4][i % 4]);
        ztrunk_sdp_free(answer);
        ztrunk_sdp_free(from);
        ztrunk_sdp_free(offer);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_plain_offer_is_never_answered_on_a_secure_side)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *offer = sdp_test_parse(ctx, SDP_HEAD "m=audio 9 RTP/AVP 0\r\n"), *answer = NULL;
    ztrunk_sdp_leg leg = leg_of("10.0.0.1:30000", 0);
    ztrunk_sdp_origin origin = {.size = sizeof origin};

    ck_assert_int_eq(ztrunk_sdp_make_answer(offer, 0, offer, 0, NULL, &leg, NULL, &origin, &answer),
                     ZTRUNK_E_DENIED);
    ck_assert_ptr_null(answer);
    ck_assert_uint_eq(origin.sess_version, 0);
    ztrunk_sdp_free(offer);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/cross", no_key_and_no_address_of_the_cloud_crosses,
          answer_repeats_the_tag_and_never_the_key, profile_and_keys_fit_or_nothing_is_made,
          version_rises_by_one_only_when_the_body_changes,
          answer_direction_never_says_more_than_the_offer_allows,
          a_plain_offer_is_never_answered_on_a_secure_side)
