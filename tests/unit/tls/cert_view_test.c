#include <zerotrunk/cert.h>

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"
#include "unit/tls/pki.h"

static char text[65536];
static pki_der der;

static void add(const pki_spec *given, const pki_key *key)
{
    pki_spec spec = *given;

    spec.key = key;
    spec.signer = key;
    pki_make(&spec, &der);
    pki_pem("CERTIFICATE", &der, text, sizeof text);
}

static ztrunk_ctx *ctx_new(void)
{
    static const uint8_t seed[32] = {1};
    ztrunk_ctx *ctx = NULL;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    text[0] = 0;
    return ctx;
}

static int32_t view(ztrunk_ctx *ctx, uint32_t nth, ztrunk_cert **cert)
{
    return ztrunk_cert_new(ctx, (const uint8_t *)text, strlen(text), nth, cert);
}

static void chain(void)
{
    const pki_key *key = pki_p256();

    add(&(pki_spec){.subject = "leaf",
                    .issuer = "middle",
                    .serial = 0xabcdef,
                    .not_before_s = PKI_NOW - 60,
                    .not_after_s = PKI_NOW + 60,
                    .san = {{PKI_DNS, "SBC.example.com", 0}, {PKI_DNS, "*.wild.example.com", 0}}},
        key);
    add(&(pki_spec){.subject = "middle", .issuer = "ca", .serial = 2, .is_ca = 1}, key);
}

