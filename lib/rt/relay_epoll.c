/* The portable backend: epoll tells which ports have packets; each port's are received by one call,
 * and sent by as few as their ways out allow. */
#include "rt/relay_batch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "base/time.h"
#include "rt/sock.h"

#define READY_MAX 64

struct zti_relay_io {
    ztrunk_ctx *ctx;
    int epoll_fd;
    int ready_count, ready_at;
    struct epoll_event ready[READY_MAX];
    uint32_t packet_count, packet_at; /* of the batch that came to port */
    zti_port *port;
    zti_relay_batch batch;
};

static int32_t epoll_open(ztrunk_ctx *ctx, int wake_fd, zti_relay_io **out, const char **reason)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    zti_relay_io *io = zti_calloc(ctx, sizeof *io);

    *reason = "out of memory";
    if (io == NULL) return ZTRUNK_E_NOMEM;
    io->ctx = ctx;
    zti_relay_batch_init(&io->batch);
    io->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (io->epoll_fd < 0 || epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) != 0) {
        *reason = zti_sock_text(errno);
        zti_relay_epoll.free(io);
        return ZTRUNK_E_SYSTEM;
    }
    *out = io;
    return ZTRUNK_OK;
}

static int32_t epoll_start(zti_relay_io *io)
{
    (void)io;
    return ZTRUNK_OK;
}

static int32_t epoll_watch(zti_relay_io *io, zti_port *port)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = port};

    return epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, port->fd, &event) == 0 ? ZTRUNK_OK
                                                                         : ZTRUNK_E_SYSTEM;
}

/* It may stand in this round still, but without a leg. What waits to be sent may be its leg's. */
static void epoll_leave(zti_relay_io *io, zti_port *port)
{
    zti_relay_batch_send(&io->batch);
    (void)epoll_ctl(io->epoll_fd, EPOLL_CTL_DEL, port->fd, NULL);
}

static int wait_ms(uint64_t wait_ns)
{
    if (wait_ns == ZTI_NEVER) return -1;
    wait_ns = (wait_ns + ZTI_MS - 1) / ZTI_MS;
    return wait_ns > 60000 ? 60000 : (int)wait_ns;
}

static void epoll_wait_for(zti_relay_io *io, uint64_t gather_ns, uint64_t wait_ns)
{
    const struct timespec pause = {.tv_nsec = (long)gather_ns};

    if (gather_ns > 0) (void)nanosleep(&pause, NULL);
    io->ready_at = 0;
    io->ready_count = epoll_wait(io->epoll_fd, io->ready, READY_MAX, wait_ms(wait_ns));
}

static void receive(zti_relay_io *io, zti_port *port)
{
    zti_relay_batch_send(&io->batch);
    io->port = port;
    io->packet_at = 0;
    io->packet_count = port->leg != NULL ? zti_relay_batch_receive(&io->batch, port->fd) : 0;
}

static uint32_t epoll_next(zti_relay_io *io, zti_relay_in *in)
{
    while (io->packet_at == io->packet_count) {
        zti_port *port;

        if (io->ready_at >= io->ready_count) {
            zti_relay_batch_send(&io->batch);
            return ZTI_IO_NONE;
        }
        port = io->ready[io->ready_at++].data.ptr;
        if (port == NULL) return ZTI_IO_WAKE;
        receive(io, port);
    }
    in->port = io->port;
    in->nth = io->packet_at++;
    in->is_cut =
        zti_relay_batch_packet(&io->batch, in->nth, &in->from, &in->pkt, &in->len) != ZTRUNK_OK;
    return ZTI_IO_PACKET;
}

static void epoll_send(zti_relay_io *io, const zti_relay_in *in, const zti_relay_out *out)
{
    zti_relay_batch_queue(&io->batch, in->nth, out);
}

static void epoll_drop(zti_relay_io *io, const zti_relay_in *in)
{
    (void)io;
    (void)in;
}

static void epoll_finish(zti_relay_io *io)
{
    (void)io;
}

static void epoll_free(zti_relay_io *io)
{
    if (io == NULL) return;
    if (io->epoll_fd >= 0) close(io->epoll_fd);
    zti_free_wiped(io->ctx, io, sizeof *io);
}

const zti_relay_backend zti_relay_epoll = {
    .id = ZTRUNK_RELAY_EPOLL,
    .open = epoll_open,
    .start = epoll_start,
    .watch = epoll_watch,
    .leave = epoll_leave,
    .wait = epoll_wait_for,
    .next = epoll_next,
    .send = epoll_send,
    .drop = epoll_drop,
    .finish = epoll_finish,
    .free = epoll_free,
};
