/* The question: which certificate, and who is asked. */
#include <zerotrunk/ocsp.h>

#include <string.h>
#include <mbedtls/asn1write.h>
#include "base/buf.h"
#include "base/ctx.h"
#include "base/opts.h"
#include "tls/key.h"
#include "tls/ocsp_reply.h"

#define SERIAL_MAX  20u /* RFC 5280 4.1.2.2 */
#define REQUEST_MAX 256

static const zti_str oid_responder = {"\x2b\x06\x01\x05\x05\x07\x30\x01", 8};

struct ztrunk_ocsp {
    ztrunk_ctx *ctx;
    uint8_t *cert, *issuer; /* what id and url point into */
    zti_ocsp_id id;
    zti_str url;
    uint8_t request[REQUEST_MAX]; /* written from its end */
    size_t request_len;
};

/* ---- writing, last byte first ---- */

typedef struct back {
    uint8_t *start, *at;
    int err; /* mbedTLS's, or 0 */
} back;

static void put(back *b, const void *bytes, size_t len)
{
    int n = b->err == 0 ? mbedtls_asn1_write_raw_buffer(&b->at, b->start, bytes, len) : 0;

    if (n < 0) b->err = n;
}

/* What was written since end becomes the content of an element. */
static void wrap(back *b, uint8_t tag, const uint8_t *end)
{
    int n = b->err == 0 ? mbedtls_asn1_write_len(&b->at, b->start, (size_t)(end - b->at)) : 0;

    if (n >= 0 && b->err == 0) n = mbedtls_asn1_write_tag(&b->at, b->start, tag);
    if (n < 0) b->err = n;
}

static void element(back *b, uint8_t tag, const void *bytes, size_t len)
{
    const uint8_t *end = b->at;

    put(b, bytes, len);
    wrap(b, tag, end);
}

static void put_nonce(back *b, const uint8_t nonce[ZTI_OCSP_NONCE])
{
    const uint8_t *end = b->at;

    element(b, ZTI_DER_OCTETS, nonce, ZTI_OCSP_NONCE);
    wrap(b, ZTI_DER_OCTETS, end);
    put(b, "\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02", 11);
    wrap(b, ZTI_DER_SEQ, end);
    wrap(b, ZTI_DER_SEQ, end);
    wrap(b, ZTI_DER_CONSTRUCTED + 2, end);
}

static void put_id(back *b, const zti_ocsp_id *id)
{
    const uint8_t *end = b->at;

    element(b, ZTI_DER_INT, id->serial.p, id->serial.len);
    element(b, ZTI_DER_OCTETS, id->key_hash, ZTI_OCSP_HASH);
    element(b, ZTI_DER_OCTETS, id->name_hash, ZTI_OCSP_HASH);
    put(b, "\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00", 11);
    wrap(b, ZTI_DER_SEQ, end); /* CertID */
    wrap(b, ZTI_DER_SEQ, end); /* Request */
    wrap(b, ZTI_DER_SEQ, end); /* requestList */
}

static int32_t write_request(ztrunk_ocsp *o)
{
    uint8_t *end = o->request + sizeof o->request;
    back b = {o->request, end, 0};

    put_nonce(&b, o->id.nonce);
    put_id(&b, &o->id);
    wrap(&b, ZTI_DER_SEQ, end); /* TBSRequest */
    wrap(&b, ZTI_DER_SEQ, end); /* OCSPRequest */
    o->request_len = (size_t)(end - b.at);
    return b.err == 0 ? ZTRUNK_OK : ZTRUNK_E_CRYPTO;
}

/* ---- what is asked about ---- */

/* The first responder that is a URI of http: TLS to ask about TLS would turn in a circle. */
static zti_str find_url(zti_str aia)
{
    zti_cur list = zti_cur_of(aia);

    while (!zti_cur_done(&list)) {
        zti_cur access = zti_der_enter(&list, ZTI_DER_SEQ);
        zti_str method = zti_der_get(&access, ZTI_DER_OID);
        zti_str uri = zti_der_maybe(&access, ZTI_DER_CONTEXT + 6);

        if (!zti_str_eq(method, oid_responder)) continue;
        if (zti_str_ieq(zti_str_head(uri, 7), ZTI_STR("http://"))) return uri;
    }
    return (zti_str){NULL, 0};
}

static uint32_t is_plain(zti_str url)
{
    for (zti_cur c = zti_cur_of(url); !zti_cur_done(&c); zti_cur_take(&c, 1))
        if ((uint8_t)zti_cur_peek(&c) <= ' ' || (uint8_t)zti_cur_peek(&c) >= 0x7f) return 0;
    return 1;
}

