#include "tls/bundle.h"

#include <zerotrunk/core.h>
#include "unit.h"
#include "unit/tls/pki.h"

static char text[65536];
static pki_der der;

static ztrunk_ctx *with_two(void)
{
    const pki_key *key = pki_p256();
    ztrunk_ctx *ctx = NULL;

    text[0] = 0;
    for (int i = 0; i < 2; i++) {
        pki_make(&(pki_spec){.subject = i == 0 ? "a" : "b",
                             .issuer = "ca",
                             .key = key,
                             .signer = key,
                             .serial = (uint32_t)i + 1},
                 &der);
        pki_pem("CERTIFICATE", &der, text, sizeof text);
    }
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    return ctx;
}

static void end(ztrunk_ctx *ctx, zti_bundle *b)
{
    zti_bundle_free(b);
    ztrunk_ctx_free(ctx);
    pki_end();
}

START_TEST(what_is_damaged_is_left_out_and_told)
{
    static const char odd[] = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    ztrunk_ctx *ctx = with_two();
    zti_bundle b;
    size_t len = strlen(text);

    ck_assert_int_eq(zti_bundle_read(ctx, (zti_str){text, len - 30}, &b), ZTRUNK_OK);
    ck_assert_uint_eq(b.count, 1);
    ck_assert_uint_eq(b.is_damaged, 1);
    zti_bundle_free(&b);
    memcpy(text + len, odd, sizeof odd);
    ck_assert_int_eq(zti_bundle_read(ctx, zti_str_of(text), &b), ZTRUNK_OK);
    ck_assert_uint_eq(b.count, 2);
    ck_assert_uint_eq(b.is_damaged, 1);
    end(ctx, &b);
}
END_TEST

START_TEST(too_much_is_refused)
{
    ztrunk_ctx *ctx = with_two();
    zti_bundle b;

    ck_assert_int_eq(zti_bundle_read(ctx, (zti_str){text, (4 << 20) + 1}, &b), ZTRUNK_E_LIMIT);
    end(ctx, &b);
}
END_TEST

START_TEST(each_certificate_stays_after_the_text_has_gone)
{
    ztrunk_ctx *ctx = with_two();
    zti_bundle b;

    ck_assert_int_eq(zti_bundle_read(ctx, zti_str_of(text), &b), ZTRUNK_OK);
    memset(text, 'x', sizeof text - 1);
    ck_assert_uint_eq(b.count, 2);
    ck_assert_uint_eq(b.is_damaged, 0);
    ck_assert(zti_str_eq(b.certs[0].serial, ZTI_STR("\x01")));
    ck_assert(zti_str_eq(b.certs[1].serial, ZTI_STR("\x02")));
    end(ctx, &b);
}
END_TEST

START_TEST(der_one_after_the_other_is_read_as_well_and_cut_off_is_damaged)
{
    static char ders[2 * PKI_DER_MAX];
    ztrunk_ctx *ctx = with_two();
    zti_bundle b, again;
    size_t len = 0;

    ck_assert_int_eq(zti_bundle_read(ctx, zti_str_of(text), &b), ZTRUNK_OK);
    for (size_t i = 0; i < b.count; i++) {
        memcpy(ders + len, b.certs[i].raw.p, b.certs[i].raw.len);
        len += b.certs[i].raw.len;
    }
    ck_assert_int_eq(zti_bundle_read(ctx, (zti_str){ders, len}, &again), ZTRUNK_OK);
    ck_assert_uint_eq(again.count, 2);
    ck_assert_uint_eq(again.is_damaged, 0);
    ck_assert(zti_str_eq(again.certs[1].raw, b.certs[1].raw));
    zti_bundle_free(&again);
    ck_assert_int_eq(zti_bundle_read(ctx, (zti_str){ders, len - 1}, &again), ZTRUNK_OK);
    ck_assert_uint_eq(again.count, 1);
    ck_assert_uint_eq(again.is_damaged, 1);
    zti_bundle_free(&again);
    /* A remark that begins with the digit of SEQUENCE's octet is no DER. */
    memmove(text + 6, text, strlen(text) + 1);
    memcpy(text, "0 of 1", 6);
    ck_assert_int_eq(zti_bundle_read(ctx, zti_str_of(text), &again), ZTRUNK_OK);
    ck_assert_uint_ge(again.count, 1);
    zti_bundle_free(&again);
    end(ctx, &b);
}
END_TEST

UNIT_MAIN("tls/bundle", what_is_damaged_is_left_out_and_told, too_much_is_refused,
          each_certificate_stays_after_the_text_has_gone,
          der_one_after_the_other_is_read_as_well_and_cut_off_is_damaged)
