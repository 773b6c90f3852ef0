#include "rt/filter_tree.h"

#include <stdlib.h>
#include "base/addr.h"
#include "rt/ip_span.h"

#define ADMIT UINT32_MAX
#define FAR   253u /* a jump of 8 bits, less the JA of the other way that may come between */

/* ---- prefixes to bounds ---- */

typedef struct key { /* an address by 32-bit words, IPv4 in the first */
    uint32_t word[4];
} key;

/* Sorted addresses at which the verdict changes: below the first is outside, from it on inside. */
typedef struct bounds {
    key *keys;
    uint32_t count;
} bounds;

int32_t zti_filter_normal(const ztrunk_prefix *prefix, ztrunk_prefix *out)
{
    ztrunk_prefix p = *prefix;

    if (p.addr.family != 4 && p.addr.family != 6) return ZTRUNK_E_INVALID;
    if (p.bits > (p.addr.family == 4 ? 32u : 128u)) return ZTRUNK_E_INVALID;
    if (p.addr.family == 6 && p.bits >= 96) {
        zti_ip_unmap(&p.addr);
        if (p.addr.family == 4) p.bits -= 96;
    }
    zti_ip_mask(&p.addr, p.bits);
    *out = p;
    return ZTRUNK_OK;
}

uint32_t zti_filter_interface(const ztrunk_prefix *prefixes, uint32_t count)
{
    return count > 0 ? prefixes[0].addr.scope_id : 0;
}

static key key_of(zti_ip_number ip, uint32_t family)
{
    if (family == 4) return (key){{(uint32_t)ip.low}};
    return (key){
        {(uint32_t)(ip.high >> 32), (uint32_t)ip.high, (uint32_t)(ip.low >> 32), (uint32_t)ip.low}};
}

static void add_bounds(const zti_ip_span *spans, uint32_t count, uint32_t family, bounds *out)
{
    for (uint32_t i = 0; i < count; i++) {
        zti_ip_number behind = spans[i].last;

        out->keys[out->count++] = key_of(spans[i].first, family);
        if (zti_ip_number_next(&behind, family)) out->keys[out->count++] = key_of(behind, family);
    }
}

static int32_t make_bounds(const ztrunk_prefix *prefixes, uint32_t count, uint32_t family,
                           zti_ip_span *spans, bounds *out)
{
    uint32_t used = 0, is_of;

    for (uint32_t i = 0; i < count; i++) {
        ztrunk_prefix p;
        int32_t err = zti_filter_normal(&prefixes[i], &p);

        if (err == ZTRUNK_OK) err = zti_ip_span_of(&p, &spans[used], &is_of);
        if (err != ZTRUNK_OK) return err;
        used += is_of == family;
    }
    add_bounds(spans, zti_ip_spans_merge(spans, used), family, out);
    return ZTRUNK_OK;
}

/* ---- bounds to instructions ----
 *
 * Written from the last instruction to the first, for BPF jumps forward only: where a jump goes is
 * known when it is written. A place is counted from the end. */

#define DROP                   0x10000u /* verdicts, above all places */
#define VERDICT(bounds_passed) (DROP + (bounds_passed) % 2)

typedef struct tree {
    struct sock_filter *code; /* reversed */
    const key *keys;
    uint32_t count, is_full;
    uint32_t source;             /* where the source address begins in the header */
    uint32_t has_ret[2], ret[2]; /* the last return of each verdict */
} tree;

static uint32_t put(tree *t, uint16_t code, uint32_t k)
{
    if (t->count == BPF_MAXINSNS) {
        t->is_full = 1;
        return t->count - 1;
    }
    t->code[t->count] = (struct sock_filter){.code = code, .k = k};
    return t->count++;
}

static uint32_t put_return(tree *t, uint32_t is_admitted)
{
    if (!t->has_ret[is_admitted] || t->count - t->ret[is_admitted] - 1 > FAR)
        t->ret[is_admitted] = put(t, BPF_RET | BPF_K, is_admitted ? ADMIT : 0);
    t->has_ret[is_admitted] = 1;
    return t->ret[is_admitted];
}

/* The place itself, or one of a far jump to it. */
static uint32_t within_reach(tree *t, uint32_t place)
{
    if (place >= DROP) return put_return(t, place - DROP);
    if (t->count - place - 1 <= FAR) return place;
    return put(t, BPF_JMP | BPF_JA, t->count - place - 1);
}

