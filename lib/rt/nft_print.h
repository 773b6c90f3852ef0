/* nft_print.h - the table in the syntax of nft(8). */
#ifndef ZTI_RT_NFT_PRINT_H
#define ZTI_RT_NFT_PRINT_H

#include "base/buf.h"
#include "rt/nft_sync.h"

void zti_nft_print_table(zti_buf *b, const ztrunk_nft *nft, uint64_t now_ns);

#endif
