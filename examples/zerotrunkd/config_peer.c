/* The keys of an identity, ours and a peer's. */
#include <zerotrunk/proof.h>
#include "config_schema.h"

#define WANT_FILE     "the name of a PEM file, shorter than 512 bytes"
#define WANT_HOSTPORT "a host name or an address, with :port where it is not the default"

static const struct schema_choice identities[] = {{"mutual", ZTRUNK_TLS_MUTUAL},
                                                  {"mutual-any-eku", ZTRUNK_TLS_MUTUAL_ANY_EKU},
                                                  {"sip-domain", ZTRUNK_TLS_SIP_DOMAIN},
                                                  {"server-only", ZTRUNK_TLS_SERVER_ONLY},
                                                  {NULL, 0}};
static const struct schema_choice modes[] = {{"off", ZTRUNK_IDENTITY_OFF},
                                             {"warn", ZTRUNK_IDENTITY_WARN},
                                             {"enforce", ZTRUNK_IDENTITY_ENFORCE},
                                             {NULL, 0}};
static const struct schema_choice reloads[] = {{"auto", CONFIG_RELOAD_AUTO},
                                               {"signal", CONFIG_RELOAD_SIGNAL},
                                               {NULL, 0}};
static const struct schema_choice probes[] = {{"fqdn", CONFIG_PROBE_FQDN},
                                              {"listen", CONFIG_PROBE_LISTEN},
                                              {"off", CONFIG_PROBE_OFF},
                                              {NULL, 0}};
static const struct schema_choice crl_policies[] = {{"hard", CONFIG_CRL_HARD},
                                                    {"soft", CONFIG_CRL_SOFT},
                                                    {NULL, 0}};
static const struct schema_choice ends[] = {{"close", CONFIG_END_CLOSE},
                                            {"drain", CONFIG_END_DRAIN},
                                            {NULL, 0}};
static const struct schema_choice ocsps[] = {{"off", CONFIG_OCSP_OFF},
                                             {"soft", CONFIG_OCSP_SOFT},
                                             {"hard", CONFIG_OCSP_HARD},
                                             {NULL, 0}};

const struct schema_key identity_keys[] = {
    {KEY("certificate", schema_read_text, config_identity, certificate), .is_required = 1,
     .max = CONFIG_PATH, .want = WANT_FILE},
    {KEY("key", schema_read_text, config_identity, key), .is_required = 1, .max = CONFIG_PATH,
     .want = WANT_FILE},
    {KEY("anchors", schema_read_text, config_identity, anchors), .max = CONFIG_PATH,
     .want = WANT_FILE},
    {KEY("reload", schema_read_choice, config_identity, reload), .choices = reloads},
    {KEY("probe", schema_read_choice, config_identity, probe), .choices = probes},
    {KEY("probe_seconds", schema_read_number, config_identity, probe_seconds), .min = 10,
     .max = 86400, .want = "10 to 86400"},
    {KEY("drain_seconds", schema_read_number, config_identity, drain_seconds), .max = 604800,
     .want = "seconds, 0 for ever,"},
    {KEY("wait", schema_read_flag, config_identity, wait)},
    {KEY("rollback", schema_read_number, config_identity, rollback), .max = 100,
     .want = "a number of handshakes, 0 for never,"},
    END};

/* What the file says of whoever proves itself by TLS, on either side. */
#define PEER_KEYS                                                                                  \
    {KEY("identity", schema_read_choice, config_peer, identity), .choices = identities},           \
        {KEY("names", schema_read_names, config_peer, names),                                      \
         .want = "host names or SIP domains that its certificate may bear"},                       \
        {KEY("wildcards", schema_read_flag, config_peer, wildcards)},                              \
        {KEY("trust", schema_read_text, config_peer, trust), .is_required = 1, .max = CONFIG_PATH, \
         .want = WANT_FILE},                                                                       \
        {KEY("trust_next", schema_read_text, config_peer, trust_next), .max = CONFIG_PATH,         \
         .want = WANT_FILE},                                                                       \
        {KEY("reverse_proof", schema_read_choice, config_peer, reverse_proof), .choices = modes},  \
        {KEY("reverse_port", schema_read_number, config_peer, reverse_port), .min = 1,             \
         .max = 65535, .want = "a port"},                                                          \
        {KEY("crl_policy", schema_read_choice, config_peer, crl_policy), .choices = crl_policies}, \
        {KEY("revoked", schema_read_choice, config_peer, revoked), .choices = ends},               \
        {KEY("expired", schema_read_choice, config_peer, expired), .choices = ends},               \
        {KEY("ocsp", schema_read_choice, config_peer, ocsp), .choices = ocsps},                    \
        {KEY("ocsp_seconds", schema_read_number, config_peer, ocsp_seconds), .min = 1,             \
         .max = 86400, .want = "1 to 86400"},                                                      \
    {                                                                                              \
        KEY("crl", schema_read_text, config_peer, crl), .max = CONFIG_PATH, .want = WANT_FILE      \
    }

const struct schema_key peer_keys[] = {
    {KEY("host", schema_read_hostport, config_peer, host), .is_required = 1, .want = WANT_HOSTPORT},
    {KEY("addresses", schema_read_addrs, config_peer, addresses),
     .want = "numeric addresses, with :port where it is not the host's"},
    {KEY("media_ports", schema_read_ranges, config_peer, media_ports),
     .want = "at most 4 ranges of the peer's ports, such as 16384-65535"},
    {KEY("require", schema_read_facts, config_peer, require), .max = 6,
     .want = "of source, certificate, reverse_proof, request_uri, header and digest those that a "
             "new request must have"},
    {KEY("require_mode", schema_read_choice, config_peer, require_mode), .choices = modes},
    {KEY("from_check", schema_read_choice, config_peer, from_check), .choices = modes},
    {KEY("from_domains", schema_read_names, config_peer, from_domains),
     .want = "host names that the peer may name in From and Contact"},
    {KEY("digest", schema_read_digest, config_peer, digest)},
    PEER_KEYS,
    END};

const struct schema_key inside_tls_keys[] = {PEER_KEYS, END};
