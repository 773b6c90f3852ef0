/* srv.h - the order in which SRV targets are tried: RFC 2782. */
#ifndef ZTI_RT_SRV_H
#define ZTI_RT_SRV_H

#include <zerotrunk/core.h>

#define ZTI_SRV_MAX 8

typedef struct zti_srv {
    uint16_t priority, weight, port;
    char target[256];
} zti_srv;

/* Least priority first; within one, drawn by weight. */
int32_t zti_srv_order(ztrunk_ctx *ctx, zti_srv *records, uint32_t count);

#endif
