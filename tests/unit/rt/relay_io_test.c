#include "rt/relay_io.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>
#include "unit.h"

static const uint8_t seed[32] = {1};

START_TEST(epoll_is_given_where_it_is_asked_for)
{
    const zti_relay_backend *chosen;
    int wake_fd = eventfd(0, EFD_NONBLOCK);
    zti_relay_io *io = NULL;
    const char *reason;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_EPOLL, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_OK);
    ck_assert_uint_eq(chosen->id, ZTRUNK_RELAY_EPOLL);
    ck_assert_str_eq(reason, "epoll was asked for");
    chosen->free(io);
    close(wake_fd);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* No descriptor is left: neither ring nor epoll. */
START_TEST(a_process_that_is_full_gets_neither)
{
    struct rlimit few = {0, 0};
    const zti_relay_backend *chosen;
    int wake_fd = eventfd(0, EFD_NONBLOCK);
    zti_relay_io *io = NULL;
    const char *reason;
    ztrunk_ctx *ctx;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    few.rlim_max = few.rlim_cur = (rlim_t)wake_fd + 1;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert_int_eq(zti_relay_io_open(ctx, ZTRUNK_RELAY_ANY, wake_fd, &chosen, &io, &reason),
                     ZTRUNK_E_SYSTEM);
    ck_assert_ptr_null(io);
    ck_assert_ptr_nonnull(reason);
    close(wake_fd);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(rtcp_is_counted_apart_from_rtp)
{
    static zti_relay_leg leg;

    zti_relay_sent(&leg, 0, 172);
    zti_relay_sent(&leg, 1, 60);
    ck_assert_uint_eq(leg.counters.tx_packets, 1);
    ck_assert_uint_eq(leg.counters.tx_bytes, 172);
    ck_assert_uint_eq(leg.counters.tx_rtcp, 1);
}
END_TEST

UNIT_MAIN("rt/relay_io", epoll_is_given_where_it_is_asked_for, a_process_that_is_full_gets_neither,
          rtcp_is_counted_apart_from_rtp)
