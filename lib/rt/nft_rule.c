#include "rt/nft_rule.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

static const char *const chains[ZTI_NFT_CHAINS] = {"input", "signalling", "media"};

#define FROM(f, c, v, n, ...)                                                                      \
    .chain = (c), .verdict = (v), .family = (f), .set_count = (n), .sets = {__VA_ARGS__}
#define SIGNAL ZTI_NFT_CHAIN_SIGNALLING
#define MEDIA  ZTI_NFT_CHAIN_MEDIA

static const zti_nft_rule fixed[] = {
    {FROM(4, SIGNAL, ZTI_NFT_DROP, 1, ZTI_NFT_BLOCKED)},
    {FROM(6, SIGNAL, ZTI_NFT_DROP, 1, ZTI_NFT_BLOCKED + 1)},
    {FROM(4, SIGNAL, ZTI_NFT_ACCEPT, 1, ZTI_NFT_SIGNALLING)},
    {FROM(6, SIGNAL, ZTI_NFT_ACCEPT, 1, ZTI_NFT_SIGNALLING + 1)},
    {.chain = SIGNAL, .verdict = ZTI_NFT_DROP},
    {FROM(4, MEDIA, ZTI_NFT_DROP, 1, ZTI_NFT_BLOCKED)},
    {FROM(6, MEDIA, ZTI_NFT_DROP, 1, ZTI_NFT_BLOCKED + 1)},
    {FROM(4, MEDIA, ZTI_NFT_ACCEPT, 1, ZTI_NFT_HOLES)},
    {FROM(6, MEDIA, ZTI_NFT_ACCEPT, 1, ZTI_NFT_HOLES + 1)},
    {FROM(4, MEDIA, ZTI_NFT_ACCEPT, 2, ZTI_NFT_OPEN, ZTI_NFT_MEDIA)},
    {FROM(6, MEDIA, ZTI_NFT_ACCEPT, 2, ZTI_NFT_OPEN + 1, ZTI_NFT_MEDIA + 1)},
    {.chain = MEDIA, .verdict = ZTI_NFT_DROP},
};

const char *zti_nft_chain_name(uint32_t chain)
{
    return chains[chain];
}

const zti_nft_rule *zti_nft_rule_fixed(uint32_t place)
{
    return place < sizeof fixed / sizeof fixed[0] ? &fixed[place] : NULL;
}

static uint32_t is_any(const ztrunk_addr *addr)
{
    uint8_t bits = 0;

    for (uint32_t i = 0; i < (addr->family == 4 ? 4u : 16u); i++) bits |= addr->ip[i];
    return bits == 0;
}

/* A listener on :: takes IPv4 as well unless it is told not to: protect both. */
zti_nft_rule zti_nft_rule_of_port(const ztrunk_nft_port *port)
{
    zti_nft_rule rule = {.chain = ZTI_NFT_CHAIN_INPUT, .verdict = ZTI_NFT_GOTO, .port = *port};
    uint32_t is_media = port->kind == ZTRUNK_NFT_MEDIA;

    rule.target = is_media ? ZTI_NFT_CHAIN_MEDIA : ZTI_NFT_CHAIN_SIGNALLING;
    if (rule.port.last == 0) rule.port.last = rule.port.first;
    rule.has_addr = port->addr.family != 0 && !is_any(&port->addr);
    rule.family = rule.has_addr || port->addr.family == 4 ? port->addr.family : 0;
    return rule;
}

void zti_nft_chain_put(zti_nft_batch *b, const char *table, uint32_t chain, int32_t priority)
{
    size_t hook;

    zti_nft_msg(b, NFT_MSG_NEWCHAIN, NLM_F_CREATE, table);
    zti_nft_text(b, NFTA_CHAIN_NAME, chains[chain]);
    if (chain != ZTI_NFT_CHAIN_INPUT) return;
    hook = zti_nft_nest(b, NFTA_CHAIN_HOOK);
    zti_nft_be32(b, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_IN);
    zti_nft_be32(b, NFTA_HOOK_PRIORITY, (uint32_t)priority);
    zti_nft_nest_end(b, hook);
    zti_nft_be32(b, NFTA_CHAIN_POLICY, NF_ACCEPT);
    zti_nft_text(b, NFTA_CHAIN_TYPE, "filter");
}

typedef struct expr {
    size_t elem, data;
} expr;

static expr begin(zti_nft_batch *b, const char *name)
{
    expr x;

    x.elem = zti_nft_nest(b, NFTA_LIST_ELEM);
    zti_nft_text(b, NFTA_EXPR_NAME, name);
    x.data = zti_nft_nest(b, NFTA_EXPR_DATA);
    return x;
}

static void end(zti_nft_batch *b, expr x)
{
    zti_nft_nest_end(b, x.data);
    zti_nft_nest_end(b, x.elem);
}

static void compare(zti_nft_batch *b, uint32_t op, const void *data, size_t len)
{
    expr x = begin(b, "cmp");
    size_t value;

    zti_nft_be32(b, NFTA_CMP_SREG, NFT_REG_1);
    zti_nft_be32(b, NFTA_CMP_OP, op);
    value = zti_nft_nest(b, NFTA_CMP_DATA);
    zti_nft_put(b, NFTA_DATA_VALUE, data, len);
    zti_nft_nest_end(b, value);
    end(b, x);
}

