/* relay_load.c - sends media to a relay at a steady rate and counts what comes back.
 *
 * usage: relay_load STREAMS RATE SECONDS [RATE SECONDS]...
 * STREAMS holds one line for each stream: "srtp PORT SSRC KEY" (hexadecimal, with its salt) is
 * sent sealed from 127.0.0.2:20000, "clear PORT SSRC -" plain from there, "rtp PORT SSRC -" plain
 * from 127.0.0.3:20000, all to 127.0.0.1. What a stream sends must come out at the other address.
 * All packets are made before the first is sent. Prints a line of key=value pairs for each RATE:
 * what of its packets came back, whenever; backlog is what was under way when its time was over;
 * p50 and p99 are the microseconds from before a packet was sent until it was seen. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <zerotrunk/srtp.h>
#include "bench.h"

#define BATCH       32u
#define ROOM        192u
#define RTP_LEN     172u
#define MAX_STREAMS 8192u
#define MAX_PHASES  8u
#define BUFFER      (64 << 20)
#define DRAIN_NS    300000000u

typedef struct stream {
    uint32_t is_srtp, from_cloud, ssrc, seq;
    struct sockaddr_in to;
    ztrunk_srtp *seal;
} stream;

typedef struct phase {
    double rate, seconds;
    uint64_t first, end; /* of its packets */
    uint64_t received, backlog, took_ns;
} phase;

typedef struct load {
    ztrunk_ctx *ctx;
    stream streams[MAX_STREAMS];
    uint32_t count;
    uint32_t place[2][MAX_STREAMS]; /* by RTP's or the cloud's, then by SSRC: its stream */
    phase phases[MAX_PHASES];
    uint32_t phase_count;
    uint8_t *packets;
    uint16_t *lengths;
    uint64_t *sent_ns;  /* by packet */
    uint32_t *delay_us; /* by packet; 0: not seen */
    uint64_t total, sent, received;
    int fd[2]; /* RTP's and the cloud's address */
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
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80};
    stream *s = &l->streams[l->count++];
    uint8_t key[64];
    size_t len = hex_read(hex, key, sizeof key);

    s->is_srtp = strcmp(kind, "srtp") == 0;
    s->from_cloud = strcmp(kind, "rtp") != 0;
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
static int by_way_in_runs(const void *a, const void *b)
{
    const stream *x = a;
    const stream *y = b;
    uint32_t run_x = x->ssrc % 100000 / BATCH * 2 + x->from_cloud;
    uint32_t run_y = y->ssrc % 100000 / BATCH * 2 + y->from_cloud;

    return run_x != run_y ? (run_x > run_y) - (run_x < run_y) : (x->ssrc > y->ssrc) * 2 - 1;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
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
    l->lengths[nth] = (uint16_t)len;
}

static void packets_make(load *l)
{
    for (uint32_t i = 0; i < l->phase_count; i++) {
        l->phases[i].first = l->total;
        l->total += (uint64_t)(l->phases[i].rate * l->phases[i].seconds);
        l->phases[i].end = l->total;
    }
    l->packets = malloc(l->total * ROOM);
    l->lengths = malloc(l->total * sizeof *l->lengths);
    l->sent_ns = malloc(l->total * sizeof *l->sent_ns);
    l->delay_us = malloc(l->total * sizeof *l->delay_us);
    if (l->packets == NULL || l->lengths == NULL || l->sent_ns == NULL || l->delay_us == NULL)
        die("memory");
    for (uint64_t i = 0; i < l->total; i++) packet_make(l, i);
    /* Touched now, and not by a page fault later. */
    memset(l->sent_ns, 0, l->total * sizeof *l->sent_ns);
    memset(l->delay_us, 0, l->total * sizeof *l->delay_us);
    for (uint32_t i = 0; i < l->count; i++)
        l->place[l->streams[i].from_cloud][l->streams[i].ssrc % 100000 % MAX_STREAMS] = i;
}

