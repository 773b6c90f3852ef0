/* hearing.h - whether both parties of each call are heard, looked at twice a second, and said in
 * the log when one is not. */
#ifndef ZEROTRUNKD_HEARING_H
#define ZEROTRUNKD_HEARING_H

#include "daemon.h"

/* The call was answered. */
void hearing_start(struct call *call);
/* Once more, before its media stops: a short call may have failed since the last look. */
void hearing_end(struct call *call);
uint64_t hearing_deadline(const struct daemon *d);
void hearing_expire(struct daemon *d, uint64_t now_ns);

#endif
