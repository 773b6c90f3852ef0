#include "sip_corpus.h"

#include <string.h>
#include "fail_ctx.h"

static ztrunk_sip_msg *parse(ztrunk_ctx *ctx, const char *text, size_t len)
{
    ztrunk_sip_msg *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_parse(ctx, NULL, (const uint8_t *)text, len, &m), ZTRUNK_OK);
    return m;
}

static void encodes_as(const ztrunk_sip_msg *m, const char *want)
{
    char text[4096];
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sip_msg_encode(m, (uint8_t *)text, sizeof text - 1, &len), ZTRUNK_OK);
    text[len] = 0;
    ck_assert_str_eq(text, want);
}

static const char invite[] =
    "INVITE sip:a@b.example SIP/2.0\r\nv: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\n"
    "Record-Route: <sip:p.example;lr>\r\nVia: SIP/2.0/TLS d.example;branch=z9hG4bK2\r\n"
    "f: <sip:x@y.example>;tag=1\r\nTo:\r\n \"a;tag=no\" <sip:a@b.example;tag=no>\r\ni: 1\r\n"
    "CSeq: 5 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:x@c.example>\r\nX: y\r\n"
    "Content-Type: a/b\r\nl: 2\r\n\r\nzz";

START_TEST(refuses_what_no_request_may_be)
{
    static const char *const bad[][2] = {{"", "sip:a@b"},       {"IN VITE", "sip:a@b"},
                                         {"A\r\nB", "sip:a@b"}, {"INVITE", "sip:a b"},
                                         {"INVITE", ""},        {"INVITE", "<sip:a@b>"},
                                         {"INVITE", "a@b"}};
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = NULL;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, bad[i][0], bad[i][1], &m),
                         ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, NULL, "sip:a@b", &m), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(refuses_what_no_response_may_be)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *request = parse(ctx, invite, sizeof invite - 1), *ok = NULL, *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 99, NULL, NULL, &m), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 700, NULL, NULL, &m), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 200, "OK\r\nX: y", NULL, &m),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 200, NULL, "a;b", &m), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 200, NULL, "", &m), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 200, NULL, "t", &ok), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(ok, 200, NULL, "t", &m), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(m);
    ztrunk_sip_msg_free(ok);
    ztrunk_sip_msg_free(request);
    ztrunk_ctx_free(ctx);
}
END_TEST

#define ECHO_VIA                                                                                   \
    "Via: SIP/2.0/TLS c.example;branch=z9hG4bK1\r\nVia: SIP/2.0/TLS d.example;branch=z9hG4bK2\r\n"
#define ECHO_FROM "From: <sip:x@y.example>;tag=1\r\n"
#define ECHO_TO   "To: \"a;tag=no\" <sip:a@b.example;tag=no>"
#define ECHO_REST "Call-ID: 1\r\nCSeq: 5 INVITE\r\nContent-Length: 0\r\n\r\n"

