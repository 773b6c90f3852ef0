/* What a conf is given: anchors, CRLs, names, our identity. */
#include <zerotrunk/tls.h>

#include <string.h>
#include "tls/conf.h"
#include "tls/mbed.h"
#include "tls/name.h"
#include "tls/pem.h"

static const zti_str label_cert = {"CERTIFICATE", 11};
static const zti_str label_crl = {"X509 CRL", 8};

static uint32_t is_sealed(ztrunk_tls_conf *conf)
{
    uint32_t sealed;

    pthread_mutex_lock(&conf->lock);
    sealed = conf->is_sealed;
    pthread_mutex_unlock(&conf->lock);
    return sealed;
}

static int32_t keep(ztrunk_tls_conf *conf, zti_str bytes, zti_str *kept)
{
    zti_blobs *b = &conf->blobs;
    uint8_t *copy;

    if (b->count == b->max) {
        size_t max = b->max > 0 ? b->max * 2 : 16;
        uint8_t **items = zti_rearray(conf->ctx, b->items, max, sizeof *items);

        if (items == NULL) return ZTRUNK_E_NOMEM;
        b->items = items;
        b->max = max;
    }
    copy = zti_dup(conf->ctx, bytes.p, bytes.len);
    if (copy == NULL) return ZTRUNK_E_NOMEM;
    b->items[b->count++] = copy;
    *kept = (zti_str){(const char *)copy, bytes.len};
    return ZTRUNK_OK;
}

/* One more certificate behind *certs; on failure there are as many as before. */
static int32_t add_cert(ztrunk_tls_conf *conf, zti_str der, zti_cert **certs, size_t *count)
{
    zti_cert *more;
    zti_str kept;
    int32_t err;

    if (*count == ZTI_ANCHORS_MAX) return ZTRUNK_E_LIMIT;
    more = zti_rearray(conf->ctx, *certs, *count + 1, sizeof *more);
    if (more == NULL) return ZTRUNK_E_NOMEM;
    *certs = more;
    err = keep(conf, der, &kept);
    if (err == ZTRUNK_OK) err = zti_cert_read(kept, &more[*count]);
    if (err == ZTRUNK_OK) ++*count;
    return err;
}

static int32_t add_anchor(ztrunk_tls_conf *conf, zti_str der)
{
    int32_t err = add_cert(conf, der, &conf->anchors, &conf->rules.anchor_count);

    conf->rules.anchors = conf->anchors;
    return err;
}

static int32_t add_next(ztrunk_tls_conf *conf, zti_str der)
{
    return add_cert(conf, der, &conf->next, &conf->next_count);
}

static int32_t add_crl(ztrunk_tls_conf *conf, zti_str der)
{
    size_t count = conf->rules.crl_count;
    zti_crl *crls;
    zti_str kept;
    int32_t err;

    if (count == ZTI_CRLS_MAX) return ZTRUNK_E_LIMIT;
    crls = zti_rearray(conf->ctx, conf->crls, count + 1, sizeof *crls);
    if (crls == NULL) return ZTRUNK_E_NOMEM;
    conf->crls = crls;
    conf->rules.crls = crls;
    err = keep(conf, der, &kept);
    if (err == ZTRUNK_OK) err = zti_crl_read(kept, &crls[count]);
    if (err == ZTRUNK_OK) conf->rules.crl_count++;
    return err;
}

typedef int32_t block_fn(ztrunk_tls_conf *conf, zti_str der);

/* Each block of the label to add; a text without any is not what the caller meant. */
static int32_t each_block(ztrunk_tls_conf *conf, zti_str text, zti_str label, block_fn *add)
{
    zti_buf der = zti_buf_of(conf->ctx, ZTI_PEM_BYTES_MAX);
    zti_cur c = zti_cur_of(text);
    uint32_t count = 0;
    int32_t err = ZTRUNK_OK;

    if (text.len > ZTI_PEM_BYTES_MAX) return ZTRUNK_E_LIMIT;
    while (err == ZTRUNK_OK) {
        err = zti_pem_next(&c, label, &der);
        if (err == ZTRUNK_OK) err = add(conf, zti_buf_view(&der));
        count += err == ZTRUNK_OK;
    }
    zti_buf_free(&der);
    if (err == ZTRUNK_E_NOTFOUND) err = count > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    return err;
}

/* All of the text or nothing of it. */
static int32_t add_all(ztrunk_tls_conf *conf, const uint8_t *pem, size_t len, zti_str label,
                       block_fn *add, size_t *count)
{
    size_t before = *count;
    int32_t err;

    if (is_sealed(conf)) return ZTRUNK_E_STATE;
    err = each_block(conf, (zti_str){(const char *)pem, len}, label, add);
    if (err != ZTRUNK_OK) *count = before;
    return err;
}

int32_t ztrunk_tls_conf_trust(ztrunk_tls_conf *conf, const uint8_t *ca_pem, size_t len)
{
    if (conf == NULL || ca_pem == NULL) return ZTRUNK_E_INVALID;
    return add_all(conf, ca_pem, len, label_cert, add_anchor, &conf->rules.anchor_count);
}

int32_t ztrunk_tls_conf_trust_next(ztrunk_tls_conf *conf, const uint8_t *ca_pem, size_t len)
{
    if (conf == NULL || ca_pem == NULL) return ZTRUNK_E_INVALID;
    return add_all(conf, ca_pem, len, label_cert, add_next, &conf->next_count);
}

