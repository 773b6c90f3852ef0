/* priv_table.h - the nftables table in the hands of the privileged process.
 *
 * What a request says of it stands in a list of prefixes:
 *   PORTS                 addr with the first port, bits the last; reserved: kind | protocol << 8
 *   SIGNALLING, MEDIA     the allowlist
 *   HOLES                 addr with the port; bits 1 opens, 0 closes
 *   BLOCK                 addr; bits: seconds
 *   NAME                  two, whose addresses' 32 bytes are the table's name with its NUL
 *   START, REMOVE         nothing */
#ifndef ZTI_RT_PRIV_TABLE_H
#define ZTI_RT_PRIV_TABLE_H

#include <zerotrunk/nft.h>
#include "rt/priv.h"

typedef struct zti_priv_table { /* zeroed: none was asked for */
    ztrunk_ctx *ctx;
    ztrunk_nft *nft;
    char name[32];       /* of the table; empty: zerotrunk */
    uint64_t refresh_ns; /* when the leases of all holes are due; 0: not started */
} zti_priv_table;

int32_t zti_priv_table_do(zti_priv_table *t, uint32_t kind, const ztrunk_prefix *list,
                          uint32_t count);
int zti_priv_table_fd(const zti_priv_table *t); /* -1: none */
int zti_priv_table_wait_ms(const zti_priv_table *t);
/* Refreshes leases; makes the table again when another program touched it. */
void zti_priv_table_tend(zti_priv_table *t, uint32_t is_touched);
/* The program is gone: its holes close, and the ports stay silent. */
void zti_priv_table_leave(zti_priv_table *t);
/* Lets go of it; in the kernel nothing changes. */
void zti_priv_table_forget(zti_priv_table *t);

#endif
