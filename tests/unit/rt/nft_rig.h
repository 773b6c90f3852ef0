/* nft_rig.h - a network namespace of the test's own: 127.0.0.0/8 and 2001:db8::1 to 2001:db8::9. */
#ifndef TESTS_RT_NFT_RIG_H
#define TESTS_RT_NFT_RIG_H

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zerotrunk/nft.h>
#include "fail_ctx.h"
#include "rt/nft_link.h"
#include "rt/nft_msg.h"
#include "rt/sock.h"
#include "unit.h"

#define SECOND UINT64_C(1000000000)
#define MS     UINT64_C(1000000)

enum { REACHED, SILENCE, REFUSED }; /* what a sender sees, and the receiver */

static fail_ctx memory;
static ztrunk_ctx *ctx;
static ztrunk_nft *nft;

static inline ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static inline ztrunk_prefix prefix(const char *text)
{
    ztrunk_prefix p = {0};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return p;
}

/* What the kernel's struct in6_ifreq is: its header does not go with the C library's. */
typedef struct rig_in6_ifreq {
    struct in6_addr addr;
    uint32_t bits;
    int index;
} rig_in6_ifreq;

/* Datagrams above it go in fragments. */
static inline void rig_mtu(int bytes)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_mtu = bytes};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    ck_assert_int_eq(ioctl(fd, SIOCSIFMTU, &lo), 0);
    close(fd);
}

static inline void rig_enter(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int v4, v6;

    ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
    v4 = socket(AF_INET, SOCK_DGRAM, 0);
    v6 = socket(AF_INET6, SOCK_DGRAM, 0);
    ck_assert_int_eq(ioctl(v4, SIOCSIFFLAGS, &lo), 0);
    for (uint8_t i = 1; i <= 9; i++) {
        rig_in6_ifreq six = {.bits = 128, .index = 1};
        ztrunk_addr a = addr("2001:db8::");

        memcpy(&six.addr, a.ip, 16);
        six.addr.s6_addr[15] = i;
        ck_assert_int_eq(ioctl(v6, SIOCSIFADDR, &six), 0);
    }
    close(v4);
    close(v6);
}

/* The address on the way: its port in front of it, since "a:b" reads as IPv6. */
static inline ztrunk_addr at(const char *ip, uint16_t port)
{
    ztrunk_addr a = addr(ip);

    a.port = port;
    return a;
}

static inline void rig_new(const ztrunk_nft_opts *opts)
{
    ck_assert_int_eq(fail_ctx_new(&memory, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_nft_new(ctx, opts, &nft), ZTRUNK_OK);
}

/* Signalling at 5061 (TCP) and 5060 (UDP), media at 10000 to 10999, on every address. */
static inline void rig_ports(void)
{
    const ztrunk_nft_port ports[] = {
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6, .first = 5061},
        {.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 17, .first = 5060},
        {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17, .first = 10000, .last = 10999},
    };

    ck_assert_int_eq(ztrunk_nft_set_ports(nft, ports, 3), ZTRUNK_OK);
}

static inline void rig_allow(uint32_t kind, const char *one, const char *two)
{
    const ztrunk_prefix list[] = {prefix(one), prefix(two)};

    ck_assert_int_eq(ztrunk_nft_set_sources(nft, kind, list, 2), ZTRUNK_OK);
}

static inline void rig_start(void)
{
    int32_t err = ztrunk_nft_start(nft);

    ck_assert_msg(err == ZTRUNK_OK, "%d %s", err, ztrunk_nft_error(nft));
}

static inline void rig_commit(void)
{
    int32_t err = ztrunk_nft_commit(nft);

    ck_assert_msg(err == ZTRUNK_OK, "%d %s", err, ztrunk_nft_error(nft));
}

/* The usual beginning: 127.1.0.0/16 and 2001:db8::2/127 may signal, 127.2.0.0/16 and
 * 2001:db8::4/127 send media. */
static inline void rig_up(const ztrunk_nft_opts *opts)
{
    rig_enter();
    rig_new(opts);
    rig_ports();
    rig_allow(ZTRUNK_NFT_SIGNALLING, "127.1.0.0/16", "2001:db8::2/127");
    rig_allow(ZTRUNK_NFT_MEDIA, "127.2.0.0/16", "2001:db8::4/127");
    rig_start();
}

static inline void rig_down(void)
{
    ztrunk_nft_free(nft);
    ztrunk_ctx_free(ctx);
}

static inline int rig_bound(int type, const ztrunk_addr *a)
{
    int fd = -1;

    ck_assert_int_eq(zti_sock_bind(type, a, &fd), ZTRUNK_OK);
    return fd;
}

static inline int rig_waits(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};

    return poll(&p, 1, 30) == 0;
}

