#define FIRST_PORT 23040
#include "relay_rig.h"

static size_t rtcp(uint8_t pkt[256])
{
    static const uint8_t report[8] = {0x80, 201, 0, 1, 1, 2, 3, 4};

    memcpy(pkt, report, sizeof report);
    return sizeof report;
}

static ztrunk_addr next_port(ztrunk_addr addr)
{
    addr.port++;
    return addr;
}

static ztrunk_event wait_closed(rig *r, uint32_t reason)
{
    ztrunk_event event = wait_event(r, ZTRUNK_EV_RELAY_CLOSED);

    ck_assert_uint_eq(event.detail >> 8, reason);
    ck_assert_uint_eq(event.id, r->call);
    return event;
}

START_TEST(an_offer_without_an_answer_closes_by_itself)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_with(&r, (ztrunk_relay_opts){.answer_ns = 30000000});
    leg = cloud_leg(&r);
    leg.rtp.family = 0;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    wait_closed(&r, ZTRUNK_PINHOLE_UNANSWERED);
    wait_closed(&r, ZTRUNK_PINHOLE_UNANSWERED);
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    cloud_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_packets, 0);
    rig_free(&r);
}
END_TEST

START_TEST(an_event_says_which_leg_and_which_port)
{
    ztrunk_relay_leg leg;
    ztrunk_event event;
    ztrunk_addr addr;
    rig r;

    rig_new(&r);
    leg = inside_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, INSIDE, &leg), ZTRUNK_OK);
    event = wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    ck_assert_uint_eq(event.detail, INSIDE);
    memcpy(&addr, event.data, sizeof addr);
    ck_assert(ztrunk_addr_equal(&addr, &r.local[INSIDE]));
    inside_sends(&r, 1);
    event = wait_event(&r, ZTRUNK_EV_RELAY_LATCHED);
    memcpy(&addr, event.data, sizeof addr);
    ck_assert(ztrunk_addr_equal(&addr, &r.peer_addr[INSIDE]));
    rig_free(&r);
}
END_TEST

START_TEST(rtcp_crosses_on_its_own_port_and_is_sealed)
{
    ztrunk_addr to, peer_rtcp;
    uint8_t pkt[512];
    ztrunk_relay_leg leg;
    int peer;
    size_t len;
    rig r;

    rig_new(&r);
    start_call(&r);
    peer = udp_socket(2, &peer_rtcp);
    leg = cloud_leg(&r);
    leg.rtcp = peer_rtcp;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    to = next_port(r.local[INSIDE]);
    for (int i = 0; i < 50; i++) { /* until the worker has obeyed */
        send_to(r.peer[INSIDE], &to, pkt, rtcp(pkt));
        len = receive(peer, 20, pkt, sizeof pkt);
        if (len > 0) break;
    }
    ck_assert_uint_eq(len, 8 + 14);
    ck_assert_int_eq(ztrunk_srtp_open(r.open, 1, pkt, len, &len), ZTRUNK_OK);
    ck_assert_uint_eq(len, 8);
    to = next_port(r.local[CLOUD]);
    len = rtcp(pkt);
    send_to(peer, &to, pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    len = rtcp(pkt);
    ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 1, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
    send_to(peer, &to, pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 8);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_rtcp, 1);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_packets, 0);
    close(peer);
    rig_free(&r);
}
END_TEST

START_TEST(with_mux_rtcp_comes_by_the_rtp_port_and_the_other_hole_closes)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    size_t len;
    rig r;

    rig_new(&r);
    start_call(&r);
    leg = cloud_leg(&r);
    leg.rtcp_mux = 1;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    ck_assert_uint_eq(wait_closed(&r, ZTRUNK_PINHOLE_REPLACED).detail & 0xff, CLOUD);
    len = rtcp(pkt);
    ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 1, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
    send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
    cloud_sends(&r, 4);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    ck_assert_uint_eq(stats(&r, CLOUD).rx_rtcp, 1);
    rig_free(&r);
}
END_TEST

START_TEST(an_address_that_signalling_moves_drops_the_latch)
{
    ztrunk_addr moved_addr, latched;
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    int moved;
    rig r;

    rig_new(&r);
    start_call(&r);
    cloud_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    moved = udp_socket(2, &moved_addr);
    leg = cloud_leg(&r);
    leg.rtp = moved_addr;
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call, CLOUD, &leg), ZTRUNK_OK);
    close(r.peer[CLOUD]);
    r.peer[CLOUD] = moved;
    wait_event(&r, ZTRUNK_EV_RELAY_LATCHED);
    for (uint16_t i = 2; i < 50; i++) { /* until the worker has obeyed */
        cloud_sends(&r, i);
        if (receive(r.peer[INSIDE], 20, pkt, sizeof pkt) == 172) break;
    }
    latched = stats(&r, CLOUD).latched;
    ck_assert(ztrunk_addr_equal(&latched, &moved_addr));
    rig_free(&r);
}
END_TEST

RIG_MAIN("rt/relay_hole", an_offer_without_an_answer_closes_by_itself,
         an_event_says_which_leg_and_which_port, rtcp_crosses_on_its_own_port_and_is_sealed,
         with_mux_rtcp_comes_by_the_rtp_port_and_the_other_hole_closes,
         an_address_that_signalling_moves_drops_the_latch)
