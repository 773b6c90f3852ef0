/* srtp_memory.c - one engine linked into a program that has sockets already: two ends seal and open
 * a packet in memory, what a stranger changed or repeated is refused, and a peer that has the two
 * keys the wrong way round is told from others. Run: srtp_memory */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/srtp.h>

#define ROOM 256

static const uint32_t suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;

/* An RTP header and 20 bytes of something. */
static size_t packet(uint8_t pkt[ROOM], uint8_t seq)
{
    memset(pkt, 0xd5, ROOM);
    memcpy(pkt, "\x80\x00\x00\x00\x00\x00\x00\x00\xca\xfe\xba\xbe", 12);
    pkt[3] = seq;
    return 32;
}

static void arrives(ztrunk_srtp *in, const char *what, const uint8_t *pkt, size_t len)
{
    uint8_t copy[ROOM];
    size_t plain_len = 0;
    int32_t err;

    memcpy(copy, pkt, len);
    err = ztrunk_srtp_open(in, 0, copy, len, &plain_len);
    if (err == ZTRUNK_OK)
        printf("%-22s opened, %zu bytes\n", what, plain_len);
    else
        printf("%-22s refused: %s\n", what, ztrunk_strerror(err));
}

static int32_t talk(ztrunk_srtp *out, ztrunk_srtp *in)
{
    uint8_t pkt[ROOM];
    size_t len;
    int32_t err;

    for (uint8_t seq = 1; seq <= 3; seq++) {
        len = packet(pkt, seq);
        err = ztrunk_srtp_seal(out, 0, pkt, len, sizeof pkt, &len);
        if (err != ZTRUNK_OK) return err;
        printf("packet %u: sealed to %zu bytes\n", seq, len);
        pkt[20] ^= 1;
        arrives(in, "  a byte was changed:", pkt, len);
        pkt[20] ^= 1;
        arrives(in, "  as it was sent:", pkt, len);
        arrives(in, "  once more:", pkt, len);
    }
    arrives(in, "a plain packet:", pkt, packet(pkt, 4));
    return ZTRUNK_OK;
}

/* More than a second of packets that the peer sealed with our key. */
static int32_t find_cause(ztrunk_ctx *ctx, ztrunk_srtp *in, ztrunk_srtp *ours)
{
    ztrunk_srtp_trials *trials = NULL;
    uint32_t cause = ZTRUNK_SRTP_CAUSE_NONE;
    int32_t err = ztrunk_srtp_trials_new(ctx, NULL, &trials);

    for (uint8_t seq = 100; seq < 160 && err == ZTRUNK_OK; seq++) {
        const uint64_t now_ns = UINT64_C(1000000000) + seq * UINT64_C(20000000);
        uint8_t pkt[ROOM];
        size_t len = packet(pkt, seq), plain_len = 0;
        int32_t refused;

        err = ztrunk_srtp_seal(ours, 0, pkt, len, sizeof pkt, &len);
        if (err != ZTRUNK_OK) break;
        refused = ztrunk_srtp_open(in, 0, pkt, len, &plain_len);
        if (refused != ZTRUNK_OK)
            cause = ztrunk_srtp_trials_look(trials, now_ns, in, ours, NULL, refused, 0, pkt, len);
    }
    if (err == ZTRUNK_OK) printf("refused since: %s\n", ztrunk_srtp_cause_text(cause));
    ztrunk_srtp_trials_free(trials);
    return err;
}

int main(void)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = suite};
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *out = NULL;
    ztrunk_srtp *in = NULL;
    ztrunk_srtp *ours = NULL;
    uint8_t key[64], our_key[64]; /* as a=crypto carries them: master key and salt */
    int32_t err;

    err = ztrunk_ctx_new(&ctx);
    if (err == ZTRUNK_OK) err = ztrunk_random(ctx, key, sizeof key);
    if (err == ZTRUNK_OK) err = ztrunk_random(ctx, our_key, sizeof our_key);
    if (err == ZTRUNK_OK) err = ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(suite), &out);
    if (err == ZTRUNK_OK)
        err = ztrunk_srtp_new(ctx, &opts, our_key, ztrunk_suite_key_len(suite), &ours);
    opts.inbound = 1;
    if (err == ZTRUNK_OK) err = ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(suite), &in);
    if (err == ZTRUNK_OK) err = talk(out, in);
    if (err == ZTRUNK_OK) err = find_cause(ctx, in, ours);
    if (err != ZTRUNK_OK) fprintf(stderr, "srtp_memory: %s\n", ztrunk_strerror(err));
    ztrunk_srtp_free(out);
    ztrunk_srtp_free(in);
    ztrunk_srtp_free(ours);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
