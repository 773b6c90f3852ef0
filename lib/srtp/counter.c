#include <zerotrunk/srtp.h>

#include <string.h>
#include "base/mem.h"
#include "base/opts.h"
#include "srtp/session.h"

/* Sealing so many packets of SRTCP takes some 50 ms; one each five seconds makes 90 hours. */
#define MAX_RTCP_INDEX 65536u
/* How often, over the life of a key, its counters may be set back. */
#define MAX_BACK       8u

int32_t ztrunk_srtp_get_counter(const ztrunk_srtp *s, uint32_t nth, ztrunk_srtp_counter *counter)
{
    ztrunk_srtp_counter c = {0};
    const zti_srtp_stream *stream;
    uint32_t roc = 0;

    if (s == NULL || counter == NULL) return ZTRUNK_E_INVALID;
    if (nth >= s->stream_count) return ZTRUNK_E_NOTFOUND;
    stream = &s->streams[nth];
    c.ssrc = stream->ssrc;
    c.has_rtp = stream->has_seq;
    c.has_rtcp = stream->rtcp_index != 0;
    c.rtcp_index = stream->rtcp_index;
    (void)ztrunk_srtp_get_roc(s, stream->ssrc, &roc);
    if (stream->has_seq) c.rtp_index = (uint64_t)roc << 16 | stream->seq;
    return zti_opts_write(counter, &c, sizeof c);
}

/* libsrtp2 has no call that sets SRTCP's index: it is counted up. */
static int32_t count_up(ztrunk_srtp *s, zti_srtp_stream *stream, uint32_t index)
{
    static const uint8_t report[8] = {0x80, 201, 0, 1};
    uint8_t pkt[sizeof report + 256];
    int32_t err = ZTRUNK_OK;

    while (stream->rtcp_index < index && err == ZTRUNK_OK) {
        size_t len = sizeof report;

        memcpy(pkt, report, sizeof report);
        for (int i = 0; i < 4; i++) pkt[4 + i] = (uint8_t)(stream->ssrc >> (24 - 8 * i));
        err = ztrunk_srtp_seal(s, 1, pkt, len, sizeof pkt, &len);
    }
    zti_wipe(pkt, sizeof pkt);
    return err;
}

static int32_t check(const ztrunk_srtp *s, const ztrunk_srtp_counter *c)
{
    uint32_t roc;

    if (c->has_rtp > 1 || c->has_rtcp > 1 || c->rtp_index >> 48 != 0 || c->rtcp_index >> 31 != 0)
        return ZTRUNK_E_INVALID;
    if (c->has_rtp && c->rtp_index >> 16 > ZTI_SRTP_LAST_ROC) return ZTRUNK_E_EXPIRED;
    if (!s->inbound && c->has_rtcp && c->rtcp_index > MAX_RTCP_INDEX) return ZTRUNK_E_LIMIT;
    return ztrunk_srtp_get_roc(s, c->ssrc, &roc) == ZTRUNK_OK ? ZTRUNK_E_STATE : ZTRUNK_OK;
}

static void set_rtp(ztrunk_srtp *s, zti_srtp_stream *stream, uint64_t index)
{
    stream->has_seq = 1;
    stream->is_pending = 1;
    stream->is_restored = 1;
    stream->seq = (uint16_t)index;
    stream->pending_roc = (uint32_t)(index >> 16);
    stream->floor = index + 1;
    (void)zti_srtp_set_pending(s, stream, stream->pending_roc);
}

int32_t ztrunk_srtp_set_counter(ztrunk_srtp *s, const ztrunk_srtp_counter *counter)
{
    ztrunk_srtp_counter c;
    zti_srtp_stream *stream;
    int32_t err;

    if (s == NULL || counter == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&c, sizeof c, counter);
    if (err == ZTRUNK_OK) err = check(s, &c);
    if (err == ZTRUNK_OK) err = zti_srtp_stream_add(s, c.ssrc, &stream);
    if (err != ZTRUNK_OK) return err;
    if (c.has_rtp) set_rtp(s, stream, c.rtp_index);
    if (!c.has_rtcp) return ZTRUNK_OK;
    if (!s->inbound) return count_up(s, stream, c.rtcp_index);
    stream->rtcp_index = c.rtcp_index;
    stream->rtcp_floor = c.rtcp_index + 1;
    return ZTRUNK_OK;
}

int32_t ztrunk_srtp_renegotiated(ztrunk_srtp *s)
{
    if (s == NULL) return ZTRUNK_E_INVALID;
    if (!s->inbound) return ZTRUNK_E_STATE;
    s->may_go_back = s->went_back < MAX_BACK;
    return ZTRUNK_OK;
}

static uint32_t is_counter(uint32_t cause)
{
    return cause == ZTRUNK_SRTP_CAUSE_ROC_AHEAD || cause == ZTRUNK_SRTP_CAUSE_ROC_BEHIND ||
           cause == ZTRUNK_SRTP_CAUSE_ROC_ZERO;
}

static uint64_t peak_of(const ztrunk_srtp *s, const zti_srtp_stream *stream)
{
    uint64_t highest = (uint64_t)zti_srtp_roc(s, stream->ssrc) << 16 | stream->seq;

    return stream->has_seq && highest > stream->peak ? highest : stream->peak;
}

/* Where it was is remembered: who sets it back by a recording does not keep the peer out. */
static int32_t go_back(ztrunk_srtp *s, uint32_t ssrc, uint32_t roc)
{
    zti_srtp_stream *stream = zti_srtp_find(s, ssrc);
    uint64_t peak;
    int32_t err;

    if (stream == NULL) return ZTRUNK_E_NOTFOUND;
    if (!s->may_go_back) return ZTRUNK_E_DENIED;
    s->may_go_back = 0;
    s->went_back++;
    peak = peak_of(s, stream);
    err = zti_srtp_stream_renew(s, stream);
    stream->peak = peak;
    return err == ZTRUNK_OK ? ztrunk_srtp_set_roc(s, ssrc, roc) : err;
}

/* Back where it was: what had passed there does not pass again. */
static int32_t go_on(ztrunk_srtp *s, uint32_t ssrc, uint32_t roc)
{
    int32_t err = ztrunk_srtp_set_roc(s, ssrc, roc);
    zti_srtp_stream *stream = zti_srtp_find(s, ssrc);

    if (err != ZTRUNK_OK || stream == NULL) return err;
    if (stream->peak != 0 && roc >= stream->peak >> 16) {
        stream->floor = stream->peak + 1;
        stream->peak = 0;
    }
    return ZTRUNK_OK;
}

int32_t ztrunk_srtp_recover(ztrunk_srtp *s)
{
    zti_srtp_suspicion *found;
    uint32_t cause;
    int32_t err;

    if (s == NULL) return ZTRUNK_E_INVALID;
    if (!s->inbound) return ZTRUNK_E_STATE;
    found = &s->suspicion[0];
    cause = found->last;
    if (found->left != s->rtp_left || !is_counter(cause)) return ZTRUNK_E_NOTFOUND;
    if (cause == ZTRUNK_SRTP_CAUSE_ROC_AHEAD)
        err = go_on(s, found->ssrc, found->roc);
    else
        err = go_back(s, found->ssrc, found->roc);
    if (err == ZTRUNK_OK) found->last = ZTRUNK_SRTP_CAUSE_NONE;
    return err;
}
