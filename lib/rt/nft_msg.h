/* nft_msg.h - a batch of netlink messages to nf_tables: the kernel takes all of it or nothing.
 * It remembers the first error: write on, ask once. */
#ifndef ZTI_RT_NFT_MSG_H
#define ZTI_RT_NFT_MSG_H

#include <zerotrunk/core.h>

enum { ZTI_NFT_NEST_MAX = 60000 }; /* a nest's length has 16 bits: begin another message then */

struct nlmsghdr;

typedef struct zti_nft_batch {
    ztrunk_ctx *ctx;
    uint8_t *data;
    size_t len, cap;
    size_t msg;   /* where the open message begins */
    uint32_t seq; /* of the open message, counted from 1 in each batch */
    int32_t err;  /* E_NOMEM, E_LIMIT */
} zti_nft_batch;

int32_t zti_nft_batch_init(zti_nft_batch *b, ztrunk_ctx *ctx, size_t cap);
void zti_nft_batch_begin(zti_nft_batch *b);
int32_t zti_nft_batch_end(zti_nft_batch *b);
void zti_nft_batch_free(zti_nft_batch *b);

/* type: NFT_MSG_*; flags: NLM_F_* beside REQUEST. Every message of ours is of the inet family and
 * has the table's name as its first attribute. */
void zti_nft_msg(zti_nft_batch *b, uint16_t type, uint16_t flags, const char *table);
void zti_nft_put(zti_nft_batch *b, uint16_t type, const void *data, size_t len);
void zti_nft_text(zti_nft_batch *b, uint16_t type, const char *text); /* with its NUL */
void zti_nft_be32(zti_nft_batch *b, uint16_t type, uint32_t value);
void zti_nft_be64(zti_nft_batch *b, uint16_t type, uint64_t value);
size_t zti_nft_nest(zti_nft_batch *b, uint16_t type); /* gives back what nest_end takes */
void zti_nft_nest_end(zti_nft_batch *b, size_t nest);
size_t zti_nft_nest_len(const zti_nft_batch *b, size_t nest); /* so far */

/* A text attribute of a message of nf_tables; empty when there is none. */
const char *zti_nft_text_of(const struct nlmsghdr *nlh, uint16_t type);
/* "set holes4": what the message of that number was about. */
void zti_nft_describe(const zti_nft_batch *b, uint32_t seq, char *text, size_t cap);

#endif
