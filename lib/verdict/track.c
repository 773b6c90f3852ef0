#include "verdict/track.h"

#include "base/time.h"

/* A pause that a steady peer does not make. */
#define GAP_NS          (2 * ZTI_SECOND + 500 * ZTI_MS)
/* A report block with as much lost, of 256, says that nothing came. */
#define ALL_LOST        250u
/* So many packets must be on their way between two reports before the second can tell. */
#define TELLING_PACKETS 50u

static zti_verdict_mark mark_of(uint64_t at_ns, const ztrunk_verdict_leg *leg)
{
    return (zti_verdict_mark){at_ns, *leg};
}

/* Nothing is due up to now: all is counted from here. */
static void start(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg)
{
    t->is_started = 1;
    t->talk = t->heard = t->right = t->sent = t->reported = t->refused = mark_of(now_ns, leg);
    t->steady_since_ns = 0;
    t->is_deaf = 0;
}

static uint64_t refused(const ztrunk_verdict_leg *leg)
{
    return leg->drop_auth + leg->drop_replay + leg->drop_malformed + leg->drop_denied +
           leg->drop_no_key;
}

/* The time of the last packet, when the facts have it. */
static uint64_t heard_at(const zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg)
{
    if (leg->last_rx_ns > t->now_ns && leg->last_rx_ns < now_ns) return leg->last_rx_ns;
    return now_ns;
}

static void take_media(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg)
{
    uint64_t more = leg->rx_packets - t->now.rx_packets;
    uint64_t other = leg->rx_other_codec - t->now.rx_other_codec;
    uint64_t heard_ns = heard_at(t, now_ns, leg);
    uint32_t has_gap;

    if (more == 0) return;
    has_gap = heard_ns - t->heard.at_ns > GAP_NS;
    if (has_gap && t->heard.leg.rx_packets > t->talk.leg.rx_packets) t->has_gaps = 1;
    if (t->steady_since_ns == 0 || has_gap) t->steady_since_ns = heard_ns;
    t->heard = mark_of(heard_ns, leg);
    if (more > other) t->right = t->heard;
}

static uint32_t is_all_lost(const zti_verdict_track *t, const ztrunk_verdict_leg *leg)
{
    const zti_verdict_mark *last = &t->reported;
    /* By the look before: what has just been sent can be in no report yet. */
    uint64_t sent = t->now.tx_packets - last->leg.tx_packets;

    if (sent < TELLING_PACKETS) return 0;
    if (leg->report_lost >= ALL_LOST) return 1;
    return last->leg.reports > 0 && leg->report_sequence == last->leg.report_sequence;
}

static void take_reports(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg)
{
    uint32_t was_deaf = t->is_deaf;

    if (leg->reports == t->now.reports) return;
    t->is_deaf = is_all_lost(t, leg);
    if (t->is_deaf && !was_deaf) t->deaf_since_ns = t->reported.at_ns;
    t->reported = mark_of(now_ns, leg);
}

static void take(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg)
{
    take_media(t, now_ns, leg);
    take_reports(t, now_ns, leg);
    if (leg->tx_packets != t->now.tx_packets) t->sent = mark_of(now_ns, leg);
    if (refused(leg) != refused(&t->now)) t->refused = mark_of(now_ns, leg);
}

void zti_verdict_track_take(zti_verdict_track *t, uint64_t now_ns, const ztrunk_verdict_leg *leg,
                            uint32_t is_due)
{
    if (!t->is_started || !is_due)
        start(t, now_ns, leg);
    else
        take(t, now_ns, leg);
    t->now = *leg;
    t->now_ns = now_ns;
}

uint64_t zti_verdict_track_unheard_ns(const zti_verdict_track *t)
{
    return t->now_ns - t->heard.at_ns;
}
