#include "sdp/desc.h"

#include "fail_ctx.h"
#include "sdp_cases.h"

START_TEST(odd_but_legal_lines_come_out_byte_for_byte)
{
    static const char text[] =
        "v=0\no=x 0 0 IN IP6 name.example\r\ns=\ni=\xff\x01 \r\nu=http://a \n"
        "e=a@b\r\np=+1\r\nc=IN  IP4  198.51.100.20 \nb=X-YZ:1\r\nt=0  0\n"
        "r=7d 1h 0 25h\nz=0 0\na=tool: \na=x\r\nm=Audio  9  rtp/avp  0   8 \n"
        "i=t\r\nb=AS:1\na=PTIME:20\nm=x 0 a/b *\r\n";
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, text), *copy = NULL;
    ztrunk_sdp_media media = {.size = sizeof media};

    ck_assert_str_eq(sdp_test_text(sdp), text);
    ck_assert_int_eq(ztrunk_sdp_clone(sdp, &copy), ZTRUNK_OK);
    ck_assert_str_eq(sdp_test_text(copy), text);
    ck_assert_uint_eq(ztrunk_sdp_media_count(copy), 2);
    ck_assert_int_eq(ztrunk_sdp_get_media(copy, 0, &media), ZTRUNK_OK);
    ck_assert(media.kind == ZTRUNK_SDP_AUDIO && media.proto == ZTRUNK_SDP_RTP_AVP);
    ck_assert(media.ptime_ms == 20 && media.rtp.port == 9);
    ztrunk_sdp_free(copy);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

static void come_back(const sdp_case *c, void *arg)
{
    ztrunk_sdp *sdp = NULL;
    uint8_t text[sizeof c->text];
    size_t len = 0;

    if (ztrunk_sdp_parse(arg, c->text, c->len, &sdp) != ZTRUNK_OK) return;
    ck_assert_int_eq(ztrunk_sdp_encode(sdp, text, c->len - 1, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, c->len);
    ck_assert_int_eq(ztrunk_sdp_encode(sdp, text, sizeof text, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, c->len);
    ck_assert_mem_eq(text, c->text, len);
    ztrunk_sdp_free(sdp);
}

START_TEST(every_case_comes_out_as_it_came_in)
{
    ztrunk_ctx *ctx = sdp_test_ctx();

    sdp_cases(come_back, ctx);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_old_hold_takes_receiving_away)
{
    static const struct {
        const char *line;
        uint32_t direction;
    } rows[] = {{"", ZTRUNK_SDP_SENDONLY},
                {"a=sendrecv\r\n", ZTRUNK_SDP_SENDONLY},
                {"a=sendonly\r\n", ZTRUNK_SDP_SENDONLY},
                {"a=recvonly\r\n", ZTRUNK_SDP_INACTIVE},
                {"a=inactive\r\n", ZTRUNK_SDP_INACTIVE}};
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_sdp_media media = {.size = sizeof media};
        ztrunk_sdp *sdp;
        char text[512];

        snprintf(text, sizeof text, SDP_HEAD "m=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n%s",
                 rows[i].line);
        sdp = sdp_test_parse(ctx, text);
        ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 0, &media), ZTRUNK_OK);
        ck_assert_uint_eq(media.is_held, 1);
        ck_assert_uint_eq(media.direction, rows[i].direction);
        ztrunk_sdp_free(sdp);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(says_where_media_and_its_reports_go)
{
    static const char text[] = SDP_HEAD
        "a=inactive\r\nm=audio 65535 RTP/SAVPF 0\r\na=rtcp-mux\r\n"
        "m=audio 20001 RTP/AVP 0\r\nc=IN IP6 2606:4700::1\r\na=sendonly\r\n"
        "m=audio 4 RTP/AVP 0\r\na=rtcp:9\r\nm=image 5 udptl t38\r\na=rtcp:7 IN IP4 8.8.8.8\r\n";
    static const uint16_t rtcp[] = {0, 20002, 9, 7};
    static const uint32_t directions[] = {ZTRUNK_SDP_INACTIVE, ZTRUNK_SDP_SENDONLY,
                                          ZTRUNK_SDP_INACTIVE, ZTRUNK_SDP_INACTIVE};
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, text);
    ztrunk_sdp_media media = {.size = sizeof media};

    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_int_eq(ztrunk_sdp_get_media(sdp, i, &media), ZTRUNK_OK);
        ck_assert_uint_eq(media.rtcp.port, rtcp[i]);
        ck_assert_uint_eq(media.direction, directions[i]);
        ck_assert_uint_eq(media.rtcp_mux, i == 0);
        ck_assert_uint_eq(media.is_private, i != 1); /* 198.51.100.0/24 is for documents */
        ck_assert_uint_eq(media.is_held, 0);
    }
    ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 4, &media), ZTRUNK_E_NOTFOUND);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_caller_of_an_older_header_gets_what_he_knows)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp *sdp = sdp_test_parse(ctx, SDP_HEAD "m=audio 9 RTP/AVP 0\r\n");
    ztrunk_sdp_media media = {.size = 8, .proto = 99};

    ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 0, &media), ZTRUNK_OK);
    ck_assert(media.size == 8 && media.kind == ZTRUNK_SDP_AUDIO && media.proto == 99);
    media.size = 3;
    ck_assert_int_eq(ztrunk_sdp_get_media(sdp, 0, &media), ZTRUNK_E_INVALID);
    ztrunk_sdp_free(sdp);
    ztrunk_sdp_free(NULL);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_failed_allocation_leaves_nothing_and_changes_nothing)
{
    static const char text[] = SDP_HEAD "m=audio 9 RTP/SAVP 0\r\na=crypto:1 x inline:y\r\n";

    for (uint32_t at = 2; at < 14; at++) {
        fail_ctx f = {.fail_at = at};
        ztrunk_ctx *ctx = NULL;
        ztrunk_sdp *sdp = NULL;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        if (ztrunk_sdp_parse(ctx, (const uint8_t *)text, strlen(text), &sdp) == ZTRUNK_OK) {
            int32_t err = ztrunk_sdp_set_direction(sdp, 0, ZTRUNK_SDP_INACTIVE);

            ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
            if (err != ZTRUNK_OK) ck_assert_str_eq(sdp_test_text(sdp), text);
        }
        ztrunk_sdp_free(sdp);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
}
END_TEST

UNIT_MAIN("sdp/desc", odd_but_legal_lines_come_out_byte_for_byte,
          every_case_comes_out_as_it_came_in, the_old_hold_takes_receiving_away,
          says_where_media_and_its_reports_go, a_caller_of_an_older_header_gets_what_he_knows,
          a_failed_allocation_leaves_nothing_and_changes_nothing)
