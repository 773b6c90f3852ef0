#include "tls/ocsp_reply.h"

#include <mbedtls/md.h>
#include <string.h>
#include "tls/key.h"

#define CERTS_MAX     4 /* of a responder: its own, and what stands between it and the issuer */
#define CLOCK_SKEW_S  300
#define UNTOLD_LIFE_S 86400

static const zti_str oid_basic = {"\x2b\x06\x01\x05\x05\x07\x30\x01\x01", 9};
static const zti_str oid_nonce = {"\x2b\x06\x01\x05\x05\x07\x30\x01\x02", 9};
static const zti_str oid_sha1 = {"\x2b\x0e\x03\x02\x1a", 5};

typedef struct reply {
    zti_str tbs, signature, certs; /* certs: content of a SEQUENCE OF, or empty */
    uint32_t sig_alg;
    zti_str by_name, by_key; /* of the responder; one of the two */
    zti_str singles, extensions;
} reply;

zti_str zti_ocsp_key_bits(zti_str spki)
{
    zti_cur outer = zti_cur_of(spki);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);

    zti_der_get(&c, ZTI_DER_SEQ);
    return zti_der_bits(&c);
}

int32_t zti_ocsp_sha1(zti_str data, uint8_t out[ZTI_OCSP_HASH])
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);

    if (info == NULL) return ZTRUNK_E_CRYPTO;
    return mbedtls_md(info, (const uint8_t *)data.p, data.len, out) == 0 ? ZTRUNK_OK
                                                                         : ZTRUNK_E_CRYPTO;
}

/* ---- reading ---- */

static int64_t take_time(zti_cur *c)
{
    if (!zti_der_is(c, ZTI_DER_GENERALIZED) && c->err == ZTRUNK_OK) c->err = ZTRUNK_E_MALFORMED;
    return zti_der_time(c);
}

static int32_t read_tbs(reply *r)
{
    zti_cur outer = zti_cur_of(r->tbs);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_cur key;

    zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 0); /* the version, of which there is one */
    r->by_name = zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 1);
    if (r->by_name.len == 0) {
        key = zti_der_enter(&c, ZTI_DER_CONSTRUCTED + 2);
        r->by_key = zti_der_get(&key, ZTI_DER_OCTETS);
        zti_der_end(&key);
        if (key.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    }
    take_time(&c);
    r->singles = zti_der_get(&c, ZTI_DER_SEQ);
    r->extensions = zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 1);
    zti_der_end(&c);
    return c.err;
}

