/* nft_owner.h - a table's name belongs to one process of a network namespace. */
#ifndef ZTI_RT_NFT_OWNER_H
#define ZTI_RT_NFT_OWNER_H

/* Holds the name until it is closed or the process ends; -1: errno, EADDRINUSE when another has it.
 * Any user of the namespace may hold a name before us, and we then say so: no more than that. */
int zti_nft_own(const char *table);

#endif