static int32_t read_both(ztrunk_ocsp *o, size_t cert_len, size_t issuer_len)
{
    zti_cert cert;

    if (zti_cert_read((zti_str){(const char *)o->cert, cert_len}, &cert) != ZTRUNK_OK ||
        zti_cert_read((zti_str){(const char *)o->issuer, issuer_len}, &o->id.issuer) != ZTRUNK_OK ||
        cert.serial.len > SERIAL_MAX + 1)
        return ZTRUNK_E_MALFORMED;
    if (!zti_str_eq(cert.issuer, o->id.issuer.subject)) return ZTRUNK_E_AUTH;
    o->id.serial = cert.serial;
    o->url = find_url(cert.aia);
    if (!is_plain(o->url)) o->url.len = 0;
    return zti_key_verify(o->id.issuer.spki, cert.sig_alg, cert.tbs, cert.signature);
}

static int32_t make_id(ztrunk_ocsp *o)
{
    int32_t err = zti_ocsp_sha1(o->id.issuer.subject, o->id.name_hash);

    if (err == ZTRUNK_OK) err = zti_ocsp_sha1(zti_ocsp_key_bits(o->id.issuer.spki), o->id.key_hash);
    if (err == ZTRUNK_OK) err = ztrunk_random(o->ctx, o->id.nonce, sizeof o->id.nonce);
    return err;
}

int32_t ztrunk_ocsp_new(ztrunk_ctx *ctx, const uint8_t *cert, size_t cert_len,
                        const uint8_t *issuer, size_t issuer_len, ztrunk_ocsp **out)
{
    ztrunk_ocsp *o;
    int32_t err;

    if (ctx == NULL || cert == NULL || issuer == NULL || out == NULL) return ZTRUNK_E_INVALID;
    o = zti_calloc(ctx, sizeof *o);
    if (o == NULL) return ZTRUNK_E_NOMEM;
    o->ctx = zti_ctx_ref(ctx);
    o->cert = zti_dup(ctx, cert, cert_len);
    o->issuer = zti_dup(ctx, issuer, issuer_len);
    err =
        o->cert != NULL && o->issuer != NULL ? read_both(o, cert_len, issuer_len) : ZTRUNK_E_NOMEM;
    if (err == ZTRUNK_OK) err = make_id(o);
    if (err == ZTRUNK_OK) err = write_request(o);
    if (err != ZTRUNK_OK) {
        ztrunk_ocsp_free(o);
        return err;
    }
    *out = o;
    return ZTRUNK_OK;
}

int32_t ztrunk_ocsp_url(const ztrunk_ocsp *ocsp, char *url, size_t cap, size_t *out_len)
{
    if (ocsp == NULL || out_len == NULL || (url == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    if (ocsp->url.len == 0) return ZTRUNK_E_NOTFOUND;
    if (cap <= ocsp->url.len) {
        *out_len = ocsp->url.len + 1;
        return ZTRUNK_E_SPACE;
    }
    memcpy(url, ocsp->url.p, ocsp->url.len);
    url[ocsp->url.len] = 0;
    *out_len = ocsp->url.len;
    return ZTRUNK_OK;
}

int32_t ztrunk_ocsp_request(const ztrunk_ocsp *ocsp, const uint8_t **body, size_t *len)
{
    if (ocsp == NULL || body == NULL || len == NULL) return ZTRUNK_E_INVALID;
    *body = ocsp->request + sizeof ocsp->request - ocsp->request_len;
    *len = ocsp->request_len;
    return ZTRUNK_OK;
}

int32_t ztrunk_ocsp_judge(const ztrunk_ocsp *ocsp, const uint8_t *answer, size_t len,
                          int64_t wall_s, ztrunk_ocsp_info *info)
{
    ztrunk_ocsp_info i = {.size = sizeof i};
    int32_t err;

    if (ocsp == NULL || answer == NULL || info == NULL) return ZTRUNK_E_INVALID;
    if (len > ZTRUNK_OCSP_ANSWER_MAX) return ZTRUNK_E_MALFORMED;
    err = zti_ocsp_reply_judge(&ocsp->id, (zti_str){(const char *)answer, len}, wall_s, &i);
    if (err != ZTRUNK_OK) return err;
    return zti_opts_write(info, &i, sizeof i);
}

void ztrunk_ocsp_free(ztrunk_ocsp *ocsp)
{
    ztrunk_ctx *ctx;

    if (ocsp == NULL) return;
    ctx = ocsp->ctx;
    zti_free(ctx, ocsp->cert);
    zti_free(ctx, ocsp->issuer);
    zti_free(ctx, ocsp);
    ztrunk_ctx_free(ctx);
}