static int32_t read_basic(zti_str basic, reply *r)
{
    zti_cur outer = zti_cur_of(basic);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_cur certs;

    zti_der_end(&outer);
    r->tbs = zti_der_raw(&c, ZTI_DER_SEQ);
    r->sig_alg = zti_sig_alg_read(&c);
    r->signature = zti_der_bits(&c);
    certs = zti_cur_of(zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 0));
    zti_der_end(&c);
    if (outer.err != ZTRUNK_OK || c.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    if (!zti_cur_done(&certs)) {
        r->certs = zti_der_get(&certs, ZTI_DER_SEQ);
        zti_der_end(&certs);
        if (certs.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    }
    return read_tbs(r);
}

static int32_t read_reply(zti_str answer, reply *r)
{
    zti_cur outer = zti_cur_of(answer);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_str status = zti_der_get(&c, ZTI_DER_ENUM);
    zti_cur explicit, bytes;
    zti_str type, basic;

    if (outer.err != ZTRUNK_OK || c.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    if (!zti_str_eq(status, (zti_str){"\0", 1})) return ZTRUNK_E_NOTFOUND;
    explicit = zti_der_enter(&c, ZTI_DER_CONSTRUCTED + 0);
    bytes = zti_der_enter(&explicit, ZTI_DER_SEQ);
    type = zti_der_get(&bytes, ZTI_DER_OID);
    basic = zti_der_get(&bytes, ZTI_DER_OCTETS);
    zti_der_end(&bytes);
    zti_der_end(&explicit);
    zti_der_end(&c);
    zti_der_end(&outer);
    if (bytes.err != ZTRUNK_OK || explicit.err != ZTRUNK_OK || c.err != ZTRUNK_OK ||
        outer.err != ZTRUNK_OK || !zti_str_eq(type, oid_basic))
        return ZTRUNK_E_MALFORMED;
    return read_basic(basic, r) == ZTRUNK_OK ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* ---- who says so ---- */

static uint32_t is_responder(const reply *r, const zti_cert *cert)
{
    uint8_t hash[ZTI_OCSP_HASH];

    if (r->by_name.len > 0) return zti_str_eq(r->by_name, cert->subject);
    if (zti_ocsp_sha1(zti_ocsp_key_bits(cert->spki), hash) != ZTRUNK_OK) return 0;
    return zti_str_eq(r->by_key, (zti_str){(const char *)hash, sizeof hash});
}

static uint32_t has_signed(const reply *r, const zti_cert *cert)
{
    return cert->key_kind != ZTI_KEY_WEAK &&
           zti_key_verify(cert->spki, r->sig_alg, r->tbs, r->signature) == ZTRUNK_OK;
}

/* RFC 6960 4.2.2.2: issued directly by the issuer, for this purpose alone, and valid now. */
static uint32_t is_charged(const zti_cert *issuer, const zti_cert *cert, int64_t wall_s)
{
    if (!cert->is_v3 || (cert->critical & ZTI_EXT_UNKNOWN) || !(cert->eku & ZTI_EKU_OCSP)) return 0;
    if (wall_s < cert->not_before_s || wall_s > cert->not_after_s) return 0;
    if (!zti_str_eq(cert->issuer, issuer->subject)) return 0;
    return zti_cert_has_signed(issuer, cert);
}

static uint32_t is_by_right(const reply *r, const zti_cert *issuer, int64_t wall_s)
{
    zti_cur certs = zti_cur_of(r->certs);

    if (is_responder(r, issuer) && has_signed(r, issuer)) return 1;
    for (uint32_t n = 0; n < CERTS_MAX && !zti_cur_done(&certs); n++) {
        zti_cert cert;

        if (zti_cert_read(zti_der_raw(&certs, ZTI_DER_SEQ), &cert) != ZTRUNK_OK) continue;
        if (is_responder(r, &cert) && is_charged(issuer, &cert, wall_s) && has_signed(r, &cert))
            return 1;
    }
    return 0;
}

/* ---- what it says ---- */

static uint32_t is_asked(const zti_ocsp_id *id, zti_cur *c)
{
    zti_cur cert_id = zti_der_enter(c, ZTI_DER_SEQ);
    zti_cur alg = zti_der_enter(&cert_id, ZTI_DER_SEQ);
    zti_str hash = zti_der_get(&alg, ZTI_DER_OID);
    zti_str name = zti_der_get(&cert_id, ZTI_DER_OCTETS);
    zti_str key = zti_der_get(&cert_id, ZTI_DER_OCTETS);
    zti_str serial = zti_der_get(&cert_id, ZTI_DER_INT);

    return cert_id.err == ZTRUNK_OK && zti_str_eq(hash, oid_sha1) &&
           zti_str_eq(name, (zti_str){(const char *)id->name_hash, ZTI_OCSP_HASH}) &&
           zti_str_eq(key, (zti_str){(const char *)id->key_hash, ZTI_OCSP_HASH}) &&
           zti_str_eq(serial, id->serial);
}

static void read_revoked(zti_cur *c, ztrunk_ocsp_info *info)
{
    zti_cur revoked = zti_der_enter(c, ZTI_DER_CONSTRUCTED + 1);
    zti_cur reason;

    info->status = ZTRUNK_OCSP_REVOKED;
    info->revoked_s = take_time(&revoked);
    reason = zti_cur_of(zti_der_maybe(&revoked, ZTI_DER_CONSTRUCTED + 0));
    if (!zti_cur_done(&reason)) {
        zti_cur number = zti_der_enter(&reason, ZTI_DER_ENUM);

        info->reason = zti_cur_byte(&number);
        zti_der_end(&number);
        if (number.err != ZTRUNK_OK) revoked.err = number.err;
    }
    zti_der_end(&revoked);
    if (revoked.err != ZTRUNK_OK) c->err = revoked.err;
}

static int32_t read_single(zti_cur *c, ztrunk_ocsp_info *info)
{
    zti_cur until;

    if (zti_der_is(c, ZTI_DER_CONSTRUCTED + 1)) {
        read_revoked(c, info);
    } else {
        info->status = zti_der_is(c, ZTI_DER_CONTEXT + 0) ? ZTRUNK_OCSP_GOOD : ZTRUNK_OCSP_UNKNOWN;
        zti_der_get(c,
                    info->status == ZTRUNK_OCSP_GOOD ? ZTI_DER_CONTEXT + 0 : ZTI_DER_CONTEXT + 2);
    }
    info->this_update_s = take_time(c);
    info->next_update_s = info->this_update_s + UNTOLD_LIFE_S;
    until = zti_cur_of(zti_der_maybe(c, ZTI_DER_CONSTRUCTED + 0));
    if (!zti_cur_done(&until)) {
        info->next_update_s = take_time(&until);
        zti_der_end(&until);
        if (until.err != ZTRUNK_OK) return until.err;
    }
    zti_der_maybe(c, ZTI_DER_CONSTRUCTED + 1);
    zti_der_end(c);
    return c->err;
}

/* The worst that is said of the certificate: two answers to one question are not averaged. */
static int32_t find_single(const zti_ocsp_id *id, zti_str singles, ztrunk_ocsp_info *info)
{
    zti_cur list = zti_cur_of(singles);
    uint32_t is_found = 0;

    while (!zti_cur_done(&list)) {
        zti_cur single = zti_der_enter(&list, ZTI_DER_SEQ);
        ztrunk_ocsp_info one = {.size = sizeof one};

        if (single.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
        if (!is_asked(id, &single)) continue;
        if (read_single(&single, &one) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
        if (is_found && info->status != ZTRUNK_OCSP_GOOD && one.status != ZTRUNK_OCSP_REVOKED)
            continue;
        *info = one;
        is_found = 1;
    }
    if (list.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    return is_found ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
}

/* RFC 9654: an answer without a nonce is one that was made beforehand; with another one it was made
 * for somebody else. */
static int32_t check_nonce(const zti_ocsp_id *id, zti_str extensions, uint32_t *is_fresh)
{
    zti_cur outer = zti_cur_of(extensions);
    zti_cur list;

    *is_fresh = 0;
    if (zti_cur_done(&outer)) return ZTRUNK_OK;
    list = zti_der_enter(&outer, ZTI_DER_SEQ);
    while (!zti_cur_done(&list)) {
        zti_cur ext = zti_der_enter(&list, ZTI_DER_SEQ);
        zti_str oid = zti_der_get(&ext, ZTI_DER_OID);
        uint32_t is_critical = zti_der_flag(&ext);
        zti_cur value = zti_der_enter(&ext, ZTI_DER_OCTETS);

        if (ext.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
        if (!zti_str_eq(oid, oid_nonce)) {
            if (is_critical) return ZTRUNK_E_MALFORMED;
            continue;
        }
        if (!zti_str_eq(zti_der_get(&value, ZTI_DER_OCTETS),
                        (zti_str){(const char *)id->nonce, ZTI_OCSP_NONCE}))
            return ZTRUNK_E_AUTH;
        *is_fresh = 1;
    }
    return list.err == ZTRUNK_OK ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_ocsp_reply_judge(const zti_ocsp_id *id, zti_str answer, int64_t wall_s,
                             ztrunk_ocsp_info *info)
{
    reply r = {.sig_alg = ZTI_SIG_NONE};
    int32_t err = read_reply(answer, &r);

    if (err == ZTRUNK_OK && !is_by_right(&r, &id->issuer, wall_s)) err = ZTRUNK_E_AUTH;
    if (err == ZTRUNK_OK) err = find_single(id, r.singles, info);
    if (err == ZTRUNK_OK) err = check_nonce(id, r.extensions, &info->is_fresh_nonce);
    if (err != ZTRUNK_OK) return err;
    if (info->this_update_s > wall_s + CLOCK_SKEW_S || info->next_update_s < wall_s)
        return ZTRUNK_E_EXPIRED;
    return ZTRUNK_OK;
}
