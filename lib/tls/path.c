/* The certificates by which a peer was proved, and ours. */
#include "tls/path.h"

#include "base/buf.h"
#include "tls/conn.h"

int32_t zti_certs_out(const zti_str *certs, size_t count, uint8_t *der, size_t cap, size_t *out_len)
{
    size_t need = 0;

    if (count == 0) return ZTRUNK_E_NOTFOUND;
    for (size_t i = 0; i < count; i++) need += certs[i].len;
    *out_len = need;
    if (need > cap) return ZTRUNK_E_SPACE;
    for (size_t i = 0; i < count; i++) {
        memcpy(der, certs[i].p, certs[i].len);
        der += certs[i].len;
    }
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_peer_cert(const ztrunk_tls *tls, uint8_t *der, size_t cap, size_t *out_len)
{
    if (tls == NULL || out_len == NULL || (der == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    if (!tls->is_judged) return ZTRUNK_E_NOTFOUND;
    return zti_copy_out(tls->path.certs[0], der, cap, out_len);
}

int32_t ztrunk_tls_peer_issuer(const ztrunk_tls *tls, uint8_t *der, size_t cap, size_t *out_len)
{
    if (tls == NULL || out_len == NULL || (der == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    if (!tls->is_judged || tls->path.len < 2) return ZTRUNK_E_NOTFOUND;
    return zti_copy_out(tls->path.certs[1], der, cap, out_len);
}

int32_t ztrunk_tls_peer_path(const ztrunk_tls *tls, uint8_t *der, size_t cap, size_t *out_len)
{
    zti_str shown[ZTI_CHAIN_MAX];
    const zti_str *certs = shown;
    size_t count;

    if (tls == NULL || out_len == NULL || (der == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    count = zti_tls_chain(tls, shown);
    if (tls->is_judged) {
        certs = tls->path.certs;
        count = tls->path.len;
    }
    return zti_certs_out(certs, count, der, cap, out_len);
}

int32_t ztrunk_tls_conf_chain(const ztrunk_tls_conf *conf, uint8_t *der, size_t cap,
                              size_t *out_len)
{
    zti_str certs[ZTI_CHAIN_MAX];
    size_t count = 0;

    if (conf == NULL || out_len == NULL || (der == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    if (!conf->has_identity) return ZTRUNK_E_STATE;
    for (const mbedtls_x509_crt *cert = &conf->own; cert != NULL && count < ZTI_CHAIN_MAX;
         cert = cert->next)
        certs[count++] = (zti_str){(const char *)cert->raw.p, cert->raw.len};
    return zti_certs_out(certs, count, der, cap, out_len);
}
