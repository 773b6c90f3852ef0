/* slurp.h - small files that may hold a secret: read whole, wiped when done. */
#ifndef ZEROTRUNKD_SLURP_H
#define ZEROTRUNKD_SLURP_H

#include <stddef.h>
#include <stdint.h>

/* Reads a whole regular file of at most max bytes; a NUL is put behind it. NULL: *why says why. It
 * leaves no copy behind but the one it gives. */
uint8_t *slurp(const char *file, size_t max, size_t *len, const char **why);
/* Wipes and frees what slurp gave; max as it was there. */
void slurp_burn(uint8_t *data, size_t max);
/* 1 when users other than the owner and the group may read or write it. */
uint32_t slurp_is_open_to_others(const char *file);

#endif
