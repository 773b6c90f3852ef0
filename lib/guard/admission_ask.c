/* admission_ask.c - one question at all levels, and what it leaves behind. */
#include "guard/admission.h"

#include "base/opts.h"
#include "base/time.h"

enum { STATUS_UNAVAILABLE = 503, ADDRESS = ZTRUNK_ADMIT_ADDRESS };

typedef struct question {
    ztrunk_admission_source from;
    uint32_t what;
    uint64_t now_ns;
    zti_asker *sources[ZTI_ADMIT_LEVELS]; /* NULL: that level is not asked */
} question;

static const ztrunk_admission_limits *limits_of(const ztrunk_admission *a, uint32_t level,
                                                const zti_asker *s)
{
    if (level != ADDRESS && s->is_pinned) return &a->own[s - a->named.all];
    return &a->common[level];
}

static zti_askers *table_of(ztrunk_admission *a, uint32_t level)
{
    return level == ADDRESS ? &a->addresses : &a->named;
}

static int32_t read_source(const ztrunk_admission *a, const ztrunk_admission_source *source,
                           ztrunk_admission_source *from, zti_asker_key *key)
{
    int32_t err;

    if (a == NULL || source == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(from, sizeof *from, source);
    return err == ZTRUNK_OK ? zti_admission_address_key(a, &from->addr, key) : err;
}

static uint32_t find_named(ztrunk_admission *a, question *q)
{
    const uint64_t numbers[] = {q->from.identity, q->from.trunk, q->from.prefix};

    for (uint32_t level = 0; level < ADDRESS; level++) {
        zti_asker_key key = zti_admission_named_key(level, numbers[level]);

        if (numbers[level] == 0) continue;
        q->sources[level] = zti_askers_take(&a->named, &key, q->now_ns);
        if (q->sources[level] == NULL) return 0;
        /* The next level's newcomer may not take this place. */
        zti_askers_hold(&a->named, q->sources[level]);
    }
    return 1;
}

/* ---- the answers ---- */

static uint32_t seconds_of(const ztrunk_admission *a, uint64_t wait_ns)
{
    uint64_t s = wait_ns / ZTI_SECOND + (wait_ns % ZTI_SECOND != 0);

    if (wait_ns == 0) return a->opts.retry_after_s;
    return s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

static void refuse(ztrunk_admission *a, const question *q, ztrunk_admission_verdict *v,
                   uint64_t wait_ns)
{
    a->refused++;
    if (!(q->from.flags & ZTRUNK_SOURCE_IDENTIFIED)) return;
    v->status = STATUS_UNAVAILABLE;
    v->retry_after_s = seconds_of(a, wait_ns);
}

static uint64_t offend(ztrunk_admission *a, const question *q, uint32_t offence)
{
    zti_asker *s = q->sources[ADDRESS];

    if (q->from.flags & ZTRUNK_SOURCE_NEVER_BLOCKED) return 0;
    if (!zti_block_offend(&s->block, &a->rule, q->now_ns, a->opts.weights[offence])) return 0;
    a->blocks++;
    return s->block.until_ns - q->now_ns;
}

static void charge(ztrunk_admission *a, const question *q, uint32_t first_level)
{
    for (uint32_t level = first_level; level < ZTI_ADMIT_LEVELS; level++)
        if (q->sources[level] != NULL)
            zti_level_charge(q->sources[level], limits_of(a, level, q->sources[level]), q->what,
                             q->now_ns);
}

static void settle(ztrunk_admission *a, const question *q)
{
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++)
        if (q->sources[level] != NULL)
            zti_askers_settle(table_of(a, level), q->sources[level], q->now_ns);
}

/* The address is asked in any case: who is over its limit offends, whoever else said no before. */
static uint32_t ask_levels(ztrunk_admission *a, const question *q, ztrunk_admission_verdict *v,
                           uint64_t *wait_ns)
{
    v->reason = ZTRUNK_ADMIT_OK;
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++) {
        zti_asker *s = q->sources[level];
        uint64_t wait = 0;
        uint32_t reason;

        if (s == NULL || (v->reason != ZTRUNK_ADMIT_OK && level != ADDRESS)) continue;
        reason = zti_level_ask(s, limits_of(a, level, s), q->what, q->now_ns, &wait);
        if (reason == ZTRUNK_ADMIT_OK) continue;
        if (level == ADDRESS) v->blocked_ns = offend(a, q, ZTRUNK_OFFENCE_OVER_LIMIT);
        if (v->reason != ZTRUNK_ADMIT_OK) continue;
        v->reason = reason;
        v->level = level;
        *wait_ns = wait;
    }
    return v->reason;
}

static uint32_t lasts(uint32_t what)
{
    return what <= ZTRUNK_ADMIT_CALL;
}

static uint32_t open_it(ztrunk_admission *a, const question *q, ztrunk_admission_verdict *v)
{
    zti_open *open;

    if (!lasts(q->what)) return 1;
    open = zti_opens_take(&a->opens, q->what, &v->id);
    if (open == NULL) return 0;
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++) {
        open->sources[level] = q->sources[level];
        if (q->sources[level] != NULL) zti_level_open(q->sources[level], q->what);
    }
    return 1;
}

