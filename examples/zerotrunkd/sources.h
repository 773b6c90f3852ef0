/* sources.h - which addresses may talk to which listener, and to which trunk they belong. */
#ifndef ZEROTRUNKD_SOURCES_H
#define ZEROTRUNKD_SOURCES_H

#include <zerotrunk/allow.h>
#include "daemon.h"

/* The allowlists of all listeners that the trunks have, as this configuration wants them; it need
 * not be d's own yet. NULL: no memory. */
struct sources *sources_new(struct daemon *d, const struct config *config);
/* 1 when somebody's signalling prefixes cover remote; *trunk: whose the longest of them is, the
 * first in the file of several who share it. sources NULL: nobody. */
uint32_t sources_admit(const struct sources *sources, uint64_t listener, const ztrunk_addr *remote,
                       uint32_t *trunk);
void sources_free(struct sources *sources);

#endif
