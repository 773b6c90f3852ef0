#include <zerotrunk/rt.h>

#include "net_rig.h"

static client peer;

static int udp_socket(uint32_t host)
{
    ztrunk_addr addr = rig_loopback();
    int fd = -1;

    addr.ip[3] = (uint8_t)host;
    addr.ip[2] = (uint8_t)(host >> 8);
    ck_assert_int_eq(zti_sock_bind(SOCK_DGRAM, &addr, &fd), ZTRUNK_OK);
    return fd;
}

static void throw(int fd, const void *data, size_t len)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = zti_sockaddr_of(&where, &sa);

    ck_assert_int_eq(sendto(fd, data, len, 0, (struct sockaddr *)&sa, sa_len), (ssize_t)len);
}

static void throw_options(int fd)
{
    throw(fd, NET_OPTIONS, sizeof NET_OPTIONS - 1);
}

static void up(const ztrunk_net_opts *opts)
{
    net_up(ZTRUNK_NET_UDP, opts);
    client_watch(&peer, udp_socket(1));
}

static void end(void)
{
    client_end(&peer);
    net_down();
}

static uint32_t has_message(void)
{
    return edge.messages > 0;
}

static uint32_t peer_heard(void)
{
    return peer.len > 0;
}

START_TEST(garbage_is_met_with_silence)
{
    static const char *const texts[] = {"x", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                                        "SIP/2.0\r\n\r\n", "OPTIONS sip:edge.test SIP/2.0\r\n"};
    ztrunk_net_stats stats = {.size = sizeof stats};

    up(NULL);
    for (size_t i = 0; i < 5; i++) throw(peer.fd, texts[i], strlen(texts[i]));
    throw(peer.fd, "", 0);
    throw_options(peer.fd);
    net_until(has_message);
    rig_run_for(3 * MS);
    ck_assert_uint_eq(peer.len, 0);
    ck_assert_int_eq(ztrunk_net_get_stats(edge.net, &stats), ZTRUNK_OK);
    ck_assert_uint_eq(stats.malformed + stats.rejected, 6);
    ck_assert_uint_eq(edge.messages, 1);
    end();
}
END_TEST

START_TEST(who_is_not_accepted_is_not_parsed)
{
    up(NULL);
    edge.refuses = 1;
    throw_options(peer.fd);
    rig_run_for(5 * MS);
    ck_assert_uint_eq(edge.asked, 1);
    ck_assert_uint_eq(edge.messages + peer.len, 0);
    end();
}
END_TEST

static void answer(side *s, uint64_t flow)
{
    net_send(s, flow, "answer");
}

START_TEST(an_answer_goes_back_to_where_the_request_came_from)
{
    ztrunk_net_flow_info info = {.size = sizeof info};

    up(NULL);
    edge.act = answer;
    throw_options(peer.fd);
    net_until(peer_heard);
    ck_assert_str_eq(peer.text, "answer");
    ck_assert_int_eq(ztrunk_net_flow(edge.net, edge.flow, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.transport, ZTRUNK_NET_UDP);
    ck_assert_uint_eq(info.listener, listener);
    ck_assert(ztrunk_addr_equal(&info.local, &where));
    end();
}
END_TEST

START_TEST(the_same_address_is_the_same_flow)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    uint64_t first, asked = 0;

    up(NULL);
    throw_options(peer.fd);
    net_until(has_message);
    first = edge.flow;
    edge.messages = 0;
    throw_options(peer.fd);
    net_until(has_message);
    ck_assert_uint_eq(edge.flow, first);
    ck_assert_int_eq(ztrunk_net_flow(edge.net, first, &info), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &info.remote, &asked), ZTRUNK_OK);
    ck_assert_uint_eq(asked, first);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 0);
    end();
}
END_TEST

