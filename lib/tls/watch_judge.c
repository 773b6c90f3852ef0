#include "tls/watch_judge.h"

#include <string.h>

enum { HOLD_MISSING = 600 };

void zti_watch_forget(ztrunk_ctx *ctx, zti_watch_base *b)
{
    zti_free(ctx, b->issuer);
    zti_free(ctx, b->root);
    *b = (zti_watch_base){0};
}

static void take_end(zti_watch_subject *s, size_t view, int64_t wall_s)
{
    size_t which;
    uint32_t level = zti_watch_chain_level(&s->views[view], wall_s, &which);

    if (s->views[view].count == 0) return;
    if (level < s->level[ZTRUNK_FINDING_EXPIRY]) return;
    s->level[ZTRUNK_FINDING_EXPIRY] = level;
    s->end_view = view;
    s->end_cert = which;
}

/* Of our own what is in use counts; what is only on disk where nothing is. */
static void judge_end(zti_watch_subject *s, int64_t wall_s)
{
    uint32_t is_used =
        s->views[ZTRUNK_VIEW_LOADED].count > 0 || s->views[ZTRUNK_VIEW_WIRE].count > 0;

    if (s->whose == ZTRUNK_WATCH_PEER && s->trust == ZTRUNK_WATCH_MISSING) return;
    s->level[ZTRUNK_FINDING_EXPIRY] = ZTRUNK_EXPIRY_NONE;
    if (!is_used) take_end(s, ZTRUNK_VIEW_DISK, wall_s);
    take_end(s, ZTRUNK_VIEW_WIRE, wall_s);
    take_end(s, ZTRUNK_VIEW_LOADED, wall_s);
}

/* 1: what began at *since_s has lasted for so long. */
static uint32_t has_lasted(int64_t *since_s, uint32_t is_so, uint32_t lasting_s, int64_t wall_s)
{
    if (!is_so) *since_s = 0;
    if (!is_so) return 0;
    if (*since_s == 0 || *since_s > wall_s) *since_s = wall_s;
    return wall_s - *since_s >= lasting_s;
}

static uint32_t is_same(const uint8_t a[ZTI_WATCH_PRINT], const uint8_t b[ZTI_WATCH_PRINT])
{
    return zti_str_eq((zti_str){(const char *)a, ZTI_WATCH_PRINT},
                      (zti_str){(const char *)b, ZTI_WATCH_PRINT});
}

static void judge_pair(zti_watch_subject *s, const ztrunk_watch_opts *opts, uint32_t kind,
                       uint32_t a, uint32_t b, int64_t wall_s)
{
    const zti_watch_chain *left = &s->views[a], *right = &s->views[b];
    uint32_t differ = left->count > 0 && right->count > 0 && !is_same(left->print, right->print);

    s->level[kind] = has_lasted(&s->since_s[kind], differ, opts->settle_s, wall_s);
}

const char *zti_watch_root(const zti_watch_chain *chain, uint32_t trust)
{
    if (chain->count == 0) return NULL;
    return trust < ZTRUNK_WATCH_MISSING ? chain->certs[chain->count - 1].subject : chain->above;
}

static uint32_t issuer_level(const zti_watch_base *before, const zti_watch_chain *now)
{
    if (!is_same(before->anchor, now->anchor)) return 2;
    return strcmp(before->issuer, now->issuer) != 0;
}

/* Without memory it is learned the next time. */
static void learn(zti_watch_subject *s, ztrunk_ctx *ctx, const zti_watch_chain *now)
{
    const char *root = zti_watch_root(now, s->trust);
    zti_watch_base fresh = {.is_set = 1, .usage = now->usage};

    memcpy(fresh.anchor, now->anchor, sizeof fresh.anchor);
    fresh.issuer = zti_dup(ctx, now->issuer, strlen(now->issuer));
    fresh.root = zti_dup(ctx, root, strlen(root));
    if (fresh.issuer == NULL || fresh.root == NULL) {
        zti_watch_forget(ctx, &fresh);
        return;
    }
    zti_watch_forget(ctx, &s->before);
    s->before = fresh;
}

/* Only what was proved is a change: anybody can show anything. Proxies of one peer change one after
 * the other: what was seen is news for its time, also when the next one shows the old. */
static void judge_change(zti_watch_subject *s, ztrunk_ctx *ctx, const ztrunk_watch_opts *opts,
                         int64_t wall_s)
{
    const zti_watch_chain *now = &s->views[ZTRUNK_VIEW_WIRE];
    uint32_t *issuer = &s->level[ZTRUNK_FINDING_ISSUER], *usage = &s->level[ZTRUNK_FINDING_USAGE];
    uint32_t level;

    if (now->count == 0 || s->trust >= ZTRUNK_WATCH_MISSING) return;
    if (!s->before.is_set) learn(s, ctx, now);
    if (!s->before.is_set) return;
    level = issuer_level(&s->before, now);
    if (level > *issuer) *issuer = level;
    *usage |= s->before.usage != now->usage;
    if (!has_lasted(&s->since_s[ZTRUNK_FINDING_ISSUER], *issuer > 0 || *usage > 0, opts->calm_s,
                    wall_s))
        return;
    learn(s, ctx, now);
    s->since_s[ZTRUNK_FINDING_ISSUER] = 0;
    *issuer = *usage = 0;
}

/* It stays for hold_s after it was seen last: another proxy of the peer may be well. */
static void hold(zti_watch_subject *s, uint32_t kind, uint32_t is_so, int64_t hold_s,
                 int64_t wall_s)
{
    int64_t *seen_s = &s->since_s[kind];

    if (is_so) *seen_s = wall_s;
    if (*seen_s > wall_s) *seen_s = wall_s;
    s->level[kind] = is_so || (*seen_s != 0 && wall_s - *seen_s < hold_s);
}

static void judge_root(zti_watch_subject *s, const ztrunk_watch_opts *opts, int64_t wall_s)
{
    hold(s, ZTRUNK_FINDING_ROOT_NEXT, s->trust == ZTRUNK_WATCH_NEXT, opts->calm_s, wall_s);
    hold(s, ZTRUNK_FINDING_ROOT_MISSING, s->trust == ZTRUNK_WATCH_MISSING, HOLD_MISSING, wall_s);
}

void zti_watch_judge(zti_watch_subject *s, ztrunk_ctx *ctx, const ztrunk_watch_opts *opts,
                     int64_t wall_s)
{
    judge_end(s, wall_s);
    if (s->whose == ZTRUNK_WATCH_PEER) {
        judge_change(s, ctx, opts, wall_s);
        judge_root(s, opts, wall_s);
        return;
    }
    judge_pair(s, opts, ZTRUNK_FINDING_NOT_LOADED, ZTRUNK_VIEW_DISK, ZTRUNK_VIEW_LOADED, wall_s);
    judge_pair(s, opts, ZTRUNK_FINDING_NOT_SHOWN, ZTRUNK_VIEW_LOADED, ZTRUNK_VIEW_WIRE, wall_s);
}
