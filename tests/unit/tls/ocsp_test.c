#include <zerotrunk/ocsp.h>

#include <string.h>
#include "fail_ctx.h"
#include "unit/tls/ocsp_answers.h"

static ztrunk_ctx *ctx_new(uint8_t number)
{
    const uint8_t seed[32] = {number};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    return ctx;
}

START_TEST(a_question_needs_the_certificate_and_who_signed_it)
{
    ztrunk_ctx *ctx = ctx_new(1);
    ocsp_file cert = ocsp_read("good.cert"), issuer = ocsp_read("ca.cert");
    ztrunk_ocsp *o = NULL;

    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "stranger.cert", &o), ZTRUNK_E_AUTH);
    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "good.cert", &o), ZTRUNK_E_AUTH);
    ck_assert_int_eq(ocsp_about(ctx, "made", "ca.cert", &o), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "made", &o), ZTRUNK_E_MALFORMED);
    cert.data[cert.len - 1] ^= 1; /* of the signature */
    ck_assert_int_eq(ztrunk_ocsp_new(ctx, cert.data, cert.len, issuer.data, issuer.len, &o),
                     ZTRUNK_E_AUTH);
    ck_assert_int_eq(ztrunk_ocsp_new(ctx, NULL, 0, issuer.data, issuer.len, &o), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(o);
    free(cert.data);
    free(issuer.data);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(only_a_responder_by_http_is_named)
{
    ztrunk_ctx *ctx = ctx_new(1);
    ztrunk_ocsp *o = NULL;
    char url[64], whole[33];
    size_t len = 0;

    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "ca.cert", &o), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_url(o, url, 32, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, sizeof whole);
    ck_assert_int_eq(ztrunk_ocsp_url(o, whole, sizeof whole, &len), ZTRUNK_OK);
    ck_assert_str_eq(whole, "http://ocsp.example.test:8888/ca");
    ztrunk_ocsp_free(o);
    ck_assert_int_eq(ocsp_about(ctx, "unknown.cert", "ca.cert", &o), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_url(o, url, sizeof url, &len), ZTRUNK_E_NOTFOUND);
    ztrunk_ocsp_free(o);
    ztrunk_ctx_free(ctx);
}
END_TEST

/* RFC 6960 4.1.1, byte by byte: the shape, the serial number, and a nonce that is not seen twice.
 */
START_TEST(two_questions_differ_in_their_nonce_alone)
{
    ztrunk_ctx *one = ctx_new(1), *two = ctx_new(2);
    ztrunk_ocsp *a = NULL, *b = NULL;
    const uint8_t *first, *second;
    size_t len, other;
    static const uint8_t head[] = {0x30, 0x68, 0x30, 0x66, 0x30, 0x3f, 0x30, 0x3d,
                                   0x30, 0x3b, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                   0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};

    ck_assert_int_eq(ocsp_about(one, "good.cert", "ca.cert", &a), ZTRUNK_OK);
    ck_assert_int_eq(ocsp_about(two, "good.cert", "ca.cert", &b), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_request(a, &first, &len), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_request(b, &second, &other), ZTRUNK_OK);
    ck_assert_uint_eq(len, other);
    ck_assert_uint_eq(len, first[1] + 2u);
    ck_assert_mem_eq(first, head, sizeof head);
    ck_assert_mem_eq(first + sizeof head + 20 + 2 + 20, "\x02\x02\x10\x01", 4);
    ck_assert_mem_eq(first, second, len - 16);
    ck_assert_mem_ne(first + len - 16, second + len - 16, 16);
    ztrunk_ocsp_free(a);
    ztrunk_ocsp_free(b);
    ztrunk_ctx_free(one);
    ztrunk_ctx_free(two);
}
END_TEST

START_TEST(what_is_too_long_is_no_answer)
{
    ztrunk_ctx *ctx = ctx_new(1);
    ztrunk_ocsp *o = NULL;
    ztrunk_ocsp_info info = {.size = sizeof info};
    uint8_t *much = calloc(1, ZTRUNK_OCSP_ANSWER_MAX + 1);

    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "ca.cert", &o), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_ocsp_judge(o, much, ZTRUNK_OCSP_ANSWER_MAX + 1, 0, &info),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_ocsp_judge(o, much, 0, 0, &info), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(info.status, 0);
    free(much);
    ztrunk_ocsp_free(o);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything)
{
    int32_t err = ZTRUNK_E_NOMEM;

    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;
        ztrunk_ocsp *o = NULL;

        ck_assert_uint_lt(n, 50);
        if (fail_ctx_new(&f, &ctx) != ZTRUNK_OK) continue;
        err = ocsp_about(ctx, "good.cert", "ca.cert", &o);
        ck_assert_msg(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM, "%u: %d", n, err);
        ztrunk_ocsp_free(o);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
}
END_TEST

UNIT_MAIN("tls/ocsp", a_question_needs_the_certificate_and_who_signed_it,
          only_a_responder_by_http_is_named, two_questions_differ_in_their_nonce_alone,
          what_is_too_long_is_no_answer, no_failed_allocation_leaves_anything)
