#include "srtp/policy.h"

typedef void (*set_fn)(srtp_crypto_policy_t *);

/* RFC 3711 5.2 and RFC 4568 6.2: SRTCP keeps the 80-bit tag where SRTP takes the 32-bit one. No row
 * leaves out encryption or authentication. */
static const struct {
    uint32_t suite;
    set_fn rtp, rtcp;
} rows[] = {
    {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80, srtp_crypto_policy_set_rtp_default,
     srtp_crypto_policy_set_rtcp_default},
    {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32, srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
     srtp_crypto_policy_set_rtcp_default},
    {ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80, srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80},
    {ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32, srtp_crypto_policy_set_aes_cm_192_hmac_sha1_32,
     srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80},
    {ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {ZTRUNK_SUITE_AEAD_AES_128_GCM, srtp_crypto_policy_set_aes_gcm_128_16_auth,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {ZTRUNK_SUITE_AEAD_AES_256_GCM, srtp_crypto_policy_set_aes_gcm_256_16_auth,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
};

int32_t zti_srtp_policy(uint32_t suite, srtp_policy_t *policy)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].suite != suite) continue;
        rows[i].rtp(&policy->rtp);
        rows[i].rtcp(&policy->rtcp);
        return ZTRUNK_OK;
    }
    return ZTRUNK_E_INVALID;
}

int32_t zti_srtp_error(srtp_err_status_t status)
{
    static const struct {
        srtp_err_status_t status;
        int32_t err;
    } errors[] = {
        {srtp_err_status_ok, ZTRUNK_OK},
        {srtp_err_status_auth_fail, ZTRUNK_E_AUTH},
        {srtp_err_status_bad_mki, ZTRUNK_E_AUTH},
        {srtp_err_status_replay_fail, ZTRUNK_E_REPLAY},
        {srtp_err_status_replay_old, ZTRUNK_E_REPLAY},
        {srtp_err_status_pkt_idx_old, ZTRUNK_E_REPLAY},
        {srtp_err_status_key_expired, ZTRUNK_E_EXPIRED},
        {srtp_err_status_alloc_fail, ZTRUNK_E_NOMEM},
        {srtp_err_status_bad_param, ZTRUNK_E_MALFORMED},
        {srtp_err_status_parse_err, ZTRUNK_E_MALFORMED},
        {srtp_err_status_cant_check, ZTRUNK_E_MALFORMED}, /* SRTCP with its E bit off */
    };

    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].status == status) return errors[i].err;
    }
    return ZTRUNK_E_CRYPTO;
}
