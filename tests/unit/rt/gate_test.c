#include <zerotrunk/rt.h>

#include "net_rig.h"

static client peer;

static uint32_t is_rejected(void)
{
    return edge.rejects > 0 && (edge.status == 0 || peer.len > 0);
}

static uint32_t has_message(void)
{
    return edge.messages > 0;
}

static void send_one(const char *text)
{
    net_up(ZTRUNK_NET_TCP, NULL);
    client_dial(&peer);
    rig_write(peer.fd, text);
}

static void end(void)
{
    client_end(&peer);
    net_down();
}

START_TEST(a_request_with_a_fault_is_answered_and_not_handed_on)
{
    send_one("OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD("1 INVITE") "Content-Length: 0\r\n\r\n");
    net_until(is_rejected);
    ck_assert_uint_eq(edge.status, 400);
    ck_assert_uint_eq(edge.messages, 0);
    ck_assert_str_ne(edge.why, "");
    ck_assert_msg(strncmp(peer.text, "SIP/2.0 400 ", 12) == 0, "%s", peer.text);
    ck_assert_ptr_nonnull(strstr(peer.text, "To: <sip:b@edge.test>;tag="));
    ck_assert_ptr_nonnull(strstr(peer.text, "Call-ID: 1@cloud.test\r\n"));
    end();
}
END_TEST

START_TEST(an_ack_or_a_response_with_a_fault_is_dropped_without_a_word)
{
    send_one("ACK sip:edge.test SIP/2.0\r\n" NET_HEAD("1 INVITE") "Content-Length: 0\r\n\r\n");
    net_until(is_rejected);
    ck_assert_uint_eq(edge.status, 0);
    edge.rejects = 0;
    rig_write(peer.fd, "SIP/2.0 200 OK\r\n" NET_HEAD("x OPTIONS") "Content-Length: 0\r\n\r\n");
    net_until(is_rejected);
    ck_assert_uint_eq(edge.status, 0);
    rig_run_for(3 * MS);
    ck_assert_uint_eq(edge.messages + peer.len, 0);
    end();
}
END_TEST

START_TEST(the_next_message_after_a_refused_one_passes)
{
    send_one("OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD(
        "1 INVITE") "Content-Length: 0\r\n\r\n" NET_OPTIONS);
    net_until(has_message);
    ck_assert_uint_eq(edge.rejects, 1);
    ck_assert_msg(strncmp(edge.last, "OPTIONS sip:edge.test SIP/2.0\r\n", 31) == 0, "%s",
                  edge.last);
    end();
}
END_TEST

/* Whoever is not known yet is told nothing, not even what is wrong with a request. */
START_TEST(a_quiet_flow_answers_neither_a_fault_nor_a_ping_until_it_may)
{
    send_one(NET_OPTIONS);
    net_until(has_message);
    ck_assert_int_eq(ztrunk_net_quiet(edge.net, edge.flow, 1), ZTRUNK_OK);
    rig_write(peer.fd, "\r\n\r\nOPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD(
                           "1 INVITE") "Content-Length: 0\r\n\r\n" NET_OPTIONS);
    edge.messages = 0;
    net_until(has_message);
    ck_assert_uint_eq(edge.rejects, 1);
    ck_assert_uint_eq(edge.status, 0);
    ck_assert_int_eq(ztrunk_net_quiet(edge.net, edge.flow, 0), ZTRUNK_OK);
    rig_write(peer.fd,
              "OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD("1 INVITE") "Content-Length: 0\r\n\r\n");
    edge.rejects = 0;
    net_until(is_rejected);
    ck_assert_msg(strncmp(peer.text, "SIP/2.0 400 ", 12) == 0, "%s", peer.text);
    ck_assert_int_eq(ztrunk_net_quiet(edge.net, 0, 1), ZTRUNK_E_NOTFOUND);
    end();
}
END_TEST

START_TEST(the_counts_tell_what_happened)
{
    ztrunk_net_stats stats = {.size = sizeof stats};

    send_one("OPTIONS sip:edge.test SIP/2.0\r\n" NET_HEAD(
        "1 INVITE") "Content-Length: 0\r\n\r\n" NET_OPTIONS);
    net_until(has_message);
    ck_assert_int_eq(ztrunk_net_get_stats(edge.net, &stats), ZTRUNK_OK);
    ck_assert_uint_eq(stats.accepted, 1);
    ck_assert_uint_eq(stats.messages, 1);
    ck_assert_uint_eq(stats.rejected, 1);
    end();
}
END_TEST

UNIT_MAIN("rt/gate", a_request_with_a_fault_is_answered_and_not_handed_on,
          an_ack_or_a_response_with_a_fault_is_dropped_without_a_word,
          the_next_message_after_a_refused_one_passes,
          a_quiet_flow_answers_neither_a_fault_nor_a_ping_until_it_may,
          the_counts_tell_what_happened)
