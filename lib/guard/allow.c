#include <zerotrunk/allow.h>

#include "base/addr.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "guard/allow_span.h"

#define DEFAULT_MAX_ENTRIES 16384u
#define MAX_ENTRIES         1048576u

enum { V4 = 0, V6 = 1 };

typedef struct verdict {
    uint32_t tag, is_denied;
} verdict;

struct ztrunk_allow {
    ztrunk_ctx *ctx;
    verdict *verdicts; /* by entry */
    uint32_t count;
    zti_spans spans[2]; /* V4, V6 */
};

static uint32_t family_of(const ztrunk_addr *addr)
{
    return addr->family == 4 ? V4 : V6;
}

/* An IPv4 prefix that is spelt as IPv6 is the IPv4 prefix. */
static ztrunk_prefix normal(ztrunk_prefix prefix)
{
    if (prefix.addr.family != 6 || prefix.bits < 96) return prefix;
    zti_ip_unmap(&prefix.addr);
    if (prefix.addr.family == 4) prefix.bits -= 96;
    return prefix;
}

static uint32_t fault_of(const ztrunk_prefix *prefix, uint32_t flags)
{
    uint32_t family = prefix->addr.family;

    if (family != 4 && family != 6) return ZTRUNK_ALLOW_FAMILY;
    if (prefix->bits > (family == 4 ? 32u : 128u)) return ZTRUNK_ALLOW_LENGTH;
    if (zti_span_has_host_bits(prefix)) return ZTRUNK_ALLOW_HOST_BITS;
    if (prefix->bits == 0 && !(flags & ZTRUNK_ALLOW_ANY)) return ZTRUNK_ALLOW_EVERYBODY;
    return ZTRUNK_ALLOW_GOOD;
}

static uint32_t is_same(const zti_span_prefix *a, const zti_span_prefix *b)
{
    return a->bits == b->bits && a->first.high == b->first.high && a->first.low == b->first.low;
}

/* Leaves one of each prefix. What is the same twice is harmless, what differs is a mistake. */
static uint32_t drop_doubles(const ztrunk_allow *allow, zti_span_prefix *sorted, uint32_t *count,
                             ztrunk_allow_fault *fault)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < *count; i++) {
        const verdict *v = &allow->verdicts[sorted[i].entry], *before;

        if (kept == 0 || !is_same(&sorted[kept - 1], &sorted[i])) {
            sorted[kept++] = sorted[i];
            continue;
        }
        before = &allow->verdicts[sorted[kept - 1].entry];
        if (v->tag == before->tag && v->is_denied == before->is_denied) continue;
        fault->reason = ZTRUNK_ALLOW_CONFLICT;
        fault->entry = sorted[i].entry;
        fault->other = sorted[kept - 1].entry;
        return 0;
    }
    *count = kept;
    return 1;
}

static int32_t make_slots(ztrunk_allow *allow, zti_spans *spans)
{
    uint32_t count = zti_span_slots(spans), *slots;

    if (count == 0) return ZTRUNK_OK;
    slots = zti_array(allow->ctx, count, sizeof *slots);
    if (slots == NULL) return ZTRUNK_E_NOMEM;
    zti_span_index(spans, slots);
    return ZTRUNK_OK;
}

static int32_t make_spans(ztrunk_allow *allow, uint32_t family, zti_span_prefix *prefixes,
                          uint32_t count, ztrunk_allow_fault *fault)
{
    zti_spans *spans = &allow->spans[family];

    zti_span_sort(prefixes, count);
    if (!drop_doubles(allow, prefixes, &count, fault)) return ZTRUNK_E_INVALID;
    spans->starts = zti_array(allow->ctx, 2 * (size_t)count + 1, sizeof *spans->starts);
    spans->entries = zti_array(allow->ctx, 2 * (size_t)count + 1, sizeof *spans->entries);
    if (spans->starts == NULL || spans->entries == NULL) return ZTRUNK_E_NOMEM;
    zti_span_fill(spans, prefixes, count);
    return make_slots(allow, spans);
}

/* IPv4 from the front, IPv6 from the back. */
static int32_t read_entries(ztrunk_allow *allow, uint32_t flags, const ztrunk_allow_entry *entries,
                            zti_span_prefix *prefixes, ztrunk_allow_fault *fault)
{
    uint32_t v4 = 0, v6 = allow->count;
    int32_t err;

    for (uint32_t i = 0; i < allow->count; i++) {
        ztrunk_prefix prefix = normal(entries[i].prefix);

        fault->reason = fault_of(&prefix, flags);
        fault->entry = i;
        if (fault->reason != ZTRUNK_ALLOW_GOOD) return ZTRUNK_E_INVALID;
        allow->verdicts[i] = (verdict){entries[i].tag, entries[i].is_denied != 0};
        prefixes[family_of(&prefix.addr) == V4 ? v4++ : --v6] = zti_span_prefix_of(&prefix, i);
    }
    err = make_spans(allow, V4, prefixes, v4, fault);
    return err == ZTRUNK_OK ? make_spans(allow, V6, prefixes + v6, allow->count - v6, fault) : err;
}

