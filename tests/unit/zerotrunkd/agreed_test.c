#include "agreed.h"

#include <string.h>
#include "unit.h"

#define HEAD(ip) "v=0\r\no=- 1 1 IN IP4 " ip "\r\ns=-\r\nc=IN IP4 " ip "\r\nt=0 0\r\n"

static struct agreed agreed_of(const char *theirs, const char *ours, uint32_t nth)
{
    static const uint8_t seed[32] = {5};
    struct agreed a = {0};
    ztrunk_ctx *ctx = NULL;
    ztrunk_sdp *t = NULL, *o = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_parse(ctx, (const uint8_t *)theirs, strlen(theirs), &t), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sdp_parse(ctx, (const uint8_t *)ours, strlen(ours), &o), ZTRUNK_OK);
    agreed_read(&a, t, o, nth);
    ztrunk_sdp_free(t);
    ztrunk_sdp_free(o);
    ztrunk_ctx_free(ctx);
    return a;
}

START_TEST(only_what_stands_in_both_descriptions_is_agreed_on)
{
    struct agreed a = agreed_of(
        HEAD("203.0.113.9") "m=audio 4000 RTP/AVP 18 8 0 101\r\na=rtpmap:101 "
                            "telephone-event/8000\r\n",
        HEAD(
            "203.0.113.1") "m=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
        0);

    ck_assert_uint_eq(a.is_set, 1);
    ck_assert_uint_eq(a.payload_types[0], (1u << 0) + (1u << 8));
    ck_assert_uint_eq(a.payload_types[1], UINT64_C(1) << (101 - 64));
    ck_assert_str_eq(a.codec, "PCMA");
    ck_assert_uint_eq(a.has_dtx, 0); /* G.729 is not */
    ck_assert_uint_eq(a.send & a.receive, 1);
    ck_assert_uint_eq(a.ours.port, 20000);
    ck_assert_uint_eq(a.theirs.port, 4000);
}
END_TEST

START_TEST(comfort_noise_in_both_lets_a_peer_fall_silent)
{
    ck_assert_uint_eq(agreed_of(HEAD("203.0.113.9") "m=audio 4000 RTP/AVP 0 13\r\n",
                                HEAD("203.0.113.1") "m=audio 2 RTP/AVP 0 13\r\n", 0)
                          .has_dtx,
                      1);
    ck_assert_uint_eq(agreed_of(HEAD("203.0.113.9") "m=audio 4000 RTP/AVP 0 13\r\n",
                                HEAD("203.0.113.1") "m=audio 2 RTP/AVP 0\r\n", 0)
                          .has_dtx,
                      0);
}
END_TEST

START_TEST(an_inside_address_is_one_only_to_somebody_outside)
{
    static const struct {
        const char *theirs, *ours;
        uint32_t theirs_is_private, ours_is_private;
    } rows[] = {{HEAD("192.168.7.9"), HEAD("203.0.113.1"), 1, 0},
                {HEAD("203.0.113.9"), HEAD("10.0.0.1"), 0, 1},
                {HEAD("10.20.0.2"), HEAD("10.20.0.1"), 0, 0},
                {HEAD("203.0.113.9"), HEAD("203.0.113.1"), 0, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char theirs[256], ours[256];
        struct agreed a;

        snprintf(theirs, sizeof theirs, "%sm=audio 4000 RTP/AVP 0\r\n", rows[i].theirs);
        snprintf(ours, sizeof ours, "%sm=audio 4002 RTP/AVP 0\r\n", rows[i].ours);
        a = agreed_of(theirs, ours, 0);
        ck_assert_msg(a.theirs_is_private == rows[i].theirs_is_private, "row %zu", i);
        ck_assert_msg(a.ours_is_private == rows[i].ours_is_private, "row %zu", i);
    }
}
END_TEST

START_TEST(directions_are_those_of_the_peers_description)
{
    static const struct {
        const char *line;
        uint32_t send, receive;
    } rows[] = {{"a=sendrecv", 1, 1},
                {"a=sendonly", 0, 1},
                {"a=recvonly", 1, 0},
                {"a=inactive", 0, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char theirs[256];
        struct agreed a;

        snprintf(theirs, sizeof theirs, "%sm=audio 4000 RTP/AVP 0\r\n%s\r\n", HEAD("203.0.113.9"),
                 rows[i].line);
        a = agreed_of(theirs, HEAD("203.0.113.1") "m=audio 2 RTP/AVP 0\r\n", 0);
        ck_assert_uint_eq(a.send, rows[i].send);
        ck_assert_uint_eq(a.receive, rows[i].receive);
    }
}
END_TEST

/* The peer's second m-line counts; our offer to it had but one. */
START_TEST(a_description_of_ours_with_one_line_is_read_at_that)
{
    struct agreed a =
        agreed_of(HEAD("203.0.113.9") "m=video 0 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 8\r\n",
                  HEAD("203.0.113.1") "m=audio 20000 RTP/AVP 8\r\n", 1);

    ck_assert_str_eq(a.codec, "PCMA");
    ck_assert_uint_eq(a.theirs.port, 4000);
}
END_TEST

START_TEST(what_is_inside_is_known_at_its_edges)
{
    static const struct {
        const char *text;
        uint32_t is_inside;
    } rows[] = {{"9.255.255.255", 0}, {"10.0.0.0", 1},       {"172.15.255.255", 0},
                {"172.16.0.0", 1},    {"172.31.255.255", 1}, {"172.32.0.0", 0},
                {"192.168.0.1", 1},   {"192.169.0.0", 0},    {"100.64.0.0", 1},
                {"100.128.0.0", 0},   {"fdff::1", 1},        {"2001:db8::1", 0},
                {"::1", 1},           {"203.0.113.1", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ztrunk_addr addr;

        ck_assert_int_eq(ztrunk_addr_parse(rows[i].text, strlen(rows[i].text), &addr), ZTRUNK_OK);
        ck_assert_msg(agreed_is_inside(&addr) == rows[i].is_inside, "%s", rows[i].text);
    }
}
END_TEST

UNIT_MAIN("zerotrunkd/agreed", only_what_stands_in_both_descriptions_is_agreed_on,
          comfort_noise_in_both_lets_a_peer_fall_silent,
          an_inside_address_is_one_only_to_somebody_outside,
          directions_are_those_of_the_peers_description,
          a_description_of_ours_with_one_line_is_read_at_that, what_is_inside_is_known_at_its_edges)
