/* config.h - the configuration of zerotrunkd: what zerotrunkd.conf(5) describes, as values. */
#ifndef ZEROTRUNKD_CONFIG_H
#define ZEROTRUNKD_CONFIG_H

#include <stdint.h>
#include <zerotrunk/admission.h>
#include <zerotrunk/cert.h>
#include <zerotrunk/core.h>
#include <zerotrunk/digest.h>
#include <zerotrunk/rules.h>
#include <zerotrunk/tls.h>

enum {
    CONFIG_MAX_TRUNKS = 64,
    CONFIG_MAX_PREFIXES = 4096,
    CONFIG_MAX_MEDIA_PREFIXES = 16, /* what the relay takes for one leg */
    CONFIG_MAX_NAMES = 16,
    CONFIG_MAX_ADDRS = 8,
    CONFIG_MAX_SUITES = 8,
    CONFIG_MAX_RANGES = 4,
    CONFIG_MAX_ERRORS = 20,
    CONFIG_MAX_FILE = 1024 * 1024,
    CONFIG_MAX_RULES = 64,
    CONFIG_MAX_NUMBERS = 4096,
    CONFIG_NUMBER = 24, /* the text of a number or of what it begins with */
    CONFIG_USER = 64,
    CONFIG_REALM = 129,
    CONFIG_PATH = 512,
    CONFIG_HOST = 256,
    CONFIG_ACCOUNT = 64,
    CONFIG_INTERFACE = 16,
    CONFIG_TABLE = 32, /* the name of the table in the kernel */
    CONFIG_LEVELS = ZTRUNK_ADMIT_ADDRESS + 1
};

enum { CONFIG_FIREWALL_NONE = 0, CONFIG_FIREWALL_NFTABLES = 1 };
enum { CONFIG_RELOAD_AUTO = 0, CONFIG_RELOAD_SIGNAL = 1 };
enum { CONFIG_PROBE_FQDN = 0, CONFIG_PROBE_LISTEN = 1, CONFIG_PROBE_OFF = 2 };
enum { CONFIG_CRL_HARD = 0, CONFIG_CRL_SOFT = 1 };
enum { CONFIG_END_CLOSE = 0, CONFIG_END_DRAIN = 1 }; /* of a peer that is trusted no more */
enum { CONFIG_OCSP_OFF = 0, CONFIG_OCSP_SOFT = 1, CONFIG_OCSP_HARD = 2 };
enum { CONFIG_MEDIA_RTP = 0, CONFIG_MEDIA_SRTP = 1 };
enum { CLOUD = 0, INSIDE = 1 }; /* the two sides of a trunk, and the legs of its calls */

struct config_hostport {
    char host[CONFIG_HOST];
    uint16_t port; /* 0: none given */
};

struct config_ports {
    uint16_t first, last; /* even, odd */
};

struct config_prefixes {
    uint32_t count;
    ztrunk_prefix *items; /* in the order of config_prefix_order; NULL: the file says nothing */
};

struct config_names {
    uint32_t count;
    char items[CONFIG_MAX_NAMES][CONFIG_HOST];
};

struct config_addrs {
    uint32_t count;
    ztrunk_addr items[CONFIG_MAX_ADDRS];
};

struct config_suites {
    uint32_t count;
    uint32_t items[CONFIG_MAX_SUITES]; /* ZTRUNK_SUITE_*, in the order of preference */
};

struct config_range {
    uint16_t first, last;
};

struct config_ranges {
    uint32_t count;
    struct config_range items[CONFIG_MAX_RANGES];
};

struct config_identity {
    char certificate[CONFIG_PATH], key[CONFIG_PATH];
    char anchors[CONFIG_PATH];     /* the CAs that peers know us by; "": not known */
    uint32_t reload;               /* CONFIG_RELOAD_* */
    uint32_t drain_seconds;        /* how long a connection outlives its certificate */
    uint32_t wait;                 /* 1: a start without them waits for them */
    uint32_t rollback;             /* handshakes that a peer refuses; 0: it is never rolled back */
    uint32_t probe, probe_seconds; /* CONFIG_PROBE_*: a handshake with our own name, how often */
    uint32_t line;
    ztrunk_cert_info leaf; /* of the certificate that is in use */
};

