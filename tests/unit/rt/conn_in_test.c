#include <zerotrunk/rt.h>

#include "net_rig.h"

static client peer;
static uint32_t want;

static uint32_t has_messages(void)
{
    return edge.messages >= want;
}

static uint32_t is_closed(void)
{
    return edge.closed > 0 && peer.is_ended;
}

static uint32_t peer_heard(void)
{
    return peer.len > 0;
}

static void up(const ztrunk_net_opts *opts)
{
    net_up(ZTRUNK_NET_TCP, opts);
    client_dial(&peer);
}

static void end(void)
{
    client_end(&peer);
    net_down();
}

START_TEST(garbage_closes_the_stream)
{
    static const char *const texts[] = {"\x16\x03\x01\x02\x01\xfc\x03\x03 and more\r\n\r\n",
                                        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                        "\x01\x02\x03\x04\r\n\r\n"};

    for (size_t i = 0; i < 3; i++) {
        up(NULL);
        rig_write(peer.fd, texts[i]);
        net_until(is_closed);
        ck_assert_int_eq(edge.error, ZTRUNK_E_MALFORMED);
        ck_assert_str_eq(edge.text, "what the peer sends is not SIP");
        ck_assert_uint_eq(edge.messages, 0);
        end();
    }
}
END_TEST

START_TEST(a_second_content_length_is_answered_and_closes)
{
    up(NULL);
    rig_write(peer.fd, "OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD(
                           "1 OPTIONS") "Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd");
    net_until(is_closed);
    ck_assert_int_eq(edge.error, ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(edge.messages, 0);
    ck_assert_uint_eq(edge.rejects, 1);
    ck_assert_msg(strncmp(peer.text, "SIP/2.0 400 ", 12) == 0, "%s", peer.text);
    end();
}
END_TEST

START_TEST(a_header_that_drips_is_closed_when_its_time_is_over)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .header_ns = 50 * MS};
    uint64_t begin;

    up(&opts);
    begin = ztrunk_rt_now_ns();
    rig_write(peer.fd, "OPT");
    rig_run_for(30 * MS);
    rig_write(peer.fd, "ION");
    ck_assert_uint_eq(edge.closed, 0);
    net_until(is_closed);
    /* Counted from the first byte: the second write did not buy 50 ms more. */
    ck_assert_uint_ge(ztrunk_rt_now_ns() - begin, 50 * MS);
    ck_assert_uint_lt(ztrunk_rt_now_ns() - begin, 79 * MS);
    ck_assert_int_eq(edge.error, ZTRUNK_E_EXPIRED);
    end();
}
END_TEST

START_TEST(who_is_between_messages_has_all_the_time)
{
    ztrunk_net_opts opts = {.size = sizeof opts, .header_ns = 20 * MS};

    up(&opts);
    rig_write(peer.fd, NET_OPTIONS);
    rig_run_for(60 * MS);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_uint_eq(edge.closed, 0);
    end();
}
END_TEST

START_TEST(every_byte_alone_makes_the_same_message)
{
    const char *text = NET_OPTIONS;

    up(NULL);
    want = 1;
    for (; *text != 0; text++) {
        char one[2] = {*text, 0};

        rig_write(peer.fd, one);
        if (text[1] != 0) rig_run_for(MS / 20);
    }
    net_until(has_messages);
    ck_assert_str_eq(edge.last, NET_OPTIONS);
    end();
}
END_TEST

START_TEST(pipelined_messages_all_arrive)
{
    up(NULL);
    want = 3;
    rig_write(peer.fd, NET_OPTIONS NET_OPTIONS NET_OPTIONS);
    net_until(has_messages);
    ck_assert_uint_eq(edge.messages, 3);
    end();
}
END_TEST

static void close_it(side *s, uint64_t flow)
{
    ck_assert_int_eq(ztrunk_net_close(s->net, flow), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_net_close(s->net, flow), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_net_send(s->net, flow, (const uint8_t *)"x", 1), ZTRUNK_E_NOTFOUND);
    ck_assert_uint_eq(s->closed, 0);
}

START_TEST(a_flow_closed_within_on_message_gives_no_further_message)
{
    up(NULL);
    edge.act = close_it;
    rig_write(peer.fd, NET_OPTIONS NET_OPTIONS);
    net_until(is_closed);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_int_eq(edge.error, ZTRUNK_OK);
    ck_assert_uint_eq(ztrunk_net_count(edge.net), 0);
    end();
}
END_TEST

static void free_it(side *s, uint64_t flow)
{
    (void)flow;
    ztrunk_net_free(s->net);
    s->net = NULL;
}

static uint32_t peer_ended(void)
{
    return peer.is_ended;
}

START_TEST(the_net_may_be_freed_within_on_message)
{
    up(NULL);
    edge.act = free_it;
    rig_write(peer.fd, NET_OPTIONS NET_OPTIONS);
    net_until(peer_ended);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_uint_eq(edge.closed, 0);
    end();
}
END_TEST

/* RFC 5626 4.4.1: a double CRLF is answered with one. */
START_TEST(a_ping_is_answered_with_a_pong)
{
    up(NULL);
    rig_write(peer.fd, "\r\n\r\n");
    net_until(peer_heard);
    rig_run_for(2 * MS);
    ck_assert_str_eq(peer.text, "\r\n");
    end();
}
END_TEST

START_TEST(the_peers_end_is_a_clean_one)
{
    up(NULL);
    rig_write(peer.fd, NET_OPTIONS);
    shutdown(peer.fd, SHUT_WR);
    net_until(is_closed);
    ck_assert_uint_eq(edge.messages, 1);
    ck_assert_int_eq(edge.error, ZTRUNK_OK);
    ck_assert_str_eq(edge.text, "the peer closed the connection");
    end();
}
END_TEST

UNIT_MAIN("rt/conn_in", garbage_closes_the_stream, a_second_content_length_is_answered_and_closes,
          a_header_that_drips_is_closed_when_its_time_is_over,
          who_is_between_messages_has_all_the_time, every_byte_alone_makes_the_same_message,
          pipelined_messages_all_arrive, a_flow_closed_within_on_message_gives_no_further_message,
          the_net_may_be_freed_within_on_message, a_ping_is_answered_with_a_pong,
          the_peers_end_is_a_clean_one)
