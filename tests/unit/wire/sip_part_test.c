#include "wire/sip_part.h"

#include <string.h>
#include <zerotrunk/core.h>
#include "unit.h"

#define SDP   "Content-Type: application/sdp\r\n\r\n"
#define MIXED "multipart/mixed;boundary=b"

static int32_t sdp_of(const char *type, const char *body, zti_part *part)
{
    return zti_sip_part(zti_str_of(type), zti_str_of(body), ZTI_STR("application/sdp"), part);
}

START_TEST(what_two_readers_would_cut_differently_is_refused)
{
    static const char *const bad[][2] = {
        {MIXED, ""},
        {MIXED, "--b"},
        {MIXED, "--b\r\n"},
        {MIXED, "--b\r\n" SDP "v=0\r\n--b"},
        {MIXED, "--b\r\n" SDP "v=0\r\n--b\r\n"},
        {MIXED, "--b\r\n\r\n--bb\r\n--b-\r\n--b--"},
        {MIXED, "--b\n" SDP "v=0\r\n--b--"},
        {MIXED, "--b\r\n" SDP "v=0\n--b--\r\n"},
        {MIXED, "--b\r\n" SDP "\r\n--b--"},
        {MIXED, "--b\r\n" SDP "--b--"},
        {MIXED, "--b\r\n" SDP "v=0\r\n--b--x"},
        {MIXED, "--b\r\n" SDP "v=0\r\n--b\r\n" SDP "v=1\r\n--b--"},
        {MIXED,
         "--b\r\nContent-Type: text/plain\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--"},
        {MIXED, "--b\r\nContent-Type: application/sdp\n\r\nv=0\r\n--b--"},
        {MIXED, "--b\r\nno field\r\n\r\nv=0\r\n--b--"},
        {"multipart/mixed", "--b\r\n" SDP "v=0\r\n--b--"},
        {"multipart/mixed;boundary=\"\"", "--\r\n" SDP "v=0\r\n----"},
        {"multipart/mixed;boundary=\"b \"", "--b \r\n" SDP "v=0\r\n--b --"},
        {"multipart/mixed;boundary=b;boundary=c", "--b\r\n" SDP "v=0\r\n--b--"},
        {"multipart/mixed;boundary="
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa--"}};
    zti_part part;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(sdp_of(bad[i][0], bad[i][1], &part) == ZTRUNK_E_MALFORMED, "%zu: %s", i,
                      bad[i][1]);
}
END_TEST

START_TEST(no_cut_of_a_body_is_taken_for_the_whole)
{
    static const char whole[] = "--b\r\n" SDP "v=0\r\n--b--";
    zti_part part;

    for (size_t len = 0; len + 1 < sizeof whole; len++)
        ck_assert_msg(zti_sip_part(ZTI_STR(MIXED), (zti_str){whole, len},
                                   ZTI_STR("application/sdp"), &part) == ZTRUNK_E_MALFORMED,
                      "%zu", len);
}
END_TEST

START_TEST(other_types_and_encoded_parts_are_not_read)
{
    static const char *const other[][2] = {
        {"text/plain", "v=0"},
        {"application/sdpx", "v=0"},
        {"", "v=0"},
        {MIXED, "--b--"},
        {MIXED, "--b\r\n\r\nv=0\r\n--b--"},
        {MIXED, "--b\r\nContent-Type: application/pidf+xml\r\n\r\n<x/>\r\n--b--"},
        {MIXED, "--b\r\nContent-Transfer-Encoding: base64\r\n" SDP "dj0wCg==\r\n--b--"},
        {MIXED, "--b\r\nContent-Encoding: gzip\r\n" SDP "x\r\n--b--"},
        {MIXED, "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n" SDP
                "v=0\r\n--c--\r\n--b--"}};
    zti_part part;

    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        ck_assert_msg(sdp_of(other[i][0], other[i][1], &part) == ZTRUNK_E_NOTFOUND, "%zu", i);
}
END_TEST

START_TEST(the_one_description_is_found_among_parts)
{
    static const char *const good[][2] = {
        {"application/sdp", "v=0\r\n"},
        {"Application/SDP ;charset=x", "v=0\r\n"},
        {MIXED, "--b\r\n" SDP "v=0\r\n\r\n--b--"},
        {"Multipart/Related; boundary=\"b\"; type=x", "--b\r\n" SDP "v=0\r\n\r\n--b--\r\n"},
        {MIXED, "preamble\n\r\n--b \t\r\ncontent-type:application/sdp;x=y\r\n"
                "Content-Transfer-Encoding: 8bit\r\n\r\nv=0\r\n\r\n--b\r\n"
                "Content-Type: application/pidf+xml\r\n\r\n<presence/>\r\n--b--\r\nepilogue"}};
    zti_part part;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(sdp_of(good[i][0], good[i][1], &part) == ZTRUNK_OK, "%zu", i);
        ck_assert_msg(zti_str_eq(part.content, ZTI_STR("v=0\r\n")), "%zu", i);
    }
}
END_TEST

START_TEST(sixteen_parts_are_read_and_no_more)
{
    char others[ZTI_PARTS_MAX * 16] = "", body[1024];
    zti_part part;

    for (int n = 1, at = 0; n < ZTI_PARTS_MAX; n++)
        at += snprintf(others + at, sizeof others - (size_t)at, "--b\r\n\r\nx\r\n");
    snprintf(body, sizeof body, "%s--b\r\n" SDP "v=0\r\n--b--", others);
    ck_assert_int_eq(sdp_of(MIXED, body, &part), ZTRUNK_OK);
    snprintf(body, sizeof body, "%s--b\r\n\r\n\r\n--b\r\n" SDP "v=0\r\n--b--", others);
    ck_assert_int_eq(sdp_of(MIXED, body, &part), ZTRUNK_E_LIMIT);
}
END_TEST

START_TEST(a_part_is_known_by_its_content_id)
{
#define WITH(id) "--b\r\nContent-ID: " id "\r\n" SDP "v=0\r\n--b--"
    static const char *const rows[][2] = {{WITH("<a@b.example>"), "a@b.example"},
                                          {WITH("a@b.example"), ""},
                                          {WITH("<>"), ""},
                                          {WITH("<a"), ""},
                                          {WITH(""), ""},
                                          {WITH("<"), ""}};
    zti_part part;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(sdp_of(MIXED, rows[i][0], &part), ZTRUNK_OK);
        ck_assert_msg(zti_str_eq(part.id, zti_str_of(rows[i][1])), "%zu", i);
    }
}
END_TEST

UNIT_MAIN("wire/sip_part", a_part_is_known_by_its_content_id,
          what_two_readers_would_cut_differently_is_refused,
          no_cut_of_a_body_is_taken_for_the_whole, other_types_and_encoded_parts_are_not_read,
          the_one_description_is_found_among_parts, sixteen_parts_are_read_and_no_more)
