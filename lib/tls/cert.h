/* cert.h - a certificate as RFC 5280 writes it. What is read stays in the given bytes. */
#ifndef ZTI_TLS_CERT_H
#define ZTI_TLS_CERT_H

#include "tls/der.h"

enum { /* signature algorithms that we verify; what is not here is weak or unknown */
       ZTI_SIG_NONE = 0,
       ZTI_SIG_RSA_SHA256,
       ZTI_SIG_RSA_SHA384,
       ZTI_SIG_RSA_SHA512,
       ZTI_SIG_ECDSA_SHA256,
       ZTI_SIG_ECDSA_SHA384,
       ZTI_SIG_ECDSA_SHA512
};

enum { /* bits of zti_cert.has: the extensions that were there */
       ZTI_EXT_AKI = 1 << 0,
       ZTI_EXT_SKI = 1 << 1,
       ZTI_EXT_KEY_USAGE = 1 << 2,
       ZTI_EXT_BASIC = 1 << 3,
       ZTI_EXT_SAN = 1 << 4,
       ZTI_EXT_EKU = 1 << 5,
       ZTI_EXT_NAMES = 1 << 6, /* name constraints */
       ZTI_EXT_AIA = 1 << 7,
       ZTI_EXT_POLICIES = 1 << 8,
       ZTI_EXT_UNKNOWN = 1 << 9
};

enum { /* bits of zti_cert.eku */
       ZTI_EKU_SERVER = 1 << 0,
       ZTI_EKU_CLIENT = 1 << 1,
       ZTI_EKU_SIP_DOMAIN = 1 << 2, /* RFC 5924 */
       ZTI_EKU_ANY = 1 << 3,
       ZTI_EKU_OTHER = 1 << 4,
       ZTI_EKU_OCSP = 1 << 5 /* RFC 6960 4.2.2.2 */
};

enum { /* bits of zti_cert.key_usage, RFC 5280 4.2.1.3 */
       ZTI_KU_SIGN = 1 << 0,
       ZTI_KU_CERT_SIGN = 1 << 5,
       ZTI_KU_CRL_SIGN = 1 << 6
};

enum { ZTI_KEY_WEAK = 0, ZTI_KEY_RSA, ZTI_KEY_EC };

#define ZTI_NO_PATHLEN UINT32_MAX

typedef struct zti_cert {
    zti_str raw, tbs, serial, issuer, subject, spki, signature; /* names and spki with header */
    int64_t not_before_s, not_after_s;
    uint32_t sig_alg;  /* ZTI_SIG_* */
    uint32_t key_kind; /* ZTI_KEY_*: WEAK is whatever we do not trust a signature of */
    uint32_t is_v3, is_serial_odd;
    uint32_t has, critical; /* ZTI_EXT_* */
    uint32_t is_ca, pathlen;
    uint32_t key_usage, eku;
    zti_str key_id, issuer_key_id; /* SKI; AKI's keyIdentifier */
    uint32_t is_aki_full;          /* AKI also names issuer and serial */
    zti_str san, constraints, aia; /* content of GeneralNames, NameConstraints, the access list */
} zti_cert;

/* One certificate, nothing behind it. E_MALFORMED; what is well-formed but not to be trusted is
 * told by the fields. */
int32_t zti_cert_read(zti_str der, zti_cert *out);
/* RFC 5280 6.1: issuer and subject are the same name, byte for byte. */
uint32_t zti_cert_is_self_issued(const zti_cert *cert);
/* By name and, where both tell one, key identifier; the signature is not looked at. */
uint32_t zti_cert_could_issue(const zti_cert *issuer, const zti_cert *child);
/* 1: the child's signature is the issuer's, whatever their names. */
uint32_t zti_cert_has_signed(const zti_cert *issuer, const zti_cert *child);
/* Reads AlgorithmIdentifier into ZTI_SIG_*; for certificates and CRLs. */
uint32_t zti_sig_alg_read(zti_cur *c);

#endif
