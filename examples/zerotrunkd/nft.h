/* nft.h - the perimeter in the kernel's own table, where node.firewall asks for it: the cloud's
 * ports are silent but for the allowlists, and each media port but for the time of its hole. The
 * privileged process has the table; what is said to it here is said in batches. */
#ifndef ZEROTRUNKD_NFT_H
#define ZEROTRUNKD_NFT_H

#include <zerotrunk/core.h>

struct daemon;

/* 0, also when no table is wanted; else -1, and standard error says why. */
int nft_start(struct daemon *d);
/* The allowlists as they are now. */
void nft_adopt(struct daemon *d);
/* A hole of the cloud's side opened or closed at local. */
void nft_hole(struct daemon *d, const ztrunk_addr *local, uint32_t is_open);
/* The table and all that is open, to a privileged process that took over. */
void nft_restore(struct daemon *d);
/* That process has answered: what had to wait goes. */
void nft_readable(struct daemon *d);
/* Tells what was gathered. */
void nft_flush(struct daemon *d);
/* Of an address that nothing else is expected from: the kernel drops it for so long. */
void nft_block(struct daemon *d, const ztrunk_addr *addr, uint64_t ns);
/* The table goes: an orderly end. */
void nft_end(struct daemon *d);

#endif
