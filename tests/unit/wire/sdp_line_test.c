#include "wire/sdp_line.h"

#include <string.h>
#include "sdp_cases.h"

static int32_t next_of(const char *text, size_t len, zti_sdp_line *line)
{
    zti_cur c = zti_cur_of((zti_str){text, len});

    return zti_sdp_next_line(&c, line);
}

START_TEST(refuses_lines_that_two_readers_would_read_apart)
{
    static const struct {
        const char *text;
        size_t len;
    } bad[] = {
        {"", 0},
        {"s", 1},
        {"s=x", 3},
        {"s=x\r", 4},
        {"\r\n", 2},
        {"\n", 1},
        {"s\r\n", 3},
        {"=x\r\n", 4},
        {" s=x\r\n", 6},
        {"s =x\r\n", 6},
        {"S=x\r\n", 5},
        {"x=1\r\n", 5},
        {"1=1\r\n", 5},
        {"s=a\rb\r\n", 7},
        {"s=x\r\r\n", 6},
        {"s=\0x\n", 5},
        {"a=\r\n", 4},
        {"a=:x\r\n", 6},
        {"a= x\r\n", 6},
        {"a=x y\r\n", 7},
        {"a=crypto :1\n", 12},
        {"a=crypto\t:1\n", 12},
        {"a=cry\x80pto:1\n", 13},
    };
    zti_sdp_line line;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(next_of(bad[i].text, bad[i].len, &line) == ZTRUNK_E_MALFORMED, "%zu", i);
}
END_TEST

START_TEST(a_line_ends_at_its_bound)
{
    char text[ZTI_SDP_LINE_MAX + 4];
    zti_sdp_line line;

    memset(text, 'x', sizeof text);
    memcpy(text, "s=", 2);
    memcpy(text + ZTI_SDP_LINE_MAX, "\r\n", 2);
    ck_assert_int_eq(next_of(text, ZTI_SDP_LINE_MAX + 2, &line), ZTRUNK_OK);
    ck_assert_uint_eq(line.text.len, ZTI_SDP_LINE_MAX);
    memcpy(text + ZTI_SDP_LINE_MAX, "x\r\n", 3);
    ck_assert_int_eq(next_of(text, ZTI_SDP_LINE_MAX + 3, &line), ZTRUNK_E_LIMIT);
}
END_TEST

START_TEST(keeps_the_end_as_it_came)
{
    zti_cur c = zti_cur_of(ZTI_STR("s=a\r\ns=\n"));
    zti_sdp_line line;

    ck_assert_int_eq(zti_sdp_next_line(&c, &line), ZTRUNK_OK);
    ck_assert(zti_str_eq(line.end, ZTI_STR("\r\n")) && zti_str_eq(line.value, ZTI_STR("a")));
    ck_assert_int_eq(zti_sdp_next_line(&c, &line), ZTRUNK_OK);
    ck_assert(zti_str_eq(line.end, ZTI_STR("\n")) && line.value.len == 0);
    ck_assert(zti_cur_done(&c));
}
END_TEST

START_TEST(knows_keys_and_candidates_in_any_case)
{
    static const struct {
        const char *text;
        zti_sdp_attr attr;
    } rows[] = {
        {"a=crypto:1 x\n", ZTI_SDP_ATTR_CRYPTO}, {"a=CrYpTo:1 x\n", ZTI_SDP_ATTR_CRYPTO},
        {"a=crypto\n", ZTI_SDP_ATTR_CRYPTO},     {"a=crypto2:1\n", ZTI_SDP_ATTR_OTHER},
        {"a=KEY-MGMT:m\n", ZTI_SDP_ATTR_KEY},    {"a=fingerprint:s\n", ZTI_SDP_ATTR_KEY},
        {"a=Setup:active\n", ZTI_SDP_ATTR_KEY},  {"a=zrtp-hash:1\n", ZTI_SDP_ATTR_KEY},
        {"a=tls-id:1\n", ZTI_SDP_ATTR_KEY},      {"a=candidate:1\n", ZTI_SDP_ATTR_ICE},
        {"a=ICE-ufrag:x\n", ZTI_SDP_ATTR_ICE},   {"a=ice-lite\n", ZTI_SDP_ATTR_ICE},
        {"a=ice\n", ZTI_SDP_ATTR_OTHER},         {"a=sendonly\n", ZTI_SDP_ATTR_SENDONLY},
        {"b=AS:64\n", ZTI_SDP_ATTR_OTHER},       {"a=end-of-candidates\n", ZTI_SDP_ATTR_ICE},
    };
    zti_sdp_line line;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(next_of(rows[i].text, strlen(rows[i].text), &line), ZTRUNK_OK);
        ck_assert_msg(line.attr == rows[i].attr, "%s", rows[i].text);
    }
}
END_TEST

UNIT_MAIN("wire/sdp_line", refuses_lines_that_two_readers_would_read_apart,
          a_line_ends_at_its_bound, keeps_the_end_as_it_came, knows_keys_and_candidates_in_any_case)
