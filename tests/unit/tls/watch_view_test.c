#include "tls/watch_view.h"

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"
#include "unit/tls/pki.h"

#define DAY (INT64_C(86400))

static char text[65536];
static pki_der der;
static const pki_key *key;

static void add(const pki_spec *given)
{
    pki_spec spec = *given;

    spec.key = spec.signer = key;
    pki_make(&spec, &der);
    pki_pem("CERTIFICATE", &der, text, sizeof text);
}

static ztrunk_ctx *start(void)
{
    ztrunk_ctx *ctx = NULL;

    text[0] = 0;
    key = pki_p256();
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    return ctx;
}

static void end(ztrunk_ctx *ctx, zti_watch_chain *chain)
{
    zti_watch_chain_free(chain);
    ztrunk_ctx_free(ctx);
    pki_end();
}

START_TEST(a_damaged_first_certificate_is_not_replaced_by_the_next)
{
    ztrunk_ctx *ctx = start();
    zti_watch_chain chain;

    snprintf(text, sizeof text, "%s",
             "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n");
    add(&(pki_spec){.subject = "leaf", .issuer = "ca"});
    ck_assert_int_eq(zti_watch_chain_read(ctx, zti_str_of(text), &chain), ZTRUNK_E_MALFORMED);
    ck_assert_uint_eq(chain.count, 0);
    ck_assert_int_eq(zti_watch_chain_read(ctx, ZTI_STR(""), &chain), ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(zti_watch_chain_read(ctx, ZTI_STR("0\x82"), &chain), ZTRUNK_E_MALFORMED);
    end(ctx, &chain);
}
END_TEST

START_TEST(certificates_that_issue_one_another_are_no_endless_way)
{
    ztrunk_ctx *ctx = start();
    zti_watch_chain chain;

    add(&(pki_spec){.subject = "a", .issuer = "b", .no_ids = 1});
    add(&(pki_spec){.subject = "b", .issuer = "a", .is_ca = 1, .no_ids = 1});
    ck_assert_int_eq(zti_watch_chain_read(ctx, zti_str_of(text), &chain), ZTRUNK_OK);
    ck_assert_uint_le(chain.count, 2);
    zti_watch_chain_free(&chain);
    text[0] = 0;
    for (int i = 0; i < 40; i++) add(&(pki_spec){.subject = "x", .issuer = "x", .no_ids = 1});
    ck_assert_int_eq(zti_watch_chain_read(ctx, zti_str_of(text), &chain), ZTRUNK_OK);
    ck_assert_uint_eq(chain.count, 1);
    end(ctx, &chain);
}
END_TEST

START_TEST(what_does_not_lead_on_from_the_first_does_not_count)
{
    ztrunk_ctx *ctx = start();
    zti_watch_chain chain;

    add(&(pki_spec){.subject = "leaf", .issuer = "middle", .not_after_s = PKI_NOW + 50 * DAY});
    add(&(pki_spec){.subject = "stray", .issuer = "ca", .is_ca = 1, .not_after_s = PKI_NOW + DAY});
    add(&(pki_spec){.subject = "middle", .issuer = "ca", .is_ca = 1});
    ck_assert_int_eq(zti_watch_chain_read(ctx, zti_str_of(text), &chain), ZTRUNK_OK);
    ck_assert_uint_eq(chain.count, 2);
    ck_assert_str_eq(chain.certs[1].subject, "CN=middle");
    ck_assert_str_eq(chain.issuer, "CN=middle");
    ck_assert_str_eq(chain.above, "CN=ca");
    ck_assert_int_eq(zti_watch_chain_end(&chain), PKI_NOW + 50 * DAY);
    end(ctx, &chain);
}
END_TEST

/* Days left, life in days, level: to the second of each threshold and one before it. */
START_TEST(each_threshold_counts_from_its_very_second)
{
    static const struct {
        int64_t life_s, left_s;
        uint32_t level;
    } rows[] = {{365 * DAY, 30 * DAY + 1, ZTRUNK_EXPIRY_NONE},
                {365 * DAY, 30 * DAY, ZTRUNK_EXPIRY_30_DAYS},
                {365 * DAY, 14 * DAY + 1, ZTRUNK_EXPIRY_30_DAYS},
                {365 * DAY, 14 * DAY, ZTRUNK_EXPIRY_14_DAYS},
                {365 * DAY, 7 * DAY + 1, ZTRUNK_EXPIRY_14_DAYS},
                {365 * DAY, 7 * DAY, ZTRUNK_EXPIRY_7_DAYS},
                {365 * DAY, DAY + 1, ZTRUNK_EXPIRY_7_DAYS},
                {365 * DAY, DAY, ZTRUNK_EXPIRY_1_DAY},
                {365 * DAY, 0, ZTRUNK_EXPIRY_1_DAY}, /* RFC 5280 4.1.2.5: notAfter is valid */
                {365 * DAY, -1, ZTRUNK_EXPIRY_OVER},
                {100 * DAY, 30 * DAY + 1, ZTRUNK_EXPIRY_NONE},
                {100 * DAY, 30 * DAY, ZTRUNK_EXPIRY_30_DAYS},
                /* renewed at a third of their life, 90 and 6 days: nothing to say */
                {90 * DAY, 30 * DAY, ZTRUNK_EXPIRY_NONE},
                {90 * DAY, 27 * DAY, ZTRUNK_EXPIRY_30_DAYS},
                {6 * DAY, 2 * DAY, ZTRUNK_EXPIRY_NONE},
                {6 * DAY, 6 * 30 * DAY / 100, ZTRUNK_EXPIRY_30_DAYS},
                {6 * DAY, 6 * 7 * DAY / 100, ZTRUNK_EXPIRY_7_DAYS},
                {6 * DAY, 6 * DAY / 100, ZTRUNK_EXPIRY_1_DAY},
                {-5, 40 * DAY, ZTRUNK_EXPIRY_NONE}}; /* it ends before it begins */
    size_t which = 9;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        zti_watch_chain chain = {.count = 1};

        chain.certs[0].not_after_s = PKI_NOW + rows[i].left_s;
        chain.certs[0].not_before_s = chain.certs[0].not_after_s - rows[i].life_s;
        ck_assert_msg(zti_watch_chain_level(&chain, PKI_NOW, &which) == rows[i].level, "row %zu",
                      i);
        ck_assert_uint_eq(which, 0);
    }
}
END_TEST

