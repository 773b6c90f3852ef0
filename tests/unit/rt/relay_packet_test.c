#include "rt/relay_packet.h"

#include <string.h>
#include "unit.h"

#define ROOM 256u

typedef struct bench {
    ztrunk_ctx *ctx;
    ztrunk_pinholes *holes;
    zti_relay_call *call;
    zti_port_pair ports[2];
    ztrunk_addr peer[2];
} bench;

static ztrunk_addr addr(uint8_t net, uint16_t port)
{
    return (ztrunk_addr){.family = 4, .port = port, .ip = {192, 0, net, 1}};
}

static void open_hole(bench *b, zti_port *port)
{
    ztrunk_pinhole_spec spec = {.size = sizeof spec, .local = port->local};
    uint64_t id;

    ck_assert_int_eq(ztrunk_pinholes_open(b->holes, 1, &spec, &id), ZTRUNK_OK);
}

/* Leg 0 is secure, leg 1 plain; both are set, with holes open for everyone. */
static void bench_new(bench *b)
{
    static const uint8_t seed[32] = {9};
    ztrunk_relay_call spec = {.size = sizeof spec, .secure = {1, 0}};

    memset(b, 0, sizeof *b);
    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &b->ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_new(b->ctx, NULL, &b->holes), ZTRUNK_OK);
    ck_assert_int_eq(zti_relay_call_new(b->ctx, &spec, &b->call), ZTRUNK_OK);
    for (uint8_t i = 0; i < 2; i++) {
        zti_relay_leg *leg = &b->call->legs[i];

        b->peer[i] = addr((uint8_t)(10 + i), 4000);
        b->ports[i].rtp = (zti_port){.fd = -1, .local = addr(i, 5000), .leg = leg};
        b->ports[i].rtcp = (zti_port){.fd = -1, .local = addr(i, 5001), .is_rtcp = 1, .leg = leg};
        leg->ports = &b->ports[i];
        leg->is_set = 1;
        leg->spec.send = leg->spec.receive = 1;
        leg->spec.rtp = b->peer[i];
        leg->spec.rtcp = addr((uint8_t)(10 + i), 4001);
        open_hole(b, &b->ports[i].rtp);
        open_hole(b, &b->ports[i].rtcp);
    }
}

static void bench_free(bench *b)
{
    zti_relay_call_free(b->call);
    ztrunk_pinholes_free(b->holes);
    ztrunk_ctx_free(b->ctx);
}

static ztrunk_srtp *context_of(bench *b, uint32_t inbound, uint32_t suite, uint8_t first)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = suite, .inbound = inbound};
    uint8_t key[46] = {first};
    ztrunk_srtp *s = NULL;

    ck_assert_int_eq(ztrunk_srtp_new(b->ctx, &opts, key, ztrunk_suite_key_len(suite), &s),
                     ZTRUNK_OK);
    return s;
}

static ztrunk_srtp *context(bench *b, uint32_t inbound)
{
    return context_of(b, inbound, 1, 4);
}

static size_t rtp(uint8_t pkt[ROOM], uint8_t seq)
{
    memset(pkt, 0x55, ROOM);
    memcpy(pkt, "\x80\x00\x00\x00", 4);
    pkt[3] = seq;
    return 172;
}

static int32_t arrive(bench *b, uint32_t leg, uint8_t *pkt, size_t len, zti_relay_out *out)
{
    uint32_t latched = 0;

    return zti_relay_packet(b->holes, &b->ports[leg].rtp, 5, &b->peer[leg], pkt, len, ROOM,
                            &latched, out);
}