static int32_t admit(ztrunk_admission *a, const question *q)
{
    a->admitted++;
    charge(a, q, 0);
    settle(a, q);
    return ZTRUNK_OK;
}

static int32_t full(ztrunk_admission *a, const question *q, ztrunk_admission_verdict *v)
{
    v->reason = ZTRUNK_ADMIT_FULL;
    v->level = ADDRESS;
    refuse(a, q, v, 0);
    settle(a, q);
    return ZTRUNK_E_LIMIT;
}

static int32_t judge(ztrunk_admission *a, const question *q, ztrunk_admission_verdict *v)
{
    uint64_t wait_ns = 0;

    if (zti_block_holds(&q->sources[ADDRESS]->block, q->now_ns) &&
        !(q->from.flags & ZTRUNK_SOURCE_NEVER_BLOCKED)) {
        v->reason = ZTRUNK_ADMIT_BLOCKED;
        v->level = ADDRESS;
        a->denied++;
        settle(a, q);
        return ZTRUNK_E_DENIED;
    }
    if (ask_levels(a, q, v, &wait_ns) != ZTRUNK_ADMIT_OK) {
        refuse(a, q, v, wait_ns);
        charge(a, q, ADDRESS);
        settle(a, q);
        return ZTRUNK_E_LIMIT;
    }
    if (!open_it(a, q, v)) return full(a, q, v);
    return admit(a, q);
}

int32_t ztrunk_admission_ask(ztrunk_admission *a, uint64_t now_ns,
                             const ztrunk_admission_source *source, uint32_t what,
                             ztrunk_admission_verdict *verdict)
{
    ztrunk_admission_verdict v = {.size = sizeof v};
    question q = {.what = what, .now_ns = now_ns};
    uint32_t is_known;
    zti_asker_key key;
    int32_t err = read_source(a, source, &q.from, &key);

    if (err != ZTRUNK_OK) return err;
    if (what < ZTRUNK_ADMIT_CONNECTION || what > ZTRUNK_ADMIT_ENDING) return ZTRUNK_E_INVALID;
    if (verdict == NULL || verdict->size < sizeof verdict->size) return ZTRUNK_E_INVALID;
    q.sources[ADDRESS] = zti_askers_take(&a->addresses, &key, now_ns);
    is_known = q.sources[ADDRESS] != NULL && find_named(a, &q);
    if (what == ZTRUNK_ADMIT_ENDING)
        err = admit(a, &q);
    else
        err = is_known ? judge(a, &q, &v) : full(a, &q, &v);
    (void)zti_opts_write(verdict, &v, sizeof v);
    return err;
}

int32_t ztrunk_admission_offend(ztrunk_admission *a, uint64_t now_ns,
                                const ztrunk_admission_source *source, uint32_t offence,
                                uint64_t *blocked_ns)
{
    question q = {.now_ns = now_ns};
    zti_asker_key key;
    uint64_t began_ns;
    int32_t err = read_source(a, source, &q.from, &key);

    if (err != ZTRUNK_OK) return err;
    if (offence >= ZTRUNK_OFFENCE_KINDS) return ZTRUNK_E_INVALID;
    q.sources[ADDRESS] = zti_askers_take(&a->addresses, &key, now_ns);
    if (q.sources[ADDRESS] == NULL) return ZTRUNK_E_LIMIT;
    began_ns = offend(a, &q, offence);
    settle(a, &q);
    if (blocked_ns != NULL) *blocked_ns = began_ns;
    return ZTRUNK_OK;
}

/* ---- what lasts ---- */

static void settle_open(ztrunk_admission *a, const zti_open *open, uint64_t now_ns)
{
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++)
        if (open->sources[level] != NULL)
            zti_askers_settle(table_of(a, level), open->sources[level], now_ns);
}

int32_t ztrunk_admission_ready(ztrunk_admission *a, uint64_t now_ns, uint64_t id)
{
    zti_open *open;

    if (a == NULL) return ZTRUNK_E_INVALID;
    open = zti_opens_find(&a->opens, id);
    if (open == NULL) return ZTRUNK_E_NOTFOUND;
    if (open->what != ZTRUNK_ADMIT_HANDSHAKE || open->is_ready) return ZTRUNK_E_STATE;
    open->is_ready = 1;
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++)
        if (open->sources[level] != NULL) zti_level_ready(open->sources[level]);
    settle_open(a, open, now_ns);
    return ZTRUNK_OK;
}

int32_t ztrunk_admission_end(ztrunk_admission *a, uint64_t now_ns, uint64_t id)
{
    zti_open *open;

    if (a == NULL) return ZTRUNK_E_INVALID;
    open = zti_opens_find(&a->opens, id);
    if (open == NULL) return ZTRUNK_E_NOTFOUND;
    for (uint32_t level = 0; level < ZTI_ADMIT_LEVELS; level++)
        if (open->sources[level] != NULL)
            zti_level_end(open->sources[level], open->what, open->is_ready);
    settle_open(a, open, now_ns);
    zti_opens_give(&a->opens, open);
    return ZTRUNK_OK;
}
