#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "call.h"
#include "generation.h"
#include "leg.h"
#include "proof.h"

#define SECOND UINT64_C(1000000000)

uint32_t trunk_is_reliable(const struct trunk *trunk, uint32_t side)
{
    return trunk->conf->side[side].transport != ZTRUNK_NET_UDP;
}

uint32_t trunk_admits(const struct trunk *trunk, uint32_t side, const ztrunk_addr *remote)
{
    return config_covers(&trunk->conf->side[side].signalling, remote);
}

static const char *transport_name(uint32_t transport)
{
    return transport == ZTRUNK_NET_TLS ? "TLS" : transport == ZTRUNK_NET_TCP ? "TCP" : "UDP";
}

/* The cloud is told our name, the inside our address. */
static void name_side(const struct daemon *d, struct trunk *trunk, uint32_t s)
{
    const struct config_side *conf = &trunk->conf->side[s];
    struct side *side = &trunk->side[s];
    ztrunk_addr addr = conf->address;
    char text[64], via[sizeof side->via], contact[sizeof side->contact];
    size_t len = 0;

    if (s == CLOUD) {
        snprintf(side->host, sizeof side->host, "%s", d->config->fqdn);
    } else {
        addr.port = 0;
        (void)ztrunk_addr_format(&addr, text, sizeof text, &len);
        snprintf(side->host, sizeof side->host, addr.family == 6 ? "[%s]" : "%s", text);
    }
    snprintf(via, sizeof via, "SIP/2.0/%s %s:%u", transport_name(conf->transport), side->host,
             conf->listen.port);
    snprintf(contact, sizeof contact, "<sip:%s:%u%s>", side->host, conf->listen.port,
             conf->transport == ZTRUNK_NET_TLS   ? ";transport=tls"
             : conf->transport == ZTRUNK_NET_TCP ? ";transport=tcp"
                                                 : "");
    memcpy(side->via, via, sizeof via);
    memcpy(side->contact, contact, sizeof contact);
}

static void set_policy(struct trunk *trunk, uint32_t s)
{
    const struct config_side *conf = &trunk->conf->side[s];
    ztrunk_sdp_policy *policy = &trunk->side[s].policy;
    size_t used = 0;

    *policy = (ztrunk_sdp_policy){.size = sizeof *policy};
    policy->srtp =
        conf->media == CONFIG_MEDIA_SRTP ? ZTRUNK_SDP_SRTP_REQUIRED : ZTRUNK_SDP_SRTP_FORBIDDEN;
    for (uint32_t i = 0; i < conf->suites.count; i++) policy->suites |= 1u << conf->suites.items[i];
    for (uint32_t i = 0; i < trunk->conf->codecs.count && used < sizeof policy->codecs; i++)
        used += (size_t)snprintf(policy->codecs + used, sizeof policy->codecs - used, "%s%s",
                                 i > 0 ? "," : "", trunk->conf->codecs.items[i]);
}

int32_t trunk_make_tls(struct daemon *d, const struct config *config,
                       const struct config_files *files, const struct config_trunk *conf,
                       uint32_t side, ztrunk_tls_conf *made[2])
{
    int32_t err = config_tls(d->ctx, config, files, conf, side, ZTRUNK_TLS_SERVER, &made[0]);

    if (err == ZTRUNK_OK)
        err = config_tls(d->ctx, config, files, conf, side, ZTRUNK_TLS_CLIENT, &made[1]);
    return err;
}

static int32_t start_tls(struct daemon *d, struct trunk *trunk, uint32_t s)
{
    ztrunk_tls_conf *made[2] = {NULL, NULL};
    int32_t err;

    if (trunk->conf->side[s].transport != ZTRUNK_NET_TLS) return ZTRUNK_OK;
    err = trunk_make_tls(d, d->config, d->config->files, trunk->conf, s, made);
    if (err == ZTRUNK_OK) err = generation_put(d, &trunk->side[s], made);
    if (err == ZTRUNK_OK) return ZTRUNK_OK;
    ztrunk_tls_conf_free(made[0]);
    ztrunk_tls_conf_free(made[1]);
    return err;
}

static int listen_on(struct daemon *d, struct trunk *trunk, uint32_t s)
{
    const struct config_side *conf = &trunk->conf->side[s];
    struct side *side = &trunk->side[s];

    for (const struct trunk *other = d->trunks; other < trunk; other++)
        if (other->conf->side[s].transport == conf->transport &&
            ztrunk_addr_equal(&other->conf->side[s].listen, &conf->listen))
            side->listener = other->side[s].listener;
    if (side->listener != 0) return 0;
    return ztrunk_net_listen(d->net, conf->transport, &conf->listen, side->server,
                             &side->listener) == ZTRUNK_OK
               ? 0
               : -1;
}

