#include <zerotrunk/watch.h>

#include <string.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "base/slots.h"
#include "tls/watch_judge.h"

#define WALL_MAX INT64_C(1000000000000)

enum { DEFAULT_MAX = 256, DEFAULT_SETTLE = 60, DEFAULT_CALM = 86400 };

struct ztrunk_watch {
    ztrunk_ctx *ctx;
    ztrunk_watch_opts opts;
    zti_slots subjects;
};

const char *ztrunk_finding_name(uint32_t kind)
{
    static const char *const names[ZTRUNK_FINDINGS] = {"expiry",        "not_loaded",
                                                       "not_shown",     "issuer_changed",
                                                       "usage_changed", "root_next",
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

static void subject_free(ztrunk_ctx *ctx, zti_watch_subject *s)
{
    if (s == NULL) return;
    for (uint32_t view = 0; view < ZTRUNK_VIEWS; view++) zti_watch_chain_free(&s->views[view]);
    zti_watch_forget(ctx, &s->before);
    zti_free(ctx, s->name);
    zti_free(ctx, s);
}

void ztrunk_watch_free(ztrunk_watch *w)
{
    ztrunk_ctx *ctx;
    size_t place = 0;

    if (w == NULL) return;
    ctx = w->ctx;
    for (zti_watch_subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;)
        subject_free(ctx, s);
    zti_slots_free(&w->subjects);
    zti_free(ctx, w);
    ztrunk_ctx_free(ctx);
}

int32_t ztrunk_watch_add(ztrunk_watch *w, uint32_t whose, const char *name, uint64_t *id)
{
    zti_watch_subject *s;
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
    zti_watch_subject *s;

    if (w == NULL) return ZTRUNK_E_INVALID;
    s = zti_slots_del(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    subject_free(w->ctx, s);
    return ZTRUNK_OK;
}

/* ---- what is seen ---- */

static uint32_t is_time(int64_t wall_s)
{
    return wall_s > 0 && wall_s < WALL_MAX;
}

static uint32_t is_trust(const zti_watch_subject *s, uint32_t trust)
{
    return trust <= (s->whose == ZTRUNK_WATCH_PEER ? ZTRUNK_WATCH_REFUSED : 0);
}

int32_t ztrunk_watch_show(ztrunk_watch *w, uint64_t id, uint32_t view, uint32_t trust,
                          const uint8_t *certs, size_t len, int64_t wall_s)
{
    zti_watch_chain chain;
    zti_watch_subject *s;
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
    zti_watch_judge(s, w->ctx, &w->opts, wall_s);
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_hide(ztrunk_watch *w, uint64_t id, uint32_t view, int64_t wall_s)
{
    zti_watch_subject *s;

    if (w == NULL || view >= ZTRUNK_VIEWS || !is_time(wall_s)) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    zti_watch_chain_free(&s->views[view]);
    zti_watch_judge(s, w->ctx, &w->opts, wall_s);
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_anchors_changed(ztrunk_watch *w, uint64_t id, int64_t wall_s)
{
    zti_watch_subject *s;

    if (w == NULL || !is_time(wall_s)) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    /* What was shown so far is judged no more. */
    if (s->whose == ZTRUNK_WATCH_PEER) s->trust = ZTRUNK_WATCH_REFUSED;
    s->since_s[ZTRUNK_FINDING_ROOT_NEXT] = s->since_s[ZTRUNK_FINDING_ROOT_MISSING] = 0;
    zti_watch_judge(s, w->ctx, &w->opts, wall_s);
    return ZTRUNK_OK;
}

int32_t ztrunk_watch_expire(ztrunk_watch *w, int64_t wall_s)
{
    size_t place = 0;

    if (w == NULL || !is_time(wall_s)) return ZTRUNK_E_INVALID;
    for (zti_watch_subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;)
        zti_watch_judge(s, w->ctx, &w->opts, wall_s);
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

static void tell_end(const zti_watch_subject *s, ztrunk_finding *f)
{
    const zti_watch_chain *chain = &s->views[s->end_view];

    if (s->end_cert >= chain->count) return;
    f->not_after_s = chain->certs[s->end_cert].not_after_s;
    put_text(f->text, chain->certs[s->end_cert].subject);
}

static void tell_issuer(const zti_watch_subject *s, ztrunk_finding *f)
{
    const zti_watch_chain *now = &s->views[ZTRUNK_VIEW_WIRE];

    put_text(f->text, f->level == 1 ? now->issuer : zti_watch_root(now, s->trust));
    if (f->level > 0) put_text(f->old, f->level == 1 ? s->before.issuer : s->before.root);
}

static void tell(zti_watch_subject *s, uint32_t kind, ztrunk_finding *f)
{
    f->kind = kind;
    f->subject = s->id;
    f->level = s->level[kind];
    f->before = s->told[kind];
    s->told[kind] = f->level;
    if (kind == ZTRUNK_FINDING_EXPIRY) tell_end(s, f);
    if (kind == ZTRUNK_FINDING_ISSUER) tell_issuer(s, f);
    if (kind >= ZTRUNK_FINDING_ROOT_NEXT)
        put_text(f->text, zti_watch_root(&s->views[ZTRUNK_VIEW_WIRE], s->trust));
}

int32_t ztrunk_watch_next(ztrunk_watch *w, ztrunk_finding *finding)
{
    ztrunk_finding f = {.size = sizeof f};
    size_t place = 0;

    if (w == NULL || finding == NULL || finding->size < sizeof f.size) return ZTRUNK_E_INVALID;
    for (zti_watch_subject *s; (s = zti_slots_next(&w->subjects, &place)) != NULL;)
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
    const zti_watch_subject *s;

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
    const zti_watch_subject *s;

    if (w == NULL || kind >= ZTRUNK_FINDINGS || level == NULL) return ZTRUNK_E_INVALID;
    s = zti_slots_get(&w->subjects, id);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    *level = s->level[kind];
    return ZTRUNK_OK;
}

const char *ztrunk_watch_name(const ztrunk_watch *w, uint64_t id)
{
    const zti_watch_subject *s = w != NULL ? zti_slots_get(&w->subjects, id) : NULL;

    return s != NULL ? s->name : NULL;
}
