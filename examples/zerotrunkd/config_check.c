/* What two keys or two trunks of one configuration may not say together. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <zerotrunk/rt.h>

static void complain(struct config_report *report, uint32_t line, const struct config_trunk *trunk,
                     const char *key, const char *value, const char *want)
{
    char path[160];

    snprintf(path, sizeof path, "trunk %s: %s", trunk->name, key);
    config_complain(report, line, path, value, want);
}

static void check_any(const struct config_trunk *trunk, const struct config_side *side,
                      const struct config_prefixes *prefixes, const char *key,
                      struct config_report *report)
{
    for (uint32_t i = 0; i < prefixes->count; i++)
        if (prefixes->items[i].bits == 0 && !side->any_source)
            complain(report, side->line, trunk, key, NULL,
                     "a prefix of length 0 admits the whole internet; name the peer's networks, or "
                     "set any_source: true beside it");
}

static void check_side(const struct config_trunk *trunk, uint32_t nth, struct config_report *report)
{
    const struct config_side *side = &trunk->side[nth];

    check_any(trunk, side, &side->signalling,
              nth == CLOUD ? "cloud.signalling_prefixes" : "inside.prefixes", report);
    check_any(trunk, side, &side->media_from,
              nth == CLOUD ? "cloud.media_prefixes" : "inside.media_prefixes", report);
    if (side->interface[0] != 0 && side->interface_index == 0)
        complain(report, side->line, trunk, nth == CLOUD ? "cloud.interface" : "inside.interface",
                 side->interface, "there is no network interface of that name");
    if (side->address.family != side->media_listen.family)
        complain(report, side->line, trunk, nth == CLOUD ? "cloud" : "inside", NULL,
                 "public_address (or address) and media_listen must be of one IP version");
    for (uint32_t i = 0; i < sizeof side->address.ip; i++)
        if (side->address.ip[i] != 0) return;
    complain(report, side->line, trunk, nth == CLOUD ? "cloud.public_address" : "inside.address",
             NULL, "the address that peers are told may not be the unspecified one; name it");
}

static uint32_t is_address(const char *host)
{
    ztrunk_addr addr;

    return ztrunk_addr_parse(host, strlen(host), &addr) == ZTRUNK_OK;
}

/* RFC 5922 7.2: an identity is a domain. What host stands for when names are missing, too. */
static void check_names(const struct config_trunk *trunk, uint32_t nth,
                        struct config_report *report)
{
    const struct config_peer *peer = &trunk->side[nth].peer;

    if (trunk->side[nth].transport != ZTRUNK_NET_TLS) return;
    for (uint32_t i = 0; i < peer->names.count; i++)
        if (is_address(peer->names.items[i]))
            complain(report, peer->line, trunk,
                     nth == CLOUD ? "cloud.peer.names" : "inside.tls.names", peer->names.items[i],
                     "an address is no name that a certificate proves; give in names the host "
                     "names or SIP domains of the peer's certificate");
}

static void check_inside(const struct config_trunk *trunk, struct config_report *report)
{
    const struct config_side *inside = &trunk->side[INSIDE];

    if (inside->signalling.count == 0 && !is_address(inside->peer.host.host))
        complain(report, inside->line, trunk, "inside.prefixes", NULL,
                 "needed where peer is a host name: the prefixes that the PBX calls from, such as "
                 "10.0.0.2/32");
    if (inside->media_from.items == NULL)
        complain(report, inside->line, trunk, "inside.media_prefixes", NULL,
                 inside->signalling.count > CONFIG_MAX_MEDIA_PREFIXES
                     ? "needed where prefixes has more than 16 entries: media may come from 16 "
                       "prefixes at most"
                     : "needed where neither peer is an address nor prefixes are given");
    if (inside->transport == ZTRUNK_NET_TLS && inside->peer.trust[0] == 0)
        complain(report, inside->line, trunk, "inside.tls", NULL,
                 "transport tls needs a section tls with the key trust");
    if (inside->transport != ZTRUNK_NET_TLS && inside->peer.trust[0] != 0)
        complain(report, inside->line, trunk, "inside.tls", NULL,
                 "a section tls is for transport tls only");
    if (inside->media == CONFIG_MEDIA_SRTP && inside->transport != ZTRUNK_NET_TLS)
        complain(report, inside->line, trunk, "inside.media", "srtp",
                 "SDES keys may not travel over an open transport; use transport tls, or media "
                 "rtp");
}

