/* TLS configurations from files that were read and found good. */
#include "config.h"

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

static int32_t fill(ztrunk_tls_conf *conf, const struct config_files *files,
                    const struct config_peer_files *peer)
{
    int32_t err = ztrunk_tls_conf_identity(conf, files->chain.data, files->chain.len,
                                           files->key.data, files->key.len);

    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_trust(conf, peer->trust.data, peer->trust.len);
    if (err == ZTRUNK_OK && peer->trust_next.data != NULL)
        err = ztrunk_tls_conf_trust_next(conf, peer->trust_next.data, peer->trust_next.len);
    if (err == ZTRUNK_OK && peer->crl.data != NULL)
        err = ztrunk_tls_conf_crl(conf, peer->crl.data, peer->crl.len);
    return err;
}

int32_t config_tls(ztrunk_ctx *ctx, const struct config *config, const struct config_files *files,
                   const struct config_trunk *trunk, uint32_t side, uint32_t role,
                   ztrunk_tls_conf **out)
{
    const struct config_side *s = &trunk->side[side];
    const struct config_peer *peer = &s->peer;
    const uint32_t needs_crl = peer->crl[0] != 0 && peer->crl_policy == CONFIG_CRL_HARD;
    const ztrunk_tls_opts opts = {
        .size = sizeof opts,
        .role = role,
        .identity = peer->identity,
        .profile = s->tls_profile,
        .crl = needs_crl ? ZTRUNK_TLS_CRL_REQUIRED : ZTRUNK_TLS_CRL_NONE,
        .wildcards = peer->wildcards,
    };
    ztrunk_tls_conf *conf = NULL;
    int32_t err = ztrunk_tls_conf_new(ctx, &opts, &conf);

    if (err != ZTRUNK_OK) return err;
    err = fill(conf, files, &files->peer[trunk - config->trunks][side]);
    if (err == ZTRUNK_OK && role == ZTRUNK_TLS_SERVER) err = allow_names(conf, config, trunk, side);
    if (err == ZTRUNK_OK) {
        *out = conf;
        return ZTRUNK_OK;
    }
    ztrunk_tls_conf_free(conf);
    return err;
}
