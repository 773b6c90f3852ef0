#include "rt/filter.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "rt/sock.h"
#include "unit.h"

static ztrunk_addr addr(const char *text)
{
    ztrunk_addr a = {0};

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &a), ZTRUNK_OK);
    return a;
}

static ztrunk_prefix prefix(const char *text)
{
    ztrunk_prefix p = {0};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return p;
}

static int bound(const char *text, ztrunk_addr *local)
{
    ztrunk_addr a = addr(text);
    int fd = -1;

    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, &a, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, local), ZTRUNK_OK);
    return fd;
}

/* 1 when a packet from a socket at source reaches fd. */
static int reaches(int fd, const ztrunk_addr *to, const char *source)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct sockaddr_storage sa;
    socklen_t len = zti_sockaddr_of(to, &sa);
    ztrunk_addr own;
    uint8_t byte = 7;
    int sender = bound(source, &own);
    int came;

    ck_assert_int_eq(sendto(sender, &byte, 1, 0, (struct sockaddr *)&sa, len), 1);
    came = poll(&p, 1, 30) == 1;
    if (came) ck_assert_int_eq(recv(fd, &byte, 1, 0), 1);
    close(sender);
    return came;
}

START_TEST(a_parked_socket_takes_nothing)
{
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 1);
    ck_assert_int_eq(ztrunk_filter_park(fd), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    ck_assert_int_eq(ztrunk_filter_park(fd), ZTRUNK_OK);
    close(fd);
}
END_TEST

START_TEST(only_the_prefixes_get_in_whatever_their_order)
{
    ztrunk_prefix list[3] = {prefix("127.0.0.4/30"), prefix("10.0.0.0/8"), prefix("127.0.9.9/32")};
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(ztrunk_filter_sources(fd, list, 3), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.3"), 0);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.4"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.7"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.8"), 0);
    ck_assert_int_eq(reaches(fd, &local, "127.0.9.9"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.9.8"), 0);
    ck_assert_int_eq(ztrunk_filter_park(fd), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.4"), 0);
    close(fd);
}
END_TEST

START_TEST(prefixes_of_the_other_family_admit_nobody)
{
    ztrunk_prefix six = prefix("::/0");
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(ztrunk_filter_sources(fd, &six, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    close(fd);
}
END_TEST

/* A source can be forged, the interface by which it comes not. */
START_TEST(what_comes_by_another_interface_is_dropped)
{
    ztrunk_prefix list[2] = {prefix("127.0.0.0/8"), prefix("10.0.0.0/8")};
    uint32_t loopback = if_nametoindex("lo");
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    list[0].addr.scope_id = list[1].addr.scope_id = loopback + 1;
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, 2), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    list[0].addr.scope_id = loopback;
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, 2), ZTRUNK_E_INVALID);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 1);
    close(fd);
}
END_TEST

