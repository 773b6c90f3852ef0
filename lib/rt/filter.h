/* filter.h - how a filter comes onto a socket. */
#ifndef ZTI_RT_FILTER_H
#define ZTI_RT_FILTER_H

#include <zerotrunk/filter.h>

/* An eBPF program with the prefixes in a map (filter_map.c): for what is too long as a tree. */
int32_t zti_filter_map_attach(int fd, const ztrunk_prefix *prefixes, uint32_t count);

#endif
