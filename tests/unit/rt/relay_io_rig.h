/* relay_io_rig.h - what every backend of the relay must do. `under_test` names it. */
#ifndef TESTS_UNIT_RT_RELAY_IO_RIG_H
#define TESTS_UNIT_RT_RELAY_IO_RIG_H

#include "rt/relay_io.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/time.h"
#include "rt/sock.h"
#include "unit.h"

#define WAIT_NS (5 * ZTI_SECOND)
#define NOW_NS  0

static const zti_relay_backend *under_test;

typedef struct io_rig {
    ztrunk_ctx *ctx;
    const zti_relay_backend *b;
    zti_relay_io *io;
    int wake_fd, peer;
    ztrunk_addr peer_addr;
    zti_relay_leg legs[2];
    zti_port ports[2];
} io_rig;

static inline int io_socket(uint8_t family, ztrunk_addr *local)
{
    ztrunk_addr ip = {.family = 4, .ip = {127, 0, 0, 1}};
    ztrunk_addr ip6 = {.family = 6, .ip = {[15] = 1}};
    int fd = -1;

    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, family == 4 ? &ip : &ip6, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, local), ZTRUNK_OK);
    return fd;
}

static inline void io_rig_of(io_rig *r, uint8_t family)
{
    static const uint8_t seed[32] = {9};
    const char *reason;

    memset(r, 0, sizeof *r);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &r->ctx), ZTRUNK_OK);
    r->wake_fd = eventfd(0, EFD_NONBLOCK);
    r->b = under_test;
    ck_assert_int_eq(r->b->open(r->ctx, r->wake_fd, &r->io, &reason), ZTRUNK_OK);
    ck_assert_int_eq(r->b->start(r->io), ZTRUNK_OK);
    r->peer = io_socket(family, &r->peer_addr);
    for (uint32_t i = 0; i < 2; i++) {
        r->ports[i].fd = io_socket(family, &r->ports[i].local);
        r->ports[i].leg = &r->legs[i];
        ck_assert_int_eq(r->b->watch(r->io, &r->ports[i]), ZTRUNK_OK);
    }
    r->b->wait(r->io, 0, NOW_NS);
}

static inline void io_rig_leave(io_rig *r, uint32_t nth)
{
    r->b->leave(r->io, &r->ports[nth]);
    r->ports[nth].leg = NULL;
}

static inline void io_rig_free(io_rig *r)
{
    for (uint32_t i = 0; i < 2; i++)
        if (r->ports[i].leg != NULL) io_rig_leave(r, i);
    r->b->finish(r->io);
    r->b->free(r->io);
    for (uint32_t i = 0; i < 2; i++) close(r->ports[i].fd);
    close(r->peer);
    close(r->wake_fd);
    ztrunk_ctx_free(r->ctx);
}

static inline void peer_sends(const io_rig *r, uint32_t port, size_t len, uint8_t fill)
{
    static uint8_t bytes[4096];
    struct sockaddr_storage sa;
    socklen_t sa_len = zti_sockaddr_of(&r->ports[port].local, &sa);

    memset(bytes, fill, sizeof bytes);
    ck_assert_int_eq(sendto(r->peer, bytes, len, 0, (struct sockaddr *)&sa, sa_len), (ssize_t)len);
}

/* Rounds until the backend has something, or for a short while where nothing may come. */
static inline uint32_t next_of(io_rig *r, zti_relay_in *in, uint64_t wait_ns)
{
    uint32_t what;

    for (uint32_t i = 0; i < 20; i++) {
        what = r->b->next(r->io, in);
        if (what != ZTI_IO_NONE) return what;
        r->b->wait(r->io, 0, wait_ns);
    }
    return r->b->next(r->io, in);
}

static inline void pass_on(io_rig *r, const zti_relay_in *in, size_t len)
{
    zti_relay_out out = {.port = &r->ports[1], .to = r->peer_addr, .leg = &r->legs[1], .len = len};

    r->b->send(r->io, in, &out);
}

static inline void crosses(uint8_t family)
{
    uint8_t bytes[4096];
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, family);
    peer_sends(&r, 0, 100, 7);
    ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
    ck_assert_ptr_eq(in.port, &r.ports[0]);
    ck_assert_uint_eq(in.len, 100);
    ck_assert_uint_eq(in.is_cut, 0);
    ck_assert(ztrunk_addr_equal(&in.from, &r.peer_addr));
    memset(in.pkt, 8, ZTI_PACKET_CAP);
    pass_on(&r, &in, ZTI_PACKET_CAP);
    ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    ck_assert_int_eq(recv(r.peer, bytes, sizeof bytes, 0), ZTI_PACKET_CAP);
    ck_assert_uint_eq(bytes[0], 8);
    ck_assert_uint_eq(bytes[ZTI_PACKET_CAP - 1], 8);
    ck_assert_uint_eq(r.legs[1].counters.tx_packets, 1);
    ck_assert_uint_eq(r.legs[1].counters.tx_bytes, ZTI_PACKET_CAP);
    io_rig_free(&r);
}

START_TEST(a_packet_crosses_with_its_source_and_room_for_its_seal)
{
    crosses(4);
    crosses(6);
}
END_TEST

START_TEST(a_packet_that_does_not_fit_is_told)
{
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint32_t over = 0; over < 2; over++) {
        peer_sends(&r, 0, ZTI_PACKET_MAX + over, 1);
        ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
        ck_assert_uint_eq(in.is_cut, over);
        r.b->drop(r.io, &in);
    }
    io_rig_free(&r);
}
END_TEST

