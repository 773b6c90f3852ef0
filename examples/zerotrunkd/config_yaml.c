/* The tables of keys, and the way from YAML text to a struct config. */
#include "config_schema.h"
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/proof.h>
#include <zerotrunk/relay.h>
#include <zerotrunk/rt.h>
#include "log.h"

#define WANT_ADDR      "a numeric address and port, such as 203.0.113.10:5061 or [2001:db8::1]:5061"
#define WANT_IP        "a numeric address without port, such as 203.0.113.10 or 2001:db8::1"
#define WANT_PORTS     "an even and an odd port with a dash, such as 20000-20999, not below 1024"
#define WANT_PREFIXES  "prefixes such as 203.0.113.0/24 with no bits set behind the length"
#define WANT_SUITES    "SRTP suites such as AES_CM_128_HMAC_SHA1_80 or AEAD_AES_256_GCM"
#define WANT_INTERFACE "the name of a network interface, shorter than 16 bytes"
#define WANT_HOSTPORT  "a host name or an address, with :port where it is not the default"

static const struct schema_choice formats[] = {{"json", LOG_JSON},     {"text", LOG_TEXT},
                                               {"syslog", LOG_SYSLOG}, {"cef", LOG_CEF},
                                               {"ocsf", LOG_OCSF},     {NULL, 0}};
static const struct schema_choice firewalls[] = {{"none", CONFIG_FIREWALL_NONE},
                                                 {"nftables", CONFIG_FIREWALL_NFTABLES},
                                                 {NULL, 0}};
static const struct schema_choice tls_profiles[] = {{"strict", ZTRUNK_TLS_PROFILE_STRICT},
                                                    {"genesys", ZTRUNK_TLS_PROFILE_GENESYS},
                                                    {NULL, 0}};
static const struct schema_choice transports[] = {{"udp", ZTRUNK_NET_UDP},
                                                  {"tcp", ZTRUNK_NET_TCP},
                                                  {"tls", ZTRUNK_NET_TLS},
                                                  {NULL, 0}};
static const struct schema_choice medias[] = {{"rtp", CONFIG_MEDIA_RTP},
                                              {"srtp", CONFIG_MEDIA_SRTP},
                                              {NULL, 0}};

static const struct schema_choice backends[] = {{"auto", ZTRUNK_RELAY_ANY},
                                                {"epoll", ZTRUNK_RELAY_EPOLL},
                                                {"io_uring", ZTRUNK_RELAY_URING},
                                                {NULL, 0}};

static const struct schema_key log_keys[] = {
    {KEY("format", schema_read_choice, config, log_format), .choices = formats},
    {KEY("file", schema_read_text, config, log_file), .max = CONFIG_PATH,
     .want = "a file name shorter than 512 bytes, or - for standard output"},
    END};

static const struct schema_key node_keys[] = {
    {KEY("fqdn", schema_read_host, config, fqdn), .is_required = 1,
     .want = "the public host name of this node, such as sbc.example.com"},
    {.name = "log", .read = schema_read_section, .keys = log_keys},
    {KEY("user", schema_read_text, config, user), .max = CONFIG_ACCOUNT,
     .want = "a user of this machine, whom root becomes; root: it stays root"},
    {KEY("firewall", schema_read_choice, config, firewall), .choices = firewalls},
    {KEY("firewall_table", schema_read_text, config, firewall_table), .max = CONFIG_TABLE,
     .want = "a name such as zerotrunk-2, shorter than 32 bytes"},
    {KEY("metrics", schema_read_addr, config, metrics),
     .want = "a loopback address and port, such as 127.0.0.1:9560"},
    {KEY("drain_seconds", schema_read_number, config, drain_seconds), .max = 86400,
     .want = "seconds"},
    {KEY("answer_seconds", schema_read_number, config, answer_seconds), .min = 10, .max = 3600,
     .want = "seconds"},
    {KEY("proof_seconds", schema_read_number, config, proof_seconds), .min = 4, .max = 86400,
     .want = "seconds"},
    {KEY("media_workers", schema_read_number, config, media_workers), .min = 1, .max = 64,
     .want = "a number of threads"},
    {KEY("media_backend", schema_read_choice, config, media_backend), .choices = backends},
    END};

