/* nft_events.h - what others do to our table, as one descriptor. */
#ifndef ZTI_RT_NFT_EVENTS_H
#define ZTI_RT_NFT_EVENTS_H

#include <zerotrunk/core.h>

typedef struct zti_nft_events {
    struct mnl_socket *socket;
    int fd; /* an epoll set of the socket and the timer; -1: closed */
    int timer;
} zti_nft_events;

/* own_port: whose changes are not told. E_SYSTEM: errno. */
int32_t zti_nft_events_open(zti_nft_events *e, uint32_t own_port);
/* Reads all there is. 1: the table was touched, or nobody knows since events were lost. */
uint32_t zti_nft_events_read(zti_nft_events *e, const char *table);
/* The descriptor becomes readable after so long, once; 0: not. */
void zti_nft_events_wake(zti_nft_events *e, uint64_t ns);
void zti_nft_events_close(zti_nft_events *e);

#endif
