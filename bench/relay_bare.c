/* relay_bare.c - the least a relay can do, as a yardstick: a backend of the media relay that passes
 * each packet to the other port of its call, with no check, no count and no SRTP.
 *
 * usage: relay_bare CALLS epoll|io_uring
 * Ports, streams and end as in relay.c; what comes from 127.0.0.2 is plain too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include <zerotrunk/rt.h>
#include "base/time.h"
#include "rt/relay_io.h"

#define FIRST_PORT 30000
#define ROUND_NS   200000u

typedef struct bare {
    const zti_relay_backend *backend;
    zti_relay_io *io;
    zti_relay_leg *legs; /* two a call: the cloud's, the inside's */
    zti_port_range ranges[2];
} bare;

static void must(int32_t err, const char *what)
{
    if (err == ZTRUNK_OK) return;
    fprintf(stderr, "bench/relay_bare: %s: %s\n", what, ztrunk_strerror(err));
    exit(1);
}

static void calls_make(bare *b, uint32_t calls)
{
    for (uint32_t i = 0; i < 2 * calls; i++) {
        zti_port *port = &b->ranges[i % 2].pairs[i / 2].rtp;

        b->legs[i].index = i % 2;
        b->legs[i].ports = &b->ranges[1 - i % 2].pairs[i / 2]; /* where it goes on */
        port->leg = &b->legs[i];
        must(ztrunk_filter_clear(port->fd), "filter");
        must(b->backend->watch(b->io, port), "watch");
        printf("%s %u %u -\n", i % 2 == 0 ? "clear" : "rtp", port->local.port,
               (i % 2 == 0 ? 100000 : 500000) + i / 2);
    }
    printf("ready\n");
    fflush(stdout);
}

/* Gives 0 when standard input has ended. */
static uint32_t serve(bare *b)
{
    static const ztrunk_addr far[2] = {{.family = 4, .port = 20000, .ip = {127, 0, 0, 3}},
                                       {.family = 4, .port = 20000, .ip = {127, 0, 0, 2}}};
    zti_relay_in in;
    uint32_t what;

    while ((what = b->backend->next(b->io, &in)) == ZTI_IO_PACKET) {
        zti_relay_leg *leg = in.port->leg;
        zti_relay_out out = {.port = &leg->ports->rtp,
                             .to = far[leg->index],
                             .leg = leg,
                             .len = in.len};

        b->backend->send(b->io, &in, &out);
    }
    return what != ZTI_IO_WAKE;
}

int main(int argc, char **argv)
{
    uint32_t calls = argc > 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    uint32_t asked =
        argc > 2 && strcmp(argv[2], "epoll") == 0 ? ZTRUNK_RELAY_EPOLL : ZTRUNK_RELAY_URING;
    ztrunk_addr ip = {.family = 4, .ip = {127, 0, 0, 1}};
    uint64_t now_ns, next_ns = 0;
    const char *reason;
    ztrunk_ctx *ctx;
    bare b;

    if (calls < 1 || calls > 4000) {
        fprintf(stderr, "usage: relay_bare CALLS epoll|io_uring\n");
        return 2;
    }
    must(ztrunk_ctx_new(&ctx), "context");
    must(zti_relay_io_open(ctx, asked, STDIN_FILENO, &b.backend, &b.io, &reason), argv[2]);
    must(b.backend->start(b.io), "start");
    b.legs = calloc(2 * calls, sizeof *b.legs);
    for (uint32_t i = 0; i < 2; i++) {
        uint16_t first = (uint16_t)(FIRST_PORT + i * 2 * calls);

        must(zti_ports_bind(ctx, &ip, first, (uint16_t)(first + 2 * calls - 1), 46, &b.ranges[i]),
             "ports");
    }
    calls_make(&b, calls);
    do {
        now_ns = ztrunk_rt_now_ns();
        b.backend->wait(b.io, next_ns > now_ns ? next_ns - now_ns : 0, ZTI_NEVER);
        next_ns = ztrunk_rt_now_ns() + ROUND_NS;
    } while (serve(&b));
    for (uint32_t i = 0; i < 2 * calls; i++)
        b.backend->leave(b.io, &b.ranges[i % 2].pairs[i / 2].rtp);
    b.backend->finish(b.io);
    b.backend->free(b.io);
    return 0;
}
