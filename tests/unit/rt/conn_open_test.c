#include <zerotrunk/rt.h>

#include "net_rig.h"

static uint64_t flow;

static uint32_t edge_has_message(void)
{
    return edge.messages > 0;
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

static void dial(uint32_t transport)
{
    net_up(transport, NULL);
    flow = net_dial(transport);
}

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

UNIT_MAIN("rt/conn_open", a_port_where_nobody_listens_is_told_once,
          closing_during_the_handshake_is_told_and_leaves_nothing,
          a_net_freed_in_the_midst_of_handshakes_leaves_nothing,
          what_was_sent_before_it_was_open_arrives_in_order, the_local_address_can_be_chosen)
