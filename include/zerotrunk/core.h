/* core.h - what every engine shares: the contract, errors, events, addresses, the context.
 *
 * Rules that hold for every call of the library:
 *   Handles  opaque. X_new makes one, X_free ends it; X_free(NULL) is a no-op.
 *            Things inside a table are 64-bit ids, never reused and never 0: a stale id
 *            gives ZTRUNK_E_NOTFOUND, not a crash.
 *   Threads  one thread at a time per handle; a handle may move between threads. A ctx and a
 *            sealed tls_conf may be shared by threads. No call blocks, forks or spawns.
 *   Time     now_ns is the caller's monotonic clock, wall_s its calendar clock (Unix time).
 *            The library reads neither.
 *   Errors   0 or a negative ZTRUNK_E_*; outputs are untouched on failure, except that
 *            ZTRUNK_E_SPACE stores the size needed in *out_len.
 *   Memory   bytes in are copied before the call returns, bytes out go to the caller's buffer.
 *            Loans are marked "loan" and say how long they live.
 *   Structs  the size field comes first and holds sizeof as the caller was compiled; fields are
 *            only ever appended; zero means the default. No struct holds a caller's pointer. */
#ifndef ZEROTRUNK_CORE_H
#define ZEROTRUNK_CORE_H

#include <stddef.h>
#include <stdint.h>
#include <zerotrunk/version.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ZTRUNK_OK = 0,
    ZTRUNK_E_NOMEM = -1,     /* the allocator said no; the handle is still usable */
    ZTRUNK_E_INVALID = -2,   /* caller's bug: a bad argument */
    ZTRUNK_E_STATE = -3,     /* not now: the call does not fit the handle's state */
    ZTRUNK_E_SPACE = -4,     /* the caller's buffer is too small */
    ZTRUNK_E_NOTFOUND = -5,  /* no such id, name or header, or gone */
    ZTRUNK_E_LIMIT = -6,     /* a configured bound is reached */
    ZTRUNK_E_MALFORMED = -7, /* the peer's bytes break the grammar */
    ZTRUNK_E_AUTH = -8,      /* a certificate or a packet's tag was refused */
    ZTRUNK_E_REPLAY = -9,    /* the packet was seen before, or is too old to tell */
    ZTRUNK_E_DENIED = -10,   /* well-formed, and refused by policy */
    ZTRUNK_E_CLOSED = -11,   /* the other side has ended it */
    ZTRUNK_E_EXPIRED = -12,  /* a deadline or a key's lifetime has passed */
    ZTRUNK_E_CRYPTO = -13,   /* the crypto backend failed */
    ZTRUNK_E_SYSTEM = -14    /* libzerotrunk-rt only: the kernel said no */
};

/* Events of all engines share one numbering; each engine's header names its own. */
enum { ZTRUNK_EV_NONE = 0 };

typedef struct ztrunk_event {
    uint32_t size, kind; /* ZTRUNK_EV_*; NONE: nothing is waiting */
    uint64_t id, at_ns;  /* what it happened to, and when */
    int32_t error;       /* ZTRUNK_OK or the reason, ZTRUNK_E_* */
    uint32_t detail;     /* the engine's header says what */
    const uint8_t *data; /* loan: lives until the next call on the handle that was polled */
    size_t data_len;
} ztrunk_event;

/* An IPv4 or IPv6 transport address. 24 bytes, frozen. */
typedef struct ztrunk_addr {
    uint8_t family;    /* 4 or 6; 0: none */
    uint8_t reserved;  /* 0 */
    uint16_t port;     /* host order */
    uint32_t scope_id; /* of IPv6 link-local, and of a filter's prefix; see filter.h */
    uint8_t ip[16];    /* network order; IPv4 in ip[0..3], the rest 0 */
} ztrunk_addr;

/* An address prefix. addr.port is ignored. */
typedef struct ztrunk_prefix {
    ztrunk_addr addr;
    uint32_t bits; /* 0..32 or 0..128 */
    uint32_t reserved;
} ztrunk_prefix;

/* SDES and SRTP crypto suites: RFC 4568 6.2, RFC 6188 4, RFC 7714 14.2. Numbers are ours. */
enum {
    ZTRUNK_SUITE_NONE = 0,
    ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
    ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_32 = 2,
    ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80 = 3,
    ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32 = 4,
    ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80 = 5,
    ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32 = 6,
    ZTRUNK_SUITE_AEAD_AES_128_GCM = 7,
    ZTRUNK_SUITE_AEAD_AES_256_GCM = 8
};

/* Bytes of master key and master salt together, as SDES carries them; 0: no such suite. */
ZTRUNK_API size_t ztrunk_suite_key_len(uint32_t suite);
/* The registered name; static, "NONE" when there is no such suite. */
ZTRUNK_API const char *ztrunk_suite_name(uint32_t suite);
/* The suite of a name, also under its draft spelling (AES_CM_256_HMAC_SHA1_80 and the like),
 * case-sensitive as RFC 4568 has it; ZTRUNK_SUITE_NONE when unknown. */
