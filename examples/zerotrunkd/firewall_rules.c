#include "firewall_rules.h"
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/proof.h>
#include <zerotrunk/rt.h>

enum { DNS = 53 };

static const struct config_range any_media = {1024, 65535};

static int range_order(const struct config_range *a, const struct config_range *b)
{
    return a->first != b->first ? (int)a->first - (int)b->first : (int)a->last - (int)b->last;
}

int rule_order(const void *a, const void *b)
{
    const struct rule *p = a, *q = b;
    int order = (int)p->is_out - (int)q->is_out;

    if (order == 0) order = (int)p->is_udp - (int)q->is_udp;
    if (order == 0) order = range_order(&p->ports, &q->ports);
    return order != 0 ? order : config_prefix_order(&p->remote, &q->remote);
}

/* Equal ones, too, come out in one order, whatever the sorting does. */
static int full_order(const void *a, const void *b)
{
    const struct rule *p = a, *q = b;
    int order = rule_order(p, q);

    if (order == 0) order = strcmp(p->trunk, q->trunk);
    return order != 0 ? order : strcmp(p->about, q->about);
}

static int add(struct rules *rules, const struct rule *rule, const ztrunk_prefix *remote)
{
    if (rules->count == rules->room) {
        size_t room = rules->room > 0 ? 2 * rules->room : 256;
        struct rule *items = reallocarray(rules->items, room, sizeof *items);

        if (items == NULL) return -1;
        rules->items = items;
        rules->room = room;
    }
    rules->items[rules->count] = *rule;
    rules->items[rules->count++].remote = *remote;
    return 0;
}

/* A socket of one IP version meets no other, so a firewall need not let it pass. */
static int add_all(struct rules *rules, const struct rule *rule,
                   const struct config_prefixes *remote, uint32_t family)
{
    int err = 0;

    for (uint32_t i = 0; i < remote->count && err == 0; i++)
        if (remote->items[i].addr.family == family) err = add(rules, rule, &remote->items[i]);
    return err;
}

static int add_host(struct rules *rules, const struct rule *rule, const ztrunk_addr *addr)
{
    ztrunk_prefix one = {.addr = *addr, .bits = addr->family == 6 ? 128 : 32};

    one.addr.port = 0;
    return add(rules, rule, &one);
}

static void add_local(struct config_addrs *set, const ztrunk_addr *addr)
{
    static const uint8_t none[sizeof addr->ip];
    ztrunk_addr bare = *addr;

    bare.port = 0;
    if (memcmp(addr->ip, none, sizeof none) == 0) return;
    for (uint32_t i = 0; i < set->count; i++)
        if (ztrunk_addr_equal(&set->items[i], &bare)) return;
    set->items[set->count++] = bare;
}

static int add_media(struct rules *rules, const struct config_trunk *trunk,
                     const struct config_addrs *local)
{
    const struct config_side *cloud = &trunk->side[CLOUD];
    const struct config_ranges *theirs = &cloud->peer.media_ports;
    struct rule rule = {.is_udp = 1,
                        .ports = {cloud->ports.first, cloud->ports.last},
                        .local = local,
                        .trunk = trunk->name,
                        .about = "media"};
    int err = add_all(rules, &rule, &cloud->media_from, cloud->media_listen.family);

    rule.is_out = 1;
    rule.from = rule.ports;
    for (uint32_t i = 0; i < (theirs->count > 0 ? theirs->count : 1) && err == 0; i++) {
        rule.ports = theirs->count > 0 ? theirs->items[i] : any_media;
        err = add_all(rules, &rule, &cloud->media_from, cloud->media_listen.family);
    }
    return err;
}

/* 1: the addresses of this peer are in the file. */
static uint32_t is_numeric(const struct config_peer *peer, ztrunk_addr *addr)
{
    return ztrunk_addr_parse(peer->host.host, strlen(peer->host.host), addr) == ZTRUNK_OK;
}

