/* kernel_libcrypto.c - the kernels over OpenSSL's libcrypto.
 *
 * SHA-1 through the low-level calls: they are the only ones that let the state after a key's
 * inner and outer pad be kept and copied without an allocation per packet. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "srtp/kernel.h"

#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include "base/mem.h"

#define ICM_SALT      14
#define GCM_SALT      12
#define GCM_IV        12
#define GCM_TAG       16
#define GCM_SHORT_TAG 8 /* libsrtp2's self-test asks for it; no suite of ours does */

typedef struct icm {
    srtp_cipher_t cipher;
    EVP_CIPHER_CTX *evp;
    const EVP_CIPHER *type; /* static; NULL once it is set: with it OpenSSL 3 would start anew */
    uint8_t salt[16];       /* the block counter's two bytes stay 0 */
} icm;

typedef struct gcm {
    srtp_cipher_t cipher;
    EVP_CIPHER_CTX *evp;
    const EVP_CIPHER *type; /* as in icm */
    uint8_t iv[GCM_IV];
    int tag_len;
} gcm;

typedef struct hmac {
    srtp_auth_t auth;
    SHA_CTX inner, outer, now;
} hmac;

static srtp_err_status_t status_of(int evp_result)
{
    return evp_result == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail;
}

static const EVP_CIPHER *icm_type(int key_len, int *algorithm)
{
    switch (key_len - ICM_SALT) {
    case 16:
        *algorithm = SRTP_AES_ICM_128;
        return EVP_aes_128_ctr();
    case 24:
        *algorithm = SRTP_AES_ICM_192;
        return EVP_aes_192_ctr();
    case 32:
        *algorithm = SRTP_AES_ICM_256;
        return EVP_aes_256_ctr();
    default:
        return NULL;
    }
}

