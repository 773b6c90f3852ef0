#include "rt/nft_set.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <string.h>

/* nft(8)'s numbers of datatypes: the kernel keeps them for it, so that it can show the sets. */
enum { TYPE_IPV4 = 7, TYPE_IPV6 = 8, TYPE_PORT = 13, TYPE_BITS = 6 };

static const zti_nft_set sets[ZTI_NFT_SETS] = {
    {"blocked4", 4, 1, {ZTI_NFT_SADDR}},
    {"blocked6", 6, 1, {ZTI_NFT_SADDR}},
    {"signalling4", 4, 0, {ZTI_NFT_SADDR}},
    {"signalling6", 6, 0, {ZTI_NFT_SADDR}},
    {"media4", 4, 0, {ZTI_NFT_SADDR}},
    {"media6", 6, 0, {ZTI_NFT_SADDR}},
    {"holes4", 4, 1, {ZTI_NFT_SADDR, ZTI_NFT_DADDR, ZTI_NFT_DPORT}},
    {"holes6", 6, 1, {ZTI_NFT_SADDR, ZTI_NFT_DADDR, ZTI_NFT_DPORT}},
    {"open4", 4, 1, {ZTI_NFT_DADDR, ZTI_NFT_DPORT}},
    {"open6", 6, 1, {ZTI_NFT_DADDR, ZTI_NFT_DPORT}},
};

const zti_nft_set *zti_nft_set_of(uint32_t set)
{
    return &sets[set];
}

/* A concatenation pads each of its fields to four bytes. */
static uint32_t room_of(const zti_nft_set *s, uint8_t field)
{
    return field == ZTI_NFT_DPORT || s->family == 4 ? 4 : 16;
}

void zti_nft_set_put(zti_nft_batch *b, const char *table, uint32_t set)
{
    const zti_nft_set *s = &sets[set];
    uint32_t type = 0, len = 0;

    for (const uint8_t *field = s->fields; *field != ZTI_NFT_END; field++) {
        uint32_t address = s->family == 4 ? TYPE_IPV4 : TYPE_IPV6;

        type = type << TYPE_BITS | (*field == ZTI_NFT_DPORT ? TYPE_PORT : address);
        len += room_of(s, *field);
    }
    zti_nft_msg(b, NFT_MSG_NEWSET, NLM_F_CREATE, table);
    zti_nft_text(b, NFTA_SET_NAME, s->name);
    zti_nft_be32(b, NFTA_SET_ID, set + 1);
    zti_nft_be32(b, NFTA_SET_FLAGS, s->is_timed ? NFT_SET_TIMEOUT : NFT_SET_INTERVAL);
    zti_nft_be32(b, NFTA_SET_KEY_TYPE, type);
    zti_nft_be32(b, NFTA_SET_KEY_LEN, len);
}

zti_nft_elems zti_nft_elems_of(zti_nft_batch *b, const char *table, uint32_t set, uint16_t type)
{
    return (zti_nft_elems){.batch = b, .table = table, .set = set, .type = type};
}

static void open_elems(zti_nft_elems *e)
{
    uint16_t flags = e->type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0;

    zti_nft_msg(e->batch, e->type, flags, e->table);
    zti_nft_text(e->batch, NFTA_SET_ELEM_LIST_SET, sets[e->set].name);
    e->nest = zti_nft_nest(e->batch, NFTA_SET_ELEM_LIST_ELEMENTS);
    e->is_open = 1;
}

void zti_nft_elem(zti_nft_elems *e, const void *key, size_t len, uint32_t flags,
                  uint64_t lifetime_ns)
{
    uint64_t ms = (lifetime_ns + 999999) / 1000000;
    size_t element, value;

    if (e->is_open && zti_nft_nest_len(e->batch, e->nest) > ZTI_NFT_NEST_MAX) zti_nft_elems_end(e);
    if (!e->is_open) open_elems(e);
    element = zti_nft_nest(e->batch, NFTA_LIST_ELEM);
    if (flags != 0) zti_nft_be32(e->batch, NFTA_SET_ELEM_FLAGS, flags);
    value = zti_nft_nest(e->batch, NFTA_SET_ELEM_KEY);
    zti_nft_put(e->batch, NFTA_DATA_VALUE, key, len);
    zti_nft_nest_end(e->batch, value);
    if (ms != 0) zti_nft_be64(e->batch, NFTA_SET_ELEM_TIMEOUT, ms);
    zti_nft_nest_end(e->batch, element);
}

void zti_nft_elems_end(zti_nft_elems *e)
{
    if (e->is_open) zti_nft_nest_end(e->batch, e->nest);
    e->is_open = 0;
}

/* An interval is its first address and, marked as the end, the one behind its last: none when there
 * is no such address. */
void zti_nft_spans_put(zti_nft_batch *b, const char *table, uint32_t set, const zti_ip_span *spans,
                       uint32_t count)
{
    zti_nft_elems e = zti_nft_elems_of(b, table, set, NFT_MSG_NEWSETELEM);
    uint32_t family = sets[set].family, len;
    uint8_t key[16];

    for (uint32_t i = 0; i < count; i++) {
        zti_ip_number behind = spans[i].last;

        len = zti_ip_number_bytes(spans[i].first, family, key);
        zti_nft_elem(&e, key, len, 0, 0);
        if (!zti_ip_number_next(&behind, family)) break;
        len = zti_ip_number_bytes(behind, family, key);
        zti_nft_elem(&e, key, len, NFT_SET_ELEM_INTERVAL_END, 0);
    }
    zti_nft_elems_end(&e);
}

size_t zti_nft_key(uint32_t set, const ztrunk_addr *source, const ztrunk_addr *local,
                   uint8_t key[36])
{
    const zti_nft_set *s = &sets[set];
    size_t len = 0;

    memset(key, 0, 36);
    for (const uint8_t *field = s->fields; *field != ZTI_NFT_END; field++) {
        uint32_t room = room_of(s, *field);

        if (*field == ZTI_NFT_DPORT) {
            key[len] = (uint8_t)(local->port >> 8);
            key[len + 1] = (uint8_t)local->port;
        } else {
            memcpy(key + len, *field == ZTI_NFT_SADDR ? source->ip : local->ip, room);
        }
        len += room;
    }
    return len;
}
