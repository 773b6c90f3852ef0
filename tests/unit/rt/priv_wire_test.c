#include "rt/priv.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "unit.h"

#define HEAD offsetof(zti_priv_request, prefixes)

static int pair[2];
static zti_priv_request sent, got;

static void start(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    sent = (zti_priv_request){.kind = ZTI_PRIV_SOURCES, .total = 1, .count = 1};
    sent.prefixes[0] = (ztrunk_prefix){.addr = {.family = 4, .ip = {192, 0, 2}}, .bits = 24};
}

/* The lowest descriptor that is free: the same when nothing was left open. */
static int next_fd(void)
{
    int fd = dup(pair[0]);

    close(fd);
    return fd;
}

static void send_raw(size_t len, uint32_t fds)
{
    char control[CMSG_SPACE(8 * sizeof(int))] = {0};
    struct iovec iov = {.iov_base = &sent, .iov_len = len};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    struct cmsghdr *c;

    if (fds > 0) {
        m.msg_control = control;
        m.msg_controllen = CMSG_SPACE(fds * sizeof(int));
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_len = CMSG_LEN(fds * sizeof(int));
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        for (uint32_t i = 0; i < fds; i++)
            memcpy(CMSG_DATA(c) + i * sizeof(int), &pair[0], sizeof(int));
    }
    ck_assert_int_eq(sendmsg(pair[0], &m, 0), (ssize_t)len);
}

START_TEST(a_message_of_another_length_than_it_says_is_none)
{
    int fd = 7;

    start();
    for (size_t len = 1; len < HEAD + 2 * sizeof sent.prefixes[0]; len++) {
        if (len == HEAD + sizeof sent.prefixes[0]) continue;
        send_raw(len, 0);
        ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_E_MALFORMED);
        ck_assert_int_eq(fd, -1);
    }
    sent.count = ZTI_PRIV_PREFIXES + 1;
    send_raw(sizeof sent, 0);
    ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_E_MALFORMED);
    sent.count = UINT32_MAX;
    send_raw(HEAD, 0);
    ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_E_MALFORMED);
}
END_TEST

START_TEST(more_than_one_descriptor_is_refused_and_all_are_closed)
{
    start();
    for (uint32_t fds = 2; fds <= 8; fds++) {
        int before = next_fd(), fd = 7;

        send_raw(HEAD + sizeof sent.prefixes[0], fds);
        ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_E_MALFORMED);
        ck_assert_int_eq(fd, -1);
        ck_assert_int_eq(next_fd(), before);
    }
}
END_TEST

START_TEST(a_descriptor_of_a_malformed_message_is_closed)
{
    int before, fd = 7;

    start();
    before = next_fd();
    send_raw(HEAD - 1, 1);
    ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(next_fd(), before);
}
END_TEST

START_TEST(a_request_arrives_as_it_was_sent_with_its_descriptor)
{
    int fd = -1, file = open("/dev/null", O_RDONLY);

    start();
    ck_assert_int_eq(zti_priv_send(pair[0], &sent, file), ZTRUNK_OK);
    ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_OK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fd, file);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    ck_assert_uint_eq(got.kind, ZTI_PRIV_SOURCES);
    ck_assert_uint_eq(got.prefixes[0].bits, 24);
    sent.count = ZTI_PRIV_PREFIXES;
    ck_assert_int_eq(zti_priv_send(pair[0], &sent, -1), ZTRUNK_OK);
    ck_assert_int_eq(zti_priv_receive(pair[1], &got, &fd), ZTRUNK_OK);
    ck_assert_int_eq(fd, -1);
    ck_assert_uint_eq(got.count, ZTI_PRIV_PREFIXES);
    close(pair[1]);
    ck_assert_int_eq(zti_priv_send(pair[0], &sent, -1), ZTRUNK_E_CLOSED);
    ck_assert_int_eq(zti_priv_receive(pair[0], &got, &fd), ZTRUNK_E_CLOSED);
}
END_TEST

UNIT_MAIN("rt/priv_wire", a_message_of_another_length_than_it_says_is_none,
          more_than_one_descriptor_is_refused_and_all_are_closed,
          a_descriptor_of_a_malformed_message_is_closed,
          a_request_arrives_as_it_was_sent_with_its_descriptor)
