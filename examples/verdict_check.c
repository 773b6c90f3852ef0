/* verdict_check.c - one engine linked into a program that has a media path already: the counters of
 * both legs go in twice a second, and what is wrong with the call comes out. Run: verdict_check */
#include <stdio.h>
#include <zerotrunk/verdict.h>

#define SECOND UINT64_C(1000000000)

static void say(uint32_t second, const ztrunk_verdict_finding *f)
{
    if (f->code == ZTRUNK_VERDICT_NONE)
        printf("%2u s: both are heard, or it is not known yet\n", second);
    else if (f->is_new)
        printf("%2u s: %s: %s\n      %s\n      %s\n", second, ztrunk_verdict_name(f->code),
               f->sentence, f->evidence, f->advice);
}

/* From the sixth second on the carrier seals its media with the key of the offer before. */
static int32_t talk(ztrunk_verdict *v)
{
    ztrunk_verdict_call call = {.size = sizeof call, .is_answered = 1};
    ztrunk_verdict_leg carrier = {.size = sizeof carrier, .send = 1, .receive = 1};
    ztrunk_verdict_leg pbx = carrier;
    ztrunk_verdict_finding found = {.size = sizeof found};
    int32_t err = ZTRUNK_OK;

    for (uint32_t second = 0; second < 10 && err == ZTRUNK_OK; second++) {
        if (second < 6) {
            carrier.rx_packets += 50;
        } else {
            carrier.drop_auth += 50;
            carrier.srtp_cause = ZTRUNK_SRTP_CAUSE_OLD_KEY;
        }
        pbx.rx_packets += 50;
        carrier.tx_packets = pbx.rx_packets;
        pbx.tx_packets = carrier.rx_packets;
        err = ztrunk_verdict_judge(v, (100 + second) * SECOND, &call, &carrier, &pbx, &found);
        if (err == ZTRUNK_OK) say(second, &found);
    }
    return err;
}

int main(void)
{
    ztrunk_verdict_opts opts = {.size = sizeof opts, .names = {"the carrier", "the PBX"}};
    ztrunk_ctx *ctx = NULL;
    ztrunk_verdict *v = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_verdict_new(ctx, &opts, &v);
    if (err == ZTRUNK_OK) err = talk(v);
    if (err != ZTRUNK_OK) fprintf(stderr, "verdict_check: %s\n", ztrunk_strerror(err));
    ztrunk_verdict_free(v);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
