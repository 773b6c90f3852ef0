/* The fast backend: io_uring. Each port has one receive that stays armed and takes its buffers from
 * a shared ring; a round's packets are sent by the one system call that waits for the next round.
 *
 * No registered files: they would save little of a send, and ports stay bound until the kernel has
 * taken down the ring of a process that was killed. */
#include "rt/relay_io.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/time.h"
#include "rt/relay_uring_buf.h"
#include "rt/sock.h"

#define SQ_ENTRIES    512u
#define CQ_ENTRIES    4096u
#define FINISH_ROUNDS 100u
#define SEND_EVERY    64u /* packets: nobody waits for the end of a long round */
#define HEAD_BYTES    (sizeof(struct io_uring_recvmsg_out) + sizeof(struct sockaddr_in6))

/* What a completion is of: the low bits of its user data. */
enum { OF_RECEIVE = 0, OF_SEND = 1, OF_WAKE = 2, OF_CANCEL = 3, OF_BITS = 3 };

typedef struct watch { /* lives until its receive has ended */
    zti_port *port;    /* NULL: left */
    uint32_t is_armed, is_listed;
    struct watch *next, *previous;
    struct watch *next_listed; /* of those to be armed, cancelled or freed */
} watch;

typedef struct sending {
    zti_relay_leg *leg; /* NULL: its call is closed */
    uint32_t is_rtcp;
    uint32_t len;
    struct sockaddr_in6 to; /* or sockaddr_in: small, so that many stay in the cache */
} sending;

struct zti_relay_io {
    ztrunk_ctx *ctx;
    struct io_uring ring;
    zti_uring_buf buffers;
    struct msghdr form; /* what a receive asks for */
    int wake_fd;
    uint32_t is_wake_armed;
    uint32_t sends_queued, sends_under_way;
    watch *watches, *listed;
    sending sends[ZTI_URING_BUFFERS]; /* by buffer */
};

/* DEFER_TASKRUN came with Linux 6.1, later than all else that is used here. The ring is enabled by
 * the thread that it will belong to. */
static int make_ring(zti_relay_io *io)
{
    struct io_uring_params p = {.flags = IORING_SETUP_CQSIZE | IORING_SETUP_R_DISABLED |
                                         IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
                                .cq_entries = CQ_ENTRIES};
    int err = io_uring_queue_init_params(SQ_ENTRIES, &io->ring, &p);

    if (err != 0) io->ring.ring_fd = -1;
    return err;
}

static const char *reason_of(int error)
{
    if (error == EPERM || error == EACCES) return "io_uring is forbidden here";
    if (error == ENOSYS || error == EINVAL) return "the kernel is older than 6.1";
    return zti_sock_text(error);
}

static int32_t uring_open(ztrunk_ctx *ctx, int wake_fd, zti_relay_io **out, const char **reason)
{
    zti_relay_io *io = zti_calloc(ctx, sizeof *io);
    int err;

    *reason = "out of memory";
    if (io == NULL) return ZTRUNK_E_NOMEM;
    io->ctx = ctx;
    io->wake_fd = wake_fd;
    io->form.msg_namelen = sizeof(struct sockaddr_in6);
    err = make_ring(io);
    if (err == 0)
        err = zti_uring_buf_init(&io->buffers, &io->ring, HEAD_BYTES + ZTI_PACKET_CAP,
                                 HEAD_BYTES + ZTI_PACKET_MAX);
    if (err != 0) {
        *reason = reason_of(-err);
        zti_relay_uring.free(io);
        return ZTRUNK_E_SYSTEM;
    }
    *out = io;
    return ZTRUNK_OK;
}

static int32_t uring_start(zti_relay_io *io)
{
    /* liburing 2.3 has a function for it that its shared library does not export. */
    long err =
        syscall(SYS_io_uring_register, io->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);

    return err == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

static void submit(zti_relay_io *io)
{
    (void)io_uring_submit(&io->ring);
    io->sends_queued = 0;
}

/* NULL: the kernel takes nothing now. */
static struct io_uring_sqe *entry(zti_relay_io *io)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&io->ring);

    if (sqe != NULL) return sqe;
    submit(io);
    return io_uring_get_sqe(&io->ring);
}

