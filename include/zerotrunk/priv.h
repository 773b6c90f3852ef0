/* priv.h - libzerotrunk-rt: privileges in a process of their own, and none in the program.
 *
 * A source filter on a TCP socket wants CAP_NET_ADMIN (filter.h), also when the list of sources
 * changes while the program runs. So a program that has it forks a small process first, before it
 * has threads, keys or a configuration, and gives up its own privileges when its ports are bound.
 *
 * That process keeps CAP_NET_ADMIN, and CAP_BPF when it is there, for long lists; as root it
 * becomes another user. It sees no descriptor but its socket, runs no program and makes no other
 * process but one: a spare, forked while there is a privilege to give, which goes on in its place
 * when it is killed. It does what the requests below say, and ends when the program ends. */
#ifndef ZEROTRUNK_PRIV_H
#define ZEROTRUNK_PRIV_H

#include <zerotrunk/filter.h>
#include <zerotrunk/nft.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_priv ztrunk_priv;

typedef struct ztrunk_priv_opts { /* zero: the default */
    uint32_t size;
    uint32_t uid, gid; /* of the process when this one is root; 65534, 65534 */
    uint32_t reserved;
} ztrunk_priv_opts;

typedef struct ztrunk_priv_info {
    uint32_t size, is_gone; /* 1: it has ended, or did not answer in time */
    int32_t pid;
    uint32_t reserved;
    uint64_t caps; /* that it kept, by their bits */
} ztrunk_priv_info;

typedef struct ztrunk_priv_left { /* what a process has after ztrunk_priv_drop */
    uint32_t size, uid, gid, reserved;
    uint64_t caps;     /* effective, permitted, inheritable and ambient together: 0 */
    uint64_t bounding; /* not 0 where CAP_SETPCAP was missing; nothing can use it */
} ztrunk_priv_left;

/* Forks: call it while the process has one thread. E_DENIED: there is no CAP_NET_ADMIN to keep,
 * and no process then. E_STATE: there are threads. E_SYSTEM: errno; no process either. */
ZTRUNK_API int32_t ztrunk_priv_start(const ztrunk_priv_opts *opts, ztrunk_priv **out);
/* As ztrunk_filter_sources and ztrunk_filter_clear, by the process; fd is a stream or datagram
 * socket of IPv4 or IPv6. They wait for its answer, 5 s at most. E_CLOSED: it is gone. */
ZTRUNK_API int32_t ztrunk_priv_filter_sources(ztrunk_priv *priv, int fd,
                                              const ztrunk_prefix *prefixes, uint32_t count);
ZTRUNK_API int32_t ztrunk_priv_filter_clear(ztrunk_priv *priv, int fd);
/* The table of nft.h in the hands of the process, which makes it again when another program takes
 * it away, and renews the leases of its holes, 60 s each. Each waits for the answer, as above. At
 * most 256 ports. When the program ends without ztrunk_priv_nft_remove the holes close and the
 * ports stay silent, until the next run takes the table over, or removes it without having started
 * one. E_SYSTEM: errno; EADDRINUSE: another process of this network namespace has a table of
 * that name. */
ZTRUNK_API int32_t ztrunk_priv_nft_set_ports(ztrunk_priv *priv, const ztrunk_nft_port *ports,
                                             uint32_t count);
ZTRUNK_API int32_t ztrunk_priv_nft_set_sources(ztrunk_priv *priv, uint32_t kind,
                                               const ztrunk_prefix *prefixes, uint32_t count);
/* The table's name, "zerotrunk" without it; before all else that is said of the table. E_DENIED: it
 * does not begin with "zerotrunk": another's table is not the process's to touch. E_INVALID: 32
 * bytes and more. E_STATE: too late. */
ZTRUNK_API int32_t ztrunk_priv_nft_set_table(ztrunk_priv *priv, const char *name);
ZTRUNK_API int32_t ztrunk_priv_nft_start(ztrunk_priv *priv);
/* This and block wait 100 ms for the answer at most: what was sent is done then, and told by
 * ztrunk_priv_readable when it fails. E_LIMIT: an earlier one is owed still, and this was not sent;
 * again when the descriptor was readable. */
/* Holes for the media allowlist, as one transaction: addr with its port is the local end; bits 1
 * opens it, 0 closes it. */
ZTRUNK_API int32_t ztrunk_priv_nft_holes(ztrunk_priv *priv, const ztrunk_prefix *holes,
                                         uint32_t count);
ZTRUNK_API int32_t ztrunk_priv_nft_block(ztrunk_priv *priv, const ztrunk_addr *addr,
                                         uint32_t seconds);
ZTRUNK_API int32_t ztrunk_priv_nft_remove(ztrunk_priv *priv);
/* Readable when the process has something to say; then call ztrunk_priv_readable. The handle's own,
 * until it is freed. */
ZTRUNK_API int ztrunk_priv_fd(const ztrunk_priv *priv);
/* E_STATE: the spare has taken over. Filters are as they were; in the kernel the table is, too, but
 * the process knows nothing of it: say all of it again, from set_table to start, and every hole,
 * within 60 s. Blocks are forgotten. Until then requests of the table fail with E_STATE: also where
 * one of them was the first to see it. E_CLOSED: there is no process any more. Other errors: of a
 * change that was answered late. */
ZTRUNK_API int32_t ztrunk_priv_readable(ztrunk_priv *priv);
ZTRUNK_API int32_t ztrunk_priv_get_info(const ztrunk_priv *priv, ztrunk_priv_info *info);
/* Ends the process. What it attached stays. */
ZTRUNK_API void ztrunk_priv_free(ztrunk_priv *priv);

/* Gives up all capabilities of this process, also for programs that it may run, and, with a user's
 * name, becomes that user with its groups; user NULL: the user stays. Then it looks whether
 * anything is left. left may be NULL. E_STATE: there are threads, which would keep theirs.
 * E_NOTFOUND: no such user. E_SYSTEM: errno; the process may have given up a part, and must not go
 * on. */
ZTRUNK_API int32_t ztrunk_priv_drop(const char *user, ztrunk_priv_left *left);

#ifdef __cplusplus
}
#endif
#endif