static int32_t build(ztrunk_allow *allow, uint32_t flags, const ztrunk_allow_entry *entries,
                     ztrunk_allow_fault *fault)
{
    zti_span_prefix *prefixes = zti_array(allow->ctx, allow->count, sizeof *prefixes);
    int32_t err = ZTRUNK_E_NOMEM;

    allow->verdicts = zti_array(allow->ctx, allow->count, sizeof *allow->verdicts);
    if (prefixes != NULL && allow->verdicts != NULL)
        err = read_entries(allow, flags, entries, prefixes, fault);
    zti_free(allow->ctx, prefixes);
    return err;
}

static int32_t read_opts(ztrunk_allow_opts *o, const ztrunk_allow_opts *given)
{
    int32_t err = zti_opts_read(o, sizeof *o, given);

    if (err != ZTRUNK_OK) return err;
    if (o->max_entries == 0) o->max_entries = DEFAULT_MAX_ENTRIES;
    return o->max_entries <= MAX_ENTRIES && (o->flags & ~(uint32_t)ZTRUNK_ALLOW_ANY) == 0
               ? ZTRUNK_OK
               : ZTRUNK_E_INVALID;
}

int32_t ztrunk_allow_new(ztrunk_ctx *ctx, const ztrunk_allow_opts *opts,
                         const ztrunk_allow_entry *entries, uint32_t count,
                         ztrunk_allow_fault *fault, ztrunk_allow **out)
{
    ztrunk_allow_fault f = {.size = sizeof f};
    ztrunk_allow_opts o;
    ztrunk_allow *allow;
    int32_t err;

    if (ctx == NULL || out == NULL || (entries == NULL && count > 0)) return ZTRUNK_E_INVALID;
    err = read_opts(&o, opts);
    if (err != ZTRUNK_OK) return err;
    if (count > o.max_entries) return ZTRUNK_E_LIMIT;
    allow = zti_calloc(ctx, sizeof *allow);
    if (allow == NULL) return ZTRUNK_E_NOMEM;
    allow->ctx = zti_ctx_ref(ctx);
    allow->count = count;
    err = build(allow, o.flags, entries, &f);
    if (fault != NULL) (void)zti_opts_write(fault, &f, sizeof f);
    if (err != ZTRUNK_OK) {
        ztrunk_allow_free(allow);
        return err;
    }
    *out = allow;
    return ZTRUNK_OK;
}

int32_t ztrunk_allow_check(const ztrunk_allow *allow, const ztrunk_addr *addr, uint32_t *tag)
{
    ztrunk_addr unmapped;
    uint32_t entry;

    if (allow == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    if (addr->family != 4 && addr->family != 6) return ZTRUNK_E_DENIED;
    unmapped = *addr;
    zti_ip_unmap(&unmapped);
    entry = zti_span_find(&allow->spans[family_of(&unmapped)], zti_span_key_of(&unmapped));
    if (entry == ZTI_SPAN_NONE || allow->verdicts[entry].is_denied) return ZTRUNK_E_DENIED;
    if (tag != NULL) *tag = allow->verdicts[entry].tag;
    return ZTRUNK_OK;
}

uint32_t ztrunk_allow_count(const ztrunk_allow *allow)
{
    return allow != NULL ? allow->count : 0;
}

const char *ztrunk_allow_fault_text(uint32_t reason)
{
    static const char *const texts[] = {
        [ZTRUNK_ALLOW_GOOD] = "nothing is wrong",
        [ZTRUNK_ALLOW_FAMILY] = "neither IPv4 nor IPv6",
        [ZTRUNK_ALLOW_LENGTH] = "longer than an address",
        [ZTRUNK_ALLOW_HOST_BITS] = "bits behind the prefix are set",
        [ZTRUNK_ALLOW_EVERYBODY] = "it covers every address, and that was not asked for",
        [ZTRUNK_ALLOW_CONFLICT] = "the same prefix stands there with another tag or verdict",
    };

    return reason < sizeof texts / sizeof texts[0] ? texts[reason] : "unknown";
}

void ztrunk_allow_free(ztrunk_allow *allow)
{
    ztrunk_ctx *ctx;

    if (allow == NULL) return;
    ctx = allow->ctx;
    for (uint32_t family = V4; family <= V6; family++) {
        zti_free(ctx, allow->spans[family].starts);
        zti_free(ctx, allow->spans[family].entries);
        zti_free(ctx, allow->spans[family].slots);
    }
    zti_free(ctx, allow->verdicts);
    zti_free(ctx, allow);
    ztrunk_ctx_free(ctx);
}
