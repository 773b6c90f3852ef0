#include "admit.h"
#include "nft.h"
#include <stdio.h>

#define SECOND UINT64_C(1000000000)

/* Numbers of the levels above the address: a trunk's two sides count apart. */
static uint64_t trunk_number(const struct trunk *trunk, uint32_t side)
{
    return (uint64_t)(trunk - trunk->daemon->trunks) * 2 + side + 1;
}

static uint64_t within_trunk(uint64_t trunk, uint32_t nth)
{
    return nth != 0 ? trunk << 32 | nth : 0;
}

/* The place of the longest prefix that admits the address, from 1. */
static uint32_t prefix_place(const struct config_prefixes *prefixes, const ztrunk_addr *remote)
{
    uint32_t place = 0, bits = 0;

    for (uint32_t i = 0; i < prefixes->count; i++) {
        if (!ztrunk_prefix_contains(&prefixes->items[i], remote)) continue;
        if (place != 0 && prefixes->items[i].bits < bits) continue;
        place = i + 1;
        bits = prefixes->items[i].bits;
    }
    return place;
}

ztrunk_admission_source admit_source(const struct trunk *trunk, uint32_t side,
                                     const ztrunk_addr *remote, uint32_t identity)
{
    const struct config_side *conf = &trunk->conf->side[side];
    uint64_t number = trunk_number(trunk, side);
    ztrunk_admission_source source = {.size = sizeof source, .flags = ZTRUNK_SOURCE_IDENTIFIED};

    if (!conf->block) source.flags |= ZTRUNK_SOURCE_NEVER_BLOCKED;
    source.trunk = number;
    source.identity = within_trunk(number, identity);
    source.prefix = within_trunk(number, prefix_place(&conf->signalling, remote));
    source.addr = *remote;
    return source;
}

/* ---- set up ---- */

/* Calls, and what connections there may be (ztrunk_net_opts.max_flows). */
static uint32_t most_open(const struct config *config)
{
    uint64_t most = 16384;

    for (uint32_t i = 0; i < config->trunk_count; i++) most += config->trunks[i].max_calls;
    return most < (1 << 24) - 1 ? (uint32_t)most : (1 << 24) - 1;
}

int32_t admit_start(struct daemon *d)
{
    const struct config_admission *conf = &d->config->admission;
    const ztrunk_admission_opts opts = {.size = sizeof opts,
                                        .max_addresses = conf->max_addresses,
                                        .max_named = 16384,
                                        .points = conf->points,
                                        .block_ns = conf->block_seconds * SECOND,
                                        .max_block_ns = conf->max_block_seconds * SECOND,
                                        .calm_ns = conf->calm_seconds * SECOND,
                                        .max_open = most_open(d->config)};

    return ztrunk_admission_new(d->ctx, &opts, &d->admission);
}

static void set_limits(struct daemon *d, uint32_t level, uint64_t number,
                       ztrunk_admission_limits limits)
{
    limits.size = sizeof limits;
    (void)ztrunk_admission_set_limits(d->admission, level, number, &limits);
}

void admit_configure(struct daemon *d)
{
    const struct config_admission *conf = &d->config->admission;

    for (uint32_t level = 0; level < CONFIG_LEVELS; level++)
        set_limits(d, level, 0, conf->limits[level]);
    for (uint32_t i = 0; i < d->trunk_count; i++)
        for (uint32_t s = CLOUD; s <= INSIDE; s++)
            set_limits(d, ZTRUNK_ADMIT_TRUNK, trunk_number(&d->trunks[i], s),
                       d->trunks[i].conf->side[s].limits);
}

/* ---- what is told ---- */