static uint32_t put_jump(tree *t, uint16_t test, uint32_t k, uint32_t is_so, uint32_t is_not)
{
    uint32_t place;

    is_so = within_reach(t, is_so);
    is_not = within_reach(t, is_not);
    place = put(t, (uint16_t)(BPF_JMP | BPF_K | test), k);
    t->code[place].jt = (uint8_t)(place - is_so - 1);
    t->code[place].jf = (uint8_t)(place - is_not - 1);
    return place;
}

/* What is loaded is for the instruction that was written last. */
static uint32_t put_load(tree *t, uint32_t word)
{
    return put(t, BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + t->source + word * 4);
}

static uint32_t ends_in_zeros(const key *k, uint32_t word)
{
    while (++word < 4)
        if (k->word[word] != 0) return 0;
    return 1;
}

/* Decides among the bounds from..to, which share the words before this one with the address; all
 * below from are passed. Each step halves the bounds or goes on to the next word: at most 17 and 3
 * calls deep. */
static uint32_t grow(tree *t, uint32_t from, uint32_t to, uint32_t word)
{
    uint32_t first = from + (to - from) / 2, last = first, above, below, equal, value;

    if (t->is_full) return 0;
    if (from == to) return VERDICT(from);
    value = t->keys[first].word[word];
    while (first > from && t->keys[first - 1].word[word] == value) first--;
    while (last < to && t->keys[last].word[word] == value) last++;
    above = grow(t, last, to, word);
    below = grow(t, from, first, word);
    /* Such a bound is passed by every address with this word. */
    equal = first + ends_in_zeros(&t->keys[first], word);
    if (equal == last) return put_jump(t, BPF_JGE, value, above, below);
    (void)grow(t, equal, last, word + 1);
    equal = put_jump(t, BPF_JEQ, value, put_load(t, word + 1), below);
    return above == below ? equal : put_jump(t, BPF_JGT, value, above, equal);
}

static uint32_t put_family(tree *t, const bounds *b, uint32_t source)
{
    uint32_t place;

    t->keys = b->keys;
    t->source = source;
    place = grow(t, 0, b->count, 0);
    return place >= DROP ? place : put_load(t, 0);
}

/* A socket of both families gets IPv4 with an IPv4 header: the version decides. */
static void put_program(tree *t, const bounds *v4, const bounds *v6)
{
    uint32_t four, six;

    if (v4->count == 0 && v6->count == 0) {
        (void)put_return(t, 0);
        return;
    }
    four = put_family(t, v4, 12);
    six = put_family(t, v6, 8);
    six = put_jump(t, BPF_JEQ, 6, six, DROP);
    (void)put_jump(t, BPF_JEQ, 4, four, six);
    (void)put(t, BPF_ALU | BPF_RSH | BPF_K, 4);
    (void)put(t, BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF);
}

/* In front of the program: what comes by another interface is dropped. */
static void put_interface(tree *t, uint32_t interface)
{
    uint32_t program = t->count - 1;

    if (interface == 0) return;
    (void)put_jump(t, BPF_JEQ, interface, program, DROP);
    (void)put(t, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX));
}

static void reverse(struct sock_filter *code, uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        struct sock_filter other = code[i];

        code[i] = code[count - 1 - i];
        code[count - 1 - i] = other;
    }
}

int32_t zti_filter_compile(const ztrunk_prefix *prefixes, uint32_t count,
                           struct sock_filter code[BPF_MAXINSNS], uint16_t *len)
{
    zti_ip_span *spans = calloc((size_t)count + 1, sizeof *spans);
    key *keys = calloc(4 * (size_t)count + 1, sizeof *keys);
    bounds v4 = {.keys = keys}, v6 = {.keys = keys + 2 * (size_t)count};
    tree t = {.code = code};
    int32_t err = spans != NULL && keys != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;

    if (err == ZTRUNK_OK) err = make_bounds(prefixes, count, 4, spans, &v4);
    if (err == ZTRUNK_OK) err = make_bounds(prefixes, count, 6, spans, &v6);
    if (err == ZTRUNK_OK) {
        put_program(&t, &v4, &v6);
        put_interface(&t, zti_filter_interface(prefixes, count));
    }
    free(spans);
    free(keys);
    if (err != ZTRUNK_OK) return err;
    if (t.is_full) return ZTRUNK_E_LIMIT;
    reverse(code, t.count);
    *len = (uint16_t)t.count;
    return ZTRUNK_OK;
}