/* Up to one batch from one address. */
static void send_batch(load *l, uint64_t due)
{
    struct mmsghdr out[BATCH];
    struct iovec iov[BATCH];
    uint32_t way = l->streams[l->sent % l->count].from_cloud;
    uint64_t now_ns = bench_now();
    uint32_t n = 0;
    int sent;

    memset(out, 0, sizeof out);
    for (; n < BATCH && l->sent + n < due; n++) {
        stream *s = &l->streams[(l->sent + n) % l->count];

        if (s->from_cloud != way) break;
        l->sent_ns[l->sent + n] = now_ns;
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

/* The packet's number follows from its source and timestamp, which no relay changes. */
static void note(load *l, uint32_t from_cloud, const uint8_t *rtp, uint64_t now_ns)
{
    uint64_t place = l->place[from_cloud][get32(rtp + 8) % 100000 % MAX_STREAMS];
    uint64_t nth = (get32(rtp + 4) / 160 - 1) * (uint64_t)l->count + place;

    if ((rtp[1] & 0x7f) >= 64 && (rtp[1] & 0x7f) < 96) return; /* RTCP of the relay's own */
    if (nth >= l->sent || l->delay_us[nth] != 0) return;
    l->delay_us[nth] = (uint32_t)((now_ns - l->sent_ns[nth]) / 1000) + 1;
    l->received++;
}

/* Only headers are copied out of the kernel. */
static uint32_t drain(load *l, uint32_t way)
{
    static uint8_t heads[64][12];
    struct mmsghdr in[64];
    struct iovec iov[64];
    uint64_t now_ns;
    int count;

    memset(in, 0, sizeof in);
    for (uint32_t i = 0; i < 64; i++) {
        iov[i] = (struct iovec){heads[i], sizeof heads[i]};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
    }
    count = recvmmsg(l->fd[way], in, 64, MSG_DONTWAIT, NULL);
    if (count <= 0) return 0;
    now_ns = bench_now();
    for (int i = 0; i < count; i++)
        if (in[i].msg_len == sizeof heads[i]) note(l, 1 - way, heads[i], now_ns);
    return (uint32_t)count;
}

static void run(load *l, phase *p)
{
    uint64_t start = bench_now();

    while (l->sent < p->end) {
        uint64_t due = p->first + (uint64_t)((double)(bench_now() - start) * p->rate / 1e9);

        if (due > p->end) due = p->end;
        while (l->sent < due) send_batch(l, due);
        while (drain(l, 0) + drain(l, 1) >= 64) continue;
    }
    p->took_ns = bench_now() - start;
    while (drain(l, 0) + drain(l, 1) > 0) continue;
    p->backlog = l->sent - l->received;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void report(load *l, phase *p)
{
    uint32_t *delays = l->delay_us + p->first;
    uint64_t sent = p->end - p->first, lost = 0;

    qsort(delays, sent, sizeof *delays, by_value);
    while (lost < sent && delays[lost] == 0) lost++;
    p->received = sent - lost;
    printf("rate=%.0f sent=%lu received=%lu lost=%lu backlog=%lu tx_rate=%.0f p50=%u p99=%u\n",
           p->rate, (unsigned long)sent, (unsigned long)p->received, (unsigned long)lost,
           (unsigned long)p->backlog, (double)sent * 1e9 / (double)p->took_ns,
           p->received > 0 ? delays[lost + p->received / 2] : 0,
           p->received > 0 ? delays[lost + p->received * 99 / 100] : 0);
}

static int phases_read(load *l, char **args, int count)
{
    if (count < 2 || count % 2 != 0 || count > 2 * (int)MAX_PHASES) return 0;
    for (int i = 0; i < count; i += 2) {
        phase *p = &l->phases[l->phase_count++];

        p->rate = strtod(args[i], NULL);
        p->seconds = strtod(args[i + 1], NULL);
        if (!(p->rate >= 1 && p->rate <= 1e6 && p->seconds > 0 && p->seconds <= 60)) return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static load l;
    uint64_t end;

    if (argc < 4 || !phases_read(&l, argv + 2, argc - 2)) {
        fprintf(stderr, "usage: relay_load STREAMS RATE SECONDS [RATE SECONDS]...\n");
        return 2;
    }
    if (ztrunk_ctx_new(&l.ctx) != ZTRUNK_OK) die("context");
    streams_read(&l, argv[1]);
    qsort(l.streams, l.count, sizeof l.streams[0], by_way_in_runs);
    packets_make(&l);
    l.fd[0] = socket_at("127.0.0.3");
    l.fd[1] = socket_at("127.0.0.2");
    for (uint32_t i = 0; i < l.phase_count; i++) run(&l, &l.phases[i]);
    end = bench_now() + DRAIN_NS;
    while (bench_now() < end && l.received < l.sent) (void)(drain(&l, 0) + drain(&l, 1));
    for (uint32_t i = 0; i < l.phase_count; i++) report(&l, &l.phases[i]);
    return 0;
}
