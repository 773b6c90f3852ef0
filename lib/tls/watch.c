#include <zerotrunk/watch.h>

#include <string.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "base/slots.h"
#include "tls/watch_view.h"

#define WALL_MAX INT64_C(1000000000000)

enum { DEFAULT_MAX = 256, DEFAULT_SETTLE = 60, DEFAULT_CALM = 86400 };

typedef struct base { /* what a peer's certificate was before */
    uint32_t is_set, usage;
    uint8_t anchor[ZTI_WATCH_PRINT];
    char *issuer, *root;
} base;

typedef struct subject {
    uint64_t id;
    uint32_t whose, trust;
    char *name;
    zti_watch_chain views[ZTRUNK_VIEWS];
    base before;
    int64_t since_s[ZTRUNK_FINDINGS]; /* what only time makes a finding, or ends; 0: nothing */
    uint32_t level[ZTRUNK_FINDINGS], told[ZTRUNK_FINDINGS];
    size_t end_view, end_cert; /* whose end EXPIRY means */
} subject;

struct ztrunk_watch {
    ztrunk_ctx *ctx;
    ztrunk_watch_opts opts;
    zti_slots subjects;
};

const char *ztrunk_finding_name(uint32_t kind)
{
    static const char *const names[ZTRUNK_FINDINGS] = {"expiry",      "not_loaded", "not_shown",
                                                       "issuer",      "usage",      "root_next",
                                                       "root_missing"};

    return kind < ZTRUNK_FINDINGS ? names[kind] : "";
}

const char *ztrunk_view_name(uint32_t view)
{
    static const char *const names[ZTRUNK_VIEWS] = {"disk", "loaded", "wire"};

    return view < ZTRUNK_VIEWS ? names[view] : "";
}

/* ---- life ---- */

int32_t ztrunk_watch_new(ztrunk_ctx *ctx, const ztrunk_watch_opts *opts, ztrunk_watch **out)
{
    ztrunk_watch_opts o;
    ztrunk_watch *w;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err != ZTRUNK_OK) return err;
    if (o.max == 0) o.max = DEFAULT_MAX;
    if (o.settle_s == 0) o.settle_s = DEFAULT_SETTLE;
    if (o.calm_s == 0) o.calm_s = DEFAULT_CALM;
    w = zti_calloc(ctx, sizeof *w);
    if (w == NULL) return ZTRUNK_E_NOMEM;
    w->ctx = zti_ctx_ref(ctx);
    w->opts = o;
    w->subjects = zti_slots_of(ctx, o.max);
    *out = w;
    return ZTRUNK_OK;
}

static void forget_base(ztrunk_ctx *ctx, base *b)
{
    zti_free(ctx, b->issuer);
    zti_free(ctx, b->root);
    *b = (base){0};
}

static void subject_free(ztrunk_ctx *ctx, subject *s)
{
    if (s == NULL) return;
    for (uint32_t view = 0; view < ZTRUNK_VIEWS; view++) zti_watch_chain_free(&s->views[view]);
    forget_base(ctx, &s->before);
    zti_free(ctx, s->name);
    zti_free(ctx, s);
}

void ztrunk_watch_free(ztrunk_watch *w)
{
    ztrunk_ctx *ctx;
    size_t place = 0;

    if (w == NULL) return;
    ctx = w->ctx;
    for (subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;) subject_free(ctx, s);
    zti_slots_free(&w->subjects);
    zti_free(ctx, w);
    ztrunk_ctx_free(ctx);
}

