/* admission.h - how much a source may ask of us: hierarchical limits, and blocks for abuse.
 *
 * Each question is put at up to four levels: the identity that a peer proved, its trunk, the prefix
 * of the allowlist that admitted it, its address. A refusal by one level takes nothing from the
 * others; only the address pays for every attempt. What goes over the limits of its own address
 * offends, as do failed handshakes, malformed messages and foreign domains; offences weigh, and too
 * many block the address, each time for twice as long.
 *
 * What is shed first: new calls and other requests outside a dialog, which leave half of a message
 * burst untouched; then requests within a dialog; what ends something (BYE, CANCEL, ACK, responses)
 * never, not even from a blocked source. All memory is taken at the start; no call here allocates
 * afterwards. When the table of addresses is full, the innocent one unheard of for longest gives
 * way, then one with offences, then a blocked one; one with calls or connections never does. */
#ifndef ZEROTRUNK_ADMISSION_H
#define ZEROTRUNK_ADMISSION_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* levels, in the order of the questions */
       ZTRUNK_ADMIT_IDENTITY = 0,
       ZTRUNK_ADMIT_TRUNK = 1,
       ZTRUNK_ADMIT_PREFIX = 2,
       ZTRUNK_ADMIT_ADDRESS = 3 /* of IPv6: its network of opts.v6_bits */
};

enum {                              /* what is asked for */
       ZTRUNK_ADMIT_CONNECTION = 1, /* until ztrunk_admission_end */
       ZTRUNK_ADMIT_HANDSHAKE = 2,  /* half-open until ztrunk_admission_ready, then a connection */
       ZTRUNK_ADMIT_CALL = 3,       /* an INVITE outside a dialog; a call until end */
       ZTRUNK_ADMIT_REQUEST = 4,    /* any other request outside a dialog */
       ZTRUNK_ADMIT_IN_DIALOG = 5,  /* re-INVITE, INFO and the like */
       ZTRUNK_ADMIT_ENDING = 6      /* BYE, CANCEL, ACK, a response: never refused */
};

enum { /* why not */
       ZTRUNK_ADMIT_OK = 0,
       ZTRUNK_ADMIT_BLOCKED = 1,
       ZTRUNK_ADMIT_FULL = 2, /* max_addresses are busy, or max_open are open */
       ZTRUNK_ADMIT_CONNECTIONS = 3,
       ZTRUNK_ADMIT_HANDSHAKES = 4, /* half-open */
       ZTRUNK_ADMIT_HANDSHAKE_RATE = 5,
       ZTRUNK_ADMIT_CALLS = 6,
       ZTRUNK_ADMIT_CALL_RATE = 7,
       ZTRUNK_ADMIT_MESSAGE_RATE = 8
};

enum {                                /* offences */
       ZTRUNK_OFFENCE_OVER_LIMIT = 0, /* of its own address; counted by ask itself */
       ZTRUNK_OFFENCE_HANDSHAKE = 1,  /* failed */
       ZTRUNK_OFFENCE_MALFORMED = 2,
       ZTRUNK_OFFENCE_FOREIGN = 3, /* a Request-URI that is not ours */
       ZTRUNK_OFFENCE_DENIED = 4,  /* a destination that may not be called */
       ZTRUNK_OFFENCE_KINDS = 5
};

enum {                                 /* flags of a source */
       ZTRUNK_SOURCE_IDENTIFIED = 1,   /* over a limit it gets 503, a stranger gets silence */
       ZTRUNK_SOURCE_NEVER_BLOCKED = 2 /* many share the address: limited, never blocked */
};

typedef struct ztrunk_admission_opts {      /* zero: the default */
    uint32_t size, max_addresses;           /* 16384, at most 2^20 */
    uint32_t max_named, max_open;           /* identities, trunks and prefixes: 1024; 65536 */
    uint32_t v6_bits, retry_after_s;        /* 64; where no rate tells how long, 5 */
    uint32_t points;                        /* so many block; each second forgives one; 100 */
    uint32_t weights[ZTRUNK_OFFENCE_KINDS]; /* 1, 10, 10, 10, 2 */
    uint64_t block_ns, max_block_ns;        /* the first block, 60 s; the longest, 1 h */
    uint64_t calm_ns;                       /* without a block: the next is half as long; 10 min */
} ztrunk_admission_opts;