START_TEST(text_without_a_certificate_there_is_refused)
{
    static const struct {
        const char *text;
        uint32_t nth;
        int32_t want;
    } rows[] = {{"", 0, ZTRUNK_E_NOTFOUND},
                {"hello", 0, ZTRUNK_E_NOTFOUND},
                {"-----BEGIN CERTIFICATE-----\nMAMC\n", 0, ZTRUNK_E_MALFORMED},
                {"-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n", 0,
                 ZTRUNK_E_MALFORMED},
                {"-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n", 1,
                 ZTRUNK_E_MALFORMED},
                {"-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n", 0,
                 ZTRUNK_E_NOTFOUND}};
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_cert *cert = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, "%s", rows[i].text);
        ck_assert_msg(view(ctx, rows[i].nth, &cert) == rows[i].want, "%zu", i);
    }
    ck_assert_int_eq(ztrunk_cert_new(ctx, NULL, 0, 0, &cert), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_cert_new(ctx, (const uint8_t *)text, (4 << 20) + 1, 0, &cert),
                     ZTRUNK_E_LIMIT);
    ck_assert_ptr_null(cert);
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(dates_serial_and_place_are_those_that_were_issued)
{
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_cert_info info = {.size = sizeof info};
    ztrunk_cert *cert = NULL;

    chain();
    ck_assert_int_eq(view(ctx, 0, &cert), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_get_info(cert, &info), ZTRUNK_OK);
    ck_assert_int_eq(info.not_before_s, PKI_NOW - 60);
    ck_assert_int_eq(info.not_after_s, PKI_NOW + 60);
    ck_assert_uint_eq(info.is_ca, 0);
    ck_assert_str_eq(info.serial, "00abcdef"); /* DER has a zero before a high bit */
    ztrunk_cert_free(cert);
    ck_assert_int_eq(view(ctx, 1, &cert), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_get_info(cert, &info), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_ca, 1);
    ck_assert_str_eq(info.serial, "02");
    ztrunk_cert_free(cert);
    ck_assert_int_eq(view(ctx, 2, &cert), ZTRUNK_E_NOTFOUND);
    pki_end();
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(names_are_those_of_the_san_and_cover_by_rfc_5922)
{
    static const struct {
        const char *domain;
        uint32_t wildcards;
        int32_t want;
    } rows[] = {{"sbc.example.com", 0, ZTRUNK_OK},
                {"SBC.EXAMPLE.COM", 0, ZTRUNK_OK},
                {"leaf", 0, ZTRUNK_E_DENIED},
                {"example.com", 1, ZTRUNK_E_DENIED},
                {"a.wild.example.com", 0, ZTRUNK_E_DENIED},
                {"a.wild.example.com", 1, ZTRUNK_OK},
                {"a.b.wild.example.com", 1, ZTRUNK_E_DENIED},
                {"", 1, ZTRUNK_E_DENIED}};
    ztrunk_ctx *ctx = ctx_new();
    ztrunk_cert *cert = NULL;
    char name[32];
    size_t len = 0;

    chain();
    ck_assert_int_eq(view(ctx, 0, &cert), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_cert_name(cert, 0, name, sizeof name, &len), ZTRUNK_OK);
    ck_assert_str_eq(name, "sbc.example.com");
    ck_assert_uint_eq(len, 15);
    ck_assert_int_eq(ztrunk_cert_name(cert, 1, name, 18, &len), ZTRUNK_E_SPACE);
    ck_assert_uint_eq(len, 19);
    ck_assert_int_eq(ztrunk_cert_name(cert, 1, name, 19, &len), ZTRUNK_OK);
    ck_assert_str_eq(name, "*.wild.example.com");
    ck_assert_int_eq(ztrunk_cert_name(cert, 2, name, sizeof name, &len), ZTRUNK_E_NOTFOUND);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(ztrunk_cert_covers(cert, rows[i].domain, rows[i].wildcards) == rows[i].want,
                      "%zu", i);
    ztrunk_cert_free(cert);
    pki_end();
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(subject_issuer_and_usage_are_those_that_were_issued)
{
    static const struct {
        uint32_t eku, usage;
    } rows[] = {{0, ZTRUNK_CERT_ANY},
                {PKI_ANY, ZTRUNK_CERT_ANY},
                {PKI_SERVER, ZTRUNK_CERT_SERVER},
                {PKI_SERVER | PKI_CLIENT, ZTRUNK_CERT_SERVER | ZTRUNK_CERT_CLIENT},
                {PKI_SIP, ZTRUNK_CERT_SIP_DOMAIN}};
    ztrunk_ctx *ctx = ctx_new();
    const pki_key *key = pki_p256();
    ztrunk_cert_info info = {.size = sizeof info};
    ztrunk_cert *cert = NULL;
    char name[16];
    size_t len = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text[0] = 0;
        add(&(pki_spec){.subject = "leaf", .issuer = "a, b", .eku = rows[i].eku}, key);
        ck_assert_int_eq(ztrunk_cert_new(ctx, der.data, der.len, 0, &cert), ZTRUNK_OK);
        ck_assert_int_eq(ztrunk_cert_get_info(cert, &info), ZTRUNK_OK);
        ck_assert_msg(info.usage == rows[i].usage, "%zu", i);
        ck_assert_int_eq(ztrunk_cert_subject(cert, name, sizeof name, &len), ZTRUNK_OK);
        ck_assert_str_eq(name, "CN=leaf");
        ck_assert_uint_eq(len, 7);
        ck_assert_int_eq(ztrunk_cert_issuer(cert, name, 8, &len), ZTRUNK_E_SPACE);
        ck_assert_uint_eq(len, 9);
        ck_assert_int_eq(ztrunk_cert_issuer(cert, name, 9, &len), ZTRUNK_OK);
        ck_assert_str_eq(name, "CN=a\\, b");
        ztrunk_cert_free(cert);
    }
    pki_end();
    ztrunk_ctx_free(ctx);
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything)
{
    int32_t err = ZTRUNK_E_NOMEM;

    text[0] = 0;
    chain();
    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;
        ztrunk_cert *cert = NULL;

        ck_assert_uint_lt(n, 200);
        if (fail_ctx_new(&f, &ctx) != ZTRUNK_OK) continue;
        err = view(ctx, 1, &cert);
        ck_assert_msg(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM, "%u: %d", n, err);
        ztrunk_cert_free(cert);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
    pki_end();
}
END_TEST

UNIT_MAIN("tls/cert_view", text_without_a_certificate_there_is_refused,
          dates_serial_and_place_are_those_that_were_issued,
          names_are_those_of_the_san_and_cover_by_rfc_5922,
          subject_issuer_and_usage_are_those_that_were_issued, no_failed_allocation_leaves_anything)
