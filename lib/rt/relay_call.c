#include "rt/relay_call.h"

#include <string.h>

int32_t zti_relay_call_new(ztrunk_ctx *ctx, const ztrunk_relay_call *spec, zti_relay_call **out)
{
    zti_relay_call *call = zti_calloc(ctx, sizeof *call);

    if (call == NULL) return ZTRUNK_E_NOMEM;
    call->ctx = ctx;
    for (uint32_t i = 0; i < 2; i++) {
        call->legs[i].call = call;
        call->legs[i].index = i;
        call->legs[i].is_secure = spec->secure[i] != 0;
        call->prefix_count[i] = spec->prefix_count[i];
        memcpy(call->prefixes[i], spec->prefixes[i], sizeof call->prefixes[i]);
    }
    *out = call;
    return ZTRUNK_OK;
}

void zti_relay_call_free(zti_relay_call *call)
{
    if (call == NULL) return;
    for (uint32_t i = 0; i < 2; i++) {
        ztrunk_srtp_free(call->legs[i].in);
        ztrunk_srtp_free(call->legs[i].in_before);
        ztrunk_srtp_free(call->legs[i].out);
    }
    zti_free(call->ctx, call->closing);
    zti_free_wiped(call->ctx, call, sizeof *call);
}

void zti_relay_latch(zti_relay_leg *leg, uint32_t is_rtcp, const ztrunk_addr *from)
{
    zti_relay_counters *c = &leg->counters;
    uint64_t words[2];

    leg->is_latched[is_rtcp] = 1;
    leg->latched[is_rtcp] = *from;
    if (is_rtcp) return;
    memcpy(words, from->ip, sizeof words);
    atomic_store_explicit(&c->latched_ip[0], words[0], memory_order_relaxed);
    atomic_store_explicit(&c->latched_ip[1], words[1], memory_order_relaxed);
    atomic_store_explicit(&c->latched_port, (uint32_t)from->family << 16 | from->port,
                          memory_order_relaxed);
    atomic_store_explicit(&c->is_latched, 1, memory_order_release);
}

void zti_relay_unlatch(zti_relay_leg *leg, uint32_t is_rtcp)
{
    leg->is_latched[is_rtcp] = 0;
    if (!is_rtcp) atomic_store_explicit(&leg->counters.is_latched, 0, memory_order_release);
}

static uint64_t value(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void read_latched(const zti_relay_counters *c, ztrunk_addr *out)
{
    uint64_t words[2] = {value(&c->latched_ip[0]), value(&c->latched_ip[1])};
    uint32_t port = atomic_load_explicit(&c->latched_port, memory_order_relaxed);

    out->family = (uint8_t)(port >> 16);
    out->port = (uint16_t)port;
    memcpy(out->ip, words, sizeof out->ip);
}

void zti_relay_stats_read(const zti_relay_leg *leg, ztrunk_relay_stats *out)
{
    const zti_relay_counters *c = &leg->counters;

    out->is_latched = atomic_load_explicit(&c->is_latched, memory_order_acquire);
    out->rx_packets = value(&c->rx_packets);
    out->rx_bytes = value(&c->rx_bytes);
    out->tx_packets = value(&c->tx_packets);
    out->tx_bytes = value(&c->tx_bytes);
    out->rx_rtcp = value(&c->rx_rtcp);
    out->tx_rtcp = value(&c->tx_rtcp);
    out->drop_denied = value(&c->drop_denied);
    out->drop_auth = value(&c->drop_auth);
    out->drop_replay = value(&c->drop_replay);
    out->drop_malformed = value(&c->drop_malformed);
    out->drop_direction = value(&c->drop_direction);
    out->drop_send = value(&c->drop_send);
    out->drop_no_key = value(&c->drop_no_key);
    out->lost = value(&c->lost);
    out->duplicate = value(&c->duplicate);
    out->last_rx_ns = value(&c->last_rx_ns);
    out->jitter_us = atomic_load_explicit(&c->jitter_us, memory_order_relaxed);
    out->last_ssrc = atomic_load_explicit(&c->last_ssrc, memory_order_relaxed);
    if (out->is_latched) read_latched(c, &out->latched);
    out->rx_other_codec = value(&c->rx_other_codec);
    out->recovered = value(&c->recovered);
    out->reports = value(&c->reports);
    out->report_lost = atomic_load_explicit(&c->report_lost, memory_order_relaxed);
    out->report_sequence = atomic_load_explicit(&c->report_sequence, memory_order_relaxed);
    out->report_jitter = atomic_load_explicit(&c->report_jitter, memory_order_relaxed);
    out->srtp_cause = atomic_load_explicit(&c->srtp_cause, memory_order_relaxed);
}