/* The prefixes of all trunks that listen there, and what our own handshakes come from, in one
 * array; *count without an array. */
static void gather(const struct daemon *d, uint32_t s, uint64_t listener, ztrunk_prefix *to,
                   uint32_t *count)
{
    ztrunk_prefix unused;

    *count = 0;
    for (uint32_t i = 0; i < d->trunk_count; i++) {
        const struct config_side *side = &d->trunks[i].conf->side[s];

        if (d->trunks[i].side[s].listener != listener) continue;
        if (to != NULL) config_side_filter(side, &side->signalling, to + *count);
        *count += side->signalling.count;
        *count += config_probe_source(d->config, side, to != NULL ? to + *count : &unused);
    }
}

static int32_t guard_listener(struct daemon *d, uint32_t s, uint64_t listener)
{
    ztrunk_prefix *prefixes;
    uint32_t count;
    int32_t err;

    gather(d, s, listener, NULL, &count);
    prefixes = calloc(count + 1, sizeof *prefixes);
    if (prefixes == NULL) return ZTRUNK_E_NOMEM;
    gather(d, s, listener, prefixes, &count);
    err = ztrunk_net_listener_sources(d->net, listener, prefixes, count);
    free(prefixes);
    return err;
}

/* Strangers are dropped by the kernel where it lets us; where not, by on_accept. */
void trunk_guard(struct daemon *d)
{
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        const struct trunk *trunk = &d->trunks[i / 2];
        int32_t err = guard_listener(d, i % 2, trunk->side[i % 2].listener);
        struct log_line line;

        if (err == ZTRUNK_OK) continue;
        log_begin(&line, &d->log, LOG_WARNING, "filter.missing", 0);
        log_word(&line, "trunk", trunk->conf->name);
        log_word(&line, "why", err == ZTRUNK_E_SYSTEM ? strerror(errno) : ztrunk_strerror(err));
        log_end(&line);
    }
}

static void resolved(void *opaque, int32_t error, const ztrunk_addr *addrs, uint32_t count)
{
    struct side *side = opaque;

    if (error != ZTRUNK_OK) return;
    side->peer_count = count < CONFIG_MAX_ADDRS ? count : CONFIG_MAX_ADDRS;
    memcpy(side->peers, addrs, side->peer_count * sizeof side->peers[0]);
    proof_keep_peers(side->trunk, (uint32_t)(side - side->trunk->side));
}

static void find_peer(struct daemon *d, struct trunk *trunk, uint32_t s)
{
    const struct config_peer *peer = &trunk->conf->side[s].peer;
    struct side *side = &trunk->side[s];

    if (peer->addresses.count > 0) {
        side->peer_count = peer->addresses.count;
        memcpy(side->peers, peer->addresses.items, sizeof side->peers);
        proof_keep_peers(trunk, s);
        return;
    }
    if (ztrunk_addr_parse(peer->host.host, strlen(peer->host.host), &side->peers[0]) == ZTRUNK_OK) {
        side->peers[0].port = peer->host.port;
        side->peer_count = 1;
        proof_keep_peers(trunk, s);
        return;
    }
    if (d->resolver != NULL)
        (void)ztrunk_resolver_query(d->resolver, peer->host.host, peer->host.port,
                                    trunk->conf->side[s].transport, resolved, side);
}

int trunk_start(struct daemon *d, struct trunk *trunk, const char **what)
{
    static const char *const tls[] = {"cloud.peer", "inside.peer"};
    static const char *const listen[] = {"cloud.listen", "inside.listen"};
    static const char *const ports[] = {"cloud.media_ports", "inside.media_ports"};

    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        const struct config_side *conf = &trunk->conf->side[s];
        struct side *side = &trunk->side[s];

        side->trunk = trunk;
        name_side(d, trunk, s);
        set_policy(trunk, s);
        *what = tls[s];
        if (start_tls(d, trunk, s) != ZTRUNK_OK) return -1;
        *what = listen[s];
        if (listen_on(d, trunk, s) != 0) return -1;
        *what = ports[s];
        if (ztrunk_relay_add_range(d->relay, &conf->media_listen, conf->ports.first,
                                   conf->ports.last, &side->range) != ZTRUNK_OK)
            return -1;
        find_peer(d, trunk, s);
        side->is_up = conf->options_seconds == 0;
        side->options_ns =
            conf->options_seconds != 0 ? ztrunk_rt_now_ns() + SECOND / 10 : UINT64_MAX;
    }
    return 0;
}