START_TEST(a_port_that_was_left_gives_nothing_also_of_what_had_come)
{
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint8_t i = 0; i < 10; i++) peer_sends(&r, 0, 50, i);
    r.b->wait(r.io, 0, WAIT_NS);
    io_rig_leave(&r, 0);
    peer_sends(&r, 0, 50, 99);
    peer_sends(&r, 1, 60, 5);
    ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
    ck_assert_ptr_eq(in.port, &r.ports[1]);
    r.b->drop(r.io, &in);
    ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    io_rig_free(&r);
}
END_TEST

/* What one worker leaves to another is not taken by the first: its receive is over at once. */
START_TEST(a_port_that_was_left_is_free_for_another_worker)
{
    zti_relay_in in;
    io_rig a, b;

    io_rig_of(&a, 4);
    io_rig_of(&b, 4);
    io_rig_leave(&a, 0);
    close(b.ports[0].fd);
    b.ports[0].fd = dup(a.ports[0].fd);
    b.ports[0].local = a.ports[0].local;
    b.ports[0].leg = &b.legs[0];
    ck_assert_int_eq(b.b->watch(b.io, &b.ports[0]), ZTRUNK_OK);
    for (uint8_t i = 0; i < 20; i++) {
        peer_sends(&b, 0, 40, i);
        ck_assert_uint_eq(next_of(&b, &in, WAIT_NS), ZTI_IO_PACKET);
        ck_assert_uint_eq(in.pkt[0], i);
        b.b->drop(b.io, &in);
        ck_assert_uint_eq(next_of(&a, &in, NOW_NS), ZTI_IO_NONE);
    }
    io_rig_free(&b);
    io_rig_free(&a);
}
END_TEST

START_TEST(the_wake_up_comes_each_time)
{
    eventfd_t counter;
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_int_eq(eventfd_write(r.wake_fd, 1), 0);
        ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_WAKE);
        ck_assert_int_eq(eventfd_read(r.wake_fd, &counter), 0);
    }
    ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    io_rig_free(&r);
}
END_TEST

/* Ten times what a backend has buffers for, in bursts that its socket holds. */
START_TEST(a_storm_is_taken_whole_and_every_buffer_comes_back)
{
    zti_relay_in in;
    uint8_t byte;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint32_t burst = 0; burst < 200; burst++) {
        for (uint8_t i = 0; i < 100; i++) peer_sends(&r, 0, 40, i);
        for (uint8_t i = 0; i < 100; i++) {
            ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
            ck_assert_uint_eq(in.pkt[0], i);
            pass_on(&r, &in, in.len);
        }
        ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
        while (recv(r.peer, &byte, 1, MSG_DONTWAIT) > 0) continue;
    }
    ck_assert_uint_eq(r.legs[1].counters.tx_packets, 20000);
    io_rig_free(&r);
}
END_TEST

START_TEST(what_the_kernel_refuses_is_counted_as_dropped)
{
    zti_port dead = {.fd = -1};
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint32_t i = 0; i < 3; i++) {
        zti_relay_out out = {
            .port = &dead, .to = r.peer_addr, .leg = &r.legs[1], .is_rtcp = i == 1, .len = 40};

        peer_sends(&r, 0, 40, 1);
        ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
        if (i == 2) out.port = &r.ports[1];
        r.b->send(r.io, &in, &out);
        ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    }
    ck_assert_uint_eq(r.legs[1].counters.drop_send, 2);
    ck_assert_uint_eq(r.legs[1].counters.tx_packets, 1);
    ck_assert_uint_eq(r.legs[1].counters.tx_rtcp, 0);
    io_rig_free(&r);
}
END_TEST

/* Its call is freed by then: under a sanitizer a look at the leg would be seen. */
START_TEST(a_leg_that_is_gone_is_not_counted_for)
{
    zti_relay_leg *leg = calloc(1, sizeof *leg);
    zti_relay_in in;
    io_rig r;

    io_rig_of(&r, 4);
    r.ports[1].leg = leg;
    peer_sends(&r, 0, 40, 1);
    ck_assert_uint_eq(next_of(&r, &in, WAIT_NS), ZTI_IO_PACKET);
    r.b->send(r.io, &in,
              &(zti_relay_out){.port = &r.ports[1], .to = r.peer_addr, .leg = leg, .len = 40});
    io_rig_leave(&r, 1);
    free(leg);
    ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    io_rig_free(&r);
}
END_TEST

START_TEST(ports_are_free_once_it_has_finished)
{
    struct sockaddr_storage sa;
    socklen_t len;
    ztrunk_addr local;
    io_rig r;
    int fd;

    for (uint32_t i = 0; i < 50; i++) {
        io_rig_of(&r, 4);
        local = r.ports[0].local;
        io_rig_free(&r);
        fd = socket(AF_INET, SOCK_DGRAM, 0);
        len = zti_sockaddr_of(&local, &sa);
        ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
        close(fd);
    }
}
END_TEST

#define IO_TESTS                                                                                   \
    a_packet_crosses_with_its_source_and_room_for_its_seal, a_packet_that_does_not_fit_is_told,    \
        a_port_that_was_left_gives_nothing_also_of_what_had_come,                                  \
        a_port_that_was_left_is_free_for_another_worker, the_wake_up_comes_each_time,              \
        a_storm_is_taken_whole_and_every_buffer_comes_back,                                        \
        what_the_kernel_refuses_is_counted_as_dropped, a_leg_that_is_gone_is_not_counted_for,      \
        ports_are_free_once_it_has_finished

#endif
