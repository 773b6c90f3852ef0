/* allow.h - who may talk to us: address prefixes, the longest that covers an address decides.
 *
 * A list is built once and never changes: any number of threads may look up in it at once. To
 * replace it, build the next one, swap the handle, and free the old when its last reader is done.
 */
#ifndef ZEROTRUNK_ALLOW_H
#define ZEROTRUNK_ALLOW_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ZTRUNK_ALLOW_ANY = 1 }; /* flag of a list: a prefix of length 0 is meant */

enum { /* what is wrong with the entries of a list */
       ZTRUNK_ALLOW_GOOD = 0,
       ZTRUNK_ALLOW_FAMILY = 1, /* neither IPv4 nor IPv6 */
       ZTRUNK_ALLOW_LENGTH = 2, /* more than 32 or 128 bits */
       ZTRUNK_ALLOW_HOST_BITS = 3,
       ZTRUNK_ALLOW_EVERYBODY = 4, /* length 0 without the flag */
       ZTRUNK_ALLOW_CONFLICT = 5   /* one prefix twice, with another tag or verdict */
};

typedef struct ztrunk_allow_entry {
    ztrunk_prefix prefix; /* IPv4 within ::ffff:0:0/96 is IPv4 */
    uint32_t tag;         /* the caller's, such as the number of a trunk */
    uint32_t is_denied;   /* 1: an exception from a wider prefix */
} ztrunk_allow_entry;

typedef struct ztrunk_allow_opts { /* zero: the default */
    uint32_t size, flags;          /* ZTRUNK_ALLOW_ANY */
    uint32_t max_entries;          /* 16384, at most 1048576 */
    uint32_t reserved;
} ztrunk_allow_opts;

typedef struct ztrunk_allow_fault {
    uint32_t size, reason; /* ZTRUNK_ALLOW_* */
    uint32_t entry, other; /* by their place in the array; other: the earlier one of a conflict */
} ztrunk_allow_fault;

typedef struct ztrunk_allow ztrunk_allow;

/* No entries: everybody is denied. fault may be NULL; it tells what E_INVALID means. E_LIMIT: more
 * than max_entries. The entries are copied. */
ZTRUNK_API int32_t ztrunk_allow_new(ztrunk_ctx *ctx, const ztrunk_allow_opts *opts,
                                    const ztrunk_allow_entry *entries, uint32_t count,
                                    ztrunk_allow_fault *fault, ztrunk_allow **out);
/* OK with the tag of the longest prefix that covers addr (its port is ignored), else E_DENIED; tag
 * may be NULL. Allocates nothing, takes no lock. */
ZTRUNK_API int32_t ztrunk_allow_check(const ztrunk_allow *allow, const ztrunk_addr *addr,
                                      uint32_t *tag);
ZTRUNK_API uint32_t ztrunk_allow_count(const ztrunk_allow *allow); /* entries */
ZTRUNK_API const char *ztrunk_allow_fault_text(uint32_t reason);   /* static */
ZTRUNK_API void ztrunk_allow_free(ztrunk_allow *allow);

#ifdef __cplusplus
}
#endif
#endif
