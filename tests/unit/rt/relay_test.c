#include "relay_rig.h"

START_TEST(media_crosses_both_ways_and_is_never_clear_on_the_secure_leg)
{
    uint8_t pkt[512], clear[256];
    size_t len;
    rig r;

    rig_new(&r);
    start_call(&r);
    cloud_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), rtp(clear, 1));
    ck_assert_mem_eq(pkt, clear, 172);
    inside_sends(&r, 7);
    len = receive(r.peer[CLOUD], WAIT_MS, pkt, sizeof pkt);
    ck_assert_uint_eq(len, 172 + 10);
    ck_assert_mem_ne(pkt + 12, clear + 12, 160);
    ck_assert_int_eq(ztrunk_srtp_open(r.open, 0, pkt, len, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, rtp(clear, 7));
    ck_assert_mem_eq(pkt, clear, 172);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_packets, 1);
    ck_assert_uint_eq(stats(&r, INSIDE).tx_packets, 1);
    ck_assert_uint_eq(stats(&r, CLOUD).is_latched, 1);
    rig_free(&r);
}
END_TEST

START_TEST(clear_forged_and_replayed_packets_do_not_cross_nor_move_the_latch)
{
    uint8_t pkt[512], copy[512];
    ztrunk_addr stranger_addr, latched;
    size_t len;
    int stranger;
    rig r;

    rig_new(&r);
    start_call(&r);
    stranger = udp_socket(2, &stranger_addr);
    len = rtp(pkt, 1);
    send_to(stranger, &r.local[CLOUD], pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).is_latched, 0);
    len = rtp(pkt, 1);
    ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 0, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
    memcpy(copy, pkt, len);
    copy[20] ^= 1;
    send_to(stranger, &r.local[CLOUD], copy, len);
    send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, copy, sizeof copy), 172);
    send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
    send_to(stranger, &r.local[CLOUD], pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, copy, sizeof copy), 0);
    latched = stats(&r, CLOUD).latched;
    ck_assert(ztrunk_addr_equal(&latched, &r.peer_addr[CLOUD]));
    ck_assert_uint_eq(stats(&r, CLOUD).drop_auth, 2);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_replay, 1);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_denied, 1);
    ck_assert_uint_eq(receive(stranger, 0, copy, sizeof copy), 0);
    close(stranger);
    rig_free(&r);
}
END_TEST

START_TEST(a_source_outside_the_prefixes_is_dropped_by_the_kernel_in_silence)
{
    uint8_t pkt[512];
    ztrunk_addr stranger_addr;
    struct sockaddr_in sin;
    int stranger;
    rig r;

    rig_new(&r);
    start_call(&r);
    stranger = udp_socket(9, &stranger_addr);
    sin = sockaddr_of(&r.local[CLOUD]);
    ck_assert_int_eq(connect(stranger, (struct sockaddr *)&sin, sizeof sin), 0);
    for (uint16_t i = 0; i < 5; i++) ck_assert_int_eq(send(stranger, pkt, rtp(pkt, i), 0), 172);
    ck_assert_uint_eq(receive(stranger, QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_denied, 0);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_auth, 0);
    close(stranger);
    rig_free(&r);
}
END_TEST

/* A connected socket is told by ECONNREFUSED when its peer's port answers with ICMP. */
static void expect_silence(const ztrunk_addr *port)
{
    struct sockaddr_in sin = sockaddr_of(port);
    ztrunk_addr own;
    uint8_t pkt[256];
    int fd = udp_socket(2, &own);
    int error = 0;
    socklen_t len = sizeof error;

    ck_assert_int_eq(connect(fd, (struct sockaddr *)&sin, sizeof sin), 0);
    ck_assert_int_eq(send(fd, pkt, rtp(pkt, 1), 0), 172);
    ck_assert_uint_eq(receive(fd, QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
    ck_assert_int_eq(error, 0);
    close(fd);
}

START_TEST(a_port_is_silent_before_during_and_after_its_call)
{
    ztrunk_event event;
    rig r;

    rig_new(&r);
    expect_silence(&r.local[CLOUD]);
    start_call(&r);
    expect_silence(&r.local[CLOUD]);
    ck_assert_int_eq(ztrunk_relay_close(r.relay, r.call), ZTRUNK_OK);
    event = wait_event(&r, ZTRUNK_EV_RELAY_CLOSED);
    ck_assert_uint_eq(event.detail >> 8, ZTRUNK_PINHOLE_DIALOG_ENDED);
    expect_silence(&r.local[CLOUD]);
    ck_assert_int_eq(ztrunk_relay_close(r.relay, r.call), ZTRUNK_E_NOTFOUND);
    rig_free(&r);
}
END_TEST

START_TEST(a_secure_leg_takes_no_spec_without_keys_and_a_plain_one_none_with)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_new(&r);
    leg = cloud_leg(&r);
    leg.suite_in = leg.suite_out = ZTRUNK_SUITE_NONE;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_E_DENIED);
    leg = inside_leg(&r);
    leg.suite_out = 1;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_E_INVALID);
    leg = cloud_leg(&r);
    leg.rtp = loopback(77, 4000);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_E_DENIED);
    /* Only the inside is up: its media must not leave by the cloud leg in any form. */
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    inside_sends(&r, 1);
    wait_event(&r, ZTRUNK_EV_RELAY_LATCHED);
    ck_assert_uint_eq(receive(r.peer[CLOUD], QUIET_MS, pkt, sizeof pkt), 0);
    rig_free(&r);
}
END_TEST

