#include "tls/cert.h"

#include <zerotrunk/core.h>
#include "tls/ext.h"
#include "tls/key.h"

#define SERIAL_MAX 20

typedef struct sig_name {
    zti_str oid;
    uint32_t alg, has_null;
} sig_name;

static const sig_name *find_sig(zti_str oid)
{
    static const sig_name names[] = {
        {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9}, ZTI_SIG_RSA_SHA256, 1},
        {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", 9}, ZTI_SIG_RSA_SHA384, 1},
        {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", 9}, ZTI_SIG_RSA_SHA512, 1},
        {{"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8}, ZTI_SIG_ECDSA_SHA256, 0},
        {{"\x2a\x86\x48\xce\x3d\x04\x03\x03", 8}, ZTI_SIG_ECDSA_SHA384, 0},
        {{"\x2a\x86\x48\xce\x3d\x04\x03\x04", 8}, ZTI_SIG_ECDSA_SHA512, 0},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (zti_str_eq(oid, names[i].oid)) return &names[i];
    return NULL;
}

uint32_t zti_sig_alg_read(zti_cur *c)
{
    zti_cur alg = zti_der_enter(c, ZTI_DER_SEQ);
    const sig_name *name = find_sig(zti_der_get(&alg, ZTI_DER_OID));

    if (alg.err != ZTRUNK_OK) c->err = alg.err;
    if (name == NULL || c->err != ZTRUNK_OK) return ZTI_SIG_NONE;
    /* RFC 4055 5, RFC 5758 3.2: NULL for RSA, nothing for ECDSA. Some drop RSA's NULL. */
    if (name->has_null && zti_der_is(&alg, ZTI_DER_NULL)) zti_der_get(&alg, ZTI_DER_NULL);
    zti_der_end(&alg);
    return alg.err == ZTRUNK_OK ? name->alg : ZTI_SIG_NONE;
}

/* DEFAULT v1 is never encoded; v1 and v2 have no extensions and thus prove no name. */
static uint32_t read_version(zti_cur *c)
{
    zti_cur explicit = zti_cur_of(zti_der_maybe(c, ZTI_DER_CONSTRUCTED + 0));

    return explicit.left > 0 && zti_der_u32(&explicit, 2) == 2 && zti_cur_done(&explicit);
}

static void read_serial(zti_cur *c, zti_cert *out)
{
    zti_cur octets;

    out->serial = zti_der_get(c, ZTI_DER_INT);
    octets = zti_cur_of(out->serial);
    if (out->serial.len == 0 && c->err == ZTRUNK_OK) c->err = ZTRUNK_E_MALFORMED;
    /* RFC 5280 4.1.2.2: positive and at most 20 octets. */
    out->is_serial_odd = out->serial.len > SERIAL_MAX || (uint8_t)zti_cur_peek(&octets) >= 0x80 ||
                         zti_str_eq(out->serial, (zti_str){"\0", 1});
}

static void read_validity(zti_cur *c, zti_cert *out)
{
    zti_cur span = zti_der_enter(c, ZTI_DER_SEQ);

    out->not_before_s = zti_der_time(&span);
    out->not_after_s = zti_der_time(&span);
    zti_der_end(&span);
    if (span.err != ZTRUNK_OK) c->err = span.err;
}

static int32_t read_tbs(zti_str tbs, zti_cert *out, zti_str *sig_alg)
{
    zti_cur outer = zti_cur_of(tbs);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_cur extensions;

    out->is_v3 = read_version(&c);
    read_serial(&c, out);
    *sig_alg = zti_der_raw(&c, ZTI_DER_SEQ);
    out->issuer = zti_der_raw(&c, ZTI_DER_SEQ);
    read_validity(&c, out);
    out->subject = zti_der_raw(&c, ZTI_DER_SEQ);
    out->spki = zti_der_raw(&c, ZTI_DER_SEQ);
    zti_der_maybe(&c, ZTI_DER_CONTEXT + 1);
    zti_der_maybe(&c, ZTI_DER_CONTEXT + 2);
    extensions = zti_cur_of(zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 3));
    zti_der_end(&c);
    if (c.err != ZTRUNK_OK) return c.err;
    if (zti_cur_done(&extensions)) return ZTRUNK_OK;
    return zti_ext_read(&extensions, out);
}

int32_t zti_cert_read(zti_str der, zti_cert *out)
{
    zti_cert cert = {.raw = der, .pathlen = ZTI_NO_PATHLEN};
    zti_cur outer = zti_cur_of(der);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_str inner_alg, outer_alg;
    zti_cur alg;
    int32_t err;

    zti_der_end(&outer);
    cert.tbs = zti_der_raw(&c, ZTI_DER_SEQ);
    outer_alg = zti_der_raw(&c, ZTI_DER_SEQ);
    cert.signature = zti_der_bits(&c);
    zti_der_end(&c);
    if (outer.err != ZTRUNK_OK || c.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    err = read_tbs(cert.tbs, &cert, &inner_alg);
    if (err != ZTRUNK_OK) return err;
    /* RFC 5280 4.1.1.2: the signed algorithm and the one outside are the same. */
    if (!zti_str_eq(inner_alg, outer_alg)) return ZTRUNK_E_MALFORMED;
    alg = zti_cur_of(outer_alg);
    cert.sig_alg = zti_sig_alg_read(&alg);
    cert.key_kind = zti_key_kind(cert.spki);
    *out = cert;
    return ZTRUNK_OK;
}

uint32_t zti_cert_is_self_issued(const zti_cert *cert)
{
    return zti_str_eq(cert->issuer, cert->subject);
}

uint32_t zti_cert_could_issue(const zti_cert *issuer, const zti_cert *child)
{
    if (!zti_str_eq(issuer->subject, child->issuer)) return 0;
    if (issuer->key_id.len == 0 || child->issuer_key_id.len == 0) return 1;
    return zti_str_eq(issuer->key_id, child->issuer_key_id);
}

uint32_t zti_cert_has_signed(const zti_cert *issuer, const zti_cert *child)
{
    return zti_key_verify(issuer->spki, child->sig_alg, child->tbs, child->signature) == ZTRUNK_OK;
}
