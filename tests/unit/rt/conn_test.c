#include <zerotrunk/rt.h>

#include "net_rig.h"

static client peer;
static uint64_t flow;

static uint32_t cloud_has_message(void)
{
    return cloud.messages > 0;
}

static uint32_t edge_closed(void)
{
    return edge.closed > 0;
}

static uint32_t cloud_closed(void)
{
    return cloud.closed > 0;
}

static uint32_t both_closed(void)
{
    return edge.closed > 0 && cloud.closed > 0;
}

static uint32_t both_open(void)
{
    return edge.opened > 0 && cloud.opened > 0;
}

static uint32_t edge_open(void)
{
    return edge.opened > 0;
}

static void dial(uint32_t transport)
{
    net_up(transport, NULL);
    flow = net_dial(transport);
}

/* ---- hostile first ---- */

/* A peer that reads nothing: the backlog's bound ends it, at once and for good. */
START_TEST(a_backlog_over_the_bound_closes)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_send_bytes = 65536};
    static uint8_t data[16384];
    int32_t err = ZTRUNK_OK;

    net_up(ZTRUNK_NET_TCP, &opts);
    client_dial(&peer);
    zti_watch_end(rt, &peer.watch);
    net_until(edge_open);
    for (int i = 0; i < 4096 && err == ZTRUNK_OK; i++)
        err = ztrunk_net_send(edge.net, edge.flow, data, sizeof data);
    ck_assert_int_eq(err, ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_net_send(edge.net, edge.flow, data, 1), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(edge.closed, 0);
    net_until(edge_closed);
    ck_assert_int_eq(edge.error, ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 0);
    client_end(&peer);
    net_down();
}
END_TEST

START_TEST(what_waits_for_a_connection_has_the_same_bound)
{
    static uint8_t data[256 * 1024];

    dial(ZTRUNK_NET_TLS);
    ck_assert_int_eq(ztrunk_net_send(cloud.net, flow, data, sizeof data), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_send(cloud.net, flow, data, 1), ZTRUNK_E_LIMIT);
    net_until(cloud_closed);
    ck_assert_int_eq(cloud.error, ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(cloud.opened, 0);
    net_down();
}
END_TEST

START_TEST(a_reset_is_an_error)
{
    struct linger hard = {.l_onoff = 1};

    net_up(ZTRUNK_NET_TCP, NULL);
    client_dial(&peer);
    net_until(edge_open);
    ck_assert_int_eq(setsockopt(peer.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard), 0);
    client_end(&peer);
    net_until(edge_closed);
    ck_assert_int_eq(edge.error, ZTRUNK_E_CLOSED);
    ck_assert_str_eq(edge.text, "the peer reset the connection");
    net_down();
}
END_TEST

/* ---- what it is for ---- */

START_TEST(the_last_words_before_a_close_arrive)
{
    dial(ZTRUNK_NET_TLS);
    net_until(both_open);
    net_send(&cloud, flow, NET_OPTIONS);
    ck_assert_int_eq(ztrunk_net_close(cloud.net, flow), ZTRUNK_OK);
    net_until(both_closed);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_int_eq(edge.error, ZTRUNK_OK);
    ck_assert_uint_eq(edge.cause, ZTRUNK_TLS_CAUSE_NONE);
    ck_assert_str_eq(cloud.text, "closed here");
    net_down();
}
END_TEST

static void echo(side *s, uint64_t f)
{
    net_send(s, f, NET_OPTIONS);
}

START_TEST(both_ways_over_tls)
{
    dial(ZTRUNK_NET_TLS);
    edge.act = echo;
    net_send(&cloud, flow, NET_OPTIONS);
    net_until(cloud_has_message);
    ck_assert_str_eq(cloud.last, NET_OPTIONS);
    ck_assert_uint_eq(ztrunk_net_count(cloud.net), 1);
    net_down();
}
END_TEST

START_TEST(a_long_backlog_goes_out_when_the_peer_reads_again)
{
    static uint8_t data[128 * 1024];
    size_t total = 0;
    ssize_t n;

    net_up(ZTRUNK_NET_TCP, NULL);
    client_dial(&peer);
    zti_watch_end(rt, &peer.watch);
    net_until(edge_open);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(ztrunk_net_send(edge.net, edge.flow, data, sizeof data), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_close(edge.net, edge.flow), ZTRUNK_OK);
    for (int i = 0; i < 1000; i++) {
        static uint8_t in[65536];

        rig_run_for(MS / 5);
        n = recv(peer.fd, in, sizeof in, MSG_DONTWAIT);
        if (n == 0) break;
        if (n > 0) total += (size_t)n;
    }
    ck_assert_uint_eq(total, 2 * sizeof data);
    client_end(&peer);
    net_down();
}
END_TEST

UNIT_MAIN("rt/conn", a_backlog_over_the_bound_closes,
          what_waits_for_a_connection_has_the_same_bound, a_reset_is_an_error,
          the_last_words_before_a_close_arrive, both_ways_over_tls,
          a_long_backlog_goes_out_when_the_peer_reads_again)
