/* Transports: who may speak, who has proved what, and which messages go where. */
#include <stdlib.h>
#include <zerotrunk/proof.h>
#include "admit.h"
#include "call.h"
#include "flow_log.h"
#include "generation.h"
#include "hold.h"
#include "perimeter.h"
#include "ocsp.h"
#include "proof.h"
#include "sources.h"
#include "toll.h"
#include "verdict.h"
#include "trust.h"
#include "watch.h"
#include "watch_probe.h"

/* NULL: a stranger. */
static struct trunk *whose_source(struct daemon *d, uint64_t listener, const ztrunk_addr *remote,
                                  uint32_t *side)
{
    uint32_t nearest = 0;
    struct trunk *trunk;

    if (!sources_admit(d->sources, listener, remote, &nearest)) return NULL;
    trunk = &d->trunks[nearest];
    *side = trunk->side[CLOUD].listener == listener ? CLOUD : INSIDE;
    return trunk;
}

static uint32_t on_accept(void *opaque, uint64_t listener, const ztrunk_addr *remote, uint64_t *tag)
{
    struct daemon *d = opaque;
    uint32_t side = CLOUD;
    struct trunk *trunk = whose_source(d, listener, remote, &side);

    if (watch_probe_arrival(d, remote, tag)) return 1;
    return trunk != NULL && proof_arrival(d, trunk, side, remote) &&
           admit_arrival(d, trunk, side, remote, tag);
}

int32_t endpoint_bind(struct daemon *d, uint64_t flow, struct trunk *trunk, uint32_t side)
{
    struct bound_flow *bound = calloc(1, sizeof *bound);
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (bound == NULL) return ZTRUNK_E_NOMEM;
    (void)ztrunk_net_flow(d->net, flow, &info);
    bound->trunk = trunk;
    bound->side = side;
    bound->facts = ZTRUNK_FACT_SOURCE;
    bound->source = admit_source(trunk, side, &info.remote, 0);
    bound->generation = generation_of(d, flow, &trunk->side[side]);
    free(idmap_take(&d->flows, flow));
    if (idmap_put(&d->flows, flow, bound) == 0) return ZTRUNK_OK;
    free(bound);
    return ZTRUNK_E_NOMEM;
}

/* Which of the peer's names it has proved, from 1; 0: none. */
static uint32_t proved_name(const struct config_peer *peer, const ztrunk_tls *tls)
{
    for (uint32_t i = 0; tls != NULL && i < peer->names.count; i++)
        if (ztrunk_tls_peer_proves(tls, peer->names.items[i]) == ZTRUNK_OK) return i + 1;
    return 0;
}

/* tls NULL: a transport that proves nothing. */
static uint32_t is_identified(const struct config_peer *peer, const ztrunk_tls *tls)
{
    return tls == NULL || config_is_told_by_source(peer) || proved_name(peer, tls) != 0;
}

static uint32_t is_named(const struct trunk *trunk, uint32_t s, const ztrunk_net_flow_info *info,
                         const ztrunk_tls *tls)
{
    const struct config_peer *peer = &trunk->conf->side[s].peer;

    return tls != NULL && !config_is_told_by_source(peer) &&
           trunk->side[s].listener == info->listener && trunk_admits(trunk, s, &info->remote) &&
           is_identified(peer, tls);
}

/* Several trunks may share a listener. The longest prefix that covers the source tells them apart,
 * and where they share prefixes the name that the peer proved: a peer of one trunk that calls from
 * a source of another's is neither's. */
static struct trunk *who_connected(struct daemon *d, const ztrunk_net_flow_info *info,
                                   const ztrunk_tls *tls, uint32_t *side)
{
    struct trunk *trunk = whose_source(d, info->listener, &info->remote, side);

    if (trunk == NULL) return NULL;
    if (is_identified(&trunk->conf->side[*side].peer, tls)) return trunk;
    for (uint32_t i = 0; i < 2 * d->trunk_count; i++) {
        trunk = &d->trunks[i / 2];
        *side = i % 2;
        if (is_named(trunk, *side, info, tls)) return trunk;
    }
    return NULL;
}

