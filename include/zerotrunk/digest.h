/* digest.h - digest authentication of a peer's requests: RFC 3261 22, RFC 7616, RFC 8760.
 *
 * A server's side only: a challenge is 401 with WWW-Authenticate, its answer stands in
 * Authorization. One handle is one realm with one user, such as the peer of a trunk. A challenge
 * leaves nothing behind here: the nonce says when it was made, and by its HMAC that it is ours.
 * What was used is kept in a table of fixed size, so that no answer counts twice.
 *
 * Thread-safety: one thread a handle. It does no I/O. */
#ifndef ZEROTRUNK_DIGEST_H
#define ZEROTRUNK_DIGEST_H

#include <zerotrunk/sip.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* bits; MD5 is broken, for peers that have nothing else */
       ZTRUNK_DIGEST_SHA_256 = 1,
       ZTRUNK_DIGEST_SHA_512_256 = 2,
       ZTRUNK_DIGEST_MD5 = 4
};

enum { ZTRUNK_DIGEST_MAX_CHALLENGE = 512 }; /* bytes that any challenge fits in, NUL included */

typedef struct ztrunk_digest_opts { /* zero: the default */
    uint32_t size, algorithms;      /* ZTRUNK_DIGEST_*: SHA_256 */
    uint32_t max_nonces;            /* whose use is told apart: 1024, at most 65536 */
    uint32_t reserved;
    uint64_t nonce_ns; /* a nonce may be used so long: 5 min */
} ztrunk_digest_opts;

typedef struct ztrunk_digest ztrunk_digest;

/* realm, user: 1 to 128 bytes of printable ASCII without '"' and '\', the user without ':'. It
 * knows no password yet, and offers nothing. */
ZTRUNK_API int32_t ztrunk_digest_new(ztrunk_ctx *ctx, const ztrunk_digest_opts *opts,
                                     const char *realm, const char *user, ztrunk_digest **out);
/* The password, 1 to 128 bytes, for every algorithm of the options. Only its hashes are kept. */
ZTRUNK_API int32_t ztrunk_digest_set_password(ztrunk_digest *d, const char *password, size_t len);
/* H(user:realm:password) in place of the password, as hex digits; algorithm: one of those of the
 * options. It is as good as the password to whoever reads it. E_INVALID, E_MALFORMED. */
ZTRUNK_API int32_t ztrunk_digest_set_ha1(ztrunk_digest *d, uint32_t algorithm, const char *hex,
                                         size_t len);
/* The nth value of WWW-Authenticate, from 0, one for each algorithm, the better first (RFC 8760
 * 2.4), with a NUL behind. is_stale 1: the peer knows the password, and needs a fresh nonce.
 * E_NOTFOUND: no more of them. */
ZTRUNK_API int32_t ztrunk_digest_challenge(ztrunk_digest *d, uint64_t now_ns, uint32_t nth,
                                           uint32_t is_stale, char *value, size_t cap, size_t *len);
/* Does this request prove the user? OK: it does, and its answer counts no second time.
 * E_NOTFOUND: there is no answer for this realm: challenge. E_EXPIRED: the answer is right, and its
 * nonce too old, used up or of another process: challenge with is_stale. E_DENIED: another user, a
 * wrong password, or an algorithm that was not offered. E_MALFORMED: a broken header, more than one
 * answer for this realm, no qop=auth, or a uri that is not the Request-URI. E_STATE: m is no
 * request, or there is no password.
 * An ACK or a CANCEL can bear no answer of its own (RFC 3261 22.1): do not ask. */
ZTRUNK_API int32_t ztrunk_digest_check(ztrunk_digest *d, uint64_t now_ns, const ztrunk_sip_msg *m);
ZTRUNK_API void ztrunk_digest_free(ztrunk_digest *d);

#ifdef __cplusplus
}
#endif
#endif
