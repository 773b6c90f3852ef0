/* watch.h - the node's certificate on disk, in use and as a handshake with its own name shows it,
 * and the peers' as they show them: what is found is an alarm, told once and cleared. */
#ifndef ZEROTRUNKD_WATCH_H
#define ZEROTRUNKD_WATCH_H

#include <zerotrunk/watch.h>
#include "daemon.h"

/* -1: no memory. */
int watch_start(struct daemon *d);
void watch_end(struct daemon *d);
/* Another certificate is in use, or may be: it is looked at, and shaken hands with, soon. */
void watch_renewed(struct daemon *d);
/* The clock was set. */
void watch_wake(struct daemon *d);
uint64_t watch_deadline(const struct daemon *d);
void watch_expire(struct daemon *d, uint64_t now_ns);

/* A peer was let in, or a connection of ours to it was refused for that cause. */
void watch_peer(struct daemon *d, const struct bound_flow *bound, const ztrunk_tls *tls,
                uint32_t cause);

/* The nth subject of the table. -1: there are not so many. */
int watch_subject(const struct daemon *d, uint32_t nth, uint64_t *id);
uint32_t watch_is_peer(const struct daemon *d, uint64_t id);
const ztrunk_watch *watch_table(const struct daemon *d);

#endif