static void refuse_nobody(struct daemon *d, const ztrunk_net_flow_info *info)
{
    uint32_t side = CLOUD;
    struct trunk *trunk = whose_source(d, info->listener, &info->remote, &side);
    struct log_line line;

    admit_closed(d, trunk, side, info, ZTRUNK_E_AUTH, 0);

    log_begin(&line, &d->log, LOG_WARNING, "flow.refused", 0);
    log_addr(&line, "remote", &info->remote);
    log_word(&line, "why", "no trunk has both this source and a name that the peer proved");
    log_end(&line);
}

static void on_open(void *opaque, uint64_t flow)
{
    struct daemon *d = opaque;
    ztrunk_net_flow_info info = {.size = sizeof info};
    const ztrunk_tls *tls = ztrunk_net_flow_tls(d->net, flow);
    struct bound_flow *bound;
    struct trunk *trunk;
    uint32_t side = CLOUD;

    if (ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return;
    if (proof_probe_opened(d, flow) || watch_probe_opened(d, flow, &info)) {
        daemon_pump(d);
        return;
    }
    admit_opened(d, info.tag);
    if (!info.is_outbound) {
        trunk = who_connected(d, &info, tls, &side);
        if (trunk == NULL) refuse_nobody(d, &info);
        if (trunk == NULL || endpoint_bind(d, flow, trunk, side) != ZTRUNK_OK) {
            (void)ztrunk_net_close(d->net, flow);
            return;
        }
        /* The connection that came last is the one that surely works. RFC 5923 9.2: one whose far
         * end showed no certificate is not for our requests. */
        if (trunk->conf->side[side].peer.identity != ZTRUNK_TLS_SERVER_ONLY || tls == NULL)
            trunk->side[side].flow = flow;
    }
    bound = idmap_get(&d->flows, flow);
    if (bound != NULL)
        bound->source = admit_source(bound->trunk, bound->side, &info.remote,
                                     proved_name(&bound->trunk->conf->side[bound->side].peer, tls));
    if (bound != NULL && tls != NULL) {
        bound->heard_ns = ztrunk_rt_now_ns();
        generation_replaced(bound, flow, 1);
        trust_opened(d, flow);
        flow_log_open(d, bound, &info, tls);
        watch_peer(d, bound, tls, ZTRUNK_TLS_CAUSE_NONE);
    }
    if (bound != NULL) ocsp_opened(d, flow, bound);
    if (bound != NULL)
        proof_opened(d, flow, bound,
                     proved_name(&bound->trunk->conf->side[bound->side].peer, tls) != 0);
    daemon_pump(d);
}

typedef uint32_t keeps_fn(struct daemon *d, uint64_t flow, const struct bound_flow *bound);

/* Ends the flows that are not to be kept. Of a datagram's no on_close comes. */
static void sift(struct daemon *d, keeps_fn *keeps)
{
    uint64_t *gone = calloc(d->flows.count + 1, sizeof *gone);
    size_t count = 0;

    if (gone == NULL) return;
    for (size_t i = 0; i < d->flows.size; i++) {
        const struct idmap_place *place = &d->flows.places[i];

        if (place->id != 0 && !keeps(d, place->id, place->value)) gone[count++] = place->id;
    }
    for (size_t i = 0; i < count; i++) {
        (void)ztrunk_net_close(d->net, gone[i]);
        free(idmap_take(&d->flows, gone[i]));
    }
    free(gone);
}

static uint32_t is_still_theirs(struct daemon *d, uint64_t flow, const struct bound_flow *bound)
{
    ztrunk_net_flow_info info = {.size = sizeof info};
    uint32_t side = CLOUD;

    if (ztrunk_net_flow(d->net, flow, &info) != ZTRUNK_OK) return 0;
    if (info.is_outbound) return 1;
    return who_connected(d, &info, ztrunk_net_flow_tls(d->net, flow), &side) == bound->trunk &&
           side == bound->side;
}

void endpoint_recheck(struct daemon *d)
{
    sift(d, is_still_theirs);
}

static uint32_t is_there(struct daemon *d, uint64_t flow, const struct bound_flow *bound)
{
    ztrunk_net_flow_info info = {.size = sizeof info};

    (void)bound;
    return ztrunk_net_flow(d->net, flow, &info) == ZTRUNK_OK;
}

/* The transports forget a datagram's source without a word; whoever sends from many ports would
 * fill the memory here. */
static void make_room(struct daemon *d)
{
    if (d->flows.count < d->flows_bound) return;
    sift(d, is_there);
    d->flows_bound = 2 * d->flows.count + 1024;
}

/* Of ours on the certificate that the peer has shown. */
static uint32_t is_verdict(uint32_t cause)
{
    return cause >= ZTRUNK_TLS_CAUSE_EXPIRED && cause <= ZTRUNK_TLS_CAUSE_CHAIN;
}

static void on_close(void *opaque, uint64_t flow, const ztrunk_net_flow_info *info, int32_t error,
                     uint32_t cause, const char *text)
{
    struct daemon *d = opaque;
    struct bound_flow *bound = idmap_take(&d->flows, flow);
    uint32_t side = CLOUD;
    struct trunk *trunk = whose_source(d, info->listener, &info->remote, &side);

    if (proof_probe_closed(d, flow, cause, text) || watch_probe_closed(d, flow, info)) {
        daemon_pump(d);
        return;
    }
    ocsp_closed(d, flow);
    proof_closed(d, flow, bound, info, cause);
    flow_log_close(d, bound, info, ztrunk_net_flow_tls(d->net, flow), error, cause, text);
    if (bound != NULL && info->is_outbound && is_verdict(cause))
        watch_peer(d, bound, ztrunk_net_flow_tls(d->net, flow), cause);
    admit_closed(d, trunk, side, info, error, bound != NULL);
    if (bound != NULL) generation_replaced(bound, flow, 0);
    if (bound != NULL && info->is_outbound) generation_closed(d, bound, cause);
    if (bound != NULL && bound->trunk->side[bound->side].flow == flow)
        bound->trunk->side[bound->side].flow = 0;
    free(bound);
    if (flow == 0) return;
    (void)ztrunk_txns_flow_failed(d->txns, ztrunk_rt_now_ns(), flow);
    daemon_pump(d);
}

static void on_reject(void *opaque, uint64_t flow, uint32_t status, const char *why)
{
    struct daemon *d = opaque;
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct bound_flow *bound = idmap_get(&d->flows, flow);
    struct log_line line;

    d->counts.gate++;
    if (bound != NULL) admit_offend(d, bound, ZTRUNK_OFFENCE_MALFORMED);
    log_begin(&line, &d->log, LOG_WARNING, "gate.refused", 0);
    if (ztrunk_net_flow(d->net, flow, &info) == ZTRUNK_OK) log_addr(&line, "remote", &info.remote);
    log_number(&line, "status", status);
    log_word(&line, "why", why);
    log_end(&line);
}

static struct bound_flow *bound_of(struct daemon *d, uint64_t flow,
                                   const ztrunk_net_flow_info *info)
{
    struct bound_flow *bound = idmap_get(&d->flows, flow);
    struct trunk *trunk;
    uint32_t side = INSIDE;

    if (bound != NULL || info->transport != ZTRUNK_NET_UDP) return bound;
    make_room(d);
    trunk = who_connected(d, info, NULL, &side);
    if (trunk == NULL || endpoint_bind(d, flow, trunk, side) != ZTRUNK_OK) return NULL;
    return idmap_get(&d->flows, flow);
}

static void dispatch(struct daemon *d, const struct bound_flow *bound, uint64_t flow,
                     const ztrunk_net_flow_info *info, ztrunk_sip_msg *m)
{
    uint32_t kind = ZTRUNK_TXN_ABSORBED;
    uint64_t txn = 0;

    if (ztrunk_txns_receive(d->txns, ztrunk_rt_now_ns(), flow, info->transport != ZTRUNK_NET_UDP,
                            &info->remote, m, &kind, &txn) != ZTRUNK_OK)
        kind = ZTRUNK_TXN_ABSORBED;
    if (kind == ZTRUNK_TXN_REQUEST && trust_refuses(d, bound, txn, m)) {
        ztrunk_sip_msg_free(m);
        return;
    }
    if (kind == ZTRUNK_TXN_REQUEST) {
        call_request(d, bound->trunk, bound->side, flow, txn, m);
        return;
    }
    if (kind == ZTRUNK_TXN_ACK) call_ack(d, bound->trunk, bound->side, flow, m);
    if (kind == ZTRUNK_TXN_CANCEL) call_cancelled(d, txn);
    if (kind == ZTRUNK_TXN_RESPONSE) call_response(d, flow, txn, m);
    ztrunk_sip_msg_free(m);
}

static uint32_t may_pass(struct daemon *d, struct bound_flow *bound, uint64_t flow,
                         const ztrunk_net_flow_info *info, ztrunk_sip_msg *m)
{
    if (!perimeter_passes(d, bound, flow, &info->remote, m)) return 0;
    verdict_judge(d, bound, flow, m);
    return admit_message(d, bound, flow, info, m) &&
           verdict_passes(d, bound, flow, &info->remote, m) &&
           toll_passes(d, bound, flow, &info->remote, m);
}

void endpoint_deliver(struct daemon *d, struct bound_flow *bound, uint64_t flow, ztrunk_sip_msg *m)
{
    ztrunk_net_flow_info info = {.size = sizeof info};

    if (ztrunk_net_flow(d->net, flow, &info) == ZTRUNK_OK && may_pass(d, bound, flow, &info, m))
        dispatch(d, bound, flow, &info, m);
    else
        ztrunk_sip_msg_free(m);
    admit_settle(d);
    toll_settle(d);
}

void endpoint_hear(struct daemon *d, struct bound_flow *bound, uint64_t flow, ztrunk_sip_msg *m)
{
    if (!proof_takes(d, flow, bound, m)) endpoint_deliver(d, bound, flow, m);
}

void endpoint_release(struct daemon *d, uint64_t flow, struct hold *hold, endpoint_fn *next)
{
    for (uint32_t i = 0; hold != NULL && i < hold->count; i++) {
        struct bound_flow *bound = idmap_get(&d->flows, flow);
        ztrunk_sip_msg *m = hold->messages[i];

        hold->messages[i] = NULL;
        if (bound == NULL)
            ztrunk_sip_msg_free(m);
        else
            next(d, bound, flow, m);
    }
    hold_free(hold);
}

static void on_message(void *opaque, uint64_t flow, ztrunk_sip_msg *m)
{
    struct daemon *d = opaque;
    ztrunk_net_flow_info info = {.size = sizeof info};
    struct bound_flow *bound = NULL;

    if (ztrunk_net_flow(d->net, flow, &info) == ZTRUNK_OK) bound = bound_of(d, flow, &info);
    if (bound != NULL) generation_heard(d, bound, &info);
    if (bound == NULL)
        ztrunk_sip_msg_free(m);
    else if (!ocsp_takes(d, flow, m))
        endpoint_hear(d, bound, flow, m);
    daemon_pump(d);
}

const ztrunk_net_handler endpoint_handler = {
    .size = sizeof(ztrunk_net_handler),
    .on_message = on_message,
    .on_open = on_open,
    .on_close = on_close,
    .on_reject = on_reject,
    .on_accept = on_accept,
};
