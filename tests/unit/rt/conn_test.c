#include <zerotrunk/rt.h>

#include "net_rig.h"

static client peer;
static uint64_t flow;

static uint32_t edge_has_message(void)
{
    return edge.messages > 0;
}

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

START_TEST(a_port_where_nobody_listens_is_told_once)
{
    net_up(ZTRUNK_NET_TCP, NULL);
    ck_assert_int_eq(ztrunk_net_unlisten(edge.net, listener), ZTRUNK_OK);
    flow = net_dial(ZTRUNK_NET_TCP);
    ck_assert_uint_eq(cloud.closed, 0);
    net_until(cloud_closed);
    ck_assert_int_eq(cloud.error, ZTRUNK_E_SYSTEM);
    ck_assert_str_eq(cloud.text, "connection refused");
    ck_assert_uint_eq(cloud.flow, flow);
    ck_assert(cloud.info.is_outbound && !cloud.info.is_open);
    ck_assert(ztrunk_addr_equal(&cloud.info.remote, &where));
    rig_run_for(2 * MS);
    ck_assert_uint_eq(cloud.closed, 1);
    ck_assert_uint_eq(cloud.opened, 0);
    ck_assert_int_eq(ztrunk_net_flow(cloud.net, flow, &cloud.info), ZTRUNK_E_NOTFOUND);
    net_down();
}
END_TEST

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

START_TEST(closing_during_the_handshake_is_told_and_leaves_nothing)
{
    dial(ZTRUNK_NET_TLS);
    rig_run_for(MS);
    ck_assert_int_eq(ztrunk_net_close(cloud.net, flow), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_close(cloud.net, flow), ZTRUNK_E_NOTFOUND);
    net_until(both_closed);
    ck_assert_int_eq(cloud.error, ZTRUNK_OK);
    ck_assert_uint_eq(cloud.opened, 0);
    rig_run_for(2 * MS);
    ck_assert_uint_eq(cloud.closed, 1);
    net_down();
}
END_TEST

START_TEST(a_net_freed_in_the_midst_of_handshakes_leaves_nothing)
{
    net_up(ZTRUNK_NET_TLS, NULL);
    for (int i = 0; i < 5; i++) net_dial(ZTRUNK_NET_TLS);
    rig_run_for(4 * MS);
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

START_TEST(what_was_sent_before_it_was_open_arrives_in_order)
{
    for (uint32_t transport = ZTRUNK_NET_TCP; transport <= ZTRUNK_NET_TLS; transport++) {
        dial(transport);
        net_send(&cloud, flow, "OPTIONS sip:edge.test SIP/2.0\r\n");
        net_send(&cloud, flow, NET_HEAD("1 OPTIONS") "Content-Length: 0\r\n\r\n");
        net_until(edge_has_message);
        ck_assert_str_eq(edge.last, NET_OPTIONS);
        net_down();
    }
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

START_TEST(the_local_address_can_be_chosen)
{
    ztrunk_addr local = rig_addr("127.0.0.5");

    net_up(ZTRUNK_NET_TCP, NULL);
    ck_assert_int_eq(ztrunk_net_connect(cloud.net, ZTRUNK_NET_TCP, &local, &where, NULL, NULL,
                                        &flow),
                     0);
    net_until(both_open);
    ck_assert_int_eq(ztrunk_net_flow(edge.net, edge.flow, &(ztrunk_net_flow_info){.size = 8}), 0);
    edge.info.size = sizeof edge.info;
    ck_assert_int_eq(ztrunk_net_flow(edge.net, edge.flow, &edge.info), ZTRUNK_OK);
    local.port = edge.info.remote.port;
    ck_assert(ztrunk_addr_equal(&edge.info.remote, &local));
    net_down();
}
END_TEST

UNIT_MAIN("rt/conn", a_port_where_nobody_listens_is_told_once, a_backlog_over_the_bound_closes,
          what_waits_for_a_connection_has_the_same_bound, a_reset_is_an_error,
          closing_during_the_handshake_is_told_and_leaves_nothing,
          a_net_freed_in_the_midst_of_handshakes_leaves_nothing,
          the_last_words_before_a_close_arrive, what_was_sent_before_it_was_open_arrives_in_order,
          both_ways_over_tls, a_long_backlog_goes_out_when_the_peer_reads_again,
          the_local_address_can_be_chosen)
