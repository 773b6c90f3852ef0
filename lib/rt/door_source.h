/* door_source.h - how much each source holds: connections, half-open ones, handshakes in work.
 *
 * A source is an IPv4 address or an IPv6 /64 (one host has as many addresses of that as it likes),
 * or what the lengths given say. All room is taken at the start: counting allocates nothing. */
#ifndef ZTI_RT_DOOR_SOURCE_H
#define ZTI_RT_DOOR_SOURCE_H

#include "base/mem.h"

typedef struct zti_source {
    uint8_t key[17];           /* family and prefix */
    uint32_t flows;            /* connections, the half-open ones too */
    uint32_t pending, shaking; /* TLS before READY; of these in the handshake threads */
    uint32_t next;             /* 1-based: of its bucket, or free */
} zti_source;

typedef struct zti_sources {
    ztrunk_ctx *ctx;
    zti_source *pool;
    uint32_t *buckets; /* 1-based */
    uint32_t max, used, mask, first_free, bits4, bits6;
} zti_sources;

/* At most max sources at once. Once; a second call does nothing. E_NOMEM. */
int32_t zti_door_sources_init(zti_sources *s, ztrunk_ctx *ctx, uint32_t max, uint32_t bits4,
                              uint32_t bits6);
void zti_door_sources_free(zti_sources *s);
zti_source *zti_source_find(const zti_sources *s, const ztrunk_addr *remote); /* NULL: holds none */
/* One connection more, less; NULL when there are max others. */
zti_source *zti_source_enter(zti_sources *s, const ztrunk_addr *remote);
void zti_source_leave(zti_sources *s, zti_source *source); /* NULL: nothing */

#endif
