/* firewall_rules.h - what passes between the node and its clouds, whatever the firewall's words. */
#ifndef ZEROTRUNKD_FIREWALL_RULES_H
#define ZEROTRUNKD_FIREWALL_RULES_H

#include "config.h"

struct rule { /* a new connection that passes */
    uint32_t is_out, is_udp;
    struct config_range ports, from; /* where to; from.first 0: from any port */
    ztrunk_prefix remote;
    const struct config_addrs *local; /* the node's, of struct rules; NULL: any of its own */
    const char *trunk, *about;        /* trunk: of the configuration; "": all of them */
};

struct rules {
    size_t count, room;
    struct rule *items; /* in the order of rule_order */
    uint32_t trunk_count;
    struct config_addrs signalling[CONFIG_MAX_TRUNKS], media[CONFIG_MAX_TRUNKS];
};

/* Fills what is all 0. -1: no memory; rules_end is due all the same. */
int rules_make(struct rules *rules, const struct config *config, const struct config_addrs *dns);
void rules_end(struct rules *rules);
/* 1: a peer is given by its name alone. */
uint32_t rules_need_dns(const struct config *config);
/* As qsort wants it: 0 for what one rule lets pass that knows no addresses and source ports of the
 * node's own. */
int rule_order(const void *a, const void *b);

#endif