/* A name may become any address of the cloud's, which are those that it signals from: Genesys uses
 * the same for both directions. */
static int add_calls_out(struct rules *rules, const struct config_trunk *trunk, struct rule *rule)
{
    const struct config_side *cloud = &trunk->side[CLOUD];
    const struct config_peer *peer = &cloud->peer;
    ztrunk_addr addr;
    int err = 0;

    rule->ports = (struct config_range){peer->host.port, peer->host.port};
    for (uint32_t i = 0; i < peer->addresses.count && err == 0; i++) {
        rule->ports.first = rule->ports.last = peer->addresses.items[i].port;
        err = add_host(rules, rule, &peer->addresses.items[i]);
    }
    if (peer->addresses.count > 0) return err;
    if (is_numeric(peer, &addr)) return add_host(rules, rule, &addr);
    return add_all(rules, rule, &cloud->signalling, cloud->listen.family);
}

static int add_signalling(struct rules *rules, const struct config_trunk *trunk,
                          const struct config_addrs *local)
{
    const struct config_side *cloud = &trunk->side[CLOUD];
    struct rule rule = {.ports = {cloud->listen.port, cloud->listen.port},
                        .local = local,
                        .trunk = trunk->name,
                        .about = "signalling"};
    int err = add_all(rules, &rule, &cloud->signalling, cloud->listen.family);

    rule.is_out = 1;
    if (err == 0) err = add_calls_out(rules, trunk, &rule);
    if (err != 0 || cloud->peer.reverse_proof == ZTRUNK_IDENTITY_OFF) return err;
    rule.about = "reverse proof";
    rule.ports.first = rule.ports.last = (uint16_t)cloud->peer.reverse_port;
    return add_all(rules, &rule, &cloud->signalling, cloud->listen.family);
}

static int add_dns(struct rules *rules, const struct config_addrs *dns)
{
    static const ztrunk_prefix any[] = {{.addr = {.family = 4}}, {.addr = {.family = 6}}};
    struct rule rule = {.is_out = 1, .ports = {DNS, DNS}, .trunk = "", .about = "DNS"};
    int err = 0;

    for (; rule.is_udp < 2; rule.is_udp++) {
        for (uint32_t i = 0; i < 2 && dns->count == 0 && err == 0; i++)
            err = add(rules, &rule, &any[i]);
        for (uint32_t i = 0; i < dns->count && err == 0; i++)
            err = add_host(rules, &rule, &dns->items[i]);
    }
    return err;
}

uint32_t rules_need_dns(const struct config *config)
{
    for (uint32_t i = 0; i < config->trunk_count; i++)
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            const struct config_peer *peer = &config->trunks[i].side[s].peer;
            ztrunk_addr addr;

            if (peer->addresses.count == 0 && !is_numeric(peer, &addr)) return 1;
        }
    return 0;
}

int rules_make(struct rules *rules, const struct config *config, const struct config_addrs *dns)
{
    int err = 0;

    for (uint32_t i = 0; i < config->trunk_count && err == 0; i++) {
        const struct config_trunk *trunk = &config->trunks[i];
        const struct config_side *cloud = &trunk->side[CLOUD];

        add_local(&rules->signalling[i], &cloud->listen);
        add_local(&rules->signalling[i], &cloud->address);
        add_local(&rules->media[i], &cloud->media_listen);
        add_local(&rules->media[i], &cloud->address);
        rules->trunk_count++;
        err = add_signalling(rules, trunk, &rules->signalling[i]);
        if (err == 0) err = add_media(rules, trunk, &rules->media[i]);
    }
    if (err == 0 && rules_need_dns(config)) err = add_dns(rules, dns);
    if (rules->count > 0) qsort(rules->items, rules->count, sizeof *rules->items, full_order);
    return err;
}

void rules_end(struct rules *rules)
{
    free(rules->items);
    rules->items = NULL;
    rules->count = rules->room = 0;
}
