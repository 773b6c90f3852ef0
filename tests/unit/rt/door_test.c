#include "rt/door.h"

#include "fail_ctx.h"
#include "net_rig.h"

static fail_ctx hooks;
static client peers[24];
static uint8_t hello[4096];
static size_t hello_len;

/* The first bytes of a client, as a client sends them. */
static void make_hello(void)
{
    ztrunk_tls *tls;

    ck_assert_int_eq(ztrunk_tls_new(cloud.conf, "edge.test", 0, 0, &tls), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_tls_pull(tls, hello, sizeof hello, &hello_len), ZTRUNK_OK);
    ztrunk_tls_free(tls);
    ck_assert_uint_gt(hello_len, 50);
}

static void up(const ztrunk_net_opts *opts)
{
    hooks = (fail_ctx){0};
    ck_assert_int_eq(fail_ctx_new(&hooks, &ctx), ZTRUNK_OK);
    rig_start();
    net_start(ZTRUNK_NET_TLS, opts);
    make_hello();
}

static void down(int clients)
{
    for (int i = 0; i < clients; i++) client_end(&peers[i]);
    net_down();
    ck_assert_uint_eq(hooks.live, 0);
}

static void say(int i, const void *data, size_t len)
{
    ck_assert_int_eq(send(peers[i].fd, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

static uint32_t edge_closed(void)
{
    return edge.closed > 0;
}

static uint32_t first_ended(void)
{
    return edge.closed > 0 && peers[0].is_ended;
}

static uint32_t edge_open(void)
{
    return edge.opened > 0;
}

static uint32_t answered(void)
{
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) count += peers[i].len > 0;
    return count;
}

static uint32_t answered_one(void)
{
    return answered() == 1;
}

static uint32_t answered_two(void)
{
    return answered() == 2;
}

static uint32_t answered_three(void)
{
    return answered() == 3;
}

static uint64_t how_many;

static uint32_t that_many_stand(void)
{
    return net_stats(&edge).pending == how_many;
}

static uint32_t the_second_dozen_ended(void)
{
    for (int i = 12; i < 24; i++)
        if (!peers[i].is_ended) return 0;
    return 1;
}

static void stand(uint64_t count)
{
    how_many = count;
    while (!that_many_stand()) rig_run_for(MS);
}

/* ---- hostile first ---- */

START_TEST(who_stands_at_the_door_and_who_is_refused_cost_no_allocation)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_pending = 24, .max_pending_source = 8};
    uint32_t calls;

    up(&opts);
    calls = hooks.calls;
    for (int i = 0; i < 8; i++) client_dial(&peers[i]);
    for (int i = 8; i < 12; i++) client_dial_from(&peers[i], "127.0.0.2");
    say(0, hello, hello_len - 1);
    say(1, hello, 1);
    for (int i = 12; i < 24; i++) client_dial(&peers[i]);
    net_until(the_second_dozen_ended);
    ck_assert_uint_eq(hooks.calls, calls);
    ck_assert_uint_eq(net_stats(&edge).limited, 12);
    ck_assert_uint_eq(net_stats(&edge).pending, 12);
    ck_assert_uint_eq(answered(), 0);
    down(24);
}
END_TEST

static const char *const no_hello[] = {
    "OPTIONS sip:edge.test SIP/2.0\r\n",        "GET / HTTP/1.1\r\n\r\n",
    "\x80\x2e\x01\x03\x01\x30\x15\x30\x10\x30", "\x15\x03\x03\x01\x02\x02\x28\x28\x28",
    "\x16\x03\x01\x02\x02\x02\x01\x01\xfe",     "\x16\x03\x01\x01\x02\x01\x01\x01\xfe",
};

