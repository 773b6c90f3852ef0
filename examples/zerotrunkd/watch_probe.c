#include "watch_probe.h"
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

enum { MOST_TARGETS = 64 };

/* Of the end at our listener: no number of admission's. */
static const uint64_t TAG = UINT64_MAX;

struct target {
    ztrunk_addr addr;
    uint32_t trunk, side;
    uint32_t is_by_name;
};

struct watch_probe {
    watch_probe_fn *done; /* NULL: none is under way */
    struct target targets[MOST_TARGETS];
    uint32_t count, next;
    uint64_t flow, next_ns; /* of the handshake; when the next one begins */
    uint32_t has_seen;      /* a name has shown a certificate */
    uint32_t is_other;      /* found is not what is loaded */
    uint32_t is_mute;       /* nobody answered the last time, which was said */
    size_t found_len;
    uint8_t found[DAEMON_CHAIN], shown[DAEMON_CHAIN], own[DAEMON_CHAIN];
};

/* ---- where ---- */

static void add(struct watch_probe *p, uint32_t i, const ztrunk_addr *addr, uint32_t is_by_name)
{
    for (uint32_t t = 0; t < p->count; t++)
        if (ztrunk_addr_equal(&p->targets[t].addr, addr)) return;
    if (p->count == MOST_TARGETS) return;
    p->targets[p->count++] = (struct target){*addr, i / 2, i % 2, is_by_name};
}

/* Behind what the name leads to: they are asked where that shows nothing. */
static void add_listeners(struct daemon *d)
{
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        const struct config_side *side = &d->trunks[i / 2].conf->side[i % 2];
        ztrunk_addr addr = config_reach(side);

        if (config_is_probed(d->config, side)) add(d->probe, i, &addr, 0);
    }
}

static void plan_next(struct daemon *d)
{
    d->probe->next_ns = 0;
}

/* The name has one answer for all ports: it is asked without SRV by naming the first one. */
static void resolved(void *opaque, int32_t error, const ztrunk_addr *addrs, uint32_t count)
{
    struct daemon *d = opaque;

    for (uint32_t i = 0; i < 2 * d->trunk_count && error == ZTRUNK_OK; i += 2) {
        const struct config_side *side = &d->trunks[i / 2].conf->side[CLOUD];

        for (uint32_t a = 0; a < count && config_is_probed(d->config, side); a++) {
            ztrunk_addr addr = addrs[a];

            addr.port = side->listen.port;
            if (addr.family == side->listen.family) add(d->probe, i, &addr, 1);
        }
    }
    add_listeners(d);
    plan_next(d);
    daemon_pump(d);
}

static void find_targets(struct daemon *d)
{
    struct watch_probe *p = d->probe;

    p->count = p->next = 0;
    if (d->config->identity.probe == CONFIG_PROBE_FQDN && d->resolver != NULL &&
        ztrunk_resolver_query(d->resolver, d->config->fqdn,
                              d->trunks[0].conf->side[CLOUD].listen.port, ZTRUNK_NET_TLS, resolved,
                              d) == ZTRUNK_OK)
        return;
    add_listeners(d);
    plan_next(d);
}

/* ---- one handshake ---- */

static uint32_t is_loaded(const struct daemon *d, const struct target *t, size_t len)
{
    const ztrunk_tls_conf *conf = d->trunks[t->trunk].side[t->side].server;
    struct watch_probe *p = d->probe;
    size_t own_len = 0;

    return ztrunk_tls_conf_chain(conf, p->own, sizeof p->own, &own_len) == ZTRUNK_OK &&
           own_len <= len && memcmp(p->own, p->shown, own_len) == 0;
}

/* What a refusing or an accepting handshake of ours has shown. */
static void note(struct daemon *d, uint64_t flow)
{
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);
    struct watch_probe *p = d->probe;
    const struct target *t = &p->targets[p->next - 1];
    size_t len = 0;
    uint32_t is_other;

    if (tls == NULL || ztrunk_tls_peer_path(tls, p->shown, sizeof p->shown, &len) != ZTRUNK_OK)
        return;
    p->has_seen |= t->is_by_name;
    is_other = !is_loaded(d, t, len);
    if (p->found_len > 0 && (p->is_other || !is_other)) return;
    memcpy(p->found, p->shown, len);
    p->found_len = len;
    p->is_other = is_other;
}