static void read_peer(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    struct config_peer *peer = field;

    peer->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, key->keys, peer);
}

/* How much the peers of either side may ask. */
#define SOURCE_KEYS                                                                                \
    {KEY("limits", schema_read_section, config_side, limits), .keys = limits_keys},                \
    {                                                                                              \
        KEY("block", schema_read_flag, config_side, block)                                         \
    }

const struct schema_key cloud_keys[] = {
    {KEY("listen", schema_read_addr, config_side, listen), .is_required = 1, .want = WANT_ADDR},
    {KEY("interface", schema_read_text, config_side, interface), .max = CONFIG_INTERFACE,
     .want = WANT_INTERFACE},
    {KEY("public_address", schema_read_ip, config_side, address), .want = WANT_IP},
    {KEY("media_listen", schema_read_ip, config_side, media_listen), .want = WANT_IP},
    {KEY("media_ports", schema_read_ports, config_side, ports), .is_required = 1,
     .want = WANT_PORTS},
    {KEY("peer", read_peer, config_side, peer), .is_required = 1, .keys = peer_keys},
    {.name = "profile", .read = schema_read_profile},
    {KEY("tls_profile", schema_read_choice, config_side, tls_profile), .choices = tls_profiles},
    {KEY("signalling_prefixes", schema_read_prefixes, config_side, signalling),
     .max = CONFIG_MAX_PREFIXES, .want = WANT_PREFIXES},
    {KEY("media_prefixes", schema_read_prefixes, config_side, media_from),
     .max = CONFIG_MAX_MEDIA_PREFIXES, .want = WANT_PREFIXES},
    {KEY("any_source", schema_read_flag, config_side, any_source)},
    {KEY("suites", schema_read_suites, config_side, suites), .want = WANT_SUITES},
    {KEY("options_seconds", schema_read_number, config_side, options_seconds), .max = 3600,
     .want = "seconds, 0 for none,"},
    SOURCE_KEYS,
    END};

static const struct schema_key inside_keys[] = {
    {KEY("transport", schema_read_choice, config_side, transport), .choices = transports,
     .is_required = 1},
    {KEY("listen", schema_read_addr, config_side, listen), .is_required = 1, .want = WANT_ADDR},
    {KEY("interface", schema_read_text, config_side, interface), .max = CONFIG_INTERFACE,
     .want = WANT_INTERFACE},
    {KEY("address", schema_read_ip, config_side, address), .want = WANT_IP},
    {KEY("media_listen", schema_read_ip, config_side, media_listen), .want = WANT_IP},
    {KEY("media_ports", schema_read_ports, config_side, ports), .is_required = 1,
     .want = WANT_PORTS},
    {KEY("peer", schema_read_hostport, config_side, peer.host), .is_required = 1,
     .want = WANT_HOSTPORT},
    {KEY("tls", read_peer, config_side, peer), .keys = inside_tls_keys},
    {KEY("media", schema_read_choice, config_side, media), .choices = medias, .is_required = 1},
    {KEY("request_uri", schema_read_rules, config_side, request_uri)},
    {KEY("prefixes", schema_read_prefixes, config_side, signalling), .max = CONFIG_MAX_PREFIXES,
     .want = WANT_PREFIXES},
    {KEY("media_prefixes", schema_read_prefixes, config_side, media_from),
     .max = CONFIG_MAX_MEDIA_PREFIXES, .want = WANT_PREFIXES},
    {KEY("any_source", schema_read_flag, config_side, any_source)},
    {KEY("suites", schema_read_suites, config_side, suites), .want = WANT_SUITES},
    {KEY("options_seconds", schema_read_number, config_side, options_seconds), .max = 3600,
     .want = "seconds, 0 for none,"},
    SOURCE_KEYS,
    END};