int32_t ztrunk_tls_conf_crl(ztrunk_tls_conf *conf, const uint8_t *crl_pem, size_t len)
{
    if (conf == NULL || crl_pem == NULL) return ZTRUNK_E_INVALID;
    return add_all(conf, crl_pem, len, label_crl, add_crl, &conf->rules.crl_count);
}

int32_t ztrunk_tls_conf_allow(ztrunk_tls_conf *conf, const char *peer_name)
{
    zti_str name = zti_str_of(peer_name);
    zti_str *allowed;
    int32_t err;

    if (conf == NULL || !zti_is_domain(name)) return ZTRUNK_E_INVALID;
    if (is_sealed(conf)) return ZTRUNK_E_STATE;
    if (conf->rules.allowed_count == ZTI_ALLOWED_MAX) return ZTRUNK_E_LIMIT;
    allowed = zti_rearray(conf->ctx, conf->allowed, conf->rules.allowed_count + 1, sizeof *allowed);
    if (allowed == NULL) return ZTRUNK_E_NOMEM;
    conf->allowed = allowed;
    conf->rules.allowed = allowed;
    err = keep(conf, name, &allowed[conf->rules.allowed_count]);
    if (err == ZTRUNK_OK) conf->rules.allowed_count++;
    return err;
}

int32_t ztrunk_tls_conf_alpn(ztrunk_tls_conf *conf, const char *protocol)
{
    zti_str name = zti_str_of(protocol);
    zti_str kept;
    int32_t err;

    if (conf == NULL || name.len == 0 || name.len > 255) return ZTRUNK_E_INVALID;
    if (is_sealed(conf)) return ZTRUNK_E_STATE;
    if (conf->alpn_count == ZTI_ALPN_MAX) return ZTRUNK_E_LIMIT;
    err = keep(conf, name, &kept);
    if (err == ZTRUNK_OK) conf->alpn[conf->alpn_count++] = kept.p;
    return err;
}

/* ---- our identity ---- */

static int32_t narrow_validity(ztrunk_tls_conf *conf, zti_str der)
{
    zti_cert cert;
    int32_t err = zti_cert_read(der, &cert);

    if (err != ZTRUNK_OK) return err;
    if (cert.not_before_s > conf->not_before_s) conf->not_before_s = cert.not_before_s;
    if (cert.not_after_s < conf->not_after_s) conf->not_after_s = cert.not_after_s;
    return ZTRUNK_OK;
}

/* text ends with a NUL, as mbedTLS wants PEM. */
static int32_t read_chain(ztrunk_tls_conf *conf, const uint8_t *text, size_t len)
{
    conf->not_before_s = INT64_MIN;
    conf->not_after_s = INT64_MAX;
    if (mbedtls_x509_crt_parse(&conf->own, text, len + 1) != 0) return ZTRUNK_E_MALFORMED;
    return each_block(conf, (zti_str){(const char *)text, len}, label_cert, narrow_validity);
}

static int32_t read_key(ztrunk_tls_conf *conf, const uint8_t *pem, size_t len)
{
    uint8_t *text = zti_dup(conf->ctx, pem, len);
    int32_t err;

    if (text == NULL) return ZTRUNK_E_NOMEM;
    err = zti_mbed_parse_key(&conf->key, text, len + 1, conf->ctx);
    zti_free_wiped(conf->ctx, text, len);
    return err;
}

static int32_t read_identity(ztrunk_tls_conf *conf, const uint8_t *chain_pem, size_t chain_len,
                             const uint8_t *key_pem, size_t key_len)
{
    uint8_t *text = zti_dup(conf->ctx, chain_pem, chain_len);
    int32_t err;

    if (text == NULL) return ZTRUNK_E_NOMEM;
    err = read_chain(conf, text, chain_len);
    zti_free(conf->ctx, text);
    if (err == ZTRUNK_OK) err = read_key(conf, key_pem, key_len);
    if (err == ZTRUNK_OK) err = zti_mbed_prove_key(&conf->own.pk, &conf->key, conf->ctx);
    return err;
}

int32_t ztrunk_tls_conf_identity(ztrunk_tls_conf *conf, const uint8_t *chain_pem, size_t chain_len,
                                 const uint8_t *key_pem, size_t key_len)
{
    int32_t err;

    if (conf == NULL || chain_pem == NULL || key_pem == NULL) return ZTRUNK_E_INVALID;
    if (chain_len > ZTI_PEM_BYTES_MAX || key_len > ZTI_PEM_BYTES_MAX) return ZTRUNK_E_LIMIT;
    if (conf->has_identity || is_sealed(conf)) return ZTRUNK_E_STATE;
    err = read_identity(conf, chain_pem, chain_len, key_pem, key_len);
    if (err != ZTRUNK_OK) {
        mbedtls_x509_crt_free(&conf->own);
        mbedtls_pk_free(&conf->key);
        mbedtls_x509_crt_init(&conf->own);
        mbedtls_pk_init(&conf->key);
        return err;
    }
    conf->has_identity = 1;
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_conf_validity(const ztrunk_tls_conf *conf, int64_t *not_before_s,
                                 int64_t *not_after_s)
{
    if (conf == NULL || not_before_s == NULL || not_after_s == NULL) return ZTRUNK_E_INVALID;
    if (!conf->has_identity) return ZTRUNK_E_STATE;
    *not_before_s = conf->not_before_s;
    *not_after_s = conf->not_after_s;
    return ZTRUNK_OK;
}
