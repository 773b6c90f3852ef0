#include "tls/bundle.h"

#include "tls/pem.h"

zti_certs zti_certs_of(zti_str text)
{
    /* A certificate's SEQUENCE has a length of several octets, and no PEM text such a beginning. */
    return (zti_certs){.text = zti_cur_of(text),
                       .is_der = text.len > 1 && text.p[0] == ZTI_DER_SEQ &&
                                 ((uint8_t)text.p[1] & 0x80) != 0};
}

int32_t zti_certs_next(zti_certs *c, zti_buf *der)
{
    zti_str raw;

    if (!c->is_der) return zti_pem_next(&c->text, ZTI_STR("CERTIFICATE"), der);
    if (c->text.left == 0) return ZTRUNK_E_NOTFOUND;
    raw = zti_der_raw(&c->text, ZTI_DER_SEQ);
    if (c->text.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    zti_buf_clear(der);
    zti_buf_str(der, raw);
    return der->err;
}

static int32_t make_room(zti_bundle *b)
{
    zti_cert *certs = zti_rearray(b->ctx, b->certs, b->count + 1, sizeof *certs);
    uint8_t **der;

    if (certs == NULL) return ZTRUNK_E_NOMEM;
    b->certs = certs;
    der = zti_rearray(b->ctx, b->der, b->count + 1, sizeof *der);
    if (der == NULL) return ZTRUNK_E_NOMEM;
    b->der = der;
    return ZTRUNK_OK;
}

static int32_t add(zti_bundle *b, zti_str der)
{
    uint8_t *copy;
    int32_t err;

    if (b->count == ZTI_BUNDLE_MAX) return ZTRUNK_E_LIMIT;
    err = make_room(b);
    if (err != ZTRUNK_OK) return err;
    copy = zti_dup(b->ctx, der.p, der.len);
    if (copy == NULL) return ZTRUNK_E_NOMEM;
    if (zti_cert_read((zti_str){(const char *)copy, der.len}, &b->certs[b->count]) != ZTRUNK_OK) {
        zti_free(b->ctx, copy);
        b->is_damaged = 1;
        return ZTRUNK_OK;
    }
    b->der[b->count++] = copy;
    return ZTRUNK_OK;
}

int32_t zti_bundle_read(ztrunk_ctx *ctx, zti_str text, zti_bundle *out)
{
    zti_buf der = zti_buf_of(ctx, ZTI_PEM_BYTES_MAX);
    zti_certs certs = zti_certs_of(text);
    int32_t err = ZTRUNK_OK;

    *out = (zti_bundle){.ctx = ctx};
    if (text.len > ZTI_PEM_BYTES_MAX) return ZTRUNK_E_LIMIT;
    while (err == ZTRUNK_OK) {
        err = zti_certs_next(&certs, &der);
        if (err == ZTRUNK_OK) err = add(out, zti_buf_view(&der));
    }
    zti_buf_free(&der);
    out->is_damaged |= err == ZTRUNK_E_MALFORMED;
    return err == ZTRUNK_E_NOTFOUND || err == ZTRUNK_E_MALFORMED ? ZTRUNK_OK : err;
}

void zti_bundle_free(zti_bundle *b)
{
    for (size_t i = 0; i < b->count; i++) zti_free(b->ctx, b->der[i]);
    if (b->ctx != NULL) {
        zti_free(b->ctx, b->der);
        zti_free(b->ctx, b->certs);
    }
    *b = (zti_bundle){0};
}
