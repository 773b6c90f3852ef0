/* tls_check.h - everything that is wrong with an identity, or with what we trust, before it is
 * used.
 *
 * Nothing here changes a conf: a caller checks, and only then builds one (tls.h) and swaps it in.
 * The functions hold no state; any thread. */
#ifndef ZEROTRUNK_TLS_CHECK_H
#define ZEROTRUNK_TLS_CHECK_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* faults; a set of them has the bit UINT64_C(1) << fault */
       /* of our identity */
       ZTRUNK_TLS_FAULT_CHAIN_PEM = 0, /* no certificate can be read, or one of them cannot */
       ZTRUNK_TLS_FAULT_KEY_PEM,       /* no key can be read (or a passphrase guards it) */
       ZTRUNK_TLS_FAULT_KEY_OTHER,     /* the key is another certificate's */
       ZTRUNK_TLS_FAULT_KEY_WEAK,      /* RSA below 2048 bits, a curve that nobody trusts */
       ZTRUNK_TLS_FAULT_KEY_CURVE,     /* a curve that the profile does not allow */
       ZTRUNK_TLS_FAULT_SUITE,         /* no suite of the profile works with such a key */
       ZTRUNK_TLS_FAULT_LEAF_CA,       /* the first certificate is a CA's */
       ZTRUNK_TLS_FAULT_ISSUER,        /* an issuer of the chain may not issue */
       ZTRUNK_TLS_FAULT_INCOMPLETE,    /* an intermediate certificate is missing */
       ZTRUNK_TLS_FAULT_ORDER,         /* not each certificate followed by its issuer's */
       ZTRUNK_TLS_FAULT_SIGNATURE,     /* an issuer's signature does not hold */
       ZTRUNK_TLS_FAULT_WEAK_SIGNATURE,
       ZTRUNK_TLS_FAULT_NAME,      /* the SAN does not cover the name */
       ZTRUNK_TLS_FAULT_KEY_USAGE, /* the key may not sign */
       ZTRUNK_TLS_FAULT_NO_SERVER, /* not for a server, and we are one */
       ZTRUNK_TLS_FAULT_NO_CLIENT, /* not for a client, and we are one */
       ZTRUNK_TLS_FAULT_NO_SIP,    /* not for a SIP domain (RFC 5924) */
       ZTRUNK_TLS_FAULT_EXPIRED,   /* the first certificate; the next two: one behind it */
       ZTRUNK_TLS_FAULT_NOT_YET,
       ZTRUNK_TLS_FAULT_ISSUER_EXPIRED,
       ZTRUNK_TLS_FAULT_ISSUER_NOT_YET,
       /* of what we trust */
       ZTRUNK_TLS_FAULT_TRUST_PEM,   /* no certificate can be read, or one of them cannot */
       ZTRUNK_TLS_FAULT_TRUST_NONE,  /* none of them is a CA's that is in force */
       ZTRUNK_TLS_FAULT_CRL_PEM,     /* no list can be read, or one of them cannot */
       ZTRUNK_TLS_FAULT_CRL_ISSUER,  /* no list by any of the anchors */
       ZTRUNK_TLS_FAULT_CRL_STALE,   /* the next update of a list is over */
       ZTRUNK_TLS_FAULT_CRL_NOT_YET, /* a list is from the future */
       ZTRUNK_TLS_FAULTS             /* how many there are; grows */
};

enum { /* roles: in which an identity is shown */
       ZTRUNK_TLS_AS_SERVER = 1,
       ZTRUNK_TLS_AS_CLIENT = 2,
       ZTRUNK_TLS_AS_SIP_DOMAIN = 4
};

typedef struct ztrunk_tls_check_opts {
    uint32_t size, roles; /* a set of ZTRUNK_TLS_AS_*; 0: no purpose is asked for */
    uint32_t profile;     /* ZTRUNK_TLS_PROFILE_* */
    uint32_t wildcards;   /* 1: "*.example.com" covers one label */
    int64_t wall_s;
} ztrunk_tls_check_opts;

/* Our chain (leaf first) and key, PEM, at most 4 MiB each. name: the domain to cover, or NULL.
 * anchors_pem: the CAs that peers know us by, PEM; the chain must lead to one of them. NULL: not
 * known; then a chain is incomplete when it is a leaf alone that somebody else has issued. OK:
 * *faults is the set of what is wrong, 0 when nothing is. Else E_INVALID, E_LIMIT, E_NOMEM,
 * E_CRYPTO, and nothing was found out. */
ZTRUNK_API int32_t ztrunk_tls_check_identity(ztrunk_ctx *ctx, const ztrunk_tls_check_opts *opts,
                                             const char *name, const uint8_t *chain_pem,
                                             size_t chain_len, const uint8_t *key_pem,
                                             size_t key_len, const uint8_t *anchors_pem,
                                             size_t anchors_len, uint64_t *faults);
/* Trust anchors, and with them the CRLs of a peer; crl_pem NULL: none are used. Of opts, wall_s
 * counts. A stale list is a fault whatever the policy; the caller may pass over it. */
ZTRUNK_API int32_t ztrunk_tls_check_trust(ztrunk_ctx *ctx, const ztrunk_tls_check_opts *opts,
                                          const uint8_t *trust_pem, size_t trust_len,
                                          const uint8_t *crl_pem, size_t crl_len, uint64_t *faults);
/* One fault in one word, for filters ("key-other"), and in words for whoever must mend it; static,
 * "" for a number that is none. */
ZTRUNK_API const char *ztrunk_tls_fault_name(uint32_t fault);
ZTRUNK_API const char *ztrunk_tls_fault_text(uint32_t fault);

#ifdef __cplusplus
}
#endif
#endif