int32_t ztrunk_watch_add(ztrunk_watch *w, uint32_t whose, const char *name, uint64_t *id)
{
    subject *s;
    int32_t err = ZTRUNK_E_NOMEM;

    if (w == NULL || name == NULL || id == NULL || whose > ZTRUNK_WATCH_PEER)
        return ZTRUNK_E_INVALID;
    s = zti_calloc(w->ctx, sizeof *s);
    if (s == NULL) return ZTRUNK_E_NOMEM;
    s->whose = whose;
    s->name = zti_dup(w->ctx, name, strlen(name));
    if (s->name != NULL) err = zti_slots_put(&w->subjects, s, &s->id);
    if (err != ZTRUNK_OK) {
        subject_free(w->ctx, s);
        return err;
    }
    *id = s->id;
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_del(ztrunk_watch *w, uint64_t id)
{
    subject *s;

    if (w == NULL) return ZTRUNK_E_INVALID;
    s = zti_slots_del(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    subject_free(w->ctx, s);
    return ZTRUNK_OK;
}

/* ---- findings ---- */

static void take_end(subject *s, size_t view, int64_t wall_s)
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
static void judge_end(subject *s, int64_t wall_s)
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

static void judge_pair(const ztrunk_watch *w, subject *s, uint32_t kind, uint32_t a, uint32_t b,
                       int64_t wall_s)
{
    const zti_watch_chain *left = &s->views[a], *right = &s->views[b];
    uint32_t differ = left->count > 0 && right->count > 0 && !is_same(left->print, right->print);

    s->level[kind] = has_lasted(&s->since_s[kind], differ, w->opts.settle_s, wall_s);
}

/* The last of a chain that was proved is an anchor; of another it is whoever comes above it. */
static const char *root_of(const zti_watch_chain *chain, uint32_t trust)
{
    if (chain->count == 0) return NULL;
    return trust < ZTRUNK_WATCH_MISSING ? chain->certs[chain->count - 1].subject : chain->above;
}

static uint32_t issuer_level(const base *before, const zti_watch_chain *now)
{
    if (!is_same(before->anchor, now->anchor)) return 2;
    return strcmp(before->issuer, now->issuer) != 0;
}

/* Without memory it is learned the next time. */
static void learn(const ztrunk_watch *w, subject *s, const zti_watch_chain *now)
{
    const char *root = root_of(now, s->trust);
    base fresh = {.is_set = 1, .usage = now->usage};

    memcpy(fresh.anchor, now->anchor, sizeof fresh.anchor);
    fresh.issuer = zti_dup(w->ctx, now->issuer, strlen(now->issuer));
    fresh.root = zti_dup(w->ctx, root, strlen(root));
    if (fresh.issuer == NULL || fresh.root == NULL) {
        forget_base(w->ctx, &fresh);
        return;
    }
    forget_base(w->ctx, &s->before);
    s->before = fresh;
}

/* Only what was proved is a change: anybody can show anything. */
static void judge_change(const ztrunk_watch *w, subject *s, int64_t wall_s)
{
    const zti_watch_chain *now = &s->views[ZTRUNK_VIEW_WIRE];
    uint32_t *issuer = &s->level[ZTRUNK_FINDING_ISSUER], *usage = &s->level[ZTRUNK_FINDING_USAGE];

    if (now->count == 0 || s->trust >= ZTRUNK_WATCH_MISSING) return;
    if (!s->before.is_set) learn(w, s, now);
    if (!s->before.is_set) return;
    *issuer = issuer_level(&s->before, now);
    *usage = s->before.usage != now->usage;
    if (!has_lasted(&s->since_s[ZTRUNK_FINDING_ISSUER], *issuer > 0 || *usage > 0, w->opts.calm_s,
                    wall_s))
        return;
    learn(w, s, now);
    *issuer = issuer_level(&s->before, now);
    *usage = s->before.usage != now->usage;
}

static void judge_root(subject *s)
{
    if (s->trust == ZTRUNK_WATCH_REFUSED) return;
    s->level[ZTRUNK_FINDING_ROOT_NEXT] = s->trust == ZTRUNK_WATCH_NEXT;
    s->level[ZTRUNK_FINDING_ROOT_MISSING] = s->trust == ZTRUNK_WATCH_MISSING;
}

static void judge(const ztrunk_watch *w, subject *s, int64_t wall_s)
{
    judge_end(s, wall_s);
    if (s->whose == ZTRUNK_WATCH_PEER) {
        judge_change(w, s, wall_s);
        judge_root(s);
        return;
    }
    judge_pair(w, s, ZTRUNK_FINDING_NOT_LOADED, ZTRUNK_VIEW_DISK, ZTRUNK_VIEW_LOADED, wall_s);
    judge_pair(w, s, ZTRUNK_FINDING_NOT_SHOWN, ZTRUNK_VIEW_LOADED, ZTRUNK_VIEW_WIRE, wall_s);
}

/* ---- what is seen ---- */

static uint32_t is_time(int64_t wall_s)
{
    return wall_s > 0 && wall_s < WALL_MAX;
}

static uint32_t is_trust(const subject *s, uint32_t trust)
{
    return trust <= (s->whose == ZTRUNK_WATCH_PEER ? ZTRUNK_WATCH_REFUSED : 0);
}

int32_t ztrunk_watch_show(ztrunk_watch *w, uint64_t id, uint32_t view, uint32_t trust,
                          const uint8_t *certs, size_t len, int64_t wall_s)
{
    zti_watch_chain chain;
    subject *s;
    int32_t err;

    if (w == NULL || view >= ZTRUNK_VIEWS || certs == NULL || !is_time(wall_s))
        return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    if (!is_trust(s, trust)) return ZTRUNK_E_INVALID;
    err = zti_watch_chain_read(w->ctx, (zti_str){(const char *)certs, len}, &chain);
    if (err != ZTRUNK_OK) return err;
    zti_watch_chain_free(&s->views[view]);
    s->views[view] = chain;
    s->trust = trust;
    judge(w, s, wall_s);
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_hide(ztrunk_watch *w, uint64_t id, uint32_t view, int64_t wall_s)
{
    subject *s;

    if (w == NULL || view >= ZTRUNK_VIEWS || !is_time(wall_s)) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    zti_watch_chain_free(&s->views[view]);
    judge(w, s, wall_s);
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_expire(ztrunk_watch *w, int64_t wall_s)
{
    size_t place = 0;

    if (w == NULL || !is_time(wall_s)) return ZTRUNK_E_INVALID;
    for (subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;) judge(w, s, wall_s);
    return ZTRUNK_OK;
}

/* ---- what is told ---- */

static void put_text(char to[ZTRUNK_WATCH_NAME], const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;

    if (len >= ZTRUNK_WATCH_NAME) len = ZTRUNK_WATCH_NAME - 1;
    if (len > 0) memcpy(to, text, len);
    to[len] = 0;
}

static void tell_end(const subject *s, ztrunk_finding *f)
{
    const zti_watch_chain *chain = &s->views[s->end_view];

    if (s->end_cert >= chain->count) return;
    f->not_after_s = chain->certs[s->end_cert].not_after_s;
    put_text(f->text, chain->certs[s->end_cert].subject);
}

static void tell_issuer(const subject *s, ztrunk_finding *f)
{
    const zti_watch_chain *now = &s->views[ZTRUNK_VIEW_WIRE];

    put_text(f->text, f->level == 1 ? now->issuer : root_of(now, s->trust));
    if (f->level > 0) put_text(f->old, f->level == 1 ? s->before.issuer : s->before.root);
}

static void tell(subject *s, uint32_t kind, ztrunk_finding *f)
{
    f->kind = kind;
    f->subject = s->id;
    f->level = s->level[kind];
    f->before = s->told[kind];
    s->told[kind] = f->level;
    if (kind == ZTRUNK_FINDING_EXPIRY) tell_end(s, f);
    if (kind == ZTRUNK_FINDING_ISSUER) tell_issuer(s, f);
    if (kind >= ZTRUNK_FINDING_ROOT_NEXT)
        put_text(f->text, root_of(&s->views[ZTRUNK_VIEW_WIRE], s->trust));
}

int32_t ztrunk_watch_next(ztrunk_watch *w, ztrunk_finding *finding)
{
    ztrunk_finding f = {.size = sizeof f};
    size_t place = 0;

    if (w == NULL || finding == NULL || finding->size < sizeof f.size) return ZTRUNK_E_INVALID;
    for (subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;)
        for (uint32_t kind = 0; kind < ZTRUNK_FINDINGS; kind++) {
            if (s->level[kind] == s->told[kind]) continue;
            tell(s, kind, &f);
            return zti_opts_write(finding, &f, sizeof f);
        }
    return ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_watch_get_view(const ztrunk_watch *w, uint64_t id, uint32_t view,
                              ztrunk_watch_view *info)
{
    ztrunk_watch_view i = {.size = sizeof i};
    const zti_watch_chain *chain;
    const subject *s;

    if (w == NULL || view >= ZTRUNK_VIEWS) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL || s->views[view].count == 0) return ZTRUNK_E_NOTFOUND;
    chain = &s->views[view];
    i.usage = chain->usage;
    i.not_before_s = chain->certs[0].not_before_s;
    i.not_after_s = chain->certs[0].not_after_s;
    i.chain_not_after_s = zti_watch_chain_end(chain);
    memcpy(i.serial, chain->serial, sizeof i.serial);
    return zti_opts_write(info, &i, sizeof i);
}

int32_t ztrunk_watch_level(const ztrunk_watch *w, uint64_t id, uint32_t kind, uint32_t *level)
{
    const subject *s;

    if (w == NULL || kind >= ZTRUNK_FINDINGS || level == NULL) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    *level = s->level[kind];
    return ZTRUNK_OK;
}

const char *ztrunk_watch_name(const ztrunk_watch *w, uint64_t id)
{
    const subject *s = w != NULL ? zti_slots_get(&w->subjects, id) : NULL;

    return s != NULL ? s->name : NULL;
}
