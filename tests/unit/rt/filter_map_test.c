#include "rt/filter.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "rt/sock.h"
#include "unit.h"

/* More than a tree holds. */
enum { LIST = 10000 };

static ztrunk_prefix prefixes[LIST];

static ztrunk_prefix prefix(const char *text)
{
    ztrunk_prefix p = {0};

    ck_assert_int_eq(ztrunk_prefix_parse(text, strlen(text), &p), ZTRUNK_OK);
    return p;
}

/* A socket of both families on any address. */
static int dual(uint16_t *port)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    socklen_t len = sizeof any;
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), off = 0;

    ck_assert_int_eq(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&any, &len), 0);
    *port = ntohs(any.sin6_port);
    return fd;
}

/* 1 when a datagram from that source, which need not be an address of ours for IPv6, arrives. */
static int reaches(int fd, uint16_t port, const ztrunk_addr *source)
{
    ztrunk_addr to = {.family = source->family, .port = port};
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct sockaddr_storage sa;
    int on = 1, came, sender;
    socklen_t len;
    uint8_t byte = 7;

    to.ip[source->family == 4 ? 3 : 15] = 1;
    if (source->family == 4) to.ip[0] = 127;
    sender = socket(source->family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
    if (source->family == 6)
        ck_assert_int_eq(setsockopt(sender, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on), 0);
    len = zti_sockaddr_of(source, &sa);
    ck_assert_int_eq(bind(sender, (struct sockaddr *)&sa, len), 0);
    len = zti_sockaddr_of(&to, &sa);
    ck_assert_int_eq(sendto(sender, &byte, 1, 0, (struct sockaddr *)&sa, len), 1);
    came = poll(&p, 1, 20) == 1;
    if (came) ck_assert_int_eq(recv(fd, &byte, 1, 0), 1);
    close(sender);
    return came;
}

/* 0: this user or kernel has no eBPF. Then nothing may have changed. */
static int attaches(int fd, uint16_t port, uint32_t count)
{
    ztrunk_addr stranger = {.family = 4, .ip = {127, 200, 0, 1}};
    int32_t err = zti_filter_map_attach(fd, prefixes, count);

    if (err == ZTRUNK_OK) return 1;
    ck_assert_int_eq(err, ZTRUNK_E_SYSTEM);
    ck_assert(errno == EPERM || errno == ENOSYS);
    ck_assert_int_eq(reaches(fd, port, &stranger), 1);
    close(fd);
    return 0;
}

START_TEST(a_list_too_long_for_a_tree_admits_its_prefixes_alone)
{
    uint16_t port;
    int fd = dual(&port);

    /* Of 127.0.0.0/9 every other address, and in 2001:db8::/32 every other /64. */
    for (uint32_t i = 0; i < LIST; i++) {
        uint32_t n = i / 2 * 2;
        uint8_t *ip = prefixes[i].addr.ip;

        prefixes[i] = i % 2 != 0 ? prefix("2001:db8::/64") : prefix("127.0.0.0/32");
        ip[i % 2 != 0 ? 6 : 2] = (uint8_t)(n >> 8);
        ip[i % 2 != 0 ? 7 : 3] = (uint8_t)n;
    }
    if (!attaches(fd, port, LIST)) return;
    for (uint32_t i = 0; i < LIST; i += 397) {
        ztrunk_addr in = prefixes[i].addr, out = in;

        if (in.family == 6) in.ip[15] = out.ip[15] = 9;
        out.ip[in.family == 4 ? 3 : 7] |= 1;
        ck_assert_int_eq(reaches(fd, port, &in), 1);
        ck_assert_int_eq(reaches(fd, port, &out), 0);
    }
    close(fd);
}
END_TEST

START_TEST(families_do_not_answer_for_one_another)
{
    ztrunk_addr four = {.family = 4, .ip = {127, 0, 0, 2}}, six = {.family = 6, .ip = {127}};
    uint16_t port;
    int fd = dual(&port);

    prefixes[0] = prefix("127.0.0.0/8");
    if (!attaches(fd, port, 1)) return;
    ck_assert_int_eq(reaches(fd, port, &four), 1);
    ck_assert_int_eq(reaches(fd, port, &six), 0);
    prefixes[0] = prefix("::/0");
    ck_assert_int_eq(zti_filter_map_attach(fd, prefixes, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, port, &four), 0);
    ck_assert_int_eq(reaches(fd, port, &six), 1);
    ck_assert_int_eq(zti_filter_map_attach(fd, prefixes, 0), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, port, &six), 0);
    close(fd);
}
END_TEST

START_TEST(what_comes_by_another_interface_is_dropped)
{
    ztrunk_addr four = {.family = 4, .ip = {127, 0, 0, 2}};
    uint16_t port;
    int fd = dual(&port);

    prefixes[0] = prefix("127.0.0.0/8");
    prefixes[0].addr.scope_id = if_nametoindex("lo");
    if (!attaches(fd, port, 1)) return;
    ck_assert_int_eq(reaches(fd, port, &four), 1);
    prefixes[0].addr.scope_id++;
    ck_assert_int_eq(zti_filter_map_attach(fd, prefixes, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, port, &four), 0);
    close(fd);
}
END_TEST

/* A /25 in a /24 in a /8, each alone, in the map's own order and length. */
START_TEST(a_prefix_matches_to_the_bit)
{
    ztrunk_addr in = {.family = 4, .ip = {127, 0, 1, 127}},
                out = {.family = 4, .ip = {127, 0, 1, 128}};
    ztrunk_addr six_in = prefix("2001:db8::7f00:0/128").addr;
    ztrunk_addr six_out = prefix("2001:db8::8000:0/128").addr;
    uint16_t port;
    int fd = dual(&port);

    prefixes[0] = prefix("127.0.1.0/25");
    prefixes[1] = prefix("2001:db8::/97");
    if (!attaches(fd, port, 2)) return;
    ck_assert_int_eq(reaches(fd, port, &in), 1);
    ck_assert_int_eq(reaches(fd, port, &out), 0);
    ck_assert_int_eq(reaches(fd, port, &six_in), 1);
    ck_assert_int_eq(reaches(fd, port, &six_out), 0);
    prefixes[0].bits = 33;
    ck_assert_int_eq(zti_filter_map_attach(fd, prefixes, 2), ZTRUNK_E_INVALID);
    ck_assert_int_eq(reaches(fd, port, &in), 1);
    close(fd);
}
END_TEST

UNIT_MAIN("rt/filter_map", a_list_too_long_for_a_tree_admits_its_prefixes_alone,
          families_do_not_answer_for_one_another, what_comes_by_another_interface_is_dropped,
          a_prefix_matches_to_the_bit)
