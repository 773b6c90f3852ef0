#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

static ztrunk_addr addr_of(const char *text)
{
    ztrunk_addr addr = {0};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &addr), ZTRUNK_OK);
    return addr;
}

START_TEST(refuses_addresses_that_nobody_can_send_to)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, SDP_HEAD "m=audio 9 RTP/AVP 0\r\n");
    ztrunk_addr group = addr_of("224.0.0.1:4000"), none = addr_of("192.0.2.1");
    ztrunk_addr last = addr_of("192.0.2.1:65535");

    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &group, NULL), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &none, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &last, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 1, &group, NULL), ZTRUNK_E_NOTFOUND);
    ck_assert_str_eq(sdp_test_text(sdp), SDP_HEAD "m=audio 9 RTP/AVP 0\r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(rewrites_every_place_of_the_address_and_changes_its_family)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(
        ctx,
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\ni=x\r\nc=IN IP4 10.0.0.1\r\na=rtcp:53 IN IP4 10.0.0.1\r\n"
                 "a=candidate:1 1 UDP 1 10.0.0.1 9 typ host\r\na=ice-ufrag:x\r\na=y: \r\n");
    ztrunk_addr rtp = addr_of("[2001:db8::7]:4000");

    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &rtp, NULL), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp),
                     SDP_HEAD "m=audio 4000 RTP/AVP 0\r\ni=x\r\nc=IN IP6 2001:db8::7\r\n"
                              "a=rtcp:4001 IN IP6 2001:db8::7\r\na=y: \r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(adds_a_c_line_only_where_the_sessions_is_another)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, SDP_HEAD "m=audio 9 RTP/AVP 0\r\n");
    ztrunk_addr same = addr_of("198.51.100.20:4000"), other = addr_of("192.0.2.1:5000");

    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &same, &other), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp),
                     SDP_HEAD "m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 192.0.2.1\r\n");
    ck_assert_int_eq(ztrunk_sdp_set_addr(sdp, 0, &other, NULL), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp), SDP_HEAD "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n"
                                                  "a=rtcp:5001 IN IP4 192.0.2.1\r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_plain_profile_takes_the_keys_with_it)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp =
        sdp_test_parse(ctx, SDP_HEAD
                       "m=audio 9 RTP/SAVP 0\r\nk=clear:x\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 "
                       "inline:" SDP_KEY "\r\na=y\r\na=inactive\r\nm=audio 8 RTP/AVP 0\r\na=z\r\n");

    ck_assert_int_eq(ztrunk_sdp_set_proto(sdp, 0, ZTRUNK_SDP_PROTO_OTHER), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_set_proto(sdp, 0, ZTRUNK_SDP_RTP_AVP), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_set_direction(sdp, 0, 4), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sdp_set_direction(sdp, 0, ZTRUNK_SDP_SENDONLY), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp), SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=y\r\na=sendonly\r\n"
                                                  "m=audio 8 RTP/AVP 0\r\na=z\r\n");
    ck_assert_int_eq(ztrunk_sdp_reject_media(sdp, 1), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp), SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=y\r\na=sendonly\r\n"
                                                  "m=audio 0 RTP/AVP 0\r\n");
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/set", refuses_addresses_that_nobody_can_send_to,
          rewrites_every_place_of_the_address_and_changes_its_family,
          adds_a_c_line_only_where_the_sessions_is_another, a_plain_profile_takes_the_keys_with_it)