/* One datagram of so many bytes; with is_served something listens where it goes. */
static inline int rig_datagram(const char *from, const ztrunk_addr *to, int is_served, size_t bytes)
{
    static char data[8192];
    int receiver = is_served ? rig_bound(SOCK_DGRAM, to) : -1;
    ztrunk_addr source = addr(from);
    int sender = rig_bound(SOCK_DGRAM, &source);
    struct sockaddr_storage sa;
    socklen_t len = zti_sockaddr_of(to, &sa);
    int verdict = SILENCE;

    ck_assert_int_eq(connect(sender, (struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(send(sender, data, bytes, 0), (ssize_t)bytes);
    if (is_served && !rig_waits(receiver, POLLIN)) {
        ck_assert_int_eq(recv(receiver, data, sizeof data, 0), (ssize_t)bytes);
        verdict = REACHED;
    }
    if (!is_served && !rig_waits(sender, POLLIN)) {
        ck_assert_int_eq(recv(sender, data, 1, 0), -1);
        if (errno == ECONNREFUSED) verdict = REFUSED;
    }
    close(sender);
    if (receiver >= 0) close(receiver);
    return verdict;
}

static inline int rig_udp(const char *from, const ztrunk_addr *to, int is_served)
{
    return rig_datagram(from, to, is_served, 1);
}

static inline int rig_tcp(const char *from, const ztrunk_addr *to, int is_served)
{
    int listener = is_served ? rig_bound(SOCK_STREAM, to) : -1;
    ztrunk_addr source = addr(from);
    int verdict = SILENCE, error = 0, fd = -1;
    socklen_t len = sizeof error;
    int32_t err = zti_sock_connect(&source, to, &fd);

    if (err == ZTRUNK_OK && !rig_waits(fd, POLLOUT)) {
        ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
        verdict = error == 0 ? REACHED : REFUSED;
    }
    if (err != ZTRUNK_OK) verdict = errno == ECONNREFUSED ? REFUSED : SILENCE;
    if (fd >= 0) close(fd);
    if (listener >= 0) close(listener);
    return verdict;
}

static inline int rig_media(const char *from, const char *to, uint16_t port)
{
    ztrunk_addr local = at(to, port);

    return rig_udp(from, &local, 1);
}

static inline int rig_count_elements(const struct nlmsghdr *nlh, void *opaque)
{
    int *count = opaque;
    struct nlattr *a, *element;

    for (a = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct nfgenmsg));
         mnl_attr_ok(a, (int)((char *)mnl_nlmsg_get_payload_tail(nlh) - (char *)a));
         a = mnl_attr_next(a)) {
        int left = mnl_attr_get_payload_len(a);

        if (mnl_attr_get_type(a) != NFTA_SET_ELEM_LIST_ELEMENTS) continue;
        for (element = mnl_attr_get_payload(a); mnl_attr_ok(element, left);) {
            left -= (int)MNL_ALIGN(element->nla_len);
            element = mnl_attr_next(element);
            ++*count;
        }
    }
    return MNL_CB_OK;
}

/* How many elements the kernel's set has, as it tells; -1: there is no such set. */
static inline int rig_elements(const char *table, const char *set)
{
    static _Alignas(struct nlmsghdr) char bytes[65536];
    struct mnl_socket *s = mnl_socket_open(NETLINK_NETFILTER);
    struct nlmsghdr *nlh = mnl_nlmsg_put_header(bytes);
    struct nfgenmsg *head;
    int count = 0, more = 1;

    nlh->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETSETELEM;
    nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    head = mnl_nlmsg_put_extra_header(nlh, sizeof *head);
    head->nfgen_family = 1; /* inet */
    mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, table);
    mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set);
    ck_assert_int_eq(mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID), 0);
    ck_assert_int_gt(mnl_socket_sendto(s, nlh, nlh->nlmsg_len), 0);
    while (more > 0) {
        ssize_t len = mnl_socket_recvfrom(s, bytes, sizeof bytes);

        more = len > 0 ? mnl_cb_run(bytes, (size_t)len, 0, 0, rig_count_elements, &count) : -1;
    }
    mnl_socket_close(s);
    return more == 0 ? count : -1;
}

/* Another program's hand: one message about a table, in a transaction of its own. */
static inline void rig_other(uint16_t type, const char *table)
{
    zti_nft_link link;
    zti_nft_batch b;
    zti_nft_refusal why;

    ck_assert_int_eq(zti_nft_link_open(&link, &why), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_batch_init(&b, ctx, 4096), ZTRUNK_OK);
    zti_nft_batch_begin(&b);
    zti_nft_msg(&b, type, type == NFT_MSG_NEWTABLE ? NLM_F_CREATE : 0, table);
    ck_assert_int_eq(zti_nft_batch_end(&b), ZTRUNK_OK);
    ck_assert_int_eq(zti_nft_link_send(&link, b.data, b.len, &why), ZTRUNK_OK);
    zti_nft_link_close(&link);
    zti_nft_batch_free(&b);
}

/* What a shell command says, for the caller to free; NULL when nft(8) is not there. */
static inline char *rig_nft(const char *command)
{
    char *text = calloc(1, 1 << 20);
    FILE *pipe;

    if (system("command -v nft >/dev/null") != 0) {
        puts("nft(8) is not installed: its view is not compared");
        free(text);
        return NULL;
    }
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    ck_assert_uint_lt(fread(text, 1, 1 << 20, pipe), 1 << 20);
    ck_assert_msg(pclose(pipe) == 0, "%s: %s", command, text);
    return text;
}

/* Asked in a child: the tests unshare for themselves. */
static inline int rig_permitted(void)
{
    int status = 1;
    pid_t child = fork();

    if (child == 0) _exit(unshare(CLONE_NEWNET) == 0 ? 0 : errno);
    waitpid(child, &status, 0);
    if (status == 0) return 1;
    printf("SKIP: a network namespace of its own is not permitted: %s\n",
           strerror(WEXITSTATUS(status)));
    return 0;
}

#define NFT_MAIN(name, ...)                                                                        \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
                                                                                                   \
        if (!rig_permitted()) return 77;                                                           \
        return unit_run(name, tests, sizeof tests / sizeof tests[0]);                              \
    }

#endif
