#include "verdict/row.h"

#include "base/time.h"

/* What nobody sends for so long is missing. With a look each half second, a verdict comes within
 * three seconds of the failure. */
#define MISSING_NS     (2500 * ZTI_MS)
/* Of a peer that may be silent while its party is, and was never heard. */
#define MISSING_DTX_NS (10 * ZTI_SECOND)
/* When refused packets say what is wrong, it need not take so long. */
#define REFUSED_NS     (500 * ZTI_MS)
#define REFUSED_MIN    5u
/* Media that came for so long without a gap is a peer's that does not fall silent; of one that came
 * for less, a longer silence is needed. */
#define STEADY_NS      (3 * ZTI_SECOND)
#define CODEC_MIN      25u
#define CODEC_NS       ZTI_SECOND
#define SEND_MIN       10u

static uint32_t refused_lately(const zti_verdict_track *t)
{
    return t->now_ns - t->refused.at_ns < MISSING_NS;
}

static uint64_t unauthentic(const zti_verdict_track *t)
{
    const ztrunk_verdict_leg *now = &t->now, *then = &t->heard.leg;

    return now->drop_auth - then->drop_auth + now->drop_replay - then->drop_replay +
           now->drop_malformed - then->drop_malformed;
}

static uint32_t fails_by_cause(const zti_verdict_track *t)
{
    return zti_verdict_track_unheard_ns(t) >= REFUSED_NS && refused_lately(t) &&
           unauthentic(t) >= REFUSED_MIN;
}

static uint32_t fails_to_authenticate(const zti_verdict_track *t)
{
    return zti_verdict_track_unheard_ns(t) >= MISSING_NS && refused_lately(t) &&
           t->now.drop_auth - t->heard.leg.drop_auth >= REFUSED_MIN;
}

static uint32_t is_not_rtp(const zti_verdict_track *t)
{
    return zti_verdict_track_unheard_ns(t) >= MISSING_NS && refused_lately(t) &&
           t->now.drop_malformed - t->heard.leg.drop_malformed >= REFUSED_MIN;
}

static uint32_t comes_from_elsewhere(const zti_verdict_track *t)
{
    return zti_verdict_track_unheard_ns(t) >= MISSING_NS && refused_lately(t) &&
           t->now.drop_denied - t->heard.leg.drop_denied >= REFUSED_MIN;
}

static uint32_t has_no_key(const zti_verdict_track *t)
{
    uint64_t count = t->now.drop_no_key - t->sent.leg.drop_no_key;

    return t->now_ns - t->sent.at_ns >= MISSING_NS && count >= SEND_MIN;
}

static uint32_t is_of_other_codec(const zti_verdict_track *t)
{
    const ztrunk_verdict_leg *now = &t->now, *then = &t->right.leg;
    uint64_t since = t->right.at_ns > t->talk.at_ns ? t->right.at_ns : t->talk.at_ns;

    return t->now_ns - since >= CODEC_NS && now->rx_other_codec - then->rx_other_codec >= CODEC_MIN;
}

/* Where no route leads to a private address that it gave, that address is what is wrong. */
static uint32_t cannot_be_sent(const zti_verdict_track *t)
{
    if (t->now.theirs_is_private && t->now.seen.family == 0) return 0;
    return t->now_ns - t->sent.at_ns >= ZTI_SECOND &&
           t->now.drop_send - t->sent.leg.drop_send >= SEND_MIN;
}

static uint32_t hears_nothing(const zti_verdict_track *t)
{
    return t->is_deaf;
}

/* Nothing at all is let in, now that it is due; a peer with silence suppression may be one whose
 * party has not spoken yet. */
static uint32_t is_missing(const zti_verdict_track *t)
{
    uint64_t long_enough = t->now.has_dtx || t->has_gaps ? MISSING_DTX_NS : MISSING_NS;

    if (t->now.rx_packets != t->talk.leg.rx_packets) return 0;
    if ((t->now.has_dtx || t->has_gaps) && t->now.rx_packets > 0) return 0;
    return zti_verdict_track_unheard_ns(t) >= long_enough;
}

static uint32_t waits_for_ice(const zti_verdict_track *t)
{
    return is_missing(t) && t->now.waits_for_ice;
}

static uint32_t has_our_private_address(const zti_verdict_track *t)
{
    return is_missing(t) && t->now.rx_rtcp == 0 && t->now.ours_is_private &&
           !t->now.theirs_is_private;
}