static uint32_t arm(zti_relay_io *io, watch *w)
{
    struct io_uring_sqe *sqe = entry(io);

    if (sqe == NULL) return 0;
    io_uring_prep_recvmsg_multishot(sqe, w->port->fd, &io->form, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    io_uring_sqe_set_data64(sqe, (uintptr_t)w | OF_RECEIVE);
    w->is_armed = 1;
    return 1;
}

static uint32_t cancel(zti_relay_io *io, const watch *w)
{
    struct io_uring_sqe *sqe = entry(io);

    if (sqe == NULL) return 0;
    io_uring_prep_cancel64(sqe, (uintptr_t)w | OF_RECEIVE, 0);
    io_uring_sqe_set_data64(sqe, OF_CANCEL);
    submit(io);
    return 1;
}

static void forget(zti_relay_io *io, watch *w)
{
    if (w->next != NULL) w->next->previous = w->previous;
    if (w->previous != NULL)
        w->previous->next = w->next;
    else
        io->watches = w->next;
    zti_free(io->ctx, w);
}

static void list(zti_relay_io *io, watch *w)
{
    if (w->is_listed) return;
    w->is_listed = 1;
    w->next_listed = io->listed;
    io->listed = w;
}

/* Gives 0 when the kernel takes nothing now. */
static uint32_t settle(zti_relay_io *io, watch *w)
{
    if (w->port != NULL && !arm(io, w)) return 0;
    if (w->port == NULL && w->is_armed && !cancel(io, w)) return 0;
    io->listed = w->next_listed;
    w->is_listed = 0;
    if (!w->is_armed) forget(io, w);
    return 1;
}

static void arm_wake(zti_relay_io *io)
{
    struct io_uring_sqe *sqe = entry(io);

    if (sqe == NULL) return;
    io_uring_prep_poll_multishot(sqe, io->wake_fd, POLLIN);
    io_uring_sqe_set_data64(sqe, OF_WAKE);
    io->is_wake_armed = 1;
}

static int32_t uring_watch(zti_relay_io *io, zti_port *port)
{
    watch *w = zti_calloc(io->ctx, sizeof *w);

    if (w == NULL) return ZTRUNK_E_NOMEM;
    w->port = port;
    w->next = io->watches;
    if (w->next != NULL) w->next->previous = w;
    io->watches = w;
    port->watch = w;
    list(io, w);
    return ZTRUNK_OK;
}

/* The receive takes nothing more from the port once its cancellation was submitted; what it took
 * before finds no port. */
static void uring_leave(zti_relay_io *io, zti_port *port)
{
    watch *w = port->watch;

    if (w == NULL) return;
    port->watch = NULL;
    w->port = NULL;
    for (uint32_t i = 0; i < ZTI_URING_BUFFERS; i++)
        if (io->sends[i].leg == port->leg) io->sends[i].leg = NULL;
    if (w->is_listed || !cancel(io, w)) list(io, w);
}

static void enter(zti_relay_io *io, uint32_t want, uint64_t wait_ns)
{
    struct __kernel_timespec span = {.tv_sec = (long long)(wait_ns / ZTI_SECOND),
                                     .tv_nsec = (long long)(wait_ns % ZTI_SECOND)};
    struct io_uring_cqe *first;

    (void)io_uring_submit_and_wait_timeout(&io->ring, &first, want,
                                           wait_ns == ZTI_NEVER ? NULL : &span, NULL);
    io->sends_queued = 0;
}

/* A send is done when it was submitted: its completion is none to wait for. */
static void uring_wait(zti_relay_io *io, uint64_t gather_ns, uint64_t wait_ns)
{
    if (!io->is_wake_armed) arm_wake(io);
    while (io->listed != NULL && settle(io, io->listed)) continue;
    if (gather_ns > 0) {
        enter(io, io->sends_under_way + ZTI_URING_BUFFERS, gather_ns);
        if (io_uring_cq_ready(&io->ring) > io->sends_under_way) return;
    }
    enter(io, io->sends_under_way + 1, wait_ns);
}

static void take_sent(zti_relay_io *io, uint32_t nth, int result)
{
    sending *s = &io->sends[nth];

    io->sends_under_way--;
    if (s->leg != NULL) {
        if (result < 0)
            zti_relay_count(&s->leg->counters.drop_send, 1);
        else
            zti_relay_sent(s->leg, s->is_rtcp, s->len);
    }
    s->leg = NULL;
    zti_uring_buf_give_back(&io->buffers, nth);
}

static void read_packet(zti_relay_io *io, int size, zti_relay_in *in)
{
    uint8_t *buffer = zti_uring_buf_at(&io->buffers, in->nth);
    struct io_uring_recvmsg_out *head = io_uring_recvmsg_validate(buffer, size, &io->form);
    struct sockaddr_storage from = {0};

    in->is_cut = 1;
    if (head == NULL) return;
    memcpy(&from, io_uring_recvmsg_name(head), sizeof(struct sockaddr_in6));
    zti_addr_of(&from, &in->from);
    in->pkt = buffer + HEAD_BYTES;
    in->len = head->payloadlen;
    in->is_cut = (head->flags & MSG_TRUNC) != 0 || in->from.family == 0;
}

/* Gives 1 when there is a packet in it. */
static uint32_t take_received(zti_relay_io *io, watch *w, int result, uint32_t flags,
                              zti_relay_in *in)
{
    zti_port *port = w->port;

    if (!(flags & IORING_CQE_F_MORE)) {
        w->is_armed = 0;
        list(io, w);
    }
    if (!(flags & IORING_CQE_F_BUFFER)) return 0;
    in->nth = flags >> IORING_CQE_BUFFER_SHIFT;
    if (port == NULL || result < 0) {
        zti_uring_buf_give_back(&io->buffers, in->nth);
        return 0;
    }
    in->port = port;
    read_packet(io, result, in);
    return 1;
}

static uint32_t take(zti_relay_io *io, const struct io_uring_cqe *cqe, zti_relay_in *in)
{
    uint32_t kind = cqe->user_data & OF_BITS;

    if (kind == OF_SEND) take_sent(io, (uint32_t)(cqe->user_data >> 2), cqe->res);
    if (kind == OF_WAKE) {
        io->is_wake_armed = (cqe->flags & IORING_CQE_F_MORE) != 0;
        return ZTI_IO_WAKE;
    }
    if (kind != OF_RECEIVE) return ZTI_IO_NONE;
    return take_received(io, (watch *)(uintptr_t)cqe->user_data, cqe->res, cqe->flags, in)
               ? ZTI_IO_PACKET
               : ZTI_IO_NONE;
}

static uint32_t uring_next(zti_relay_io *io, zti_relay_in *in)
{
    struct io_uring_cqe *cqe;

    while (io_uring_cq_ready(&io->ring) > 0 && io_uring_peek_cqe(&io->ring, &cqe) == 0) {
        uint32_t what = take(io, cqe, in);

        io_uring_cqe_seen(&io->ring, cqe);
        if (what != ZTI_IO_NONE) return what;
    }
    return ZTI_IO_NONE;
}

static void uring_drop(zti_relay_io *io, const zti_relay_in *in)
{
    zti_uring_buf_give_back(&io->buffers, in->nth);
}

static socklen_t address(sending *s, const ztrunk_addr *to)
{
    struct sockaddr_storage sa;
    socklen_t len = zti_sockaddr_of(to, &sa);

    memcpy(&s->to, &sa, sizeof s->to);
    return len;
}

static void uring_send(zti_relay_io *io, const zti_relay_in *in, const zti_relay_out *out)
{
    struct io_uring_sqe *sqe = entry(io);
    sending *s = &io->sends[in->nth];

    if (sqe == NULL) {
        zti_relay_count(&out->leg->counters.drop_send, 1);
        zti_uring_buf_give_back(&io->buffers, in->nth);
        return;
    }
    s->leg = out->leg;
    s->is_rtcp = out->is_rtcp;
    s->len = (uint32_t)out->len;
    io_uring_prep_send(sqe, out->port->fd, in->pkt, out->len, MSG_DONTWAIT);
    io_uring_prep_send_set_addr(sqe, (struct sockaddr *)&s->to, (__u16)address(s, &out->to));
    io_uring_sqe_set_data64(sqe, (uint64_t)in->nth << 2 | OF_SEND);
    io->sends_under_way++;
    if (++io->sends_queued == SEND_EVERY) submit(io);
}

/* Otherwise the kernel would keep the ports bound until it has taken the ring down, later. */
static void uring_finish(zti_relay_io *io)
{
    zti_relay_in in;

    for (uint32_t i = 0; io->watches != NULL && i < FINISH_ROUNDS; i++) {
        uring_wait(io, 0, ZTI_MS);
        while (uring_next(io, &in) != ZTI_IO_NONE) continue;
    }
}

static void uring_free(zti_relay_io *io)
{
    if (io == NULL) return;
    if (io->ring.ring_fd >= 0) io_uring_queue_exit(&io->ring);
    while (io->watches != NULL) forget(io, io->watches);
    zti_uring_buf_free(&io->buffers);
    zti_free_wiped(io->ctx, io, sizeof *io);
}

const zti_relay_backend zti_relay_uring = {
    .id = ZTRUNK_RELAY_URING,
    .open = uring_open,
    .start = uring_start,
    .watch = uring_watch,
    .leave = uring_leave,
    .wait = uring_wait,
    .next = uring_next,
    .send = uring_send,
    .drop = uring_drop,
    .finish = uring_finish,
    .free = uring_free,
};
