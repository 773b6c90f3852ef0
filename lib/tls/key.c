#include "tls/key.h"

#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <zerotrunk/core.h>
#include "tls/cert.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

static const zti_str oid_rsa = {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9};
static const zti_str oid_ec = {"\x2a\x86\x48\xce\x3d\x02\x01", 7};
static const zti_str oid_p521 = {"\x2b\x81\x04\x00\x23", 5};

static uint32_t bits_of(zti_cur number)
{
    uint32_t bits;
    uint8_t top;

    zti_cur_accept(&number, '\0');
    bits = (uint32_t)number.left * 8;
    top = (uint8_t)zti_cur_peek(&number);
    while (bits > 0 && top < 0x80) {
        top = (uint8_t)(top << 1);
        bits--;
    }
    return bits;
}

static uint32_t is_good_rsa(zti_str key)
{
    zti_cur c = zti_cur_of(key);
    zti_cur seq = zti_der_enter(&c, ZTI_DER_SEQ);
    zti_str modulus = zti_der_get(&seq, ZTI_DER_INT);
    uint32_t exponent = zti_der_u32(&seq, UINT32_MAX);
    uint32_t bits = 0;

    zti_der_end(&seq);
    zti_der_end(&c);
    if (seq.err != ZTRUNK_OK || c.err != ZTRUNK_OK || modulus.len > RSA_BITS_MAX / 8 + 1) return 0;
    bits = bits_of(zti_cur_of(modulus));
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || bits % 8 != 0) return 0;
    return exponent >= 3 && exponent % 2 == 1;
}

/* By name only: a curve that comes with its own parameters is an attacker's curve
 * (CVE-2020-0601). */
static uint32_t is_good_curve(zti_str oid)
{
    return zti_str_eq(oid, (zti_str){"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8}) ||
           zti_str_eq(oid, (zti_str){"\x2b\x81\x04\x00\x22", 5}) || zti_str_eq(oid, oid_p521);
}

uint32_t zti_key_kind(zti_str spki)
{
    zti_cur c = zti_cur_of(spki);
    zti_cur seq = zti_der_enter(&c, ZTI_DER_SEQ);
    zti_cur alg = zti_der_enter(&seq, ZTI_DER_SEQ);
    zti_str oid = zti_der_get(&alg, ZTI_DER_OID);
    zti_str key = zti_der_bits(&seq);

    if (seq.err != ZTRUNK_OK || alg.err != ZTRUNK_OK) return ZTI_KEY_WEAK;
    if (zti_str_eq(oid, oid_rsa)) return is_good_rsa(key) ? ZTI_KEY_RSA : ZTI_KEY_WEAK;
    if (!zti_str_eq(oid, oid_ec)) return ZTI_KEY_WEAK;
    return is_good_curve(zti_der_maybe(&alg, ZTI_DER_OID)) ? ZTI_KEY_EC : ZTI_KEY_WEAK;
}

uint32_t zti_key_is_p521(zti_str spki)
{
    zti_cur c = zti_cur_of(spki);
    zti_cur seq = zti_der_enter(&c, ZTI_DER_SEQ);
    zti_cur alg = zti_der_enter(&seq, ZTI_DER_SEQ);

    if (!zti_str_eq(zti_der_get(&alg, ZTI_DER_OID), oid_ec)) return 0;
    return zti_str_eq(zti_der_maybe(&alg, ZTI_DER_OID), oid_p521);
}

static mbedtls_md_type_t hash_of(uint32_t sig_alg)
{
    switch (sig_alg) {
    case ZTI_SIG_RSA_SHA256:
    case ZTI_SIG_ECDSA_SHA256:
        return MBEDTLS_MD_SHA256;
    case ZTI_SIG_RSA_SHA384:
    case ZTI_SIG_ECDSA_SHA384:
        return MBEDTLS_MD_SHA384;
    case ZTI_SIG_RSA_SHA512:
    case ZTI_SIG_ECDSA_SHA512:
        return MBEDTLS_MD_SHA512;
    default:
        return MBEDTLS_MD_NONE;
    }
}

static int32_t verify(mbedtls_pk_context *key, uint32_t sig_alg, zti_str data, zti_str signature)
{
    mbedtls_pk_type_t type = sig_alg >= ZTI_SIG_ECDSA_SHA256 ? MBEDTLS_PK_ECDSA : MBEDTLS_PK_RSA;
    mbedtls_md_type_t hash_type = hash_of(sig_alg);
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(hash_type);
    uint8_t hash[MBEDTLS_MD_MAX_SIZE];

    if (info == NULL || !mbedtls_pk_can_do(key, type)) return ZTRUNK_E_AUTH;
    if (mbedtls_md(info, (const uint8_t *)data.p, data.len, hash) != 0) return ZTRUNK_E_CRYPTO;
    if (mbedtls_pk_verify(key, hash_type, hash, mbedtls_md_get_size(info),
                          (const uint8_t *)signature.p, signature.len) != 0)
        return ZTRUNK_E_AUTH;
    return ZTRUNK_OK;
}

int32_t zti_key_verify(zti_str spki, uint32_t sig_alg, zti_str signed_bytes, zti_str signature)
{
    mbedtls_pk_context key;
    /* mbedTLS moves the pointer only; it does not write there. */
    uint8_t *at = (uint8_t *)(uintptr_t)spki.p;
    int32_t err = ZTRUNK_E_AUTH;

    if (sig_alg == ZTI_SIG_NONE || spki.len == 0) return ZTRUNK_E_AUTH;
    mbedtls_pk_init(&key);
    if (mbedtls_pk_parse_subpubkey(&at, at + spki.len, &key) == 0)
        err = verify(&key, sig_alg, signed_bytes, signature);
    mbedtls_pk_free(&key);
    return err;
}