static void read_side(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                      void *field)
{
    struct config_side *side = field;

    side->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, key->keys, side);
}

static const struct schema_key header_keys[] = {
    {KEY("p_asserted_identity", schema_read_flag, config_trunk, pass_identity)},
    {KEY("location", schema_read_flag, config_trunk, pass_location)},
    {KEY("pass", schema_read_headers, config_trunk, headers),
     .want = "names of headers that begin with X-"},
    END};

const struct schema_key trunk_keys[] = {
    {KEY("name", schema_read_string, config_trunk, name), .is_required = 1, .max = 64,
     .want = "letters, digits, dots, hyphens and underscores, at most 63"},
    {KEY("cloud", read_side, config_trunk, side[CLOUD]), .is_required = 1, .keys = cloud_keys},
    {KEY("inside", read_side, config_trunk, side[INSIDE]), .is_required = 1, .keys = inside_keys},
    {KEY("request_uri", schema_read_rules, config_trunk, side[CLOUD].request_uri)},
    {KEY("toll", schema_read_toll, config_trunk, toll)},
    {.name = "headers", .read = schema_read_section, .keys = header_keys},
    {KEY("codecs", schema_read_codecs, config_trunk, codecs),
     .want = "codec names such as opus, PCMU, PCMA and telephone-event"},
    {KEY("max_calls", schema_read_number, config_trunk, max_calls), .min = 1, .max = 100000,
     .want = "a number of calls"},
    {KEY("media_timeout_seconds", schema_read_number, config_trunk, media_timeout_seconds),
     .max = 86400, .want = "seconds, 0 for never,"},
    END};

static void preset_trunk(struct config_trunk *trunk)
{
    static const char *const codecs[] = {"opus", "PCMU", "PCMA", "telephone-event"};

    trunk->max_calls = 1000;
    config_preset_toll(&trunk->toll);
    trunk->side[CLOUD].transport = ZTRUNK_NET_TLS;
    trunk->side[CLOUD].media = CONFIG_MEDIA_SRTP;
    trunk->side[CLOUD].options_seconds = 30;
    trunk->side[CLOUD].request_uri.deny = CONFIG_SILENT;
    trunk->side[INSIDE].request_uri.deny = 404;
    for (uint32_t side = CLOUD; side <= INSIDE; side++) {
        struct config_suites *suites = &trunk->side[side].suites;

        trunk->side[side].peer.reverse_proof = REVERSE_UNSAID;
        trunk->side[side].peer.require_mode = ZTRUNK_IDENTITY_ENFORCE;
        trunk->side[side].peer.from_check = ZTRUNK_IDENTITY_ENFORCE;
        trunk->side[side].peer.ocsp_seconds = 3600;
        trunk->side[side].peer.expired = CONFIG_END_DRAIN;
        suites->items[suites->count++] = ZTRUNK_SUITE_AES_CM_128_HMAC_SHA1_80;
        suites->items[suites->count++] = ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_80;
        suites->items[suites->count++] = ZTRUNK_SUITE_AEAD_AES_256_GCM;
        suites->items[suites->count++] = ZTRUNK_SUITE_AEAD_AES_128_GCM;
    }
    for (; trunk->codecs.count < sizeof codecs / sizeof codecs[0]; trunk->codecs.count++)
        memcpy(trunk->codecs.items[trunk->codecs.count], codecs[trunk->codecs.count],
               strlen(codecs[trunk->codecs.count]) + 1);
}

