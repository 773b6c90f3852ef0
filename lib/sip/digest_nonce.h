/* digest_nonce.h - nonces that say when they were made, and which of them were used. */
#ifndef ZTI_SIP_DIGEST_NONCE_H
#define ZTI_SIP_DIGEST_NONCE_H

#include <zerotrunk/core.h>
#include "base/str.h"

enum { ZTI_NONCE_LEN = 64 }; /* serial 16, time 16, HMAC 32 hex digits */

typedef struct zti_nonce_use {
    uint64_t serial; /* the newest that was used of those that share this place; 0: none */
    uint32_t count;  /* its highest nc */
} zti_nonce_use;

typedef struct zti_nonces {
    uint8_t key[32];
    uint64_t serial, life_ns;
    zti_nonce_use *uses;
    uint32_t max;
} zti_nonces;

/* text: ZTI_NONCE_LEN + 1 bytes. E_CRYPTO. */
int32_t zti_nonce_make(zti_nonces *n, uint64_t now_ns, char *text);
/* OK: it is ours, young, and counts so for the first time: from now on no more. Else E_EXPIRED. */
int32_t zti_nonce_use_up(zti_nonces *n, uint64_t now_ns, zti_str text, uint32_t count);

#endif
