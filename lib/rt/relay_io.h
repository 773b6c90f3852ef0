/* relay_io.h - a worker's packets in and out of the kernel: one interface, a backend a file. */
#ifndef ZTI_RT_RELAY_IO_H
#define ZTI_RT_RELAY_IO_H

#include "rt/relay_packet.h"

/* An Ethernet frame's payload, and what SRTP adds. */
#define ZTI_PACKET_MAX 1600u
#define ZTI_PACKET_CAP (ZTI_PACKET_MAX + 160u)

/* What the kernel had: nothing more in this round, a packet, or the worker's wake-up. */
enum { ZTI_IO_NONE = 0, ZTI_IO_PACKET = 1, ZTI_IO_WAKE = 2 };

typedef struct zti_relay_in { /* a received packet, until it is sent or dropped */
    zti_port *port;
    ztrunk_addr from;
    uint8_t *pkt; /* room for ZTI_PACKET_CAP bytes */
    size_t len;
    uint32_t is_cut; /* it did not fit, or came from nowhere */
    uint32_t nth;    /* the backend's own */
} zti_relay_in;

typedef struct zti_relay_io zti_relay_io;

/* All but open and free belong to the worker's thread. */
typedef struct zti_relay_backend {
    uint32_t id; /* ZTRUNK_RELAY_* */
    /* Wakes up for wake_fd too. Not E_OK: *reason is why, static. */
    int32_t (*open)(ztrunk_ctx *ctx, int wake_fd, zti_relay_io **io, const char **reason);
    /* The thread has begun. E_SYSTEM. */
    int32_t (*start)(zti_relay_io *io);
    /* From now on the port's packets come. E_NOMEM, E_SYSTEM. */
    int32_t (*watch)(zti_relay_io *io, zti_port *port);
    /* None comes any more, also of what has been received. */
    void (*leave)(zti_relay_io *io, zti_port *port);
    /* Sends what is queued, lets gather_ns pass, then waits until something is there or for
     * wait_ns at most. */
    void (*wait)(zti_relay_io *io, uint64_t gather_ns, uint64_t wait_ns);
    uint32_t (*next)(zti_relay_io *io, zti_relay_in *in); /* ZTI_IO_* */
    /* The packet goes out and is counted, by the next wait at the latest. What the kernel does not
     * take at once is dropped and counted: media that is late is worthless. */
    void (*send)(zti_relay_io *io, const zti_relay_in *in, const zti_relay_out *out);
    void (*drop)(zti_relay_io *io, const zti_relay_in *in);
    void (*finish)(zti_relay_io *io); /* the ports were left: nothing holds them any more */
    void (*free)(zti_relay_io *io);   /* after the thread */
} zti_relay_backend;

extern const zti_relay_backend zti_relay_epoll;
extern const zti_relay_backend zti_relay_uring;

/* What is asked for (ZTRUNK_RELAY_*), or the next best; *reason: why it is not io_uring, or NULL.
 * E_SYSTEM, E_NOMEM. */
int32_t zti_relay_io_open(ztrunk_ctx *ctx, uint32_t asked, int wake_fd,
                          const zti_relay_backend **chosen, zti_relay_io **io, const char **reason);
/* Counts a packet that went out. */
void zti_relay_sent(zti_relay_leg *leg, uint32_t is_rtcp, size_t len);

#endif
