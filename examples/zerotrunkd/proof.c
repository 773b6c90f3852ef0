#include "proof.h"
#include <stdlib.h>
#include <zerotrunk/proof.h>
#include "hold.h"
#include "proof_log.h"

#define SECOND UINT64_C(1000000000)

enum { MOST_HELD = 256 };

struct probe {
    uint64_t key; /* which side of which trunk */
    ztrunk_addr addr;
    uint32_t is_done; /* the address is proved; the connection is being closed */
};

struct proofs {
    ztrunk_proofs *table;
    struct idmap probes; /* flow -> struct probe */
    struct idmap holds;  /* flow -> struct hold */
    uint64_t refused, warned;
    struct brake failed_brake, refused_brake;
};

static uint64_t key_of(const struct trunk *trunk, uint32_t side)
{
    return (uint64_t)(trunk - trunk->daemon->trunks) * 2 + side;
}

static uint32_t mode_of(const struct trunk *trunk, uint32_t side)
{
    const struct config_side *conf = &trunk->conf->side[side];

    return conf->transport == ZTRUNK_NET_TLS ? conf->peer.reverse_proof : ZTRUNK_IDENTITY_OFF;
}

int32_t proof_start(struct daemon *d)
{
    /* A cloud's address that was down for a moment is asked again soon. */
    const ztrunk_proofs_opts opts = {.size = sizeof opts,
                                     .max_probes = 16,
                                     .valid_ns = d->config->proof_seconds * SECOND,
                                     .retry_ns = 2 * SECOND,
                                     .max_retry_ns = 30 * SECOND};

    d->proofs = calloc(1, sizeof *d->proofs);
    if (d->proofs == NULL) return ZTRUNK_E_NOMEM;
    return ztrunk_proofs_new(d->ctx, &opts, &d->proofs->table);
}

void proof_end(struct daemon *d)
{
    struct proofs *p = d->proofs;

    if (p == NULL) return;
    for (size_t i = 0; i < p->probes.size; i++) free(p->probes.places[i].value);
    for (size_t i = 0; i < p->holds.size; i++) hold_free(p->holds.places[i].value);
    idmap_free(&p->probes);
    idmap_free(&p->holds);
    ztrunk_proofs_free(p->table);
    free(p);
    d->proofs = NULL;
}

void proof_keep_peers(struct trunk *trunk, uint32_t side)
{
    const struct side *s = &trunk->side[side];

    if (mode_of(trunk, side) == ZTRUNK_IDENTITY_OFF) return;
    for (uint32_t i = 0; i < s->peer_count; i++)
        (void)ztrunk_proofs_want(trunk->daemon->proofs->table, ztrunk_rt_now_ns(),
                                 key_of(trunk, side), &s->peers[i], 1);
}

/* ---- the verdict on a connection ---- */

static void conclude(struct daemon *d, uint64_t flow, struct bound_flow *bound, uint32_t is_proved)
{
    const uint32_t required = ZTRUNK_FACT_SOURCE | ZTRUNK_FACT_REVERSE;
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct hold *hold = idmap_take(&d->proofs->holds, flow);
    uint32_t mode = mode_of(bound->trunk, bound->side), missing = 0;
    int32_t err;

    bound->facts &= ~(uint32_t)ZTRUNK_FACT_REVERSE;
    if (is_proved) bound->facts |= ZTRUNK_FACT_REVERSE;
    err = ztrunk_identity_judge(mode, required, bound->facts, &missing);
    (void)ztrunk_net_flow(d->net, flow, &info);
    proof_log_judged(d, bound, &info.remote, bound->facts, missing, err);
    bound->proof_ns = mode == ZTRUNK_IDENTITY_ENFORCE ? ztrunk_rt_now_ns() + SECOND : UINT64_MAX;
    d->proofs->refused += err != ZTRUNK_OK;
    d->proofs->warned += err == ZTRUNK_OK && missing != 0;
    if (err == ZTRUNK_OK) {
        (void)ztrunk_net_quiet(d->net, flow, 0);
        endpoint_release(d, flow, hold, endpoint_deliver);
        return;
    }
    hold_free(hold);
    (void)ztrunk_net_close(d->net, flow);
}

/* NULL: there is no room, or the address is not to be asked. */
static struct hold *start_hold(struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                               const ztrunk_addr *remote, uint64_t now_ns)
{
    struct proofs *p = d->proofs;
    struct hold *hold;

    if (p->holds.count >= MOST_HELD ||
        ztrunk_proofs_want(p->table, now_ns, key_of(bound->trunk, bound->side), remote, 0) !=
            ZTRUNK_OK)
        return NULL;
    hold = calloc(1, sizeof *hold);
    if (hold == NULL) return NULL;
    hold->until_ns = now_ns + 5 * SECOND;
    if (idmap_put(&p->holds, flow, hold) == 0) {
        (void)ztrunk_net_quiet(d->net, flow, 1);
        return hold;
    }
    free(hold);
    return NULL;
}

