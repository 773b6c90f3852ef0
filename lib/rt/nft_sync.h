/* nft_sync.h - what is known here and what the kernel has, brought together. */
#ifndef ZTI_RT_NFT_SYNC_H
#define ZTI_RT_NFT_SYNC_H

#include <zerotrunk/nft.h>
#include "rt/nft_events.h"
#include "rt/nft_link.h"
#include "rt/nft_msg.h"
#include "rt/ip_span.h"
#include "rt/nft_table.h"

typedef struct zti_nft_list { /* an allowlist, merged */
    zti_ip_span *spans;       /* IPv4, then IPv6 */
    uint32_t v4, v6;
} zti_nft_list;

struct ztrunk_nft {
    ztrunk_ctx *ctx;
    ztrunk_nft_opts opts;
    ztrunk_nft_port *ports;
    uint32_t port_count;
    zti_nft_list lists[2]; /* signalling, media */
    zti_nft_table holes, blocked;
    zti_nft_batch batch;
    zti_nft_link link;
    zti_nft_events events;
    int owner; /* of the table's name; -1: not ours yet */
    uint32_t is_started;
    uint32_t is_touched; /* by another program, and not made again yet */
    uint64_t rebuilt_ns; /* when it was last tried */
    uint64_t commits, rebuilds;
    char error[96];
};

/* The table whose entries are in that set. */
const zti_nft_table *zti_nft_table_of(const ztrunk_nft *nft, uint32_t set);
/* 1: an entry of that table is in that set when its remote is this. */
uint32_t zti_nft_is_in(uint32_t set, const zti_nft_entry *entry, const ztrunk_addr *remote);
uint64_t zti_nft_left(const zti_nft_entry *entry, uint64_t now_ns); /* of its time; 0: over */
/* The whole table in place of whatever has its name, with all that is queued. E_SYSTEM: errno. */
int32_t zti_nft_build(ztrunk_nft *nft, uint64_t now_ns);
/* What is queued alone. E_SYSTEM: errno. */
int32_t zti_nft_update(ztrunk_nft *nft, uint64_t now_ns);
int32_t zti_nft_remove(ztrunk_nft *nft);
/* The table's name for this process alone. E_SYSTEM: errno, EADDRINUSE when another has it. */
int32_t zti_nft_claim(ztrunk_nft *nft);
/* Keeps text and errno of a refusal. Always E_SYSTEM. */
int32_t zti_nft_refused(ztrunk_nft *nft, const char *what, int number);

#endif
