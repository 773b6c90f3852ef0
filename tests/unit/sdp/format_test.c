#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

static ztrunk_sdp *parsed(ztrunk_ctx *ctx, const char *text)
{
    ztrunk_sdp *sdp = NULL;

    ck_assert_int_eq(ztrunk_sdp_parse(ctx, (const uint8_t *)text, strlen(text), &sdp), ZTRUNK_OK);
    return sdp;
}

START_TEST(a_format_out_of_range_or_twice_is_listed_once_or_not)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = parsed(ctx, SDP_HEAD "m=audio 9 RTP/AVP 0 128 0 99\r\n"
                                           "a=rtpmap:99 x/8000\r\na=rtpmap:99 y/8000\r\n");
    ztrunk_sdp_format f = {.size = sizeof f};

    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 0, &f), ZTRUNK_OK);
    ck_assert_uint_eq(f.payload_type, 0);
    ck_assert_str_eq(f.name, "PCMU");
    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 1, &f), ZTRUNK_OK);
    ck_assert_uint_eq(f.payload_type, 99);
    ck_assert_str_eq(f.name, ""); /* two who read it would not agree */
    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 2, &f), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 1, 0, &f), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sdp_get_format(NULL, 0, 0, &f), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 0, NULL), ZTRUNK_E_INVALID);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_name_longer_than_its_place_is_cut)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = parsed(ctx, SDP_HEAD "m=audio 9 RTP/AVP 97\r\n"
                                           "a=rtpmap:97 abcdefghijklmnopqrstuvwxyz0123456789/8000"
                                           "\r\n");
    ztrunk_sdp_format f = {.size = sizeof f};

    ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 0, &f), ZTRUNK_OK);
    ck_assert_str_eq(f.name, "abcdefghijklmnopqrstuvwxyz01234");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(silence_suppression_is_known_by_codec_and_parameters)
{
    static const struct {
        const char *lines;
        uint32_t has_dtx, is_audible;
    } rows[] = {
        {"m=audio 9 RTP/AVP 0\r\n", 0, 1},
        {"m=audio 9 RTP/AVP 13\r\n", 1, 0},
        {"m=audio 9 RTP/AVP 18\r\n", 1, 1},
        {"m=audio 9 RTP/AVP 18\r\na=fmtp:18 annexb=no\r\n", 0, 1},
        {"m=audio 9 RTP/AVP 18\r\na=fmtp:18 annexb=yes\r\n", 1, 1},
        {"m=audio 9 RTP/AVP 4\r\na=fmtp:4 bitrate=5.3; annexa=no\r\n", 0, 1},
        {"m=audio 9 RTP/AVP 96\r\na=rtpmap:96 AMR-WB/16000\r\n", 1, 1},
        {"m=audio 9 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n", 0, 1},
        {"m=audio 9 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n"
         "a=fmtp:96 useinbandfec=1;usedtx=1\r\n",
         1, 1},
        {"m=audio 9 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", 0, 0},
    };
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sdp_format f = {.size = sizeof f};
        char text[512];
        ztrunk_sdp *sdp;

        snprintf(text, sizeof text, "%s%s", SDP_HEAD, rows[i].lines);
        sdp = parsed(ctx, text);
        ck_assert_int_eq(ztrunk_sdp_get_format(sdp, 0, 0, &f), ZTRUNK_OK);
        ck_assert_msg(f.has_dtx == rows[i].has_dtx, "row %zu", i);
        ck_assert_msg(f.is_audible == rows[i].is_audible, "row %zu", i);
        ztrunk_sdp_free(sdp);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(lines_of_ice_are_seen_in_the_session_and_in_the_media)
{
    static const struct {
        const char *text;
        uint32_t has_ice;
    } rows[] = {{SDP_HEAD "m=audio 9 RTP/AVP 0\r\n", 0},
                {SDP_HEAD "a=ice-ufrag:abcd\r\nm=audio 9 RTP/AVP 0\r\n", 1},
                {SDP_HEAD
                 "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 UDP 1 198.51.100.1 9 typ host\r\n",
                 1}};
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sdp_media media = {.size = sizeof media};
        ztrunk_sdp *sdp = parsed(ctx, rows[i].text);

        ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 0, &media), ZTRUNK_OK);
        ck_assert_uint_eq(media.has_ice, rows[i].has_ice);
        ztrunk_sdp_free(sdp);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/format", a_format_out_of_range_or_twice_is_listed_once_or_not,
          a_name_longer_than_its_place_is_cut, silence_suppression_is_known_by_codec_and_parameters,
          lines_of_ice_are_seen_in_the_session_and_in_the_media)
