#include <zerotrunk/rt.h>

#include <zerotrunk/priv.h>
#include "fail_ctx.h"
#include "net_rig.h"

static uint32_t both_open(void)
{
    return edge.opened > 0 && cloud.opened > 0;
}

static uint32_t both_closed(void)
{
    return edge.closed > 0 && cloud.closed > 0;
}

static uint32_t edge_has_message(void)
{
    return edge.messages > 0;
}

START_TEST(ids_that_never_were_find_nothing)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    ztrunk_addr addr;
    static const uint64_t ids[] = {0, 1, UINT64_MAX, UINT64_C(1) << 24};

    net_up(ZTRUNK_NET_TCP, NULL);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(ztrunk_net_send(edge.net, ids[i], (const uint8_t *)"x", 1),
                         ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_net_close(edge.net, ids[i]), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_net_flow(edge.net, ids[i], &info), ZTRUNK_E_NOTFOUND);
        ck_assert_ptr_null(ztrunk_net_flow_tls(edge.net, ids[i]));
        if (ids[i] == listener) continue;
        ck_assert_int_eq(ztrunk_net_listener_addr(edge.net, ids[i], &addr), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_net_unlisten(edge.net, ids[i]), ZTRUNK_E_NOTFOUND);
        ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, ids[i], &where, &(uint64_t){0}),
                         ZTRUNK_E_NOTFOUND);
    }
    net_down();
}
END_TEST

START_TEST(bad_arguments_are_the_callers_bug)
{
    ztrunk_addr six = rig_addr("[::1]:5060");
    uint64_t flow = 0;

    net_up(ZTRUNK_NET_TCP, NULL);
    ck_assert_int_eq(ztrunk_net_new(NULL, NULL, NULL, &edge.net), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_connect(edge.net, ZTRUNK_NET_UDP, NULL, &where, NULL, NULL, &flow),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_connect(edge.net, ZTRUNK_NET_TLS, NULL, &where, NULL, "x", &flow),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &where, &flow), ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_net_listener_conf(edge.net, listener, (ztrunk_tls_conf *)&six),
                     ZTRUNK_E_STATE);
    ck_assert_int_eq(ztrunk_net_send(edge.net, 1, NULL, 1), ZTRUNK_E_INVALID);
    ztrunk_net_free(NULL);
    net_down();
}
END_TEST

START_TEST(a_net_without_handlers_still_ends_its_connections)
{
    ztrunk_net *net;
    ztrunk_addr addr = rig_loopback();
    uint64_t id = 0, flow = 0;

    rig_new();
    side_new(&cloud, NULL);
    ck_assert_int_eq(ztrunk_net_new(rt, NULL, NULL, &net), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listen(net, ZTRUNK_NET_TCP, &addr, NULL, &id), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listener_addr(net, id, &addr), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_connect(cloud.net, ZTRUNK_NET_TCP, NULL, &addr, NULL, NULL, &flow),
                     0);
    net_send(&cloud, flow, NET_OPTIONS "\x01\r\n\r\n");
    rig_run_for(10 * MS);
    ck_assert_uint_eq(cloud.closed, 1);
    ck_assert_uint_eq(ztrunk_net_count(net), 0);
    ztrunk_net_free(net);
    side_free(&cloud);
    rig_free();
}
END_TEST

static uint64_t closed_flow;

static void free_on_close(void *opaque, uint64_t flow, const ztrunk_net_flow_info *info,
                          int32_t error, uint32_t cause, const char *text)
{
    side *s = opaque;

    net_on_close(opaque, flow, info, error, cause, text);
    closed_flow = flow;
    ztrunk_net_free(s->net);
    s->net = NULL;
}

START_TEST(the_net_may_be_freed_within_on_close)
{
    ztrunk_net_handler handler = {.size = sizeof handler,
                                  .opaque = &cloud,
                                  .on_close = free_on_close};
    uint64_t flow;

    net_up(ZTRUNK_NET_TCP, NULL);
    ztrunk_net_free(cloud.net);
    ck_assert_int_eq(ztrunk_net_new(rt, NULL, &handler, &cloud.net), ZTRUNK_OK);
    net_dial(ZTRUNK_NET_TCP);
    flow = net_dial(ZTRUNK_NET_TCP);
    rig_run_for(2 * MS);
    ck_assert_int_eq(ztrunk_net_close(cloud.net, flow), ZTRUNK_OK);
    net_until(both_closed);
    ck_assert_uint_eq(closed_flow, flow);
    ck_assert_uint_eq(cloud.closed, 1);
    net_down();
}
END_TEST

/* New connections meet the new conf; the old ones live on, though their conf was freed. */
START_TEST(another_conf_leaves_the_old_connections_alone)
{
    ztrunk_tls_conf *next;
    uint64_t old, flow;

    net_up(ZTRUNK_NET_TLS, NULL);
    old = net_dial(ZTRUNK_NET_TLS);
    net_until(both_open);
    next = net_conf(ZTRUNK_TLS_SERVER, "nobody");
    ck_assert_int_eq(ztrunk_net_listener_conf(edge.net, listener, next), ZTRUNK_OK);
    ztrunk_tls_conf_free(edge.conf);
    edge.conf = next;
    flow = net_dial(ZTRUNK_NET_TLS);
    net_until(both_closed);
    ck_assert_uint_eq(cloud.flow, flow);
    ck_assert_uint_eq(cloud.cause, ZTRUNK_TLS_CAUSE_UNTRUSTED);
    net_send(&cloud, old, NET_OPTIONS);
    net_until(edge_has_message);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 1);
    net_down();
}
END_TEST

