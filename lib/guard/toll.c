#include <zerotrunk/rules.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"
#include "guard/toll_list.h"
#include "guard/toll_party.h"

#define DEFAULT_MAX_CALLS   4096u
#define DEFAULT_MAX_PARTIES 16384u
#define DEFAULT_WINDOW_NS   (60 * ZTI_SECOND)

enum { MOST_CALLS = 1 << 20, MOST_PARTIES = 1 << 24, MOST_OFFSET_S = 14 * 3600 };
enum { PLACE_BITS = 24, DAY_S = 86400, THURSDAY = 4 };

typedef struct call {
    uint64_t generation; /* of the present or the next call here */
    uint32_t caller, number;
    uint32_t is_open, next_free; /* 1-based, 0: none */
} call;

struct ztrunk_toll {
    ztrunk_ctx *ctx;
    uint32_t max_calls, open_calls, first_free;
    call *calls;
    zti_parties callers, numbers;
    ztrunk_toll_list *list; /* owned; NULL: none */
    ztrunk_toll_limits limits;
    uint64_t allowed, denied;
    uint32_t last_reason, last_digits;
};

static int32_t read_opts(const ztrunk_toll_opts *opts, ztrunk_toll_opts *o)
{
    int32_t err = zti_opts_read(o, sizeof *o, opts);

    if (err != ZTRUNK_OK) return err;
    if (o->max_calls == 0) o->max_calls = DEFAULT_MAX_CALLS;
    if (o->max_calls > MOST_CALLS) return ZTRUNK_E_INVALID;
    if (o->max_parties == 0)
        o->max_parties = o->max_calls > DEFAULT_MAX_PARTIES ? o->max_calls : DEFAULT_MAX_PARTIES;
    /* With as many parties as calls there is always an idle one to give way. */
    if (o->max_parties < o->max_calls || o->max_parties > MOST_PARTIES) return ZTRUNK_E_INVALID;
    return ZTRUNK_OK;
}

static int32_t take_memory(ztrunk_toll *t, const ztrunk_toll_opts *o)
{
    int32_t err = zti_parties_init(&t->callers, t->ctx, o->max_parties);

    if (err == ZTRUNK_OK) err = zti_parties_init(&t->numbers, t->ctx, o->max_parties);
    if (err != ZTRUNK_OK) return err;
    t->calls = zti_array(t->ctx, o->max_calls, sizeof *t->calls);
    if (t->calls == NULL) return ZTRUNK_E_NOMEM;
    t->max_calls = o->max_calls;
    for (uint32_t i = o->max_calls; i > 0; i--) {
        t->calls[i - 1] = (call){.generation = 1, .next_free = t->first_free};
        t->first_free = i;
    }
    return ZTRUNK_OK;
}

int32_t ztrunk_toll_new(ztrunk_ctx *ctx, const ztrunk_toll_opts *opts, ztrunk_toll **out)
{
    ztrunk_toll_opts o;
    ztrunk_toll *t;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(opts, &o);
    if (err != ZTRUNK_OK) return err;
    t = zti_calloc(ctx, sizeof *t);
    if (t == NULL) return ZTRUNK_E_NOMEM;
    t->ctx = zti_ctx_ref(ctx);
    t->limits.window_ns = DEFAULT_WINDOW_NS;
    err = take_memory(t, &o);
    if (err != ZTRUNK_OK) goto out;
    *out = t;
    t = NULL;
out:
    ztrunk_toll_free(t);
    return err;
}

int32_t ztrunk_toll_set_list(ztrunk_toll *t, ztrunk_toll_list *list)
{
    if (t == NULL) return ZTRUNK_E_INVALID;
    if (list != t->list) ztrunk_toll_list_free(t->list);
    t->list = list;
    return ZTRUNK_OK;
}

int32_t ztrunk_toll_set_limits(ztrunk_toll *t, const ztrunk_toll_limits *limits)
{
    ztrunk_toll_limits l;
    int32_t err;

    if (t == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&l, sizeof l, limits);
    if (err != ZTRUNK_OK) return err;
    if (l.flags & ~(uint32_t)(ZTRUNK_TOLL_HOURS | ZTRUNK_TOLL_PREMIUM_TOO)) return ZTRUNK_E_INVALID;
    if (l.utc_offset_s < -MOST_OFFSET_S || l.utc_offset_s > MOST_OFFSET_S) return ZTRUNK_E_INVALID;
    if (l.window_ns == 0) l.window_ns = DEFAULT_WINDOW_NS;
    if (l.window_ns != t->limits.window_ns) {
        zti_parties_restart(&t->callers);
        zti_parties_restart(&t->numbers);
    }
    t->limits = l;
    return ZTRUNK_OK;
}