struct config_pem { /* NULL: there is none */
    uint8_t *data;
    size_t len, max;
};

struct config_peer_files {
    struct config_pem trust, trust_next, crl;
};

struct config_files { /* what the files held when they were found good, together */
    struct config_pem chain, key, anchors;
    struct config_peer_files peer[CONFIG_MAX_TRUNKS][2];
    ztrunk_cert_info leaf;
};

struct config_digest {
    uint32_t line; /* 0: there is no such section */
    char realm[CONFIG_REALM], user[CONFIG_REALM], password_file[CONFIG_PATH];
    uint32_t algorithms; /* ZTRUNK_DIGEST_* */
};

struct config_peer { /* who stands at the far end of a TLS side */
    struct config_hostport host;
    struct config_addrs addresses; /* none: asked of the DNS */
    uint32_t identity, wildcards;  /* ZTRUNK_TLS_MUTUAL ... */
    struct config_names names;     /* none in the file: the host */
    char trust[CONFIG_PATH], crl[CONFIG_PATH];
    char trust_next[CONFIG_PATH];         /* anchors that are to come; "": none */
    uint32_t crl_policy;                  /* CONFIG_CRL_* */
    uint32_t revoked, expired;            /* CONFIG_END_*, while it is connected */
    uint32_t reverse_proof, reverse_port; /* ZTRUNK_IDENTITY_OFF, _WARN, _ENFORCE */
    uint32_t ocsp;                        /* CONFIG_OCSP_* */
    uint32_t ocsp_seconds;                /* after which it is asked again at the latest */
    uint32_t port;                        /* where host names none; 0: the transport's */
    uint32_t require;                     /* ZTRUNK_FACT_*, of new requests; 0: not in the file */
    uint32_t require_mode, from_check;    /* ZTRUNK_IDENTITY_OFF, _WARN, _ENFORCE */
    struct config_names from_domains;     /* none: every host that is no other trunk's */
    struct config_digest digest;
    struct config_ranges media_ports, former_media_ports; /* the peer's; none: any above 1023 */
    uint32_t line;
};

struct config_admission {
    ztrunk_admission_limits limits[CONFIG_LEVELS]; /* common ones; a trunk has its own */
    uint32_t points, block_seconds, max_block_seconds, calm_seconds;
    uint32_t max_addresses, line;
};

struct config_alerts { /* whom alarms are told, besides the log; spool empty: nobody */
    char spool[CONFIG_PATH], command[CONFIG_PATH], receivers[CONFIG_PATH];
    uint32_t line, max_records, settle_seconds;
};

enum { CONFIG_USER_EXACT = 0, CONFIG_USER_PREFIX = 1, CONFIG_USER_PATTERN = 2 };
enum { CONFIG_USER_KINDS = 3 };
enum { CONFIG_SILENT = 0 }; /* in place of a status: there is no answer */

struct config_rule { /* what a Request-URI must have; an empty text asks for nothing */
    struct config_names hosts;
    char tgrp[CONFIG_USER], trunk_context[CONFIG_HOST];
    char user[CONFIG_USER_KINDS][CONFIG_USER];
    char header[CONFIG_USER], value[CONFIG_HOST];
    uint32_t is_tel, is_sips_only, line;
};

struct config_rules {
    uint32_t deny; /* the status of the answer to what matches none, or CONFIG_SILENT */
    uint32_t count;
    struct config_rule domains; /* the short form: a rule of hosts alone, before the others */
    struct config_rule *items;
};

struct config_side {
    uint32_t transport;         /* ZTRUNK_NET_*; the cloud's is TLS */
    uint32_t tls_profile;       /* ZTRUNK_TLS_PROFILE_* */
    uint32_t media, any_source; /* CONFIG_MEDIA_*; 1: a prefix of length 0 is meant */
    uint32_t options_seconds;   /* 0: none are sent */
    ztrunk_addr listen, media_listen;
    ztrunk_addr address;              /* what SDP and, inside, Contact name */
    uint32_t interface_index;         /* 0: any, or there is none of that name */
    char interface[CONFIG_INTERFACE]; /* "": packets may come by any */
    struct config_peer peer;
    struct config_prefixes signalling, media_from;
    struct config_ports ports;
    struct config_suites suites;
    ztrunk_admission_limits limits;  /* of all of its peers together */
    uint32_t block;                  /* 1: an address that abuses is blocked */
    struct config_rules request_uri; /* of requests from that side; no rule: any will do */
    uint32_t line;
};

