/* watch_view.h - what one view shows: a chain, as far as a watch needs to remember it. */
#ifndef ZTI_TLS_WATCH_VIEW_H
#define ZTI_TLS_WATCH_VIEW_H

#include <zerotrunk/watch.h>
#include "tls/bundle.h"

enum { ZTI_WATCH_CERTS = 16, ZTI_WATCH_PRINT = 32 };

typedef struct zti_watch_cert {
    int64_t not_before_s, not_after_s;
    char *subject; /* in words */
} zti_watch_cert;

typedef struct zti_watch_chain {
    ztrunk_ctx *ctx;
    size_t count; /* 0: nothing is known */
    zti_watch_cert certs[ZTI_WATCH_CERTS];
    uint8_t print[ZTI_WATCH_PRINT];  /* SHA-256 of the first certificate */
    uint8_t anchor[ZTI_WATCH_PRINT]; /* of the last one's key: the root that it leads to */
    char *issuer, *above;            /* who has issued the first; the last */
    uint32_t usage;
    char serial[41];
} zti_watch_chain;

/* E_MALFORMED: the first certificate cannot be read, E_NOMEM, E_LIMIT; *out is empty then. */
int32_t zti_watch_chain_read(ztrunk_ctx *ctx, zti_str text, zti_watch_chain *out);
/* The most urgent certificate of the chain: its level, ZTRUNK_EXPIRY_*, and which it is. */
uint32_t zti_watch_chain_level(const zti_watch_chain *chain, int64_t wall_s, size_t *which);
int64_t zti_watch_chain_end(const zti_watch_chain *chain); /* the earliest one */
void zti_watch_chain_free(zti_watch_chain *chain);

#endif
