/* rules.h - which Request-URI is for us, and which number may be called.
 *
 * Two engines that share the reading of a number. ztrunk_rules: the rules of one trunk in one
 * direction; a request that matches none is to be dropped without an answer. ztrunk_toll: limits
 * against toll fraud, asked for a call that the rules let through.
 *
 * A number is read the same way everywhere. %HH is decoded once; the visual separators "-.()" are
 * left out; "+" or "00" in front makes it global (15 digits at most, RFC 3966, E.164), any other
 * stays as dialled (20 digits at most) and is never taken for a global one. What follows the first
 * ";" is not part of it. Letters, "*", "#", spaces, a "+" further on and a phone-context make it no
 * number. */
#ifndef ZEROTRUNK_RULES_H
#define ZEROTRUNK_RULES_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {                           /* flags of a rule */
       ZTRUNK_RULE_TEL = 1,      /* a tel: URI may match, whose hosts are then not asked for */
       ZTRUNK_RULE_SIPS_ONLY = 2 /* sip: does not match; without it sips: matches like sip: */
};

enum {                              /* how a rule reads the user part */
       ZTRUNK_RULE_USER_EXACT = 1,  /* the same number, or else the same bytes */
       ZTRUNK_RULE_USER_PREFIX = 2, /* a number that starts so: "+4930" */
       ZTRUNK_RULE_USER_PATTERN = 3 /* a number: "+49xxx.", "_0[1-9]ZXN!" */
};

enum { /* why a rule failed, in the order of the questions */
       ZTRUNK_RULE_MATCHED = 0,
       ZTRUNK_RULE_NONE = 1,     /* there is no rule */
       ZTRUNK_RULE_BAD_URI = 2,  /* broken, or with "?headers", which no Request-URI has */
       ZTRUNK_RULE_PASSWORD = 3, /* "user:password@" */
       ZTRUNK_RULE_MADDR = 4,    /* maddr names another target than the host */
       ZTRUNK_RULE_UNUSABLE = 5, /* the rule asks for nothing, or a call that built it failed */
       ZTRUNK_RULE_SCHEME = 6,   /* tel:, sip: or another, which this rule does not take */
       ZTRUNK_RULE_HOST = 7,
       ZTRUNK_RULE_ROUTE = 8, /* a Route header names a host that the rule does not */
       ZTRUNK_RULE_TRUNK_GROUP = 9,
       ZTRUNK_RULE_USER = 10,
       ZTRUNK_RULE_HEADER = 11
};

typedef struct ztrunk_rules_opts { /* zero: the default */
    uint32_t size, max_rules;      /* 64 */
    uint32_t max_hosts, reserved;  /* of one rule: 64 */
} ztrunk_rules_opts;

typedef struct ztrunk_rules_info {
    uint32_t size, count;
    uint64_t matched, denied;
    uint32_t reason, rule; /* of the last denial: the rule that came furthest; 0: none was asked */
} ztrunk_rules_info;

typedef struct ztrunk_rules ztrunk_rules;

ZTRUNK_API int32_t ztrunk_rules_new(ztrunk_ctx *ctx, const ztrunk_rules_opts *opts,
                                    ztrunk_rules **out);
/* A new rule; *rule is its number, from 1. It matches when all that the calls below ask for is
 * there; until one of them was made, and once one of them failed, it matches nothing. E_LIMIT. */
ZTRUNK_API int32_t ztrunk_rules_add(ztrunk_rules *r, uint32_t flags, uint32_t *rule);
/* One more host that the rule takes: a name (an IDN as its A-label "xn--..."), an IPv4 address or
 * [IPv6], with or without a port. Case and one dot at the end do not count. Without a port any port
 * matches; with one, the URI must write that port. E_INVALID, E_LIMIT. */
ZTRUNK_API int32_t ztrunk_rules_add_host(ztrunk_rules *r, uint32_t rule, const char *text,
                                         size_t len);
/* tgrp and trunk-context of RFC 4904, which stand in the user part of a sip: URI. Both must be
 * there, once; case does not count. context NULL: any. E_STATE: the rule has one. */