static uint32_t gave_a_private_address(const zti_verdict_track *t)
{
    return is_missing(t) && t->now.rx_rtcp == 0 && t->now.theirs_is_private &&
           !t->now.ours_is_private;
}

static uint32_t sends_rtcp_only(const zti_verdict_track *t)
{
    return is_missing(t) && !t->now.has_dtx && t->now.rx_rtcp > t->talk.leg.rx_rtcp;
}

/* With silence suppression RTCP alone may be all that a silent party's peer sends. */
static uint32_t sends_nothing(const zti_verdict_track *t)
{
    return is_missing(t) && !(t->now.has_dtx && t->now.rx_rtcp > t->talk.leg.rx_rtcp);
}

static uint32_t has_stopped(const zti_verdict_track *t)
{
    uint64_t long_enough = MISSING_DTX_NS;

    if (t->now.has_dtx || t->has_gaps || t->steady_since_ns == 0) return 0;
    if (t->heard.at_ns - t->steady_since_ns >= STEADY_NS) long_enough = MISSING_NS;
    return zti_verdict_track_unheard_ns(t) >= long_enough;
}

#define BY(code, cause0, cause1)                                                                   \
    {                                                                                              \
        ZTRUNK_VERDICT_##code, 0, {ZTRUNK_SRTP_CAUSE_##cause0, ZTRUNK_SRTP_CAUSE_##cause1},        \
            fails_by_cause                                                                         \
    }
#define IN(code, function)                                                                         \
    {                                                                                              \
        ZTRUNK_VERDICT_##code, 0, {0, 0}, function                                                 \
    }
#define OUT(code, function)                                                                        \
    {                                                                                              \
        ZTRUNK_VERDICT_##code, 1, {0, 0}, function                                                 \
    }

static const zti_verdict_row rows[] = {
    BY(PLAIN_RTP, PLAIN, NONE),
    BY(OLD_KEY, OLD_KEY, NONE),
    BY(OWN_KEY, OWN_KEY, NONE),
    BY(OTHER_LINE, OTHER_LINE, NONE),
    BY(TAG_LENGTH, TAG_32, TAG_80),
    BY(SUITE, SUITE, NONE),
    BY(MKI, MKI, NONE),
    BY(ROLLOVER, ROC_AHEAD, ROC_BEHIND),
    BY(ROLLOVER, ROC_ZERO, NONE),
    BY(LIFETIME, LIFETIME, NONE),
    BY(SOURCES, SOURCES, NONE),
    BY(REPLAY, REPLAY, NONE),
    BY(WRONG_KEY, WRONG_KEY, NONE),
    IN(AUTH, fails_to_authenticate),
    OUT(NO_KEY, has_no_key),
    IN(CODEC, is_of_other_codec),
    IN(NOT_RTP, is_not_rtp),
    IN(SOURCE, comes_from_elsewhere),
    OUT(SEND, cannot_be_sent),
    OUT(UNHEARD, hears_nothing),
    IN(ICE, waits_for_ice),
    IN(PRIVATE_OURS, has_our_private_address),
    IN(PRIVATE_THEIRS, gave_a_private_address),
    IN(RTCP_ONLY, sends_rtcp_only),
    IN(NO_MEDIA, sends_nothing),
    IN(STOPPED, has_stopped),
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static uint32_t has_cause(const zti_verdict_row *row, uint32_t cause)
{
    if (row->cause[0] == ZTRUNK_SRTP_CAUSE_NONE) return 1;
    return cause != ZTRUNK_SRTP_CAUSE_NONE && (cause == row->cause[0] || cause == row->cause[1]);
}

const zti_verdict_row *zti_verdict_row_find(const zti_verdict_track *t)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (has_cause(&rows[i], t->now.srtp_cause) && rows[i].holds(t)) return &rows[i];
    return NULL;
}

uint32_t zti_verdict_row_is_over(const zti_verdict_row *row, const zti_verdict_track *t,
                                 uint64_t found_ns)
{
    if (row->code == ZTRUNK_VERDICT_CODEC) return t->right.at_ns > found_ns;
    if (row->code == ZTRUNK_VERDICT_UNHEARD) return !t->is_deaf;
    return row->is_outward ? t->sent.at_ns > found_ns : t->heard.at_ns > found_ns;
}
