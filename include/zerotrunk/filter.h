/* filter.h - libzerotrunk-rt: what the kernel drops before a socket sees it, and without an answer.
 *
 * For any descriptor of an IPv4 or IPv6 socket: a TCP listener, or a UDP socket; also one that
 * takes both families (IPV6_V6ONLY off), which IPv4 reaches by IPv4 prefixes alone. A stranger's
 * SYN gets no SYN-ACK and no RST, a stranger's datagram no ICMP. Put it there before bind() and
 * there is no moment in which a packet gets through.
 *
 * A UDP socket takes a filter from any user. On a TCP socket newer kernels (6.18) want
 * CAP_NET_ADMIN of the attaching thread; see priv.h for a program that gives its privileges up.
 *
 * The list becomes a decision tree in classic BPF: a packet costs a logarithm of its length, and
 * some 1900 separate IPv4 prefixes fit (4096 instructions; net.core.optmem_max may allow fewer). A
 * longer one becomes an eBPF program with a longest-prefix map, which wants CAP_BPF as well, unless
 * kernel.unprivileged_bpf_disabled is 0.
 *
 * What was received before the call stays in the socket's queue. A connection keeps the filter that
 * its listener had when it was accepted. All calls: any thread. */
#ifndef ZEROTRUNK_FILTER_H
#define ZEROTRUNK_FILTER_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ZTRUNK_FILTER_MAX = 65536 }; /* prefixes of one list */

/* Only sources inside the prefixes reach the socket; count 0: nobody does. Prefixes may overlap and
 * come in any order; bits behind a prefix's length do not matter; IPv4 within ::ffff:0:0/96 is
 * IPv4. With a scope_id, the same in all of them, they reach it by that network interface (its
 * index) alone: a source can be forged, the interface not. Replaces at once what stood before; on
 * any failure that stays. E_INVALID: a family or length that does not exist, another scope_id, or
 * no socket of IPv4 or IPv6. E_LIMIT: more than ZTRUNK_FILTER_MAX. E_SYSTEM: errno, such as EPERM.
 */
ZTRUNK_API int32_t ztrunk_filter_sources(int fd, const ztrunk_prefix *prefixes, uint32_t count);
/* The same as a list of nobody. E_INVALID, E_SYSTEM. */
ZTRUNK_API int32_t ztrunk_filter_park(int fd);
/* Every source reaches the socket again. OK also when there was no filter. E_INVALID, E_SYSTEM. */
ZTRUNK_API int32_t ztrunk_filter_clear(int fd);

#ifdef __cplusplus
}
#endif
#endif
