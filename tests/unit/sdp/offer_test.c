#include <zerotrunk/sdp.h>

#include "sdp_cases.h"

static ztrunk_sdp_verdict judge(const sdp_case *c, const ztrunk_sdp_policy *policy,
                                ztrunk_sdp **out)
{
    ztrunk_ctx *ctx = sdp_test_ctx();
    ztrunk_sdp_verdict verdict = {.size = sizeof verdict};

    *out = NULL;
    ck_assert_int_eq(ztrunk_sdp_read_offer(ctx, c->text, c->len, policy, &verdict, out), ZTRUNK_OK);
    ck_assert((*out != NULL) == (verdict.reason == ZTRUNK_SDP_OK));
    ck_assert_uint_eq(verdict.status, verdict.reason == ZTRUNK_SDP_OK ? 0 : 488);
    ck_assert_uint_gt(strlen(verdict.text), 0);
    ck_assert_ptr_null(strpbrk(verdict.text, "\r\n\""));
    ztrunk_ctx_free(ctx);
    return verdict;
}

static void check_choice(const sdp_case *c, const ztrunk_sdp *sdp,
                         const ztrunk_sdp_verdict *verdict)
{
    ztrunk_sdp_crypto crypto = {.size = sizeof crypto};
    char tag[16];

    ck_assert_int_eq(ztrunk_sdp_get_crypto(sdp, verdict->media, verdict->crypto, &crypto),
                     ZTRUNK_OK);
    ck_assert_uint_eq(crypto.key_len, ztrunk_suite_key_len(crypto.suite));
    snprintf(tag, sizeof tag, "%u", crypto.tag);
    if (c->tag[0] != 0) ck_assert_msg(strstr(c->tag, tag) != NULL, "%s: tag %s", c->id, tag);
    if (c->suite[0] != 0) ck_assert_str_eq(ztrunk_suite_name(crypto.suite), c->suite);
    if (c->mki[0] == 0) return;
    ck_assert_uint_eq(crypto.mki_len, strlen(c->mki) / 2);
    ck_assert_uint_eq(crypto.mki, strtoul(c->mki, NULL, 16));
}

static void judge_case(const sdp_case *c, void *arg)
{
    ztrunk_sdp *sdp;
    ztrunk_sdp_verdict verdict = judge(c, arg, &sdp);

    if (strcmp(c->verdict, "accept") == 0)
        ck_assert_msg(verdict.reason == ZTRUNK_SDP_OK, "%s: %s", c->id, verdict.text);
    else if (strcmp(c->verdict, "policy") != 0)
        ck_assert_msg(verdict.reason != ZTRUNK_SDP_OK, "%s was accepted", c->id);
    if (verdict.reason == ZTRUNK_SDP_OK) check_choice(c, sdp, &verdict);
    ztrunk_sdp_free(sdp);
}

START_TEST(judges_every_case_as_the_list_does)
{
    ck_assert_uint_eq(sdp_cases(judge_case, NULL), 71);
}
END_TEST

static void refuse_case(const sdp_case *c, void *arg)
{
    ztrunk_sdp_policy strict = {.size = sizeof strict, .refuse_private = 1};
    ztrunk_sdp *sdp;

    strict.suites = 1u << ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;
    *(uint32_t *)arg += strcmp(c->verdict, "policy") == 0;
    if (strcmp(c->verdict, "policy") != 0) return;
    ck_assert_msg(judge(c, &strict, &sdp).reason != ZTRUNK_SDP_OK, "%s", c->id);
}

START_TEST(policy_can_refuse_every_case_that_is_up_to_it)
{
    uint32_t count = 0;

    sdp_cases(refuse_case, &count);
    ck_assert_uint_eq(count, 4);
}
END_TEST

UNIT_MAIN("sdp/offer", judges_every_case_as_the_list_does,
          policy_can_refuse_every_case_that_is_up_to_it)
