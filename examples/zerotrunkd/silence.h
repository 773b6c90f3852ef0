/* silence.h - ports that are held so that nobody answers on them, not even the kernel.
 *
 * A TCP SYN to a media port, or a datagram to the port of a TCP listener, would be answered by the
 * kernel: with a reset, or with ICMP. A socket that holds the port and drops everything says
 * nothing. */
#ifndef ZEROTRUNKD_SILENCE_H
#define ZEROTRUNKD_SILENCE_H

#include <stddef.h>
#include <zerotrunk/core.h>

struct daemon;
struct trunk;

struct silence {
    int *fds;
    size_t count, room;
};

/* type is SOCK_STREAM or SOCK_DGRAM. 0, also when another socket has the port; else -1 and errno:
 * EPERM without CAP_NET_ADMIN for TCP, EMFILE when a quarter of the descriptors
 * would not be left. */
int silence_hold(struct silence *s, int type, const ztrunk_addr *addr);
/* The cloud's side of a trunk: its media ports for TCP, its listener's port for UDP. A port that
 * cannot be held is told in the log, and no reason not to start. Call it with the privileges of the
 * start. */
void silence_trunk(struct daemon *d, const struct trunk *trunk);
void silence_end(struct silence *s);

#endif
