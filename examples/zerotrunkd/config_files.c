/* The files that a configuration names: read, parsed, matched against one another. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zerotrunk/rt.h>
#include "slurp.h"

enum { MAX_PEM = 1024 * 1024, MAX_KEY = 64 * 1024 };

static uint8_t *read_pem(const char *file, size_t max, size_t *len, uint32_t line, const char *key,
                         struct config_report *report)
{
    const char *why = NULL;
    uint8_t *data = slurp(file, max, len, &why);
    char want[160];

    if (data != NULL) return data;
    snprintf(want, sizeof want, "%s; name a PEM file that this program%s may read", why,
             geteuid() == 0 ? "" : ", which runs without root's rights,");
    config_complain(report, line, key, file, want);
    return NULL;
}

static void complain_own(const struct config_identity *identity, const char *want,
                         struct config_report *report)
{
    config_complain(report, identity->line, "identity.certificate", identity->certificate, want);
}

static void check_names(const ztrunk_cert *leaf, const struct config *config,
                        struct config_report *report)
{
    char name[CONFIG_HOST] = "none", want[768];
    size_t len;

    if (ztrunk_cert_covers(leaf, config->fqdn, 1) == ZTRUNK_OK) return;
    if (ztrunk_cert_name(leaf, 0, name, sizeof name, &len) == ZTRUNK_E_SPACE)
        snprintf(name, sizeof name, "longer than any host's");
    snprintf(want, sizeof want,
             "its subjectAltName does not cover node.fqdn %s (the first name is %s); order one "
             "that does",
             config->fqdn, name);
    complain_own(&config->identity, want, report);
}

static void check_dates(const ztrunk_cert_info *info, uint32_t nth,
                        const struct config_identity *identity, int64_t wall_s,
                        struct config_report *report)
{
    const char *whose = nth == 0 ? "this certificate" : "an intermediate certificate in it";
    char want[128];

    if (wall_s > info->not_after_s)
        snprintf(want, sizeof want, "%s has expired; renew it", whose);
    else if (wall_s < info->not_before_s)
        snprintf(want, sizeof want, "%s is not valid yet; look at the clock, or wait", whose);
    else
        return;
    complain_own(identity, want, report);
}

/* The leaf is the trunk's; it is kept for the metrics. */
static void check_chain(ztrunk_ctx *ctx, struct config *config, const uint8_t *pem, size_t len,
                        int64_t wall_s, struct config_report *report)
{
    struct config_identity *identity = &config->identity;
    ztrunk_cert *cert = NULL;
    uint32_t nth = 0;

    for (; ztrunk_cert_new(ctx, pem, len, nth, &cert) == ZTRUNK_OK; nth++) {
        ztrunk_cert_info info = {.size = sizeof info};

        (void)ztrunk_cert_get_info(cert, &info);
        check_dates(&info, nth, identity, wall_s, report);
        if (nth == 0) {
            check_names(cert, config, report);
            identity->leaf = info;
        }
        ztrunk_cert_free(cert);
        cert = NULL;
    }
    if (nth == 0)
        complain_own(identity,
                     "no PEM certificate can be read from it; put the chain there, leaf first",
                     report);
}

/* The key of a trunk is its owner's and its group's; whoever else can read it can be the trunk. */
static void check_key_mode(const struct config_identity *identity, struct config_report *report)
{
    if (slurp_is_open_to_others(identity->key))
        config_complain(report, identity->line, "identity.key", identity->key,
                        "every user may read or write this key; take that away (chmod o= FILE)");
}

static void check_identity(ztrunk_ctx *ctx, struct config *config, int64_t wall_s,
                           struct config_report *report)
{
    const struct config_identity *identity = &config->identity;
    const ztrunk_tls_opts opts = {.size = sizeof opts};
    size_t chain_len = 0, key_len = 0;
    uint8_t *chain, *key;
    ztrunk_tls_conf *conf = NULL;
    int32_t err;

    chain = read_pem(identity->certificate, MAX_PEM, &chain_len, identity->line,
                     "identity.certificate", report);
    key = read_pem(identity->key, MAX_KEY, &key_len, identity->line, "identity.key", report);
    if (key != NULL) check_key_mode(identity, report);
    if (chain != NULL) check_chain(ctx, config, chain, chain_len, wall_s, report);
    if (chain == NULL || key == NULL || ztrunk_tls_conf_new(ctx, &opts, &conf) != ZTRUNK_OK)
        goto out;
    err = ztrunk_tls_conf_identity(conf, chain, chain_len, key, key_len);
    if (err == ZTRUNK_E_AUTH)
        config_complain(report, identity->line, "identity.key", identity->key,
                        "this key does not belong to identity.certificate");
    else if (err != ZTRUNK_OK)
        config_complain(report, identity->line, "identity.key", identity->key,
                        "certificate or key is no PEM that can be used (a key may not be encrypted "
                        "by a passphrase)");
out:
    ztrunk_tls_conf_free(conf);
    slurp_burn(chain, MAX_PEM);
    slurp_burn(key, MAX_KEY);
}

static void check_trust(ztrunk_tls_conf *conf, const struct config_peer *peer, const char *prefix,
                        struct config_report *report)
{
    char key[128];
    size_t len = 0;
    uint8_t *pem;

