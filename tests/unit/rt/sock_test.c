#include "rt/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include "rig.h"

START_TEST(an_address_without_family_is_refused)
{
    ztrunk_addr none = {0};
    struct sockaddr_storage sa;
    int fd = -1;

    ck_assert_uint_eq(zti_sockaddr_of(&none, &sa), 0);
    ck_assert_int_eq(zti_sock_bind(SOCK_STREAM, &none, &fd), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_sock_connect(NULL, &none, &fd), ZTRUNK_E_INVALID);
    ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(a_mapped_address_is_the_ipv4_address_that_it_is)
{
    struct sockaddr_storage sa = {0};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(5061)};
    ztrunk_addr addr, want = rig_addr("192.0.2.7:5061");

    in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
    memcpy(in6.sin6_addr.s6_addr + 12, want.ip, 4);
    memcpy(&sa, &in6, sizeof in6);
    zti_addr_of(&sa, &addr);
    ck_assert_uint_eq(addr.family, 4);
    ck_assert(ztrunk_addr_equal(&addr, &want));
}
END_TEST

START_TEST(addresses_survive_the_way_there_and_back)
{
    static const char *const texts[] = {"192.0.2.1:5060", "[2001:db8::1]:5061"};

    for (size_t i = 0; i < 2; i++) {
        ztrunk_addr addr = rig_addr(texts[i]), back;
        struct sockaddr_storage sa;

        ck_assert_uint_gt(zti_sockaddr_of(&addr, &sa), 0);
        zti_addr_of(&sa, &back);
        ck_assert(ztrunk_addr_equal(&addr, &back));
    }
}
END_TEST

START_TEST(a_port_in_use_says_why)
{
    ztrunk_addr addr = rig_loopback();
    int fd = -1, other = -1;

    ck_assert_int_eq(zti_sock_bind(SOCK_STREAM, &addr, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, &addr), ZTRUNK_OK);
    ck_assert_uint_ne(addr.port, 0);
    ck_assert_int_eq(zti_sock_bind(SOCK_STREAM, &addr, &other), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_int_eq(other, -1);
    close(fd);
}
END_TEST

START_TEST(sockets_do_not_block_and_are_not_inherited)
{
    ztrunk_addr addr = rig_loopback();
    int fd = -1, out = -1;

    ck_assert_int_eq(zti_sock_bind(SOCK_STREAM, &addr, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, &addr), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_connect(NULL, &addr, &out), ZTRUNK_OK);
    ck_assert((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 && (fcntl(out, F_GETFL) & O_NONBLOCK) != 0);
    ck_assert((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(out, F_GETFD) & FD_CLOEXEC) != 0);
    close(out);
    close(fd);
}
END_TEST

START_TEST(loopback_is_all_of_127_and_one_of_ipv6)
{
    static const struct {
        const char *text;
        uint32_t is;
    } rows[] = {{"127.0.0.1", 1}, {"127.255.1.2", 1}, {"::1", 1},    {"::ffff:127.0.0.1", 1},
                {"128.0.0.1", 0}, {"0.0.0.0", 0},     {"::", 0},     {"::2", 0},
                {"10.0.0.1", 0},  {"126.0.0.1", 0},   {"7f00::1", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_addr addr = rig_addr(rows[i].text);

        ck_assert_msg(zti_addr_is_loopback(&addr) == rows[i].is, "%s", rows[i].text);
    }
}
END_TEST

START_TEST(every_error_has_words)
{
    ck_assert_str_eq(zti_sock_text(ECONNREFUSED), "connection refused");
    ck_assert_str_eq(zti_sock_text(EPIPE), zti_sock_text(ECONNRESET));
    ck_assert_str_eq(zti_sock_text(ENETUNREACH), "no route to the peer");
    ck_assert_str_eq(zti_sock_text(12345), "the connection broke");
}
END_TEST

UNIT_MAIN("rt/sock", an_address_without_family_is_refused,
          a_mapped_address_is_the_ipv4_address_that_it_is, addresses_survive_the_way_there_and_back,
          a_port_in_use_says_why, sockets_do_not_block_and_are_not_inherited,
          loopback_is_all_of_127_and_one_of_ipv6, every_error_has_words)
