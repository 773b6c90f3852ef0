#include <zerotrunk/nft.h>

#include <string.h>
#include "base/addr.h"
#include "rt/loop.h"
#include "rt/nft_sync.h"

static uint32_t is_port(const ztrunk_nft_port *p)
{
    uint32_t last = p->last == 0 ? p->first : p->last;

    if (p->kind != ZTRUNK_NFT_SIGNALLING && p->kind != ZTRUNK_NFT_MEDIA) return 0;
    if (p->protocol != 17 && (p->protocol != 6 || p->kind == ZTRUNK_NFT_MEDIA)) return 0;
    if (p->addr.family != 0 && p->addr.family != 4 && p->addr.family != 6) return 0;
    return p->first > 0 && p->first <= last && last <= 65535;
}

/* Before start there is no kernel to ask. */
static int32_t rebuild(ztrunk_nft *nft)
{
    nft->error[0] = 0;
    return nft->is_started ? zti_nft_build(nft, ztrunk_rt_now_ns()) : ZTRUNK_OK;
}

int32_t ztrunk_nft_set_ports(ztrunk_nft *nft, const ztrunk_nft_port *ports, uint32_t count)
{
    ztrunk_nft_port *copy, *old;
    uint32_t old_count;
    int32_t err;

    if (nft == NULL || (ports == NULL && count > 0)) return ZTRUNK_E_INVALID;
    if (count > nft->opts.max_ports) return ZTRUNK_E_LIMIT;
    for (uint32_t i = 0; i < count; i++)
        if (!is_port(&ports[i])) return ZTRUNK_E_INVALID;
    copy = zti_array(nft->ctx, count, sizeof *copy);
    if (copy == NULL) return ZTRUNK_E_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = ports[i];
        copy[i].addr = zti_addr_normal(&ports[i].addr);
    }
    old = nft->ports;
    old_count = nft->port_count;
    nft->ports = copy;
    nft->port_count = count;
    err = rebuild(nft);
    if (err != ZTRUNK_OK) {
        nft->ports = old;
        nft->port_count = old_count;
        old = copy;
    }
    zti_free(nft->ctx, old);
    return err;
}

/* IPv4 from the front, IPv6 behind it. */
static int32_t read_list(zti_nft_list *list, const ztrunk_prefix *prefixes, uint32_t count)
{
    uint32_t family, v4 = 0, v6 = count;
    zti_ip_span span;

    for (uint32_t i = 0; i < count; i++) {
        if (zti_ip_span_of(&prefixes[i], &span, &family) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
        list->spans[family == 4 ? v4++ : --v6] = span;
    }
    list->v4 = zti_ip_spans_merge(list->spans, v4);
    list->v6 = zti_ip_spans_merge(list->spans + v6, count - v6);
    memmove(list->spans + list->v4, list->spans + v6, list->v6 * sizeof span);
    return ZTRUNK_OK;
}

int32_t ztrunk_nft_set_sources(ztrunk_nft *nft, uint32_t kind, const ztrunk_prefix *prefixes,
                               uint32_t count)
{
    zti_nft_list fresh = {.spans = NULL}, *list, old;
    int32_t err;

    if (nft == NULL || (prefixes == NULL && count > 0) ||
        (kind != ZTRUNK_NFT_SIGNALLING && kind != ZTRUNK_NFT_MEDIA))
        return ZTRUNK_E_INVALID;
    if (count > nft->opts.max_prefixes) return ZTRUNK_E_LIMIT;
    fresh.spans = zti_array(nft->ctx, count, sizeof *fresh.spans);
    if (fresh.spans == NULL) return ZTRUNK_E_NOMEM;
    list = &nft->lists[kind == ZTRUNK_NFT_MEDIA];
    old = *list;
    err = read_list(&fresh, prefixes, count);
    if (err == ZTRUNK_OK) {
        *list = fresh;
        err = rebuild(nft);
    }
    if (err != ZTRUNK_OK) {
        *list = old;
        old = fresh;
    }
    zti_free(nft->ctx, old.spans);
    return err;
}
