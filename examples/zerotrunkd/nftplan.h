/* nftplan.h - what a configuration asks of the kernel's table: the clouds' ports, the allowlists.
 */
#ifndef ZEROTRUNKD_NFTPLAN_H
#define ZEROTRUNKD_NFTPLAN_H

#include <zerotrunk/nft.h>
#include "config.h"

struct nft_plan {
    ztrunk_nft_port ports[4 * CONFIG_MAX_TRUNKS];
    uint32_t port_count;
    ztrunk_prefix *sources[2]; /* signalling, media: of all trunks together */
    uint32_t source_count[2];
};

/* E_NOMEM. */
int32_t nft_plan_make(struct nft_plan *plan, const struct config *config);
void nft_plan_end(struct nft_plan *plan);
/* Writes the table that the daemon would load, as it is before the first call, for nft -f; stream
 * is a FILE. -1: no memory, or the stream did not take all of it. */
int nft_plan_print(ztrunk_ctx *ctx, const struct config *config, void *stream);

#endif