static int32_t check(struct daemon *d, const struct bound_flow *bound, const ztrunk_addr *remote,
                     uint64_t now_ns)
{
    return ztrunk_proofs_check(d->proofs->table, now_ns, key_of(bound->trunk, bound->side), remote);
}

void proof_opened(struct daemon *d, uint64_t flow, struct bound_flow *bound, uint32_t is_named)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    uint64_t now_ns = ztrunk_rt_now_ns();
    int32_t err;

    if (is_named) bound->facts |= ZTRUNK_FACT_CERTIFICATE;
    if (mode_of(bound->trunk, bound->side) == ZTRUNK_IDENTITY_OFF ||
        ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK)
        return;
    if (info.is_outbound) {
        bound->facts |= ZTRUNK_FACT_REVERSE;
        (void)ztrunk_proofs_note(d->proofs->table, now_ns, key_of(bound->trunk, bound->side),
                                 &info.remote);
        return;
    }
    err = check(d, bound, &info.remote, now_ns);
    if (err != ZTRUNK_E_NOTFOUND || start_hold(d, flow, bound, &info.remote, now_ns) == NULL)
        conclude(d, flow, bound, err == ZTRUNK_OK);
}

uint32_t proof_takes(struct daemon *d, uint64_t flow, struct bound_flow *bound, ztrunk_sip_msg *m)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct hold *hold = idmap_get(&d->proofs->holds, flow);
    uint64_t now_ns = ztrunk_rt_now_ns();

    if (bound->proof_ns == 0 && hold == NULL) return 0;
    if (hold == NULL && now_ns < bound->proof_ns) return 0;
    if (ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return 0;
    if (hold == NULL) {
        /* Proof is asked for again all the time that a connection lasts. */
        bound->proof_ns = now_ns + SECOND;
        if (check(d, bound, &info.remote, now_ns) == ZTRUNK_OK) return 0;
        hold = start_hold(d, flow, bound, &info.remote, now_ns);
    }
    if (hold != NULL && hold_add(hold, m) == 0) return 1;
    conclude(d, flow, bound, 0);
    if (mode_of(bound->trunk, bound->side) != ZTRUNK_IDENTITY_ENFORCE) return 0;
    ztrunk_sip_msg_free(m);
    return 1;
}

static void settle_one(struct daemon *d, uint64_t flow, uint64_t now_ns)
{
    const struct hold *hold = idmap_get(&d->proofs->holds, flow);
    struct bound_flow *bound = idmap_get(&d->flows, flow);
    ztrunk_net_flow_info info = {.size = sizeof info};
    int32_t err;

    if (hold == NULL) return;
    if (bound == NULL || ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) {
        hold_free(idmap_take(&d->proofs->holds, flow));
        return;
    }
    err = check(d, bound, &info.remote, now_ns);
    if (err == ZTRUNK_E_NOTFOUND && now_ns < hold->until_ns) return;
    conclude(d, flow, bound, err == ZTRUNK_OK);
}

/* A verdict changes both maps: the flows are noted first. */
static void settle(struct daemon *d, uint64_t now_ns)
{
    const struct idmap *holds = &d->proofs->holds;
    uint64_t flows[MOST_HELD];
    size_t count = 0;

    for (size_t i = 0; i < holds->size && count < MOST_HELD; i++)
        if (holds->places[i].id != 0) flows[count++] = holds->places[i].id;
    for (size_t i = 0; i < count; i++) settle_one(d, flows[i], now_ns);
}

uint32_t proof_arrival(struct daemon *d, struct trunk *trunk, uint32_t side,
                       const ztrunk_addr *remote)
{
    uint32_t mode = mode_of(trunk, side);
    uint64_t now_ns = ztrunk_rt_now_ns();
    int32_t err;

    if (mode == ZTRUNK_IDENTITY_OFF) return 1;
    err = ztrunk_proofs_check(d->proofs->table, now_ns, key_of(trunk, side), remote);
    if (err == ZTRUNK_E_NOTFOUND)
        (void)ztrunk_proofs_want(d->proofs->table, now_ns, key_of(trunk, side), remote, 0);
    if (err != ZTRUNK_E_DENIED || mode != ZTRUNK_IDENTITY_ENFORCE) return 1;
    d->proofs->refused++;
    proof_log_failed(d, trunk, remote, &d->proofs->refused_brake, "identity.refused", NULL,
                     "asked back lately, the address did not prove the peer's name");
    return 0;
}

/* ---- probes ---- */

static void probe(struct daemon *d, uint64_t key, const ztrunk_addr *addr)
{
    struct trunk *trunk = &d->trunks[key / 2];
    const struct config_side *conf = &trunk->conf->side[key % 2];
    struct probe *made = malloc(sizeof *made);
    ztrunk_addr local = conf->listen, remote = *addr;
    uint64_t flow = 0;
    int32_t err = ZTRUNK_E_NOMEM;

    local.port = 0;
    remote.port = (uint16_t)conf->peer.reverse_port;
    if (made != NULL)
        err = ztrunk_net_connect(d->net, ZTRUNK_NET_TLS,
                                 local.family == remote.family ? &local : NULL, &remote,
                                 trunk->side[key % 2].client, conf->peer.host.host, &flow);
    if (err == ZTRUNK_OK) {
        *made = (struct probe){key, *addr, 0};
        if (idmap_put(&d->proofs->probes, flow, made) == 0) return;
        (void)ztrunk_net_close(d->net, flow);
    }
    free(made);
    (void)ztrunk_proofs_failed(d->proofs->table, ztrunk_rt_now_ns(), key, addr, 0);
}