/* Whose calls and media are taken is said by the file or by the profile of its cloud. */
static void need_prefixes(struct schema_reader *r, const struct config_trunk *trunk)
{
    const struct config_side *cloud = &trunk->side[CLOUD];
    const struct config_prefixes *const lists[] = {&cloud->signalling, &cloud->media_from};
    static const char *const names[] = {"signalling_prefixes", "media_prefixes"};
    char key[sizeof r->path + 32];

    for (uint32_t i = 0; i < 2 && cloud->line > 0; i++) {
        if (lists[i]->items != NULL) continue;
        snprintf(key, sizeof key, "%s.cloud.%s", r->path, names[i]);
        config_complain(r->report, cloud->line, key, NULL,
                        trunk->profile.line == 0
                            ? "this key is missing and has no default"
                            : "this key is missing, and the profile does not know it; ask your "
                              "account with the cloud, or its documentation");
    }
}

static void read_trunks(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config *config = field;
    size_t len = strlen(r->path);

    if (node->type != YAML_SEQUENCE_NODE) {
        schema_complain(r, node, key->want);
        return;
    }
    for (const yaml_node_item_t *i = node->data.sequence.items.start;
         i < node->data.sequence.items.top; i++) {
        yaml_node_t *item = yaml_document_get_node(&r->document, *i);
        struct config_trunk *trunk = &config->trunks[config->trunk_count];

        if (config->trunk_count == CONFIG_MAX_TRUNKS) {
            schema_complain(r, item, "no more than 64 trunks are taken");
            return;
        }
        snprintf(r->path + len, sizeof r->path - len, "[%u]", config->trunk_count);
        preset_trunk(trunk);
        schema_preset_profile(r, item, trunk);
        trunk->line = (uint32_t)item->start_mark.line + 1;
        schema_section(r, item, trunk_keys, trunk);
        need_prefixes(r, trunk);
        r->path[len] = 0;
        config->trunk_count++;
    }
}

static void read_identity(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                          void *field)
{
    struct config_identity *identity = field;

    identity->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, key->keys, identity);
}

static void read_admission(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                           void *field)
{
    struct config_admission *admission = field;

    admission->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, key->keys, admission);
}

static const struct schema_key alerts_keys[] = {
    {KEY("spool", schema_read_text, config_alerts, spool), .is_required = 1, .max = CONFIG_PATH,
     .want = "an absolute path, shorter than 512 bytes"},
    {KEY("command", schema_read_text, config_alerts, command), .max = CONFIG_PATH,
     .want = "an absolute path, shorter than 512 bytes"},
    {KEY("receivers", schema_read_text, config_alerts, receivers), .max = CONFIG_PATH,
     .want = "an absolute path, shorter than 512 bytes"},
    {KEY("max_records", schema_read_number, config_alerts, max_records), .min = 16, .max = 10000,
     .want = "a number of records"},
    {KEY("settle_seconds", schema_read_number, config_alerts, settle_seconds), .min = 1,
     .max = 86400, .want = "seconds"},
    END};

static void read_alerts(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config_alerts *alerts = field;

    alerts->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, key->keys, alerts);
}

static const struct schema_key root_keys[] = {
    {.name = "node", .read = schema_read_section, .is_required = 1, .keys = node_keys},
    {KEY("identity", read_identity, config, identity), .is_required = 1, .keys = identity_keys},
    {KEY("admission", read_admission, config, admission), .keys = admission_keys},
    {KEY("alerts", read_alerts, config, alerts), .keys = alerts_keys},
    {.name = "trunks", .read = read_trunks, .is_required = 1, .want = "a list of trunks"},
    END};

static void preset_peer(struct config_side *side)
{
    struct config_peer *peer = &side->peer;

    if (peer->names.count == 0 && peer->host.host[0] != 0)
        memcpy(peer->names.items[peer->names.count++], peer->host.host, CONFIG_HOST);
    if (peer->reverse_proof == REVERSE_UNSAID)
        peer->reverse_proof = peer->identity == ZTRUNK_TLS_SERVER_ONLY ? ZTRUNK_IDENTITY_ENFORCE
                                                                       : ZTRUNK_IDENTITY_OFF;
    if (peer->host.port == 0) peer->host.port = (uint16_t)peer->port;
    if (peer->host.port == 0) peer->host.port = side->transport == ZTRUNK_NET_TLS ? 5061 : 5060;
    if (peer->reverse_port == 0) peer->reverse_port = peer->host.port;
    for (uint32_t i = 0; i < peer->addresses.count; i++)
        if (peer->addresses.items[i].port == 0) peer->addresses.items[i].port = peer->host.port;
}