srtp_err_status_t zti_icm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len)
{
    int algorithm = 0;
    const EVP_CIPHER *type = icm_type(key_len, &algorithm);
    icm *c;

    (void)tag_len;
    if (type == NULL) return srtp_err_status_bad_param;
    c = OPENSSL_zalloc(sizeof *c);
    if (c == NULL) return srtp_err_status_alloc_fail;
    c->evp = EVP_CIPHER_CTX_new();
    if (c->evp == NULL) {
        OPENSSL_free(c);
        return srtp_err_status_alloc_fail;
    }
    c->type = type;
    c->cipher.type = zti_cipher_type(algorithm);
    c->cipher.state = c;
    c->cipher.key_len = key_len;
    c->cipher.algorithm = algorithm;
    *out = &c->cipher;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_icm_free(srtp_cipher_pointer_t cipher)
{
    icm *c = cipher->state;

    EVP_CIPHER_CTX_free(c->evp);
    OPENSSL_clear_free(c, sizeof *c);
    return srtp_err_status_ok;
}

srtp_err_status_t zti_icm_key(void *state, const uint8_t *key)
{
    icm *c = state;

    memcpy(c->salt, key + c->cipher.key_len - ICM_SALT, ICM_SALT);
    if (EVP_EncryptInit_ex(c->evp, c->type, NULL, key, NULL) != 1)
        return srtp_err_status_cipher_fail;
    c->type = NULL;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_icm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
    icm *c = state;
    uint8_t counter[16];

    (void)direction; /* counter mode knows none */
    for (size_t i = 0; i < sizeof counter; i++) counter[i] = c->salt[i] ^ iv[i];
    return status_of(EVP_EncryptInit_ex(c->evp, NULL, NULL, NULL, counter));
}

srtp_err_status_t zti_icm_crypt(void *state, uint8_t *data, unsigned int *len)
{
    icm *c = state;
    int done = 0;

    return status_of(EVP_EncryptUpdate(c->evp, data, &done, data, (int)*len));
}

srtp_err_status_t zti_gcm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len)
{
    uint32_t is_128 = key_len == 16 + GCM_SALT;
    gcm *c;

    if (!is_128 && key_len != 32 + GCM_SALT) return srtp_err_status_bad_param;
    if (tag_len != GCM_TAG && tag_len != GCM_SHORT_TAG) return srtp_err_status_bad_param;
    c = OPENSSL_zalloc(sizeof *c);
    if (c == NULL) return srtp_err_status_alloc_fail;
    c->evp = EVP_CIPHER_CTX_new();
    if (c->evp == NULL) {
        OPENSSL_free(c);
        return srtp_err_status_alloc_fail;
    }
    c->type = is_128 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
    c->tag_len = tag_len;
    c->cipher.type = zti_cipher_type(is_128 ? SRTP_AES_GCM_128 : SRTP_AES_GCM_256);
    c->cipher.state = c;
    c->cipher.key_len = key_len;
    c->cipher.algorithm = is_128 ? SRTP_AES_GCM_128 : SRTP_AES_GCM_256;
    *out = &c->cipher;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_gcm_free(srtp_cipher_pointer_t cipher)
{
    gcm *c = cipher->state;

    EVP_CIPHER_CTX_free(c->evp);
    OPENSSL_clear_free(c, sizeof *c);
    return srtp_err_status_ok;
}

/* The salt is libsrtp2's to mix into the IV: RFC 7714 8.1. */
srtp_err_status_t zti_gcm_key(void *state, const uint8_t *key)
{
    gcm *c = state;

    if (EVP_CipherInit_ex(c->evp, c->type, NULL, key, NULL, 1) != 1)
        return srtp_err_status_cipher_fail;
    c->type = NULL;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_gcm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
    gcm *c = state;

    memcpy(c->iv, iv, sizeof c->iv);
    return status_of(EVP_CipherInit_ex(c->evp, NULL, NULL, NULL, iv,
                                       direction == srtp_direction_decrypt ? 0 : 1));
}

srtp_err_status_t zti_gcm_aad(void *state, const uint8_t *aad, uint32_t len)
{
    gcm *c = state;
    int done = 0;

    return status_of(EVP_CipherUpdate(c->evp, NULL, &done, aad, (int)len));
}

srtp_err_status_t zti_gcm_seal(void *state, uint8_t *data, unsigned int *len)
{
    gcm *c = state;
    int done = 0;

    return status_of(EVP_EncryptUpdate(c->evp, data, &done, data, (int)*len));
}

srtp_err_status_t zti_gcm_tag(void *state, uint8_t *tag, uint32_t *len)
{
    gcm *c = state;
    int done = 0;

    if (EVP_EncryptFinal_ex(c->evp, NULL, &done) != 1) return srtp_err_status_cipher_fail;
    *len = (uint32_t)c->tag_len;
    return status_of(EVP_CIPHER_CTX_ctrl(c->evp, EVP_CTRL_AEAD_GET_TAG, c->tag_len, tag));
}

/* Counter mode undoes itself. */
static srtp_err_status_t restore(gcm *c, uint8_t *data, int text_len)
{
    int done = 0;

    if (EVP_EncryptInit_ex(c->evp, NULL, NULL, NULL, c->iv) != 1 ||
        EVP_EncryptUpdate(c->evp, data, &done, data, text_len) != 1)
        return srtp_err_status_cipher_fail;
    return srtp_err_status_auth_fail;
}

srtp_err_status_t zti_gcm_open(void *state, uint8_t *data, unsigned int *len)
{
    gcm *c = state;
    int text_len = (int)*len - c->tag_len;
    int done = 0;

    if (text_len < 0) return srtp_err_status_bad_param;
    if (EVP_CIPHER_CTX_ctrl(c->evp, EVP_CTRL_AEAD_SET_TAG, c->tag_len, data + text_len) != 1 ||
        EVP_DecryptUpdate(c->evp, data, &done, data, text_len) != 1)
        return srtp_err_status_cipher_fail;
    if (EVP_DecryptFinal_ex(c->evp, NULL, &done) != 1) return restore(c, data, text_len);
    *len = (unsigned int)text_len;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_alloc(srtp_auth_pointer_t *out, int key_len, int tag_len)
{
    hmac *h;

    if (key_len < 0 || key_len > SHA_CBLOCK || tag_len < 0 || tag_len > SHA_DIGEST_LENGTH)
        return srtp_err_status_bad_param;
    h = OPENSSL_zalloc(sizeof *h);
    if (h == NULL) return srtp_err_status_alloc_fail;
    h->auth.type = zti_auth_type();
    h->auth.state = h;
    h->auth.out_len = tag_len;
    h->auth.key_len = key_len;
    *out = &h->auth;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_free(srtp_auth_pointer_t auth)
{
    OPENSSL_clear_free(auth->state, sizeof(hmac));
    return srtp_err_status_ok;
}

static void pad_state(SHA_CTX *sha, uint8_t pad, const uint8_t *key, int key_len)
{
    uint8_t block[SHA_CBLOCK];

    for (int i = 0; i < SHA_CBLOCK; i++) block[i] = (uint8_t)(pad ^ (i < key_len ? key[i] : 0));
    SHA1_Init(sha);
    SHA1_Update(sha, block, sizeof block);
    zti_wipe(block, sizeof block);
}

srtp_err_status_t zti_hmac_key(void *state, const uint8_t *key, int key_len)
{
    hmac *h = state;

    if (key_len < 0 || key_len > SHA_CBLOCK) return srtp_err_status_bad_param;
    pad_state(&h->inner, 0x36, key, key_len);
    pad_state(&h->outer, 0x5c, key, key_len);
    h->now = h->inner;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_start(void *state)
{
    hmac *h = state;

    h->now = h->inner;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_update(void *state, const uint8_t *data, int len)
{
    hmac *h = state;

    SHA1_Update(&h->now, data, (size_t)len);
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_final(void *state, const uint8_t *data, int len, int tag_len,
                                 uint8_t *tag)
{
    hmac *h = state;
    uint8_t digest[SHA_DIGEST_LENGTH];

    if (tag_len < 0 || tag_len > SHA_DIGEST_LENGTH) return srtp_err_status_bad_param;
    SHA1_Update(&h->now, data, (size_t)len);
    SHA1_Final(digest, &h->now);
    h->now = h->outer;
    SHA1_Update(&h->now, digest, sizeof digest);
    SHA1_Final(digest, &h->now);
    h->now = h->inner;
    memcpy(tag, digest, (size_t)tag_len);
    return srtp_err_status_ok;
}
