#include "sip_corpus.h"

#include <string.h>

static void span_is(const char *text, ztrunk_span span, const char *want)
{
    ck_assert_uint_eq(span.len, strlen(want));
    ck_assert_mem_eq(text + span.at, want, span.len);
}

START_TEST(refuses_bad_arguments)
{
    ztrunk_sip_uri uri = {.size = 0};

    ck_assert_int_eq(ztrunk_sip_uri_parse("sip:a", 5, &uri), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_uri_parse(NULL, 0, &uri), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_uri_parse("sip:a", 5, NULL), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_tag_new(NULL, NULL), ZTRUNK_E_INVALID);
}
END_TEST

START_TEST(spans_point_into_the_text)
{
    static const char text[] = "\"A \\\"B\\\"\" <sips:u:p@[2001:db8::1]:5061;a=b;lr?c=d>;tag=z;q";
    ztrunk_sip_name_addr addr = {.size = sizeof addr};
    ztrunk_sip_uri uri = {.size = sizeof uri};
    ztrunk_span value;
    const char *at;

    ck_assert_int_eq(ztrunk_sip_name_addr_parse(text, sizeof text - 1, &addr), ZTRUNK_OK);
    ck_assert_uint_eq(addr.is_bracketed, 1);
    span_is(text, addr.display, "A \\\"B\\\"");
    span_is(text, addr.params, ";tag=z;q");
    at = text + addr.uri.at;
    ck_assert_int_eq(ztrunk_sip_uri_parse(at, addr.uri.len, &uri), ZTRUNK_OK);
    ck_assert_uint_eq(uri.scheme, ZTRUNK_URI_SIPS);
    ck_assert_uint_eq(uri.port, 5061);
    span_is(at, uri.user, "u");
    span_is(at, uri.password, "p");
    span_is(at, uri.host, "2001:db8::1");
    span_is(at, uri.params, ";a=b;lr");
    span_is(at, uri.headers, "c=d");
    ck_assert_int_eq(ztrunk_sip_param(at, uri.params, "A", &value), ZTRUNK_OK);
    span_is(at, value, "b");
    ck_assert_int_eq(ztrunk_sip_param(at, uri.params, "lr", &value), ZTRUNK_OK);
    ck_assert_uint_eq(value.len, 0);
    ck_assert_int_eq(ztrunk_sip_param(at, uri.params, "c", &value), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_sip_param(text, addr.params, "tag", &value), ZTRUNK_OK);
    span_is(text, value, "z");
}
END_TEST

START_TEST(a_via_without_branch_has_none)
{
    static const char with[] = "SIP/2.0/TLS h.example:5061;rport;branch=z9hG4bKx";
    static const char without[] = "SIP / 2.0 / UDP 192.0.2.1";
    ztrunk_sip_via via = {.size = sizeof via};

    ck_assert_int_eq(ztrunk_sip_via_parse(with, sizeof with - 1, &via), ZTRUNK_OK);
    span_is(with, via.transport, "TLS");
    span_is(with, via.host, "h.example");
    span_is(with, via.branch, "z9hG4bKx");
    ck_assert_uint_eq(via.port, 5061);
    ck_assert_int_eq(ztrunk_sip_via_parse(without, sizeof without - 1, &via), ZTRUNK_OK);
    ck_assert_uint_eq(via.branch.len, 0);
    span_is(without, via.host, "192.0.2.1");
}
END_TEST

START_TEST(tags_are_tokens_and_differ)
{
    ztrunk_ctx *ctx = corpus_ctx();
    char one[23], two[23];

    ck_assert_int_eq(ztrunk_sip_tag_new(ctx, one), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_tag_new(ctx, two), ZTRUNK_OK);
    ck_assert_uint_eq(strlen(one), 22);
    ck_assert_uint_eq(strspn(one,
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                      22);
    ck_assert_str_ne(one, two);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("sip/msg_value", refuses_bad_arguments, spans_point_into_the_text,
          a_via_without_branch_has_none, tags_are_tokens_and_differ)
