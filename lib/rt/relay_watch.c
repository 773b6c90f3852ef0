#include "rt/relay_watch.h"

#include "base/cur.h"

#define RTCP_SR     200u
#define RTCP_RR     201u
#define SENDER_INFO 20u
#define BLOCK       24u

static void store(atomic_uint *place, uint32_t value)
{
    atomic_store_explicit(place, value, memory_order_relaxed);
}

static uint32_t load(const atomic_uint *place)
{
    return atomic_load_explicit(place, memory_order_relaxed);
}

void zti_relay_watch_refused(zti_relay_leg *leg, uint64_t now_ns, int32_t err, uint32_t is_rtcp,
                             const uint8_t *pkt, size_t len)
{
    uint32_t cause;

    if (leg->call->trials == NULL || leg->in == NULL) return;
    cause = ztrunk_srtp_trials_look(leg->call->trials, now_ns, leg->in, leg->out, leg->in_before,
                                    err, is_rtcp, pkt, len);
    if (!is_rtcp) {
        if (cause != load(&leg->counters.srtp_cause)) store(&leg->counters.srtp_cause, cause);
        if (ztrunk_srtp_recover(leg->in) == ZTRUNK_OK) zti_relay_count(&leg->counters.recovered, 1);
    }
}

static uint32_t is_agreed(const ztrunk_relay_leg *spec, uint32_t payload_type)
{
    if ((spec->payload_types[0] | spec->payload_types[1]) == 0) return 1;
    return spec->payload_types[payload_type / 64] >> payload_type % 64 & 1;
}

void zti_relay_watch_media(zti_relay_leg *leg, uint32_t payload_type)
{
    if (load(&leg->counters.srtp_cause) != ZTRUNK_SRTP_CAUSE_NONE)
        store(&leg->counters.srtp_cause, ZTRUNK_SRTP_CAUSE_NONE);
    if (!is_agreed(&leg->spec, payload_type & 0x7f))
        zti_relay_count(&leg->counters.rx_other_codec, 1);
}

/* RFC 3550 6.4.1. Blocks on other sources, of before a transfer, are of no use. */
static void read_block(zti_relay_leg *leg, uint32_t ssrc, zti_cur *c)
{
    zti_relay_counters *n = &leg->counters;
    uint32_t of = zti_cur_be32(c), lost = zti_cur_be32(c) >> 24, sequence = zti_cur_be32(c),
             jitter = zti_cur_be32(c);

    if (c->err != ZTRUNK_OK || of != ssrc) return;
    store(&n->report_lost, lost);
    store(&n->report_sequence, sequence);
    store(&n->report_jitter, jitter);
    zti_relay_count(&n->reports, 1);
}

static void read_report(zti_relay_leg *leg, uint32_t ssrc, uint32_t type, uint32_t blocks,
                        zti_str body)
{
    zti_cur c = zti_cur_of(body);

    (void)zti_cur_be32(&c); /* the reporter's SSRC */
    if (type == RTCP_SR) (void)zti_cur_take(&c, SENDER_INFO);
    while (blocks-- > 0 && c.err == ZTRUNK_OK) {
        zti_cur block = zti_cur_of(zti_cur_take(&c, BLOCK));

        if (c.err == ZTRUNK_OK) read_block(leg, ssrc, &block);
    }
}

void zti_relay_watch_rtcp(zti_relay_leg *leg, const uint8_t *pkt, size_t len)
{
    const zti_relay_counters *other = &leg->call->legs[1 - leg->index].counters;
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len});
    uint32_t ssrc = load(&other->last_ssrc);

    if (atomic_load_explicit(&other->rx_packets, memory_order_relaxed) == 0) return;
    while (!zti_cur_done(&c)) {
        uint8_t first = zti_cur_byte(&c), type = zti_cur_byte(&c);
        zti_str body = zti_cur_take(&c, zti_cur_be16(&c) * 4u);

        if (c.err != ZTRUNK_OK || first >> 6 != 2) return;
        if (type == RTCP_SR || type == RTCP_RR) read_report(leg, ssrc, type, first & 31u, body);
    }
}
