#include "sdp/index.h"

#include <sys/mman.h>
#include <unistd.h>
#include "sdp_cases.h"

static int32_t parse(ztrunk_ctx *ctx, const char *text, size_t len)
{
    ztrunk_sdp *sdp = NULL;
    int32_t err = ztrunk_sdp_parse(ctx, (const uint8_t *)text, len, &sdp);

    ck_assert((sdp != NULL) == (err == ZTRUNK_OK));
    ztrunk_sdp_free(sdp);
    return err;
}

START_TEST(refuses_sections_that_two_readers_would_read_apart)
{
    static const char *const bad[] = {
        "",
        "v=0\r\n",
        "v=1\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\n",
        "v=0 \r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\n",
        "v=0\r\ns=-\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\n",
        "o=- 1 1 IN IP4 1.2.3.4\r\nv=0\r\ns=-\r\nt=0 0\r\n",
        "m=audio 9 RTP/AVP 0\r\n",
        SDP_HEAD "v=0\r\n",
        SDP_HEAD "s=-\r\n",
        SDP_HEAD "o=- 1 1 IN IP4 1.2.3.4\r\n",
        SDP_HEAD "c=IN IP4 198.51.100.20\r\n",
        SDP_HEAD "a=sendonly\r\na=recvonly\r\n",
        SDP_HEAD "\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\nt=0 0\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\no=- 1 1 IN IP4 1.2.3.4\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\nc=IN IP4 1.2.3.4\r\nc=IN IP4 1.2.3.4\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=rtcp:10\r\na=rtcp:10\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=sendrecv\r\na=inactive\r\n",
        SDP_HEAD "m=audio 70000 RTP/AVP 0\r\n",
        SDP_HEAD "m=audio 9 RTP/AVP 0",
        SDP_HEAD "m=audio 9 RTP/AVP 0\r\na=send",
    };
    static const char name[] = SDP_HEAD "m=audio 9 RTP/AVP 0\r\nc=IN IP4 a.example\r\n";
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(parse(ctx, bad[i], strlen(bad[i])) == ZTRUNK_E_MALFORMED, "%s", bad[i]);
    ck_assert_int_eq(parse(ctx, name, sizeof name - 1), ZTRUNK_E_DENIED);
    ztrunk_ctx_free(ctx);
}
END_TEST

static char *with_lines(size_t count, size_t width, size_t *len)
{
    char *text = malloc(sizeof SDP_HEAD + count * (width + 2));

    memcpy(text, SDP_HEAD, sizeof SDP_HEAD - 1);
    *len = sizeof SDP_HEAD - 1;
    for (size_t i = 0; i < count; i++) {
        memset(text + *len, 'x', width);
        memcpy(text + *len, "i=", 2);
        memcpy(text + *len + width, "\r\n", 2);
        *len += width + 2;
    }
    return text;
}

START_TEST(bounds_hold_at_the_bound_and_behind_it)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    size_t len;
    char *text = with_lines(512 - 5, 10, &len);

    ck_assert_int_eq(parse(ctx, text, len), ZTRUNK_OK);
    free(text);
    text = with_lines(512 - 4, 10, &len);
    ck_assert_int_eq(parse(ctx, text, len), ZTRUNK_E_LIMIT);
    free(text);
    text = with_lines(64, 1021, &len);
    ck_assert_uint_gt(len, 65536);
    ck_assert_int_eq(parse(ctx, text, len), ZTRUNK_E_LIMIT);
    /* 63 lines of 1023 bytes and the head; a last line fills up to 65536 exactly. */
    len = sizeof SDP_HEAD - 1 + 63 * 1023;
    memset(text + len, 'x', 65536 - len);
    memcpy(text + len, "i=", 2);
    text[65535] = '\n';
    ck_assert_int_eq(parse(ctx, text, 65536), ZTRUNK_OK);
    free(text);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* Each prefix lies against a page that must not be touched. */
static void cut_case(const sdp_case *c, void *arg)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert(map != MAP_FAILED && c->len <= page);
    ck_assert_int_eq(mprotect(map + page, page, PROT_NONE), 0);
    for (size_t len = 0; len <= c->len; len++) {
        ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
        ztrunk_sdp *sdp = NULL;
        uint8_t *text = map + page - len;

        memcpy(text, c->text, len);
        ck_assert_int_eq(ztrunk_sdp_read_offer(arg, text, len, NULL, &verdict, &sdp), ZTRUNK_OK);
        if (len > 0 && text[len - 1] != '\n') ck_assert_ptr_null(sdp);
        ztrunk_sdp_free(sdp);
    }
    munmap(map, 2 * page);
}

