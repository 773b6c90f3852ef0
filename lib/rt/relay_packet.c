#include "rt/relay_packet.h"

#include "rt/relay_watch.h"

#define DEFAULT_CLOCK_HZ 8000u

static void count_refusal(zti_relay_leg *leg, int32_t err)
{
    zti_relay_counters *c = &leg->counters;

    if (err == ZTRUNK_E_REPLAY)
        zti_relay_count(&c->drop_replay, 1);
    else if (err == ZTRUNK_E_MALFORMED)
        zti_relay_count(&c->drop_malformed, 1);
    else
        zti_relay_count(&c->drop_auth, 1);
}

/* A peer that has just sent a new key may still send under the old one for a moment. */
static int32_t open_secure(zti_relay_leg *leg, uint64_t now_ns, uint32_t is_rtcp, uint8_t *pkt,
                           size_t *len)
{
    int32_t err = ztrunk_srtp_open(leg->in, is_rtcp, pkt, *len, len);

    if (err != ZTRUNK_E_AUTH || leg->in_before == NULL) return err;
    if (now_ns >= leg->in_before_until_ns) return err;
    return ztrunk_srtp_open(leg->in_before, is_rtcp, pkt, *len, len);
}

static int32_t prove(zti_relay_leg *leg, uint64_t now_ns, uint32_t is_rtcp, uint8_t *pkt,
                     size_t *len)
{
    int32_t err;

    if (leg->is_secure) {
        if (leg->in == NULL) {
            zti_relay_count(&leg->counters.drop_no_key, 1);
            return ZTRUNK_E_STATE;
        }
        err = open_secure(leg, now_ns, is_rtcp, pkt, len);
        if (err != ZTRUNK_OK) zti_relay_watch_refused(leg, now_ns, err, is_rtcp, pkt, *len);
    } else {
        zti_rtp_hdr hdr;

        err = is_rtcp ? zti_rtcp_read(pkt, *len) : zti_rtp_read(pkt, *len, &hdr);
    }
    if (err != ZTRUNK_OK) count_refusal(leg, err);
    return err;
}

static void account(zti_relay_leg *leg, uint64_t now_ns, const uint8_t *pkt, size_t len)
{
    zti_relay_counters *c = &leg->counters;
    uint32_t clock_hz = leg->spec.clock_hz != 0 ? leg->spec.clock_hz : DEFAULT_CLOCK_HZ;
    zti_rtp_hdr hdr;

    if (zti_rtp_read(pkt, len, &hdr) != ZTRUNK_OK) return;
    zti_rtp_seq_count(&leg->seq, &hdr, now_ns, clock_hz);
    zti_relay_watch_media(leg, hdr.payload_type);
    zti_relay_count(&c->rx_packets, 1);
    zti_relay_count(&c->rx_bytes, len);
    atomic_store_explicit(&c->last_rx_ns, now_ns, memory_order_relaxed);
    atomic_store_explicit(&c->last_ssrc, hdr.ssrc, memory_order_relaxed);
    atomic_store_explicit(&c->lost, zti_rtp_seq_lost(&leg->seq), memory_order_relaxed);
    atomic_store_explicit(&c->duplicate, leg->seq.duplicates, memory_order_relaxed);
    atomic_store_explicit(&c->jitter_us, zti_rtp_seq_jitter_us(&leg->seq, clock_hz),
                          memory_order_relaxed);
}

/* A number that the plain side sends twice is sealed once: it counts as that side's replay. */
static void count_unsealed(zti_relay_leg *from, zti_relay_leg *to, int32_t err)
{
    if (err == ZTRUNK_E_REPLAY)
        zti_relay_count(&from->counters.drop_replay, 1);
    else
        zti_relay_count(&to->counters.drop_no_key, 1);
}

/* Media goes to where authentic media comes from (symmetric RTP), until then to where SDP says. */
static uint32_t find_target(const zti_relay_leg *leg, uint32_t is_rtcp, ztrunk_addr *to)
{
    uint32_t hole = is_rtcp && !leg->spec.rtcp_mux;

    if (leg->is_latched[hole])
        *to = leg->latched[hole];
    else
        *to = hole ? leg->spec.rtcp : leg->spec.rtp;
    return to->family != 0 && to->port != 0;
}

static int32_t address(zti_relay_leg *leg, uint32_t is_rtcp, zti_relay_out *out)
{
    uint32_t hole = is_rtcp && !leg->spec.rtcp_mux;

    if (!leg->is_set || (!is_rtcp && !leg->spec.send) || !find_target(leg, is_rtcp, &out->to)) {
        zti_relay_count(&leg->counters.drop_direction, 1);
        return ZTRUNK_E_DENIED;
    }
    out->leg = leg;
    out->is_rtcp = is_rtcp;
    out->port = hole ? &leg->ports->rtcp : &leg->ports->rtp;
    return ZTRUNK_OK;
}

static int32_t protect(zti_relay_leg *from, zti_relay_leg *to, uint32_t is_rtcp, uint8_t *pkt,
                       size_t cap, size_t *len)
{
    int32_t err;

    if (!to->is_secure) return ZTRUNK_OK;
    err =
        to->out == NULL ? ZTRUNK_E_STATE : ztrunk_srtp_seal(to->out, is_rtcp, pkt, *len, cap, len);
    if (err != ZTRUNK_OK) count_unsealed(from, to, err);
    return err;
}

static uint32_t has_latched(const ztrunk_pinholes *holes, uint64_t hole)
{
    ztrunk_pinhole_info info = {.size = sizeof info};

    return ztrunk_pinholes_get_info(holes, hole, &info) == ZTRUNK_OK && info.is_latched;
}

int32_t zti_relay_packet(ztrunk_pinholes *holes, const zti_port *port, uint64_t now_ns,
                         const ztrunk_addr *from, uint8_t *pkt, size_t len, size_t cap,
                         uint32_t *latched, zti_relay_out *out)
{
    zti_relay_leg *leg = port->leg;
    zti_relay_leg *other = &leg->call->legs[1 - leg->index];
    uint32_t is_rtcp = port->is_rtcp || (leg->spec.rtcp_mux && zti_rtp_is_rtcp(pkt, len));
    uint64_t hole = 0;
    int32_t err = ztrunk_pinholes_check(holes, from, &port->local, &hole);

    *latched = 0;
    if (err != ZTRUNK_OK) {
        zti_relay_count(&leg->counters.drop_denied, 1);
        return err;
    }
    err = prove(leg, now_ns, is_rtcp, pkt, &len);
    if (err == ZTRUNK_OK) err = ztrunk_pinholes_touch(holes, now_ns, hole, from);
    if (err != ZTRUNK_OK) return err;
    if (!leg->is_latched[port->is_rtcp] && has_latched(holes, hole)) {
        zti_relay_latch(leg, port->is_rtcp, from);
        *latched = 1;
    }
    if (is_rtcp) {
        zti_relay_count(&leg->counters.rx_rtcp, 1);
        zti_relay_watch_rtcp(leg, pkt, len);
    } else {
        account(leg, now_ns, pkt, len);
    }
    if (!is_rtcp && !leg->spec.receive) {
        zti_relay_count(&leg->counters.drop_direction, 1);
        return ZTRUNK_E_DENIED;
    }
    err = address(other, is_rtcp, out);
    if (err == ZTRUNK_OK) err = protect(leg, other, is_rtcp, pkt, cap, &len);
    out->len = len;
    return err;
}
