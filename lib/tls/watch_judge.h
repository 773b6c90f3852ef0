/* watch_judge.h - what is found of one subject, by its views and the time. */
#ifndef ZTI_TLS_WATCH_JUDGE_H
#define ZTI_TLS_WATCH_JUDGE_H

#include "tls/watch_view.h"

typedef struct zti_watch_base { /* what a peer's certificate was before */
    uint32_t is_set, usage;
    uint8_t anchor[ZTI_WATCH_PRINT];
    char *issuer, *root;
} zti_watch_base;

typedef struct zti_watch_subject {
    uint64_t id;
    uint32_t whose, trust;
    char *name;
    zti_watch_chain views[ZTRUNK_VIEWS];
    zti_watch_base before;
    int64_t since_s[ZTRUNK_FINDINGS]; /* what only time makes a finding, or ends; 0: nothing */
    uint32_t level[ZTRUNK_FINDINGS], told[ZTRUNK_FINDINGS];
    size_t end_view, end_cert; /* whose end EXPIRY means */
} zti_watch_subject;

/* Sets the levels; opts has no zeros. */
void zti_watch_judge(zti_watch_subject *s, ztrunk_ctx *ctx, const ztrunk_watch_opts *opts,
                     int64_t wall_s);
/* The last of a chain that was proved is an anchor; of another it is whoever comes above it. NULL:
 * nothing is shown. */
const char *zti_watch_root(const zti_watch_chain *chain, uint32_t trust);
void zti_watch_forget(ztrunk_ctx *ctx, zti_watch_base *b);

#endif