START_TEST(what_is_no_client_hello_is_closed_without_a_byte)
{
    for (size_t i = 0; i < sizeof no_hello / sizeof no_hello[0]; i++) {
        up(NULL);
        client_dial(&peers[0]);
        rig_write(peers[0].fd, no_hello[i]);
        net_until(first_ended);
        ck_assert_uint_eq(peers[0].len, 0);
        ck_assert_uint_eq(edge.flow, 0);
        ck_assert_uint_eq(edge.tags, UINT64_C(2) << 32);
        ck_assert_int_eq(edge.error, ZTRUNK_E_MALFORMED);
        ck_assert_uint_eq(edge.cause, ZTRUNK_TLS_CAUSE_PROTOCOL);
        ck_assert_uint_eq(edge.info.transport, ZTRUNK_NET_TLS);
        ck_assert_uint_eq(edge.info.listener, listener);
        ck_assert(ztrunk_addr_equal(&edge.info.local, &where));
        ck_assert_uint_eq(net_stats(&edge).not_tls, 1);
        ck_assert_uint_eq(net_stats(&edge).failed, 1);
        ck_assert_uint_eq(net_stats(&edge).pending, 0);
        down(1);
    }
}
END_TEST

static void end_at_the_deadline(size_t len)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .hello_ns = 40 * MS};
    uint64_t begin;

    up(&opts);
    begin = ztrunk_rt_now_ns();
    client_dial(&peers[0]);
    for (size_t i = 0; i < len; i++) {
        say(0, hello + i, 1);
        if (i < 10) rig_run_for(MS);
    }
    net_until(first_ended);
    ck_assert_uint_ge(ztrunk_rt_now_ns() - begin, 40 * MS);
    ck_assert_uint_eq(peers[0].len, 0);
    ck_assert_int_eq(edge.error, ZTRUNK_E_EXPIRED);
    ck_assert_uint_eq(edge.cause, ZTRUNK_TLS_CAUSE_TIMEOUT);
    ck_assert_uint_eq(net_stats(&edge).late, 1);
    down(1);
}

START_TEST(silence_ends_at_the_deadline_and_hears_nothing)
{
    end_at_the_deadline(0);
}
END_TEST

START_TEST(a_hello_that_drips_ends_at_the_deadline_and_hears_nothing)
{
    end_at_the_deadline(1);
    end_at_the_deadline(10);
    end_at_the_deadline(hello_len - 1);
}
END_TEST

/* Each has its own deadline: the second's is not the first's. */
START_TEST(who_came_later_may_stay_longer)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .hello_ns = 400 * MS};

    up(&opts);
    client_dial(&peers[0]);
    rig_run_for(200 * MS);
    client_dial(&peers[1]);
    net_until(first_ended);
    ck_assert_uint_eq(edge.closed, 1);
    ck_assert(!peers[1].is_ended);
    say(1, hello, hello_len);
    net_until(answered_one);
    down(2);
}
END_TEST

START_TEST(who_leaves_the_door_is_told_of_once)
{
    for (int i = 0; i < 4; i++) {
        struct linger hard = {.l_onoff = 1};

        up(NULL);
        client_dial(&peers[0]);
        stand(1);
        say(0, hello, (size_t)i / 2 * 20);
        rig_run_for(2 * MS);
        if (i % 2 == 1) setsockopt(peers[0].fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        client_end(&peers[0]);
        net_until(edge_closed);
        rig_run_for(2 * MS);
        ck_assert_uint_eq(edge.closed, 1);
        ck_assert_uint_eq(edge.cause, ZTRUNK_TLS_CAUSE_TRUNCATED);
        ck_assert_uint_eq(net_stats(&edge).pending, 0);
        down(0);
    }
}
END_TEST

/* 3 places. The source that holds most gives its oldest; among equals nobody gives. */
START_TEST(the_source_that_holds_most_makes_room)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_pending = 3};

    up(&opts);
    for (int i = 0; i < 3; i++) client_dial_from(&peers[i], i == 0 ? "127.0.0.2" : "127.0.0.3");
    stand(3);
    client_dial_from(&peers[3], "127.0.0.4");
    net_until(edge_closed);
    rig_run_for(2 * MS);
    ck_assert(!peers[0].is_ended && peers[1].is_ended && !peers[2].is_ended);
    ck_assert_int_eq(edge.error, ZTRUNK_E_LIMIT);
    ck_assert_uint_eq(peers[1].len, 0);
    ck_assert_uint_eq(net_stats(&edge).gave_way, 1);
    client_dial_from(&peers[4], "127.0.0.2");
    while (!peers[4].is_ended) rig_run_for(MS);
    ck_assert_uint_eq(net_stats(&edge).limited, 1);
    ck_assert_uint_eq(edge.closed, 1);
    /* A source of which nothing is here yet is poorer than each. */
    client_dial_from(&peers[5], "127.0.0.5");
    while (!peers[0].is_ended) rig_run_for(MS);
    ck_assert_uint_eq(net_stats(&edge).pending, 3);
    down(6);
}
END_TEST

