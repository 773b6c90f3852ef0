#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

START_TEST(strikes_formats_with_all_that_is_said_of_them)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(
        ctx,
        SDP_HEAD "m=audio 9 RTP/AVPF 18 0 96\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n"
                 "a=rtcp-fb:18 nack\r\na=rtcp-fb:* nack\r\na=rtcp-fb:0 nack\r\na=fmtp:x y\r\n"
                 "a=x-keep:18\r\na=rtpmap:0 PCMU/8000\r\nm=audio 9 RTP/AVP 18\r\n");

    ck_assert_int_eq(ztrunk_sdp_filter_codecs(sdp, 1, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_sdp_filter_codecs(sdp, 2, NULL), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sdp_filter_codecs(sdp, 0, NULL), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp),
                     SDP_HEAD "m=audio 9 RTP/AVPF 0\r\na=rtcp-fb:* nack\r\na=rtcp-fb:0 nack\r\n"
                              "a=x-keep:18\r\na=rtpmap:0 PCMU/8000\r\nm=audio 9 RTP/AVP 18\r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/filter", strikes_formats_with_all_that_is_said_of_them)