static void meta_is(zti_nft_batch *b, uint32_t key, uint8_t value)
{
    expr x = begin(b, "meta");

    zti_nft_be32(b, NFTA_META_DREG, NFT_REG_1);
    zti_nft_be32(b, NFTA_META_KEY, key);
    end(b, x);
    compare(b, NFT_CMP_EQ, &value, 1);
}

static void load(zti_nft_batch *b, uint32_t base, uint32_t offset, uint32_t len, uint32_t reg)
{
    expr x = begin(b, "payload");

    zti_nft_be32(b, NFTA_PAYLOAD_DREG, reg);
    zti_nft_be32(b, NFTA_PAYLOAD_BASE, base);
    zti_nft_be32(b, NFTA_PAYLOAD_OFFSET, offset);
    zti_nft_be32(b, NFTA_PAYLOAD_LEN, len);
    end(b, x);
}

/* Into the 32-bit register reg of 16; gives back how many it takes. */
static uint32_t load_field(zti_nft_batch *b, uint32_t family, uint8_t field, uint32_t reg)
{
    uint32_t len = family == 4 ? 4 : 16;
    uint32_t source = family == 4 ? 12 : 8; /* in the header; the destination follows */

    if (field == ZTI_NFT_DPORT) {
        load(b, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, NFT_REG32_00 + reg);
        return 1;
    }
    load(b, NFT_PAYLOAD_NETWORK_HEADER, field == ZTI_NFT_SADDR ? source : source + len, len,
         NFT_REG32_00 + reg);
    return len / 4;
}

static void look_up(zti_nft_batch *b, uint32_t set)
{
    const zti_nft_set *s = zti_nft_set_of(set);
    uint32_t reg = 0;
    expr x;

    for (const uint8_t *field = s->fields; *field != ZTI_NFT_END; field++)
        reg += load_field(b, s->family, *field, reg);
    x = begin(b, "lookup");
    zti_nft_text(b, NFTA_LOOKUP_SET, s->name);
    zti_nft_be32(b, NFTA_LOOKUP_SET_ID, set + 1);
    zti_nft_be32(b, NFTA_LOOKUP_SREG, NFT_REG32_00);
    end(b, x);
}

static void match_port(zti_nft_batch *b, const zti_nft_rule *rule)
{
    const ztrunk_nft_port *port = &rule->port;
    uint16_t first = htons((uint16_t)port->first), last = htons((uint16_t)port->last);

    if (rule->has_addr) {
        load_field(b, rule->family, ZTI_NFT_DADDR, 0);
        compare(b, NFT_CMP_EQ, port->addr.ip, rule->family == 4 ? 4 : 16);
    }
    meta_is(b, NFT_META_L4PROTO, (uint8_t)port->protocol);
    load_field(b, rule->family, ZTI_NFT_DPORT, 0);
    if (first == last) {
        compare(b, NFT_CMP_EQ, &first, sizeof first);
        return;
    }
    compare(b, NFT_CMP_GTE, &first, sizeof first);
    compare(b, NFT_CMP_LTE, &last, sizeof last);
}

static void decide(zti_nft_batch *b, const zti_nft_rule *rule)
{
    static const int32_t codes[] = {NF_DROP, NF_ACCEPT, NFT_GOTO};
    expr x = begin(b, "immediate");
    size_t data, verdict;

    zti_nft_be32(b, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    data = zti_nft_nest(b, NFTA_IMMEDIATE_DATA);
    verdict = zti_nft_nest(b, NFTA_DATA_VERDICT);
    zti_nft_be32(b, NFTA_VERDICT_CODE, (uint32_t)codes[rule->verdict]);
    if (rule->verdict == ZTI_NFT_GOTO) zti_nft_text(b, NFTA_VERDICT_CHAIN, chains[rule->target]);
    zti_nft_nest_end(b, verdict);
    zti_nft_nest_end(b, data);
    end(b, x);
}

static uint32_t has_port(const zti_nft_rule *rule)
{
    const uint8_t *field;

    if (rule->set_count == 0) return 0;
    for (field = zti_nft_set_of(rule->sets[0])->fields; *field != ZTI_NFT_END; field++)
        if (*field == ZTI_NFT_DPORT) return 1;
    return 0;
}

void zti_nft_rule_put(zti_nft_batch *b, const char *table, const zti_nft_rule *rule)
{
    size_t exprs;

    zti_nft_msg(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, table);
    zti_nft_text(b, NFTA_RULE_CHAIN, chains[rule->chain]);
    exprs = zti_nft_nest(b, NFTA_RULE_EXPRESSIONS);
    if (rule->family != 0)
        meta_is(b, NFT_META_NFPROTO, rule->family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
    if (rule->verdict == ZTI_NFT_GOTO) match_port(b, rule);
    if (has_port(rule)) meta_is(b, NFT_META_L4PROTO, IPPROTO_UDP);
    for (uint32_t i = 0; i < rule->set_count; i++) look_up(b, rule->sets[i]);
    decide(b, rule);
    zti_nft_nest_end(b, exprs);
}
