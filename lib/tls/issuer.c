/* The issuer of the certificate that a peer has proved. */
#include "tls/conn.h"

#include "base/buf.h"

static uint32_t has_issued(const zti_cert *issuer, const zti_cert *leaf)
{
    return zti_str_eq(issuer->subject, leaf->issuer) && zti_cert_has_signed(issuer, leaf);
}

static int32_t find_issuer(const ztrunk_tls *tls, zti_str *out)
{
    const zti_rules *rules = &tls->conf->rules;
    zti_str spans[ZTI_CHAIN_MAX];
    size_t count = zti_tls_chain(tls, spans);
    zti_cert leaf, cert;

    if (count == 0 || zti_cert_read(spans[0], &leaf) != ZTRUNK_OK) return ZTRUNK_E_NOTFOUND;
    for (size_t i = 0; i < rules->anchor_count; i++)
        if (has_issued(&rules->anchors[i], &leaf)) {
            *out = rules->anchors[i].raw;
            return ZTRUNK_OK;
        }
    for (size_t i = 1; i < count; i++)
        if (zti_cert_read(spans[i], &cert) == ZTRUNK_OK && has_issued(&cert, &leaf)) {
            *out = spans[i];
            return ZTRUNK_OK;
        }
    return ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_tls_peer_issuer(const ztrunk_tls *tls, uint8_t *der, size_t cap, size_t *out_len)
{
    zti_str issuer;
    int32_t err;

    if (tls == NULL || out_len == NULL || (der == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    err = find_issuer(tls, &issuer);
    return err == ZTRUNK_OK ? zti_copy_out(issuer, der, cap, out_len) : err;
}
