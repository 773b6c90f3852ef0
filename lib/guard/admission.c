#include "guard/admission.h"

#include "base/addr.h"
#include "base/ctx.h"
#include "base/opts.h"
#include "base/time.h"

enum { MOST_ADDRESSES = 1 << 20, MOST_OPEN = (1 << 24) - 1, MOST_V6_BITS = 128 };

/* ---- made and freed ---- */

static void set_default(uint32_t *value, uint32_t usual)
{
    if (*value == 0) *value = usual;
}

static void set_span(uint64_t *value, uint64_t usual)
{
    if (*value == 0) *value = usual;
}

static int32_t read_opts(const ztrunk_admission_opts *opts, ztrunk_admission_opts *o)
{
    static const uint32_t weights[ZTRUNK_OFFENCE_KINDS] = {1, 10, 10, 10, 2};
    int32_t err = zti_opts_read(o, sizeof *o, opts);

    if (err != ZTRUNK_OK) return err;
    set_default(&o->max_addresses, 16384);
    set_default(&o->max_named, 1024);
    set_default(&o->max_open, 65536);
    set_default(&o->v6_bits, 64);
    set_default(&o->retry_after_s, 5);
    set_default(&o->points, 100);
    for (uint32_t i = 0; i < ZTRUNK_OFFENCE_KINDS; i++) set_default(&o->weights[i], weights[i]);
    set_span(&o->block_ns, 60 * ZTI_SECOND);
    set_span(&o->max_block_ns, 3600 * ZTI_SECOND);
    set_span(&o->calm_ns, 600 * ZTI_SECOND);
    if (o->max_addresses > MOST_ADDRESSES || o->max_named > MOST_ADDRESSES) return ZTRUNK_E_INVALID;
    if (o->max_open > MOST_OPEN || o->v6_bits > MOST_V6_BITS) return ZTRUNK_E_INVALID;
    return o->max_block_ns < o->block_ns ? ZTRUNK_E_INVALID : ZTRUNK_OK;
}

static int32_t take_memory(ztrunk_admission *a)
{
    int32_t err = zti_askers_init(&a->addresses, a->ctx, a->opts.max_addresses);

    if (err == ZTRUNK_OK) err = zti_askers_init(&a->named, a->ctx, a->opts.max_named);
    if (err == ZTRUNK_OK) err = zti_opens_init(&a->opens, a->ctx, a->opts.max_open);
    if (err != ZTRUNK_OK) return err;
    a->own = zti_array(a->ctx, a->opts.max_named, sizeof *a->own);
    return a->own != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

int32_t ztrunk_admission_new(ztrunk_ctx *ctx, const ztrunk_admission_opts *opts,
                             ztrunk_admission **out)
{
    ztrunk_admission_opts o;
    ztrunk_admission *a;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = read_opts(opts, &o);
    if (err != ZTRUNK_OK) return err;
    a = zti_calloc(ctx, sizeof *a);
    if (a == NULL) return ZTRUNK_E_NOMEM;
    a->ctx = zti_ctx_ref(ctx);
    a->opts = o;
    a->rule = (zti_block_rule){o.points, o.block_ns, o.max_block_ns, o.calm_ns};
    err = take_memory(a);
    if (err != ZTRUNK_OK) goto out;
    *out = a;
    a = NULL;
out:
    ztrunk_admission_free(a);
    return err;
}

void ztrunk_admission_free(ztrunk_admission *a)
{
    ztrunk_ctx *ctx;

    if (a == NULL) return;
    ctx = a->ctx;
    zti_askers_free(&a->addresses);
    zti_askers_free(&a->named);
    zti_opens_free(&a->opens);
    zti_free(ctx, a->own);
    zti_free(ctx, a);
    ztrunk_ctx_free(ctx);
}

/* ---- keys ---- */

zti_asker_key zti_admission_named_key(uint32_t level, uint64_t number)
{
    return (zti_asker_key){{level, number, 0}};
}

static uint64_t word_of(const uint8_t *ip)
{
    uint64_t word = 0;

    for (uint32_t i = 0; i < 8; i++) word = word << 8 | ip[i];
    return word;
}

int32_t zti_admission_address_key(const ztrunk_admission *a, const ztrunk_addr *addr,
                                  zti_asker_key *key)
{
    ztrunk_addr one = zti_addr_normal(addr);

    if (one.family != 4 && one.family != 6) return ZTRUNK_E_INVALID;
    if (one.family == 6) zti_ip_mask(&one, a->opts.v6_bits);
    *key = (zti_asker_key){{one.family, word_of(one.ip), word_of(one.ip + 8)}};
    return ZTRUNK_OK;
}

/* ---- limits ---- */

static int32_t set_own(ztrunk_admission *a, uint32_t level, uint64_t number,
                       const ztrunk_admission_limits *limits)
{
    zti_asker_key key = zti_admission_named_key(level, number);
    zti_asker *s =
        limits != NULL ? zti_askers_take(&a->named, &key, 0) : zti_askers_find(&a->named, &key);

    if (s == NULL) return limits != NULL ? ZTRUNK_E_LIMIT : ZTRUNK_OK;
    s->is_pinned = limits != NULL;
    if (limits != NULL) a->own[s - a->named.all] = *limits;
    zti_askers_settle(&a->named, s, 0);
    return ZTRUNK_OK;
}

int32_t ztrunk_admission_set_limits(ztrunk_admission *a, uint32_t level, uint64_t number,
                                    const ztrunk_admission_limits *limits)
{
    ztrunk_admission_limits l;
    int32_t err;

    if (a == NULL || level >= ZTI_ADMIT_LEVELS) return ZTRUNK_E_INVALID;
    if (level == ZTRUNK_ADMIT_ADDRESS && number != 0) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&l, sizeof l, limits);
    if (err != ZTRUNK_OK) return err;
    if (number != 0) return set_own(a, level, number, limits != NULL ? &l : NULL);
    a->common[level] = l;
    return ZTRUNK_OK;
}

