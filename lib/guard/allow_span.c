#include "guard/allow_span.h"

#define DEPTH 129 /* prefixes that hold one another: one of each length */
#define FEW   16  /* spans that are found as fast without slots */

static uint64_t read_64(const uint8_t *p)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < 8; i++) value = value << 8 | p[i];
    return value;
}

zti_span_key zti_span_key_of(const ztrunk_addr *addr)
{
    zti_span_key key = {read_64(addr->ip), read_64(addr->ip + 8)};

    if (addr->family != 4) return key;
    return (zti_span_key){key.high & UINT64_C(0xffffffff00000000), 0};
}

static uint64_t tail_of(uint32_t bits)
{
    return bits >= 64 ? 0 : UINT64_MAX >> bits;
}

uint32_t zti_span_has_host_bits(const ztrunk_prefix *prefix)
{
    zti_span_key first = zti_span_key_of(&prefix->addr);
    uint64_t low = prefix->bits < 64 ? first.low : first.low & tail_of(prefix->bits - 64);

    return (first.high & tail_of(prefix->bits)) != 0 || low != 0;
}

zti_span_prefix zti_span_prefix_of(const ztrunk_prefix *prefix, uint32_t entry)
{
    zti_span_prefix p = {.first = zti_span_key_of(&prefix->addr),
                         .bits = prefix->bits,
                         .entry = entry};

    p.last.high = p.first.high | tail_of(p.bits);
    p.last.low = p.bits < 64 ? UINT64_MAX : p.first.low | tail_of(p.bits - 64);
    return p;
}

static uint32_t is_less(zti_span_key a, zti_span_key b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static uint32_t comes_first(const zti_span_prefix *a, const zti_span_prefix *b)
{
    if (is_less(a->first, b->first)) return 1;
    if (is_less(b->first, a->first)) return 0;
    if (a->bits != b->bits) return a->bits < b->bits;
    return a->entry < b->entry;
}

static void sift_down(zti_span_prefix *heap, uint32_t at, uint32_t count)
{
    zti_span_prefix moved = heap[at];

    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && comes_first(&heap[child], &heap[child + 1])) child++;
        if (!comes_first(&moved, &heap[child])) break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

void zti_span_sort(zti_span_prefix *prefixes, uint32_t count)
{
    for (uint32_t at = count / 2; at-- > 0;) sift_down(prefixes, at, count);
    for (uint32_t left = count; left-- > 1;) {
        zti_span_prefix last = prefixes[0];

        prefixes[0] = prefixes[left];
        prefixes[left] = last;
        sift_down(prefixes, 0, left);
    }
}

static void begin(zti_spans *spans, zti_span_key start, uint32_t entry)
{
    const zti_span_key *last = &spans->starts[spans->count - 1];

    if (last->high == start.high && last->low == start.low) spans->count--;
    spans->starts[spans->count] = start;
    spans->entries[spans->count++] = entry;
}

/* Behind a prefix that which holds it decides again; behind the last address there is nothing. */
static void end(zti_spans *spans, const zti_span_prefix *ended, uint32_t outer)
{
    zti_span_key next = {ended->last.high, ended->last.low + 1};

    if (next.low == 0 && ++next.high == 0) return;
    begin(spans, next, outer);
}

void zti_span_fill(zti_spans *spans, const zti_span_prefix *prefixes, uint32_t count)
{
    const zti_span_prefix *open[DEPTH];
    uint32_t depth = 0;

    spans->starts[0] = (zti_span_key){0, 0};
    spans->entries[0] = ZTI_SPAN_NONE;
    spans->count = 1;
    for (uint32_t i = 0; i <= count; i++) {
        while (depth > 0 && (i == count || is_less(open[depth - 1]->last, prefixes[i].first))) {
            depth--;
            end(spans, open[depth], depth > 0 ? open[depth - 1]->entry : ZTI_SPAN_NONE);
        }
        if (i == count) break;
        begin(spans, prefixes[i].first, prefixes[i].entry);
        open[depth++] = &prefixes[i];
    }
}

/* ---- where to begin ---- */

static uint32_t common_bits(uint64_t a, uint64_t b)
{
    uint32_t bits = 0;

    while (bits < 64 && (a ^ b) >> (63 - bits) == 0) bits++;
    return bits;
}

static uint32_t bits_for(uint32_t count)
{
    uint32_t bits = 0;

    while (bits < 31 && UINT32_C(1) << bits < count) bits++;
    return bits;
}

uint32_t zti_span_slots(const zti_spans *spans)
{
    uint32_t bits = bits_for(spans->count), common;

    if (spans->count < FEW) return 0;
    common = common_bits(spans->starts[1].high, spans->starts[spans->count - 1].high);
    return common + bits <= 64 ? (UINT32_C(1) << bits) + 1 : 0;
}

static uint32_t slot_of(const zti_spans *spans, uint64_t high)
{
    return (uint32_t)(high << spans->common >> (64 - spans->slot_bits));
}

void zti_span_index(zti_spans *spans, uint32_t *slots)
{
    uint32_t slot = 0;

    spans->common = common_bits(spans->starts[1].high, spans->starts[spans->count - 1].high);
    spans->slot_bits = bits_for(spans->count);
    spans->slots = slots;
    for (uint32_t i = 1; i < spans->count; i++)
        while (slot <= slot_of(spans, spans->starts[i].high)) slots[slot++] = i;
    while (slot <= UINT32_C(1) << spans->slot_bits) slots[slot++] = spans->count;
}

/* The last span that does not begin behind the key, of left ones from base on. The step is taken
 * without a jump: which way it goes is a stranger's choice, which no processor can foresee. */
static const zti_span_key *search(const zti_span_key *base, uint32_t left, zti_span_key key)
{
    while (left > 1) {
        uint32_t half = left / 2;
        const zti_span_key *middle = base + half;
        uint32_t is_behind =
            (middle->high > key.high) | ((middle->high == key.high) & (middle->low > key.low));

        base = is_behind ? base : middle;
        left -= half;
    }
    return base;
}

uint32_t zti_span_find(const zti_spans *spans, zti_span_key key)
{
    uint32_t first = 0, left = spans->count, slot;

    if (spans->slots != NULL) {
        /* Only what lies between the starts has the bits that they have in common. */
        if (is_less(key, spans->starts[1])) return spans->entries[0];
        if (!is_less(key, spans->starts[left - 1])) return spans->entries[left - 1];
        slot = slot_of(spans, key.high);
        first = spans->slots[slot] - 1;
        left = spans->slots[slot + 1] - first;
    }
    return spans->entries[search(spans->starts + first, left, key) - spans->starts];
}
