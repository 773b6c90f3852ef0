/* nft_link.h - the netlink socket that changes go through. */
#ifndef ZTI_RT_NFT_LINK_H
#define ZTI_RT_NFT_LINK_H

#include <zerotrunk/core.h>

typedef struct zti_nft_link {
    struct mnl_socket *socket; /* NULL: closed */
    size_t send_bytes;         /* the largest batch that the socket takes */
} zti_nft_link;

typedef struct zti_nft_refusal { /* what the kernel did not want */
    int number;                  /* errno */
    uint32_t seq;                /* of the message in the batch; 0: not one of it */
} zti_nft_refusal;

int32_t zti_nft_link_open(zti_nft_link *l, zti_nft_refusal *why);
uint32_t zti_nft_link_port(const zti_nft_link *l); /* the kernel's name for us */
/* One transaction: when this returns it is in force, or nothing of it is. E_SYSTEM. */
int32_t zti_nft_link_send(zti_nft_link *l, const void *data, size_t len, zti_nft_refusal *why);
void zti_nft_link_close(zti_nft_link *l);

#endif
