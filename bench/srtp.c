/* srtp.c - what sealing and opening a packet cost, beside libsrtp2 as it is installed.
 *
 * Round robin over 1, 100, 1000 and 2000 contexts, 172-byte packets (20 ms of G.711), one SSRC
 * each. A process of its own runs the yardstick, before our kernels stand in its place; the two
 * take turns for each row. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <srtp2/srtp.h>
#include <zerotrunk/srtp.h>
#include "bench.h"

#define ROUNDS  9
#define PACKETS 20000u
#define ROOM    224u
#define LENGTH  172u

typedef struct result {
    double seal_ns, open_ns;
} result;

typedef struct engine {
    size_t count;
    uint32_t suite;
    ztrunk_ctx *ctx;
    ztrunk_srtp **ours[2];
    srtp_t *theirs[2];
} engine;

static uint8_t packets[PACKETS][ROOM];
static size_t lengths[PACKETS];

static void die(const char *what)
{
    fprintf(stderr, "bench/srtp: %s failed\n", what);
    _exit(1);
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void key_make(uint8_t key[46], size_t which)
{
    for (size_t i = 0; i < 46; i++) key[i] = (uint8_t)(which * 31 + i * 7 + (which >> 8));
}

static void packets_make(size_t contexts, uint32_t first_seq)
{
    for (uint32_t i = 0; i < PACKETS; i++) {
        uint32_t seq = first_seq + i / (uint32_t)contexts;
        uint8_t *p = packets[i];

        memset(p, 0xd5, LENGTH);
        p[0] = 0x80;
        p[1] = 0;
        p[2] = (uint8_t)(seq >> 8);
        p[3] = (uint8_t)seq;
        put32(p + 4, seq * 160);
        put32(p + 8, 1 + i % (uint32_t)contexts);
        lengths[i] = LENGTH;
    }
}

static void ours_make(engine *e)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = e->suite};
    uint8_t key[46];

    if (ztrunk_ctx_new(&e->ctx) != ZTRUNK_OK) die("context");
    for (uint32_t way = 0; way < 2; way++) {
        e->ours[way] = calloc(e->count, sizeof *e->ours[way]);
        opts.inbound = way;
        for (size_t i = 0; i < e->count; i++) {
            key_make(key, i);
            if (ztrunk_srtp_new(e->ctx, &opts, key, ztrunk_suite_key_len(e->suite),
                                &e->ours[way][i]) != ZTRUNK_OK)
                die("ztrunk_srtp_new");
        }
    }
}

static void ours_run(engine *e, uint32_t way)
{
    for (size_t i = 0; i < PACKETS; i++) {
        ztrunk_srtp *s = e->ours[way][i % e->count];
        int32_t err = way == 0 ? ztrunk_srtp_seal(s, 0, packets[i], lengths[i], ROOM, &lengths[i])
                               : ztrunk_srtp_open(s, 0, packets[i], lengths[i], &lengths[i]);

        if (err != ZTRUNK_OK) die(ztrunk_strerror(err));
    }
}

static void ours_free(engine *e)
{
    for (uint32_t way = 0; way < 2; way++) {
        for (size_t i = 0; i < e->count; i++) ztrunk_srtp_free(e->ours[way][i]);
        free(e->ours[way]);
    }
    ztrunk_ctx_free(e->ctx);
}

static void policy_of(uint32_t suite, srtp_policy_t *p)
{
    memset(p, 0, sizeof *p);
    if (suite == ZTRUNK_SUITE_AEAD_AES_128_GCM) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtcp);
    } else if (suite == ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80) {
        srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtp);
        srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&p->rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&p->rtp);
        srtp_crypto_policy_set_rtcp_default(&p->rtcp);
    }
    p->window_size = 128;
}

static void theirs_make(engine *e)
{
    uint8_t key[46];
    srtp_policy_t p;

    policy_of(e->suite, &p);
    for (uint32_t way = 0; way < 2; way++) {
        e->theirs[way] = calloc(e->count, sizeof(srtp_t));
        p.ssrc.type = way == 0 ? ssrc_any_outbound : ssrc_any_inbound;
        p.key = key;
        for (size_t i = 0; i < e->count; i++) {
            key_make(key, i);
            if (srtp_create(&e->theirs[way][i], &p) != srtp_err_status_ok) die("srtp_create");
        }
    }
}

static void theirs_run(engine *e, uint32_t way)
{
    for (size_t i = 0; i < PACKETS; i++) {
        srtp_t s = e->theirs[way][i % e->count];
        int len = (int)lengths[i];
        srtp_err_status_t status =
            way == 0 ? srtp_protect(s, packets[i], &len) : srtp_unprotect(s, packets[i], &len);

        if (status != srtp_err_status_ok) die("libsrtp2");
        lengths[i] = (size_t)len;
    }
}

static void theirs_free(engine *e)
{
    for (uint32_t way = 0; way < 2; way++) {
        for (size_t i = 0; i < e->count; i++) srtp_dealloc(e->theirs[way][i]);
        free(e->theirs[way]);
    }
}

static result measure(engine *e, void (*run)(engine *, uint32_t))
{
    double ns[2][ROUNDS];
    uint32_t seq = 1;

    for (size_t round = 0; round < ROUNDS; round++) {
        packets_make(e->count, seq);
        seq += PACKETS / (uint32_t)e->count;
        for (uint32_t way = 0; way < 2; way++) {
            uint64_t start = bench_now();

            run(e, way);
            ns[way][round] = (double)(bench_now() - start) / PACKETS;
        }
    }
    return (result){bench_median(ns[0], ROUNDS), bench_median(ns[1], ROUNDS)};
}

/* In a process of its own: its answer comes back through a pipe. */
static result in_child(result (*work)(uint32_t, size_t), uint32_t suite, size_t contexts)
{
    result r = {0};
    int pipes[2], status = 0;
    pid_t child;

    if (pipe(pipes) != 0) die("pipe");
    child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        r = work(suite, contexts);
        _exit(write(pipes[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
    }
    close(pipes[1]);
    if (read(pipes[0], &r, sizeof r) != (ssize_t)sizeof r) die("child");
    close(pipes[0]);
    waitpid(child, &status, 0);
    return r;
}

static result ours(uint32_t suite, size_t contexts)
{
    engine e = {.count = contexts, .suite = suite};
    result r;

    ours_make(&e);
    r = measure(&e, ours_run);
    ours_free(&e);
    return r;
}

static result theirs(uint32_t suite, size_t contexts)
{
    engine e = {.count = contexts, .suite = suite};
    result r;

    if (srtp_init() != srtp_err_status_ok) die("srtp_init");
    theirs_make(&e);
    r = measure(&e, theirs_run);
    theirs_free(&e);
    return r;
}

static void row(const char *what, size_t contexts, double ours_ns, double theirs_ns)
{
    printf("%-26s %5zu contexts  %7.0f ns   %s %7.0f ns   ratio %5.1f\n", what, contexts, ours_ns,
           "libsrtp2 as installed", theirs_ns, theirs_ns / ours_ns);
    fflush(stdout);
}

int main(void)
{
    static const uint32_t suites[] = {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80,
                                      ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80,
                                      ZTRUNK_SUITE_AEAD_AES_128_GCM};
    static const size_t contexts[] = {1, 100, 1000, 2000};
    char name[64];

    printf("%s, %u-byte packets, median of %d rounds\n", srtp_get_version_string(), LENGTH, ROUNDS);
    for (size_t s = 0; s < sizeof suites / sizeof suites[0]; s++) {
        for (size_t c = 0; c < sizeof contexts / sizeof contexts[0]; c++) {
            result t = in_child(theirs, suites[s], contexts[c]);
            result o = in_child(ours, suites[s], contexts[c]);

            snprintf(name, sizeof name, "%s seal", ztrunk_suite_name(suites[s]));
            row(name, contexts[c], o.seal_ns, t.seal_ns);
            snprintf(name, sizeof name, "%s open", ztrunk_suite_name(suites[s]));
            row(name, contexts[c], o.open_ns, t.open_ns);
        }
    }
    return 0;
}
