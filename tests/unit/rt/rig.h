/* rig.h - a loop for a test, which no test may hold for longer than 20 s. */
#ifndef TESTS_RT_RIG_H
#define TESTS_RT_RIG_H

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zerotrunk/rt.h>
#include "rt/sock.h"
#include "unit.h"

#define MS UINT64_C(1000000)

static ztrunk_ctx *ctx;
static ztrunk_rt *rt;
static ztrunk_rt_timer *watchdog;

static inline void rig_late(void *opaque)
{
    (void)opaque;
    ck_abort_msg("the loop was not stopped in time");
}

/* On ctx, which is there. */
static inline void rig_start(void)
{
    ck_assert_int_eq(ztrunk_rt_new(ctx, &rt), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, rig_late, NULL, &watchdog), ZTRUNK_OK);
    ztrunk_rt_timer_set(watchdog, ztrunk_rt_now_ns() + 20000 * MS);
}

static inline void rig_new(void)
{
    static const uint8_t seed[32] = {7};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    rig_start();
}

static inline void rig_run(void)
{
    ck_assert_int_eq(ztrunk_rt_run(rt), ZTRUNK_OK);
}

static inline void rig_stop(void *opaque)
{
    (void)opaque;
    ztrunk_rt_stop(rt);
}

/* Lets the loop turn for so long: for what must not happen. */
static inline void rig_run_for(uint64_t ns)
{
    ztrunk_rt_timer *timer;

    ck_assert_int_eq(ztrunk_rt_timer_new(rt, rig_stop, NULL, &timer), ZTRUNK_OK);
    ztrunk_rt_timer_set(timer, ztrunk_rt_now_ns() + ns);
    rig_run();
    ztrunk_rt_timer_free(timer);
}

static inline void rig_free(void)
{
    ztrunk_rt_timer_free(watchdog);
    ztrunk_rt_free(rt);
    ztrunk_ctx_free(ctx);
}

static inline ztrunk_addr rig_addr(const char *text)
{
    ztrunk_addr addr;

    ck_assert_int_eq(ztrunk_addr_parse(text, strlen(text), &addr), ZTRUNK_OK);
    return addr;
}

static inline ztrunk_addr rig_loopback(void)
{
    return rig_addr("127.0.0.1");
}

/* A blocking client's socket. */
static inline int rig_dial(const ztrunk_addr *to)
{
    struct sockaddr_storage sa;
    socklen_t len = zti_sockaddr_of(to, &sa);
    int fd = socket(to->family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, len), 0);
    return fd;
}

static inline void rig_write(int fd, const char *text)
{
    size_t len = strlen(text);

    ck_assert_int_eq(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

#endif
