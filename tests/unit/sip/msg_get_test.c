#include "sip_corpus.h"

#include <string.h>

static const char invite[] =
    "INVITE sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/TLS c.example;branch=z9hG4bK1 ,\r\n"
    " SIP/2.0/UDP d.example\r\nv: SIP/2.0/TCP e.example\r\nf: \"x, <y>\" "
    "<sip:x@y.example>;tag=f1\r\n"
    "To: <sip:a@b.example;tag=no>\r\ni: 1\r\nCSeq: 5 INVITE\r\nMax-Forwards: 0\r\n"
    "Contact: <sip:x@c.example;a=b,c>\r\nAllow:\r\nX-Call-ID: evil\r\nX-To: <sip:evil@evil>\r\n"
    "Content-Length: 0\r\n\r\n";

static void header_is(const ztrunk_sip_msg *m, const char *name, uint32_t nth, const char *want)
{
    const char *text = NULL;
    size_t len = 0;
    int32_t err = ztrunk_sip_msg_header(m, name, nth, &text, &len);

    corpus_is_text(err, text, len, want);
}

static void value_is(const ztrunk_sip_msg *m, const char *name, uint32_t nth, const char *want)
{
    const char *text = NULL;
    size_t len = 0;
    int32_t err = ztrunk_sip_msg_value(m, name, nth, &text, &len);

    corpus_is_text(err, text, len, want);
}

START_TEST(no_header_passes_for_another)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = corpus_parse(ctx, invite);

    header_is(m, "Call-ID", 0, "1");
    header_is(m, "Call-ID", 1, NULL);
    header_is(m, "To", 0, "<sip:a@b.example;tag=no>");
    header_is(m, "x-call-id", 0, "evil");
    header_is(m, "Q", 0, NULL);
    header_is(m, "", 0, NULL);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(finds_fields_and_values_under_both_names)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = corpus_parse(ctx, invite);

    ck_assert_uint_eq(corpus_fault(m), 400);
    header_is(m, "v", 1, "SIP/2.0/TCP e.example");
    header_is(m, "vIA", 2, NULL);
    value_is(m, "Via", 0, "SIP/2.0/TLS c.example;branch=z9hG4bK1");
    value_is(m, "Via", 1, "SIP/2.0/UDP d.example");
    value_is(m, "Via", 2, "SIP/2.0/TCP e.example");
    value_is(m, "Via", 3, NULL);
    value_is(m, "From", 0, "\"x, <y>\" <sip:x@y.example>;tag=f1");
    value_is(m, "Contact", 0, "<sip:x@c.example;a=b,c>");
    value_is(m, "Allow", 0, "");
    value_is(m, "Allow", 1, NULL);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(tells_a_header_tag_from_a_uri_parameter)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = corpus_parse(ctx, invite);
    const char *text = NULL;
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sip_msg_tag(m, 1, &text, &len), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sip_msg_tag(m, 0, &text, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, text, len, "f1");
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(gives_the_start_line_and_the_fields_in_order)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = corpus_parse(ctx, invite);
    ztrunk_sip_info info = {.size = sizeof info};
    const char *text = NULL, *name = NULL;
    size_t len = 0, name_len = 0;
    int32_t err;

    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_request, 1);
    ck_assert_uint_eq(info.method, ZTRUNK_SIP_INVITE);
    ck_assert_uint_eq(info.cseq, 5);
    ck_assert_uint_eq(info.max_forwards, 0);
    err = ztrunk_sip_msg_method(m, &text, &len);
    corpus_is_text(err, text, len, "INVITE");
    err = ztrunk_sip_msg_uri(m, &text, &len);
    corpus_is_text(err, text, len, "sip:a@b.example");
    err = ztrunk_sip_msg_reason(m, &text, &len);
    corpus_is_text(err, text, len, NULL);
    ck_assert_int_eq(ztrunk_sip_msg_header_at(m, 3, &name, &name_len, &text, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, name, name_len, "To");
    ck_assert_int_eq(ztrunk_sip_msg_header_at(m, 11, &name, &name_len, &text, &len), ZTRUNK_OK);
    corpus_is_text(ZTRUNK_OK, name, name_len, "Content-Length");
    ck_assert_int_eq(ztrunk_sip_msg_header_at(m, 12, &name, &name_len, &text, &len),
                     ZTRUNK_E_NOTFOUND);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_response_has_the_method_of_its_cseq)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m =
        corpus_parse(ctx, "SIP/2.0 183 Session  Progress\r\nVia: SIP/2.0/UDP c\r\n"
                          "From: sip:a@b;tag=1\r\nTo: sip:a@b;tag=2\r\nCall-ID: 1\r\n"
                          "CSeq: 1 Z\r\n\r\n");
    ztrunk_sip_info info = {.size = sizeof info};
    const char *text = NULL;
    size_t len = 0;
    int32_t err;

    ck_assert_int_eq(ztrunk_sip_msg_info(m, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.fault, 0);
    ck_assert_uint_eq(info.is_request, 0);
    ck_assert_uint_eq(info.status, 183);
    ck_assert_uint_eq(info.method, ZTRUNK_SIP_OTHER);
    ck_assert_uint_eq(info.has_to_tag, 1);
    err = ztrunk_sip_msg_method(m, &text, &len);
    corpus_is_text(err, text, len, "Z");
    err = ztrunk_sip_msg_reason(m, &text, &len);
    corpus_is_text(err, text, len, "Session  Progress");
    err = ztrunk_sip_msg_uri(m, &text, &len);
    corpus_is_text(err, text, len, NULL);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/msg_get", no_header_passes_for_another, finds_fields_and_values_under_both_names,
          tells_a_header_tag_from_a_uri_parameter, gives_the_start_line_and_the_fields_in_order,
          a_response_has_the_method_of_its_cseq)
