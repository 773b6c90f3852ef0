/* Parse, judge, rewrite, encode, parse again: what comes out is read as what was meant, and no key
 * of the input is in it. */
#include <zerotrunk/sdp.h>

#include <stdlib.h>
#include <string.h>

#define ALL 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(uint32_t holds)
{
    if (!holds) abort();
}

/* Encodes and parses again. */
static void come_back(ztrunk_ctx *ctx, const ztrunk_sdp *sdp, ztrunk_sdp **out)
{
    size_t len = 0;
    uint8_t *text = malloc(ALL);

    must(text != NULL && ztrunk_sdp_encode(sdp, text, ALL, &len) == ZTRUNK_OK);
    must(ztrunk_sdp_parse(ctx, text, len, out) == ZTRUNK_OK);
    must(ztrunk_sdp_media_count(sdp) == ztrunk_sdp_media_count(*out));
    free(text);
}

static void check_lossless(const uint8_t *data, size_t size, const ztrunk_sdp *sdp)
{
    size_t len = 0;
    uint8_t *text = malloc(ALL);

    must(text != NULL && ztrunk_sdp_encode(sdp, text, ALL, &len) == ZTRUNK_OK && len == size);
    for (size_t i = 0; i < size; i++) must(text[i] == data[i]);
    free(text);
}

static void check_cleared(ztrunk_ctx *ctx, const ztrunk_sdp *sdp)
{
    ztrunk_addr addr = {.family = 6, .port = 4000, .ip = {32, 1}};
    ztrunk_sdp *copy = NULL, *back = NULL;

    must(ztrunk_sdp_clone(sdp, &copy) == ZTRUNK_OK);
    must(ztrunk_sdp_clear_crypto(copy, ZTRUNK_SDP_ALL) == ZTRUNK_OK);
    for (uint32_t nth = 0; nth < ztrunk_sdp_media_count(copy); nth++) {
        int32_t err = ztrunk_sdp_set_addr(copy, nth, &addr, NULL);

        must(err == ZTRUNK_OK || err == ZTRUNK_E_LIMIT);
        ztrunk_sdp_filter_codecs(copy, nth, NULL);
    }
    come_back(ctx, copy, &back);
    for (uint32_t nth = 0; nth < ztrunk_sdp_media_count(back); nth++) {
        ztrunk_sdp_media media = {.size = sizeof media};

        must(ztrunk_sdp_get_media(back, nth, &media) == ZTRUNK_OK && media.crypto_count == 0);
    }
    ztrunk_sdp_free(back);
    ztrunk_sdp_free(copy);
}

/* The accepted offer crosses to a plain leg, and is answered on its own. */
static void cross(ztrunk_ctx *ctx, const ztrunk_sdp *sdp, const ztrunk_sdp_verdict *verdict)
{
    ztrunk_sdp_policy plain = {.size = sizeof plain, .srtp = ZTRUNK_SDP_SRTP_FORBIDDEN};
    ztrunk_sdp_leg leg = {.size = sizeof leg,
                          .rtp = {.family = 4, .port = 4000, .ip = {192, 0, 2, 1}}};
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    ztrunk_sdp_crypto theirs = {.size = sizeof theirs}, ours = {.size = sizeof ours};
    ztrunk_sdp_verdict again = {.size = sizeof again};
    ztrunk_sdp *offer = NULL, *answer = NULL;

    must(ztrunk_sdp_make_offer(sdp, verdict->media, &plain, &leg, NULL, 0, &origin, &offer) ==
         ZTRUNK_OK);
    must(ztrunk_sdp_judge_offer(offer, &plain, &again) == ZTRUNK_OK);
    must(again.reason == ZTRUNK_SDP_OK && ztrunk_sdp_media_count(offer) == 1);
    must(ztrunk_sdp_get_crypto(offer, 0, 0, &ours) == ZTRUNK_E_NOTFOUND);
    must(ztrunk_sdp_get_crypto(sdp, verdict->media, verdict->crypto, &theirs) == ZTRUNK_OK);
    must(ztrunk_sdp_new_crypto(ctx, theirs.suite, theirs.tag, &ours) == ZTRUNK_OK);
    ours.is_draft_name = theirs.is_draft_name;
    origin = (ztrunk_sdp_origin){.size = sizeof origin};
    must(ztrunk_sdp_make_answer(sdp, verdict->media, offer, 0, NULL, &leg, &ours, &origin,
                                &answer) == ZTRUNK_OK);
    must(ztrunk_sdp_judge_answer(sdp, answer, NULL, &again) == ZTRUNK_OK);
    must(again.reason == ZTRUNK_SDP_OK && again.media == verdict->media);
    ztrunk_sdp_free(answer);
    ztrunk_sdp_free(offer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {3};
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp *sdp = NULL;
    ztrunk_ctx *ctx = NULL;

    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    if (ztrunk_sdp_parse(ctx, data, size, &sdp) == ZTRUNK_OK) {
        check_lossless(data, size, sdp);
        check_cleared(ctx, sdp);
        must(ztrunk_sdp_judge_offer(sdp, NULL, &verdict) == ZTRUNK_OK);
        if (verdict.reason == ZTRUNK_SDP_OK) cross(ctx, sdp, &verdict);
    }
    ztrunk_sdp_free(sdp);
    ztrunk_ctx_free(ctx);
    return 0;
}
