/* hash.h - hashes of short texts, by mbedTLS. */
#ifndef ZTI_BASE_HASH_H
#define ZTI_BASE_HASH_H

#include "base/str.h"

enum { ZTI_HASH_MD5 = 1, ZTI_HASH_SHA256 = 2, ZTI_HASH_SHA512_256 = 3 };
enum { ZTI_HASH_MOST = 32 };

size_t zti_hash_len(uint32_t kind); /* 16 or 32 bytes; 0: no such kind */
/* Of the parts one behind the other. E_INVALID, E_CRYPTO. */
int32_t zti_hash(uint32_t kind, const zti_str *parts, size_t count, uint8_t out[ZTI_HASH_MOST]);
int32_t zti_hmac_sha256(const uint8_t key[32], zti_str text, uint8_t out[32]);

#endif