struct config_numbers {
    uint32_t count;
    char (*items)[CONFIG_NUMBER]; /* NULL: the file says nothing */
};

struct config_toll {
    uint32_t line;       /* 0: there is no such section, and no limit */
    uint32_t directions; /* 1 << CLOUD, 1 << INSIDE: calls from there are asked for */
    uint32_t deny; /* the status of the answer to a call that may not be made, or CONFIG_SILENT */
    uint32_t allow_premium, window_seconds, max_call_seconds;
    struct config_numbers allow, refuse, premium; /* prefixes */
    struct config_numbers always;                 /* whole numbers, as the engine writes them */
    ztrunk_toll_limits limits;
};

struct config_profile { /* what a trunk has from a dated file of its cloud */
    char name[CONFIG_PATH], unverified[CONFIG_HOST];
    uint32_t line;
    int32_t oldest_day; /* when the first of its values was read: days since 1970 */
};

struct config_trunk {
    char name[64];
    uint32_t line, max_calls;
    uint32_t pass_identity; /* 1: P-Asserted-Identity crosses the trunk */
    uint32_t pass_location; /* 1: Geolocation does, and the body part that it names */
    uint32_t media_timeout_seconds;
    struct config_side side[2];
    struct config_names codecs, headers;
    struct config_toll toll;
    struct config_profile profile;
};

struct config_error {
    uint32_t line; /* 1-based; 0: the file as a whole */
    char text[768];
};

struct config_report { /* everything that is wrong with one file, or odd */
    uint32_t count, dropped;
    struct config_error errors[CONFIG_MAX_ERRORS];
};

struct config {
    char fqdn[CONFIG_HOST];
    uint32_t log_format, firewall; /* LOG_JSON ... of log.h; CONFIG_FIREWALL_* */
    char log_file[CONFIG_PATH];
    char user[CONFIG_ACCOUNT]; /* whom root becomes */
    char firewall_table[CONFIG_TABLE];
    ztrunk_addr metrics; /* family 0: none */
    uint32_t drain_seconds, media_workers, answer_seconds, proof_seconds;
    uint32_t media_backend; /* ZTRUNK_RELAY_* */
    struct config_identity identity;
    struct config_admission admission;
    struct config_alerts alerts;
    uint32_t trunk_count;
    struct config_trunk trunks[CONFIG_MAX_TRUNKS];
    struct config_report notes; /* no errors, but its owner should know */
    struct config_files *files; /* until they have been made use of, or NULL */
};

/* Notes "key: "value": want" for a line; value NULL: no value is shown. Bytes that could forge a
 * line are escaped. */
void config_complain(struct config_report *report, uint32_t line, const char *key,
                     const char *value, const char *want);
/* Writes "file:line: text" for each error. */
void config_print(const struct config_report *report, const char *file, void *stream);

/* Reads YAML text. NULL: report says why. The caller frees. */
struct config *config_parse(const char *text, size_t len, struct config_report *report);
/* Reads a file, not those that it names: the certificates may be elsewhere. */
struct config *config_read(ztrunk_ctx *ctx, const char *file, int64_t wall_s,
                           struct config_report *report);
/* Reads a file, and proves that the files which it names can be used together at time wall_s. */
struct config *config_load(ztrunk_ctx *ctx, const char *file, int64_t wall_s,
                           struct config_report *report);
void config_free(struct config *config);
const struct config_trunk *config_trunk_of(const struct config *config, const char *name);
/* 1 when one of the prefixes covers addr; an empty list covers nobody. */
uint32_t config_covers(const struct config_prefixes *prefixes, const ztrunk_addr *addr);
/* As qsort wants it, of two ztrunk_prefix: 0 for the same addresses alone. */
int config_prefix_order(const void *a, const void *b);
/* A copy in place of what *to had. -1: no memory. */
int config_prefixes_copy(const struct config_prefixes *from, struct config_prefixes *to);
/* The prefixes as a filter of the kernel wants them: by the interface of the side. */
void config_side_filter(const struct config_side *side, const struct config_prefixes *from,
                        ztrunk_prefix *to);

