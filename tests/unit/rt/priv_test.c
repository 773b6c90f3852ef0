#include <zerotrunk/priv.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rt/priv_caps.h"
#include "rt/sock.h"
#include "unit.h"

static ztrunk_prefix list[5000];

/* NULL: this user has no CAP_NET_ADMIN, and is told so. */
static ztrunk_priv *start(void)
{
    ztrunk_priv *priv = NULL;
    int32_t err = ztrunk_priv_start(NULL, &priv);

    if (err == ZTRUNK_OK) return priv;
    ck_assert_int_eq(err, ZTRUNK_E_DENIED);
    ck_assert_ptr_null(priv);
    return NULL;
}

static int listener(ztrunk_addr *local)
{
    int fd = -1;

    *local = (ztrunk_addr){.family = 4, .ip = {127, 0, 0, 1}};
    ck_assert_int_eq(zti_sock_bind(SOCK_STREAM, local, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, local), ZTRUNK_OK);
    return fd;
}

/* 1 connected, 0 no answer at all. */
static int connects(const ztrunk_addr *to, uint8_t last)
{
    ztrunk_addr from = {.family = 4, .ip = {127, 0, 0, last}};
    struct pollfd p = {.events = POLLOUT};
    int ready;

    ck_assert_int_eq(zti_sock_connect(&from, to, &p.fd), ZTRUNK_OK);
    ready = poll(&p, 1, 60);
    close(p.fd);
    return ready;
}

static void make_list(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        list[i] = (ztrunk_prefix){.addr = {.family = 4,
                                           .ip = {10, 0, (uint8_t)(i >> 7), (uint8_t)(i << 1)}},
                                  .bits = 32};
    list[count - 1].addr = (ztrunk_addr){.family = 4, .ip = {127, 0, 0, 2}};
}

START_TEST(without_the_capability_there_is_no_process)
{
    const zti_caps none = {0};
    ztrunk_priv *priv = NULL;

    ck_assert_int_eq(zti_caps_set(&none), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_start(NULL, &priv), ZTRUNK_E_DENIED);
    ck_assert_int_eq(ztrunk_priv_start(NULL, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_filter_clear(NULL, 0), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_fd(NULL), -1);
    ztrunk_priv_free(NULL);
}
END_TEST

START_TEST(a_list_reaches_a_listener_after_the_program_gave_its_privileges_up)
{
    static const uint32_t counts[] = {1, 1024, 1025, 5000};
    ztrunk_priv *priv = start();
    ztrunk_addr local;
    int fd;

    if (priv == NULL) return;
    fd = listener(&local);
    ck_assert_int_eq(ztrunk_priv_drop(NULL, NULL), ZTRUNK_OK);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        make_list(counts[i]);
        ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, list, counts[i]), ZTRUNK_OK);
        ck_assert_int_eq(connects(&local, 2), 1);
        ck_assert_int_eq(connects(&local, 3), 0);
        ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, NULL, 0), ZTRUNK_OK);
        ck_assert_int_eq(connects(&local, 2), 0);
    }
    ck_assert_int_eq(ztrunk_priv_filter_clear(priv, fd), ZTRUNK_OK);
    ck_assert_int_eq(connects(&local, 3), 1);
    ztrunk_priv_free(priv);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(what_cannot_be_done_says_why_and_the_process_goes_on)
{
    ztrunk_priv *priv = start();
    ztrunk_addr local;
    int fd, pair[2];

    if (priv == NULL) return;
    fd = listener(&local);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    make_list(2);
    list[0].bits = 33;
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, list, 2), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, pair[0], list, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, -1, list, 1), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, 999, list, 1), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EBADF);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, list, ZTRUNK_FILTER_MAX + 1),
                     ZTRUNK_E_LIMIT);
    ck_assert_int_eq(connects(&local, 3), 1);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, list + 1, 1), ZTRUNK_OK);
    ck_assert_int_eq(connects(&local, 3), 0);
    ztrunk_priv_free(priv);
}
END_TEST

START_TEST(the_end_of_the_process_is_seen_and_what_it_attached_stays)
{
    ztrunk_priv_info info = {.size = sizeof info};
    ztrunk_priv *priv = start();
    struct pollfd p = {.events = POLLIN};
    ztrunk_addr local;
    int fd;

    if (priv == NULL) return;
    fd = listener(&local);
    make_list(1);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, list, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_gone, 0);
    ck_assert_uint_ne(info.caps, 0);
    p.fd = ztrunk_priv_fd(priv);
    ck_assert_int_eq(poll(&p, 1, 0), 0);
    for (uint32_t i = 0; !info.is_gone && i < 100; i++) {
        ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
        (void)kill(info.pid, SIGKILL);
        ck_assert_int_eq(poll(&p, 1, 5000), 1);
        (void)ztrunk_priv_readable(priv);
        ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    }
    ck_assert_int_eq(ztrunk_priv_get_info(priv, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_gone, 1);
    ck_assert_int_eq(ztrunk_priv_filter_sources(priv, fd, NULL, 0), ZTRUNK_E_CLOSED);
    ck_assert_int_eq(ztrunk_priv_filter_clear(priv, fd), ZTRUNK_E_CLOSED);
    ck_assert_int_eq(ztrunk_priv_readable(priv), ZTRUNK_E_CLOSED);
    ck_assert_int_eq(connects(&local, 2), 1);
    ck_assert_int_eq(connects(&local, 3), 0);
    ztrunk_priv_free(priv);
}
END_TEST

UNIT_MAIN("rt/priv", without_the_capability_there_is_no_process,
          a_list_reaches_a_listener_after_the_program_gave_its_privileges_up,
          what_cannot_be_done_says_why_and_the_process_goes_on,
          the_end_of_the_process_is_seen_and_what_it_attached_stays)
