#include <zerotrunk/verdict.h>

#include <stdio.h>
#include <string.h>
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "verdict/row.h"
#include "verdict/words.h"

struct ztrunk_verdict {
    ztrunk_ctx *ctx;
    char names[2][16];
    zti_verdict_track tracks[2];
    const zti_verdict_row *row; /* that stands; NULL: none */
    uint32_t leg;
    uint64_t found_ns, since_ns;
};

static void name_legs(ztrunk_verdict *v, const ztrunk_verdict_opts *o)
{
    for (int i = 0; i < 2; i++) {
        if (o->names[i][0] == 0)
            snprintf(v->names[i], sizeof v->names[i], "leg %d", i);
        else
            snprintf(v->names[i], sizeof v->names[i], "%.15s", o->names[i]);
    }
}

int32_t ztrunk_verdict_new(ztrunk_ctx *ctx, const ztrunk_verdict_opts *opts, ztrunk_verdict **out)
{
    ztrunk_verdict_opts o;
    ztrunk_verdict *v;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err != ZTRUNK_OK) return err;
    v = zti_calloc(ctx, sizeof *v);
    if (v == NULL) return ZTRUNK_E_NOMEM;
    v->ctx = zti_ctx_ref(ctx);
    name_legs(v, &o);
    *out = v;
    return ZTRUNK_OK;
}

void ztrunk_verdict_free(ztrunk_verdict *v)
{
    ztrunk_ctx *ctx;

    if (v == NULL) return;
    ctx = v->ctx;
    zti_free(ctx, v);
    ztrunk_ctx_free(ctx);
}

/* On hold one side or both send nothing, and rightly: media is due when all four ways are open. */
static uint32_t is_due(const ztrunk_verdict_call *call, const ztrunk_verdict_leg legs[2])
{
    if (!call->is_answered || call->is_negotiating) return 0;
    return legs[0].send && legs[0].receive && legs[1].send && legs[1].receive;
}

static uint64_t began(const zti_verdict_row *row, const zti_verdict_track *t)
{
    if (row->code == ZTRUNK_VERDICT_UNHEARD) return t->deaf_since_ns;
    if (row->code == ZTRUNK_VERDICT_CODEC) return t->right.at_ns;
    return row->is_outward ? t->sent.at_ns : t->heard.at_ns;
}

/* Of both legs the more specific; what stands gives way to what is more specific alone. */
static uint32_t find(ztrunk_verdict *v, uint64_t now_ns)
{
    uint32_t is_new = 0;

    for (uint32_t i = 0; i < 2; i++) {
        const zti_verdict_row *row = zti_verdict_row_find(&v->tracks[i]);

        if (row == NULL || (v->row != NULL && row->code >= v->row->code)) continue;
        v->row = row;
        v->leg = i;
        v->found_ns = now_ns;
        v->since_ns = began(row, &v->tracks[i]);
        is_new = 1;
    }
    return is_new;
}

static uint32_t look(ztrunk_verdict *v, uint64_t now_ns, uint32_t due)
{
    if (!due) {
        v->row = NULL;
        return 0;
    }
    if (v->row != NULL && zti_verdict_row_is_over(v->row, &v->tracks[v->leg], v->found_ns))
        v->row = NULL;
    return find(v, now_ns);
}

static int32_t read_facts(const ztrunk_verdict_call *call, const ztrunk_verdict_leg *leg0,
                          const ztrunk_verdict_leg *leg1, ztrunk_verdict_call *c,
                          ztrunk_verdict_leg legs[2])
{
    int32_t err = zti_opts_read(c, sizeof *c, call);

    if (err == ZTRUNK_OK) err = zti_opts_read(&legs[0], sizeof legs[0], leg0);
    if (err == ZTRUNK_OK) err = zti_opts_read(&legs[1], sizeof legs[1], leg1);
    return err;
}

int32_t ztrunk_verdict_judge(ztrunk_verdict *v, uint64_t now_ns, const ztrunk_verdict_call *call,
                             const ztrunk_verdict_leg *leg0, const ztrunk_verdict_leg *leg1,
                             ztrunk_verdict_finding *finding)
{
    ztrunk_verdict_finding f = {0};
    ztrunk_verdict_leg legs[2];
    ztrunk_verdict_call c;
    uint32_t due;
    int32_t err;

    if (v == NULL || call == NULL || leg0 == NULL || leg1 == NULL || finding == NULL)
        return ZTRUNK_E_INVALID;
    err = read_facts(call, leg0, leg1, &c, legs);
    if (err != ZTRUNK_OK) return err;
    due = is_due(&c, legs);
    for (uint32_t i = 0; i < 2; i++) zti_verdict_track_take(&v->tracks[i], now_ns, &legs[i], due);
    f.is_new = look(v, now_ns, due);
    if (v->row != NULL) {
        f.code = v->row->code;
        f.leg = v->leg;
        f.since_ns = v->since_ns;
        zti_verdict_words(&f, v->names[v->leg], &v->tracks[v->leg]);
    }
    return zti_opts_write(finding, &f, sizeof f);
}