START_TEST(a_secure_leg_without_keys_lets_nothing_in_or_out)
{
    zti_relay_out out;
    uint8_t pkt[ROOM];
    bench b;

    bench_new(&b);
    ck_assert_int_ne(arrive(&b, 0, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert_int_ne(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert_uint_eq(b.call->legs[0].counters.drop_no_key, 2);
    ck_assert_uint_eq(b.call->legs[0].is_latched[0], 0);
    bench_free(&b);
}
END_TEST

START_TEST(without_a_hole_nothing_is_looked_at)
{
    zti_port closed = {.fd = -1, .local = addr(0, 6000)};
    ztrunk_addr from = addr(10, 4000);
    zti_relay_out out;
    uint32_t latched;
    uint8_t pkt[ROOM];
    bench b;

    bench_new(&b);
    closed.leg = &b.call->legs[1];
    ck_assert_int_eq(zti_relay_packet(b.holes, &closed, 5, &from, pkt, rtp(pkt, 1), ROOM, &latched,
                                      &out),
                     ZTRUNK_E_DENIED);
    ck_assert_uint_eq(b.call->legs[1].counters.drop_denied, 1);
    bench_free(&b);
}
END_TEST

START_TEST(only_what_parses_as_rtp_latches_a_plain_leg)
{
    zti_relay_out out;
    uint8_t pkt[ROOM];
    bench b;

    bench_new(&b);
    b.call->legs[0].out = context(&b, 0);
    memset(pkt, 'A', sizeof pkt);
    ck_assert_int_eq(arrive(&b, 1, pkt, 100, &out), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(arrive(&b, 1, pkt, 0, &out), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(b.call->legs[1].is_latched[0], 0);
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert_uint_eq(b.call->legs[1].is_latched[0], 1);
    ck_assert_uint_eq(out.len, 182);
    ck_assert_ptr_eq(out.port, &b.ports[0].rtp);
    ck_assert(ztrunk_addr_equal(&out.to, &b.peer[0]));
    ck_assert_uint_ne(pkt[100], 0x55);
    bench_free(&b);
}
END_TEST

START_TEST(direction_holds_for_media_and_lets_rtcp_by)
{
    static const uint8_t report[8] = {0x80, 201, 0, 1};
    zti_relay_out out;
    uint8_t pkt[ROOM];
    uint32_t latched;
    bench b;

    bench_new(&b);
    b.call->legs[0].out = context(&b, 0);
    b.call->legs[0].spec.send = 0;
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_E_DENIED);
    b.call->legs[0].spec.send = 1;
    b.call->legs[1].spec.receive = 0;
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 2), &out), ZTRUNK_E_DENIED);
    ck_assert_uint_eq(b.call->legs[0].counters.drop_direction, 1);
    ck_assert_uint_eq(b.call->legs[1].counters.drop_direction, 1);
    memcpy(pkt, report, sizeof report);
    ck_assert_int_eq(zti_relay_packet(b.holes, &b.ports[1].rtcp, 5, &b.peer[1], pkt, 8, ROOM,
                                      &latched, &out),
                     ZTRUNK_OK);
    ck_assert_ptr_eq(out.port, &b.ports[0].rtcp);
    ck_assert_uint_eq(out.to.port, 4001);
    bench_free(&b);
}
END_TEST

START_TEST(four_bytes_of_rtcp_neither_pass_nor_latch)
{
    uint8_t pkt[ROOM] = {0x80, 201, 0, 0};
    zti_relay_out out;
    uint32_t latched = 0;
    bench b;

    bench_new(&b);
    b.call->legs[0].in = context(&b, 1);
    for (uint32_t leg = 0; leg < 2; leg++) {
        ck_assert_int_eq(zti_relay_packet(b.holes, &b.ports[leg].rtcp, 5, &b.peer[leg], pkt, 4,
                                          ROOM, &latched, &out),
                         ZTRUNK_E_MALFORMED);
        ck_assert_uint_eq(b.call->legs[leg].is_latched[1], 0);
        ck_assert_uint_eq(latched, 0);
    }
    bench_free(&b);
}
END_TEST

START_TEST(media_follows_a_peer_that_moves_while_its_packets_are_under_way)
{
    ztrunk_addr old = addr(11, 4000), moved = addr(11, 4400);
    uint64_t now_ns = 1, hole;
    zti_relay_out out;
    uint32_t latched;
    uint8_t pkt[ROOM];
    size_t len;
    bench b;

    bench_new(&b);
    b.call->legs[0].is_secure = 0;
    ck_assert_int_eq(ztrunk_pinholes_check(b.holes, &old, &b.ports[1].rtp.local, &hole), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(b.holes, now_ns, hole, &old), ZTRUNK_OK);
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_pinholes_answered(b.holes, now_ns, hole, &moved), ZTRUNK_OK);
    zti_relay_unlatch(&b.call->legs[1], 0);
    b.call->legs[1].spec.rtp = moved;
    len = rtp(pkt, 2);
    ck_assert_int_eq(zti_relay_packet(b.holes, &b.ports[1].rtp, now_ns, &old, pkt, len, ROOM,
                                      &latched, &out),
                     ZTRUNK_OK);
    ck_assert_uint_eq(latched, 0);
    ck_assert_int_eq(arrive(&b, 0, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert(ztrunk_addr_equal(&out.to, &moved));
    len = rtp(pkt, 3);
    ck_assert_int_eq(zti_relay_packet(b.holes, &b.ports[1].rtp, now_ns, &moved, pkt, len, ROOM,
                                      &latched, &out),
                     ZTRUNK_OK);
    ck_assert_uint_eq(latched, 1);
    bench_free(&b);
}
END_TEST

START_TEST(what_the_plain_side_sends_twice_is_its_replay)
{
    zti_relay_out out;
    uint8_t pkt[ROOM];
    bench b;

    bench_new(&b);
    b.call->legs[0].out = context(&b, 0);
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_OK);
    ck_assert_int_eq(arrive(&b, 1, pkt, rtp(pkt, 1), &out), ZTRUNK_E_REPLAY);
    ck_assert_uint_eq(b.call->legs[1].counters.drop_replay, 1);
    ck_assert_uint_eq(b.call->legs[1].counters.duplicate, 1);
    ck_assert_uint_eq(b.call->legs[0].counters.drop_no_key, 0);
    bench_free(&b);
}
END_TEST

START_TEST(the_last_key_opens_until_its_time_is_over)
{
    for (uint32_t suite = 1; suite <= 8; suite++) {
        ztrunk_srtp *peer;
        zti_relay_out out;
        uint8_t pkt[ROOM];
        uint32_t latched;
        size_t len;
        bench b;

        bench_new(&b);
        peer = context_of(&b, 0, suite, 4);
        b.call->legs[0].in_before = context_of(&b, 1, suite, 4);
        b.call->legs[0].in = context_of(&b, 1, suite, 5);
        b.call->legs[0].in_before_until_ns = 100;
        for (uint8_t seq = 1; seq <= 2; seq++) {
            len = rtp(pkt, seq);
            ck_assert_int_eq(ztrunk_srtp_seal(peer, 0, pkt, len, ROOM, &len), ZTRUNK_OK);
            ck_assert_int_eq(zti_relay_packet(b.holes, &b.ports[0].rtp, seq == 1 ? 99 : 100,
                                              &b.peer[0], pkt, len, ROOM, &latched, &out),
                             seq == 1 ? ZTRUNK_OK : ZTRUNK_E_AUTH);
        }
        ztrunk_srtp_free(peer);
        bench_free(&b);
    }
}
END_TEST

UNIT_MAIN("rt/relay_packet", a_secure_leg_without_keys_lets_nothing_in_or_out,
          without_a_hole_nothing_is_looked_at, only_what_parses_as_rtp_latches_a_plain_leg,
          direction_holds_for_media_and_lets_rtcp_by, four_bytes_of_rtcp_neither_pass_nor_latch,
          media_follows_a_peer_that_moves_while_its_packets_are_under_way,
          what_the_plain_side_sends_twice_is_its_replay, the_last_key_opens_until_its_time_is_over)
