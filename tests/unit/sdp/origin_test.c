#include "sdp/origin.h"

#include "sdp_cases.h"

START_TEST(hides_the_peers_name_and_address)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, SDP_HEAD "a=ice-lite\r\na=rtcp:9 IN IP4 10.0.0.1\r\n"
                                                   "a=x\r\nm=audio 9 RTP/AVP 0\r\n");
    ztrunk_addr addr = {.family = 6, .ip = {0x20, 1, 0xd, 0xb8, [15] = 1}};
    ztrunk_sdp_origin origin = {.size = sizeof origin, .sess_id = 77, .sess_version = 8, .body = 1};

    ck_assert_int_eq(ztrunk_sdp_set_origin(sdp, &addr, &origin), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(sdp), "v=0\r\no=- 77 9 IN IP6 2001:db8::1\r\ns=Call\r\n"
                                         "c=IN IP6 2001:db8::1\r\nt=0 0\r\na=x\r\n"
                                         "m=audio 9 RTP/AVP 0\r\n");
    ck_assert_int_eq(ztrunk_sdp_set_origin(sdp, &addr, &origin), ZTRUNK_OK);
    ck_assert(origin.sess_version == 9);
    ck_assert_int_eq(ztrunk_sdp_reject_media(sdp, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_set_origin(sdp, &addr, &origin), ZTRUNK_OK);
    ck_assert(origin.sess_version == 10 && origin.sess_id == 77);
    addr.family = 5;
    ck_assert_int_eq(ztrunk_sdp_set_origin(sdp, &addr, &origin), ZTRUNK_E_INVALID);
    ck_assert(origin.sess_version == 10);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_fresh_leg_gets_an_id_that_fits_a_signed_reader)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_addr addr = {.family = 4, .ip = {192, 0, 2, 1}};

    for (uint32_t i = 0; i < 100; i++) {
        ztrunk_sdp_origin origin = {.size = sizeof origin}, out = {0};

        ck_assert_int_eq(zti_sdp_stamp(ctx, &origin, &addr, ZTI_STR("s=-\n"), &out), ZTRUNK_OK);
        ck_assert(out.sess_id != 0 && out.sess_id >> 62 == 0 && out.sess_version == 1);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/origin", hides_the_peers_name_and_address,
          a_fresh_leg_gets_an_id_that_fits_a_signed_reader)
