#include "rt/relay_batch.h"

#include <errno.h>
#include "rt/sock.h"

void zti_relay_batch_init(zti_relay_batch *b)
{
    for (uint32_t i = 0; i < ZTI_BATCH; i++) {
        b->in_iov[i] = (struct iovec){b->packets[i], ZTI_PACKET_MAX};
        b->in[i].msg_hdr =
            (struct msghdr){.msg_name = &b->from[i], .msg_iov = &b->in_iov[i], .msg_iovlen = 1};
        b->out[i].msg_hdr =
            (struct msghdr){.msg_name = &b->to[i], .msg_iov = &b->out_iov[i], .msg_iovlen = 1};
    }
    b->pending_count = 0;
}

uint32_t zti_relay_batch_receive(zti_relay_batch *b, int fd)
{
    int count;

    for (uint32_t i = 0; i < ZTI_BATCH; i++) b->in[i].msg_hdr.msg_namelen = sizeof b->from[i];
    count = recvmmsg(fd, b->in, ZTI_BATCH, MSG_DONTWAIT, NULL);
    return count > 0 ? (uint32_t)count : 0;
}

int32_t zti_relay_batch_packet(zti_relay_batch *b, uint32_t nth, ztrunk_addr *from, uint8_t **pkt,
                               size_t *len)
{
    zti_addr_of(&b->from[nth], from);
    *pkt = b->packets[nth];
    *len = b->in[nth].msg_len;
    if (from->family == 0 || b->in[nth].msg_hdr.msg_flags & MSG_TRUNC) return ZTRUNK_E_MALFORMED;
    return ZTRUNK_OK;
}

void zti_relay_batch_queue(zti_relay_batch *b, uint32_t nth, const zti_relay_out *out)
{
    uint32_t at = b->pending_count++;

    b->pending[at] = *out;
    b->out_iov[at] = (struct iovec){b->packets[nth], out->len};
    b->out[at].msg_hdr.msg_namelen = zti_sockaddr_of(&out->to, &b->to[at]);
}

/* Packets of one batch came to one port, so runs for one outgoing socket are long. */
static uint32_t run_length(const zti_relay_batch *b, uint32_t first)
{
    uint32_t n = 1;

    while (first + n < b->pending_count && b->pending[first + n].port == b->pending[first].port)
        n++;
    return n;
}

/* Gives how many were dealt with: sent, or one refused. */
static uint32_t send_run(zti_relay_batch *b, uint32_t first)
{
    int sent =
        sendmmsg(b->pending[first].port->fd, &b->out[first], run_length(b, first), MSG_DONTWAIT);

    /* A full queue or no route: media that is late is worthless, so nothing waits. */
    if (sent <= 0) {
        zti_relay_count(&b->pending[first].leg->counters.drop_send, 1);
        return 1;
    }
    for (uint32_t i = first; i < first + (uint32_t)sent; i++)
        zti_relay_sent(b->pending[i].leg, b->pending[i].is_rtcp, b->pending[i].len);
    return (uint32_t)sent;
}

void zti_relay_batch_send(zti_relay_batch *b)
{
    uint32_t at = 0;

    while (at < b->pending_count) at += send_run(b, at);
    b->pending_count = 0;
}
