/* relay_load.c - sends media to a relay at a steady rate and counts what comes back.
 *
 * usage: relay_load STREAMS RATE SECONDS [SUITE]
 * STREAMS holds one line for each stream: "srtp PORT SSRC KEY" (hexadecimal, with its salt) is
 * sent sealed from 127.0.0.2:20000, "rtp PORT SSRC -" plain from 127.0.0.3:20000, both to
 * 127.0.0.1. What a stream sends must come out at the other address. All packets are made before
 * the first is sent. Prints key=value pairs; backlog is what had not come back when sending
 * stopped. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <zerotrunk/srtp.h>
#include "bench.h"

#define BATCH       32u
#define ROOM        224u
#define RTP_LEN     172u
#define MAX_STREAMS 8192u
#define BUFFER      (64 << 20)
#define DRAIN_NS    300000000u

typedef struct stream {
    uint32_t is_srtp, ssrc, seq;
    struct sockaddr_in to;
    ztrunk_srtp *seal;
} stream;

typedef struct load {
    ztrunk_ctx *ctx;
    uint32_t suite;
    stream streams[MAX_STREAMS];
    uint32_t count;
    uint8_t *packets;
    uint16_t *lengths;
    uint64_t total, sent, received, odd; /* odd: of another length than expected */
    size_t sealed_len;
    int fd[2]; /* RTP's and SRTP's address */
} load;

static void die(const char *what)
{
    fprintf(stderr, "relay_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int socket_at(const char *ip)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(20000)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int buffer = BUFFER;

    inet_pton(AF_INET, ip, &sin.sin_addr);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0) die(ip);
    return fd;
}

static size_t hex_read(const char *hex, uint8_t *out, size_t cap)
{
    size_t len = 0;
    unsigned int byte;

    while (len < cap && sscanf(hex + 2 * len, "%2x", &byte) == 1) out[len++] = (uint8_t)byte;
    return len;
}

static void stream_add(load *l, const char *kind, unsigned int port, unsigned int ssrc,
                       const char *hex)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = l->suite};
    stream *s = &l->streams[l->count++];
    uint8_t key[64];
    size_t len = hex_read(hex, key, sizeof key);

    s->is_srtp = strcmp(kind, "srtp") == 0;
    s->ssrc = ssrc;
    s->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &s->to.sin_addr);
    if (s->is_srtp && ztrunk_srtp_new(l->ctx, &opts, key, len, &s->seal) != ZTRUNK_OK) die("key");
}

static void streams_read(load *l, const char *path)
{
    FILE *file = fopen(path, "r");
    char kind[8], hex[160];
    unsigned int port, ssrc;

    if (file == NULL) die(path);
    while (l->count < MAX_STREAMS && fscanf(file, "%7s %u %u %159s", kind, &port, &ssrc, hex) == 4)
        stream_add(l, kind, port, ssrc, hex);
    fclose(file);
    if (l->count == 0) die("no streams");
}

