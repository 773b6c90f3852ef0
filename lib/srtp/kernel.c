#include "srtp/kernel.h"

#include <srtp2/crypto_types.h>
#include "srtp/init.h"

/* libsrtp2 calls its vectors' nonce uint8_t *, and only reads it. */
#define NONCE(bytes) ((uint8_t *)(uintptr_t)(bytes))

static const uint8_t zeros[32];

/* RFC 3711 B.2: the keystream itself. */
static const uint8_t icm_128_key[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7,
                                      0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c, 0xf0, 0xf1, 0xf2, 0xf3,
                                      0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd};
static const uint8_t icm_128_stream[] = {0xe0, 0x3e, 0xad, 0x09, 0x35, 0xc9, 0x5e, 0x80,
                                         0xe1, 0x66, 0xb1, 0x6d, 0xd9, 0x2b, 0x4e, 0xb4,
                                         0xd2, 0x35, 0x13, 0x16, 0x2b, 0x02, 0xd0, 0xf7,
                                         0x2a, 0x43, 0xa2, 0xfe, 0x4a, 0x5f, 0x97, 0xab};
static const srtp_cipher_test_case_t icm_128_case = {
    sizeof icm_128_key, icm_128_key, NONCE(zeros), 32, zeros, 32, icm_128_stream, 0, NULL, 0, NULL};

/* NIST SP 800-38A F.5.3. */
static const uint8_t icm_192_key[] = {0x8e, 0x73, 0xb0, 0xf7, 0xda, 0x0e, 0x64, 0x52, 0xc8, 0x10,
                                      0xf3, 0x2b, 0x80, 0x90, 0x79, 0xe5, 0x62, 0xf8, 0xea, 0xd2,
                                      0x52, 0x2c, 0x6b, 0x7b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
static const uint8_t icm_192_nonce[] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
                                        0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
static const uint8_t icm_192_plain[] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                        0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
static const uint8_t icm_192_text[] = {0x1a, 0xbc, 0x93, 0x24, 0x17, 0x52, 0x1c, 0xa2,
                                       0x4f, 0x2b, 0x04, 0x59, 0xfe, 0x7e, 0x6e, 0x0b};
static const srtp_cipher_test_case_t icm_192_case = {sizeof icm_192_key,
                                                     icm_192_key,
                                                     NONCE(icm_192_nonce),
                                                     16,
                                                     icm_192_plain,
                                                     16,
                                                     icm_192_text,
                                                     0,
                                                     NULL,
                                                     0,
                                                     NULL};

/* RFC 6188 7.3: the keystream itself. */
static const uint8_t icm_256_key[] = {0x57, 0xf8, 0x2f, 0xe3, 0x61, 0x3f, 0xd1, 0x70, 0xa8, 0x5e,
                                      0xc9, 0x3c, 0x40, 0xb1, 0xf0, 0x92, 0x2e, 0xc4, 0xcb, 0x0d,
                                      0xc0, 0x25, 0xb5, 0x82, 0x72, 0x14, 0x7c, 0xc4, 0x38, 0x94,
                                      0x4a, 0x98, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
                                      0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd};
static const uint8_t icm_256_stream[] = {0x92, 0xbd, 0xd2, 0x8a, 0x93, 0xc3, 0xf5, 0x25,
                                         0x11, 0xc6, 0x77, 0xd0, 0x8b, 0x55, 0x15, 0xa4,
                                         0x9d, 0xa7, 0x1b, 0x23, 0x78, 0xa8, 0x54, 0xf6,
                                         0x70, 0x50, 0x75, 0x6d, 0xed, 0x16, 0x5b, 0xac};
static const srtp_cipher_test_case_t icm_256_case = {
    sizeof icm_256_key, icm_256_key, NONCE(zeros), 32, zeros, 32, icm_256_stream, 0, NULL, 0, NULL};

/* RFC 7714 16.1.1 and 16.2.1. */
static const uint8_t gcm_nonce[] = {0x51, 0x75, 0x3c, 0x65, 0x80, 0xc2,
                                    0x72, 0x6f, 0x20, 0x71, 0x84, 0x14};
static const uint8_t gcm_header[] = {0x80, 0x40, 0xf1, 0x7b, 0x80, 0x41,
                                     0xf8, 0xd3, 0x55, 0x01, 0xa0, 0xb2};
static const uint8_t gcm_plain[] = {0x47, 0x61, 0x6c, 0x6c, 0x69, 0x61, 0x20, 0x65, 0x73, 0x74,
                                    0x20, 0x6f, 0x6d, 0x6e, 0x69, 0x73, 0x20, 0x64, 0x69, 0x76,
                                    0x69, 0x73, 0x61, 0x20, 0x69, 0x6e, 0x20, 0x70, 0x61, 0x72,
                                    0x74, 0x65, 0x73, 0x20, 0x74, 0x72, 0x65, 0x73};
static const uint8_t gcm_128_key[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                                      0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x51, 0x75, 0x69, 0x64,
                                      0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f};
static const uint8_t gcm_128_text[] = {0xf2, 0x4d, 0xe3, 0xa3, 0xfb, 0x34, 0xde, 0x6c, 0xac,
                                       0xba, 0x86, 0x1c, 0x9d, 0x7e, 0x4b, 0xca, 0xbe, 0x63,
                                       0x3b, 0xd5, 0x0d, 0x29, 0x4e, 0x6f, 0x42, 0xa5, 0xf4,
                                       0x7a, 0x51, 0xc7, 0xd1, 0x9b, 0x36, 0xde, 0x3a, 0xdf,
                                       0x88, 0x33, 0x89, 0x9d, 0x7f, 0x27, 0xbe, 0xb1, 0x6a,
                                       0x91, 0x52, 0xcf, 0x76, 0x5e, 0xe4, 0x39, 0x0c, 0xce};
static const srtp_cipher_test_case_t gcm_128_case = {sizeof gcm_128_key,
                                                     gcm_128_key,
                                                     NONCE(gcm_nonce),
                                                     sizeof gcm_plain,
                                                     gcm_plain,
                                                     sizeof gcm_128_text,
                                                     gcm_128_text,
                                                     sizeof gcm_header,
                                                     gcm_header,
                                                     16,
                                                     NULL};
static const uint8_t gcm_256_key[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                                      0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
                                      0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
                                      0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x51, 0x75, 0x69, 0x64,
                                      0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f};
static const uint8_t gcm_256_text[] = {0x32, 0xb1, 0xde, 0x78, 0xa8, 0x22, 0xfe, 0x12, 0xef,
                                       0x9f, 0x78, 0xfa, 0x33, 0x2e, 0x33, 0xaa, 0xb1, 0x80,
                                       0x12, 0x38, 0x9a, 0x58, 0xe2, 0xf3, 0xb5, 0x0b, 0x2a,
                                       0x02, 0x76, 0xff, 0xae, 0x0f, 0x1b, 0xa6, 0x37, 0x99,
                                       0xb8, 0x7b, 0x7a, 0xa3, 0xdb, 0x36, 0xdf, 0xff, 0xd6,
                                       0xb0, 0xf9, 0xbb, 0x78, 0x78, 0xd7, 0xa7, 0x6c, 0x13};
static const srtp_cipher_test_case_t gcm_256_case = {sizeof gcm_256_key,
                                                     gcm_256_key,
                                                     NONCE(gcm_nonce),
                                                     sizeof gcm_plain,
                                                     gcm_plain,
                                                     sizeof gcm_256_text,
                                                     gcm_256_text,
                                                     sizeof gcm_header,
                                                     gcm_header,
                                                     16,
                                                     NULL};

/* RFC 2202 3, case 1. */
static const uint8_t hmac_key[] = {0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
                                   0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b};
static const uint8_t hmac_data[] = {0x48, 0x69, 0x20, 0x54, 0x68, 0x65, 0x72, 0x65};
static const uint8_t hmac_tag[] = {0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b,
                                   0xc0, 0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00};
static const srtp_auth_test_case_t hmac_case = {
    sizeof hmac_key, hmac_key, sizeof hmac_data, hmac_data, sizeof hmac_tag, hmac_tag, NULL};

/* The key that comes is long enough: key and salt of AES-192, then zeros. See srtp/init.h. */
static srtp_err_status_t icm_256_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len)
{
    if (zti_srtp_deriving_192() && key_len == (int)sizeof icm_256_key)
        key_len = (int)sizeof icm_192_key;
    return zti_icm_alloc(out, key_len, tag_len);
}

