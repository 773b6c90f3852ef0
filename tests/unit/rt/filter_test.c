#include "rt/filter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
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
    ck_assert_int_eq(zti_filter_park(fd), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    ck_assert_int_eq(zti_filter_park(fd), ZTRUNK_OK);
    close(fd);
}
END_TEST

START_TEST(only_the_prefixes_get_in_whatever_their_order)
{
    ztrunk_prefix list[3] = {prefix("127.0.0.4/30"), prefix("10.0.0.0/8"), prefix("127.0.9.9/32")};
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(zti_filter_admit(fd, 4, list, 3), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.3"), 0);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.4"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.7"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.8"), 0);
    ck_assert_int_eq(reaches(fd, &local, "127.0.9.9"), 1);
    ck_assert_int_eq(reaches(fd, &local, "127.0.9.8"), 0);
    ck_assert_int_eq(zti_filter_park(fd), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.4"), 0);
    close(fd);
}
END_TEST

START_TEST(prefixes_of_the_other_family_admit_nobody)
{
    ztrunk_prefix six = prefix("::/0");
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(zti_filter_admit(fd, 4, &six, 1), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 0);
    close(fd);
}
END_TEST

START_TEST(no_prefixes_admit_every_source)
{
    ztrunk_addr local;
    int fd = bound("127.0.0.1", &local);

    ck_assert_int_eq(zti_filter_park(fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_filter_admit(fd, 4, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "127.0.0.2"), 1);
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

        ck_assert_int_eq(zti_filter_admit(fd, 6, &p, 1), ZTRUNK_OK);
        ck_assert_msg(reaches(fd, &local, "::1") == rows[i].admits, "%s", rows[i].prefix);
        close(fd);
    }
}
END_TEST

START_TEST(sixteen_of_the_longest_prefixes_fit_and_one_more_is_refused)
{
    ztrunk_prefix list[17];
    ztrunk_addr local;
    int fd = bound("::1", &local);

    for (size_t i = 0; i < 17; i++) list[i] = prefix("2001:db8::7/128");
    list[15] = prefix("::1/128");
    ck_assert_int_eq(zti_filter_admit(fd, 6, list, 16), ZTRUNK_OK);
    ck_assert_int_eq(reaches(fd, &local, "::1"), 1);
    ck_assert_int_eq(zti_filter_admit(fd, 6, list, 17), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_filter_admit(-1, 6, list, 1), ZTRUNK_E_SYSTEM);
    close(fd);
}
END_TEST

UNIT_MAIN("rt/filter", a_parked_socket_takes_nothing, only_the_prefixes_get_in_whatever_their_order,
          prefixes_of_the_other_family_admit_nobody, no_prefixes_admit_every_source,
          ipv6_prefixes_match_to_the_bit,
          sixteen_of_the_longest_prefixes_fit_and_one_more_is_refused)
