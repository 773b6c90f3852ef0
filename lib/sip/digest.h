/* digest.h - the inside of a realm. */
#ifndef ZTI_SIP_DIGEST_H
#define ZTI_SIP_DIGEST_H

#include <zerotrunk/digest.h>
#include "base/hash.h"
#include "sip/digest_nonce.h"

enum { ZTI_DIGEST_KINDS = 3, ZTI_DIGEST_HEX = 2 * ZTI_HASH_MOST };

struct ztrunk_digest {
    ztrunk_ctx *ctx;
    uint32_t algorithms, known; /* known: those with a password */
    zti_str realm, user;        /* owned */
    char ha1[ZTI_DIGEST_KINDS][ZTI_DIGEST_HEX];
    zti_nonces nonces;
};

typedef struct zti_digest_kind {
    uint32_t bit, hash; /* ZTRUNK_DIGEST_*, ZTI_HASH_* */
    zti_str name;
} zti_digest_kind;

/* The better first. */
extern const zti_digest_kind zti_digest_kinds[ZTI_DIGEST_KINDS];

/* The hash of the parts with a colon between each two, as lower-case hex digits without a NUL. */
int32_t zti_digest_hash(uint32_t hash, const zti_str *parts, size_t count,
                        char hex[ZTI_DIGEST_HEX]);

#endif
