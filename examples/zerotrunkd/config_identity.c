/* Which facts a request of the peer's must have: require, from_domains and digest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zerotrunk/proof.h>
#include "config_schema.h"
#include "slurp.h"

enum { MAX_SECRET = 4096 };

static int item_fact(const char *text, void *slot)
{
    static const struct schema_choice facts[] = {{"source", ZTRUNK_FACT_SOURCE},
                                                 {"certificate", ZTRUNK_FACT_CERTIFICATE},
                                                 {"reverse_proof", ZTRUNK_FACT_REVERSE},
                                                 {"request_uri", ZTRUNK_FACT_REQUEST_URI},
                                                 {"header", ZTRUNK_FACT_HEADER},
                                                 {"digest", ZTRUNK_FACT_DIGEST},
                                                 {NULL, 0}};

    for (const struct schema_choice *c = facts; c->name != NULL; c++) {
        if (strcmp(text, c->name) != 0) continue;
        *(uint32_t *)slot = c->value;
        return 0;
    }
    return -1;
}

void schema_read_facts(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                       void *field)
{
    uint32_t count = 0, *facts, *all = field;

    facts = schema_read_many(r, node, key, item_fact, sizeof *facts, &count);
    *all = ZTRUNK_FACT_SOURCE;
    for (uint32_t i = 0; facts != NULL && i < count; i++) *all |= facts[i];
    free(facts);
}

static int item_algorithm(const char *text, void *slot)
{
    uint32_t bit = config_algorithm_of(text, strlen(text));

    *(uint32_t *)slot = bit;
    return bit != 0 ? 0 : -1;
}

uint32_t config_algorithm_of(const char *text, size_t len)
{
    static const struct schema_choice names[] = {{"SHA-512-256", ZTRUNK_DIGEST_SHA_512_256},
                                                 {"SHA-256", ZTRUNK_DIGEST_SHA_256},
                                                 {"MD5", ZTRUNK_DIGEST_MD5},
                                                 {NULL, 0}};

    for (const struct schema_choice *c = names; c->name != NULL; c++)
        if (strlen(c->name) == len && memcmp(text, c->name, len) == 0) return c->value;
    return 0;
}

static void read_algorithms(struct schema_reader *r, yaml_node_t *node,
                            const struct schema_key *key, void *field)
{
    uint32_t count = 0, *bits, *all = field;

    bits = schema_read_many(r, node, key, item_algorithm, sizeof *bits, &count);
    for (uint32_t i = 0; bits != NULL && i < count; i++) *all |= bits[i];
    free(bits);
}

static const struct schema_key digest_keys[] = {
    {KEY("realm", schema_read_text, config_digest, realm), .max = CONFIG_REALM,
     .want = "at most 128 characters, without \" and \\"},
    {KEY("user", schema_read_text, config_digest, user), .is_required = 1, .max = CONFIG_REALM,
     .want = "at most 128 characters, without \", \\ and :"},
    {KEY("password_file", schema_read_text, config_digest, password_file), .is_required = 1,
     .max = CONFIG_PATH, .want = "the name of a file, shorter than 512 bytes"},
    {KEY("algorithms", read_algorithms, config_digest, algorithms), .max = 3,
     .want = "of SHA-512-256, SHA-256 and MD5 those that the peer may use"},
    END};

void schema_read_digest(struct schema_reader *r, yaml_node_t *node, const struct schema_key *key,
                        void *field)
{
    struct config_digest *digest = field;

    (void)key;
    digest->line = (uint32_t)node->start_mark.line + 1;
    schema_section(r, node, digest_keys, digest);
}

void config_preset_facts(const struct config *config, struct config_peer *peer)
{
    if (peer->digest.realm[0] == 0)
        memcpy(peer->digest.realm, config->fqdn, strnlen(config->fqdn, CONFIG_REALM - 1));
    if (peer->digest.algorithms == 0) peer->digest.algorithms = ZTRUNK_DIGEST_SHA_256;
    if (peer->require != 0) return;
    peer->require = ZTRUNK_FACT_SOURCE | ZTRUNK_FACT_REQUEST_URI;
    if (!config_is_told_by_source(peer)) peer->require |= ZTRUNK_FACT_CERTIFICATE;
    if (peer->reverse_proof == ZTRUNK_IDENTITY_ENFORCE) peer->require |= ZTRUNK_FACT_REVERSE;
    if (peer->digest.line != 0) peer->require |= ZTRUNK_FACT_DIGEST;
}

static uint32_t asks_header(const struct config_rules *rules)
{
    const struct config_rule *rule;

    for (uint32_t n = 1; (rule = config_rule_of(rules, n)) != NULL; n++)
        if (rule->value[0] != 0) return 1;
    return 0;
}

/* What can never be there would refuse every call. */
static const char *never_there(const struct config_side *side)
{
    const struct config_peer *peer = &side->peer;

    if (peer->require & ZTRUNK_FACT_DIGEST && peer->digest.line == 0)
        return "digest needs a section digest beside it";
    if (peer->require & ZTRUNK_FACT_CERTIFICATE && peer->identity == ZTRUNK_TLS_SERVER_ONLY)
        return "a peer with identity server-only is not asked for a certificate";
    if (peer->require & ZTRUNK_FACT_REVERSE && peer->reverse_proof == ZTRUNK_IDENTITY_OFF)
        return "reverse_proof is off";
    if (peer->require & ZTRUNK_FACT_HEADER && !asks_header(&side->request_uri))
        return "header needs a rule of request_uri that asks for one";
    return NULL;
}