/* The table's bound, and who makes room: never the flow that the caller asked for. */
START_TEST(many_sources_push_out_one_another_only)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_udp = 4};
    ztrunk_net_flow_info info = {.size = sizeof info};
    ztrunk_addr pbx = rig_addr("127.0.0.99:5060");
    uint64_t asked = 0, flows[20];

    up(&opts);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &pbx, &asked), ZTRUNK_OK);
    for (uint32_t i = 0; i < 20; i++) {
        int fd = udp_socket(256 + i);

        edge.messages = 0;
        throw_options(fd);
        net_until(has_message);
        flows[i] = edge.flow;
        close(fd);
    }
    ck_assert_int_eq(ztrunk_net_flow(edge.net, asked, &info), ZTRUNK_OK);
    for (uint32_t i = 0; i < 20; i++)
        ck_assert_int_eq(ztrunk_net_flow(edge.net, flows[i], &info),
                         i >= 17 ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

START_TEST(asked_flows_reach_their_bound_and_one_more_is_refused)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .max_udp = 4};
    ztrunk_addr to = rig_addr("127.0.0.99:5060");
    uint64_t flow = 0;

    up(&opts);
    for (uint16_t i = 0; i < 4; i++) {
        to.port++;
        ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &flow), ZTRUNK_OK);
    }
    to.port++;
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &flow), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_net_close(edge.net, flow), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &flow), ZTRUNK_OK);
    end();
}
END_TEST

START_TEST(an_idle_flow_is_forgotten_and_its_id_stays_dead)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .udp_idle_ns = 20 * MS};
    ztrunk_net_flow_info info = {.size = sizeof info};
    ztrunk_addr to = rig_addr("127.0.0.99:5060");
    uint64_t first = 0, second = 0;

    up(&opts);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &first), ZTRUNK_OK);
    rig_run_for(10 * MS);
    ck_assert_int_eq(ztrunk_net_flow(edge.net, first, &info), ZTRUNK_OK);
    rig_run_for(40 * MS);
    ck_assert_int_eq(ztrunk_net_flow(edge.net, first, &info), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &second), ZTRUNK_OK);
    ck_assert_uint_ne(first, second);
    ck_assert_int_eq(ztrunk_net_send(edge.net, first, (const uint8_t *)"x", 1), ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

static void unlisten(side *s, uint64_t flow)
{
    (void)flow;
    ck_assert_int_eq(ztrunk_net_unlisten(s->net, listener), ZTRUNK_OK);
}

START_TEST(a_listener_may_end_within_its_own_message)
{
    up(NULL);
    edge.act = unlisten;
    for (int i = 0; i < 5; i++) throw_options(peer.fd);
    net_until(has_message);
    rig_run_for(3 * MS);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_int_eq(ztrunk_net_send(edge.net, edge.flow, (const uint8_t *)"x", 1),
                     ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

START_TEST(a_fault_is_answered_by_datagram_too)
{
    up(NULL);
    throw(peer.fd, "OPTIONS sip:e SIP/2.0\r\n" NET_HEAD("1 INVITE") "Content-Length: 0\r\n\r\n",
          strlen("OPTIONS sip:e SIP/2.0\r\n" NET_HEAD("1 INVITE") "Content-Length: 0\r\n\r\n"));
    net_until(peer_heard);
    ck_assert_msg(strncmp(peer.text, "SIP/2.0 400 ", 12) == 0, "%s", peer.text);
    ck_assert_uint_eq(edge.messages, 0);
    end();
}
END_TEST

START_TEST(a_datagram_over_1300_bytes_goes_out)
{
    static uint8_t big[6000];
    uint64_t flow = 0;
    ztrunk_addr to;

    up(NULL);
    memset(big, 'x', sizeof big);
    ck_assert_int_eq(zti_sock_local(peer.fd, &to), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_udp_flow(edge.net, listener, &to, &flow), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_send(edge.net, flow, big, sizeof big), ZTRUNK_OK);
    net_until(peer_heard);
    ck_assert_uint_eq(peer.len, sizeof big);
    end();
}
END_TEST

UNIT_MAIN("rt/dgram", garbage_is_met_with_silence, who_is_not_accepted_is_not_parsed,
          an_answer_goes_back_to_where_the_request_came_from, the_same_address_is_the_same_flow,
          many_sources_push_out_one_another_only,
          asked_flows_reach_their_bound_and_one_more_is_refused,
          an_idle_flow_is_forgotten_and_its_id_stays_dead,
          a_listener_may_end_within_its_own_message, a_fault_is_answered_by_datagram_too,
          a_datagram_over_1300_bytes_goes_out)
