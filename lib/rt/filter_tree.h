/* filter_tree.h - a list of prefixes as a decision tree in classic BPF. Pure: no socket. */
#ifndef ZTI_RT_FILTER_TREE_H
#define ZTI_RT_FILTER_TREE_H

#include <linux/filter.h>
#include <zerotrunk/filter.h>

/* The prefix without what stands behind its length, IPv4 spelt as IPv6 as IPv4; E_INVALID. */
int32_t zti_filter_normal(const ztrunk_prefix *prefix, ztrunk_prefix *out);
/* By which alone they may come; 0: any. */
uint32_t zti_filter_interface(const ztrunk_prefix *prefixes, uint32_t count);
/* The program for packets with the network header at SKF_NET_OFF. E_LIMIT: longer than the
 * kernel's BPF_MAXINSNS; E_NOMEM, E_INVALID. */
int32_t zti_filter_compile(const ztrunk_prefix *prefixes, uint32_t count,
                           struct sock_filter code[BPF_MAXINSNS], uint16_t *len);

#endif
