/* kernel_mbedtls.c - the kernels over mbedTLS, for a build without libcrypto: calls that are the
 * same in 2.28 and 3.6. */
#include "srtp/kernel.h"

#include <string.h>
#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/platform.h>
#include "base/mem.h"

#define ICM_SALT      14
#define GCM_SALT      12
#define GCM_IV        12
#define GCM_TAG       16
#define GCM_SHORT_TAG 8 /* libsrtp2's self-test asks for it; no suite of ours does */
#define SHA1_LEN      20
#define SHA1_PAD      64
#define RTCP_AAD      64 /* an SRTCP packet's header and trailer come in two pieces */

typedef struct icm {
    srtp_cipher_t cipher;
    mbedtls_aes_context aes;
    uint8_t salt[16], counter[16], stream[16];
    size_t used; /* of stream */
} icm;

typedef struct gcm {
    srtp_cipher_t cipher;
    mbedtls_gcm_context gcm;
    uint8_t iv[GCM_IV], tag[GCM_TAG], joined[RTCP_AAD];
    const uint8_t *aad; /* the packet's own header, or joined */
    size_t aad_len, tag_len;
} gcm;

typedef struct hmac {
    srtp_auth_t auth;
    mbedtls_md_context_t inner, outer, now;
} hmac;

static srtp_err_status_t status_of(int result)
{
    return result == 0 ? srtp_err_status_ok : srtp_err_status_cipher_fail;
}

static int icm_algorithm(int key_len)
{
    switch (key_len - ICM_SALT) {
    case 16:
        return SRTP_AES_ICM_128;
    case 24:
        return SRTP_AES_ICM_192;
    case 32:
        return SRTP_AES_ICM_256;
    default:
        return 0;
    }
}

srtp_err_status_t zti_icm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len)
{
    int algorithm = icm_algorithm(key_len);
    icm *c;

    (void)tag_len;
    if (algorithm == 0) return srtp_err_status_bad_param;
    c = mbedtls_calloc(1, sizeof *c);
    if (c == NULL) return srtp_err_status_alloc_fail;
    mbedtls_aes_init(&c->aes);
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

    mbedtls_aes_free(&c->aes);
    zti_wipe(c, sizeof *c);
    mbedtls_free(c);
    return srtp_err_status_ok;
}

srtp_err_status_t zti_icm_key(void *state, const uint8_t *key)
{
    icm *c = state;
    int len = c->cipher.key_len - ICM_SALT;

    memcpy(c->salt, key + len, ICM_SALT);
    return status_of(mbedtls_aes_setkey_enc(&c->aes, key, (unsigned int)len * 8));
}

srtp_err_status_t zti_icm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
    icm *c = state;

    (void)direction; /* counter mode knows none */
    for (size_t i = 0; i < sizeof c->counter; i++) c->counter[i] = c->salt[i] ^ iv[i];
    c->used = 0;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_icm_crypt(void *state, uint8_t *data, unsigned int *len)
{
    icm *c = state;

    return status_of(
        mbedtls_aes_crypt_ctr(&c->aes, *len, &c->used, c->counter, c->stream, data, data));
}

srtp_err_status_t zti_gcm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len)
{
    uint32_t is_128 = key_len == 16 + GCM_SALT;
    gcm *c;

    if (!is_128 && key_len != 32 + GCM_SALT) return srtp_err_status_bad_param;
    if (tag_len != GCM_TAG && tag_len != GCM_SHORT_TAG) return srtp_err_status_bad_param;
    c = mbedtls_calloc(1, sizeof *c);
    if (c == NULL) return srtp_err_status_alloc_fail;
    mbedtls_gcm_init(&c->gcm);
    c->tag_len = (size_t)tag_len;
    c->cipher.algorithm = is_128 ? SRTP_AES_GCM_128 : SRTP_AES_GCM_256;
    c->cipher.type = zti_cipher_type(c->cipher.algorithm);
    c->cipher.state = c;
    c->cipher.key_len = key_len;
    *out = &c->cipher;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_gcm_free(srtp_cipher_pointer_t cipher)
{
    gcm *c = cipher->state;

    mbedtls_gcm_free(&c->gcm);
    zti_wipe(c, sizeof *c);
    mbedtls_free(c);
    return srtp_err_status_ok;
}

/* The salt is libsrtp2's to mix into the IV: RFC 7714 8.1. */
srtp_err_status_t zti_gcm_key(void *state, const uint8_t *key)
{
    gcm *c = state;
    unsigned int len = (unsigned int)(c->cipher.key_len - GCM_SALT);

    return status_of(mbedtls_gcm_setkey(&c->gcm, MBEDTLS_CIPHER_ID_AES, key, len * 8));
}

srtp_err_status_t zti_gcm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
    gcm *c = state;

    (void)direction;
    memcpy(c->iv, iv, GCM_IV);
    c->aad = NULL;
    c->aad_len = 0;
    return srtp_err_status_ok;
}

