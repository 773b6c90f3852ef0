#include <zerotrunk/rt.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include "net_rig.h"

static client peers[8];

static uint32_t all_ended(void)
{
    return peers[0].is_ended && peers[1].is_ended && peers[2].is_ended;
}

static uint32_t last_ended(void)
{
    return peers[3].is_ended;
}

static uint32_t is_opened(void)
{
    return edge.opened > 0;
}

static uint32_t edge_closed(void)
{
    return edge.closed > 0;
}

static uint32_t has_three(void)
{
    return edge.opened == 3;
}

START_TEST(who_is_not_accepted_hears_nothing)
{
    ztrunk_net_stats stats = {.size = sizeof stats};

    net_up(ZTRUNK_NET_TCP, NULL);
    edge.refuses = 1;
    for (int i = 0; i < 3; i++) client_dial(&peers[i]);
    net_until(all_ended);
    ck_assert_uint_eq(edge.asked, 3);
    ck_assert_uint_eq(edge.opened + edge.closed, 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(peers[i].len, 0);
        client_end(&peers[i]);
    }
    ck_assert_int_eq(ztrunk_net_get_stats(edge.net, &stats), ZTRUNK_OK);
    ck_assert_uint_eq(stats.denied, 3);
    net_down();
}
END_TEST

START_TEST(the_bound_of_flows_holds_and_one_more_is_closed)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_flows = 3};
    ztrunk_net_stats stats = {.size = sizeof stats};

    net_up(ZTRUNK_NET_TCP, &opts);
    for (int i = 0; i < 4; i++) client_dial(&peers[i]);
    net_until(last_ended);
    ck_assert_uint_eq(edge.opened, 3);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 3);
    ck_assert_int_eq(ztrunk_net_get_stats(edge.net, &stats), ZTRUNK_OK);
    ck_assert_uint_eq(stats.limited, 1);
    for (int i = 0; i < 4; i++) client_end(&peers[i]);
    net_down();
}
END_TEST

static uint32_t third_ended(void)
{
    return peers[2].is_ended;
}

static uint32_t two_opened(void)
{
    return edge.opened == 2;
}

/* The third of a source's two is refused, another source is not, and a place that is left can be
 * taken again. */
START_TEST(a_source_has_so_many_connections_and_no_more)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_flows_source = 2};

    net_up(ZTRUNK_NET_TCP, &opts);
    for (int i = 0; i < 3; i++) client_dial(&peers[i]);
    net_until(third_ended);
    ck_assert_uint_eq(edge.opened, 2);
    ck_assert_uint_eq(net_stats(&edge).limited, 1);
    ck_assert_uint_eq(net_stats(&edge).limited_source, 1);
    client_dial_from(&peers[3], "127.0.0.2");
    net_until(has_three);
    client_end(&peers[0]);
    net_until(edge_closed);
    edge.opened = 1;
    client_dial(&peers[4]);
    net_until(two_opened);
    for (int i = 1; i < 5; i++) client_end(&peers[i]);
    net_down();
}
END_TEST

START_TEST(a_source_has_so_many_half_open_ones_and_no_more)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_pending_source = 2};

    net_up(ZTRUNK_NET_TLS, &opts);
    for (int i = 0; i < 3; i++) client_dial(&peers[i]);
    net_until(third_ended);
    ck_assert_uint_eq(net_stats(&edge).limited_source, 1);
    ck_assert_uint_eq(net_stats(&edge).accepted, 2);
    ck_assert_uint_eq(net_stats(&edge).pending, 2);
    ck_assert_uint_eq(edge.asked, 2);
    client_end(&peers[0]);
    net_until(edge_closed);
    client_dial(&peers[3]);
    client_dial_from(&peers[4], "127.0.0.2");
    rig_run_for(5 * MS);
    ck_assert(!peers[3].is_ended && !peers[4].is_ended);
    ck_assert_uint_eq(net_stats(&edge).pending, 3);
    for (int i = 1; i < 5; i++) client_end(&peers[i]);
    net_down();
}
END_TEST

static uint32_t turns;

static void count_turns(void *opaque)
{
    turns++;
    ztrunk_rt_timer_set(*(ztrunk_rt_timer **)opaque, ztrunk_rt_now_ns() + MS);
}

/* Descriptors used up: the listener rests, the loop turns, and who waited is served afterwards. */
START_TEST(without_descriptors_it_waits_and_recovers)
{
    struct rlimit old, low;
    ztrunk_rt_timer *timer;
    struct rusage before, after;
    int lowest;

    net_up(ZTRUNK_NET_TCP, NULL);
    for (int i = 0; i < 3; i++) client_dial(&peers[i]);
    lowest = dup(0);
    close(lowest);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
    low = old;
    low.rlim_cur = (rlim_t)lowest;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    ck_assert_int_eq(ztrunk_rt_timer_new(rt, count_turns, &timer, &timer), ZTRUNK_OK);
    ztrunk_rt_timer_set(timer, 1);
    getrusage(RUSAGE_SELF, &before);
    rig_run_for(100 * MS);
    getrusage(RUSAGE_SELF, &after);
    ck_assert_uint_eq(edge.opened, 0);
    ck_assert_uint_gt(turns, 20);
    ck_assert_int_lt(after.ru_nvcsw - before.ru_nvcsw, 1000);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
    net_until(has_three);
    ztrunk_rt_timer_free(timer);
    for (int i = 0; i < 3; i++) client_end(&peers[i]);
    net_down();
}
END_TEST

