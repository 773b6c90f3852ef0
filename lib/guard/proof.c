#include <zerotrunk/proof.h>

#include "base/addr.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"

enum { MOST_ADDRESSES = 65536, MOST_DOUBLINGS = 32 };

typedef struct proof {
    uint64_t trunk;
    ztrunk_addr addr;    /* normal, port 0 */
    uint64_t proved_ns;  /* until then; 0: not proved */
    uint64_t renew_ns;   /* a proof in use is made anew from then on */
    uint64_t retry_ns;   /* not probed before */
    uint64_t probing_ns; /* under way until then; 0: not */
    uint64_t touched_ns; /* last asked for */
    uint32_t failures;   /* since the last proof */
    uint32_t is_wanted;  /* somebody waits */
    uint32_t is_kept;    /* asked to stay proved */
    uint32_t is_used;    /* it was checked since its last proof */
} proof;

struct ztrunk_proofs {
    ztrunk_ctx *ctx;
    ztrunk_proofs_opts opts;
    proof *all;
    uint32_t used, probing;
    uint64_t notes, failures;
};

/* ---- made and freed ---- */

static void set_span(uint64_t *value, uint64_t usual)
{
    if (*value == 0) *value = usual;
}

static int32_t read_opts(const ztrunk_proofs_opts *opts, ztrunk_proofs_opts *o)
{
    int32_t err = zti_opts_read(o, sizeof *o, opts);

    if (err != ZTRUNK_OK) return err;
    if (o->max_addresses == 0) o->max_addresses = 1024;
    if (o->max_probes == 0) o->max_probes = 4;
    set_span(&o->valid_ns, 600 * ZTI_SECOND);
    set_span(&o->probe_ns, 10 * ZTI_SECOND);
    set_span(&o->retry_ns, 5 * ZTI_SECOND);
    set_span(&o->max_retry_ns, 300 * ZTI_SECOND);
    return o->max_addresses > MOST_ADDRESSES ? ZTRUNK_E_INVALID : ZTRUNK_OK;
}

int32_t ztrunk_proofs_new(ztrunk_ctx *ctx, const ztrunk_proofs_opts *opts, ztrunk_proofs **out)
{
    ztrunk_proofs_opts o;
    ztrunk_proofs *p;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(opts, &o);
    if (err != ZTRUNK_OK) return err;
    p = zti_calloc(ctx, sizeof *p);
    if (p == NULL) return ZTRUNK_E_NOMEM;
    p->ctx = zti_ctx_ref(ctx);
    p->opts = o;
    p->all = zti_array(ctx, o.max_addresses, sizeof *p->all);
    if (p->all == NULL) {
        ztrunk_proofs_free(p);
        return ZTRUNK_E_NOMEM;
    }
    *out = p;
    return ZTRUNK_OK;
}

void ztrunk_proofs_free(ztrunk_proofs *p)
{
    ztrunk_ctx *ctx;

    if (p == NULL) return;
    ctx = p->ctx;
    zti_free(ctx, p->all);
    zti_free(ctx, p);
    ztrunk_ctx_free(ctx);
}

/* ---- places ---- */