static void tell_blocked(struct daemon *d, struct trunk *trunk, const ztrunk_addr *remote,
                         uint64_t blocked_ns)
{
    uint64_t left_out = 0;
    struct log_line line;

    if (blocked_ns == 0) return;
    /* The kernel lets no BYE through: only while there is no call that one could end. */
    if (d->call_count == 0) nft_block(d, remote, blocked_ns);
    if (!brake_allows(&trunk->blocked_brake, ztrunk_rt_now_ns(), &left_out)) return;
    log_begin(&line, &d->log, LOG_WARNING, "source.blocked", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_addr(&line, "remote", remote);
    log_number(&line, "seconds", blocked_ns / SECOND);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}

static void log_refused(struct daemon *d, struct trunk *trunk, uint32_t side,
                        const ztrunk_addr *remote, const ztrunk_admission_verdict *v)
{
    struct side *s = &trunk->side[side];
    uint64_t left_out = 0;
    struct log_line line;

    s->refused[v->reason]++;
    tell_blocked(d, trunk, remote, v->blocked_ns);
    if (!brake_allows(&s->refused_brakes[v->reason], ztrunk_rt_now_ns(), &left_out)) return;
    log_begin(&line, &d->log, LOG_WARNING, "admission.refused", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_word(&line, "side", side == CLOUD ? "cloud" : "inside");
    log_addr(&line, "remote", remote);
    log_word(&line, "limit_of", ztrunk_admission_level_text(v->level));
    log_word(&line, "why", ztrunk_admission_reason_text(v->reason));
    log_number(&line, "status", v->status);
    if (left_out > 0) log_number(&line, "left_out", left_out);
    log_end(&line);
}

/* ---- connections and datagrams ---- */

uint32_t admit_arrival(struct daemon *d, struct trunk *trunk, uint32_t side,
                       const ztrunk_addr *remote, uint64_t *tag)
{
    const struct config_side *conf = &trunk->conf->side[side];
    ztrunk_admission_source source;
    ztrunk_admission_verdict v = {.size = sizeof v};
    uint64_t now_ns = ztrunk_rt_now_ns();

    /* A datagram is asked for as the message that it holds. */
    if (conf->transport == ZTRUNK_NET_UDP)
        return !conf->block || ztrunk_admission_blocked_ns(d->admission, now_ns, remote) == 0;
    source = admit_source(trunk, side, remote, 0);
    if (ztrunk_admission_ask(d->admission, now_ns, &source,
                             conf->transport == ZTRUNK_NET_TLS ? ZTRUNK_ADMIT_HANDSHAKE
                                                               : ZTRUNK_ADMIT_CONNECTION,
                             &v) == ZTRUNK_OK) {
        *tag = v.id;
        return 1;
    }
    v.status = 0;
    log_refused(d, trunk, side, remote, &v);
    return 0;
}

void admit_opened(struct daemon *d, uint64_t tag)
{
    (void)ztrunk_admission_ready(d->admission, ztrunk_rt_now_ns(), tag);
}

static void offend(struct daemon *d, struct trunk *trunk, const ztrunk_admission_source *source,
                   uint32_t offence)
{
    uint64_t blocked_ns = 0;

    (void)ztrunk_admission_offend(d->admission, ztrunk_rt_now_ns(), source, offence, &blocked_ns);
    tell_blocked(d, trunk, &source->addr, blocked_ns);
}

void admit_closed(struct daemon *d, struct trunk *trunk, uint32_t side,
                  const ztrunk_net_flow_info *info, int32_t error, uint32_t was_open)
{
    ztrunk_admission_source source;

    (void)ztrunk_admission_end(d->admission, ztrunk_rt_now_ns(), info->tag);
    if (info->is_outbound || trunk == NULL || error == ZTRUNK_OK) return;
    source = admit_source(trunk, side, &info->remote, 0);
    if (!was_open) offend(d, trunk, &source, ZTRUNK_OFFENCE_HANDSHAKE);
    if (was_open && error == ZTRUNK_E_MALFORMED)
        offend(d, trunk, &source, ZTRUNK_OFFENCE_MALFORMED);
}

void admit_offend(struct daemon *d, struct bound_flow *bound, uint32_t offence)
{
    offend(d, bound->trunk, &bound->source, offence);
}

/* ---- messages ---- */

/* What a limit may not hold up is asked for as an ending: retransmissions, too. A CANCEL of nothing
 * ends nothing. */
static uint32_t what_is(const struct daemon *d, uint64_t flow, const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};

    (void)ztrunk_sip_msg_info(m, &info);
    if (!info.is_request || info.method == ZTRUNK_SIP_ACK || info.method == ZTRUNK_SIP_BYE)
        return ZTRUNK_ADMIT_ENDING;
    if (ztrunk_txns_knows(d->txns, flow, m)) return ZTRUNK_ADMIT_ENDING;
    if (info.has_to_tag) return ZTRUNK_ADMIT_IN_DIALOG;
    /* What is to be challenged is no call yet: its answer will be. */
    if (d->verdict.status != 0) return ZTRUNK_ADMIT_REQUEST;
    return info.method == ZTRUNK_SIP_INVITE ? ZTRUNK_ADMIT_CALL : ZTRUNK_ADMIT_REQUEST;
}

/* A transaction lasts up to 32 s (RFC 3261 timers H, J), and all trunks share their table: what
 * asks for most of it leaves the rest to new calls. */
static uint32_t is_crowded(const struct daemon *d, uint32_t what)
{
    uint32_t count = ztrunk_txns_count(d->txns);

    if (what == ZTRUNK_ADMIT_REQUEST) return count >= d->max_txns / 2;
    return what == ZTRUNK_ADMIT_IN_DIALOG && count >= d->max_txns / 4 * 3;
}

uint32_t admit_message(struct daemon *d, struct bound_flow *bound, uint64_t flow,
                       const ztrunk_net_flow_info *info, ztrunk_sip_msg *m)
{
    ztrunk_admission_verdict v = {.size = sizeof v};
    uint32_t what = what_is(d, flow, m);
    int32_t err = ztrunk_admission_ask(d->admission, ztrunk_rt_now_ns(), &bound->source, what, &v);

    if (err == ZTRUNK_OK && !is_crowded(d, what)) {
        d->invite_admission = v.id;
        return 1;
    }
    if (err == ZTRUNK_OK) {
        v.reason = ZTRUNK_ADMIT_FULL;
        v.level = ZTRUNK_ADMIT_TRUNK;
        v.status = 503;
        v.retry_after_s = 5;
    }
    log_refused(d, bound->trunk, bound->side, &info->remote, &v);
    if (v.status != 0)
        (void)ztrunk_txns_refuse(d->txns, flow, &info->remote, m, v.status, v.retry_after_s);
    return 0;
}

uint32_t admit_is_new_call(const struct daemon *d)
{
    return d->invite_admission != 0;
}

uint64_t admit_take(struct daemon *d)
{
    uint64_t admission = d->invite_admission;

    d->invite_admission = 0;
    return admission;
}

void admit_settle(struct daemon *d)
{
    admit_call_over(d, admit_take(d));
}

void admit_call_over(struct daemon *d, uint64_t admission)
{
    if (admission != 0) (void)ztrunk_admission_end(d->admission, ztrunk_rt_now_ns(), admission);
}
