/* filter.h - what the kernel drops before a socket sees it: classic BPF. A UDP socket takes it
 * from any user, a TCP socket with CAP_NET_ADMIN only. */
#ifndef ZTI_RT_FILTER_H
#define ZTI_RT_FILTER_H

#include <zerotrunk/core.h>

/* A parked port: everything is dropped, and nothing answers (an open socket sends no ICMP). */
int32_t zti_filter_park(int fd);
/* Lets sources inside the prefixes in; count 0: every source. The socket's family decides which
 * prefixes count; when none of that family is left, everything is dropped. */
int32_t zti_filter_admit(int fd, uint8_t family, const ztrunk_prefix *prefixes, uint32_t count);

#endif