/* Where the listener of a side can be reached on this machine. */
ztrunk_addr config_reach(const struct config_side *side);
/* 1: that listener is shaken hands with, in our own name (identity.probe). */
uint32_t config_is_probed(const struct config *config, const struct config_side *side);
/* The source that the kernel must let pass for it; 0: there is none. */
uint32_t config_probe_source(const struct config *config, const struct config_side *side,
                             ztrunk_prefix *own);
/* 1: a peer that shows no certificate by policy, or may bear any name, is told by its source; 0: by
 * the name that it proves. */
uint32_t config_is_told_by_source(const struct config_peer *peer);
/* What two trunks or two keys of one config may not say together. */
void config_check_sense(const struct config *config, struct config_report *report);
/* Notes what is old, unverified or given up by its cloud, as of wall_s. */
void config_check_profiles(struct config *config, int64_t wall_s);
void config_preset_admission(struct config_admission *a);
void config_check_admission(const struct config *config, struct config_report *report);
void config_check_admission_reload(const struct config *old, const struct config *fresh,
                                   struct config_report *report);
/* Certificates, keys, anchors, CRLs, all that is wrong with them at once. NULL: report says what.
 */
struct config_files *config_files_read(ztrunk_ctx *ctx, const struct config *config, int64_t wall_s,
                                       struct config_report *report);
void config_files_free(struct config_files *files); /* wipes */
/* The rules by their number in the engine, from 1; NULL: there are not so many. */
const struct config_rule *config_rule_of(const struct config_rules *rules, uint32_t number);
/* "request_uri.rules[0]", as a complaint would name it; "none". */
void config_rule_name(const struct config_rules *rules, uint32_t side, uint32_t number, char *name,
                      size_t cap);
/* The rules of one side of a trunk; *out NULL: any Request-URI will do. With a report the faults of
 * the file are noted there; without one they are errors. */
int32_t config_make_rules(ztrunk_ctx *ctx, const struct config_trunk *trunk, uint32_t side,
                          struct config_report *report, ztrunk_rules **out);
void config_check_rules(ztrunk_ctx *ctx, const struct config *config, struct config_report *report);
void config_rules_end(struct config_rules *rules);

/* ZTRUNK_DIGEST_* by its name; 0: none. */
uint32_t config_algorithm_of(const char *text, size_t len);
/* What a peer's requests must have where the file does not say it. */
void config_preset_facts(const struct config *config, struct config_peer *peer);
void config_check_facts(struct config *config, struct config_report *report);
/* The realm of a trunk's cloud, with the password from its file; *out NULL: it is asked for none.
 */
int32_t config_make_digest(ztrunk_ctx *ctx, const struct config_trunk *trunk,
                           struct config_report *report, ztrunk_digest **out);
void config_check_digests(ztrunk_ctx *ctx, const struct config *config,
                          struct config_report *report);

void config_preset_toll(struct config_toll *toll);
/* The prefixes of a trunk; *out NULL: it has no section toll. As config_make_rules. */
int32_t config_make_toll(ztrunk_ctx *ctx, const struct config_trunk *trunk,
                         struct config_report *report, ztrunk_toll_list **out);
/* 1 for a number that no limit may hold up, such as an emergency call's. */
uint32_t config_toll_exempts(const struct config_toll *toll, const char *number, size_t len);
void config_check_toll(ztrunk_ctx *ctx, const struct config *config, struct config_report *report);
void config_toll_end(struct config_toll *toll);
/* A reload may not move what is bound: names each key that would. */
void config_check_reload(const struct config *old, const struct config *fresh,
                         struct config_report *report);

/* A new TLS configuration of one side of a trunk of config; role ZTRUNK_TLS_*. The names of all
 * trunks of the list are allowed to a server. */
int32_t config_tls(ztrunk_ctx *ctx, const struct config *config, const struct config_files *files,
                   const struct config_trunk *trunk, uint32_t side, uint32_t role,
                   ztrunk_tls_conf **out);

#endif
