#include <zerotrunk/cert.h>

#include "base/ctx.h"
#include "base/opts.h"
#include "tls/bundle.h"
#include "tls/dn.h"
#include "tls/name.h"
#include "tls/pem.h"

#define SERIAL_MAX     20u /* RFC 5280 4.1.2.2 */
#define NAME_MAX_BYTES 4096u

struct ztrunk_cert {
    ztrunk_ctx *ctx;
    zti_buf der;
    zti_cert read; /* points into der */
};

static int32_t read_nth(ztrunk_cert *cert, zti_str text, uint32_t nth)
{
    zti_certs certs = zti_certs_of(text);
    int32_t err;

    do {
        err = zti_certs_next(&certs, &cert->der);
        if (err == ZTRUNK_OK) err = zti_cert_read(zti_buf_view(&cert->der), &cert->read);
    } while (err == ZTRUNK_OK && nth-- > 0);
    return err;
}

int32_t ztrunk_cert_new(ztrunk_ctx *ctx, const uint8_t *certs, size_t len, uint32_t nth,
                        ztrunk_cert **out)
{
    ztrunk_cert *cert;
    int32_t err;

    if (ctx == NULL || certs == NULL || out == NULL) return ZTRUNK_E_INVALID;
    if (len > ZTI_PEM_BYTES_MAX) return ZTRUNK_E_LIMIT;
    cert = zti_calloc(ctx, sizeof *cert);
    if (cert == NULL) return ZTRUNK_E_NOMEM;
    cert->ctx = zti_ctx_ref(ctx);
    cert->der = zti_buf_of(ctx, ZTI_PEM_BYTES_MAX);
    err = read_nth(cert, (zti_str){(const char *)certs, len}, nth);
    if (err != ZTRUNK_OK) {
        ztrunk_cert_free(cert);
        return err;
    }
    *out = cert;
    return ZTRUNK_OK;
}

static void write_serial(zti_str serial, char text[2 * SERIAL_MAX + 1])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;

    for (zti_cur c = zti_cur_of(zti_str_head(serial, SERIAL_MAX)); !zti_cur_done(&c);) {
        uint8_t octet = (uint8_t)zti_cur_peek(&c);

        text[at++] = digits[octet >> 4];
        text[at++] = digits[octet & 15];
        zti_cur_take(&c, 1);
    }
    text[at] = 0;
}

static uint32_t usage_of(const zti_cert *cert)
{
    static const uint32_t usages[][2] = {{ZTI_EKU_SERVER, ZTRUNK_CERT_SERVER},
                                         {ZTI_EKU_CLIENT, ZTRUNK_CERT_CLIENT},
                                         {ZTI_EKU_SIP_DOMAIN, ZTRUNK_CERT_SIP_DOMAIN},
                                         {ZTI_EKU_ANY, ZTRUNK_CERT_ANY}};
    uint32_t usage = 0;

    for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++)
        if (cert->eku & usages[i][0]) usage |= usages[i][1];
    return cert->has & ZTI_EXT_EKU ? usage : ZTRUNK_CERT_ANY;
}

int32_t ztrunk_cert_get_info(const ztrunk_cert *cert, ztrunk_cert_info *info)
{
    ztrunk_cert_info i = {.size = sizeof i};

    if (cert == NULL) return ZTRUNK_E_INVALID;
    i.is_ca = cert->read.is_ca;
    i.not_before_s = cert->read.not_before_s;
    i.not_after_s = cert->read.not_after_s;
    write_serial(cert->read.serial, i.serial);
    i.usage = usage_of(&cert->read);
    return zti_opts_write(info, &i, sizeof i);
}

static int32_t name_out(const ztrunk_cert *cert, zti_str name, char *text, size_t cap,
                        size_t *out_len)
{
    zti_buf words = zti_buf_of(cert->ctx, NAME_MAX_BYTES);
    int32_t err;

    zti_dn_text(name, &words);
    zti_buf_char(&words, '\0');
    err = words.err;
    if (err == ZTRUNK_OK) err = zti_copy_out(zti_buf_view(&words), text, cap, out_len);
    if (err == ZTRUNK_OK) (*out_len)--;
    zti_buf_free(&words);
    return err;
}

int32_t ztrunk_cert_subject(const ztrunk_cert *cert, char *text, size_t cap, size_t *out_len)
{
    if (cert == NULL || out_len == NULL || (text == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    return name_out(cert, cert->read.subject, text, cap, out_len);
}

int32_t ztrunk_cert_issuer(const ztrunk_cert *cert, char *text, size_t cap, size_t *out_len)
{
    if (cert == NULL || out_len == NULL || (text == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    return name_out(cert, cert->read.issuer, text, cap, out_len);
}

int32_t ztrunk_cert_name(const ztrunk_cert *cert, uint32_t nth, char *name, size_t cap,
                         size_t *out_len)
{
    if (cert == NULL || out_len == NULL || (name == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    return zti_san_identity_text(cert->ctx, cert->read.san, nth, name, cap, out_len);
}

int32_t ztrunk_cert_covers(const ztrunk_cert *cert, const char *domain, uint32_t wildcards)
{
    if (cert == NULL || domain == NULL) return ZTRUNK_E_INVALID;
    return zti_san_names(cert->read.san, zti_str_of(domain), wildcards) ? ZTRUNK_OK
                                                                        : ZTRUNK_E_DENIED;
}

void ztrunk_cert_free(ztrunk_cert *cert)
{
    ztrunk_ctx *ctx;

    if (cert == NULL) return;
    ctx = cert->ctx;
    zti_buf_free(&cert->der);
    zti_free(ctx, cert);
    ztrunk_ctx_free(ctx);
}
