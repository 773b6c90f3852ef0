#include "rt/relay_port.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "rt/sock.h"
#include "unit.h"

#define FIRST 23200

static const uint8_t seed[32] = {3};
static const ztrunk_addr ip = {.family = 4, .ip = {127, 0, 0, 1}};

static zti_port_range bound(ztrunk_ctx **ctx, uint16_t last)
{
    zti_port_range r = {0};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_ports_bind(*ctx, &ip, FIRST, last, 46, &r), ZTRUNK_OK);
    return r;
}

static void end(ztrunk_ctx *ctx, zti_port_range *r)
{
    zti_ports_close(r);
    ztrunk_ctx_free(ctx);
}

START_TEST(a_range_begins_even_and_ends_odd)
{
    ztrunk_addr none = {0};
    ztrunk_ctx *ctx;
    zti_port_range r = {0};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST + 1, FIRST + 3, 0, &r), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST, FIRST + 2, 0, &r), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST + 2, FIRST + 1, 0, &r), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, 0, 1, 0, &r), ZTRUNK_E_INVALID);
    ck_assert_int_eq(zti_ports_bind(ctx, &none, FIRST, FIRST + 1, 0, &r), ZTRUNK_E_INVALID);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_port_in_the_way_leaves_nothing_bound)
{
    zti_port_range r, other = {0};
    ztrunk_ctx *ctx;

    r = bound(&ctx, FIRST + 1);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST - 4, FIRST + 1, 0, &other), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST - 4, FIRST - 1, 0, &other), ZTRUNK_OK);
    zti_ports_close(&other);
    end(ctx, &r);
}
END_TEST

START_TEST(pairs_are_given_out_once_and_the_longest_parked_first)
{
    zti_port_pair *a, *b, *c;
    zti_port_range r;
    ztrunk_ctx *ctx;

    r = bound(&ctx, FIRST + 3);
    ck_assert_int_eq(zti_ports_take(&r, 1, &a), ZTRUNK_OK);
    ck_assert_int_eq(zti_ports_take(&r, 1, &b), ZTRUNK_OK);
    ck_assert_int_eq(zti_ports_take(&r, 1, &c), ZTRUNK_E_LIMIT);
    ck_assert_ptr_ne(a, b);
    ck_assert_uint_eq(a->rtp.local.port, FIRST);
    ck_assert_uint_eq(a->rtcp.local.port, FIRST + 1);
    ck_assert_uint_eq(zti_ports_free_count(&r), 0);
    b->is_taken = a->is_taken = 0;
    zti_ports_park(&r, b, 0);
    zti_ports_park(&r, a, 0);
    ck_assert_uint_eq(zti_ports_free_count(&r), 2);
    ck_assert_int_eq(zti_ports_take(&r, 1, &c), ZTRUNK_OK);
    ck_assert_ptr_eq(c, b);
    end(ctx, &r);
}
END_TEST

START_TEST(a_pair_rests_until_its_time_and_until_its_worker_let_go)
{
    zti_port_pair *a, *again;
    zti_port_range r;
    ztrunk_ctx *ctx;

    r = bound(&ctx, FIRST + 1);
    ck_assert_int_eq(zti_ports_take(&r, 100, &a), ZTRUNK_OK);
    zti_ports_park(&r, a, 500);
    ck_assert_int_eq(zti_ports_take(&r, 600, &again), ZTRUNK_E_LIMIT);
    a->is_taken = 0;
    ck_assert_int_eq(zti_ports_take(&r, 499, &again), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(zti_ports_take(&r, 500, &again), ZTRUNK_OK);
    ck_assert_ptr_eq(again, a);
    end(ctx, &r);
}
END_TEST

static int in_the_way = -1;
static uint32_t naps;

/* Stands before the C library's: time passes, and the port's holder goes with it. */
int nanosleep(const struct timespec *span, struct timespec *rest)
{
    (void)span;
    (void)rest;
    if (++naps == 3) {
        close(in_the_way);
        in_the_way = -1;
    }
    return 0;
}

START_TEST(a_port_that_its_last_holder_lets_go_a_moment_later_is_bound)
{
    zti_port_range r = {0};
    ztrunk_addr port = ip;
    ztrunk_ctx *ctx;

    port.port = FIRST + 2;
    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, &port, &in_the_way), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(zti_ports_bind(ctx, &ip, FIRST, FIRST + 3, 0, &r), ZTRUNK_OK);
    ck_assert_uint_eq(naps, 3);
    end(ctx, &r);
}
END_TEST

UNIT_MAIN("rt/relay_port", a_port_that_its_last_holder_lets_go_a_moment_later_is_bound,
          a_range_begins_even_and_ends_odd, a_port_in_the_way_leaves_nothing_bound,
          pairs_are_given_out_once_and_the_longest_parked_first,
          a_pair_rests_until_its_time_and_until_its_worker_let_go)
