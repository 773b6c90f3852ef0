/* kernel.h - AES and HMAC put under libsrtp2 in place of its own: one backend per build. The
 * packet processing stays libsrtp2's. */
#ifndef ZTI_SRTP_KERNEL_H
#define ZTI_SRTP_KERNEL_H

#include <zerotrunk/core.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>

/* Puts every kernel in place; libsrtp2 takes none that fails its vectors or ours. E_CRYPTO.
 * libsrtp2 must be initialised. */
int32_t zti_kernels_install(void);

/* The types that a backend's objects name as theirs; id is libsrtp2's SRTP_AES_*. */
const srtp_cipher_type_t *zti_cipher_type(int id);
const srtp_auth_type_t *zti_auth_type(void);

/* What a backend defines; libsrtp2's cipher.h and auth.h say what each must do. Keys come with
 * their salt behind them: 14 bytes for counter mode, 12 for GCM. */
srtp_err_status_t zti_icm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len);
srtp_err_status_t zti_icm_free(srtp_cipher_pointer_t cipher);
srtp_err_status_t zti_icm_key(void *state, const uint8_t *key);
srtp_err_status_t zti_icm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction);
srtp_err_status_t zti_icm_crypt(void *state, uint8_t *data, unsigned int *len);

srtp_err_status_t zti_gcm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len);
srtp_err_status_t zti_gcm_free(srtp_cipher_pointer_t cipher);
srtp_err_status_t zti_gcm_key(void *state, const uint8_t *key);
srtp_err_status_t zti_gcm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction);
srtp_err_status_t zti_gcm_aad(void *state, const uint8_t *aad, uint32_t len);
srtp_err_status_t zti_gcm_seal(void *state, uint8_t *data, unsigned int *len);
/* A wrong tag leaves the bytes as they came: another key may be tried. */
srtp_err_status_t zti_gcm_open(void *state, uint8_t *data, unsigned int *len);
srtp_err_status_t zti_gcm_tag(void *state, uint8_t *tag, uint32_t *len);

srtp_err_status_t zti_hmac_alloc(srtp_auth_pointer_t *out, int key_len, int tag_len);
srtp_err_status_t zti_hmac_free(srtp_auth_pointer_t auth);
srtp_err_status_t zti_hmac_key(void *state, const uint8_t *key, int key_len);
srtp_err_status_t zti_hmac_start(void *state);
srtp_err_status_t zti_hmac_update(void *state, const uint8_t *data, int len);
srtp_err_status_t zti_hmac_final(void *state, const uint8_t *data, int len, int tag_len,
                                 uint8_t *tag);

#endif
