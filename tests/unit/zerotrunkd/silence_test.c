/* Ports that say nothing to anybody. */
#include "silence.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "unit.h"

enum { PORT = 23460, ANSWER_MS = 50 };

static const ztrunk_addr held = {.family = 4, .port = PORT, .ip = {127, 0, 0, 1}};

/* What the kernel says to one who tries the port: 0 nothing, else errno. */
static int answer(int type)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0), error = 0;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    socklen_t len = sizeof error;

    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa) != 0 && errno != EINPROGRESS) error = errno;
    if (type == SOCK_DGRAM) {
        ck_assert_int_eq(send(fd, "?", 1, 0), 1);
        p.events = POLLIN;
    }
    if (error == 0 && poll(&p, 1, ANSWER_MS) != 0)
        ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
    if (error == 0 && (p.revents & POLLOUT) != 0) error = EISCONN;
    close(fd);
    return error;
}

START_TEST(a_datagram_to_a_held_port_gets_no_icmp)
{
    struct silence s = {NULL, 0, 0};

    ck_assert_int_eq(answer(SOCK_DGRAM), ECONNREFUSED);
    ck_assert_int_eq(silence_hold(&s, SOCK_DGRAM, &held), 0);
    ck_assert_uint_eq(s.count, 1);
    ck_assert_int_eq(answer(SOCK_DGRAM), 0);
    silence_end(&s);
    ck_assert_int_eq(answer(SOCK_DGRAM), ECONNREFUSED);
}
END_TEST

/* Without the privilege that the filter needs the port stays closed: it is never open. */
START_TEST(a_syn_to_a_held_port_gets_neither_a_reset_nor_a_connection)
{
    struct silence s = {NULL, 0, 0};

    ck_assert_int_eq(answer(SOCK_STREAM), ECONNREFUSED);
    if (silence_hold(&s, SOCK_STREAM, &held) == 0) {
        ck_assert_int_eq(answer(SOCK_STREAM), 0);
    } else {
        ck_assert_int_eq(errno, EPERM);
        ck_assert_int_eq(answer(SOCK_STREAM), ECONNREFUSED);
    }
    silence_end(&s);
}
END_TEST

START_TEST(a_port_that_another_has_is_left_to_it)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct silence s = {NULL, 0, 0};

    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    ck_assert_int_eq(silence_hold(&s, SOCK_DGRAM, &held), 0);
    ck_assert_uint_eq(s.count, 0);
    close(fd);
    silence_end(&s);
}
END_TEST

START_TEST(descriptors_that_connections_need_are_not_taken)
{
    struct rlimit before, few;
    struct silence s = {NULL, 0, 0};
    int next = dup(STDIN_FILENO);

    ck_assert_int_ge(next, 3);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = (rlim_t)next + 1; /* room for one more, and no more than that */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert_int_eq(silence_hold(&s, SOCK_DGRAM, &held), -1);
    ck_assert_int_eq(errno, EMFILE);
    ck_assert_uint_eq(s.count, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    silence_end(&s);
}
END_TEST

UNIT_MAIN("zerotrunkd/silence", a_datagram_to_a_held_port_gets_no_icmp,
          a_syn_to_a_held_port_gets_neither_a_reset_nor_a_connection,
          a_port_that_another_has_is_left_to_it, descriptors_that_connections_need_are_not_taken)
