/* zerotrunk/cert.h - what a certificate says: for a look before it is used, and for an alarm
 * before its end. Nothing here judges it; see tls.h for that. A handle is used by one thread. */
#ifndef ZEROTRUNK_CERT_H
#define ZEROTRUNK_CERT_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_cert ztrunk_cert;

typedef struct ztrunk_cert_info {
    uint32_t size, is_ca;
    int64_t not_before_s, not_after_s; /* Unix time, both inclusive (RFC 5280 4.1.2.5) */
    char serial[41];                   /* lower-case hexadecimal; at most 20 octets of it */
    uint8_t reserved[3];
    uint32_t usage; /* a set of ZTRUNK_CERT_*: what its key may prove (RFC 5280 4.2.1.12) */
} ztrunk_cert_info;

enum {
    ZTRUNK_CERT_SERVER = 1,
    ZTRUNK_CERT_CLIENT = 2,
    ZTRUNK_CERT_SIP_DOMAIN = 4, /* RFC 5924 */
    ZTRUNK_CERT_ANY = 8         /* it says so, or says nothing */
};

/* The nth certificate of a PEM text, or of DER one after the other; 0 the first. E_NOTFOUND: there
 * are not so many; E_MALFORMED: it, or one before it, is no certificate; E_LIMIT: more than 4 MiB.
 */
ZTRUNK_API int32_t ztrunk_cert_new(ztrunk_ctx *ctx, const uint8_t *certs, size_t len, uint32_t nth,
                                   ztrunk_cert **out);
/* Whose it is and who has issued it, in words (RFC 4514): "CN=Example Root,O=Example". Printable
 * ASCII in one line, whatever it holds; with NUL in text, without in *out_len. E_SPACE with the
 * size needed in *out_len; E_LIMIT: more than 4 KiB. */
ZTRUNK_API int32_t ztrunk_cert_subject(const ztrunk_cert *cert, char *text, size_t cap,
                                       size_t *out_len);
ZTRUNK_API int32_t ztrunk_cert_issuer(const ztrunk_cert *cert, char *text, size_t cap,
                                      size_t *out_len);
ZTRUNK_API int32_t ztrunk_cert_get_info(const ztrunk_cert *cert, ztrunk_cert_info *info);
/* The nth identity that it could prove (RFC 5922 7.1): URI SANs as "sip:example.com"; only when
 * there is none, DNS SANs. With NUL in name, without in *out_len. E_NOTFOUND past the last;
 * E_SPACE with the size needed in *out_len. */
ZTRUNK_API int32_t ztrunk_cert_name(const ztrunk_cert *cert, uint32_t nth, char *name, size_t cap,
                                    size_t *out_len);
/* OK when it names that SIP domain (RFC 5922 7.2), else E_DENIED. wildcards 1: "*.example.com"
 * stands for one label. */
ZTRUNK_API int32_t ztrunk_cert_covers(const ztrunk_cert *cert, const char *domain,
                                      uint32_t wildcards);
ZTRUNK_API void ztrunk_cert_free(ztrunk_cert *cert);

#ifdef __cplusplus
}
#endif
#endif