static void check_trunk(const struct config_trunk *trunk, struct config_report *report)
{
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        check_side(trunk, s, report);
        check_names(trunk, s, report);
    }
    check_inside(trunk, report);
}

static uint32_t same_names(const struct config_names *a, const struct config_names *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (strcmp(a->items[i], b->items[j]) == 0) return 1;
    return 0;
}

/* The first prefix that stands in both; NULL: none. Of nested ones the longer decides. */
static const ztrunk_prefix *shared_prefix(const struct config_prefixes *a,
                                          const struct config_prefixes *b)
{
    for (uint32_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = config_prefix_order(&a->items[i], &b->items[j]);

        if (order == 0) return &a->items[i];
        i += order < 0;
        j += order > 0;
    }
    return NULL;
}

uint32_t config_is_told_by_source(const struct config_peer *peer)
{
    return peer->identity == ZTRUNK_TLS_SERVER_ONLY || peer->names.count == 0;
}

/* A connection belongs to one trunk: by the name that was proved, or by its source alone. */
static void check_sources(const struct config_trunk *a, const struct config_trunk *b,
                          struct config_report *report)
{
    const struct config_peer *p = &a->side[CLOUD].peer, *q = &b->side[CLOUD].peer;
    uint32_t by_source = config_is_told_by_source(p) || config_is_told_by_source(q) ||
                         same_names(&p->names, &q->names);
    const ztrunk_prefix *shared =
        by_source ? shared_prefix(&a->side[CLOUD].signalling, &b->side[CLOUD].signalling) : NULL;
    char text[80], value[96];
    size_t len;

    if (shared == NULL) return;
    if (ztrunk_addr_format(&shared->addr, text, sizeof text, &len) != ZTRUNK_OK) text[0] = 0;
    snprintf(value, sizeof value, "%s/%u", text, shared->bits);
    complain(report, b->side[CLOUD].line, b, "cloud.signalling_prefixes", value,
             "another trunk on this listener has this prefix and would admit the same peer from "
             "the same source; give them names or signalling_prefixes that differ, or this trunk "
             "a listener of its own");
}

/* One listener has one TLS policy: were it a union, the CA of one trunk could speak for another. */
static void check_shared(const struct config_trunk *a, const struct config_trunk *b,
                         struct config_report *report)
{
    const struct config_peer *p = &a->side[CLOUD].peer, *q = &b->side[CLOUD].peer;

    if (strcmp(p->trust, q->trust) != 0 || strcmp(p->trust_next, q->trust_next) != 0 ||
        strcmp(p->crl, q->crl) != 0 || p->identity != q->identity || p->wildcards != q->wildcards ||
        a->side[CLOUD].tls_profile != b->side[CLOUD].tls_profile)
        complain(report, b->line, b, "cloud.listen", NULL,
                 "trunks on one listener must agree in trust, trust_next, crl, identity, wildcards "
                 "and tls_profile; "
                 "give this trunk a listener of its own");
    check_sources(a, b, report);
}

static uint32_t overlap(const struct config_side *a, const struct config_side *b)
{
    ztrunk_addr x = a->media_listen, y = b->media_listen;

    return ztrunk_addr_equal(&x, &y) && a->ports.first <= b->ports.last &&
           b->ports.first <= a->ports.last;
}

static void check_pair(const struct config_trunk *a, const struct config_trunk *b,
                       struct config_report *report)
{
    if (strcmp(a->name, b->name) == 0)
        complain(report, b->line, b, "name", NULL, "two trunks bear this name");
    if (ztrunk_addr_equal(&a->side[CLOUD].listen, &b->side[CLOUD].listen))
        check_shared(a, b, report);
    if (a->side[INSIDE].transport == b->side[INSIDE].transport &&
        ztrunk_addr_equal(&a->side[INSIDE].listen, &b->side[INSIDE].listen))
        complain(report, b->side[INSIDE].line, b, "inside.listen", NULL,
                 "another trunk listens there; each inside needs a port of its own");
    for (uint32_t i = CLOUD; i <= INSIDE; i++)
        for (uint32_t j = CLOUD; j <= INSIDE; j++)
            if (overlap(&a->side[i], &b->side[j]))
                complain(report, b->side[j].line, b,
                         j == CLOUD ? "cloud.media_ports" : "inside.media_ports", NULL,
                         "these ports overlap with another trunk's on the same address");
}

