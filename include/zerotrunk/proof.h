/* proof.h - reverse proof, and what an identity is made of where a peer shows no certificate.
 *
 * Some clouds show no client certificate. What calls from address X is believed for trunk T when
 * we ourselves have lately made a TLS handshake to X in which X proved T's name. This table knows
 * which addresses have, which are to be asked next, and how often: whoever calls from within an
 * allowlisted prefix may make us ask its own address, and no other, at a bounded rate.
 *
 * It does no I/O. Loop: ztrunk_proofs_next until E_NOTFOUND, make each handshake, and say how it
 * ended by note or failed; sleep until ztrunk_proofs_deadline, then ztrunk_proofs_expire. */
#ifndef ZEROTRUNK_PROOF_H
#define ZEROTRUNK_PROOF_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_proofs_opts { /* zero: the default */
    uint32_t size, max_addresses;   /* of all trunks: 1024, at most 65536 */
    uint32_t max_probes, reserved;  /* under way at once: 4 */
    uint64_t valid_ns;              /* a proof lasts 10 min; it is renewed after three quarters */
    uint64_t probe_ns;              /* a probe that is not told of ends as unanswered: 10 s */
    uint64_t retry_ns;              /* after a failure 5 s, each time twice as long */
    uint64_t max_retry_ns;          /* 5 min */
} ztrunk_proofs_opts;

typedef struct ztrunk_proofs_info {
    uint32_t size, addresses; /* known */
    uint32_t proved, probing; /* now */
    uint64_t notes, failures; /* since ztrunk_proofs_new */
} ztrunk_proofs_info;

typedef struct ztrunk_proofs ztrunk_proofs;

ZTRUNK_API int32_t ztrunk_proofs_new(ztrunk_ctx *ctx, const ztrunk_proofs_opts *opts,
                                     ztrunk_proofs **out);
/* A handshake to addr was completed, and the peer proved the trunk's name. trunk: the caller's
 * number; the port of addr is ignored, here and below. E_LIMIT: no place. */
ZTRUNK_API int32_t ztrunk_proofs_note(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                                      const ztrunk_addr *addr);
/* A probe failed. is_wrong 1: something answered that did not prove the name; a proof from before
 * ends at once. 0: nothing answered; a proof stands until its time. */
ZTRUNK_API int32_t ztrunk_proofs_failed(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                                        const ztrunk_addr *addr, uint32_t is_wrong);
/* OK: proved. E_NOTFOUND: not yet known; want it and wait. E_DENIED: it failed, and is not asked
 * again yet. */
ZTRUNK_API int32_t ztrunk_proofs_check(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                                       const ztrunk_addr *addr);
/* addr is to be proved. keep 1: and to stay so, whether it calls or not. E_DENIED as above;
 * E_LIMIT: every place is kept or being probed. */
ZTRUNK_API int32_t ztrunk_proofs_want(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                                      const ztrunk_addr *addr, uint32_t keep);
/* The next address to probe now; it counts as under way. E_NOTFOUND: none. */
ZTRUNK_API int32_t ztrunk_proofs_next(ztrunk_proofs *p, uint64_t now_ns, uint64_t *trunk,
                                      ztrunk_addr *addr);
ZTRUNK_API uint64_t ztrunk_proofs_deadline(const ztrunk_proofs *p); /* UINT64_MAX: none */
ZTRUNK_API int32_t ztrunk_proofs_expire(ztrunk_proofs *p, uint64_t now_ns);
ZTRUNK_API int32_t ztrunk_proofs_get_info(const ztrunk_proofs *p, uint64_t now_ns,
                                          ztrunk_proofs_info *info);
ZTRUNK_API void ztrunk_proofs_free(ztrunk_proofs *p);

enum {                              /* what is known of a peer: bits */
       ZTRUNK_FACT_SOURCE = 1,      /* its address is allowlisted */
       ZTRUNK_FACT_CERTIFICATE = 2, /* it showed a certificate, which was verified and named */
       ZTRUNK_FACT_REVERSE = 4,     /* reverse proof of its address */
       ZTRUNK_FACT_REQUEST_URI = 8, /* the Request-URI is one of the trunk's */
       ZTRUNK_FACT_HEADER = 16,     /* the agreed header has the agreed value */
       ZTRUNK_FACT_DIGEST = 32,     /* it knows a password (zerotrunk/digest.h) */
       ZTRUNK_FACT_DOMAIN = 64      /* From and Contact name nobody else's host */
};

enum { ZTRUNK_IDENTITY_OFF = 0, ZTRUNK_IDENTITY_WARN = 1, ZTRUNK_IDENTITY_ENFORCE = 2 };

/* OK or E_DENIED (only when enforced, and something required is missing). *missing: the facts that
 * are required and not there, whatever the mode; with OFF nothing is required. */
ZTRUNK_API int32_t ztrunk_identity_judge(uint32_t mode, uint32_t required, uint32_t facts,
                                         uint32_t *missing);
/* The lowest bit's: "reverse proof"; static, "unknown" when there is none. */
ZTRUNK_API const char *ztrunk_fact_text(uint32_t facts);

#ifdef __cplusplus
}
#endif
#endif
