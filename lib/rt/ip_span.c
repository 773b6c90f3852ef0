#include "rt/ip_span.h"

#include <stdlib.h>
#include "base/addr.h"

static zti_ip_number read_ip(const uint8_t *bytes, uint32_t len)
{
    zti_ip_number ip = {0, 0};

    for (uint32_t i = 0; i < len; i++) {
        ip.high = ip.high << 8 | ip.low >> 56;
        ip.low = ip.low << 8 | bytes[i];
    }
    return ip;
}

/* The bits behind a prefix: the lowest count of 128. */
static zti_ip_number tail_of(uint32_t count)
{
    zti_ip_number tail = {0, UINT64_MAX};

    if (count > 64) tail.high = UINT64_MAX >> (128 - count);
    if (count < 64) tail.low = (UINT64_C(1) << count) - 1;
    return tail;
}

int32_t zti_ip_span_of(const ztrunk_prefix *prefix, zti_ip_span *span, uint32_t *family)
{
    ztrunk_addr addr = prefix->addr;
    uint32_t bits = prefix->bits, width;
    zti_ip_number tail;

    if (addr.family == 6 && bits >= 96 && bits <= 128) zti_ip_unmap(&addr);
    if (addr.family != prefix->addr.family) bits -= 96;
    if (addr.family != 4 && addr.family != 6) return ZTRUNK_E_INVALID;
    width = addr.family == 4 ? 32 : 128;
    if (bits > width) return ZTRUNK_E_INVALID;
    tail = tail_of(width - bits);
    span->first = read_ip(addr.ip, width / 8);
    if ((span->first.high & tail.high) != 0 || (span->first.low & tail.low) != 0)
        return ZTRUNK_E_INVALID;
    span->last = (zti_ip_number){span->first.high | tail.high, span->first.low | tail.low};
    *family = addr.family;
    return ZTRUNK_OK;
}

static int compare_ips(zti_ip_number a, zti_ip_number b)
{
    if (a.high != b.high) return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static int compare(const void *a, const void *b)
{
    const zti_ip_span *x = a, *y = b;

    return compare_ips(x->first, y->first);
}

static uint32_t touches(const zti_ip_span *before, const zti_ip_span *next)
{
    zti_ip_number behind = before->last;

    return !zti_ip_number_next(&behind, 6) || compare_ips(next->first, behind) <= 0;
}

uint32_t zti_ip_spans_merge(zti_ip_span *spans, uint32_t count)
{
    uint32_t kept = 0;

    if (count > 1) qsort(spans, count, sizeof *spans, compare);
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || !touches(&spans[kept - 1], &spans[i]))
            spans[kept++] = spans[i];
        else if (compare_ips(spans[i].last, spans[kept - 1].last) > 0)
            spans[kept - 1].last = spans[i].last;
    }
    return kept;
}

uint32_t zti_ip_number_next(zti_ip_number *ip, uint32_t family)
{
    if (family == 4) return ip->low++ < UINT32_MAX;
    return ++ip->low != 0 || ++ip->high != 0;
}

uint32_t zti_ip_number_bytes(zti_ip_number ip, uint32_t family, uint8_t out[16])
{
    uint32_t len = family == 4 ? 4 : 16;

    for (uint32_t i = len; i-- > 0;) {
        out[i] = (uint8_t)ip.low;
        ip.low = ip.low >> 8 | ip.high << 56;
        ip.high >>= 8;
    }
    return len;
}
