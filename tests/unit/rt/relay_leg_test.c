#define FIRST_PORT 23080
#include "relay_rig.h"

static int32_t set(rig *r, uint32_t leg, const ztrunk_relay_leg *spec)
{
    return ztrunk_relay_set_leg(r->relay, r->call, leg, spec);
}

START_TEST(misuse_is_refused)
{
    ztrunk_relay_leg leg;
    rig r;

    rig_new(&r);
    leg = cloud_leg(&r);
    ck_assert_int_eq(ztrunk_relay_set_leg(NULL, r.call, CLOUD, &leg), ZTRUNK_E_INVALID);
    ck_assert_int_eq(set(&r, 2, &leg), ZTRUNK_E_INVALID);
    ck_assert_int_eq(set(&r, CLOUD, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_relay_set_leg(r.relay, r.call + 1, CLOUD, &leg), ZTRUNK_E_NOTFOUND);
    leg.suite_in = 9;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_E_INVALID);
    leg = cloud_leg(&r);
    leg.suite_out = 9;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_E_INVALID);
    leg = cloud_leg(&r);
    leg.mki_in_len = 129;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_E_INVALID);
    leg.size = 0;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_E_INVALID);
    rig_free(&r);
}
END_TEST

START_TEST(rtcp_outside_the_prefixes_is_refused_too)
{
    ztrunk_relay_leg leg;
    rig r;

    rig_new(&r);
    leg = cloud_leg(&r);
    leg.rtcp = loopback(3, 5001);
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_E_DENIED);
    leg.rtcp = loopback(2, 5001);
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    rig_free(&r);
}
END_TEST

/* Until the cloud's answer brings its key, nothing of it may pass; our own key may be out. */
START_TEST(a_secure_leg_with_one_key_passes_nothing_the_other_way)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_new(&r);
    leg = inside_leg(&r);
    ck_assert_int_eq(set(&r, INSIDE, &leg), ZTRUNK_OK);
    leg = cloud_leg(&r);
    leg.suite_in = ZTRUNK_SUITE_NONE;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    for (int i = 0; i < 4; i++) wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
    cloud_sends(&r, 1);
    send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, rtp(pkt, 2));
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_no_key, 2);
    ck_assert_uint_eq(stats(&r, CLOUD).is_latched, 0);
    inside_sends(&r, 1);
    ck_assert_uint_eq(receive(r.peer[CLOUD], WAIT_MS, pkt, sizeof pkt), 182);
    rig_free(&r);
}
END_TEST

START_TEST(the_old_form_of_hold_sends_nothing_to_nowhere)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    rig r;

    rig_new(&r);
    start_call(&r);
    leg = cloud_leg(&r);
    leg.rtp = (ztrunk_addr){.family = 4, .port = 4000};
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    for (uint16_t seq = 1; seq < 50; seq++) { /* until the worker has obeyed */
        inside_sends(&r, seq);
        if (receive(r.peer[CLOUD], 20, pkt, sizeof pkt) == 0) break;
    }
    inside_sends(&r, 100);
    ck_assert_uint_eq(receive(r.peer[CLOUD], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_ge(stats(&r, CLOUD).drop_direction, 1);
    rig_free(&r);
}
END_TEST

/* The receiver of the same key would refuse a sender that began again at counter 0. */
START_TEST(our_side_of_an_unchanged_key_goes_on_through_a_reinvite)
{
    ztrunk_relay_leg leg;
    uint8_t pkt[512];
    size_t len;
    rig r;

    rig_new(&r);
    start_call(&r);
    for (uint32_t seq = 65530; seq < 65540; seq++) {
        inside_sends(&r, (uint16_t)seq);
        len = receive(r.peer[CLOUD], WAIT_MS, pkt, sizeof pkt);
        ck_assert_int_eq(ztrunk_srtp_open(r.open, 0, pkt, len, &len), ZTRUNK_OK);
        leg = cloud_leg(&r);
        ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    }
    rig_free(&r);
}
END_TEST

/* What was recorded under a key is no less old when a peer comes back to that key. */
START_TEST(a_key_that_comes_back_has_seen_what_it_had_seen)
{
    ztrunk_relay_leg leg;
    uint8_t recorded[512], pkt[512];
    size_t len, recorded_len;
    rig r;

    rig_new(&r);
    start_call(&r);
    recorded_len = rtp(recorded, 7);
    ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 0, recorded, recorded_len, sizeof recorded,
                                      &recorded_len),
                     ZTRUNK_OK);
    send_to(r.peer[CLOUD], &r.local[CLOUD], recorded, recorded_len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    leg = cloud_leg(&r);
    leg.key_in[0] ^= 1;
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    leg = cloud_leg(&r);
    ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
    send_to(r.peer[CLOUD], &r.local[CLOUD], recorded, recorded_len);
    /* It goes on all the same, and what comes next tells that the recording is past. */
    len = rtp(pkt, 8);
    ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 0, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
    send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
    ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
    ck_assert_uint_eq(receive(r.peer[INSIDE], QUIET_MS, pkt, sizeof pkt), 0);
    ck_assert_uint_eq(stats(&r, CLOUD).drop_replay, 1);
    rig_free(&r);
}
END_TEST

START_TEST(every_suite_crosses)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = suite, .mki_len = 1, .mki = 7};
        ztrunk_relay_leg leg;
        uint8_t pkt[512];
        size_t len;
        rig r;

        rig_new(&r);
        ztrunk_srtp_free(r.seal);
        leg = cloud_leg(&r);
        leg.suite_in = leg.suite_out = suite;
        leg.mki_in = 7;
        leg.mki_in_len = 1;
        ck_assert_int_eq(ztrunk_srtp_new(r.ctx, &opts, leg.key_in, ztrunk_suite_key_len(suite),
                                         &r.seal),
                         ZTRUNK_OK);
        ck_assert_int_eq(set(&r, CLOUD, &leg), ZTRUNK_OK);
        leg = inside_leg(&r);
        ck_assert_int_eq(set(&r, INSIDE, &leg), ZTRUNK_OK);
        for (int i = 0; i < 4; i++) wait_event(&r, ZTRUNK_EV_RELAY_OPENED);
        len = rtp(pkt, 5);
        ck_assert_int_eq(ztrunk_srtp_seal(r.seal, 0, pkt, len, sizeof pkt, &len), ZTRUNK_OK);
        send_to(r.peer[CLOUD], &r.local[CLOUD], pkt, len);
        ck_assert_uint_eq(receive(r.peer[INSIDE], WAIT_MS, pkt, sizeof pkt), 172);
        rig_free(&r);
    }
}
END_TEST

RIG_MAIN("rt/relay_leg", misuse_is_refused, rtcp_outside_the_prefixes_is_refused_too,
         a_secure_leg_with_one_key_passes_nothing_the_other_way,
         the_old_form_of_hold_sends_nothing_to_nowhere,
         our_side_of_an_unchanged_key_goes_on_through_a_reinvite,
         a_key_that_comes_back_has_seen_what_it_had_seen, every_suite_crosses)
