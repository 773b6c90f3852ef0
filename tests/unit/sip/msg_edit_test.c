#include "sip_corpus.h"

#include <string.h>

static ztrunk_sip_msg *request(ztrunk_ctx *ctx)
{
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, "INVITE", "sip:a@b.example", &m), ZTRUNK_OK);
    return m;
}

static void encodes_as(const ztrunk_sip_msg *m, const char *want)
{
    char text[2048];
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sip_msg_encode(m, (uint8_t *)text, sizeof text - 1, &len), ZTRUNK_OK);
    text[len] = 0;
    ck_assert_str_eq(text, want);
}

START_TEST(refuses_to_inject_a_header)
{
    static const struct {
        const char *name, *value;
        size_t len;
    } bad[] = {{"X", "a\r\nY: b", 7},      {"X", "a\nb", 3}, {"X", "a\rb", 3}, {"X", "a\0b", 3},
               {"X: y\r\nZ", "a", 1},      {"X ", "a", 1},   {"", "a", 1},     {"X:", "a", 1},
               {"Content-Length", "9", 1}, {"l", "9", 1},    {"X", NULL, 3}};
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = request(ctx);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *name = bad[i].name, *value = bad[i].value;

        ck_assert_int_eq(ztrunk_sip_msg_add_header(m, name, value, bad[i].len), ZTRUNK_E_INVALID);
        ck_assert_int_eq(ztrunk_sip_msg_push_header(m, name, value, bad[i].len), ZTRUNK_E_INVALID);
        ck_assert_int_eq(ztrunk_sip_msg_set_header(m, name, value, bad[i].len), ZTRUNK_E_INVALID);
    }
    ck_assert_int_eq(ztrunk_sip_msg_set_uri(m, "sip:a@b SIP/2.0\r\nX: y"), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_set_uri(m, "sip:a@b@c"), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_set_uri(m, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, "a/b\r\nX: y", (const uint8_t *)"z", 1),
                     ZTRUNK_E_INVALID);
    encodes_as(m, "INVITE sip:a@b.example SIP/2.0\r\nContent-Length: 0\r\n\r\n");
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(bounds_the_headers)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = request(ctx);

    for (uint32_t i = 0; i < 128; i++)
        ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "X", "1", 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "X", "1", 1), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_sip_msg_set_header(m, "X", "2", 1), ZTRUNK_OK);
    encodes_as(m, "INVITE sip:a@b.example SIP/2.0\r\nX: 2\r\nContent-Length: 0\r\n\r\n");
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(puts_headers_where_they_belong)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = request(ctx);

    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "Via", "second", 6), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "X-A", "1", 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_push_header(m, "v", "first", 5), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "x-a", " 2 ", 3), ZTRUNK_OK);
    encodes_as(m, "INVITE sip:a@b.example SIP/2.0\r\nv: first\r\nVia: second\r\nX-A: 1\r\n"
                  "x-a: 2\r\nContent-Length: 0\r\n\r\n");
    ck_assert_int_eq(ztrunk_sip_msg_set_header(m, "x-A", "3", 1), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_remove_header(m, "VIA"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_header(m, "Subject", "", 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_uri(m, "tel:+1555"), ZTRUNK_OK);
    encodes_as(m, "INVITE tel:+1555 SIP/2.0\r\nx-A: 3\r\nSubject: \r\nContent-Length: 0\r\n\r\n");
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_value_may_be_a_loan_from_the_field_it_replaces)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = request(ctx);
    const char *text;
    size_t len;

    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "To", "<sip:a@b>;tag=1", 15), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_header(m, "t", 0, &text, &len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_header(m, "To", text, 9), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_tag(m, 1, &text, &len), ZTRUNK_E_NOTFOUND);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(the_facts_follow_the_edits)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = request(ctx);
    ztrunk_sip_info info = {.size = sizeof info};

    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.max_forwards, UINT32_MAX);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "CSeq", "7 INVITE", 8), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "Max-Forwards", "69", 2), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_add_header(m, "t", "<sip:a@b>;tag=1", 15), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, "text/plain", (const uint8_t *)"hi", 2), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.cseq, 7);
    ck_assert_uint_eq(info.max_forwards, 69);
    ck_assert_uint_eq(info.has_to_tag, 1);
    ck_assert_uint_eq(info.body_len, 2);
    ck_assert_int_eq(ztrunk_sip_msg_remove_header(m, "To"), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_set_body(m, NULL, NULL, 0), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.has_to_tag, 0);
    encodes_as(m, "INVITE sip:a@b.example SIP/2.0\r\nCSeq: 7 INVITE\r\nMax-Forwards: 69\r\n"
                  "Content-Length: 0\r\n\r\n");
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/msg_edit", refuses_to_inject_a_header, bounds_the_headers,
          puts_headers_where_they_belong, a_value_may_be_a_loan_from_the_field_it_replaces,
          the_facts_follow_the_edits)