/* The calendar starts on a Thursday (1970-01-01). Before it there is no hour that is known. */
static uint32_t hour_ok(const ztrunk_toll_limits *l, int64_t wall_s)
{
    int64_t local, day, hour;

    if (!(l->flags & ZTRUNK_TOLL_HOURS)) return 1;
    if (wall_s < DAY_S || wall_s > INT64_MAX - DAY_S) return 0;
    local = wall_s + l->utc_offset_s;
    day = (local / DAY_S + THURSDAY) % 7;
    hour = local % DAY_S / 3600;
    return l->hours[day] >> hour & 1;
}

static uint32_t prefix_reason(ztrunk_toll *t, const zti_number *number)
{
    uint32_t kind;

    if (t->list == NULL) return ZTRUNK_TOLL_OK;
    kind = zti_toll_list_look(t->list, number, &t->last_digits);
    if (kind == ZTRUNK_TOLL_ALLOW) return ZTRUNK_TOLL_OK;
    if (kind == ZTRUNK_TOLL_DENY) return ZTRUNK_TOLL_DENIED;
    if (kind != ZTRUNK_TOLL_PREMIUM) return ZTRUNK_TOLL_UNKNOWN;
    return t->limits.flags & ZTRUNK_TOLL_PREMIUM_TOO ? ZTRUNK_TOLL_OK : ZTRUNK_TOLL_IS_PREMIUM;
}

typedef struct party_limit {
    uint32_t calls, rate; /* 0: none */
    uint32_t calls_reason, rate_reason;
} party_limit;

static uint32_t party_reason(const ztrunk_toll *t, const zti_parties *p, zti_str key,
                             party_limit limit, uint64_t now_ns)
{
    const zti_party *party = zti_parties_find(p, key);

    if (party == NULL) return ZTRUNK_TOLL_OK;
    if (limit.calls != 0 && party->calls >= limit.calls) return limit.calls_reason;
    if (limit.rate == 0) return ZTRUNK_TOLL_OK;
    return zti_party_began(party, now_ns, t->limits.window_ns) >= limit.rate ? limit.rate_reason
                                                                             : ZTRUNK_TOLL_OK;
}

typedef struct ask {
    uint64_t now_ns;
    int64_t wall_s;
    zti_str caller, called; /* as they are counted */
    zti_number caller_number, number;
} ask;

/* Its first byte keeps a global number apart from one as dialled. */
static zti_str number_key(const zti_number *number, char key[1 + ZTI_DIALLED_DIGITS])
{
    key[0] = number->is_global ? '+' : '=';
    memcpy(key + 1, number->digits, number->len);
    return (zti_str){key, number->len + 1u};
}

static uint32_t reason_of(ztrunk_toll *t, const ask *a)
{
    const ztrunk_toll_limits *l = &t->limits;
    party_limit caller = {l->caller_calls, l->caller_rate, ZTRUNK_TOLL_CALLER_CALLS,
                          ZTRUNK_TOLL_CALLER_RATE};
    party_limit number = {l->number_calls, l->number_rate, ZTRUNK_TOLL_NUMBER_CALLS,
                          ZTRUNK_TOLL_NUMBER_RATE};
    uint32_t reason = prefix_reason(t, &a->number);

    if (reason != ZTRUNK_TOLL_OK) return reason;
    if (!hour_ok(l, a->wall_s)) return ZTRUNK_TOLL_HOUR;
    if (a->caller.len == 0 || a->caller.len > ZTI_PARTY_KEY) return ZTRUNK_TOLL_CALLER;
    reason = party_reason(t, &t->callers, a->caller, caller, a->now_ns);
    if (reason == ZTRUNK_TOLL_OK)
        reason = party_reason(t, &t->numbers, a->called, number, a->now_ns);
    if (reason != ZTRUNK_TOLL_OK) return reason;
    return t->first_free == 0 ? ZTRUNK_TOLL_FULL : ZTRUNK_TOLL_OK;
}

/* Cannot fail: a call is free, so of as many parties at least one of each kind is idle. */
static uint64_t begin(ztrunk_toll *t, const ask *a)
{
    zti_party *caller = zti_parties_take(&t->callers, a->caller);
    zti_party *number = zti_parties_take(&t->numbers, a->called);
    uint32_t place = t->first_free;
    call *c = &t->calls[place - 1];

    zti_party_begin(&t->callers, caller, a->now_ns, t->limits.window_ns);
    zti_party_begin(&t->numbers, number, a->now_ns, t->limits.window_ns);
    c->caller = zti_party_place(&t->callers, caller);
    c->number = zti_party_place(&t->numbers, number);
    c->is_open = 1;
    t->first_free = c->next_free;
    t->open_calls++;
    return c->generation << PLACE_BITS | place;
}