static void connect_to(struct daemon *d, const struct target *t)
{
    const struct config_side *conf = &d->trunks[t->trunk].conf->side[t->side];
    ztrunk_addr local = config_reach(conf);
    struct watch_probe *p = d->probe;

    local.port = 0;
    if (ztrunk_net_connect(d->net, ZTRUNK_NET_TLS, &local, &t->addr,
                           d->trunks[t->trunk].side[t->side].client, d->config->fqdn,
                           &p->flow) != ZTRUNK_OK) {
        p->flow = 0;
        plan_next(d);
    }
}

static void tell_mute(struct daemon *d, uint32_t is_mute)
{
    struct log_line line;

    if (d->probe->is_mute == is_mute) return;
    d->probe->is_mute = is_mute;
    log_begin(&line, &d->log, is_mute ? LOG_WARNING : LOG_INFO,
              is_mute ? "identity.unseen" : "identity.seen", 0);
    log_word(&line, "fqdn", d->config->fqdn);
    log_end(&line);
}

static void finish(struct daemon *d)
{
    struct watch_probe *p = d->probe;
    watch_probe_fn *done = p->done;

    p->done = NULL;
    p->next_ns = UINT64_MAX;
    tell_mute(d, p->found_len == 0);
    done(d, p->found_len > 0 ? p->found : NULL, p->found_len);
}

/* A listener of the cloud's side is only asked where the name showed nothing. */
static void go_on(struct daemon *d)
{
    struct watch_probe *p = d->probe;

    p->next_ns = UINT64_MAX;
    while (p->next < p->count && p->has_seen && !p->targets[p->next].is_by_name &&
           p->targets[p->next].side == CLOUD)
        p->next++;
    if (p->next == p->count) {
        finish(d);
        return;
    }
    p->next++;
    connect_to(d, &p->targets[p->next - 1]);
}

uint32_t watch_probe_arrival(const struct daemon *d, const ztrunk_addr *remote, uint64_t *tag)
{
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (d->probe == NULL || d->probe->flow == 0 ||
        ztrunk_net_flow(d->net, d->probe->flow, &info) != ZTRUNK_OK ||
        !ztrunk_addr_equal(&info.local, remote))
        return 0;
    *tag = TAG;
    return 1;
}

uint32_t watch_probe_opened(struct daemon *d, uint64_t flow, const ztrunk_net_flow_info *info)
{
    if (info->tag == TAG) {
        (void)ztrunk_net_close(d->net, flow);
        return 1;
    }
    if (flow == 0 || flow != d->probe->flow) return 0;
    note(d, flow);
    (void)ztrunk_net_close(d->net, flow);
    return 1;
}

uint32_t watch_probe_closed(struct daemon *d, uint64_t flow, const ztrunk_net_flow_info *info)
{
    if (info->tag == TAG) return 1;
    if (flow == 0 || flow != d->probe->flow) return 0;
    note(d, flow);
    d->probe->flow = 0;
    plan_next(d);
    return 1;
}

/* ---- life ---- */

int watch_probe_start(struct daemon *d)
{
    d->probe = calloc(1, sizeof *d->probe);
    if (d->probe == NULL) return -1;
    d->probe->next_ns = UINT64_MAX;
    return 0;
}

void watch_probe_end(struct daemon *d)
{
    free(d->probe);
    d->probe = NULL;
}

int watch_probe_run(struct daemon *d, watch_probe_fn *done)
{
    struct watch_probe *p = d->probe;

    if (p->done != NULL) return -1;
    p->done = done;
    p->found_len = 0;
    p->has_seen = p->is_other = 0;
    find_targets(d);
    return 0;
}

uint64_t watch_probe_deadline(const struct daemon *d)
{
    return d->probe->next_ns;
}

void watch_probe_expire(struct daemon *d, uint64_t now_ns)
{
    if (d->probe->done != NULL && now_ns >= d->probe->next_ns) go_on(d);
}
