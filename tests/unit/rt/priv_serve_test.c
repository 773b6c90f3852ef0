#include "rt/priv.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"

static int sock = -1;
static pid_t server;
static zti_priv_request request;

/* The service without its privileges: a UDP socket takes a filter from any user. */
static void start(void)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    server = fork();
    if (server == 0) {
        close(pair[0]);
        _exit(zti_priv_live(pair[1]));
    }
    close(pair[1]);
    sock = pair[0];
}

static void say(uint32_t kind, uint32_t total, uint32_t count, int fd)
{
    request.kind = kind;
    request.total = total;
    request.count = count;
    ck_assert_int_eq(zti_priv_send(sock, &request, fd), ZTRUNK_OK);
}

static int32_t answer(void)
{
    zti_priv_reply r = {0};

    ck_assert_int_eq(recv(sock, &r, sizeof r, 0), sizeof r);
    return r.error;
}

/* Its exit code, when it ended without an answer. */
static int ended(void)
{
    int status = 0;
    char byte;

    ck_assert_int_eq(recv(sock, &byte, 1, 0), 0);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert(WIFEXITED(status));
    close(sock);
    return WEXITSTATUS(status);
}

static int udp(struct sockaddr_in *local)
{
    socklen_t len = sizeof *local;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    *local = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    ck_assert_int_eq(bind(fd, (struct sockaddr *)local, len), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)local, &len), 0);
    return fd;
}

static int takes(int fd, const struct sockaddr_in *local)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int sender = socket(AF_INET, SOCK_DGRAM, 0), came;
    char byte = 0;

    ck_assert_int_eq(sendto(sender, &byte, 1, 0, (const struct sockaddr *)local, sizeof *local), 1);
    close(sender);
    came = poll(&p, 1, 30) == 1;
    if (came) ck_assert_int_eq(recv(fd, &byte, 1, 0), 1);
    return came;
}

static void fill(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        request.prefixes[i] = (ztrunk_prefix){.addr = {.family = 4, .ip = {10}}, .bits = 8};
}

START_TEST(what_the_program_never_sends_ends_it)
{
    static const struct {
        uint32_t kind, total, count, with_fd;
    } rows[] = {{0, 0, 0, 0},
                {4, 0, 0, 1},
                {ZTI_PRIV_MORE, 0, 0, 0},
                {ZTI_PRIV_CLEAR, 0, 1, 1},
                {ZTI_PRIV_SOURCES, ZTRUNK_FILTER_MAX + 1, 1, 1},
                {ZTI_PRIV_SOURCES, UINT32_MAX, 0, 1},
                {ZTI_PRIV_SOURCES, 1, 2, 1},
                {ZTI_PRIV_SOURCES, 2, 0, 1}};
    struct sockaddr_in local;
    int fd = udp(&local);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        say(rows[i].kind, rows[i].total, rows[i].count, rows[i].with_fd ? fd : -1);
        ck_assert_int_eq(ended(), EXIT_FAILURE);
    }
    ck_assert_int_eq(takes(fd, &local), 1);
}
END_TEST

START_TEST(a_list_that_goes_on_otherwise_than_it_began_ends_it)
{
    struct sockaddr_in local;
    int fd = udp(&local);

    for (uint32_t row = 0; row < 4; row++) {
        start();
        say(ZTI_PRIV_SOURCES, 3, 2, fd);
        if (row == 0) say(ZTI_PRIV_MORE, 3, 2, -1);
        if (row == 1) say(ZTI_PRIV_MORE, 3, 1, fd);
        if (row == 2) say(ZTI_PRIV_SOURCES, 1, 1, fd);
        if (row == 3) say(ZTI_PRIV_CLEAR, 0, 0, fd);
        ck_assert_int_eq(ended(), EXIT_FAILURE);
    }
    ck_assert_int_eq(takes(fd, &local), 1);
}
END_TEST

START_TEST(what_is_no_socket_of_ip_is_refused_and_the_next_request_served)
{
    struct sockaddr_in local;
    int fd = udp(&local), file = open("/dev/null", O_RDONLY), pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    start();
    say(ZTI_PRIV_SOURCES, 0, 0, file);
    ck_assert_int_eq(answer(), ZTRUNK_E_INVALID);
    say(ZTI_PRIV_SOURCES, 0, 0, pair[0]);
    ck_assert_int_eq(answer(), ZTRUNK_E_INVALID);
    say(ZTI_PRIV_SOURCES, 0, 0, -1);
    ck_assert_int_eq(answer(), ZTRUNK_E_INVALID);
    say(ZTI_PRIV_CLEAR, 0, 0, file);
    ck_assert_int_eq(answer(), ZTRUNK_E_INVALID);
    say(ZTI_PRIV_SOURCES, 0, 0, fd);
    ck_assert_int_eq(answer(), ZTRUNK_OK);
    ck_assert_int_eq(takes(fd, &local), 0);
    close(sock);
    ck_assert_int_eq(waitpid(server, NULL, 0), server);
}
END_TEST

START_TEST(a_list_in_several_messages_stands_when_the_last_is_there)
{
    const ztrunk_prefix loopback = {.addr = {.family = 4, .ip = {127}}, .bits = 8};
    struct sockaddr_in local;
    int fd = udp(&local), status = -1;

    start();
    fill(ZTI_PRIV_PREFIXES);
    say(ZTI_PRIV_SOURCES, ZTI_PRIV_PREFIXES + 2, ZTI_PRIV_PREFIXES, fd);
    say(ZTI_PRIV_MORE, 0, 1, -1);
    request.prefixes[0] = loopback;
    say(ZTI_PRIV_MORE, 0, 1, -1);
    ck_assert_int_eq(answer(), ZTRUNK_OK);
    ck_assert_int_eq(takes(fd, &local), 1);
    fill(1);
    say(ZTI_PRIV_SOURCES, 1, 1, fd);
    ck_assert_int_eq(answer(), ZTRUNK_OK);
    ck_assert_int_eq(takes(fd, &local), 0);
    say(ZTI_PRIV_CLEAR, 0, 0, fd);
    ck_assert_int_eq(answer(), ZTRUNK_OK);
    ck_assert_int_eq(takes(fd, &local), 1);
    close(sock);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_MAIN("rt/priv_serve", what_the_program_never_sends_ends_it,
          a_list_that_goes_on_otherwise_than_it_began_ends_it,
          what_is_no_socket_of_ip_is_refused_and_the_next_request_served,
          a_list_in_several_messages_stands_when_the_last_is_there)
