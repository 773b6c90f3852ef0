/* re_rt.h - the only door to libre's loop and DNS client.
 *
 * What is used here (fd_listen, re_main, dnsc) is the same in 1.1 and 2.0; only the timers' clock
 * is not (1.1 counts by gettimeofday, which jumps), so that no deadline of ours hangs on tmr. */
#ifndef ZTI_RT_RE_RT_H
#define ZTI_RT_RE_RT_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <re.h>
#pragma GCC diagnostic pop

#endif