ZTRUNK_API int32_t ztrunk_rules_set_trunk_group(ztrunk_rules *r, uint32_t rule, const char *tgrp,
                                                size_t tgrp_len, const char *context,
                                                size_t context_len);
/* kind: ZTRUNK_RULE_USER_*. E_INVALID: no pattern. E_STATE: the rule has one. */
ZTRUNK_API int32_t ztrunk_rules_set_user(ztrunk_rules *r, uint32_t rule, uint32_t kind,
                                         const char *text, size_t len);
/* A header with exactly this value, which may be a secret. All rules of a handle ask for the same
 * header name. E_INVALID: no token, or an empty value. E_STATE: another name, or the rule has one.
 */
ZTRUNK_API int32_t ztrunk_rules_set_header(ztrunk_rules *r, uint32_t rule, const char *name,
                                           size_t name_len, const char *value, size_t value_len);
/* Loan until free: the header whose value check wants; NULL: none. */
ZTRUNK_API const char *ztrunk_rules_header_name(const ztrunk_rules *r);
/* The first rule that matches. route: the values of all Route headers, joined by commas; NULL:
 * there is none. value: of the header named above; NULL: it is not there, or more than once.
 * E_DENIED: drop the request without an answer; get_info says why. Takes time linear in the bytes
 * given, times the rules. */
ZTRUNK_API int32_t ztrunk_rules_check(ztrunk_rules *r, const char *uri, size_t uri_len,
                                      const char *route, size_t route_len, const char *value,
                                      size_t value_len, uint32_t *rule);
ZTRUNK_API int32_t ztrunk_rules_get_info(const ztrunk_rules *r, ztrunk_rules_info *info);
ZTRUNK_API const char *ztrunk_rule_reason_text(uint32_t reason); /* static */
ZTRUNK_API void ztrunk_rules_free(ztrunk_rules *r);

/* "+4930123" or "030123", with a NUL behind, for a log. E_MALFORMED: no number. */
ZTRUNK_API int32_t ztrunk_toll_number(const char *text, size_t len, char *out, size_t cap,
                                      size_t *out_len);

enum { /* what a prefix says */
       ZTRUNK_TOLL_ALLOW = 1,
       ZTRUNK_TOLL_DENY = 2,
       ZTRUNK_TOLL_PREMIUM = 3 /* denied unless ZTRUNK_TOLL_PREMIUM_TOO is set */
};

typedef struct ztrunk_toll_list_opts { /* zero: the default */
    uint32_t size, max_prefixes;       /* 16384 */
} ztrunk_toll_list_opts;

typedef struct ztrunk_toll_list ztrunk_toll_list;

ZTRUNK_API int32_t ztrunk_toll_list_new(ztrunk_ctx *ctx, const ztrunk_toll_list_opts *opts,
                                        ztrunk_toll_list **out);
/* "+49", "0049", "+" (every global number) or "030" (as dialled): digits alone. E_INVALID,
 * E_STATE: it is there already, E_LIMIT. */
ZTRUNK_API int32_t ztrunk_toll_list_add(ztrunk_toll_list *list, uint32_t kind, const char *prefix,
                                        size_t len);
ZTRUNK_API uint32_t ztrunk_toll_list_count(const ztrunk_toll_list *list);
/* The kind of the longest prefix, and how many digits it has. +979, the international premium rate
 * (ITU-T E.169.2), is premium where only a shorter prefix allows it. E_MALFORMED: no number.
 * E_NOTFOUND: no prefix. */
ZTRUNK_API int32_t ztrunk_toll_list_find(const ztrunk_toll_list *list, const char *number,
                                         size_t len, uint32_t *kind, uint32_t *digits);
ZTRUNK_API void ztrunk_toll_list_free(ztrunk_toll_list *list);

enum {                             /* flags of the limits */
       ZTRUNK_TOLL_HOURS = 1,      /* hours decide; without it any hour will do */
       ZTRUNK_TOLL_PREMIUM_TOO = 2 /* premium prefixes are allowed */
};

