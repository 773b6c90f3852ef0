/* srtp_refused.c - what a packet that does not authenticate costs, with and without the trials that
 * name the cause: forged packets at 50,000 a second of virtual time, on one stream and on 1000. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/srtp.h>
#include "bench.h"

#define PACKETS 500000u
#define LENGTH  182u
#define ROUNDS  5

static const struct {
    uint32_t suite;
    const char *name;
} rows[] = {{ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80, "AES_CM_128_HMAC_SHA1_80"},
            {ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80, "AES_256_CM_HMAC_SHA1_80"},
            {ZTRUNK_SUITE_AEAD_AES_128_GCM, "AEAD_AES_128_GCM"}};

static uint64_t now_ns = 1000000000; /* of all runs together */

static void must(int32_t err)
{
    if (err == ZTRUNK_OK) return;
    fprintf(stderr, "bench/srtp_refused: %s\n", ztrunk_strerror(err));
    exit(1);
}

static ztrunk_srtp *end_of(ztrunk_ctx *ctx, uint32_t suite, uint32_t inbound, uint8_t first)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = suite, .inbound = inbound};
    uint8_t key[46] = {first};
    ztrunk_srtp *s = NULL;

    must(ztrunk_srtp_new(ctx, &opts, key, ztrunk_suite_key_len(suite), &s));
    return s;
}

/* ns for each packet. */
static double run(ztrunk_ctx *ctx, uint32_t suite, size_t count, ztrunk_srtp_trials *t)
{
    ztrunk_srtp **in = calloc(count, sizeof *in), *out = end_of(ctx, suite, 0, 2),
                *before = end_of(ctx, suite, 1, 3);
    uint8_t pkt[256];
    uint64_t from, took;

    for (size_t i = 0; i < count; i++) in[i] = end_of(ctx, suite, 1, 1);
    for (size_t i = 0; i < sizeof pkt; i++) pkt[i] = (uint8_t)(i * 151 + (i >> 3) * 37);
    pkt[0] = 0x80;
    from = bench_now();
    for (uint32_t i = 0; i < PACKETS; i++) {
        size_t len = LENGTH;
        int32_t err;

        pkt[2] = (uint8_t)(i / count >> 8);
        pkt[3] = (uint8_t)(i / count);
        err = ztrunk_srtp_open(in[i % count], 0, pkt, len, &len);
        if (t != NULL)
            (void)ztrunk_srtp_trials_look(t, now_ns, in[i % count], out, before, err, 0, pkt,
                                          LENGTH);
        now_ns += 20000;
    }
    took = bench_now() - from;
    for (size_t i = 0; i < count; i++) ztrunk_srtp_free(in[i]);
    free(in);
    ztrunk_srtp_free(out);
    ztrunk_srtp_free(before);
    return (double)took / PACKETS;
}

/* One trial that finds nothing: the whole way. */
static double one_trial(ztrunk_ctx *ctx, uint32_t suite)
{
    ztrunk_srtp *in = end_of(ctx, suite, 1, 1), *out = end_of(ctx, suite, 0, 2),
                *before = end_of(ctx, suite, 1, 3);
    ztrunk_srtp_trials_opts opts = {.size = sizeof opts, .per_second = 10000};
    ztrunk_srtp_trials *t = NULL;
    uint8_t pkt[256];
    uint64_t from, took;

    must(ztrunk_srtp_trials_new(ctx, &opts, &t));
    for (size_t i = 0; i < sizeof pkt; i++) pkt[i] = (uint8_t)(i * 151 + (i >> 3) * 37);
    pkt[0] = 0x80;
    from = bench_now();
    for (uint32_t i = 0; i < 10000; i++, now_ns += 500000000)
        (void)ztrunk_srtp_trials_look(t, now_ns, in, out, before, ZTRUNK_E_AUTH, 0, pkt, LENGTH);
    took = bench_now() - from;
    ztrunk_srtp_trials_free(t);
    ztrunk_srtp_free(in);
    ztrunk_srtp_free(out);
    ztrunk_srtp_free(before);
    return (double)took / 10000;
}

int main(void)
{
    static const size_t counts[] = {1, 1000};
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp_trials *t = NULL;

    must(ztrunk_ctx_new(&ctx));
    must(ztrunk_srtp_trials_new(ctx, NULL, &t));
    printf("%-26s %8s %10s %10s %10s\n", "ns per refused packet", "streams", "alone", "trials",
           "one trial");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t k = 0; k < 2; k++) {
            double alone = 1e9, tried = 1e9;

            for (int round = 0; round < ROUNDS; round++) {
                double a = run(ctx, rows[i].suite, counts[k], NULL);
                double b = run(ctx, rows[i].suite, counts[k], t);

                alone = a < alone ? a : alone;
                tried = b < tried ? b : tried;
            }
            printf("%-26s %8zu %10.1f %10.1f %10.0f\n", rows[i].name, counts[k], alone, tried,
                   one_trial(ctx, rows[i].suite));
        }
    }
    ztrunk_srtp_trials_free(t);
    ztrunk_ctx_free(ctx);
    return 0;
}
