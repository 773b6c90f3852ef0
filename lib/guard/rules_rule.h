/* rules_rule.h - one rule: what it asks for, and how far a request comes with it. */
#ifndef ZTI_GUARD_RULES_RULE_H
#define ZTI_GUARD_RULES_RULE_H

#include <zerotrunk/rules.h>
#include "guard/rules_pattern.h"
#include "wire/sip_uri.h"

typedef struct zti_rule_host {
    zti_str name;     /* without the dot at its end; empty: an address */
    ztrunk_addr addr; /* family 0: a name */
    uint32_t port;    /* 0: any */
} zti_rule_host;

/* The texts are owned by the rule. */
typedef struct zti_rule {
    uint32_t flags, is_broken;
    uint32_t host_count, user_kind; /* user_kind 0: any user */
    zti_rule_host *hosts;
    zti_str tgrp, context, user, value; /* p NULL: not asked for */
    zti_pattern pattern;
} zti_rule;

/* A request as every rule sees it. */
typedef struct zti_rule_ask {
    zti_uri uri;
    zti_rule_host host;   /* of uri */
    zti_str user;         /* before its parameters */
    zti_str trunk_params; /* where RFC 4904 puts tgrp: of the user, of a tel: URI */
    zti_number number;    /* of user */
    uint32_t is_number, has_context;
    zti_str route, value; /* p NULL: not there */
} zti_rule_ask;

/* ZTRUNK_RULE_MATCHED, or what the URI itself is refused for. */
uint32_t zti_rule_ask_read(zti_str uri, zti_str route, zti_str value, zti_rule_ask *out);
/* ZTRUNK_RULE_MATCHED, or the first question that the request fails. */
uint32_t zti_rule_judge(const zti_rule *rule, const zti_rule_ask *ask);

/* "name", "name:5061", "192.0.2.1", "[2001:db8::1]:5061"; out->name lies in text. E_INVALID. */
int32_t zti_rule_host_read(zti_str text, zti_rule_host *out);
void zti_rule_end(ztrunk_ctx *ctx, zti_rule *rule); /* frees what it owns, wipes the secret */

#endif