static void check_path(const struct config_alerts *alerts, const char *key, const char *path,
                       struct config_report *report)
{
    if (path[0] == 0 || path[0] == '/') return;
    config_complain(report, alerts->line, key, path, "a path that begins with / is wanted here");
}

static void check_alerts(const struct config_alerts *alerts, struct config_report *report)
{
    check_path(alerts, "alerts.spool", alerts->spool, report);
    check_path(alerts, "alerts.command", alerts->command, report);
    check_path(alerts, "alerts.receivers", alerts->receivers, report);
}

/* The privileged process touches no other table, whatever the program says. */
static void check_table(const char *name, struct config_report *report)
{
    static const char begin[] = "zerotrunk", safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                      "abcdefghijklmnopqrstuvwxyz0123456789_-";

    if (strncmp(name, begin, sizeof begin - 1) == 0 && name[strspn(name, safe)] == 0) return;
    config_complain(report, 0, "node.firewall_table", name,
                    "letters, digits, _ and -, the first of them zerotrunk, such as zerotrunk-2");
}

void config_check_sense(const struct config *config, struct config_report *report)
{
    static const uint8_t loopback6[16] = {[15] = 1};
    const ztrunk_addr *m = &config->metrics;

    config_check_admission(config, report);
    check_alerts(&config->alerts, report);
    check_table(config->firewall_table, report);
    if (config->trunk_count == 0)
        config_complain(report, 0, "trunks", NULL, "at least one trunk is needed");
    if ((m->family == 4 && m->ip[0] != 127) ||
        (m->family == 6 && memcmp(m->ip, loopback6, sizeof loopback6) != 0))
        config_complain(report, 0, "node.metrics", NULL,
                        "metrics are served on a loopback address only, such as 127.0.0.1:9560");
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        const struct config_trunk *trunk = &config->trunks[i];

        check_trunk(trunk, report);
        if (overlap(&trunk->side[CLOUD], &trunk->side[INSIDE]))
            complain(report, trunk->side[INSIDE].line, trunk, "inside.media_ports", NULL,
                     "these ports overlap with the cloud's on the same address");
        for (uint32_t j = 0; j < i; j++) check_pair(&config->trunks[j], trunk, report);
    }
}

static void check_moved(const struct config_trunk *old, const struct config_trunk *fresh,
                        struct config_report *report)
{
    static const char *const prefix[] = {"cloud", "inside"};

    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        const struct config_side *a = &old->side[s], *b = &fresh->side[s];

        if (!ztrunk_addr_equal(&a->listen, &b->listen) || a->transport != b->transport ||
            !ztrunk_addr_equal(&a->media_listen, &b->media_listen) ||
            a->ports.first != b->ports.first || a->ports.last != b->ports.last ||
            strcmp(a->interface, b->interface) != 0)
            complain(report, b->line, fresh, prefix[s], NULL,
                     "listen, interface, transport, media_listen and media_ports of a running "
                     "trunk cannot "
                     "change in a reload; restart, or give the trunk a new name");
    }
}

void config_check_reload(const struct config *old, const struct config *fresh,
                         struct config_report *report)
{
    if (!ztrunk_addr_equal(&old->metrics, &fresh->metrics) ||
        old->media_workers != fresh->media_workers || old->media_backend != fresh->media_backend ||
        strcmp(old->log_file, fresh->log_file) != 0 || strcmp(old->user, fresh->user) != 0 ||
        old->firewall != fresh->firewall || strcmp(old->firewall_table, fresh->firewall_table) != 0)
        config_complain(
            report, 0, "node", NULL,
            "metrics, media_workers, media_backend, user, firewall, firewall_table and log.file "
            "cannot change in a reload; restart");
    if (strcmp(old->alerts.spool, fresh->alerts.spool) != 0)
        config_complain(report, fresh->alerts.line, "alerts.spool", fresh->alerts.spool,
                        "it cannot change in a reload; restart");
    config_check_admission_reload(old, fresh, report);
    for (uint32_t i = 0; i < fresh->trunk_count; i++)
        for (uint32_t j = 0; j < old->trunk_count; j++)
            if (strcmp(old->trunks[j].name, fresh->trunks[i].name) == 0)
                check_moved(&old->trunks[j], &fresh->trunks[i], report);
}