START_TEST(hold_stops_media_and_resume_with_the_same_key_goes_on)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_new(&r);
    start_call(&r);
    cloud_sends(&r, 65535);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    cloud_sends(&r, 0);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    leg = cloud_leg(&r);
    leg.send = leg.receive = 0;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    leg = cloud_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    /* The rollover counter is 1 by now: a context started anew would refuse this packet. */
    cloud_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    rig_free(&r);
}
END_TEST

START_TEST(a_new_key_counts_at_once_and_the_old_one_for_a_moment)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_new(&r);
    start_call(&r);
    cloud_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    r.key_in[0] = 99;
    leg = cloud_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    cloud_sends(&r, 2);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    ztrunk_srtp_free(r.seal);
    r.seal = srtp(&r, 0, r.key_in);
    cloud_sends(&r, 3);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    rig_free(&r);
}
END_TEST

START_TEST(ports_run_out_at_the_bound_and_come_back)
{
    uint64_t ids[PORTS / 2];
    ztrunk_addr local[2];
    uint64_t id;
    rig r;

    rig_new(&r);
    ids[0] = r.call;
    for (int i = 1; i < PORTS / 2; i++) ck_assert_int_eq(open_call(&r, &ids[i], local), ZTRUNK_OK);
    ck_assert_int_eq(open_call(&r, &id, local), ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(ztrunk_relay_ports_free(r.relay, r.range[0]), 0);
    for (int i = 0; i < PORTS / 2; i++)
        ck_assert_int_eq(ztrunk_relay_close(r.relay, ids[i]), ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_relay_ports_free(r.relay, r.range[0]), PORTS / 2);
    rig_free(&r);
}
END_TEST

START_TEST(a_thousand_calls_leave_nothing_behind)
{
    rig r;

    rig_new(&r);
    for (int i = 0; i < 1000; i++) {
        ztrunk_relay_leg leg = cloud_leg(&r);
        int32_t err;

        ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_relay_close(r.relay, r.call), ZTRUNK_OK);
        wait_event(&r, ZTRUNK_EV_RELAY_CLOSED);
        wait_event(&r, ZTRUNK_EV_RELAY_CLOSED);
        while ((err = open_call(&r, &r.call, r.local)) == ZTRUNK_E_LIMIT) poll(NULL, 0, 1);
        ck_assert_int_eq(err, ZTRUNK_OK);
    }
    ck_assert_uint_eq(ztrunk_relay_ports_free(r.relay, r.range[0]), PORTS / 2 - 1);
    rig_free(&r);
}
END_TEST

START_TEST(a_range_that_cannot_be_bound_keeps_nothing)
{
    ztrunk_addr ip = loopback(1, 0);
    uint32_t range;
    rig r;

    rig_new(&r);
    ck_assert_int_eq(ztrunk_relay_add_range(r.relay, &ip, FIRST_PORT - 4, FIRST_PORT + 3, &range),
                     ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_int_eq(ztrunk_relay_add_range(r.relay, &ip, FIRST_PORT - 4, FIRST_PORT - 1, &range),
                     ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_relay_add_range(r.relay, &ip, 20001, 20002, &range), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_relay_add_range(r.relay, &ip, 0, 1, &range), ZTRUNK_E_INVALID);
    rig_free(&r);
}
END_TEST

RIG_MAIN("rt/relay", media_crosses_both_ways_and_is_never_clear_on_the_secure_leg,
         clear_forged_and_replayed_packets_do_not_cross_nor_move_the_latch,
         a_source_outside_the_prefixes_is_dropped_by_the_kernel_in_silence,
         a_port_is_silent_before_during_and_after_its_call,
         a_secure_leg_takes_no_spec_without_keys_and_a_plain_one_none_with,
         hold_stops_media_and_resume_with_the_same_key_goes_on,
         a_new_key_counts_at_once_and_the_old_one_for_a_moment,
         ports_run_out_at_the_bound_and_come_back, a_thousand_calls_leave_nothing_behind,
         a_range_that_cannot_be_bound_keeps_nothing)
