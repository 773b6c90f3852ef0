/* nft_rule.h - the rules of our table, and their messages. */
#ifndef ZTI_RT_NFT_RULE_H
#define ZTI_RT_NFT_RULE_H

#include <zerotrunk/nft.h>
#include "rt/nft_set.h"

/* The base chain finds out what is protected and goes to the chain of its kind, which ends with a
 * drop: nobody comes back. */
enum { ZTI_NFT_CHAIN_INPUT, ZTI_NFT_CHAIN_SIGNALLING, ZTI_NFT_CHAIN_MEDIA, ZTI_NFT_CHAINS };

enum { ZTI_NFT_DROP, ZTI_NFT_ACCEPT, ZTI_NFT_GOTO };

typedef struct zti_nft_rule {
    uint8_t chain, verdict; /* ZTI_NFT_DROP and so on */
    uint8_t target;         /* of a GOTO: the chain */
    uint8_t set_count;
    uint8_t sets[2]; /* that must hold the packet's fields */
    uint8_t family;  /* of packets that match: 4, 6, or 0: both */
    uint8_t has_addr;
    ztrunk_nft_port port; /* of a GOTO */
} zti_nft_rule;

const char *zti_nft_chain_name(uint32_t chain);
void zti_nft_chain_put(zti_nft_batch *b, const char *table, uint32_t chain, int32_t priority);
/* The rules behind the base chain's, in order; NULL at the end. */
const zti_nft_rule *zti_nft_rule_fixed(uint32_t place);
zti_nft_rule zti_nft_rule_of_port(const ztrunk_nft_port *port);
void zti_nft_rule_put(zti_nft_batch *b, const char *table, const zti_nft_rule *rule);

#endif