static int32_t read_addr(const ztrunk_proofs *p, const ztrunk_addr *addr, ztrunk_addr *out)
{
    if (p == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    *out = zti_addr_normal(addr);
    out->port = 0;
    return out->family == 4 || out->family == 6 ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

static proof *place_of(const ztrunk_proofs *p, uint64_t trunk, const ztrunk_addr *addr)
{
    for (uint32_t i = 0; i < p->used; i++)
        if (p->all[i].trunk == trunk && ztrunk_addr_equal(&p->all[i].addr, addr)) return &p->all[i];
    return NULL;
}

static uint32_t is_proved(const proof *e, uint64_t now_ns)
{
    return e->proved_ns > now_ns;
}

/* Who was never proved gives way before who is, then the one unheard of for longest. */
static uint32_t is_worth_less(const proof *a, const proof *b, uint64_t now_ns)
{
    if (is_proved(a, now_ns) != is_proved(b, now_ns)) return is_proved(b, now_ns);
    return a->touched_ns < b->touched_ns;
}

static proof *make_room(ztrunk_proofs *p, uint64_t now_ns)
{
    proof *least = NULL;

    if (p->used < p->opts.max_addresses) return &p->all[p->used++];
    for (uint32_t i = 0; i < p->used; i++) {
        proof *e = &p->all[i];

        if (e->is_kept || e->probing_ns != 0) continue;
        if (least == NULL || is_worth_less(e, least, now_ns)) least = e;
    }
    return least;
}

static int32_t find(const ztrunk_proofs *p, uint64_t trunk, const ztrunk_addr *addr, proof **out)
{
    ztrunk_addr a;
    int32_t err = read_addr(p, addr, &a);

    if (err != ZTRUNK_OK) return err;
    *out = place_of(p, trunk, &a);
    return *out != NULL ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
}

/* Known or new. */
static int32_t take(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk, const ztrunk_addr *addr,
                    proof **out)
{
    ztrunk_addr a;
    int32_t err = read_addr(p, addr, &a);

    if (err != ZTRUNK_OK) return err;
    *out = place_of(p, trunk, &a);
    if (*out == NULL) {
        *out = make_room(p, now_ns);
        if (*out == NULL) return ZTRUNK_E_LIMIT;
        **out = (proof){.trunk = trunk, .addr = a};
    }
    (*out)->touched_ns = now_ns;
    return ZTRUNK_OK;
}

/* ---- what became of a probe ---- */

static void end_probe(ztrunk_proofs *p, proof *e)
{
    p->probing -= e->probing_ns != 0;
    e->probing_ns = 0;
    e->is_wanted = 0;
}

static void fail(ztrunk_proofs *p, proof *e, uint64_t now_ns, uint32_t is_wrong)
{
    uint64_t wait = p->opts.retry_ns;

    for (uint32_t i = 0; i < e->failures && wait < p->opts.max_retry_ns; i++)
        wait = zti_time_add(wait, wait);
    e->retry_ns = zti_time_add(now_ns, zti_time_min(wait, p->opts.max_retry_ns));
    if (e->failures < MOST_DOUBLINGS) e->failures++;
    if (is_wrong) e->proved_ns = 0;
    end_probe(p, e);
    p->failures++;
}

int32_t ztrunk_proofs_note(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                           const ztrunk_addr *addr)
{
    proof *e;
    int32_t err = take(p, now_ns, trunk, addr, &e);

    if (err != ZTRUNK_OK) return err;
    e->proved_ns = zti_time_add(now_ns, p->opts.valid_ns);
    e->renew_ns = zti_time_add(now_ns, p->opts.valid_ns - p->opts.valid_ns / 4);
    e->retry_ns = 0;
    e->failures = e->is_used = 0;
    end_probe(p, e);
    p->notes++;
    return ZTRUNK_OK;
}

int32_t ztrunk_proofs_failed(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                             const ztrunk_addr *addr, uint32_t is_wrong)
{
    proof *e;
    int32_t err = find(p, trunk, addr, &e);

    if (err != ZTRUNK_OK) return err;
    fail(p, e, now_ns, is_wrong);
    return ZTRUNK_OK;
}

/* ---- questions ---- */

int32_t ztrunk_proofs_check(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                            const ztrunk_addr *addr)
{
    proof *e;
    int32_t err = find(p, trunk, addr, &e);

    if (err != ZTRUNK_OK) return err;
    e->touched_ns = now_ns;
    e->is_used = 1;
    if (is_proved(e, now_ns)) return ZTRUNK_OK;
    return e->probing_ns == 0 && e->retry_ns > now_ns ? ZTRUNK_E_DENIED : ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_proofs_want(ztrunk_proofs *p, uint64_t now_ns, uint64_t trunk,
                           const ztrunk_addr *addr, uint32_t keep)
{
    proof *e;
    int32_t err = take(p, now_ns, trunk, addr, &e);

    if (err != ZTRUNK_OK) return err;
    if (keep) e->is_kept = 1;
    if (is_proved(e, now_ns)) return ZTRUNK_OK;
    if (e->probing_ns == 0 && e->retry_ns > now_ns) return ZTRUNK_E_DENIED;
    e->is_wanted = 1;
    return ZTRUNK_OK;
}

/* When this address is to be probed; NEVER: not by itself. */
static uint64_t due(const proof *e)
{
    uint64_t at = ZTI_NEVER;

    if (e->probing_ns != 0) return ZTI_NEVER;
    if (e->is_wanted || (e->is_kept && e->proved_ns == 0)) at = 0;
    if (e->proved_ns != 0 && (e->is_kept || e->is_used)) at = zti_time_min(at, e->renew_ns);
    if (at == ZTI_NEVER) return ZTI_NEVER;
    return at > e->retry_ns ? at : e->retry_ns;
}

int32_t ztrunk_proofs_next(ztrunk_proofs *p, uint64_t now_ns, uint64_t *trunk, ztrunk_addr *addr)
{
    proof *first = NULL;

    if (p == NULL || trunk == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    if (p->probing >= p->opts.max_probes) return ZTRUNK_E_NOTFOUND;
    for (uint32_t i = 0; i < p->used; i++) {
        proof *e = &p->all[i];

        if (due(e) > now_ns) continue;
        /* Who waits comes before what is only renewed. */
        if (first == NULL || e->is_wanted > first->is_wanted ||
            (e->is_wanted == first->is_wanted && e->touched_ns < first->touched_ns))
            first = e;
    }
    if (first == NULL) return ZTRUNK_E_NOTFOUND;
    first->probing_ns = zti_time_add(now_ns, p->opts.probe_ns);
    p->probing++;
    *trunk = first->trunk;
    *addr = first->addr;
    return ZTRUNK_OK;
}

uint64_t ztrunk_proofs_deadline(const ztrunk_proofs *p)
{
    uint64_t least = ZTI_NEVER;

    for (uint32_t i = 0; p != NULL && i < p->used; i++) {
        const proof *e = &p->all[i];

        if (e->probing_ns != 0) least = zti_time_min(least, e->probing_ns);
        if (p->probing < p->opts.max_probes) least = zti_time_min(least, due(e));
    }
    return least;
}

/* A proof that was not used is not renewed: it ends, and the address is forgotten as the oldest. */
int32_t ztrunk_proofs_expire(ztrunk_proofs *p, uint64_t now_ns)
{
    if (p == NULL) return ZTRUNK_E_INVALID;
    for (uint32_t i = 0; i < p->used; i++) {
        proof *e = &p->all[i];

        if (e->probing_ns != 0 && e->probing_ns <= now_ns) fail(p, e, now_ns, 0);
        if (e->proved_ns != 0 && e->proved_ns <= now_ns) {
            e->proved_ns = 0;
            e->is_used = 0;
        }
    }
    return ZTRUNK_OK;
}

int32_t ztrunk_proofs_get_info(const ztrunk_proofs *p, uint64_t now_ns, ztrunk_proofs_info *info)
{
    ztrunk_proofs_info i = {.size = sizeof i};

    if (p == NULL) return ZTRUNK_E_INVALID;
    i.addresses = p->used;
    i.probing = p->probing;
    i.notes = p->notes;
    i.failures = p->failures;
    for (uint32_t k = 0; k < p->used; k++) i.proved += is_proved(&p->all[k], now_ns);
    return zti_opts_write(info, &i, sizeof i);
}
