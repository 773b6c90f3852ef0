#include "unit/tls/pki.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <mbedtls/base64.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#define KEYS_MAX 96

struct pki_key {
    mbedtls_pk_context pk;
    uint8_t spki[1200];
    size_t spki_len;
};

static pki_key keys[KEYS_MAX];
static size_t key_count;
static mbedtls_ctr_drbg_context drbg;
static int has_drbg;

static int fixed_entropy(void *p, unsigned char *out, size_t len)
{
    (void)p;
    memset(out, 0x5a, len);
    return 0;
}

static void start(void)
{
    if (has_drbg) return;
    mbedtls_ctr_drbg_init(&drbg);
    ck_assert_int_eq(mbedtls_ctr_drbg_seed(&drbg, fixed_entropy, NULL, NULL, 0), 0);
    has_drbg = 1;
}

void pki_end(void)
{
    for (size_t i = 0; i < key_count; i++) mbedtls_pk_free(&keys[i].pk);
    key_count = 0;
    if (has_drbg) mbedtls_ctr_drbg_free(&drbg);
    has_drbg = 0;
}

/* ---- keys ---- */

static pki_key *new_key(mbedtls_pk_type_t type)
{
    pki_key *key = &keys[key_count++];

    start();
    ck_assert_uint_le(key_count, KEYS_MAX);
    mbedtls_pk_init(&key->pk);
    ck_assert_int_eq(mbedtls_pk_setup(&key->pk, mbedtls_pk_info_from_type(type)), 0);
    return key;
}

static const pki_key *with_spki(pki_key *key)
{
    int len = mbedtls_pk_write_pubkey_der(&key->pk, key->spki, sizeof key->spki);

    ck_assert_int_gt(len, 0);
    memmove(key->spki, key->spki + sizeof key->spki - len, (size_t)len);
    key->spki_len = (size_t)len;
    return key;
}

const pki_key *pki_ec(int curve)
{
    pki_key *key = new_key(MBEDTLS_PK_ECKEY);

    ck_assert_int_eq(mbedtls_ecp_gen_key((mbedtls_ecp_group_id)curve, mbedtls_pk_ec(key->pk),
                                         mbedtls_ctr_drbg_random, &drbg),
                     0);
    return with_spki(key);
}

const pki_key *pki_p256(void)
{
    return pki_ec(MBEDTLS_ECP_DP_SECP256R1);
}

const pki_key *pki_rsa(unsigned bits)
{
    pki_key *key = new_key(MBEDTLS_PK_RSA);

    ck_assert_int_eq(mbedtls_rsa_gen_key(mbedtls_pk_rsa(key->pk), mbedtls_ctr_drbg_random, &drbg,
                                         bits, 65537),
                     0);
    return with_spki(key);
}

void pki_key_pem(const pki_key *key, char *text, size_t cap)
{
    mbedtls_pk_context *pk = (mbedtls_pk_context *)(uintptr_t)&key->pk;

    ck_assert_int_eq(mbedtls_pk_write_key_pem(pk, (unsigned char *)text, cap), 0);
}

/* ---- DER ---- */

static void add(pki_der *d, const void *data, size_t len)
{
    ck_assert_uint_le(d->len + len, sizeof d->data);
    if (len > 0) memcpy(d->data + d->len, data, len);
    d->len += len;
}

/* Puts a header before what was written since start. */
static void wrap(pki_der *d, uint8_t tag, size_t from)
{
    size_t len = d->len - from;
    uint8_t head[4] = {tag};
    size_t head_len;

    if (len < 0x80) {
        head[1] = (uint8_t)len;
        head_len = 2;
    } else if (len < 0x100) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        head_len = 3;
    } else {
        head[1] = 0x82;
        head[2] = (uint8_t)(len >> 8);
        head[3] = (uint8_t)len;
        head_len = 4;
    }
    ck_assert_uint_le(d->len + head_len, sizeof d->data);
    memmove(d->data + from + head_len, d->data + from, len);
    memcpy(d->data + from, head, head_len);
    d->len += head_len;
}

static void element(pki_der *d, uint8_t tag, const void *data, size_t len)
{
    size_t from = d->len;

    add(d, data, len);
    wrap(d, tag, from);
}

static void integer(pki_der *d, uint32_t value)
{
    uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                         (uint8_t)value};
    size_t skip = 0;

    while (skip < 3 && octets[skip] == 0 && octets[skip + 1] < 0x80) skip++;
    element(d, 0x02, octets + skip, 4 - skip);
}

static void name(pki_der *d, const char *cn)
{
    size_t from = d->len;

    if (*cn != 0) {
        element(d, 0x06, "\x55\x04\x03", 3);
        element(d, 0x0c, cn, strlen(cn));
        wrap(d, 0x30, from);
        wrap(d, 0x31, from);
    }
    wrap(d, 0x30, from);
}

static void time_of(pki_der *d, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    char text[40];

    ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
    snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if (tm.tm_year < 150)
        element(d, 0x17, text + 2, 13);
    else
        element(d, 0x18, text, 15);
}