uint32_t proof_probe_opened(struct daemon *d, uint64_t flow)
{
    struct probe *probe = idmap_get(&d->proofs->probes, flow);
    uint64_t now_ns = ztrunk_rt_now_ns();

    if (probe == NULL) return 0;
    probe->is_done = 1;
    (void)ztrunk_proofs_note(d->proofs->table, now_ns, probe->key, &probe->addr);
    proof_log_noted(d, &d->trunks[probe->key / 2], &probe->addr);
    (void)ztrunk_net_close(d->net, flow);
    settle(d, now_ns);
    return 1;
}

/* Somebody answers there, and is not the peer. Silence and a hang-up say nothing about who. */
static uint32_t is_wrong(uint32_t cause)
{
    return (cause >= ZTRUNK_TLS_CAUSE_EXPIRED && cause <= ZTRUNK_TLS_CAUSE_SUITE) ||
           cause == ZTRUNK_TLS_CAUSE_NO_KEY;
}

/* Who is no longer proved loses its connections at once. */
static void end_flows_of(struct daemon *d, uint64_t key, const ztrunk_addr *addr)
{
    struct trunk *trunk = &d->trunks[key / 2];

    if (mode_of(trunk, key % 2) != ZTRUNK_IDENTITY_ENFORCE) return;
    for (size_t i = 0; i < d->flows.size; i++) {
        const struct idmap_place *place = &d->flows.places[i];
        const struct bound_flow *bound = place->value;
        ztrunk_net_flow_info info = {.size = sizeof info};

        if (place->id == 0 || bound->trunk != trunk || bound->side != key % 2 ||
            ztrunk_net_flow(d->net, place->id, &info) != ZTRUNK_OK || info.is_outbound)
            continue;
        info.remote.port = addr->port;
        if (ztrunk_addr_equal(&info.remote, addr)) (void)ztrunk_net_close(d->net, place->id);
    }
}

static void failed(struct daemon *d, uint64_t key, const ztrunk_addr *addr, uint32_t cause)
{
    uint64_t now_ns = ztrunk_rt_now_ns();

    (void)ztrunk_proofs_failed(d->proofs->table, now_ns, key, addr, is_wrong(cause));
    settle(d, now_ns);
    if (is_wrong(cause)) end_flows_of(d, key, addr);
}

uint32_t proof_probe_closed(struct daemon *d, uint64_t flow, uint32_t cause, const char *why)
{
    struct probe *probe = idmap_take(&d->proofs->probes, flow);

    if (probe == NULL) return 0;
    if (!probe->is_done) {
        proof_log_failed(d, &d->trunks[probe->key / 2], &probe->addr, &d->proofs->failed_brake,
                         "proof.failed", ztrunk_tls_cause_name(cause), why);
        failed(d, probe->key, &probe->addr, cause);
    }
    free(probe);
    return 1;
}

void proof_closed(struct daemon *d, uint64_t flow, const struct bound_flow *bound,
                  const ztrunk_net_flow_info *info, uint32_t cause)
{
    hold_free(idmap_take(&d->proofs->holds, flow));
    if (bound == NULL || !info->is_outbound || !is_wrong(cause)) return;
    if (mode_of(bound->trunk, bound->side) != ZTRUNK_IDENTITY_OFF)
        failed(d, key_of(bound->trunk, bound->side), &info->remote, cause);
}

uint64_t proof_deadline(const struct daemon *d)
{
    uint64_t deadline = ztrunk_proofs_deadline(d->proofs->table);

    for (size_t i = 0; i < d->proofs->holds.size; i++) {
        const struct hold *hold = d->proofs->holds.places[i].value;

        if (hold != NULL && hold->until_ns < deadline) deadline = hold->until_ns;
    }
    return deadline;
}

void proof_expire(struct daemon *d, uint64_t now_ns)
{
    ztrunk_addr addr;
    uint64_t key;

    (void)ztrunk_proofs_expire(d->proofs->table, now_ns);
    while (ztrunk_proofs_next(d->proofs->table, now_ns, &key, &addr) == ZTRUNK_OK)
        probe(d, key, &addr);
    settle(d, now_ns);
}

void proof_get_counts(const struct daemon *d, struct proof_counts *counts)
{
    ztrunk_proofs_info info = {.size = sizeof info};

    (void)ztrunk_proofs_get_info(d->proofs->table, ztrunk_rt_now_ns(), &info);
    *counts = (struct proof_counts){info.proved, info.failures, d->proofs->refused,
                                    d->proofs->warned, (uint32_t)d->proofs->holds.count};
}
