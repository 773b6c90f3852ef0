/* nft_hole.c - what a hole in the kernel's table costs: opened and closed by batches of one, of a
 * hundred and of a thousand, in a network namespace of its own, rounds taken in turn; and the whole
 * table made again. Needs root. Run: bench/nft_hole */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <zerotrunk/nft.h>
#include "bench.h"

enum { ROUNDS = 11, HOLES = 1000, PREFIXES = 10000 };

static ztrunk_nft *nft;
static ztrunk_prefix prefixes[PREFIXES];

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    if (ztrunk_addr_parse(text, strlen(text), &a) != ZTRUNK_OK) abort();
    return a;
}

static void must(int32_t err)
{
    if (err == ZTRUNK_OK) return;
    fprintf(stderr, "%s: %s\n", ztrunk_strerror(err), ztrunk_nft_error(nft));
    exit(1);
}

/* Nanoseconds for each of HOLES changes, which go out by batches. */
static double change_all(uint32_t batch, uint32_t is_open)
{
    ztrunk_addr local = addr("192.0.2.1:10000"), remote = addr("198.51.100.7");
    uint64_t start = bench_now();

    for (uint32_t i = 0; i < HOLES; i++) {
        local.port = (uint16_t)(10000 + 2 * i);
        must(is_open ? ztrunk_nft_open(nft, &local, &remote) : ztrunk_nft_close(nft, &local));
        if ((i + 1) % batch == 0) must(ztrunk_nft_commit(nft));
    }
    must(ztrunk_nft_commit(nft));
    return (double)(bench_now() - start) / HOLES;
}

static void measure_holes(void)
{
    static const uint32_t batches[] = {1, 100, 1000};
    double open[3][ROUNDS], close[3][ROUNDS], one = 0;

    for (uint32_t r = 0; r < ROUNDS; r++)
        for (uint32_t n = 0; n < 3; n++) {
            open[n][r] = change_all(batches[n], 1);
            close[n][r] = change_all(batches[n], 0);
        }
    for (uint32_t n = 0; n < 3; n++) {
        double opened = bench_median(open[n], ROUNDS), closed = bench_median(close[n], ROUNDS);

        if (n == 0) one = opened + closed;
        printf("batches of %4u: %5.2f us to open a hole, %5.2f us to close it, ratio to one %.1f\n",
               batches[n], opened / 1000, closed / 1000, one / (opened + closed));
    }
}

/* Each change of an allowlist makes the whole table again. */
static void measure_whole(void)
{
    double took[ROUNDS];

    for (uint32_t i = 0; i < PREFIXES; i++) {
        prefixes[i] = (ztrunk_prefix){.addr = {.family = 4, .ip = {10}}, .bits = 31};
        prefixes[i].addr.ip[1] = (uint8_t)(i >> 14);
        prefixes[i].addr.ip[2] = (uint8_t)(i >> 6);
        prefixes[i].addr.ip[3] = (uint8_t)(i << 2);
    }
    (void)change_all(HOLES, 1);
    for (uint32_t r = 0; r < ROUNDS; r++) {
        uint64_t start = bench_now();

        must(ztrunk_nft_set_sources(nft, ZTRUNK_NFT_MEDIA, prefixes, PREFIXES));
        took[r] = (double)(bench_now() - start);
    }
    printf("the whole table, %d prefixes that do not touch and %d holes: %.1f ms\n", PREFIXES,
           HOLES, bench_median(took, ROUNDS) / 1e6);
}

int main(void)
{
    const ztrunk_nft_port range = {.kind = ZTRUNK_NFT_MEDIA,
                                   .protocol = 17,
                                   .first = 10000,
                                   .last = 20000};
    ztrunk_ctx *ctx = NULL;

    if (unshare(CLONE_NEWNET) != 0) {
        perror("a network namespace");
        return 1;
    }
    must(ztrunk_ctx_new(&ctx));
    must(ztrunk_nft_new(ctx, NULL, &nft));
    must(ztrunk_nft_set_ports(nft, &range, 1));
    must(ztrunk_nft_start(nft));
    measure_holes();
    measure_whole();
    ztrunk_nft_free(nft);
    ztrunk_ctx_free(ctx);
    return 0;
}