static void sig_alg(pki_der *d, const pki_key *signer, int hash)
{
    static const char *const rsa[] = {"\x04", "\x05", "\x0b", "\x0c", "\x0d"};
    static const char *const ec[] = {"\x01", "\x01", "\x03\x02", "\x03\x03", "\x03\x04"};
    int row = hash == MBEDTLS_MD_MD5      ? 0
              : hash == MBEDTLS_MD_SHA1   ? 1
              : hash == MBEDTLS_MD_SHA256 ? 2
              : hash == MBEDTLS_MD_SHA384 ? 3
                                          : 4;
    size_t from = d->len, oid = d->len;
    mbedtls_pk_context *pk = (mbedtls_pk_context *)(uintptr_t)&signer->pk;

    if (mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA) {
        add(d, "\x2a\x86\x48\x86\xf7\x0d\x01\x01", 8);
        add(d, rsa[row], 1);
        wrap(d, 0x06, oid);
        element(d, 0x05, "", 0);
    } else {
        add(d, "\x2a\x86\x48\xce\x3d\x04", 6);
        add(d, ec[row], strlen(ec[row]));
        wrap(d, 0x06, oid);
    }
    wrap(d, 0x30, from);
}

static void sign(pki_der *d, const pki_key *signer, int hash, int is_broken)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type((mbedtls_md_type_t)hash);
    mbedtls_pk_context *pk = (mbedtls_pk_context *)(uintptr_t)&signer->pk;
    uint8_t digest[64], signature[1 + 1024];
    size_t len = 0;

    ck_assert_int_eq(mbedtls_md(info, d->data, d->len, digest), 0);
#if MBEDTLS_VERSION_MAJOR >= 3
    ck_assert_int_eq(mbedtls_pk_sign(pk, (mbedtls_md_type_t)hash, digest, mbedtls_md_get_size(info),
                                     signature + 1, sizeof signature - 1, &len,
                                     mbedtls_ctr_drbg_random, &drbg),
                     0);
#else
    ck_assert_int_eq(mbedtls_pk_sign(pk, (mbedtls_md_type_t)hash, digest, mbedtls_md_get_size(info),
                                     signature + 1, &len, mbedtls_ctr_drbg_random, &drbg),
                     0);
#endif
    signature[0] = 0;
    if (is_broken) signature[len] ^= 1;
    sig_alg(d, signer, hash);
    element(d, 0x03, signature, len + 1);
    wrap(d, 0x30, 0);
}

/* ---- extensions ---- */

static void extension(pki_der *d, const char *oid, size_t oid_len, int is_critical,
                      const pki_der *value)
{
    size_t from = d->len;

    element(d, 0x06, oid, oid_len);
    if (is_critical) element(d, 0x01, "\xff", 1);
    element(d, 0x04, value->data, value->len);
    wrap(d, 0x30, from);
}

static void key_id(pki_der *d, uint8_t tag, const pki_key *key)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    uint8_t hash[20];

    ck_assert_int_eq(mbedtls_md(info, key->spki, key->spki_len, hash), 0);
    element(d, tag, hash, sizeof hash);
}

static void add_ids(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);

    key_id(value, 0x04, spec->key);
    extension(d, "\x55\x1d\x0e", 3, 0, value);
    value->len = 0;
    key_id(value, 0x80, spec->signer);
    wrap(value, 0x30, 0);
    extension(d, "\x55\x1d\x23", 3, 0, value);
    free(value);
}

static void add_basic(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);

    if (spec->is_ca) element(value, 0x01, "\xff", 1);
    if (spec->has_pathlen) integer(value, spec->pathlen);
    wrap(value, 0x30, 0);
    extension(d, "\x55\x1d\x13", 3, 1, value);
    free(value);
}

static void add_key_usage(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);
    uint32_t usage = spec->key_usage != 0 ? spec->key_usage : spec->is_ca ? 0x60 : 0x01;
    uint8_t bits[2] = {0, 0};

    for (int i = 0; i < 8; i++)
        if (usage >> i & 1) bits[1] |= (uint8_t)(0x80 >> i);
    while (bits[1] != 0 && !(bits[1] >> bits[0] & 1)) bits[0]++;
    element(value, 0x03, bits, 2);
    extension(d, "\x55\x1d\x0f", 3, 1, value);
    free(value);
}

static void add_eku(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);

    if (spec->eku & PKI_SERVER) element(value, 0x06, "\x2b\x06\x01\x05\x05\x07\x03\x01", 8);
    if (spec->eku & PKI_CLIENT) element(value, 0x06, "\x2b\x06\x01\x05\x05\x07\x03\x02", 8);
    if (spec->eku & PKI_SIP) element(value, 0x06, "\x2b\x06\x01\x05\x05\x07\x03\x14", 8);
    if (spec->eku & PKI_ANY) element(value, 0x06, "\x55\x1d\x25\x00", 4);
    wrap(value, 0x30, 0);
    extension(d, "\x55\x1d\x25", 3, 0, value);
    free(value);
}

