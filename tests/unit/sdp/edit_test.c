#include "sdp/edit.h"

#include "sdp_cases.h"

/* Every line of the edited text that starts with i= or a=x must be there, in order, untouched. */
static void check_untouched(const char *before, const char *after)
{
    for (const char *line = before; *line != 0;) {
        const char *end = strchr(line, '\n') + 1;

        if (strncmp(line, "i=", 2) == 0 || strncmp(line, "a=x", 3) == 0) {
            size_t len = (size_t)(end - line);
            const char *at = after;

            while (*at != 0 && strncmp(at, line, len) != 0) at = strchr(at, '\n') + 1;
            ck_assert_msg(*at != 0, "lost: %.*s", (int)len, line);
            after = at + len;
        }
        line = end;
    }
}

static int32_t edit_once(ztrunk_sdp *sdp, ztrunk_ctx *ctx, uint32_t what, uint32_t media)
{
    ztrunk_addr addr = {.family = what % 2 ? 4 : 6,
                        .port = (uint16_t)(2 * what + 2),
                        .ip = {32, 1}};
    ztrunk_sdp_crypto c = {.size = sizeof c};

    ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, 1 + what % 8, what, &c), ZTRUNK_OK);
    switch (what % 6) {
    case 0:
        return ztrunk_sdp_set_addr(sdp, media, &addr, NULL);
    case 1:
        return ztrunk_sdp_set_proto(sdp, media, 1 + what % 4);
    case 2:
        return ztrunk_sdp_set_direction(sdp, media, what % 4);
    case 3:
        return ztrunk_sdp_add_crypto(sdp, media, &c);
    case 4:
        return ztrunk_sdp_clear_crypto(sdp, what % 3 ? media : ZTRUNK_SDP_ALL);
    default:
        return ztrunk_sdp_filter_codecs(sdp, media, NULL);
    }
}

START_TEST(random_edits_keep_untouched_lines)
{
    static const char text[] =
        SDP_HEAD "i= odd \r\na=x1\nm=audio 9 RTP/AVP 0 18\r\ni=\xff\na=x2: \r\n"
                 "a=x3:y\nm=audio 8 RTP/SAVP 8\na=x4\r\na=crypto:1 z y\r\na=x5\n";
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (uint32_t round = 0; round < 200; round++) {
        ztrunk_sdp *sdp = sdp_test_parse(ctx, text);

        for (uint32_t step = 0; step < 8; step++) {
            uint32_t dice = 0;
            int32_t err;

            ck_assert_int_eq(ztrunk_random(ctx, (uint8_t *)&dice, 2), ZTRUNK_OK);
            err = edit_once(sdp, ctx, dice, dice >> 8 & 1);
            ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_INVALID || err == ZTRUNK_E_DENIED);
            check_untouched(text, sdp_test_text(sdp));
        }
        ztrunk_sdp_free(sdp);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(an_edit_that_would_break_a_bound_changes_nothing)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp_crypto c = {.size = sizeof c};
    ztrunk_sdp *sdp = sdp_test_parse(ctx, SDP_HEAD "m=audio 9 RTP/SAVP 0\r\n");
    int32_t err = ZTRUNK_OK;

    for (uint32_t tag = 0; tag < 506; tag++) {
        ck_assert_int_eq(ztrunk_sdp_new_crypto(ctx, 1, tag, &c), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_sdp_add_crypto(sdp, 0, &c), ZTRUNK_OK);
    }
    c.tag = 506;
    err = ztrunk_sdp_add_crypto(sdp, 0, &c);
    ck_assert_int_eq(err, ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(sdp->line_count, ZTI_SDP_LINES_MAX);
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(names_what_it_knows_only)
{
    ck_assert_ptr_null(zti_sdp_proto_name(0));
    ck_assert_ptr_null(zti_sdp_proto_name(5));
    ck_assert_str_eq(zti_sdp_proto_name(ZTRUNK_SDP_RTP_SAVPF), "RTP/SAVPF");
    ck_assert_ptr_null(zti_sdp_direction_name(4));
    ck_assert_str_eq(zti_sdp_direction_name(ZTRUNK_SDP_RECVONLY), "recvonly");
}
END_TEST

UNIT_MAIN("sdp/edit", random_edits_keep_untouched_lines,
          an_edit_that_would_break_a_bound_changes_nothing, names_what_it_knows_only)
