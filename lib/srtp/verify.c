#include "srtp/verify.h"

#include <string.h>
#include "base/mem.h"

#define COUNTER_SALT 14u
#define GCM_SALT     12u
#define GCM_TAG      16u
#define AUTH_KEY     20u
#define RTCP_INDEX   4u

/* RFC 3711 4.3.2. SRTCP's are three higher. */
enum { LABEL_CIPHER = 0, LABEL_AUTH = 1, LABEL_SALT = 2, LABEL_RTCP = 3 };

typedef struct suite_row {
    uint32_t suite, key_len, is_gcm, rtp_tag, rtcp_tag;
} suite_row;

static const suite_row rows[] = {
    {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80, 16, 0, 10, 10},
    {ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32, 16, 0, 4, 10},
    {ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80, 24, 0, 10, 10},
    {ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32, 24, 0, 4, 10},
    {ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80, 32, 0, 10, 10},
    {ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32, 32, 0, 4, 10},
    {ZTRUNK_SUITE_AEAD_AES_128_GCM, 16, 1, 16, 16},
    {ZTRUNK_SUITE_AEAD_AES_256_GCM, 32, 1, 16, 16},
};

static const suite_row *row_of(uint32_t suite)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].suite == suite) return &rows[i];
    return NULL;
}

size_t zti_srtp_tag_len(uint32_t suite, uint32_t is_rtcp)
{
    const suite_row *row = row_of(suite);

    if (row == NULL) return 0;
    return is_rtcp ? row->rtcp_tag : row->rtp_tag;
}

static int32_t made(srtp_err_status_t status)
{
    if (status == srtp_err_status_ok) return ZTRUNK_OK;
    return status == srtp_err_status_alloc_fail ? ZTRUNK_E_NOMEM : ZTRUNK_E_CRYPTO;
}

int32_t zti_srtp_verifier_init(zti_srtp_verifier *v)
{
    int32_t err = ZTRUNK_OK;

    memset(v, 0, sizeof *v);
    for (int i = 0; i < 3 && err == ZTRUNK_OK; i++)
        err = made(zti_icm_alloc(&v->counter[i], 16 + 8 * i + (int)COUNTER_SALT, 0));
    for (int i = 0; i < 2 && err == ZTRUNK_OK; i++)
        err = made(zti_gcm_alloc(&v->gcm[i], 16 + 16 * i + (int)GCM_SALT, (int)GCM_TAG));
    if (err == ZTRUNK_OK) err = made(zti_hmac_alloc(&v->hmac, (int)AUTH_KEY, (int)AUTH_KEY));
    return err;
}

void zti_srtp_verifier_end(zti_srtp_verifier *v)
{
    for (int i = 0; i < 3; i++)
        if (v->counter[i] != NULL) (void)zti_icm_free(v->counter[i]);
    for (int i = 0; i < 2; i++)
        if (v->gcm[i] != NULL) (void)zti_gcm_free(v->gcm[i]);
    if (v->hmac != NULL) (void)zti_hmac_free(v->hmac);
    zti_wipe(v, sizeof *v);
}

int32_t zti_srtp_verifier_take(zti_srtp_verifier *v, uint32_t is_rtcp, const uint8_t *pkt,
                               size_t len)
{
    if (len > ZTI_SRTP_VERIFY_MAX) return ZTRUNK_E_MALFORMED;
    v->pkt = pkt;
    v->len = len;
    v->is_rtcp = is_rtcp;
    return zti_srtp_header(pkt, len, 0, is_rtcp, &v->hdr);
}

/* RFC 3711 4.3.1 with a key derivation rate of 0; cipher has the master key and salt. */
static uint32_t derive(srtp_cipher_t *cipher, uint8_t label, uint8_t *out, unsigned int len)
{
    uint8_t block[16] = {[7] = label};

    memset(out, 0, len);
    return zti_icm_iv(cipher->state, block, srtp_direction_encrypt) == srtp_err_status_ok &&
           zti_icm_crypt(cipher->state, out, &len) == srtp_err_status_ok;
}

static uint32_t derive_auth(zti_srtp_verifier *v, srtp_cipher_t *cipher, uint8_t labels)
{
    uint8_t key[AUTH_KEY];
    uint32_t ok = derive(cipher, labels + LABEL_AUTH, key, sizeof key) &&
                  zti_hmac_key(v->hmac->state, key, AUTH_KEY) == srtp_err_status_ok;

    zti_wipe(key, sizeof key);
    v->opens = NULL;
    return ok;
}

static uint32_t derive_gcm(zti_srtp_verifier *v, srtp_cipher_t *cipher, uint8_t labels,
                           unsigned int key_len)
{
    srtp_cipher_t *gcm = v->gcm[key_len == 32];
    uint8_t key[32 + GCM_SALT] = {0};
    uint32_t ok = derive(cipher, labels + LABEL_CIPHER, key, key_len) &&
                  derive(cipher, labels + LABEL_SALT, v->salt, sizeof v->salt) &&
                  zti_gcm_key(gcm->state, key) == srtp_err_status_ok;

    zti_wipe(key, sizeof key);
    v->opens = gcm;
    return ok;
}