ZTRUNK_API uint32_t ztrunk_suite_from_name(const char *name, size_t len);

/* Why packets of an SRTP stream are refused: srtp.h finds it, verdict.h reads it. */
enum {
    ZTRUNK_SRTP_CAUSE_NONE = 0,       /* packets pass, or it is not known yet */
    ZTRUNK_SRTP_CAUSE_WRONG_KEY = 1,  /* SRTP, as it seems, under a key that nobody agreed on */
    ZTRUNK_SRTP_CAUSE_OWN_KEY = 2,    /* the key of the other direction */
    ZTRUNK_SRTP_CAUSE_OLD_KEY = 3,    /* the key of the offer before */
    ZTRUNK_SRTP_CAUSE_OTHER_LINE = 4, /* another crypto line of the same offer */
    ZTRUNK_SRTP_CAUSE_SUITE = 5,      /* the agreed key, by another cipher */
    ZTRUNK_SRTP_CAUSE_TAG_32 = 6,     /* a 32-bit tag where 80 bits were agreed on */
    ZTRUNK_SRTP_CAUSE_TAG_80 = 7,     /* the other way */
    ZTRUNK_SRTP_CAUSE_MKI = 8,        /* an MKI that was not agreed on, or none where one was */
    ZTRUNK_SRTP_CAUSE_ROC_AHEAD = 9,  /* rollover counter: the peer's is ahead of ours */
    ZTRUNK_SRTP_CAUSE_ROC_BEHIND = 10,
    ZTRUNK_SRTP_CAUSE_ROC_ZERO = 11, /* the peer has started again at zero */
    ZTRUNK_SRTP_CAUSE_REPLAY = 12,   /* authentic, and seen before */
    ZTRUNK_SRTP_CAUSE_PLAIN = 13,    /* RTP without SRTP */
    ZTRUNK_SRTP_CAUSE_LIFETIME = 14, /* the key has served as long as it may */
    ZTRUNK_SRTP_CAUSE_SOURCES = 15   /* one SSRC more than may use the key */
};

typedef struct ztrunk_ctx ztrunk_ctx;

ZTRUNK_API uint32_t ztrunk_version(void);              /* 0x00MMmmpp of the loaded library */
ZTRUNK_API const char *ztrunk_strerror(int32_t error); /* static, never NULL */

/* The context: randomness, the secret hash key and the memory hooks that engines share.
 * Refcounted: freeing it before its users is fine. Thread-safe. E_NOMEM, E_CRYPTO. */
ZTRUNK_API int32_t ztrunk_ctx_new(ztrunk_ctx **out);
/* FOR TESTS ONLY: the same seed gives the same tags, branches and keys. */
ZTRUNK_API int32_t ztrunk_ctx_new_seeded(const uint8_t seed[32], ztrunk_ctx **out);
ZTRUNK_API void ztrunk_ctx_free(ztrunk_ctx *ctx);
/* Fills out from the context's generator, which reseeds from the kernel at each call and is
 * therefore safe across fork(). E_CRYPTO: nothing was written that may be used. */
ZTRUNK_API int32_t ztrunk_random(ztrunk_ctx *ctx, uint8_t *out, size_t len);

/* Text to address and back. Numeric only; a name is E_MALFORMED. "192.0.2.1", "[2001:db8::1]",
 * "2001:db8::1", each with an optional port ("192.0.2.1:5061", "[2001:db8::1]:5061"). An
 * IPv4-mapped IPv6 address becomes the IPv4 address that it is. */
ZTRUNK_API int32_t ztrunk_addr_parse(const char *text, size_t len, ztrunk_addr *out);
/* Writes ip or [ip]:port (when port is not 0) and a terminating NUL; *out_len without the NUL. */
ZTRUNK_API int32_t ztrunk_addr_format(const ztrunk_addr *addr, char *text, size_t cap,
                                      size_t *out_len);
/* 1 when addr's IP and port are equal, 0 when not. */
ZTRUNK_API uint32_t ztrunk_addr_equal(const ztrunk_addr *a, const ztrunk_addr *b);
/* 1 when the public internet does not route it: RFC 6890's special-purpose blocks. */
ZTRUNK_API uint32_t ztrunk_addr_is_private(const ztrunk_addr *addr);
/* "192.0.2.0/24"; without a slash the prefix is the one address. Host bits set: E_MALFORMED. */
ZTRUNK_API int32_t ztrunk_prefix_parse(const char *text, size_t len, ztrunk_prefix *out);
ZTRUNK_API uint32_t ztrunk_prefix_contains(const ztrunk_prefix *prefix, const ztrunk_addr *addr);

#ifdef __cplusplus
}
#endif
#endif