START_TEST(a_list_of_nobody_admits_nobody_and_clearing_it_everybody)
{
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(ztrunk_filter_clear(fd), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_filter_sources(fd, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    ck_assert_int_eq(ztrunk_filter_clear(fd), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 1);
    ck_assert_int_eq(ztrunk_filter_clear(fd), ZTRUNK_OK);
    close(fd);
}
END_TEST

START_TEST(ipv6_prefixes_match_to_the_bit)
{
    static const struct {
        const char *prefix;
        int admits;
    } rows[] = {{"::1/128", 1}, {"::2/128", 0}, {"::/0", 1},     {"::/127", 1},
                {"::2/127", 0}, {"::/96", 1},   {"8000::/1", 0}, {"0:0:0:1::/64", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_prefix p = prefix(rows[i].prefix);
        ztrunk_addr local;
        int fd = bound("::1", &local);

        ck_assert_int_eq(ztrunk_filter_sources(fd, &p, 1), ZTRUNK_OK);
        ck_assert_msg(reaches(fd, &local, "::1") == rows[i].admits, "%s", rows[i].prefix);
        close(fd);
    }
}
END_TEST

/* A socket of both families on any address, and its port. */
static int dual(int type, uint16_t *port)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    socklen_t len = sizeof any;
    int fd = socket(AF_INET6, type, 0), off = 0;

    ck_assert_int_eq(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&any, &len), 0);
    *port = ntohs(any.sin6_port);
    return fd;
}

START_TEST(a_socket_of_both_families_knows_ipv4_by_its_own_prefixes)
{
    ztrunk_prefix four = prefix("127.0.0.2/32"), six = prefix("::/0");
    ztrunk_addr to4 = addr("127.0.0.1"), to6 = addr("::1");
    int fd = dual(SOCK_DGRAM, &to4.port);

    to6.port = to4.port;
    ck_assert_int_eq(ztrunk_filter_sources(fd, &six, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &to6, "::1"), 1);
    ck_assert_int_eq(reaches(fd, &to4, "127.0.0.2"), 0);
    ck_assert_int_eq(ztrunk_filter_sources(fd, &four, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &to6, "::1"), 0);
    ck_assert_int_eq(reaches(fd, &to4, "127.0.0.2"), 1);
    ck_assert_int_eq(reaches(fd, &to4, "127.0.0.3"), 0);
    close(fd);
}
END_TEST

START_TEST(a_strangers_datagram_is_not_answered_by_icmp)
{
    ztrunk_prefix friends = prefix("127.0.0.2/32");
    ztrunk_addr local, own;
    struct sockaddr_storage sa;
    int fd = bound("127.0.0.1", &local), stranger = bound("127.0.0.3", &own);
    socklen_t len = zti_sockaddr_of(&local, &sa);
    struct pollfd p = {.fd = stranger};

    ck_assert_int_eq(connect(stranger, (struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(ztrunk_filter_sources(fd, &friends, 1), ZTRUNK_OK);
    ck_assert_int_eq(send(stranger, "x", 1, 0), 1);
    ck_assert_int_eq(poll(&p, 1, 30), 0);
    close(fd);
    /* The same packet to a closed port, to prove that the poll would have seen it. */
    ck_assert_int_eq(send(stranger, "x", 1, 0), 1);
    ck_assert_int_eq(poll(&p, 1, 1000), 1);
    close(stranger);
}
END_TEST

/* 1 connected, 0 no answer at all, -1 refused. */
static int connects(const ztrunk_addr *to, const char *source)
{
    ztrunk_addr from = addr(source);
    struct pollfd p = {.events = POLLOUT};
    socklen_t len = sizeof(int);
    int error = 0, ready;

    ck_assert_int_eq(zti_sock_connect(&from, to, &p.fd), ZTRUNK_OK);
    ready = poll(&p, 1, 60);
    ck_assert_int_eq(getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
    close(p.fd);
    if (ready == 0) return 0;
    return error == 0 ? 1 : -1;
}

/* TCP wants CAP_NET_ADMIN on newer kernels: without it the refusal is what there is to test. */
START_TEST(a_strangers_syn_is_not_answered)
{
    ztrunk_prefix list[] = {prefix("127.0.0.2/32"), prefix("2001:db8::/32")};
    ztrunk_addr to4 = addr("127.0.0.1"), to6 = addr("::1");
    int fd = dual(SOCK_STREAM, &to4.port);
    int32_t err = ztrunk_filter_sources(fd, list, 2);

    to6.port = to4.port;
    ck_assert_int_eq(listen(fd, 8), 0);
    if (err != ZTRUNK_OK) {
        ck_assert_int_eq(err, ZTRUNK_E_SYSTEM);
        ck_assert_int_eq(connects(&to4, "127.0.0.3"), 1);
        return;
    }
    ck_assert_int_eq(connects(&to4, "127.0.0.2"), 1);
    ck_assert_int_eq(connects(&to4, "127.0.0.3"), 0);
    ck_assert_int_eq(connects(&to6, "::1"), 0);
    list[1] = prefix("::1/128");
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, 2), ZTRUNK_OK);
    ck_assert_int_eq(connects(&to6, "::1"), 1);
    close(fd);
    ck_assert_int_eq(connects(&to4, "127.0.0.3"), -1);
}
END_TEST

START_TEST(what_cannot_be_attached_leaves_what_stood_before)
{
    static ztrunk_prefix list[ZTRUNK_FILTER_MAX + 1];
    ztrunk_prefix bad = {.addr = {.family = 5}};
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local), file = open("/dev/null", O_RDONLY);
    int pair[2];

    list[0] = prefix("127.0.0.2/32");
    for (size_t i = 1; i <= ZTRUNK_FILTER_MAX; i++) list[i] = list[0];
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, ZTRUNK_FILTER_MAX), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_filter_sources(fd, list, ZTRUNK_FILTER_MAX + 1), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_filter_sources(fd, &bad, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_filter_sources(fd, NULL, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.3"), 0);
    ck_assert_int_eq(ztrunk_filter_sources(-1, list, 1), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(ztrunk_filter_sources(file, list, 1), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(ztrunk_filter_park(file), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(ztrunk_filter_clear(file), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    ck_assert_int_eq(ztrunk_filter_sources(pair[0], list, 1), ZTRUNK_E_INVALID);
    close(pair[0]);
    close(pair[1]);
    close(file);
    close(fd);
}
END_TEST

UNIT_MAIN("rt/filter", a_parked_socket_takes_nothing, only_the_prefixes_get_in_whatever_their_order,
          prefixes_of_the_other_family_admit_nobody, what_comes_by_another_interface_is_dropped,
          a_list_of_nobody_admits_nobody_and_clearing_it_everybody, ipv6_prefixes_match_to_the_bit,
          a_socket_of_both_families_knows_ipv4_by_its_own_prefixes,
          a_strangers_datagram_is_not_answered_by_icmp, a_strangers_syn_is_not_answered,
          what_cannot_be_attached_leaves_what_stood_before)
