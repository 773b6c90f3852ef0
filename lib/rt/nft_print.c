#include "rt/nft_print.h"

#include "base/addr.h"
#include "base/time.h"
#include "rt/nft_rule.h"

static void put_ip(zti_buf *b, const ztrunk_addr *addr)
{
    char text[46];

    zti_buf_add(b, text, zti_ip_format(addr, text));
}

static void put_number(zti_buf *b, zti_ip_number ip, uint32_t family)
{
    ztrunk_addr addr = {.family = (uint8_t)family};

    (void)zti_ip_number_bytes(ip, family, addr.ip);
    put_ip(b, &addr);
}

static void put_name(zti_buf *b, const char *before, const char *name, const char *behind)
{
    zti_buf_text(b, before);
    zti_buf_text(b, name);
    zti_buf_text(b, behind);
}

/* ---- sets ---- */

static void put_type(zti_buf *b, const zti_nft_set *s)
{
    const char *address = s->family == 4 ? "ipv4_addr" : "ipv6_addr";

    for (const uint8_t *field = s->fields; *field != ZTI_NFT_END; field++) {
        zti_buf_text(b, field == s->fields ? "\t\ttype " : " . ");
        zti_buf_text(b, *field == ZTI_NFT_DPORT ? "inet_service" : address);
    }
    zti_buf_text(b, s->is_timed ? "\n\t\tflags timeout\n" : "\n\t\tflags interval\n");
}

static void begin_element(zti_buf *b, uint32_t *count)
{
    zti_buf_text(b, (*count)++ == 0 ? "\t\telements = { " : ",\n\t\t\t     ");
}

static void put_spans(zti_buf *b, const zti_ip_span *spans, uint32_t n, uint32_t family,
                      uint32_t *count)
{
    for (uint32_t i = 0; i < n; i++) {
        begin_element(b, count);
        put_number(b, spans[i].first, family);
        if (spans[i].first.high == spans[i].last.high && spans[i].first.low == spans[i].last.low)
            continue;
        zti_buf_char(b, '-');
        put_number(b, spans[i].last, family);
    }
}

static void put_list(zti_buf *b, const ztrunk_nft *nft, uint32_t set, uint32_t *count)
{
    const zti_nft_list *list = &nft->lists[set >= ZTI_NFT_MEDIA];

    if (zti_nft_set_of(set)->family == 4)
        put_spans(b, list->spans, list->v4, 4, count);
    else if (list->v6 > 0)
        put_spans(b, list->spans + list->v4, list->v6, 6, count);
}

static void put_entry(zti_buf *b, uint32_t set, const zti_nft_entry *entry, uint64_t left_ns)
{
    const uint8_t *fields = zti_nft_set_of(set)->fields;

    for (const uint8_t *field = fields; *field != ZTI_NFT_END; field++) {
        if (field != fields) zti_buf_text(b, " . ");
        if (*field == ZTI_NFT_DPORT)
            zti_buf_u64(b, entry->key.port);
        else if (*field == ZTI_NFT_SADDR && set >= ZTI_NFT_SIGNALLING)
            put_ip(b, &entry->remote);
        else
            put_ip(b, &entry->key);
    }
    zti_buf_text(b, " timeout ");
    zti_buf_u64(b, (left_ns + ZTI_MS - 1) / ZTI_MS);
    zti_buf_text(b, "ms");
}

static void put_timed(zti_buf *b, const ztrunk_nft *nft, uint32_t set, uint64_t now_ns,
                      uint32_t *count)
{
    const zti_nft_table *table = zti_nft_table_of(nft, set);
    const zti_nft_entry *entry;
    uint32_t place = 0;

    while ((entry = zti_nft_table_next(table, &place)) != NULL) {
        uint64_t left = zti_nft_left(entry, now_ns);

        if (left == 0 || !zti_nft_is_in(set, entry, &entry->remote)) continue;
        begin_element(b, count);
        put_entry(b, set, entry, left);
    }
}

static void put_set(zti_buf *b, const ztrunk_nft *nft, uint32_t set, uint64_t now_ns)
{
    const zti_nft_set *s = zti_nft_set_of(set);
    uint32_t count = 0;

    put_name(b, "\tset ", s->name, " {\n");
    put_type(b, s);
    if (s->is_timed)
        put_timed(b, nft, set, now_ns, &count);
    else
        put_list(b, nft, set, &count);
    zti_buf_text(b, count > 0 ? " }\n\t}\n\n" : "\t}\n\n");
}