/* ---- what is known ---- */

uint64_t ztrunk_admission_blocked_ns(const ztrunk_admission *a, uint64_t now_ns,
                                     const ztrunk_addr *addr)
{
    zti_asker_key key;
    const zti_asker *s;

    if (a == NULL || addr == NULL) return 0;
    if (zti_admission_address_key(a, addr, &key) != ZTRUNK_OK) return 0;
    s = zti_askers_find(&a->addresses, &key);
    if (s == NULL || !zti_block_holds(&s->block, now_ns)) return 0;
    return s->block.until_ns - now_ns;
}

int32_t ztrunk_admission_unblock(ztrunk_admission *a, uint64_t now_ns, const ztrunk_addr *addr)
{
    zti_asker_key key;
    zti_asker *s;
    int32_t err;

    if (a == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    err = zti_admission_address_key(a, addr, &key);
    if (err != ZTRUNK_OK) return err;
    s = zti_askers_find(&a->addresses, &key);
    if (s == NULL) return ZTRUNK_E_NOTFOUND;
    s->block = (zti_block){0};
    zti_askers_settle(&a->addresses, s, now_ns);
    return ZTRUNK_OK;
}

int32_t ztrunk_admission_get_info(const ztrunk_admission *a, ztrunk_admission_info *info)
{
    ztrunk_admission_info i = {.size = sizeof i};

    if (a == NULL) return ZTRUNK_E_INVALID;
    i.addresses = a->addresses.used;
    i.named = a->named.used;
    i.open = a->opens.count;
    i.admitted = a->admitted;
    i.refused = a->refused;
    i.denied = a->denied;
    i.blocks = a->blocks;
    i.forgotten = a->addresses.forgotten;
    return zti_opts_write(info, &i, sizeof i);
}

const char *ztrunk_admission_reason_name(uint32_t reason)
{
    static const char *const names[] = {"admitted",    "blocked",    "full",
                                        "connections", "handshakes", "handshake_rate",
                                        "calls",       "call_rate",  "message_rate"};

    return reason < sizeof names / sizeof names[0] ? names[reason] : "unknown";
}

const char *ztrunk_admission_reason_text(uint32_t reason)
{
    static const char *const texts[] = {"admitted",
                                        "the source is blocked",
                                        "too many sources at once",
                                        "too many connections",
                                        "too many half-open handshakes",
                                        "too many handshakes a second",
                                        "too many calls",
                                        "too many new calls a second",
                                        "too many messages a second"};

    return reason < sizeof texts / sizeof texts[0] ? texts[reason] : "unknown";
}

const char *ztrunk_admission_level_text(uint32_t level)
{
    static const char *const texts[] = {"identity", "trunk", "prefix", "address"};

    return level < ZTI_ADMIT_LEVELS ? texts[level] : "unknown";
}
