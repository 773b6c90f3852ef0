#include "rt/nft_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "rt/nft_msg.h"

/* The kernel tells every listener of every change, ours as well: those it shall keep. One datagram
 * holds the changes of one transaction, so that its first message speaks for all. */
static int ignore_own(int fd, uint32_t own_port)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_pid)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(own_port), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int watch(const zti_nft_events *e, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    return fd >= 0 ? epoll_ctl(e->fd, EPOLL_CTL_ADD, fd, &event) : -1;
}

static int subscribe(zti_nft_events *e, uint32_t own_port)
{
    int group = NFNLGRP_NFTABLES;

    e->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (e->socket == NULL || ignore_own(mnl_socket_get_fd(e->socket), own_port) != 0) return -1;
    if (mnl_socket_bind(e->socket, 0, MNL_SOCKET_AUTOPID) != 0) return -1;
    return mnl_socket_setsockopt(e->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
}

int32_t zti_nft_events_open(zti_nft_events *e, uint32_t own_port)
{
    int number;

    *e = (zti_nft_events){.fd = epoll_create1(EPOLL_CLOEXEC), .timer = -1};
    e->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (e->fd >= 0 && subscribe(e, own_port) == 0 && watch(e, mnl_socket_get_fd(e->socket)) == 0 &&
        watch(e, e->timer) == 0)
        return ZTRUNK_OK;
    number = errno;
    zti_nft_events_close(e);
    errno = number;
    return ZTRUNK_E_SYSTEM;
}

/* An object's table is the first attribute of each kind of message but the generation's. */
static uint32_t is_about(const struct nlmsghdr *nlh, const char *table)
{
    const struct nfgenmsg *head = mnl_nlmsg_get_payload(nlh);

    if (nlh->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
        mnl_nlmsg_get_payload_len(nlh) < sizeof *head)
        return 0;
    if ((nlh->nlmsg_type & 0xff) == NFT_MSG_NEWGEN || head->nfgen_family != NFPROTO_INET) return 0;
    return strcmp(zti_nft_text_of(nlh, NFTA_TABLE_NAME), table) == 0;
}

static uint32_t any_about(const void *data, size_t len, const char *table)
{
    const struct nlmsghdr *nlh = data;
    int left = (int)len;

    for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
        if (is_about(nlh, table)) return 1;
    return 0;
}

uint32_t zti_nft_events_read(zti_nft_events *e, const char *table)
{
    _Alignas(struct nlmsghdr) uint8_t data[32768];
    uint32_t is_touched = 0;
    uint64_t fired;
    ssize_t len;

    (void)!read(e->timer, &fired, sizeof fired);
    for (;;) {
        len = recv(mnl_socket_get_fd(e->socket), data, sizeof data, MSG_TRUNC);
        if (len > (ssize_t)sizeof data || (len < 0 && errno == ENOBUFS))
            is_touched = 1;
        else if (len >= 0)
            is_touched |= any_about(data, (size_t)len, table);
        else if (errno != EINTR)
            return is_touched;
    }
}

void zti_nft_events_wake(zti_nft_events *e, uint64_t ns)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)}};

    (void)timerfd_settime(e->timer, 0, &when, NULL);
}

void zti_nft_events_close(zti_nft_events *e)
{
    if (e->socket != NULL) mnl_socket_close(e->socket);
    if (e->timer >= 0) close(e->timer);
    if (e->fd >= 0) close(e->fd);
    *e = (zti_nft_events){.fd = -1, .timer = -1};
}
