#include "tls/ocsp_reply.h"

#include <string.h>
#include "unit/tls/ocsp_answers.h"

#define DAY INT64_C(86400)

static ztrunk_ctx *ctx;
static ztrunk_ocsp_info info;

static int32_t judge_bytes(const char *cert, const uint8_t *answer, size_t len, int64_t later_s)
{
    ztrunk_ocsp *o = NULL;
    int32_t err;

    info = (ztrunk_ocsp_info){.size = sizeof info};
    ck_assert_int_eq(ocsp_about(ctx, cert, "ca.cert", &o), ZTRUNK_OK);
    err = ztrunk_ocsp_judge(o, answer, len, ocsp_made_s() + later_s, &info);
    ck_assert(err == ZTRUNK_OK ? info.status != 0 : info.status == 0);
    ztrunk_ocsp_free(o);
    return err;
}

static int32_t judge(const char *cert, const char *name, int64_t later_s)
{
    ocsp_file f = ocsp_read(name);
    int32_t err = judge_bytes(cert, f.data, f.len, later_s);

    free(f.data);
    return err;
}

static void begin(void)
{
    const uint8_t seed[32] = {1};

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_ctx_free(ctx);
}

START_TEST(only_the_issuer_and_whom_it_charged_may_answer)
{
    begin();
    ck_assert_int_eq(judge("good.cert", "good-by-stranger.der", 0), ZTRUNK_E_AUTH);
    ck_assert_int_eq(judge("good.cert", "good-by-intruder.der", 0), ZTRUNK_E_AUTH);
    ck_assert_int_eq(judge("good.cert", "good-by-server.der", 0), ZTRUNK_E_AUTH);
    ck_assert_int_eq(judge("good.cert", "good-by-short.der", 2 * DAY), ZTRUNK_E_AUTH);
    ck_assert_int_eq(judge("good.cert", "good-by-short.der", 60), ZTRUNK_OK);
    ck_assert_int_eq(judge("good.cert", "good-by-responder.der", 0), ZTRUNK_OK);
    ck_assert_int_eq(judge("good.cert", "good-by-key.der", 0), ZTRUNK_OK);
    ck_assert_int_eq(judge("good.cert", "good-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.status, ZTRUNK_OCSP_GOOD);
    end();
}
END_TEST

START_TEST(an_answer_is_about_the_certificate_that_was_asked_for)
{
    begin();
    ck_assert_int_eq(judge("revoked.cert", "good-by-ca.der", 0), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(judge("good.cert", "revoked-by-ca.der", 0), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(judge("good.cert", "try-later.der", 0), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(judge("good.cert", "two-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.status, ZTRUNK_OCSP_GOOD);
    ck_assert_int_eq(judge("revoked.cert", "two-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.status, ZTRUNK_OCSP_REVOKED);
    end();
}
END_TEST

START_TEST(revoked_says_since_when_and_why)
{
    begin();
    ck_assert_int_eq(judge("revoked.cert", "revoked-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.status, ZTRUNK_OCSP_REVOKED);
    ck_assert_int_eq(info.revoked_s, INT64_C(1767225600)); /* 2026-01-01T00:00:00Z */
    ck_assert_uint_eq(info.reason, 1);                     /* keyCompromise */
    ck_assert_int_eq(judge("unknown.cert", "unknown-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.status, ZTRUNK_OCSP_UNKNOWN);
    end();
}
END_TEST

START_TEST(the_nonce_of_another_question_is_refused)
{
    begin();
    ck_assert_int_eq(judge("good.cert", "good-nonce.der", 0), ZTRUNK_E_AUTH);
    ck_assert_int_eq(judge("good.cert", "good-by-ca.der", 0), ZTRUNK_OK);
    ck_assert_uint_eq(info.is_fresh_nonce, 0);
    end();
}
END_TEST

START_TEST(an_answer_holds_for_its_time_and_untold_for_a_day)
{
    begin();
    ck_assert_int_eq(judge("good.cert", "good-by-ca.der", -DAY), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(judge("good.cert", "good-minutes.der", 240), ZTRUNK_OK);
    ck_assert_int_eq(judge("good.cert", "good-minutes.der", 400), ZTRUNK_E_EXPIRED);
    ck_assert_int_eq(judge("good.cert", "good-untold.der", DAY - 60), ZTRUNK_OK);
    ck_assert_int_eq(info.next_update_s, info.this_update_s + DAY);
    ck_assert_int_eq(judge("good.cert", "good-untold.der", DAY + 60), ZTRUNK_E_EXPIRED);
    end();
}
END_TEST

/* Cut anywhere, or with a bit turned in every third octet: never good. */
START_TEST(no_damaged_answer_is_believed)
{
    ocsp_file f = ocsp_read("good-by-responder.der");
    int64_t made_s = ocsp_made_s();
    ztrunk_ocsp *o = NULL;

    begin();
    info = (ztrunk_ocsp_info){.size = sizeof info};
    ck_assert_int_eq(ocsp_about(ctx, "good.cert", "ca.cert", &o), ZTRUNK_OK);
    for (size_t len = 0; len < f.len; len++) {
        uint8_t *cut = malloc(len > 0 ? len : 1);

        memcpy(cut, f.data, len);
        ck_assert_int_ne(ztrunk_ocsp_judge(o, cut, len, made_s, &info), ZTRUNK_OK);
        free(cut);
    }
    for (size_t at = 0; at < f.len; at += 3) {
        f.data[at] ^= (uint8_t)(1u << at % 8);
        if (ztrunk_ocsp_judge(o, f.data, f.len, made_s, &info) == ZTRUNK_OK)
            ck_abort_msg("octet %zu", at);
        f.data[at] ^= (uint8_t)(1u << at % 8);
    }
    ck_assert_int_eq(ztrunk_ocsp_judge(o, f.data, f.len, made_s, &info), ZTRUNK_OK);
    free(f.data);
    ztrunk_ocsp_free(o);
    end();
}
END_TEST

UNIT_MAIN("tls/ocsp_reply", only_the_issuer_and_whom_it_charged_may_answer,
          an_answer_is_about_the_certificate_that_was_asked_for, revoked_says_since_when_and_why,
          the_nonce_of_another_question_is_refused,
          an_answer_holds_for_its_time_and_untold_for_a_day, no_damaged_answer_is_believed)