static int prefix_of(const char *host, struct config_prefixes *prefixes)
{
    ztrunk_prefix prefix;
    const struct config_prefixes one = {1, &prefix};

    if (ztrunk_prefix_parse(host, strlen(host), &prefix) != ZTRUNK_OK) return 0;
    return config_prefixes_copy(&one, prefixes);
}

/* Who speaks for the PBX, and whose media: without a word of it, its one address. */
static void preset_sources(struct config_side *inside, struct config_report *report)
{
    const struct config_prefixes *from = &inside->signalling;
    int err = 0;

    if (from->count == 0) err = prefix_of(inside->peer.host.host, &inside->signalling);
    if (err == 0 && inside->media_from.items == NULL && from->count > 0 &&
        from->count <= CONFIG_MAX_MEDIA_PREFIXES)
        err = config_prefixes_copy(from, &inside->media_from);
    if (err != 0) config_complain(report, 0, "", NULL, "out of memory");
}

static void preset_rules(struct config_rules *rules, const char *fqdn)
{
    struct config_names *hosts = &rules->domains.hosts;

    if (config_rule_of(rules, 1) == NULL) memcpy(hosts->items[hosts->count++], fqdn, CONFIG_HOST);
}

/* One that is not there is told by config_check. */
static void preset_interface(struct config_side *side)
{
    if (side->interface[0] != 0) side->interface_index = if_nametoindex(side->interface);
}

/* Defaults that follow from what the file does say. */
static void preset_rest(struct config *config, struct config_report *report)
{
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        struct config_trunk *trunk = &config->trunks[i];

        preset_rules(&trunk->side[CLOUD].request_uri, config->fqdn);
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            struct config_side *side = &trunk->side[s];

            preset_peer(side);
            config_preset_facts(config, &side->peer);
            if (side->media_listen.family == 0) side->media_listen = side->listen;
            if (side->address.family == 0) side->address = side->media_listen;
            side->media_listen.port = side->address.port = 0;
            preset_interface(side);
        }
        preset_sources(&trunk->side[INSIDE], report);
    }
}

struct config *config_parse(const char *text, size_t len, struct config_report *report)
{
    struct schema_reader r = {.report = report};
    struct config *config;
    yaml_node_t *root;

    if (schema_load(&r, text, len) != 0) return NULL;
    config = calloc(1, sizeof *config);
    root = yaml_document_get_root_node(&r.document);
    if (config == NULL || root == NULL) {
        config_complain(report, 0, "", NULL, root == NULL ? "the file is empty" : "out of memory");
        goto out;
    }
    memcpy(config->log_file, "-", 2);
    memcpy(config->user, "nobody", 7);
    memcpy(config->firewall_table, "zerotrunk", 10);
    config->drain_seconds = 30;
    config->answer_seconds = 180;
    config->media_workers = 1;
    config->proof_seconds = 600;
    config->identity.drain_seconds = 3600;
    config->identity.probe_seconds = 3600;
    config->media_backend = ZTRUNK_RELAY_EPOLL;
    config_preset_admission(&config->admission);
    config->alerts.max_records = 1000;
    config->alerts.settle_seconds = 120;
    schema_section(&r, root, root_keys, config);
    preset_rest(config, report);
    if (report->count == 0) config_check_sense(config, report);
out:
    yaml_document_delete(&r.document);
    if (report->count == 0) return config;
    config_free(config);
    return NULL;
}
