/* digest_check.c - is this the answer of who knows the password? */
#include "base/mem.h"
#include "sip/digest.h"
#include "sip/msg.h"
#include "wire/scan.h"
#include "wire/sip_auth.h"

/* The one answer for this realm. Proxies further on have realms of their own (RFC 3261 22.3). */
static int32_t find_answer(const ztrunk_digest *d, const ztrunk_sip_msg *m, zti_sip_auth *out)
{
    const zti_sip_field *f;
    uint32_t found = 0;

    for (size_t i = 0;
         (f = zti_sip_field_get(&m->head, ZTI_H_AUTHORIZATION, ZTI_STR(""), i)) != NULL; i++) {
        zti_sip_auth auth;
        int32_t err = zti_sip_auth_parse(f->value, &auth);

        if (err == ZTRUNK_E_NOTFOUND) continue;
        if (err != ZTRUNK_OK) return err;
        if (!zti_str_eq(auth.values[ZTI_AUTH_REALM], d->realm)) continue;
        if (found++ > 0) return ZTRUNK_E_MALFORMED;
        *out = auth;
    }
    return found > 0 ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
}

/* RFC 3261 22.4 has no answer without qop from who was offered one; the uri of another request
 * would let this answer be carried to it. */
static int32_t judge_form(const zti_sip_auth *a, zti_str uri, uint32_t *count)
{
    const uint32_t needed = 1u << ZTI_AUTH_USERNAME | 1u << ZTI_AUTH_NONCE | 1u << ZTI_AUTH_URI |
                            1u << ZTI_AUTH_RESPONSE | 1u << ZTI_AUTH_CNONCE | 1u << ZTI_AUTH_QOP |
                            1u << ZTI_AUTH_NC;
    zti_str nc = a->values[ZTI_AUTH_NC];

    if ((a->has & needed) != needed) return ZTRUNK_E_MALFORMED;
    if (!zti_scan_is(a->values[ZTI_AUTH_QOP], ZTI_STR("auth"))) return ZTRUNK_E_MALFORMED;
    if (!zti_str_eq(a->values[ZTI_AUTH_URI], uri)) return ZTRUNK_E_MALFORMED;
    if (nc.len != 8) return ZTRUNK_E_MALFORMED;
    *count = 0;
    for (size_t i = 0; i < nc.len; i++) {
        char c = zti_lower(nc.p[i]);

        if (!zti_scan_in(c, ZTI_C_HEX)) return ZTRUNK_E_MALFORMED;
        *count = *count << 4 | (uint32_t)(zti_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return *count > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* RFC 7616 3.4.3: without a name it is MD5. */
static uint32_t place_of_kind(const ztrunk_digest *d, const zti_sip_auth *a)
{
    zti_str name =
        a->has >> ZTI_AUTH_ALGORITHM & 1 ? a->values[ZTI_AUTH_ALGORITHM] : ZTI_STR("MD5");
    uint32_t i = 0;

    while (i < ZTI_DIGEST_KINDS && !zti_scan_is(name, zti_digest_kinds[i].name)) i++;
    return i < ZTI_DIGEST_KINDS && (d->known & zti_digest_kinds[i].bit) ? i : ZTI_DIGEST_KINDS;
}

/* RFC 7616 3.4.1. */
static int32_t answer_of(const ztrunk_digest *d, uint32_t kind, const zti_sip_auth *a,
                         zti_str method, char hex[ZTI_DIGEST_HEX])
{
    const uint32_t hash = zti_digest_kinds[kind].hash;
    const zti_str request[] = {method, a->values[ZTI_AUTH_URI]};
    char ha2[ZTI_DIGEST_HEX];
    const zti_str parts[] = {{d->ha1[kind], 2 * zti_hash_len(hash)},
                             a->values[ZTI_AUTH_NONCE],
                             a->values[ZTI_AUTH_NC],
                             a->values[ZTI_AUTH_CNONCE],
                             a->values[ZTI_AUTH_QOP],
                             {ha2, 2 * zti_hash_len(hash)}};
    int32_t err = zti_digest_hash(hash, request, 2, ha2);

    return err == ZTRUNK_OK ? zti_digest_hash(hash, parts, 6, hex) : err;
}

static uint32_t is_same_hex(zti_str given, const char *hex, size_t len)
{
    char low[ZTI_DIGEST_HEX];

    if (given.len != len) return 0;
    for (size_t i = 0; i < len; i++) low[i] = zti_lower(given.p[i]);
    return zti_same_ct(low, hex, len);
}

/* A name that is wrong takes as long as a password that is. */
static int32_t judge_answer(const ztrunk_digest *d, const zti_sip_auth *a, zti_str method)
{
    uint32_t kind = place_of_kind(d, a), is_right;
    char hex[ZTI_DIGEST_HEX];
    int32_t err;

    if (kind == ZTI_DIGEST_KINDS) return ZTRUNK_E_DENIED;
    err = answer_of(d, kind, a, method, hex);
    if (err != ZTRUNK_OK) return err;
    is_right = is_same_hex(a->values[ZTI_AUTH_RESPONSE], hex,
                           2 * zti_hash_len(zti_digest_kinds[kind].hash));
    is_right &= zti_str_eq(a->values[ZTI_AUTH_USERNAME], d->user);
    zti_wipe(hex, sizeof hex);
    return is_right ? ZTRUNK_OK : ZTRUNK_E_DENIED;
}

int32_t ztrunk_digest_check(ztrunk_digest *d, uint64_t now_ns, const ztrunk_sip_msg *m)
{
    zti_sip_auth auth = {0};
    uint32_t count = 0;
    int32_t err;

    if (d == NULL || m == NULL) return ZTRUNK_E_INVALID;
    if (!m->head.is_request || d->known == 0) return ZTRUNK_E_STATE;
    err = find_answer(d, m, &auth);
    if (err == ZTRUNK_OK) err = judge_form(&auth, m->head.uri, &count);
    if (err == ZTRUNK_OK) err = judge_answer(d, &auth, m->head.method_text);
    /* Only a right answer may say that its nonce is stale: who guesses learns no more. */
    if (err != ZTRUNK_OK) return err;
    return zti_nonce_use_up(&d->nonces, now_ns, auth.values[ZTI_AUTH_NONCE], count);
}
