#include "sdp/make.h"

#include "sdp_cases.h"

START_TEST(refuses_ends_that_nobody_can_send_to)
{
    ztrunk_sdp_leg legs[5];
    zti_sdp_plan plan = {.ptime_ms = 0};

    for (size_t i = 0; i < 5; i++)
        legs[i] = (ztrunk_sdp_leg){.size = sizeof legs[i],
                                   .rtp = {.family = 4, .port = 9, .ip = {192, 0, 2, 1}}};
    legs[0].rtp.family = 0;
    legs[1].rtp.port = 0;
    legs[2].rtp.ip[0] = legs[2].rtp.ip[2] = legs[2].rtp.ip[3] = 0;
    legs[3].rtp.port = 65535;
    legs[4].rtcp.family = 6;
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(zti_sdp_read_leg(&legs[i], &plan), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(a_format_parameter_crosses_only_in_plain_text)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp_policy plain = {.size = sizeof plain, .srtp = ZTRUNK_SDP_SRTP_FORBIDDEN};
    ztrunk_sdp_leg leg = {.size = sizeof leg,
                          .rtp = {.family = 4, .port = 8, .ip = {192, 0, 2, 1}}};
    static const char *const values[] = {"a\tb", "a\x01", "\xc3\xa4"};

    for (size_t i = 0; i < 3; i++) {
        ztrunk_sdp_origin origin = {.size = sizeof origin};
        ztrunk_sdp *from, *offer = NULL;
        char text[512];

        snprintf(text, sizeof text, SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=fmtp:0 %s\r\n", values[i]);
        from = sdp_test_parse(ctx, text);
        ck_assert_int_eq(ztrunk_sdp_make_offer(from, 0, &plain, &leg, NULL, 0, &origin, &offer),
                         ZTRUNK_OK);
        ck_assert_ptr_null(strstr(sdp_test_text(offer), "fmtp"));
        ztrunk_sdp_free(offer);
        ztrunk_sdp_free(from);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/make", refuses_ends_that_nobody_can_send_to,
          a_format_parameter_crosses_only_in_plain_text)