typedef struct ztrunk_admission_limits { /* of one level; 0: no such limit */
    uint32_t size;
    uint32_t connections, handshakes, calls;  /* at once; handshakes: half-open */
    uint32_t handshake_rate, handshake_burst; /* a second; a burst of 0: as much as the rate */
    uint32_t call_rate, call_burst;
    uint32_t message_rate, message_burst;
} ztrunk_admission_limits;

typedef struct ztrunk_admission_source {
    uint32_t size, flags;             /* ZTRUNK_SOURCE_* */
    uint64_t identity, trunk, prefix; /* the caller's numbers; 0: that level is not asked */
    ztrunk_addr addr;                 /* its port is ignored */
} ztrunk_admission_source;

typedef struct ztrunk_admission_verdict {
    uint32_t size, reason;            /* ZTRUNK_ADMIT_OK and so on */
    uint32_t level;                   /* that refused */
    uint32_t status;                  /* 503, or 0: no answer at all */
    uint32_t retry_after_s, reserved; /* with 503 */
    uint64_t id;                      /* of what was admitted and lasts; else 0 */
    uint64_t blocked_ns;              /* a block of so long has begun with this question; else 0 */
} ztrunk_admission_verdict;

typedef struct ztrunk_admission_info {
    uint32_t size, addresses, named, open; /* kept now */
    uint64_t admitted, refused, denied;    /* refused: over a limit; denied: blocked */
    uint64_t blocks, forgotten;            /* begun; addresses that gave way */
} ztrunk_admission_info;

typedef struct ztrunk_admission ztrunk_admission;

ZTRUNK_API int32_t ztrunk_admission_new(ztrunk_ctx *ctx, const ztrunk_admission_opts *opts,
                                        ztrunk_admission **out);
/* number 0: of every identity, trunk, prefix or address without limits of its own. An address has
 * none of its own. limits NULL: none any more. What is under way stays. E_LIMIT: max_named. */
ZTRUNK_API int32_t ztrunk_admission_set_limits(ztrunk_admission *a, uint32_t level, uint64_t number,
                                               const ztrunk_admission_limits *limits);
/* what: ZTRUNK_ADMIT_CONNECTION to _ENDING. OK; E_LIMIT: over a limit; E_DENIED: blocked. The
 * verdict is written in all three cases. */
ZTRUNK_API int32_t ztrunk_admission_ask(ztrunk_admission *a, uint64_t now_ns,
                                        const ztrunk_admission_source *source, uint32_t what,
                                        ztrunk_admission_verdict *verdict);
/* The handshake is done: no longer half-open. E_STATE: it was no handshake, or is ready. */
ZTRUNK_API int32_t ztrunk_admission_ready(ztrunk_admission *a, uint64_t now_ns, uint64_t id);
/* E_NOTFOUND: it has ended. */
ZTRUNK_API int32_t ztrunk_admission_end(ztrunk_admission *a, uint64_t now_ns, uint64_t id);
/* offence: ZTRUNK_OFFENCE_*. *blocked_ns (may be NULL): the block that begins with it, 0: none. */
ZTRUNK_API int32_t ztrunk_admission_offend(ztrunk_admission *a, uint64_t now_ns,
                                           const ztrunk_admission_source *source, uint32_t offence,
                                           uint64_t *blocked_ns);
/* 0: not blocked; else for how much longer. */
ZTRUNK_API uint64_t ztrunk_admission_blocked_ns(const ztrunk_admission *a, uint64_t now_ns,
                                                const ztrunk_addr *addr);
/* Ends a block and forgets the offences. E_NOTFOUND: nothing is known of the address. */
ZTRUNK_API int32_t ztrunk_admission_unblock(ztrunk_admission *a, uint64_t now_ns,
                                            const ztrunk_addr *addr);
ZTRUNK_API int32_t ztrunk_admission_get_info(const ztrunk_admission *a,
                                             ztrunk_admission_info *info);
/* For a metric: "call_rate"; for a reader: "too many new calls a second". Static. */
ZTRUNK_API const char *ztrunk_admission_reason_name(uint32_t reason);
ZTRUNK_API const char *ztrunk_admission_reason_text(uint32_t reason);
ZTRUNK_API const char *ztrunk_admission_level_text(uint32_t level); /* static */
ZTRUNK_API void ztrunk_admission_free(ztrunk_admission *a);

#ifdef __cplusplus
}
#endif
#endif