/* RFC 7714 11: GCM's salt of 12 bytes is derived with as one of 14, with zeros behind it. */
uint32_t zti_srtp_verifier_key(zti_srtp_verifier *v, uint32_t suite, const uint8_t *key)
{
    const suite_row *row = row_of(suite);
    uint8_t master[32 + COUNTER_SALT] = {0};
    uint8_t labels = v->is_rtcp ? LABEL_RTCP : 0;
    srtp_cipher_t *cipher;
    uint32_t ok;

    if (row == NULL) return 0;
    cipher = v->counter[(row->key_len - 16) / 8];
    memcpy(master, key, row->key_len + (row->is_gcm ? GCM_SALT : COUNTER_SALT));
    ok = zti_icm_key(cipher->state, master) == srtp_err_status_ok;
    zti_wipe(master, sizeof master);
    if (!ok) return 0;
    return row->is_gcm ? derive_gcm(v, cipher, labels, row->key_len)
                       : derive_auth(v, cipher, labels);
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* RFC 3711 4.2: SRTP adds the counter, SRTCP has its index in the packet. */
static uint32_t fits_hmac(zti_srtp_verifier *v, size_t tag_len, size_t mki_len, uint32_t roc)
{
    size_t tail = tag_len + mki_len + (v->is_rtcp ? RTCP_INDEX : 0);
    uint8_t tag[AUTH_KEY], counter[4];
    void *hmac = v->hmac->state;

    if (tag_len > sizeof tag || v->len < v->hdr.len + tail) return 0;
    put32(counter, roc);
    if (zti_hmac_start(hmac) != srtp_err_status_ok ||
        zti_hmac_update(hmac, v->pkt, (int)(v->len - tag_len - mki_len)) != srtp_err_status_ok ||
        zti_hmac_final(hmac, counter, v->is_rtcp ? 0 : 4, (int)tag_len, tag) != srtp_err_status_ok)
        return 0;
    return zti_same_ct(tag, v->pkt + v->len - tag_len, tag_len);
}

/* RFC 7714 8.1 and 9.1: SSRC, then counter and sequence number or SRTCP's index, under the salt. */
static void gcm_iv(const zti_srtp_verifier *v, const uint8_t *index, uint32_t roc, uint8_t iv[12])
{
    memset(iv, 0, 12);
    put32(iv + 2, v->hdr.ssrc);
    if (v->is_rtcp) {
        memcpy(iv + 8, index, RTCP_INDEX);
        iv[8] &= 0x7f;
    } else {
        put32(iv + 6, roc);
        iv[10] = (uint8_t)(v->hdr.seq >> 8);
        iv[11] = (uint8_t)v->hdr.seq;
    }
    for (size_t i = 0; i < 12; i++) iv[i] ^= v->salt[i];
}

static uint32_t fits_gcm(zti_srtp_verifier *v, size_t mki_len, uint32_t roc)
{
    size_t tail = mki_len + (v->is_rtcp ? RTCP_INDEX : 0);
    const uint8_t *index = v->pkt + v->len - tail;
    void *gcm = v->opens->state;
    unsigned int len;
    uint8_t iv[12];

    if (v->len < v->hdr.len + GCM_TAG + tail) return 0;
    len = (unsigned int)(v->len - tail - v->hdr.len);
    memcpy(v->text, v->pkt + v->hdr.len, len);
    gcm_iv(v, index, roc, iv);
    if (zti_gcm_iv(gcm, iv, srtp_direction_decrypt) != srtp_err_status_ok ||
        zti_gcm_aad(gcm, v->pkt, v->hdr.len) != srtp_err_status_ok)
        return 0;
    if (v->is_rtcp && zti_gcm_aad(gcm, index, RTCP_INDEX) != srtp_err_status_ok) return 0;
    return zti_gcm_open(gcm, v->text, &len) == srtp_err_status_ok;
}

uint32_t zti_srtp_verifier_fits(zti_srtp_verifier *v, size_t tag_len, size_t mki_len, uint32_t roc)
{
    return v->opens != NULL ? fits_gcm(v, mki_len, roc) : fits_hmac(v, tag_len, mki_len, roc);
}

void zti_srtp_verifier_wipe(zti_srtp_verifier *v)
{
    static const uint8_t zeros[32 + COUNTER_SALT];

    for (int i = 0; i < 3; i++) (void)zti_icm_key(v->counter[i]->state, zeros);
    for (int i = 0; i < 2; i++) (void)zti_gcm_key(v->gcm[i]->state, zeros);
    (void)zti_hmac_key(v->hmac->state, zeros, AUTH_KEY);
    zti_wipe(v->salt, sizeof v->salt);
    zti_wipe(v->text, sizeof v->text);
    v->pkt = NULL;
}