int32_t trunk_connect(struct trunk *trunk, uint32_t s, uint64_t *flow)
{
    const struct config_side *conf = &trunk->conf->side[s];
    struct daemon *d = trunk->daemon;
    struct side *side = &trunk->side[s];
    const ztrunk_addr *remote = &side->peers[side->next_peer++ % side->peer_count];
    ztrunk_addr local = conf->listen;
    int32_t err;

    local.port = 0;
    if (conf->transport == ZTRUNK_NET_UDP)
        err = ztrunk_net_udp_flow(d->net, side->listener, remote, flow);
    else
        err = ztrunk_net_connect(d->net, conf->transport, &local, remote, side->client,
                                 conf->peer.host.host, flow);
    return err == ZTRUNK_OK ? endpoint_bind(d, *flow, trunk, s) : err;
}

int32_t trunk_flow(struct trunk *trunk, uint32_t s, uint64_t *flow)
{
    struct side *side = &trunk->side[s];
    ztrunk_net_flow_info info = {.size = sizeof info};
    int32_t err;

    if (side->flow != 0 && ztrunk_net_flow(trunk->daemon->net, side->flow, &info) == ZTRUNK_OK) {
        *flow = side->flow;
        return ZTRUNK_OK;
    }
    if (side->peer_count == 0) {
        find_peer(trunk->daemon, trunk, s);
        if (side->peer_count == 0) return ZTRUNK_E_NOTFOUND;
    }
    err = trunk_connect(trunk, s, flow);
    if (err == ZTRUNK_OK) side->flow = *flow;
    return err;
}

uint64_t trunk_deadline(const struct trunk *trunk)
{
    uint64_t a = trunk->side[CLOUD].options_ns, b = trunk->side[INSIDE].options_ns;

    return a < b ? a : b;
}

static void set_up(struct trunk *trunk, uint32_t s, uint32_t is_up, uint32_t status)
{
    struct log_line line;

    if (trunk->side[s].is_up == is_up) return;
    trunk->side[s].is_up = is_up;
    log_begin(&line, &trunk->daemon->log, is_up ? LOG_INFO : LOG_ERROR,
              is_up ? "trunk.up" : "trunk.down", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_word(&line, "side", s == CLOUD ? "cloud" : "inside");
    log_number(&line, "status", status);
    log_end(&line);
}

/* Any answer proves that somebody is there, but for 503: it asks to be left alone. */
void trunk_options_answered(struct trunk *trunk, uint32_t side, uint32_t status)
{
    set_up(trunk, side, status != 0 && status != 503, status);
}

static void send_options(struct trunk *trunk, uint32_t s)
{
    struct daemon *d = trunk->daemon;
    struct pending *p = pending_new(PENDING_OPTIONS, NULL, 0);
    ztrunk_sip_msg *m = NULL;
    uint64_t flow = 0;
    int32_t err = p != NULL ? build_options(trunk, s, &m) : ZTRUNK_E_NOMEM;

    if (err == ZTRUNK_OK) err = trunk_flow(trunk, s, &flow);
    if (p != NULL) p->sent_flow = flow;
    if (err == ZTRUNK_OK)
        err = ztrunk_txns_request(d->txns, ztrunk_rt_now_ns(), flow, trunk_is_reliable(trunk, s),
                                  trunk->side[s].via, m, &p->client_txn);
    ztrunk_sip_msg_free(m);
    if (err != ZTRUNK_OK) {
        pending_free(d, p);
        set_up(trunk, s, 0, 0);
        return;
    }
    p->trunk = trunk;
    p->side = s;
    (void)idmap_put(&d->txn_of, p->client_txn, p);
}

void trunk_expire(struct trunk *trunk, uint64_t now_ns)
{
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        if (now_ns < trunk->side[s].options_ns) continue;
        trunk->side[s].options_ns = now_ns + trunk->conf->side[s].options_seconds * SECOND;
        send_options(trunk, s);
    }
}

void trunk_adopt(struct daemon *d, struct trunk *trunk)
{
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        name_side(d, trunk, s);
        set_policy(trunk, s);
        find_peer(d, trunk, s);
    }
}

void trunk_stop(struct trunk *trunk)
{
    for (uint32_t s = CLOUD; s <= INSIDE; s++) {
        ztrunk_generations_free(trunk->side[s].tls);
        ztrunk_tls_conf_free(trunk->side[s].server);
        ztrunk_tls_conf_free(trunk->side[s].client);
    }
    ztrunk_toll_free(trunk->toll);
}
