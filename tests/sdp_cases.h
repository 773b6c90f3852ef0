/* sdp_cases.h - reads tests/vectors/sdp-policy.txt. */
#ifndef TESTS_SDP_CASES_H
#define TESTS_SDP_CASES_H

#include <string.h>
#include <zerotrunk/sdp.h>
#include "unit.h"

typedef struct sdp_case {
    char id[64], verdict[16], suite[40], tag[32], mki[40], dir[32];
    uint8_t text[4096];
    size_t len;
} sdp_case;

static inline void sdp_case_line(sdp_case *c, const char *line)
{
    size_t len = strlen(line);

    ck_assert_uint_le(c->len + len + 2, sizeof c->text);
    memcpy(c->text + c->len, line, len);
    memcpy(c->text + c->len + len, "\r\n", 2);
    c->len += len + 2;
}

static inline void sdp_case_field(sdp_case *c, const char *line)
{
    if (line[0] == '|') {
        sdp_case_line(c, line + 1);
        return;
    }
    sscanf(line, "case %63s", c->id);
    sscanf(line, "verdict %15[^\n]", c->verdict);
    sscanf(line, "suite %39s", c->suite);
    sscanf(line, "tag %31[^\n]", c->tag);
    sscanf(line, "mki %39s", c->mki);
    sscanf(line, "dir %31[^\n]", c->dir);
}

/* Calls each for every case; returns how many there were. */
static inline uint32_t sdp_cases(void (*each)(const sdp_case *c, void *arg), void *arg)
{
    size_t len;
    char *data = (char *)unit_data("vectors/sdp-policy.txt", &len);
    uint32_t count = 0;
    sdp_case c = {0};

    for (char *line = data, *end; line < data + len; line = end + 1) {
        end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        *end = 0;
        if (line[0] == '#') continue;
        if (strncmp(line, "case ", 5) == 0 && c.len > 0) {
            each(&c, arg);
            count++;
            memset(&c, 0, sizeof c);
        }
        sdp_case_field(&c, line);
    }
    each(&c, arg);
    free(data);
    return count + 1;
}

static inline ztrunk_ctx *sdp_test_ctx(void)
{
    static const uint8_t seed[32] = {7};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    return ctx;
}

static inline ztrunk_sdp *sdp_test_parse(ztrunk_ctx *ctx, const char *text)
{
    ztrunk_sdp *sdp = NULL;

    ck_assert_int_eq(ztrunk_sdp_parse(ctx, (const uint8_t *)text, strlen(text), &sdp), ZTRUNK_OK);
    return sdp;
}

/* The encoded text, NUL-terminated, in a static buffer. */
static inline const char *sdp_test_text(const ztrunk_sdp *sdp)
{
    static char text[70000];
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sdp_encode(sdp, (uint8_t *)text, sizeof text - 1, &len), ZTRUNK_OK);
    text[len] = 0;
    return text;
}

#define SDP_HEAD                                                                                   \
    "v=0\r\no=alice 5 9 IN IP4 198.51.100.20\r\ns=Call\r\nc=IN IP4 198.51.100.20\r\nt=0 0\r\n"
#define SDP_KEY  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"
#define SDP_KEY2 "HRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA"

#endif
