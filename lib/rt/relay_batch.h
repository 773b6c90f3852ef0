/* relay_batch.h - packets in and out of the kernel, many to a system call. */
#ifndef ZTI_RT_RELAY_BATCH_H
#define ZTI_RT_RELAY_BATCH_H

#include <netinet/in.h>
#include <sys/socket.h>
#include "rt/relay_io.h"

#define ZTI_BATCH 32u

typedef struct zti_relay_batch {
    struct mmsghdr in[ZTI_BATCH], out[ZTI_BATCH];
    struct iovec in_iov[ZTI_BATCH], out_iov[ZTI_BATCH];
    struct sockaddr_storage from[ZTI_BATCH], to[ZTI_BATCH];
    zti_relay_out pending[ZTI_BATCH];
    uint32_t pending_count;
    uint8_t packets[ZTI_BATCH][ZTI_PACKET_CAP];
} zti_relay_batch;

void zti_relay_batch_init(zti_relay_batch *b);
/* Receives what waits at the port, at most ZTI_BATCH packets; gives their number. */
uint32_t zti_relay_batch_receive(zti_relay_batch *b, int fd);
/* The nth received packet; E_MALFORMED when it did not fit or came from nowhere. */
int32_t zti_relay_batch_packet(zti_relay_batch *b, uint32_t nth, ztrunk_addr *from, uint8_t **pkt,
                               size_t *len);
/* Queues the nth packet for sending; the bytes stay where they were received. */
void zti_relay_batch_queue(zti_relay_batch *b, uint32_t nth, const zti_relay_out *out);
/* Sends what was queued and counts it; what the kernel does not take now is dropped and counted. */
void zti_relay_batch_send(zti_relay_batch *b);

#endif
