/* key.h - public keys that may sign, and the check of a signature. */
#ifndef ZTI_TLS_KEY_H
#define ZTI_TLS_KEY_H

#include "base/str.h"

/* ZTI_KEY_RSA: 2048 to 8192 bits, whole octets, an odd exponent. ZTI_KEY_EC: P-256, P-384 or P-521
 * by name. ZTI_KEY_WEAK: anything else. */
uint32_t zti_key_kind(zti_str spki);
/* A curve that may sign in a chain, and that no profile has among its groups. */
uint32_t zti_key_is_p521(zti_str spki);
/* sig_alg is ZTI_SIG_*. OK, E_AUTH: it does not verify, E_CRYPTO: no memory or a backend fault. */
int32_t zti_key_verify(zti_str spki, uint32_t sig_alg, zti_str signed_bytes, zti_str signature);

#endif
