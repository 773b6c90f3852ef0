/* hosts.h - /etc/hosts, which libre's DNS client does not look into. */
#ifndef ZTI_RT_HOSTS_H
#define ZTI_RT_HOSTS_H

#include <zerotrunk/core.h>
#include "base/str.h"

/* The addresses of name in the file, IPv4 first, without port; at most max, and of the file's
 * first 64 KiB. A line that is not an address and names is skipped. No file: none. */
uint32_t zti_hosts_find(const char *path, zti_str name, ztrunk_addr *addrs, uint32_t max);

#endif