START_TEST(nobody_makes_room_for_who_is_refused)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_pending = 2};

    up(&opts);
    client_dial(&peers[0]);
    client_dial(&peers[1]);
    stand(2);
    edge.refuses = 1;
    client_dial_from(&peers[2], "127.0.0.2");
    while (!peers[2].is_ended) rig_run_for(MS);
    ck_assert_uint_eq(net_stats(&edge).denied, 1);
    ck_assert_uint_eq(net_stats(&edge).pending, 2);
    ck_assert(!peers[0].is_ended && !peers[1].is_ended);
    down(3);
}
END_TEST

/* Six ClientHellos of one source, silent then: two are worked on, the rest stand until one of
 * these ends; another source is served meanwhile. */
START_TEST(a_source_has_a_share_of_the_handshakes)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_shaking_source = 2};

    up(&opts);
    for (int i = 0; i < 6; i++) {
        client_dial_from(&peers[i], "127.0.0.2");
        say(i, hello, hello_len);
    }
    net_until(answered_two);
    rig_run_for(30 * MS);
    ck_assert_uint_eq(answered(), 2);
    ck_assert_uint_eq(net_stats(&edge).pending, 6);
    net_dial(ZTRUNK_NET_TLS);
    net_until(edge_open);
    ck_assert_uint_eq(answered(), 2);
    for (int i = 0; i < 6; i++)
        if (peers[i].len > 0) {
            zti_watch_end(rt, &peers[i].watch);
            shutdown(peers[i].fd, SHUT_RDWR);
            break;
        }
    net_until(answered_three);
    down(6);
}
END_TEST

/* The first, second and so on allocation of letting it in: what it held is given back. */
START_TEST(without_memory_for_a_handshake_the_mark_comes_back)
{
    for (uint32_t nth = 1; nth <= 6; nth++) {
        up(NULL);
        client_dial(&peers[0]);
        stand(1);
        hooks.fail_at = hooks.calls + nth;
        say(0, hello, hello_len);
        net_until(first_ended);
        ck_assert_int_eq(edge.error, ZTRUNK_E_NOMEM);
        ck_assert_uint_eq(edge.closed, 1);
        ck_assert_uint_eq(edge.tags, UINT64_C(2) << 32);
        ck_assert_uint_eq(peers[0].len, 0);
        ck_assert_uint_eq(net_stats(&edge).pending, 0);
        down(1);
    }
}
END_TEST

