#include "rt/nft_link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

/* What the kernel keeps of a socket's send buffer for itself, generously. */
#define OVERHEAD 4096u

static int32_t refuse(zti_nft_refusal *why, int number)
{
    *why = (zti_nft_refusal){.number = number};
    return ZTRUNK_E_SYSTEM;
}

int32_t zti_nft_link_open(zti_nft_link *l, zti_nft_refusal *why)
{
    int on = 1;

    *l = (zti_nft_link){.socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)};
    if (l->socket == NULL) return refuse(why, errno);
    /* An error carries the head of the refused message alone, not a copy of all its elements. */
    if (mnl_socket_bind(l->socket, 0, MNL_SOCKET_AUTOPID) != 0 ||
        mnl_socket_setsockopt(l->socket, NETLINK_CAP_ACK, &on, sizeof on) != 0) {
        (void)refuse(why, errno);
        zti_nft_link_close(l);
        return ZTRUNK_E_SYSTEM;
    }
    return ZTRUNK_OK;
}

uint32_t zti_nft_link_port(const zti_nft_link *l)
{
    return mnl_socket_get_portid(l->socket);
}

/* A transaction is one datagram. Only the forced form passes the system's bound; without the right
 * to it the kernel says EMSGSIZE at the send. */
static void make_room(zti_nft_link *l, size_t len)
{
    int fd = mnl_socket_get_fd(l->socket), bytes = (int)(len + OVERHEAD);

    if (len <= l->send_bytes) return;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    l->send_bytes = len;
}

/* The first refusal is the cause, the others follow from it. */
static void read_errors(const void *data, size_t len, zti_nft_refusal *why)
{
    const struct nlmsghdr *nlh = data;
    int left = (int)len;

    for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
        const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

        if (nlh->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(nlh) < sizeof *e) continue;
        if (e->error == 0 || why->number != 0) continue;
        *why = (zti_nft_refusal){.number = -e->error, .seq = e->msg.nlmsg_seq};
    }
}

/* The kernel works a batch off within the send: its errors are all here, and it says nothing when
 * there are none. When they were too many for the socket the first of them are here still. */
static int32_t receive(zti_nft_link *l, zti_nft_refusal *why)
{
    _Alignas(struct nlmsghdr) uint8_t data[8192];
    int lost = 0;

    for (;;) {
        ssize_t len = recv(mnl_socket_get_fd(l->socket), data, sizeof data, MSG_DONTWAIT);

        if (len >= 0) {
            read_errors(data, (size_t)len, why);
            continue;
        }
        if (errno == EAGAIN) break;
        lost = errno == EINTR ? lost : errno;
        if (errno != EINTR && errno != ENOBUFS) break;
    }
    if (why->number == 0) why->number = lost;
    return why->number == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

int32_t zti_nft_link_send(zti_nft_link *l, const void *data, size_t len, zti_nft_refusal *why)
{
    ssize_t sent;

    *why = (zti_nft_refusal){.number = 0};
    make_room(l, len);
    do sent = mnl_socket_sendto(l->socket, data, len);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) return refuse(why, errno);
    return receive(l, why);
}

void zti_nft_link_close(zti_nft_link *l)
{
    if (l->socket != NULL) mnl_socket_close(l->socket);
    l->socket = NULL;
}
