#include "wire/sdp_base64.h"

#include <string.h>
#include "sdp_cases.h"

START_TEST(refuses_what_is_not_exactly_the_key)
{
    static const char *const bad[] = {
        "",     "QUJ",   "QUJD=",    "QUJDRA==",                               /* another length */
        "QUI",  "QU==",  "QUI=QUI=", "Q=I=",     "=UI=", "QUI-",       "QUJ=", /* set bits */
        "QU I", "QUI\n", "Q\0I=",    "qUI*",     "AB-_", "\xc3\xa4I=",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t out[2] = {1, 1};

        ck_assert_msg(zti_base64_decode(zti_str_of(bad[i]), out, 2) == ZTRUNK_E_MALFORMED, "%s",
                      bad[i]);
    }
}
END_TEST

START_TEST(a_refused_key_leaves_nothing_behind)
{
    uint8_t out[6] = {9, 9, 9, 9, 9, 9};
    static const uint8_t zero[6];

    ck_assert_int_eq(zti_base64_decode(ZTI_STR("c2VjcmV*"), out, 6), ZTRUNK_E_MALFORMED);
    ck_assert_mem_eq(out, zero, sizeof out);
}
END_TEST

/* RFC 4648 10 */
START_TEST(knows_the_vectors_of_the_rfc)
{
    static const struct {
        const char *plain, *coded;
    } v[] = {{"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
             {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    ztrunk_ctx *ctx = sdp_test_ctx();

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        zti_buf b = zti_buf_of(ctx, 64);
        uint8_t out[8] = {0};

        zti_base64_encode(&b, (const uint8_t *)v[i].plain, strlen(v[i].plain));
        ck_assert(zti_str_eq(zti_buf_view(&b), zti_str_of(v[i].coded)));
        ck_assert_int_eq(zti_base64_decode(zti_buf_view(&b), out, strlen(v[i].plain)), ZTRUNK_OK);
        ck_assert_str_eq((char *)out, v[i].plain);
        zti_buf_free(&b);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(every_byte_survives_both_ways)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    uint8_t data[256], out[256];

    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 167);
    for (size_t len = 0; len <= sizeof data; len++) {
        zti_buf b = zti_buf_of(ctx, 512);

        zti_base64_encode(&b, data, len);
        ck_assert_int_eq(zti_base64_decode(zti_buf_view(&b), out, len), ZTRUNK_OK);
        ck_assert_mem_eq(out, data, len);
        zti_buf_free(&b);
    }
    ztrunk_ctx_free(ctx);
}
END_TEST

UNIT_MAIN("wire/sdp_base64", refuses_what_is_not_exactly_the_key,
          a_refused_key_leaves_nothing_behind, knows_the_vectors_of_the_rfc,
          every_byte_survives_both_ways)