static void unlisten(side *s, uint64_t flow)
{
    (void)flow;
    ck_assert_int_eq(ztrunk_net_unlisten(s->net, listener), ZTRUNK_OK);
}

START_TEST(a_listener_may_end_within_on_open_and_its_connections_stay)
{
    net_up(ZTRUNK_NET_TCP, NULL);
    edge.open = unlisten;
    client_dial(&peers[0]);
    client_dial(&peers[1]);
    net_until(is_opened);
    rig_run_for(3 * MS);
    ck_assert_uint_eq(edge.opened, 1);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 1);
    ck_assert(!peers[0].is_ended && peers[1].is_ended);
    ck_assert_int_eq(ztrunk_net_unlisten(edge.net, listener), ZTRUNK_E_NOTFOUND);
    client_end(&peers[0]);
    client_end(&peers[1]);
    net_down();
}
END_TEST

static void unlisten_now(side *s)
{
    ck_assert_int_eq(ztrunk_net_unlisten(s->net, listener), ZTRUNK_OK);
}

static uint32_t three_closed(void)
{
    return edge.closed == 3;
}

static uint32_t tag_of(uint64_t flow, uint64_t *tag)
{
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (ztrunk_net_flow(edge.net, flow, &info) != ZTRUNK_OK) return 0;
    *tag = info.tag;
    return 1;
}

START_TEST(what_was_let_in_comes_back_once_though_the_listener_ended_meanwhile)
{
    net_up(ZTRUNK_NET_TCP, NULL);
    edge.accept = unlisten_now;
    client_dial(&peers[0]);
    net_until(edge_closed);
    rig_run_for(2 * MS);
    ck_assert_uint_eq(edge.closed, 1);
    ck_assert_uint_eq(edge.opened, 0);
    ck_assert_uint_eq(edge.flow, 0);
    ck_assert_uint_eq(edge.tags, UINT64_C(1) << 33);
    ck_assert_uint_eq(edge.info.listener, listener);
    ck_assert_uint_eq(edge.info.remote.family, 4);
    client_end(&peers[0]);
    net_down();
}
END_TEST

/* Ended by us, by the peer and by what the peer sent: the sum of the tags shows each just once. */
START_TEST(each_tag_comes_back_once)
{
    uint64_t tag = 0;

    net_up(ZTRUNK_NET_TCP, NULL);
    for (int i = 0; i < 3; i++) client_dial(&peers[i]);
    net_until(has_three);
    ck_assert(tag_of(edge.flow, &tag));
    ck_assert_uint_eq(tag, UINT64_C(8) << 32);
    ck_assert_int_eq(ztrunk_net_close(edge.net, edge.flow), ZTRUNK_OK);
    client_end(&peers[0]);
    rig_write(peers[1].fd, "\x01\r\n\r\n");
    net_until(three_closed);
    rig_run_for(2 * MS);
    ck_assert_uint_eq(edge.closed, 3);
    ck_assert_uint_eq(edge.tags, UINT64_C(14) << 32);
    client_end(&peers[1]);
    client_end(&peers[2]);
    net_down();
}
END_TEST

START_TEST(a_refused_handshake_brings_its_tag_back)
{
    net_up(ZTRUNK_NET_TLS, NULL);
    client_dial(&peers[0]);
    rig_write(peers[0].fd, "OPTIONS sip:edge.test SIP/2.0\r\n");
    net_until(edge_closed);
    ck_assert_uint_eq(edge.tags, UINT64_C(2) << 32);
    client_end(&peers[0]);
    net_down();
}
END_TEST

START_TEST(bad_listeners_are_refused)
{
    ztrunk_addr addr = rig_loopback(), none = {0};
    uint64_t id = 0;

    net_up(ZTRUNK_NET_TCP, NULL);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, 0, &addr, NULL, &id), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, 4, &addr, NULL, &id), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, ZTRUNK_NET_TLS, &addr, NULL, &id),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, ZTRUNK_NET_TCP, &none, NULL, &id),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, ZTRUNK_NET_TCP, &where, NULL, &id),
                     ZTRUNK_E_SYSTEM);
    ck_assert_int_eq(errno, EADDRINUSE);
    ck_assert_uint_eq(id, 0);
    net_down();
}
END_TEST

UNIT_MAIN("rt/listen", who_is_not_accepted_hears_nothing,
          the_bound_of_flows_holds_and_one_more_is_closed,
          a_source_has_so_many_connections_and_no_more,
          a_source_has_so_many_half_open_ones_and_no_more,
          without_descriptors_it_waits_and_recovers,
          a_listener_may_end_within_on_open_and_its_connections_stay,
          what_was_let_in_comes_back_once_though_the_listener_ended_meanwhile,
          each_tag_comes_back_once, a_refused_handshake_brings_its_tag_back,
          bad_listeners_are_refused)