START_TEST(a_response_echoes_what_rfc_3261_8_2_6_names)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *request = parse(ctx, invite, sizeof invite - 1), *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 100, NULL, NULL, &m), ZTRUNK_OK);
    encodes_as(m, "SIP/2.0 100 Trying\r\n" ECHO_VIA ECHO_FROM ECHO_TO "\r\n" ECHO_REST);
    ztrunk_sip_msg_free(m);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 180, "Bim bam", "t1", &m), ZTRUNK_OK);
    encodes_as(m, "SIP/2.0 180 Bim bam\r\n" ECHO_VIA
                  "Record-Route: <sip:p.example;lr>\r\n" ECHO_FROM ECHO_TO ";tag=t1\r\n" ECHO_REST);
    ztrunk_sip_msg_free(m);
    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 486, NULL, "t1", &m), ZTRUNK_OK);
    encodes_as(m, "SIP/2.0 486 Busy Here\r\n" ECHO_VIA ECHO_FROM ECHO_TO ";tag=t1\r\n" ECHO_REST);
    ztrunk_sip_msg_free(m);
    ztrunk_sip_msg_free(request);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(a_to_tag_is_never_changed)
{
    static const char bye[] =
        "BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c\r\nTo: sip:a@b;tag=z\r\n\r\n";
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *request = parse(ctx, bye, sizeof bye - 1), *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 481, "", "t1", &m), ZTRUNK_OK);
    encodes_as(m, "SIP/2.0 481 \r\nVia: SIP/2.0/UDP c\r\nTo: sip:a@b;tag=z\r\n"
                  "Content-Length: 0\r\n\r\n");
    ztrunk_sip_msg_free(m);
    ztrunk_sip_msg_free(request);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(nothing_answers_a_request_without_a_via)
{
    static const char bye[] = "BYE sip:a@b SIP/2.0\r\nTo: sip:a@b\r\n\r\n";
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *request = parse(ctx, bye, sizeof bye - 1), *m = NULL;

    ck_assert_int_eq(ztrunk_sip_msg_new_response(request, 400, NULL, "t1", &m), ZTRUNK_E_NOTFOUND);
    ztrunk_sip_msg_free(request);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* Parse, encode, parse: the same start line, fields and body, and the gate still agrees. */
START_TEST(what_passed_the_gate_passes_it_again)
{
    ztrunk_ctx *ctx = corpus_ctx();

    for (size_t i = 0; i < CORPUS_ROWS; i++) {
        ztrunk_sip_msg *m, *copy = NULL, *again;
        char *one = malloc(70000), *two = malloc(70000);
        size_t len, one_len, two_len;
        uint8_t *data = unit_data(corpus[i].file, &len);

        ck_assert(one != NULL && two != NULL);
        if (corpus[i].datagram == 0) {
            m = parse(ctx, (char *)data, len);
            ck_assert_int_eq(ztrunk_sip_msg_clone(m, &copy), ZTRUNK_OK);
            ck_assert_int_eq(ztrunk_sip_msg_encode(m, (uint8_t *)one, 70000, &one_len), 0);
            ztrunk_sip_msg_free(m);
            ck_assert_int_eq(ztrunk_sip_msg_encode(copy, (uint8_t *)two, 70000, &two_len), 0);
            ztrunk_sip_msg_free(copy);
            ck_assert_uint_eq(one_len, two_len);
            ck_assert_mem_eq(one, two, one_len);
            again = parse(ctx, one, one_len);
            ck_assert_uint_eq(corpus_fault(again), 0);
            ck_assert_int_eq(ztrunk_sip_msg_encode(again, (uint8_t *)two, 70000, &two_len), 0);
            ztrunk_sip_msg_free(again);
            ck_assert_uint_eq(one_len, two_len);
            ck_assert_mem_eq(one, two, one_len);
        }
        free(one);
        free(two);
        free(data);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(encode_says_how_much_room_it_needs)
{
    ztrunk_ctx *ctx = corpus_ctx();
    ztrunk_sip_msg *m = NULL;
    static const char want[] = "BYE sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    uint8_t wire[128];
    size_t len = 0;

    ck_assert_int_eq(ztrunk_sip_msg_new_request(ctx, "BYE", "sip:a@b", &m), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_sip_msg_encode(m, NULL, 0, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, sizeof want - 1);
    ck_assert_int_eq(ztrunk_sip_msg_encode(m, wire, len - 1, &len), ZTRUNK_E_SPACE);
    ck_assert_int_eq(ztrunk_sip_msg_encode(m, wire, len, &len), ZTRUNK_OK);
    ck_assert_mem_eq(wire, want, sizeof want - 1);
    ztrunk_sip_msg_free(m);
    ztrunk_ctx_free(ctx);
}
END_TEST

static int32_t make_all(ztrunk_ctx *ctx)
{
    ztrunk_sip_msg *request = NULL, *response = NULL, *copy = NULL;
    int32_t err =
        ztrunk_sip_msg_parse(ctx, NULL, (const uint8_t *)invite, sizeof invite - 1, &request);
    uint8_t wire[1024];
    size_t len;

    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_new_response(request, 200, NULL, "t", &response);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_clone(request, &copy);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_set_uri(copy, "sip:z@b");
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_set_header(copy, "To", "sip:z@b", 7);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_set_body(copy, "a/b", (const uint8_t *)"z", 1);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_encode(copy, wire, sizeof wire, &len);
    ztrunk_sip_msg_free(copy);
    ztrunk_sip_msg_free(response);
    ztrunk_sip_msg_free(request);
    return err;
}

START_TEST(survives_every_failed_allocation)
{
    int32_t err = ZTRUNK_E_NOMEM;

    for (uint32_t n = 1; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = 0};
        ztrunk_ctx *ctx = NULL;

        ck_assert_int_eq(fail_ctx_new(&f, &ctx), ZTRUNK_OK);
        f.fail_at = f.calls + n;
        err = make_all(ctx);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
        ck_assert(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM);
    }
}
END_TEST

UNIT_MAIN("sip/msg_make", refuses_what_no_request_may_be, refuses_what_no_response_may_be,
          a_response_echoes_what_rfc_3261_8_2_6_names, a_to_tag_is_never_changed,
          nothing_answers_a_request_without_a_via, what_passed_the_gate_passes_it_again,
          encode_says_how_much_room_it_needs, survives_every_failed_allocation)
