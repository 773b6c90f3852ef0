/* pki.h - certificates for tests, right or wrong in exactly one place, made on the spot. */
#ifndef TESTS_UNIT_TLS_PKI_H
#define TESTS_UNIT_TLS_PKI_H

#include <stddef.h>
#include <stdint.h>

#define PKI_NOW     INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define PKI_YEAR    INT64_C(31536000)
#define PKI_DER_MAX 24576

enum { PKI_DNS = 0x82, PKI_URI = 0x86, PKI_IP = 0x87, PKI_EMAIL = 0x81 };
enum { PKI_SERVER = 1, PKI_CLIENT = 2, PKI_SIP = 4, PKI_ANY = 8 };
enum { PKI_NONE = -1 };

typedef struct pki_key pki_key;

typedef struct pki_san {
    uint8_t tag;
    const char *value;
    size_t len; /* 0: strlen */
} pki_san;

typedef struct pki_der {
    size_t len;
    uint8_t data[PKI_DER_MAX];
} pki_der;

/* Zero is the sound default; the rest is for what is wrong. */
typedef struct pki_spec {
    const char *subject, *issuer; /* common names; "" is an empty name */
    const pki_key *key, *signer;
    uint32_t is_v1, serial;
    int64_t not_before_s, not_after_s; /* 0: a year around PKI_NOW */
    pki_san san[4];
    uint32_t eku;
    uint32_t is_ca, has_pathlen, pathlen;
    uint32_t no_basic, no_ids, no_key_usage;
    uint32_t key_usage;         /* 0: fits the place; else bits as RFC 5280 numbers them */
    int hash;                   /* mbedtls_md_type_t; 0: SHA-256 */
    const char *critical_oid;   /* raw OID bytes of an extension that nobody knows */
    const uint8_t *constraints; /* the whole NameConstraints value */
    size_t constraints_len;
    uint32_t breaks_signature;
    uint32_t padding; /* bytes of an unknown extension, for size */
} pki_spec;

typedef struct pki_crl {
    const char *issuer;
    const pki_key *signer;
    int64_t this_update_s, next_update_s; /* 0: a day around PKI_NOW */
    uint32_t serials[4];
    uint32_t no_number;
    uint32_t is_delta; /* bears a critical extension that narrows it */
} pki_crl;

/* curve: mbedtls_ecp_group_id. The key lives until pki_end. */
const pki_key *pki_ec(int curve);
const pki_key *pki_p256(void); /* a new one at each call */
const pki_key *pki_rsa(unsigned bits);
void pki_make(const pki_spec *spec, pki_der *out);
void pki_make_crl(const pki_crl *spec, pki_der *out);
/* Appends a PEM block to text, which has room; label "CERTIFICATE" or "X509 CRL". */
void pki_pem(const char *label, const pki_der *der, char *text, size_t cap);
void pki_key_pem(const pki_key *key, char *text, size_t cap);
void pki_end(void);

#endif
