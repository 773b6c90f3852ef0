/* sdp_rewrite.c - reads an SDP offer, says whether a trunk that requires SRTP takes it, and writes
 * what the inside of the trunk is offered in its place.
 *
 * usage: sdp_rewrite OUR-IP:PORT <offer.sdp */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/sdp.h>

static int print(const ztrunk_sdp *sdp)
{
    static uint8_t text[65536];
    size_t len = 0;

    if (ztrunk_sdp_encode(sdp, text, sizeof text, &len) != ZTRUNK_OK) return 1;
    return fwrite(text, 1, len, stdout) == len ? 0 : 1;
}

static int offer_inside(const ztrunk_sdp *offer, uint32_t media, const ztrunk_addr *ours)
{
    ztrunk_sdp_policy inside = {.size = sizeof inside, .srtp = ZTRUNK_SDP_SRTP_FORBIDDEN};
    ztrunk_sdp_leg leg = {.size = sizeof leg, .rtp = *ours};
    ztrunk_sdp_origin origin = {.size = sizeof origin};
    ztrunk_sdp *made = NULL;
    int32_t err = ztrunk_sdp_make_offer(offer, media, &inside, &leg, NULL, 0, &origin, &made);
    int status = 1;

    if (err == ZTRUNK_OK) status = print(made);
    if (err != ZTRUNK_OK) fprintf(stderr, "sdp_rewrite: %s\n", ztrunk_strerror(err));
    ztrunk_sdp_free(made);
    return status;
}

int main(int argc, char **argv)
{
    static uint8_t text[65537];
    size_t len = fread(text, 1, sizeof text, stdin);
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};
    ztrunk_sdp *offer = NULL;
    ztrunk_ctx *ctx = NULL;
    ztrunk_addr ours;
    int status = 1;

    if (argc != 2 || ztrunk_addr_parse(argv[1], strlen(argv[1]), &ours) != ZTRUNK_OK) {
        fprintf(stderr, "usage: sdp_rewrite OUR-IP:PORT <offer.sdp\n");
        return 2;
    }
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    if (ztrunk_sdp_read_offer(ctx, text, len, NULL, &verdict, &offer) == ZTRUNK_OK) {
        if (verdict.reason == ZTRUNK_SDP_OK)
            status = offer_inside(offer, verdict.media, &ours);
        else
            printf("SIP/2.0 %u Not Acceptable Here\nWarning: %u trunk.example \"%s\"\n",
                   verdict.status, verdict.warning, verdict.text);
    }
    ztrunk_sdp_free(offer);
    ztrunk_ctx_free(ctx);
    return status;
}