enum { /* why a call may not be made, in the order of the questions */
       ZTRUNK_TOLL_OK = 0,
       ZTRUNK_TOLL_NUMBER = 1,  /* what is called is no number */
       ZTRUNK_TOLL_UNKNOWN = 2, /* there is a list, and no prefix of it fits */
       ZTRUNK_TOLL_DENIED = 3,
       ZTRUNK_TOLL_IS_PREMIUM = 4,
       ZTRUNK_TOLL_HOUR = 5,
       ZTRUNK_TOLL_CALLER = 6,       /* the caller has no name, or one of more than 64 bytes */
       ZTRUNK_TOLL_CALLER_CALLS = 7, /* at once */
       ZTRUNK_TOLL_CALLER_RATE = 8,  /* in the window */
       ZTRUNK_TOLL_NUMBER_CALLS = 9,
       ZTRUNK_TOLL_NUMBER_RATE = 10,
       ZTRUNK_TOLL_FULL = 11 /* max_calls are under way */
};

typedef struct ztrunk_toll_opts {   /* zero: the default */
    uint32_t size, max_calls;       /* 4096, at most 2^20 */
    uint32_t max_parties, reserved; /* callers, and as many numbers: 16384; at least max_calls */
} ztrunk_toll_opts;

typedef struct ztrunk_toll_limits { /* zero: no such limit */
    uint32_t size, flags;
    uint32_t caller_calls, caller_rate; /* of one caller: at once, in any window_ns */
    uint32_t number_calls, number_rate; /* to one number */
    uint64_t window_ns;                 /* 0: 60 s */
    uint64_t max_call_ns;
    int32_t utc_offset_s; /* of the hours: -50400 to 50400; no summer time */
    uint32_t reserved;
    uint32_t hours[7]; /* Sunday first; bit 0: from 0:00 to 0:59 */
} ztrunk_toll_limits;

typedef struct ztrunk_toll_info {
    uint32_t size, calls, callers, numbers; /* kept now */
    uint64_t allowed, denied, forgotten;    /* forgotten: idle parties that gave way */
    uint32_t reason, status;                /* of the last call asked for; status: what SIP says */
    uint32_t digits, reserved;              /* of the prefix that decided it, 0: none did */
} ztrunk_toll_info;

typedef struct ztrunk_toll ztrunk_toll;

ZTRUNK_API int32_t ztrunk_toll_new(ztrunk_ctx *ctx, const ztrunk_toll_opts *opts,
                                   ztrunk_toll **out);
/* Takes the list over; the one before is freed. NULL: every number may be called. */
ZTRUNK_API int32_t ztrunk_toll_set_list(ztrunk_toll *t, ztrunk_toll_list *list);
/* Calls under way stay; another window_ns starts the counting of new calls again. E_INVALID. */
ZTRUNK_API int32_t ztrunk_toll_set_limits(ztrunk_toll *t, const ztrunk_toll_limits *limits);
/* May this caller call this number now? Then the call counts until ztrunk_toll_end(*id); hang it
 * up at *deadline_ns (UINT64_MAX: never). number: a user part, or what follows "tel:". caller: a
 * number or any text, as it was proved or asserted. E_DENIED: get_info says why; nothing but a
 * counter has changed. Allocates nothing. */
ZTRUNK_API int32_t ztrunk_toll_begin(ztrunk_toll *t, uint64_t now_ns, int64_t wall_s,
                                     const char *caller, size_t caller_len, const char *number,
                                     size_t number_len, uint64_t *id, uint64_t *deadline_ns);
ZTRUNK_API int32_t ztrunk_toll_end(ztrunk_toll *t, uint64_t id);
ZTRUNK_API int32_t ztrunk_toll_get_info(const ztrunk_toll *t, ztrunk_toll_info *info);
ZTRUNK_API const char *ztrunk_toll_reason_text(uint32_t reason); /* static */
ZTRUNK_API void ztrunk_toll_free(ztrunk_toll *t);

#ifdef __cplusplus
}
#endif
#endif
