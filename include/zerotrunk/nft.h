/* nft.h - the perimeter in the kernel: one nftables table of our own, over netlink.
 *
 * The table drops in silence what is addressed to a protected port and not allowed there; all else
 * it lets pass, and no other table is touched. Accepted here means passed on: another table may
 * still drop it. Nothing depends on connection tracking.
 *
 *   signalling port  open to the signalling allowlist
 *   media port       open through holes alone: from one remote address, or from the media allowlist
 *   blocked source   dropped at every protected port, before all else
 *
 * A hole and a block end in the kernel by themselves when their time is over. Everything is known
 * here as well, and is made again when another program takes it away. All calls are synchronous:
 * a change costs one send and one receive on a netlink socket, which wait for nobody but the
 * kernel. One handle for a table name and network namespace: start refuses a second. */
#ifndef ZEROTRUNK_NFT_H
#define ZEROTRUNK_NFT_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ZTRUNK_NFT_SIGNALLING = 1, ZTRUNK_NFT_MEDIA = 2 }; /* kinds of port and of allowlist */

enum { ZTRUNK_NFT_KEEP = 1 }; /* opts.flags: free leaves the table: the ports stay silent */

typedef struct ztrunk_nft_opts { /* zero: the default */
    uint32_t size, flags;        /* ZTRUNK_NFT_KEEP */
    char table[32];              /* its name, letters, digits and "_-", with a NUL; "zerotrunk" */
    int32_t priority;            /* of the chain at the input hook, -400 to 400; -10 */
    uint32_t max_ports;          /* 64, at most 1024 */
    uint32_t max_prefixes;       /* of one allowlist; 16384, at most 65536 */
    uint32_t max_holes;          /* 8192, at most 65536 */
    uint32_t max_blocked;        /* 4096, at most 65536 */
    uint32_t reserved;
    uint64_t lease_ns; /* a hole that is not refreshed closes after it; 60 s, at most 24 h */
} ztrunk_nft_opts;

typedef struct ztrunk_nft_port { /* what is protected */
    uint32_t kind;               /* ZTRUNK_NFT_SIGNALLING or ZTRUNK_NFT_MEDIA */
    uint32_t protocol;           /* 6 TCP, 17 UDP; media: 17 */
    uint32_t first, last;        /* ports, 1 to 65535; last 0: the one port */
    ztrunk_addr addr;            /* 0.0.0.0: every IPv4 address; ::, family 0: every address */
} ztrunk_nft_port;

typedef struct ztrunk_nft_info {
    uint32_t size, is_up;           /* the table is in the kernel, as far as we know */
    uint32_t ports, holes, blocked; /* known here; those that were queued included */
    uint32_t signalling, media;     /* ranges left when the allowlists were merged */
    uint32_t reserved;
    uint64_t commits,
        rebuilds; /* batches; times the table was made again after a stranger's hand */
} ztrunk_nft_info;

typedef struct ztrunk_nft ztrunk_nft;

/* Takes all memory that holes and blocks will need; the kernel is not asked yet. E_INVALID,
 * E_NOMEM. */
ZTRUNK_API int32_t ztrunk_nft_new(ztrunk_ctx *ctx, const ztrunk_nft_opts *opts, ztrunk_nft **out);
/* What is protected, in place of what was; the first entry that matches a packet decides. Copied.
 * E_LIMIT past max_ports. After start at once, as one transaction; on failure nothing changes. */
ZTRUNK_API int32_t ztrunk_nft_set_ports(ztrunk_nft *nft, const ztrunk_nft_port *ports,
                                        uint32_t count);
/* The allowlist of one kind, in place of the one before; count 0: nobody. Prefixes may overlap.
 * Copied. E_LIMIT past max_prefixes. After start as set_ports. */
ZTRUNK_API int32_t ztrunk_nft_set_sources(ztrunk_nft *nft, uint32_t kind,
                                          const ztrunk_prefix *prefixes, uint32_t count);
/* Makes the table with all that is known, in one transaction. A table of that name, left by a run
 * that was killed, is replaced in it: no packet finds the ports open in between. Needs
 * CAP_NET_ADMIN. E_STATE: started already. E_SYSTEM: errno and ztrunk_nft_error say why;
 * EADDRINUSE: another process of this network namespace has a table of that name. */
ZTRUNK_API int32_t ztrunk_nft_start(ztrunk_nft *nft);

/* Queued until commit, in any number, also before start. */
/* Opens a hole to the UDP port of local (exact), for lease_ns from its commit. remote: the one
 * address that may send, whatever its port and whatever the allowlist; NULL or family 0: the media
 * allowlist. A hole that is there is refreshed, and moved when remote differs. E_LIMIT past
 * max_holes: a closed hole counts until it is committed. */
ZTRUNK_API int32_t ztrunk_nft_open(ztrunk_nft *nft, const ztrunk_addr *local,
                                   const ztrunk_addr *remote);
/* Another lease_ns. E_NOTFOUND: closed, or its lease ran out. */
ZTRUNK_API int32_t ztrunk_nft_refresh(ztrunk_nft *nft, const ztrunk_addr *local);
ZTRUNK_API int32_t ztrunk_nft_close(ztrunk_nft *nft, const ztrunk_addr *local); /* E_NOTFOUND */
/* Drops what comes from addr (its port is ignored) for so long, counted from the commit; again: the
 * new time holds. At most 30 days, at least 1 ms. E_LIMIT past max_blocked. That an allowlisted
 * address is never blocked is the caller's to see to. */
ZTRUNK_API int32_t ztrunk_nft_block(ztrunk_nft *nft, const ztrunk_addr *addr, uint64_t ns);
ZTRUNK_API int32_t ztrunk_nft_unblock(ztrunk_nft *nft, const ztrunk_addr *addr); /* E_NOTFOUND */
/* Sends what is queued as one transaction; nothing queued: does nothing. On failure all of it stays
 * queued. E_STATE: not started. E_SYSTEM: errno and ztrunk_nft_error say why. */
ZTRUNK_API int32_t ztrunk_nft_commit(ztrunk_nft *nft);

/* Readable when another program has touched the table: then call ztrunk_nft_readable. The handle's
 * own; -1 before start. */
ZTRUNK_API int ztrunk_nft_fd(const ztrunk_nft *nft);
/* Looks what was done, and makes the table again, with its holes and blocks (what is queued goes
 * with it), when it was touched. *rebuilt, may be NULL: 1 when so. At most ten times a second: the
 * descriptor becomes readable again when it is time. E_SYSTEM: it could not be; is tried again in
 * a second likewise. */
ZTRUNK_API int32_t ztrunk_nft_readable(ztrunk_nft *nft, uint32_t *rebuilt);

/* The whole of it in the syntax of nft(8), with a NUL that *len does not count; E_SPACE with the
 * room needed, the NUL included. Touches no kernel and needs no privilege: a dry run. */
ZTRUNK_API int32_t ztrunk_nft_print(ztrunk_nft *nft, char *text, size_t cap, size_t *len);
/* Which object the kernel refused last, and why: "set holes4: Operation not permitted". Loan until
 * the next call; empty when nothing was. */
ZTRUNK_API const char *ztrunk_nft_error(const ztrunk_nft *nft);
ZTRUNK_API int32_t ztrunk_nft_get_info(const ztrunk_nft *nft, ztrunk_nft_info *info);
/* Removes the table, unless ZTRUNK_NFT_KEEP. */
ZTRUNK_API void ztrunk_nft_free(ztrunk_nft *nft);

#ifdef __cplusplus
}
#endif
#endif
