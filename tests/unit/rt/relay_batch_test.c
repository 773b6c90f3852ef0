#include "rt/relay_batch.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "rt/sock.h"
#include "unit.h"

static int bound(ztrunk_addr *local)
{
    ztrunk_addr ip = {.family = 4, .ip = {127, 0, 0, 1}};
    int fd = -1;

    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, &ip, &fd), ZTRUNK_OK);
    ck_assert_int_eq(zti_sock_local(fd, local), ZTRUNK_OK);
    return fd;
}

static void send_bytes(int fd, const ztrunk_addr *to, size_t len, uint8_t fill)
{
    static uint8_t bytes[4096];
    struct sockaddr_storage sa;
    socklen_t sa_len = zti_sockaddr_of(to, &sa);

    memset(bytes, fill, sizeof bytes);
    ck_assert_int_eq(sendto(fd, bytes, len, 0, (struct sockaddr *)&sa, sa_len), (ssize_t)len);
}

START_TEST(a_batch_takes_what_waits_and_no_more_than_it_holds)
{
    static zti_relay_batch b;
    ztrunk_addr from, to;
    int sender = bound(&from);
    int fd = bound(&to);

    zti_relay_batch_init(&b);
    ck_assert_uint_eq(zti_relay_batch_receive(&b, fd), 0);
    for (uint32_t i = 0; i < ZTI_BATCH + 3; i++) send_bytes(sender, &to, 20 + i, (uint8_t)i);
    ck_assert_uint_eq(zti_relay_batch_receive(&b, fd), ZTI_BATCH);
    for (uint32_t i = 0; i < ZTI_BATCH; i++) {
        ztrunk_addr source;
        uint8_t *pkt;
        size_t len;

        ck_assert_int_eq(zti_relay_batch_packet(&b, i, &source, &pkt, &len), ZTRUNK_OK);
        ck_assert_uint_eq(len, 20 + i);
        ck_assert_uint_eq(pkt[0], i);
        ck_assert(ztrunk_addr_equal(&source, &from));
    }
    ck_assert_uint_eq(zti_relay_batch_receive(&b, fd), 3);
    close(sender);
    close(fd);
}
END_TEST

START_TEST(a_packet_that_does_not_fit_is_malformed)
{
    static zti_relay_batch b;
    ztrunk_addr from, to, source;
    int sender = bound(&from);
    int fd = bound(&to);
    uint8_t *pkt;
    size_t len;

    zti_relay_batch_init(&b);
    send_bytes(sender, &to, ZTI_PACKET_MAX, 1);
    send_bytes(sender, &to, ZTI_PACKET_MAX + 1, 1);
    ck_assert_uint_eq(zti_relay_batch_receive(&b, fd), 2);
    ck_assert_int_eq(zti_relay_batch_packet(&b, 0, &source, &pkt, &len), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_batch_packet(&b, 1, &source, &pkt, &len), ZTRUNK_E_MALFORMED);
    close(sender);
    close(fd);
}
END_TEST

/* Two ports in turn, the second's packets to nowhere: each leg counts its own. */
START_TEST(what_is_sent_and_what_is_refused_is_counted_each_for_its_leg)
{
    static zti_relay_batch b;
    static zti_relay_leg good, bad;
    ztrunk_addr to;
    int fd = bound(&to);
    zti_port port = {.fd = bound(&port.local)};
    zti_port dead = {.fd = -1};
    uint8_t pkt[64];

    zti_relay_batch_init(&b);
    memset(b.packets, 5, sizeof b.packets);
    for (uint32_t i = 0; i < 6; i++) {
        zti_relay_out out = {.port = i % 3 == 2 ? &dead : &port,
                             .to = to,
                             .leg = i % 3 == 2 ? &bad : &good,
                             .is_rtcp = i == 4,
                             .len = 40 + i};

        zti_relay_batch_queue(&b, i, &out);
    }
    zti_relay_batch_send(&b);
    ck_assert_uint_eq(b.pending_count, 0);
    ck_assert_uint_eq(good.counters.tx_packets, 3);
    ck_assert_uint_eq(good.counters.tx_bytes, 40 + 41 + 43);
    ck_assert_uint_eq(good.counters.tx_rtcp, 1);
    ck_assert_uint_eq(bad.counters.drop_send, 2);
    for (uint32_t i = 0; i < 4; i++) ck_assert_int_ge(recv(fd, pkt, sizeof pkt, 0), 40);
    close(port.fd);
    close(fd);
}
END_TEST

UNIT_MAIN("rt/relay_batch", a_batch_takes_what_waits_and_no_more_than_it_holds,
          a_packet_that_does_not_fit_is_malformed,
          what_is_sent_and_what_is_refused_is_counted_each_for_its_leg)