START_TEST(a_listener_that_ends_takes_its_door_along)
{
    ztrunk_addr addr = rig_addr("127.0.0.9");
    uint64_t other;

    up(NULL);
    ck_assert_int_eq(ztrunk_net_listen(edge.net, ZTRUNK_NET_TLS, &addr, edge.conf, &other), 0);
    client_dial(&peers[0]);
    stand(1);
    ck_assert_int_eq(ztrunk_net_listener_addr(edge.net, other, &where), ZTRUNK_OK);
    client_dial(&peers[1]);
    stand(2);
    ck_assert_int_eq(ztrunk_net_unlisten(edge.net, listener), ZTRUNK_OK);
    ck_assert_uint_eq(edge.closed, 0);
    net_until(first_ended);
    ck_assert_int_eq(edge.error, ZTRUNK_OK);
    ck_assert_uint_eq(edge.info.listener, listener);
    ck_assert_str_eq(edge.text, "closed here");
    ck_assert_uint_eq(edge.closed, 1);
    say(1, hello, hello_len);
    net_until(answered_one);
    down(2);
}
END_TEST

START_TEST(a_net_freed_with_a_full_door_leaves_nothing)
{
    up(NULL);
    for (int i = 0; i < 8; i++) client_dial(&peers[i]);
    say(0, "OPTIONS sip", 11);
    say(1, hello, hello_len);
    rig_run_for(MS);
    ztrunk_net_free(edge.net);
    edge.net = NULL;
    for (int i = 0; i < 8; i++)
        while (!peers[i].is_ended) rig_run_for(MS);
    down(8);
}
END_TEST

/* ---- what it is for ---- */

START_TEST(a_client_hello_in_pieces_is_heard)
{
    up(NULL);
    client_dial(&peers[0]);
    for (size_t i = 0; i < hello_len; i++) {
        ck_assert_uint_eq(peers[0].len, 0);
        say(0, hello + i, 1);
        if (i % 16 < 2) rig_run_for(MS / 10);
    }
    net_until(answered_one);
    ck_assert_int_eq(peers[0].text[0], 22);
    down(1);
}
END_TEST

/* What the door knew goes in with the connection, and small records wake it there again. */
START_TEST(who_was_let_in_keeps_mark_and_addresses)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    uint64_t flow;

    up(NULL);
    flow = net_dial(ZTRUNK_NET_TLS);
    net_until(edge_open);
    ck_assert_int_eq(ztrunk_net_flow(edge.net, edge.flow, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.tag, UINT64_C(2) << 32);
    ck_assert_uint_eq(info.listener, listener);
    ck_assert(ztrunk_addr_equal(&info.local, &where));
    ck_assert_uint_eq(info.remote.ip[0], 127);
    ck_assert_uint_eq(net_stats(&edge).pending, 0);
    net_send(&cloud, flow, "\x01\r\n\r\n");
    net_until(edge_closed);
    ck_assert_uint_eq(edge.tags, UINT64_C(2) << 32);
    down(0);
}
END_TEST

START_TEST(all_places_can_be_taken_again)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_pending = 8, .max_flows_source = 8};

    up(&opts);
    for (uint32_t round = 1; round <= 20; round++) {
        for (int i = 0; i < 8; i++) client_dial(&peers[i]);
        stand(8);
        for (int i = 0; i < 8; i++) client_end(&peers[i]);
        stand(0);
        rig_run_for(MS);
        ck_assert_uint_eq(edge.closed, round * 8);
    }
    ck_assert_uint_eq(net_stats(&edge).limited, 0);
    down(0);
}
END_TEST

UNIT_MAIN("rt/door", who_stands_at_the_door_and_who_is_refused_cost_no_allocation,
          what_is_no_client_hello_is_closed_without_a_byte,
          silence_ends_at_the_deadline_and_hears_nothing,
          a_hello_that_drips_ends_at_the_deadline_and_hears_nothing, who_came_later_may_stay_longer,
          who_leaves_the_door_is_told_of_once, the_source_that_holds_most_makes_room,
          nobody_makes_room_for_who_is_refused, a_source_has_a_share_of_the_handshakes,
          without_memory_for_a_handshake_the_mark_comes_back,
          a_listener_that_ends_takes_its_door_along, a_net_freed_with_a_full_door_leaves_nothing,
          a_client_hello_in_pieces_is_heard, who_was_let_in_keeps_mark_and_addresses,
          all_places_can_be_taken_again)