static void add_san(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);

    for (size_t i = 0; i < 4 && spec->san[i].tag != 0; i++) {
        const pki_san *s = &spec->san[i];

        element(value, s->tag, s->value, s->len > 0 ? s->len : strlen(s->value));
    }
    wrap(value, 0x30, 0);
    extension(d, "\x55\x1d\x11", 3, *spec->subject == 0, value);
    free(value);
}

static void add_odd(pki_der *d, const pki_spec *spec)
{
    pki_der *value = calloc(1, sizeof *value);

    if (spec->critical_oid != NULL) {
        element(value, 0x05, "", 0);
        extension(d, spec->critical_oid, strlen(spec->critical_oid), 1, value);
    }
    if (spec->constraints != NULL) {
        value->len = 0;
        add(value, spec->constraints, spec->constraints_len);
        /* Not critical: mbedTLS 2.28 refuses the mark where it parses. */
        extension(d, "\x55\x1d\x1e", 3, 0, value);
    }
    if (spec->padding > 0) {
        value->len = spec->padding;
        memset(value->data, 0x20, value->len);
        extension(d, "\x2b\x06\x01\x04\x01\x82\x37\x63", 8, 0, value);
    }
    free(value);
}

static void add_extensions(pki_der *d, const pki_spec *spec)
{
    size_t from = d->len;

    if (!spec->no_ids) add_ids(d, spec);
    if (!spec->no_basic) add_basic(d, spec);
    if (!spec->no_key_usage) add_key_usage(d, spec);
    if (spec->eku != 0) add_eku(d, spec);
    if (spec->san[0].tag != 0) add_san(d, spec);
    add_odd(d, spec);
    wrap(d, 0x30, from);
    wrap(d, 0xa3, from);
}

void pki_make(const pki_spec *spec, pki_der *out)
{
    int hash = spec->hash != 0 ? spec->hash : MBEDTLS_MD_SHA256;
    size_t validity;

    out->len = 0;
    if (!spec->is_v1) {
        integer(out, 2);
        wrap(out, 0xa0, 0);
    }
    integer(out, spec->serial != 0 ? spec->serial : 77);
    sig_alg(out, spec->signer, hash);
    name(out, spec->issuer);
    validity = out->len;
    time_of(out, spec->not_before_s != 0 ? spec->not_before_s : PKI_NOW - PKI_YEAR / 2);
    time_of(out, spec->not_after_s != 0 ? spec->not_after_s : PKI_NOW + PKI_YEAR / 2);
    wrap(out, 0x30, validity);
    name(out, spec->subject);
    add(out, spec->key->spki, spec->key->spki_len);
    if (!spec->is_v1) add_extensions(out, spec);
    wrap(out, 0x30, 0);
    sign(out, spec->signer, hash, (int)spec->breaks_signature);
}

/* ---- CRLs ---- */

static void add_entries(pki_der *d, const pki_crl *spec)
{
    size_t list = d->len;

    if (spec->serials[0] == 0) return;
    for (size_t i = 0; i < 4 && spec->serials[i] != 0; i++) {
        size_t from = d->len;

        integer(d, spec->serials[i]);
        time_of(d, PKI_NOW - 3600);
        wrap(d, 0x30, from);
    }
    wrap(d, 0x30, list);
}

static void add_crl_extensions(pki_der *d, const pki_crl *spec)
{
    pki_der *value = calloc(1, sizeof *value);
    size_t from = d->len;

    integer(value, 5);
    if (!spec->no_number) extension(d, "\x55\x1d\x14", 3, 0, value);
    if (spec->is_delta) extension(d, "\x55\x1d\x1b", 3, 1, value);
    if (d->len > from) {
        wrap(d, 0x30, from);
        wrap(d, 0xa0, from);
    }
    free(value);
}

void pki_make_crl(const pki_crl *spec, pki_der *out)
{
    start();
    out->len = 0;
    integer(out, 1);
    sig_alg(out, spec->signer, MBEDTLS_MD_SHA256);
    name(out, spec->issuer);
    time_of(out, spec->this_update_s != 0 ? spec->this_update_s : PKI_NOW - 86400);
    time_of(out, spec->next_update_s != 0 ? spec->next_update_s : PKI_NOW + 86400);
    add_entries(out, spec);
    add_crl_extensions(out, spec);
    wrap(out, 0x30, 0);
    sign(out, spec->signer, MBEDTLS_MD_SHA256, 0);
}

void pki_pem(const char *label, const pki_der *der, char *text, size_t cap)
{
    static unsigned char base64[PKI_DER_MAX * 2];
    size_t at = strlen(text), len = 0;

    ck_assert_int_eq(mbedtls_base64_encode(base64, sizeof base64, &len, der->data, der->len), 0);
    at += (size_t)snprintf(text + at, cap - at, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < len; i += 64)
        at += (size_t)snprintf(text + at, cap - at, "%.64s\n", (char *)base64 + i);
    at += (size_t)snprintf(text + at, cap - at, "-----END %s-----\n", label);
    ck_assert_uint_lt(at, cap);
}