/* ---- rules ---- */

static void put_field(zti_buf *b, uint32_t family, uint8_t field)
{
    if (field == ZTI_NFT_DPORT) {
        zti_buf_text(b, "udp dport");
        return;
    }
    zti_buf_text(b, family == 4 ? "ip " : "ip6 ");
    zti_buf_text(b, field == ZTI_NFT_SADDR ? "saddr" : "daddr");
}

static void put_lookup(zti_buf *b, uint32_t set)
{
    const zti_nft_set *s = zti_nft_set_of(set);

    for (const uint8_t *field = s->fields; *field != ZTI_NFT_END; field++) {
        if (field != s->fields) zti_buf_text(b, " . ");
        put_field(b, s->family, *field);
    }
    put_name(b, " @", s->name, " ");
}

static void put_port(zti_buf *b, const zti_nft_rule *rule)
{
    if (rule->has_addr) {
        put_field(b, rule->family, ZTI_NFT_DADDR);
        zti_buf_char(b, ' ');
        put_ip(b, &rule->port.addr);
        zti_buf_char(b, ' ');
    } else if (rule->family == 4) {
        zti_buf_text(b, "meta nfproto ipv4 ");
    }
    zti_buf_text(b, rule->port.protocol == 6 ? "tcp dport " : "udp dport ");
    zti_buf_u64(b, rule->port.first);
    if (rule->port.last != rule->port.first) {
        zti_buf_char(b, '-');
        zti_buf_u64(b, rule->port.last);
    }
    zti_buf_char(b, ' ');
}

static void put_rule(zti_buf *b, const zti_nft_rule *rule)
{
    zti_buf_text(b, "\t\t");
    if (rule->verdict == ZTI_NFT_GOTO) put_port(b, rule);
    for (uint32_t i = 0; i < rule->set_count; i++) put_lookup(b, rule->sets[i]);
    if (rule->verdict == ZTI_NFT_GOTO)
        put_name(b, "goto ", zti_nft_chain_name(rule->target), "\n");
    else
        zti_buf_text(b, rule->verdict == ZTI_NFT_ACCEPT ? "accept\n" : "drop\n");
}

static void put_hook(zti_buf *b, int32_t priority)
{
    zti_buf_text(b, "\t\ttype filter hook input priority ");
    if (priority < 0) zti_buf_char(b, '-');
    zti_buf_u64(b, (uint64_t)(priority < 0 ? -priority : priority));
    zti_buf_text(b, "; policy accept;\n");
}

static void put_chain(zti_buf *b, const ztrunk_nft *nft, uint32_t chain)
{
    const zti_nft_rule *fixed;

    put_name(b, "\tchain ", zti_nft_chain_name(chain), " {\n");
    if (chain == ZTI_NFT_CHAIN_INPUT) {
        put_hook(b, nft->opts.priority);
        for (uint32_t i = 0; i < nft->port_count; i++) {
            zti_nft_rule rule = zti_nft_rule_of_port(&nft->ports[i]);

            put_rule(b, &rule);
        }
    }
    for (uint32_t i = 0; (fixed = zti_nft_rule_fixed(i)) != NULL; i++)
        if (fixed->chain == chain) put_rule(b, fixed);
    zti_buf_text(b, "\t}\n");
}

/* As the handle itself does it: made first, so that it can be deleted for sure. */
void zti_nft_print_table(zti_buf *b, const ztrunk_nft *nft, uint64_t now_ns)
{
    put_name(b, "table inet ", nft->opts.table, "\n");
    put_name(b, "delete table inet ", nft->opts.table, "\n");
    put_name(b, "table inet ", nft->opts.table, " {\n");
    for (uint32_t set = 0; set < ZTI_NFT_SETS; set++) put_set(b, nft, set, now_ns);
    for (uint32_t chain = 0; chain < ZTI_NFT_CHAINS; chain++) {
        put_chain(b, nft, chain);
        zti_buf_text(b, chain + 1 < ZTI_NFT_CHAINS ? "\n" : "}\n");
    }
}
