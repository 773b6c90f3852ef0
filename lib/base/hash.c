#define MBEDTLS_ALLOW_PRIVATE_ACCESS  /* 3.x: the state that SHA-512/256 begins with is to be set  \
                                       */
#include "base/hash.h"

#include <mbedtls/md.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>
#include <zerotrunk/core.h>
#include "base/mem.h"

#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define sha512_starts mbedtls_sha512_starts_ret
#define sha512_update mbedtls_sha512_update_ret
#define sha512_finish mbedtls_sha512_finish_ret
#else
#define sha512_starts mbedtls_sha512_starts
#define sha512_update mbedtls_sha512_update
#define sha512_finish mbedtls_sha512_finish
#endif

size_t zti_hash_len(uint32_t kind)
{
    if (kind == ZTI_HASH_MD5) return 16;
    return kind == ZTI_HASH_SHA256 || kind == ZTI_HASH_SHA512_256 ? 32 : 0;
}

static const uint8_t *bytes_of(zti_str s)
{
    return (const uint8_t *)(s.p != NULL ? s.p : "");
}

/* FIPS 180-4 5.3.6.2: SHA-512 with a beginning of its own, cut to its first half. */
static int32_t hash_sha512_256(const zti_str *parts, size_t count, uint8_t out[ZTI_HASH_MOST])
{
    static const uint64_t begin[8] = {0x22312194fc2bf72c, 0x9f555fa3c84c64c2, 0x2393b86b6f53b151,
                                      0x963877195940eabd, 0x96283ee2a88effe3, 0xbe5e1e2553863992,
                                      0x2b0199fc2c85b8aa, 0x0eb72ddc81c52ca2};
    mbedtls_sha512_context c;
    uint8_t whole[64];
    int rc;

    mbedtls_sha512_init(&c);
    rc = sha512_starts(&c, 0);
    for (size_t i = 0; i < 8; i++) c.state[i] = begin[i];
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = sha512_update(&c, bytes_of(parts[i]), parts[i].len);
    if (rc == 0) rc = sha512_finish(&c, whole);
    mbedtls_sha512_free(&c);
    if (rc == 0) memcpy(out, whole, 32);
    zti_wipe(whole, sizeof whole);
    return rc == 0 ? ZTRUNK_OK : ZTRUNK_E_CRYPTO;
}

int32_t zti_hash(uint32_t kind, const zti_str *parts, size_t count, uint8_t out[ZTI_HASH_MOST])
{
    const mbedtls_md_info_t *md =
        mbedtls_md_info_from_type(kind == ZTI_HASH_MD5 ? MBEDTLS_MD_MD5 : MBEDTLS_MD_SHA256);
    mbedtls_md_context_t c;
    int rc;

    if (zti_hash_len(kind) == 0) return ZTRUNK_E_INVALID;
    if (kind == ZTI_HASH_SHA512_256) return hash_sha512_256(parts, count, out);
    mbedtls_md_init(&c);
    rc = md == NULL ? -1 : mbedtls_md_setup(&c, md, 0);
    if (rc == 0) rc = mbedtls_md_starts(&c);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = mbedtls_md_update(&c, bytes_of(parts[i]), parts[i].len);
    if (rc == 0) rc = mbedtls_md_finish(&c, out);
    mbedtls_md_free(&c);
    return rc == 0 ? ZTRUNK_OK : ZTRUNK_E_CRYPTO;
}

int32_t zti_hmac_sha256(const uint8_t key[32], zti_str text, uint8_t out[32])
{
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);

    if (md == NULL || mbedtls_md_hmac(md, key, 32, bytes_of(text), text.len, out) != 0)
        return ZTRUNK_E_CRYPTO;
    return ZTRUNK_OK;
}