static const srtp_cipher_type_t cipher_types[] = {
    {zti_icm_alloc, zti_icm_free, zti_icm_key, NULL, zti_icm_crypt, zti_icm_crypt, zti_icm_iv, NULL,
     "AES-128 counter mode", &icm_128_case, SRTP_AES_ICM_128},
    {zti_icm_alloc, zti_icm_free, zti_icm_key, NULL, zti_icm_crypt, zti_icm_crypt, zti_icm_iv, NULL,
     "AES-192 counter mode", &icm_192_case, SRTP_AES_ICM_192},
    {icm_256_alloc, zti_icm_free, zti_icm_key, NULL, zti_icm_crypt, zti_icm_crypt, zti_icm_iv, NULL,
     "AES-256 counter mode", &icm_256_case, SRTP_AES_ICM_256},
    {zti_gcm_alloc, zti_gcm_free, zti_gcm_key, zti_gcm_aad, zti_gcm_seal, zti_gcm_open, zti_gcm_iv,
     zti_gcm_tag, "AES-128 GCM", &gcm_128_case, SRTP_AES_GCM_128},
    {zti_gcm_alloc, zti_gcm_free, zti_gcm_key, zti_gcm_aad, zti_gcm_seal, zti_gcm_open, zti_gcm_iv,
     zti_gcm_tag, "AES-256 GCM", &gcm_256_case, SRTP_AES_GCM_256},
};

static const srtp_auth_type_t hmac_type = {zti_hmac_alloc, zti_hmac_free,   zti_hmac_key,
                                           zti_hmac_final, zti_hmac_update, zti_hmac_start,
                                           "HMAC-SHA1",    &hmac_case,      SRTP_HMAC_SHA1};

#define CIPHER_COUNT (sizeof cipher_types / sizeof cipher_types[0])

const srtp_cipher_type_t *zti_cipher_type(int id)
{
    for (size_t i = 0; i < CIPHER_COUNT; i++) {
        if ((int)cipher_types[i].id == id) return &cipher_types[i];
    }
    return NULL;
}

const srtp_auth_type_t *zti_auth_type(void)
{
    return &hmac_type;
}

int32_t zti_kernels_install(void)
{
    for (size_t i = 0; i < CIPHER_COUNT; i++) {
        if (srtp_replace_cipher_type(&cipher_types[i], cipher_types[i].id) != srtp_err_status_ok)
            return ZTRUNK_E_CRYPTO;
    }
    if (srtp_replace_auth_type(&hmac_type, hmac_type.id) != srtp_err_status_ok)
        return ZTRUNK_E_CRYPTO;
    return ZTRUNK_OK;
}
