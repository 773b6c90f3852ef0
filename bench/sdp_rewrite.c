/* sdp_rewrite.c - an SDP offer decoded, with address, port and key replaced, and encoded, beside
 * libre's sdp doing the same: one process, rounds taken in turn. Run: bench/sdp_rewrite */
#include "wire/re_glue.h"

#include <stdio.h>
#include <string.h>
#include <zerotrunk/sdp.h>
#include "bench.h"

enum { ROUNDS = 11, PASSES = 20000 };

static const char offer[] =
    "v=0\r\no=- 1700000000 1 IN IP4 198.51.100.20\r\ns=-\r\nc=IN IP4 198.51.100.20\r\nt=0 0\r\n"
    "m=audio 20000 RTP/SAVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\r\n"
    "a=sendrecv\r\n";
static const char key_line[] =
    "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
static size_t written;

static int ours(ztrunk_ctx *ctx, const ztrunk_sdp_crypto *key)
{
    static const ztrunk_addr addr = {.family = 4, .port = 30000, .ip = {203, 0, 113, 5}};
    ztrunk_sdp_origin origin = {.size = sizeof origin, .sess_id = 7};
    uint8_t text[2048];
    ztrunk_sdp *sdp = NULL;
    int32_t err = ztrunk_sdp_parse(ctx, (const uint8_t *)offer, sizeof offer - 1, &sdp);

    if (err == ZTRUNK_OK) err = ztrunk_sdp_clear_crypto(sdp, 0);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_add_crypto(sdp, 0, key);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_set_addr(sdp, 0, &addr, NULL);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_set_origin(sdp, &addr, &origin);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_encode(sdp, text, sizeof text, &written);
    ztrunk_sdp_free(sdp);
    return err;
}

/* What a back-to-back user agent does instead: judged, and made anew in our name. */
static int made(ztrunk_ctx *ctx, const ztrunk_sdp_crypto *key)
{
    ztrunk_sdp_leg leg = {.size = sizeof leg,
                          .rtp = {.family = 4, .port = 30000, .ip = {203, 0, 113, 5}}};
    ztrunk_sdp_origin origin = {.size = sizeof origin, .sess_id = 7};
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp *sdp = NULL, *next = NULL;
    uint8_t text[2048];
    size_t len = 0;
    int32_t err =
        ztrunk_sdp_read_offer(ctx, (const uint8_t *)offer, sizeof offer - 1, NULL, &verdict, &sdp);

    if (err == ZTRUNK_OK)
        err = ztrunk_sdp_make_offer(sdp, verdict.media, NULL, &leg, key, 1, &origin, &next);
    if (err == ZTRUNK_OK) err = ztrunk_sdp_encode(next, text, sizeof text, &len);
    ztrunk_sdp_free(next);
    ztrunk_sdp_free(sdp);
    return err;
}

static void add_formats(struct sdp_media *m)
{
    sdp_format_add(NULL, m, false, "0", "PCMU", 8000, 1, NULL, NULL, NULL, false, NULL);
    sdp_format_add(NULL, m, false, "8", "PCMA", 8000, 1, NULL, NULL, NULL, false, NULL);
    sdp_format_add(NULL, m, false, "101", "telephone-event", 8000, 1, NULL, NULL, NULL, false,
                   "0-15");
}

static int libres(struct mbuf *in)
{
    struct sdp_session *session = NULL;
    struct sdp_media *m = NULL;
    struct mbuf *out = NULL;
    struct sa laddr;
    int err = sa_set_str(&laddr, "203.0.113.5", 0);

    if (err == 0) err = sdp_session_alloc(&session, &laddr);
    if (err == 0) err = sdp_media_add(&m, session, "audio", 30000, "RTP/SAVP");
    if (err == 0) add_formats(m);
    in->pos = 0;
    in->end = sizeof offer - 1;
    if (err == 0) err = sdp_decode(session, in, true);
    if (err == 0) err = sdp_media_set_lattr(m, true, "crypto", "%s", key_line);
    if (err == 0) err = sdp_encode(&out, session, false);
    mem_deref(out);
    mem_deref(session);
    return err;
}

int main(void)
{
    struct mbuf *in = mbuf_alloc(sizeof offer);
    ztrunk_sdp_crypto key = {.size = sizeof key};
    double a[ROUNDS], b[ROUNDS], c[ROUNDS];
    ztrunk_ctx *ctx = NULL;
    int failed = 0;

    if (in == NULL || ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    failed |= mbuf_write_mem(in, (const uint8_t *)offer, sizeof offer - 1);
    failed |= ztrunk_sdp_new_crypto(ctx, ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80, 1, &key);
    for (int r = 0; r < ROUNDS; r++) {
        uint64_t t0 = bench_now(), t1, t2, t3;

        for (int i = 0; i < PASSES; i++) failed |= ours(ctx, &key);
        t1 = bench_now();
        for (int i = 0; i < PASSES; i++) failed |= libres(in);
        t2 = bench_now();
        for (int i = 0; i < PASSES; i++) failed |= made(ctx, &key);
        t3 = bench_now();
        a[r] = (double)(t1 - t0) / PASSES;
        b[r] = (double)(t2 - t1) / PASSES;
        c[r] = (double)(t3 - t2) / PASSES;
    }
    printf(
        "%zu bytes to %zu: edited in place %.0f ns, judged and made anew %.0f ns, libre %.0f ns: "
        "%.2f and %.2f of libre's\n",
        sizeof offer - 1, written, bench_median(a, ROUNDS), bench_median(c, ROUNDS),
        bench_median(b, ROUNDS), bench_median(a, ROUNDS) / bench_median(b, ROUNDS),
        bench_median(c, ROUNDS) / bench_median(b, ROUNDS));
    mem_deref(in);
    ztrunk_ctx_free(ctx);
    return failed != 0;
}
