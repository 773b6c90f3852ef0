/* allow.c - an address looked up in an allowlist, beside the C library's bsearch over the same
 * prefixes as sorted ranges: one process, rounds taken in turn. Run: bench/allow */
#include <stdio.h>
#include <stdlib.h>
#include <zerotrunk/allow.h>
#include "bench.h"

enum { ROUNDS = 11, LOOKUPS = 200000, MAX = 10000, ADDRS = 4096 };

typedef struct range {
    uint32_t first, last;
} range;

static ztrunk_allow_entry entries[MAX];
static range ranges[MAX];
static ztrunk_addr addrs[ADDRS];
static uint32_t dice_state = 1, found;

static uint32_t dice(void)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return dice_state;
}

static uint32_t ip_of(const ztrunk_addr *a)
{
    return (uint32_t)a->ip[0] << 24 | (uint32_t)a->ip[1] << 16 | (uint32_t)a->ip[2] << 8 | a->ip[3];
}

static int compare(const void *key, const void *element)
{
    const uint32_t *ip = key;
    const range *r = element;

    return *ip < r->first ? -1 : *ip > r->last;
}

/* One /24 in each of count places that are as far apart as they can be. */
static void make(uint32_t count)
{
    uint32_t step = (uint32_t)(((uint64_t)1 << 24) / count);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t ip = i * step << 8;

        ranges[i] = (range){ip, ip + 255};
        entries[i] = (ztrunk_allow_entry){.prefix = {.addr = {.family = 4}, .bits = 24}, .tag = i};
        for (uint32_t b = 0; b < 4; b++)
            entries[i].prefix.addr.ip[b] = (uint8_t)(ip >> (24 - 8 * b));
    }
    for (uint32_t i = 0; i < ADDRS; i++) {
        addrs[i] = entries[dice() % count].prefix.addr;
        addrs[i].ip[3] = (uint8_t)(dice() >> 24);
        addrs[i].ip[2] ^= (uint8_t)(dice() >> 31); /* half of them are strangers */
    }
}

static double ours(const ztrunk_allow *allow)
{
    uint64_t start = bench_now();

    for (uint32_t i = 0; i < LOOKUPS; i++)
        found += ztrunk_allow_check(allow, &addrs[i % ADDRS], NULL) == ZTRUNK_OK;
    return (double)(bench_now() - start) / LOOKUPS;
}

static double theirs(uint32_t count)
{
    uint64_t start = bench_now();

    for (uint32_t i = 0; i < LOOKUPS; i++) {
        uint32_t ip = ip_of(&addrs[i % ADDRS]);

        found += bsearch(&ip, ranges, count, sizeof *ranges, compare) != NULL;
    }
    return (double)(bench_now() - start) / LOOKUPS;
}

int main(void)
{
    static const uint32_t counts[] = {100, 4096, 10000};
    ztrunk_ctx *ctx = NULL;

    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    for (uint32_t n = 0; n < 3; n++) {
        double a[ROUNDS], b[ROUNDS];
        ztrunk_allow *allow = NULL;

        make(counts[n]);
        if (ztrunk_allow_new(ctx, NULL, entries, counts[n], NULL, &allow) != ZTRUNK_OK) return 1;
        for (uint32_t r = 0; r < ROUNDS; r++) {
            a[r] = ours(allow);
            b[r] = theirs(counts[n]);
        }
        printf("%5u prefixes: %5.1f ns a lookup, bsearch %5.1f ns, ratio %.1f\n", counts[n],
               bench_median(a, ROUNDS), bench_median(b, ROUNDS),
               bench_median(b, ROUNDS) / bench_median(a, ROUNDS));
        ztrunk_allow_free(allow);
    }
    ztrunk_ctx_free(ctx);
    return found == 0;
}