int32_t ztrunk_toll_begin(ztrunk_toll *t, uint64_t now_ns, int64_t wall_s, const char *caller,
                          size_t caller_len, const char *number, size_t number_len, uint64_t *id,
                          uint64_t *deadline_ns)
{
    char caller_key[1 + ZTI_DIALLED_DIGITS], called_key[1 + ZTI_DIALLED_DIGITS];
    ask a = {.now_ns = now_ns, .wall_s = wall_s, .caller = {caller, caller_len}};

    if (t == NULL || caller == NULL || number == NULL || id == NULL || deadline_ns == NULL)
        return ZTRUNK_E_INVALID;
    t->last_digits = 0;
    t->last_reason = ZTRUNK_TOLL_NUMBER;
    if (zti_number_read((zti_str){number, number_len}, &a.number) == ZTRUNK_OK) {
        a.called = number_key(&a.number, called_key);
        if (zti_number_read(a.caller, &a.caller_number) == ZTRUNK_OK)
            a.caller = number_key(&a.caller_number, caller_key);
        t->last_reason = reason_of(t, &a);
    }
    if (t->last_reason != ZTRUNK_TOLL_OK) {
        t->denied++;
        return ZTRUNK_E_DENIED;
    }
    t->allowed++;
    *id = begin(t, &a);
    *deadline_ns = ZTI_NEVER;
    if (t->limits.max_call_ns != 0) *deadline_ns = zti_time_add(now_ns, t->limits.max_call_ns);
    return ZTRUNK_OK;
}

int32_t ztrunk_toll_end(ztrunk_toll *t, uint64_t id)
{
    uint64_t place = id & ((UINT64_C(1) << PLACE_BITS) - 1);
    call *c;

    if (t == NULL) return ZTRUNK_E_INVALID;
    if (place == 0 || place > t->max_calls) return ZTRUNK_E_NOTFOUND;
    c = &t->calls[place - 1];
    if (!c->is_open || c->generation != id >> PLACE_BITS) return ZTRUNK_E_NOTFOUND;
    zti_party_end(&t->callers, &t->callers.all[c->caller - 1]);
    zti_party_end(&t->numbers, &t->numbers.all[c->number - 1]);
    c->is_open = 0;
    c->generation++;
    c->next_free = t->first_free;
    t->first_free = (uint32_t)place;
    t->open_calls--;
    return ZTRUNK_OK;
}

static uint32_t status_of(uint32_t reason)
{
    if (reason == ZTRUNK_TOLL_OK) return 0;
    return reason == ZTRUNK_TOLL_FULL ? 503 : 403;
}

int32_t ztrunk_toll_get_info(const ztrunk_toll *t, ztrunk_toll_info *info)
{
    ztrunk_toll_info i = {0};

    if (t == NULL || info == NULL) return ZTRUNK_E_INVALID;
    i.calls = t->open_calls;
    i.callers = t->callers.used;
    i.numbers = t->numbers.used;
    i.allowed = t->allowed;
    i.denied = t->denied;
    i.forgotten = t->callers.forgotten + t->numbers.forgotten;
    i.reason = t->last_reason;
    i.status = status_of(t->last_reason);
    i.digits = t->last_digits;
    return zti_opts_write(info, &i, sizeof i);
}

const char *ztrunk_toll_reason_text(uint32_t reason)
{
    static const char *const texts[] = {"allowed",
                                        "not a number",
                                        "unknown number",
                                        "number denied",
                                        "premium number",
                                        "hour of the week",
                                        "caller without a name",
                                        "calls of the caller",
                                        "call rate of the caller",
                                        "calls to the number",
                                        "call rate to the number",
                                        "too many calls"};

    return reason < sizeof texts / sizeof texts[0] ? texts[reason] : "unknown";
}

void ztrunk_toll_free(ztrunk_toll *t)
{
    ztrunk_ctx *ctx;

    if (t == NULL) return;
    ctx = t->ctx;
    ztrunk_toll_list_free(t->list);
    zti_parties_free(&t->callers);
    zti_parties_free(&t->numbers);
    zti_free(ctx, t->calls);
    zti_free(ctx, t);
    ztrunk_ctx_free(ctx);
}