START_TEST(ipv6_works_and_stays_apart_from_ipv4)
{
    ztrunk_addr addr = rig_addr("::1"), four = rig_loopback();
    uint64_t six_id = 0, four_id = 0, flow = 0;

    rig_new();
    side_new(&edge, NULL);
    side_new(&cloud, NULL);
    if (ztrunk_net_listen(edge.net, ZTRUNK_NET_TCP, &addr, NULL, &six_id) != ZTRUNK_OK) {
        net_down(); /* a machine without IPv6 */
        return;
    }
    ck_assert_int_eq(ztrunk_net_listener_addr(edge.net, six_id, &addr), ZTRUNK_OK);
    four.port = addr.port;
    ck_assert_int_eq(ztrunk_net_listen(edge.net, ZTRUNK_NET_TCP, &four, NULL, &four_id), 0);
    ck_assert_int_eq(ztrunk_net_connect(cloud.net, ZTRUNK_NET_TCP, NULL, &addr, NULL, NULL, &flow),
                     0);
    net_until(both_open);
    edge.info.size = sizeof edge.info;
    ck_assert_int_eq(ztrunk_net_flow(edge.net, edge.flow, &edge.info), ZTRUNK_OK);
    ck_assert_uint_eq(edge.info.remote.family, 6);
    net_down();
}
END_TEST

static void count_message(void *opaque, uint64_t flow, ztrunk_sip_msg *m)
{
    (void)flow;
    ((side *)opaque)->messages++;
    ztrunk_sip_msg_free(m);
}

/* One whole story with the nth allocation failing; 0 when n was beyond the last. */
static uint32_t live_with_failure(uint32_t nth)
{
    fail_ctx hooks = {.fail_at = nth};
    ztrunk_net_handler handler = {.size = sizeof handler,
                                  .opaque = &edge,
                                  .on_message = count_message};
    ztrunk_addr addr = rig_loopback();
    ztrunk_rt_timer *timer = NULL;
    ztrunk_net *net = NULL;
    uint64_t id = 0, flow = 0;

    rt = NULL;
    if (fail_ctx_new(&hooks, &ctx) != ZTRUNK_OK) return 1;
    if (ztrunk_rt_new(ctx, &rt) != ZTRUNK_OK) goto out;
    if (ztrunk_rt_timer_new(rt, rig_stop, NULL, &timer) != ZTRUNK_OK) goto out;
    ztrunk_rt_timer_set(timer, ztrunk_rt_now_ns() + 4 * MS);
    if (ztrunk_net_new(rt, NULL, &handler, &net) != ZTRUNK_OK) goto out;
    if (ztrunk_net_listen(net, ZTRUNK_NET_UDP, &addr, NULL, &id) != ZTRUNK_OK) goto out;
    if (ztrunk_net_listen(net, ZTRUNK_NET_TCP, &addr, NULL, &id) != ZTRUNK_OK) goto out;
    ztrunk_net_listener_addr(net, id, &addr);
    if (ztrunk_net_connect(net, ZTRUNK_NET_TCP, NULL, &addr, NULL, NULL, &flow) != ZTRUNK_OK)
        goto out;
    ztrunk_net_send(net, flow, (const uint8_t *)NET_OPTIONS, sizeof NET_OPTIONS - 1);
    rig_run();
out:
    ztrunk_net_free(net);
    ztrunk_rt_timer_free(timer);
    ztrunk_rt_free(rt);
    ztrunk_ctx_free(ctx);
    ck_assert_uint_eq(hooks.live, 0);
    return hooks.calls >= nth;
}

START_TEST(each_failed_allocation_leaves_nothing_behind)
{
    uint32_t nth = 1;

    edge = (side){0};
    while (live_with_failure(nth)) nth++;
    ck_assert_uint_gt(nth, 20);
    ck_assert_uint_gt(edge.messages, 0);
}
END_TEST

/* Without CAP_NET_ADMIN at the start there is nothing to hand on. */
START_TEST(sources_of_a_listener_change_by_the_privileged_process)
{
    const ztrunk_prefix list = {.addr = {.family = 4, .ip = {127}}, .bits = 8};
    ztrunk_priv *priv = NULL;

    if (ztrunk_priv_start(NULL, &priv) != ZTRUNK_OK) return;
    net_up(ZTRUNK_NET_TCP, NULL);
    ck_assert_int_eq(ztrunk_priv_drop(NULL, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listener_sources(edge.net, listener, &list, 1), ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(ztrunk_net_set_priv(NULL, priv), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_set_priv(edge.net, priv), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listener_sources(edge.net, listener, &list, 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_set_priv(edge.net, NULL), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_listener_sources(edge.net, listener, &list, 1), ZTRUNK_E_SYSTEM);
    net_down();
    ztrunk_priv_free(priv);
}
END_TEST

UNIT_MAIN("rt/net", each_failed_allocation_leaves_nothing_behind, ids_that_never_were_find_nothing,
          bad_arguments_are_the_callers_bug, a_net_without_handlers_still_ends_its_connections,
          the_net_may_be_freed_within_on_close, another_conf_leaves_the_old_connections_alone,
          ipv6_works_and_stays_apart_from_ipv4,
          sources_of_a_listener_change_by_the_privileged_process)