/* In runs of one direction, so that one system call sends a batch. */
static int by_kind_in_runs(const void *a, const void *b)
{
    const stream *x = a;
    const stream *y = b;
    uint32_t run_x = x->ssrc % 100000 / (BATCH / 2) * 2 + x->is_srtp;
    uint32_t run_y = y->ssrc % 100000 / (BATCH / 2) * 2 + y->is_srtp;

    return run_x != run_y ? (run_x > run_y) - (run_x < run_y) : (x->ssrc > y->ssrc) * 2 - 1;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void packet_make(load *l, uint64_t nth)
{
    stream *s = &l->streams[nth % l->count];
    uint8_t *p = l->packets + nth * ROOM;
    size_t len = RTP_LEN;

    memset(p, 0xd5, len);
    p[0] = 0x80;
    p[1] = 0;
    s->seq++;
    p[2] = (uint8_t)(s->seq >> 8);
    p[3] = (uint8_t)s->seq;
    put32(p + 4, s->seq * 160);
    put32(p + 8, s->ssrc);
    if (s->is_srtp && ztrunk_srtp_seal(s->seal, 0, p, len, ROOM, &len) != ZTRUNK_OK) die("seal");
    if (s->is_srtp) l->sealed_len = len;
    l->lengths[nth] = (uint16_t)len;
}

static void packets_make(load *l)
{
    l->packets = malloc(l->total * ROOM);
    l->lengths = malloc(l->total * sizeof *l->lengths);
    if (l->packets == NULL || l->lengths == NULL) die("memory");
    for (uint64_t i = 0; i < l->total; i++) packet_make(l, i);
}

/* Up to one batch from one address. */
static void send_batch(load *l, uint64_t due)
{
    struct mmsghdr out[BATCH];
    struct iovec iov[BATCH];
    uint32_t way = l->streams[l->sent % l->count].is_srtp;
    uint32_t n = 0;
    int sent;

    memset(out, 0, sizeof out);
    for (; n < BATCH && l->sent + n < due; n++) {
        stream *s = &l->streams[(l->sent + n) % l->count];

        if (s->is_srtp != way) break;
        iov[n] = (struct iovec){l->packets + (l->sent + n) * ROOM, l->lengths[l->sent + n]};
        out[n].msg_hdr = (struct msghdr){.msg_name = &s->to,
                                         .msg_namelen = sizeof s->to,
                                         .msg_iov = &iov[n],
                                         .msg_iovlen = 1};
    }
    sent = sendmmsg(l->fd[way], out, n, 0);
    if (sent > 0) l->sent += (uint64_t)sent;
    if (sent < 0 && errno != EAGAIN) die("send");
}

static uint32_t drain(load *l, uint32_t way)
{
    static uint8_t bytes[64][512];
    struct mmsghdr in[64];
    struct iovec iov[64];
    size_t want = way == 1 ? l->sealed_len : RTP_LEN;
    int count;

    memset(in, 0, sizeof in);
    for (uint32_t i = 0; i < 64; i++) {
        iov[i] = (struct iovec){bytes[i], sizeof bytes[i]};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
    }
    count = recvmmsg(l->fd[way], in, 64, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        if (in[i].msg_len == want)
            l->received++;
        else
            l->odd++; /* RTCP of the relay's own */
    }
    return count > 0 ? (uint32_t)count : 0;
}

static void run(load *l, double rate, double seconds)
{
    uint64_t start = bench_now();
    uint64_t end, late = 0, backlog;

    while (l->sent < l->total) {
        uint64_t due = (uint64_t)((double)(bench_now() - start) * rate / 1e9);

        if (due > l->total) due = l->total;
        while (l->sent < due) send_batch(l, due);
        while (drain(l, 0) + drain(l, 1) >= 64) continue;
    }
    late = bench_now() - start;
    while (drain(l, 0) + drain(l, 1) > 0) continue;
    backlog = l->sent - l->received;
    end = bench_now() + DRAIN_NS;
    while (bench_now() < end && l->received < l->sent) (void)(drain(l, 0) + drain(l, 1));
    printf(
        "rate=%.0f sent=%lu received=%lu lost=%lu odd=%lu backlog=%lu tx_rate=%.0f asked_s=%.1f\n",
        rate, (unsigned long)l->sent, (unsigned long)l->received,
        (unsigned long)(l->sent - l->received), (unsigned long)l->odd, (unsigned long)backlog,
        (double)l->sent * 1e9 / (double)late, seconds);
}

int main(int argc, char **argv)
{
    static load l;
    const char *suite = argc > 4 ? argv[4] : "AES_CM_128_HMAC_SHA1_80";
    double rate = argc > 3 ? strtod(argv[2], NULL) : 0;
    double seconds = argc > 3 ? strtod(argv[3], NULL) : 0;

    if (!(rate >= 1 && rate <= 1e6 && seconds > 0 && seconds <= 60)) {
        fprintf(stderr, "usage: relay_load STREAMS RATE SECONDS [SUITE]\n");
        return 2;
    }
    l.suite = ztrunk_suite_from_name(suite, strlen(suite));
    if (ztrunk_ctx_new(&l.ctx) != ZTRUNK_OK) die("context");
    streams_read(&l, argv[1]);
    qsort(l.streams, l.count, sizeof l.streams[0], by_kind_in_runs);
    l.total = (uint64_t)(rate * seconds);
    packets_make(&l);
    l.fd[0] = socket_at("127.0.0.3");
    l.fd[1] = socket_at("127.0.0.2");
    run(&l, rate, seconds);
    return 0;
}