/* The first piece is borrowed: it is the packet's header, which stays until the packet is done. */
srtp_err_status_t zti_gcm_aad(void *state, const uint8_t *aad, uint32_t len)
{
    gcm *c = state;

    if (c->aad == NULL) {
        c->aad = aad;
        c->aad_len = len;
        return srtp_err_status_ok;
    }
    if (len > sizeof c->joined || c->aad_len > sizeof c->joined - len)
        return srtp_err_status_bad_param;
    if (c->aad != c->joined) memcpy(c->joined, c->aad, c->aad_len);
    memcpy(c->joined + c->aad_len, aad, len);
    c->aad = c->joined;
    c->aad_len += len;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_gcm_seal(void *state, uint8_t *data, unsigned int *len)
{
    gcm *c = state;

    return status_of(mbedtls_gcm_crypt_and_tag(&c->gcm, MBEDTLS_GCM_ENCRYPT, *len, c->iv, GCM_IV,
                                               c->aad, c->aad_len, data, data, c->tag_len, c->tag));
}

srtp_err_status_t zti_gcm_tag(void *state, uint8_t *tag, uint32_t *len)
{
    gcm *c = state;

    memcpy(tag, c->tag, c->tag_len);
    *len = (uint32_t)c->tag_len;
    return srtp_err_status_ok;
}

/* Not mbedtls_gcm_auth_decrypt, which leaves zeros where a tag was wrong. */
static int crypt(gcm *c, int mode, uint8_t *data, size_t len, uint8_t tag[GCM_TAG])
{
    return mbedtls_gcm_crypt_and_tag(&c->gcm, mode, len, c->iv, GCM_IV, c->aad, c->aad_len, data,
                                     data, c->tag_len, tag);
}

srtp_err_status_t zti_gcm_open(void *state, uint8_t *data, unsigned int *len)
{
    gcm *c = state;
    uint8_t tag[GCM_TAG];
    unsigned int text_len;

    if (*len < c->tag_len) return srtp_err_status_bad_param;
    text_len = *len - (unsigned int)c->tag_len;
    if (crypt(c, MBEDTLS_GCM_DECRYPT, data, text_len, tag) != 0) return srtp_err_status_cipher_fail;
    if (!zti_same_ct(tag, data + text_len, c->tag_len)) {
        /* Counter mode undoes itself. */
        (void)crypt(c, MBEDTLS_GCM_ENCRYPT, data, text_len, tag);
        return srtp_err_status_auth_fail;
    }
    *len = text_len;
    return srtp_err_status_ok;
}

static void hmac_end(hmac *h)
{
    mbedtls_md_free(&h->inner); /* wipes */
    mbedtls_md_free(&h->outer);
    mbedtls_md_free(&h->now);
    zti_wipe(h, sizeof *h);
    mbedtls_free(h);
}

srtp_err_status_t zti_hmac_alloc(srtp_auth_pointer_t *out, int key_len, int tag_len)
{
    const mbedtls_md_info_t *sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    hmac *h;

    if (key_len < 0 || key_len > SHA1_PAD || tag_len < 0 || tag_len > SHA1_LEN)
        return srtp_err_status_bad_param;
    h = mbedtls_calloc(1, sizeof *h);
    if (h == NULL) return srtp_err_status_alloc_fail;
    mbedtls_md_init(&h->inner);
    mbedtls_md_init(&h->outer);
    mbedtls_md_init(&h->now);
    if (mbedtls_md_setup(&h->inner, sha1, 0) != 0 || mbedtls_md_setup(&h->outer, sha1, 0) != 0 ||
        mbedtls_md_setup(&h->now, sha1, 0) != 0) {
        hmac_end(h);
        return srtp_err_status_alloc_fail;
    }
    h->auth.type = zti_auth_type();
    h->auth.state = h;
    h->auth.out_len = tag_len;
    h->auth.key_len = key_len;
    *out = &h->auth;
    return srtp_err_status_ok;
}

srtp_err_status_t zti_hmac_free(srtp_auth_pointer_t auth)
{
    hmac_end(auth->state);
    return srtp_err_status_ok;
}

static int pad_state(mbedtls_md_context_t *md, uint8_t pad, const uint8_t *key, int key_len)
{
    uint8_t block[SHA1_PAD];
    int err;

    for (int i = 0; i < SHA1_PAD; i++) block[i] = (uint8_t)(pad ^ (i < key_len ? key[i] : 0));
    err = mbedtls_md_starts(md);
    if (err == 0) err = mbedtls_md_update(md, block, sizeof block);
    zti_wipe(block, sizeof block);
    return err;
}

srtp_err_status_t zti_hmac_key(void *state, const uint8_t *key, int key_len)
{
    hmac *h = state;

    if (key_len < 0 || key_len > SHA1_PAD) return srtp_err_status_bad_param;
    if (pad_state(&h->inner, 0x36, key, key_len) != 0 ||
        pad_state(&h->outer, 0x5c, key, key_len) != 0)
        return srtp_err_status_init_fail;
    return zti_hmac_start(h);
}

srtp_err_status_t zti_hmac_start(void *state)
{
    hmac *h = state;

    return status_of(mbedtls_md_clone(&h->now, &h->inner));
}

srtp_err_status_t zti_hmac_update(void *state, const uint8_t *data, int len)
{
    hmac *h = state;

    return status_of(mbedtls_md_update(&h->now, data, (size_t)len));
}

srtp_err_status_t zti_hmac_final(void *state, const uint8_t *data, int len, int tag_len,
                                 uint8_t *tag)
{
    hmac *h = state;
    uint8_t digest[SHA1_LEN];
    int err;

    if (tag_len < 0 || tag_len > SHA1_LEN) return srtp_err_status_bad_param;
    err = mbedtls_md_update(&h->now, data, (size_t)len);
    if (err == 0) err = mbedtls_md_finish(&h->now, digest);
    if (err == 0) err = mbedtls_md_clone(&h->now, &h->outer);
    if (err == 0) err = mbedtls_md_update(&h->now, digest, sizeof digest);
    if (err == 0) err = mbedtls_md_finish(&h->now, digest);
    if (err != 0) return srtp_err_status_cipher_fail;
    memcpy(tag, digest, (size_t)tag_len);
    return zti_hmac_start(h);
}
