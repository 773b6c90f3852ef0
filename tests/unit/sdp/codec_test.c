#include "sdp/codec.h"

#include "sdp_cases.h"

/* The chosen types of one m-line as text, "!" in front when none of them is audible. */
static const char *chosen(const char *media, const char *list)
{
    static char text[256];
    ztrunk_sdp_policy wish = {.size = sizeof wish};
    ztrunk_ctx *ctx = sdp_test_ctx();
    zti_sdp_policy policy;
    zti_sdp_codecs codecs;
    zti_sdp_choice choice;
    ztrunk_sdp *sdp;
    int len;

    snprintf(text, sizeof text, SDP_HEAD "%s", media);
    sdp = sdp_test_parse(ctx, text);
    snprintf(wish.codecs, sizeof wish.codecs, "%s", list);
    ck_assert_int_eq(zti_sdp_read_policy(&policy, &wish), ZTRUNK_OK);
    zti_sdp_read_codecs(sdp, zti_sdp_media_at(sdp, 0), &codecs);
    zti_sdp_choose(zti_sdp_media_at(sdp, 0), &codecs, &policy, NULL, &choice);
    len = snprintf(text, sizeof text, "%s", choice.audible > 0 ? "" : "!");
    for (uint32_t i = 0; i < choice.count; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, " %u", choice.types[i]);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
    return text;
}

START_TEST(a_type_that_two_readers_would_read_apart_is_struck)
{
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 0\r\na=rtpmap:0 G729/8000\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMA/8000\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 0\r\na=rtpmap:0 broken\r\n", ""), "!");
    ck_assert_str_eq(
        chosen("m=audio 9 RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\na=rtpmap:97 G729/8000\r\n", ""),
        "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 97\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 72\r\na=rtpmap:72 PCMU/8000\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 00 128 -1 x\r\n", ""), "!");
    ck_assert_str_eq(chosen("m=audio 9 RTP/AVP 96\r\na=rtpmap:96 opus/8000\r\n", ""), "!");
}
END_TEST

START_TEST(what_is_left_stands_in_the_policys_order)
{
    static const char media[] =
        "m=audio 9 RTP/AVP 18 8 0 101 111 0 13\r\n"
        "a=rtpmap:111 OPUS/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";

    ck_assert_str_eq(chosen(media, ""), " 111 0 8 101");
    ck_assert_str_eq(chosen(media, "PCMA, G729"), " 8 18");
    ck_assert_str_eq(chosen(media, "telephone-event,CN"), "! 101 13");
    ck_assert_str_eq(chosen(media, "PCMU,PCMU"), " 0");
}
END_TEST

UNIT_MAIN("sdp/codec", a_type_that_two_readers_would_read_apart_is_struck,
          what_is_left_stands_in_the_policys_order)
