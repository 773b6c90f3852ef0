#include "srtp/init.h"

#include <pthread.h>
#include <srtp2/srtp.h>
#include <zerotrunk/srtp.h>
#include "unit.h"

static int32_t context_result(void)
{
    ztrunk_srtp_opts opts = {.size = sizeof opts, .suite = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80};
    uint8_t seed[32] = {1}, key[30] = {2};
    ztrunk_ctx *ctx = NULL;
    ztrunk_srtp *s = NULL;
    int32_t err;

    ck_assert_int_eq(ztrunk_ctx_new_seeded(seed, &ctx), ZTRUNK_OK);
    err = ztrunk_srtp_new(ctx, &opts, key, sizeof key, &s);
    ztrunk_srtp_free(s);
    ztrunk_ctx_free(ctx);
    return err;
}

START_TEST(a_host_that_was_first_is_no_error)
{
    ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(context_result(), ZTRUNK_OK);
}
END_TEST

START_TEST(a_hosts_own_contexts_work_on)
{
    srtp_policy_t policy = {0};
    uint8_t key[30] = {3}, pkt[200] = {0x80};
    srtp_t host = NULL;
    int len = 172;

    ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
    srtp_crypto_policy_set_rtp_default(&policy.rtp);
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    policy.ssrc.type = ssrc_any_outbound;
    policy.key = key;
    ck_assert_int_eq(srtp_create(&host, &policy), srtp_err_status_ok);
    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(srtp_protect(host, pkt, &len), srtp_err_status_ok);
    ck_assert_int_eq(srtp_dealloc(host), srtp_err_status_ok);
}
END_TEST

START_TEST(a_shutdown_under_our_feet_fails_closed)
{
    ck_assert_int_eq(zti_srtp_ready(), ZTRUNK_OK);
    ck_assert_int_eq(srtp_shutdown(), srtp_err_status_ok);
    ck_assert_int_eq(context_result(), ZTRUNK_E_CRYPTO);
}
END_TEST

static void *thread_of(void *arg)
{
    *(int32_t *)arg = zti_srtp_ready();
    return NULL;
}

START_TEST(threads_that_start_together_find_it_ready)
{
    pthread_t threads[8];
    int32_t results[8];

    for (int i = 0; i < 8; i++) {
        results[i] = -1;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, thread_of, &results[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(results[i], ZTRUNK_OK);
    }
    ck_assert_int_eq(context_result(), ZTRUNK_OK);
}
END_TEST

UNIT_MAIN("srtp/init", a_host_that_was_first_is_no_error, a_hosts_own_contexts_work_on,
          a_shutdown_under_our_feet_fails_closed, threads_that_start_together_find_it_ready)
