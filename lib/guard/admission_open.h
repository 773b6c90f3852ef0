/* admission_open.h - what is open: connections and calls, by an id that ends it once. */
#ifndef ZTI_GUARD_ADMISSION_OPEN_H
#define ZTI_GUARD_ADMISSION_OPEN_H

#include "base/mem.h"
#include "guard/admission_table.h"

enum { ZTI_ADMIT_LEVELS = 4 };

typedef struct zti_open {
    uint64_t generation; /* of the present or the next one here */
    uint32_t what;       /* ZTRUNK_ADMIT_*; 0: free */
    uint32_t is_ready;
    zti_asker *sources[ZTI_ADMIT_LEVELS]; /* NULL: that level was not asked */
    uint32_t next_free;                   /* 1-based, 0: none */
} zti_open;

typedef struct zti_opens {
    ztrunk_ctx *ctx;
    zti_open *all;
    uint32_t max, count, first_free;
} zti_opens;

/* max from 1 to 2^24 - 1; all memory is taken. E_NOMEM. */
int32_t zti_opens_init(zti_opens *o, ztrunk_ctx *ctx, uint32_t max);
void zti_opens_free(zti_opens *o);
/* NULL: max are open. */
zti_open *zti_opens_take(zti_opens *o, uint32_t what, uint64_t *id);
zti_open *zti_opens_find(const zti_opens *o, uint64_t id); /* NULL: stale or never was */
void zti_opens_give(zti_opens *o, zti_open *open);

#endif