START_TEST(the_most_urgent_certificate_is_the_one_that_is_meant)
{
    zti_watch_chain chain = {.count = 3};
    size_t which = 0;

    for (size_t i = 0; i < 3; i++) chain.certs[i].not_before_s = PKI_NOW - 5000 * DAY;
    chain.certs[0].not_after_s = PKI_NOW + 5 * DAY;
    chain.certs[0].not_before_s = PKI_NOW - DAY; /* six days: fresh */
    chain.certs[1].not_after_s = PKI_NOW + 20 * DAY;
    chain.certs[2].not_after_s = PKI_NOW + 10 * DAY;
    ck_assert_uint_eq(zti_watch_chain_level(&chain, PKI_NOW, &which), ZTRUNK_EXPIRY_14_DAYS);
    ck_assert_uint_eq(which, 2);
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything)
{
    int32_t err = ZTRUNK_E_NOMEM;
    ztrunk_ctx *spare = start();

    add(&(pki_spec){.subject = "leaf", .issuer = "middle"});
    add(&(pki_spec){.subject = "middle", .issuer = "ca", .is_ca = 1});
    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *ctx = NULL;
        zti_watch_chain chain;

        ck_assert_uint_lt(n, 500);
        if (fail_ctx_new(&f, &ctx) != ZTRUNK_OK) continue;
        err = zti_watch_chain_read(ctx, zti_str_of(text), &chain);
        ck_assert_msg(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM, "%u: %d", n, err);
        ck_assert_uint_eq(chain.count, err == ZTRUNK_OK ? 2 : 0);
        zti_watch_chain_free(&chain);
        ztrunk_ctx_free(ctx);
        ck_assert_uint_eq(f.live, 0);
    }
    ztrunk_ctx_free(spare);
    pki_end();
}
END_TEST

UNIT_MAIN("tls/watch_view", a_damaged_first_certificate_is_not_replaced_by_the_next,
          certificates_that_issue_one_another_are_no_endless_way,
          what_does_not_lead_on_from_the_first_does_not_count,
          each_threshold_counts_from_its_very_second,
          the_most_urgent_certificate_is_the_one_that_is_meant,
          no_failed_allocation_leaves_anything)