START_TEST(nothing_cut_in_the_middle_of_a_line_is_read)
{
    ztrunk_ctx *ctx = sdp_test_ctx();

    sdp_cases(cut_case, ctx);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* What is accepted in spite of a missing piece must still be safe to answer. */
static void judge_mutant(ztrunk_ctx *ctx, const uint8_t *text, size_t len)
{
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp_media media = {.size = sizeof media};
    ztrunk_sdp_crypto crypto = {.size = sizeof crypto};
    ztrunk_sdp *sdp = NULL;

    ck_assert_int_eq(ztrunk_sdp_read_offer(ctx, text, len, NULL, &verdict, &sdp), ZTRUNK_OK);
    if (sdp == NULL) return;
    ck_assert_int_eq(ztrunk_sdp_get_media(sdp, verdict.media, &media), ZTRUNK_OK);
    ck_assert(media.rtp.port != 0 && media.rtp.family != 0 && media.rtcp.port != 0);
    ck_assert(media.proto == ZTRUNK_SDP_RTP_SAVP || media.proto == ZTRUNK_SDP_RTP_SAVPF);
    ck_assert_int_eq(ztrunk_sdp_get_crypto(sdp, verdict.media, verdict.crypto, &crypto), ZTRUNK_OK);
    ck_assert(crypto.suite != ZTRUNK_SUITE_NONE);
    ztrunk_sdp_free(sdp);
}

static void cut_out(ztrunk_ctx *ctx, const sdp_case *c, size_t from, size_t to)
{
    uint8_t text[sizeof c->text];

    memcpy(text, c->text, from);
    memcpy(text + from, c->text + to, c->len - to);
    judge_mutant(ctx, text, c->len - (to - from));
}

static uint32_t is_separator(uint8_t c)
{
    return strchr(" \r\n:/|=", c) != NULL;
}

static void delete_parts(const sdp_case *c, void *arg)
{
    for (size_t at = 0, line = 0, token = 0; at < c->len; at++) {
        if (is_separator(c->text[at])) {
            if (at > token) cut_out(arg, c, token, at);
            cut_out(arg, c, at, at + 1);
            token = at + 1;
        }
        if (c->text[at] != '\n') continue;
        cut_out(arg, c, line, at + 1);
        line = at + 1;
    }
}

START_TEST(every_line_and_token_can_be_missing)
{
    ztrunk_ctx *ctx = sdp_test_ctx();

    sdp_cases(delete_parts, ctx);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(every_field_stands_every_length)
{
    static const char *const forms[] = {
        "o=%s 1 1 IN IP4 1.2.3.4\r\n",
        "c=IN IP4 %s\r\n",
        "m=%s 9 RTP/SAVP 0\r\n",
        "m=audio %s RTP/SAVP 0\r\n",
        "m=audio 9 %s 0\r\n",
        "m=audio 9 RTP/SAVP %s\r\n",
        "a=%s\r\n",
        "a=rtpmap:%s\r\n",
        "a=rtpmap:0 %s\r\n",
        "a=crypto:%s\r\n",
        "a=crypto:1 %s inline:x\r\n",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s\r\n",
        "a=rtcp:%s\r\n",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY "|%s\r\n",
        "a=fmtp:0 %s\r\n",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" SDP_KEY " %s\r\n",
        "b=%s\r\n",
        "k=%s\r\n",
    };
    static const size_t lengths[] = {0,  1,  2,  15,  16,  17,  45,  46,
                                     47, 63, 64, 127, 128, 255, 256, 900};
    static const char fill[] = "0x:/ |=\xff";
    ztrunk_ctx *ctx = sdp_test_ctx();
    char value[1024], line[2048], text[4096];

    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        for (size_t n = 0; n < sizeof lengths / sizeof lengths[0] * (sizeof fill - 1); n++) {
            size_t len = lengths[n / (sizeof fill - 1)];

            memset(value, fill[n % (sizeof fill - 1)], len);
            value[len] = 0;
            snprintf(line, sizeof line, forms[f], value);
            len = (size_t)snprintf(text, sizeof text, SDP_HEAD "%s%s",
                                   forms[f][0] == 'm' ? "" : "m=audio 9 RTP/SAVP 0\r\n", line);
            judge_mutant(ctx, (const uint8_t *)text, len);
        }
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sdp/index", refuses_sections_that_two_readers_would_read_apart,
          bounds_hold_at_the_bound_and_behind_it, nothing_cut_in_the_middle_of_a_line_is_read,
          every_line_and_token_can_be_missing, every_field_stands_every_length)
