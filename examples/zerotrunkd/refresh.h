/* refresh.h - the files of certificates are looked after: what replaces them is taken by itself. */
#ifndef ZEROTRUNKD_REFRESH_H
#define ZEROTRUNKD_REFRESH_H

#include "daemon.h"

/* Watches the folders of the files that the configuration names now, or nothing where it says
 * signal. Called again after each reload of the configuration. -1: no memory. */
int refresh_start(struct daemon *d);
void refresh_end(struct daemon *d);
/* The files are read now, for another reason: what they are at this moment is known. */
void refresh_seen(struct daemon *d);
uint64_t refresh_deadline(const struct daemon *d);
void refresh_expire(struct daemon *d, uint64_t now_ns);

#endif