/* A source and a Request-URI prove nothing: who owns an address in a cloud has the one, who has
 * read a message the other. */
static uint32_t is_hardly_proved(const struct config_peer *peer)
{
    const uint32_t proofs =
        ZTRUNK_FACT_CERTIFICATE | ZTRUNK_FACT_REVERSE | ZTRUNK_FACT_HEADER | ZTRUNK_FACT_DIGEST;

    return (peer->require & proofs) == 0 || peer->require_mode != ZTRUNK_IDENTITY_ENFORCE;
}

void config_check_facts(struct config *config, struct config_report *report)
{
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        const struct config_trunk *trunk = &config->trunks[i];
        const struct config_peer *peer = &trunk->side[CLOUD].peer;
        const char *why = never_there(&trunk->side[CLOUD]);
        char path[128];

        snprintf(path, sizeof path, "trunk %s: cloud.peer.require", trunk->name);
        if (why != NULL)
            config_complain(report, peer->line, path, NULL, why);
        else if (peer->identity == ZTRUNK_TLS_SERVER_ONLY && is_hardly_proved(peer))
            config_complain(&config->notes, peer->line, path, NULL,
                            "a peer without a certificate is told by its source and Request-URI "
                            "alone; ask for reverse_proof, digest or header as well");
    }
}

/* ---- the password ---- */

/* "SHA-256:0123...": H(user:realm:password) in place of the password. */
static int32_t set_line(ztrunk_digest *digest, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    size_t name = colon != NULL ? (size_t)(colon - line) : 0;
    uint32_t algorithm = config_algorithm_of(line, name);

    if (algorithm == 0) return ZTRUNK_E_NOTFOUND;
    return ztrunk_digest_set_ha1(digest, algorithm, colon + 1, len - name - 1);
}

static size_t line_of(const char *text, size_t len)
{
    const char *end = memchr(text, '\n', len);

    return end != NULL ? (size_t)(end - text) : len;
}

/* One line with the password, or one for each algorithm. */
static int32_t set_secret(ztrunk_digest *digest, const char *text, size_t len)
{
    size_t at = line_of(text, len);
    int32_t err = set_line(digest, text, at);

    /* Written elsewhere: the line's end would be a part of the password. */
    if (memchr(text, '\r', len) != NULL) return ZTRUNK_E_INVALID;
    if (err == ZTRUNK_E_NOTFOUND)
        return at + 1 >= len ? ztrunk_digest_set_password(digest, text, at) : ZTRUNK_E_INVALID;
    while (err == ZTRUNK_OK && at + 1 < len) {
        const char *line = text + at + 1;
        size_t line_len = line_of(line, len - at - 1);

        err = set_line(digest, line, line_len);
        at += 1 + line_len;
    }
    return err;
}

static void complain(const struct config_trunk *trunk, struct config_report *report,
                     const char *key, const char *value, const char *want)
{
    char path[128];

    if (report == NULL) return;
    snprintf(path, sizeof path, "trunk %s: cloud.peer.digest%s", trunk->name, key);
    config_complain(report, trunk->side[CLOUD].peer.digest.line, path, value, want);
}

static int32_t read_secret(ztrunk_digest *digest, const struct config_trunk *trunk,
                           struct config_report *report)
{
    const char *file = trunk->side[CLOUD].peer.digest.password_file, *why = NULL;
    size_t len = 0;
    uint8_t *text = slurp(file, MAX_SECRET, &len, &why);
    int32_t err = ZTRUNK_E_NOTFOUND;

    if (text != NULL) err = set_secret(digest, (const char *)text, len);
    if (text != NULL && err != ZTRUNK_OK)
        why = "it holds neither one line with a password of at most 128 bytes, nor a line such as "
              "SHA-256:HEX for each of algorithms";
    if (text != NULL && err == ZTRUNK_OK && slurp_is_open_to_others(file))
        why = "every user may read or write this password; take that away (chmod o= FILE)";
    slurp_burn(text, MAX_SECRET);
    if (why == NULL) return ZTRUNK_OK;
    complain(trunk, report, ".password_file", file, why);
    return err != ZTRUNK_OK ? err : ZTRUNK_E_DENIED;
}

int32_t config_make_digest(ztrunk_ctx *ctx, const struct config_trunk *trunk,
                           struct config_report *report, ztrunk_digest **out)
{
    const struct config_digest *conf = &trunk->side[CLOUD].peer.digest;
    const ztrunk_digest_opts opts = {.size = sizeof opts, .algorithms = conf->algorithms};
    int32_t err;

    *out = NULL;
    if (conf->line == 0) return ZTRUNK_OK;
    err = ztrunk_digest_new(ctx, &opts, conf->realm, conf->user, out);
    if (err != ZTRUNK_OK) {
        complain(trunk, report, "", NULL,
                 "realm and user are printable ASCII without \" and \\, the user without :");
        return err;
    }
    err = read_secret(*out, trunk, report);
    if (err == ZTRUNK_OK) return ZTRUNK_OK;
    ztrunk_digest_free(*out);
    *out = NULL;
    return err;
}

void config_check_digests(ztrunk_ctx *ctx, const struct config *config,
                          struct config_report *report)
{
    for (uint32_t i = 0; i < config->trunk_count; i++) {
        ztrunk_digest *digest = NULL;

        (void)config_make_digest(ctx, &config->trunks[i], report, &digest);
        ztrunk_digest_free(digest);
    }
}
