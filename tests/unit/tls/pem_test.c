#include "tls/pem.h"

#include <zerotrunk/core.h>
#include "unit.h"

static int32_t next(const char *text, zti_buf *der)
{
    zti_cur c = zti_cur_of(zti_str_of(text));

    return zti_pem_next(&c, ZTI_STR("CERTIFICATE"), der);
}

START_TEST(refuses_blocks_that_are_not_whole)
{
    static const char *const bad[] = {
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END X509 CRL-----\n",
        "-----BEGIN CERTIFICATE-----\nAA?A\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    };
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    zti_buf der = zti_buf_of(ctx, 100);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(next(bad[i], &der) == ZTRUNK_E_MALFORMED, "row %zu", i);
    ck_assert_int_eq(next("", &der), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(next("-----BEGIN CERTIFICATE", &der), ZTRUNK_E_NOTFOUND);
    zti_buf_free(&der);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(passes_over_other_labels_and_words)
{
    static const char text[] =
        "Subject: me\r\n"
        "-----BEGIN PRIVATE KEY-----\r\nAAAA\r\n-----END PRIVATE KEY-----\r\n"
        "-----BEGIN CERTIFICATE-----\r\nAQI\r\n D\r\n-----END CERTIFICATE-----";
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    zti_buf der = zti_buf_of(ctx, 100);
    ck_assert_int_eq(next(text, &der), ZTRUNK_OK);
    ck_assert_uint_eq(der.len, 3);
    ck_assert_mem_eq(der.data, "\1\2\3", 3);
    zti_buf_free(&der);
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("tls/pem", refuses_blocks_that_are_not_whole, passes_over_other_labels_and_words)
