#include "relay_io_rig.h"

START_TEST(a_round_serves_more_ports_than_one_look_tells_of)
{
    enum { COUNT = 150 };
    static zti_port ports[COUNT];
    zti_relay_in in;
    uint32_t came = 0;
    io_rig r;

    io_rig_of(&r, 4);
    for (uint32_t i = 0; i < COUNT; i++) {
        struct sockaddr_storage sa;
        socklen_t len;

        ports[i] = (zti_port){.fd = io_socket(4, &ports[i].local), .leg = &r.legs[0]};
        ck_assert_int_eq(zti_sock_local(ports[i].fd, &ports[i].local), ZTRUNK_OK);
        ck_assert_int_eq(r.b->watch(r.io, &ports[i]), ZTRUNK_OK);
        len = zti_sockaddr_of(&ports[i].local, &sa);
        ck_assert_int_eq(sendto(r.peer, "x", 1, 0, (struct sockaddr *)&sa, len), 1);
    }
    while (came < COUNT && next_of(&r, &in, WAIT_NS) == ZTI_IO_PACKET) came++;
    ck_assert_uint_eq(came, COUNT);
    ck_assert_uint_eq(next_of(&r, &in, NOW_NS), ZTI_IO_NONE);
    for (uint32_t i = 0; i < COUNT; i++) {
        r.b->leave(r.io, &ports[i]);
        close(ports[i].fd);
    }
    io_rig_free(&r);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {IO_TESTS, a_round_serves_more_ports_than_one_look_tells_of};

    under_test = &zti_relay_epoll;
    return unit_run("rt/relay_epoll", tests, sizeof tests / sizeof tests[0]);
}