    snprintf(key, sizeof key, "%s.trust", prefix);
    pem = read_pem(peer->trust, MAX_PEM, &len, peer->line, key, report);
    if (pem != NULL && ztrunk_tls_conf_trust(conf, pem, len) != ZTRUNK_OK)
        config_complain(report, peer->line, key, peer->trust,
                        "no PEM certificates can be read from it; nobody would be trusted");
    slurp_burn(pem, MAX_PEM);
    if (peer->crl[0] == 0) return;
    snprintf(key, sizeof key, "%s.crl", prefix);
    pem = read_pem(peer->crl, MAX_PEM, &len, peer->line, key, report);
    if (pem != NULL && ztrunk_tls_conf_crl(conf, pem, len) != ZTRUNK_OK)
        config_complain(report, peer->line, key, peer->crl,
                        "no PEM revocation list can be read from it");
    slurp_burn(pem, MAX_PEM);
}

void config_check_files(ztrunk_ctx *ctx, struct config *config, int64_t wall_s,
                        struct config_report *report)
{
    const ztrunk_tls_opts opts = {.size = sizeof opts};

    check_identity(ctx, config, wall_s, report);
    for (uint32_t i = 0; i < config->trunk_count; i++)
        for (uint32_t s = CLOUD; s <= INSIDE; s++) {
            const struct config_trunk *trunk = &config->trunks[i];
            ztrunk_tls_conf *conf = NULL;
            char prefix[96];

            if (trunk->side[s].transport != ZTRUNK_NET_TLS) continue;
            if (ztrunk_tls_conf_new(ctx, &opts, &conf) != ZTRUNK_OK) return;
            snprintf(prefix, sizeof prefix, "trunk %s: %s", trunk->name,
                     s == CLOUD ? "cloud.peer" : "inside.tls");
            check_trust(conf, &trunk->side[s].peer, prefix, report);
            ztrunk_tls_conf_free(conf);
        }
}

static int32_t load_into(ztrunk_tls_conf *conf, const char *file,
                         int32_t (*take)(ztrunk_tls_conf *, const uint8_t *, size_t))
{
    const char *why = NULL;
    size_t len = 0;
    uint8_t *pem = slurp(file, MAX_PEM, &len, &why);
    int32_t err = pem != NULL ? take(conf, pem, len) : ZTRUNK_E_NOTFOUND;

    slurp_burn(pem, MAX_PEM);
    return err;
}

static int32_t load_identity(ztrunk_tls_conf *conf, const struct config_identity *identity)
{
    const char *why = NULL;
    size_t chain_len = 0, key_len = 0;
    uint8_t *chain = slurp(identity->certificate, MAX_PEM, &chain_len, &why);
    uint8_t *key = slurp(identity->key, MAX_KEY, &key_len, &why);
    int32_t err = ZTRUNK_E_NOTFOUND;

    if (chain != NULL && key != NULL)
        err = ztrunk_tls_conf_identity(conf, chain, chain_len, key, key_len);
    slurp_burn(chain, MAX_PEM);
    slurp_burn(key, MAX_KEY);
    return err;
}

static int32_t allow_names(ztrunk_tls_conf *conf, const struct config *config,
                           const struct config_trunk *trunk, uint32_t side)
{
    int32_t err = ZTRUNK_OK;

    for (uint32_t i = 0; i < config->trunk_count; i++) {
        const struct config_side *other = &config->trunks[i].side[side];

        if (!ztrunk_addr_equal(&other->listen, &trunk->side[side].listen)) continue;
        for (uint32_t n = 0; n < other->peer.names.count && err == ZTRUNK_OK; n++)
            err = ztrunk_tls_conf_allow(conf, other->peer.names.items[n]);
    }
    return err;
}

int32_t config_tls(ztrunk_ctx *ctx, const struct config *config, const struct config_trunk *trunk,
                   uint32_t side, uint32_t role, ztrunk_tls_conf **out)
{
    const struct config_side *s = &trunk->side[side];
    const ztrunk_tls_opts opts = {
        .size = sizeof opts,
        .role = role,
        .identity = s->peer.identity,
        .profile = s->tls_profile,
        .crl = s->peer.crl[0] != 0 ? ZTRUNK_TLS_CRL_REQUIRED : ZTRUNK_TLS_CRL_NONE,
        .wildcards = s->peer.wildcards,
    };
    ztrunk_tls_conf *conf = NULL;
    int32_t err = ztrunk_tls_conf_new(ctx, &opts, &conf);

    if (err != ZTRUNK_OK) return err;
    err = load_identity(conf, &config->identity);
    if (err == ZTRUNK_OK) err = load_into(conf, s->peer.trust, ztrunk_tls_conf_trust);
    if (err == ZTRUNK_OK && s->peer.crl[0] != 0)
        err = load_into(conf, s->peer.crl, ztrunk_tls_conf_crl);
    if (err == ZTRUNK_OK && role == ZTRUNK_TLS_SERVER) err = allow_names(conf, config, trunk, side);
    if (err == ZTRUNK_OK) {
        *out = conf;
        return ZTRUNK_OK;
    }
    ztrunk_tls_conf_free(conf);
    return err;
}
