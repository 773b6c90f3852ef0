#include <zerotrunk/srtp.h>

#include <string.h>
#include "base/cur.h"
#include "base/mem.h"
#include "srtp/header.h"
#include "srtp/policy.h"
#include "srtp/session.h"

#define LOOK_EVERY 4096u

static size_t trailer_of(const ztrunk_srtp *s, uint32_t is_rtcp)
{
    return is_rtcp ? s->rtcp_trailer : s->rtp_trailer;
}

static uint64_t *lifetime_of(ztrunk_srtp *s, uint32_t is_rtcp)
{
    return is_rtcp ? &s->rtcp_left : &s->rtp_left;
}

size_t ztrunk_srtp_overhead(const ztrunk_srtp *s)
{
    return s->rtp_trailer > s->rtcp_trailer ? s->rtp_trailer : s->rtcp_trailer;
}

/* libsrtp2 forgets a counter that was set only when it lies far from its own; left there, it would
 * hold the stream in that one rollover. */
static void roc_borne_out(ztrunk_srtp *s, zti_srtp_stream *stream)
{
    if (!stream->is_pending) return;
    (void)zti_srtp_set_pending(s, stream, 0);
    stream->is_pending = 0;
    stream->is_restored = 0;
}

/* SRTCP's index as it stands in a sealed packet: RFC 3711 3.4, RFC 7714 9.2. */
static uint32_t rtcp_index(const ztrunk_srtp *s, const uint8_t *pkt, size_t len)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len - s->rtcp_tail - s->mki_len});

    (void)zti_cur_take(&c, c.left - 4);
    return zti_cur_be32(&c) & 0x7fffffff;
}

/* Counters that were handed over: what lies below has passed, and the next packet has the counter
 * that its number says. */
static int32_t above_floor(ztrunk_srtp *s, zti_srtp_stream *stream, const zti_srtp_hdr *hdr)
{
    uint32_t roc;

    if (stream == NULL || stream->floor == 0) return ZTRUNK_OK;
    roc = zti_srtp_guess(s, hdr->ssrc, hdr->seq);
    if (((uint64_t)roc << 16 | hdr->seq) < stream->floor) return ZTRUNK_E_REPLAY;
    return stream->is_restored ? zti_srtp_set_pending(s, stream, roc) : ZTRUNK_OK;
}

/* Once the replay window lies above it, the floor has done its work. */
static void lower_floor(const ztrunk_srtp *s, zti_srtp_stream *stream)
{
    uint64_t highest;

    if (stream->floor == 0) return;
    highest = (uint64_t)zti_srtp_roc(s, stream->ssrc) << 16 | stream->seq;
    if (highest > stream->floor + s->window) stream->floor = 0;
}

static void rtp_passed(ztrunk_srtp *s, zti_srtp_stream *stream, const zti_srtp_hdr *hdr)
{
    zti_srtp_seen(stream, hdr->seq);
    roc_borne_out(s, stream);
    lower_floor(s, stream);
}

static void rtcp_passed(zti_srtp_stream *stream, uint32_t index)
{
    if (index > stream->rtcp_index) stream->rtcp_index = index;
}

/* The MKI is neither encrypted nor authenticated (RFC 3711 3.1): with one key per context it is
 * framing, done here because libsrtp2 looks for SRTCP's at SRTP's place in the suites whose tags
 * differ. Behind it stands the tag; GCM's belongs to the text before it: RFC 7714 8. */
static size_t mki_insert(const ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len)
{
    size_t tail = is_rtcp ? s->rtcp_tail : s->rtp_tail;
    uint8_t *at = pkt + len - tail;

    memmove(at + s->mki_len, at, tail);
    memcpy(at, s->mki, s->mki_len);
    return len + s->mki_len;
}

/* The caller has seen that the trailer is there. E_AUTH: another MKI. */
static int32_t mki_remove(const ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t *len)
{
    size_t tail = is_rtcp ? s->rtcp_tail : s->rtp_tail;
    uint8_t *at = pkt + *len - tail - s->mki_len;

    if (!zti_same_ct(at, s->mki, s->mki_len)) return ZTRUNK_E_AUTH;
    memmove(at, at + s->mki_len, tail);
    *len -= s->mki_len;
    return ZTRUNK_OK;
}

/* Undoes mki_remove. */
static void mki_restore(const ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len)
{
    if (s->mki_len != 0) (void)mki_insert(s, is_rtcp, pkt, len);
}

static int32_t seal(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len, size_t *out_len)
{
    int size = (int)len;
    srtp_err_status_t status;

    if (is_rtcp)
        status = srtp_protect_rtcp(s->session, pkt, &size);
    else
        status = srtp_protect(s->session, pkt, &size);
    if (status != srtp_err_status_ok) return zti_srtp_error(status);
    *out_len = s->mki_len == 0 ? (size_t)size : mki_insert(s, is_rtcp, pkt, (size_t)size);
    return ZTRUNK_OK;
}

/* The stream has come to its end, whatever the lifetime says: see ZTI_SRTP_LAST_ROC. */
static uint32_t is_worn_out(const ztrunk_srtp *s, const zti_srtp_stream *stream)
{
    if (stream->count % LOOK_EVERY != 0) return 0;
    return zti_srtp_roc(s, stream->ssrc) > ZTI_SRTP_LAST_ROC;
}

int32_t ztrunk_srtp_seal(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len, size_t cap,
                         size_t *out_len)
{
    zti_srtp_stream *stream;
    zti_srtp_hdr hdr;
    int32_t err;

    if (s == NULL || pkt == NULL || out_len == NULL || len > cap) return ZTRUNK_E_INVALID;
    if (s->inbound) return ZTRUNK_E_STATE;
    err = zti_srtp_header(pkt, len, 0, is_rtcp, &hdr);
    if (err != ZTRUNK_OK) return err;
    if (cap - len < ztrunk_srtp_overhead(s)) {
        *out_len = len + ztrunk_srtp_overhead(s);
        return ZTRUNK_E_SPACE;
    }
    if (*lifetime_of(s, is_rtcp) == 0) return ZTRUNK_E_EXPIRED;
    stream = zti_srtp_find(s, hdr.ssrc);
    if (stream == NULL) err = zti_srtp_add(s, hdr.ssrc, &stream);
    if (err != ZTRUNK_OK) return err;
    if (is_worn_out(s, stream)) return ZTRUNK_E_EXPIRED;
    if (!is_rtcp) err = above_floor(s, stream, &hdr);
    if (err == ZTRUNK_OK) err = seal(s, is_rtcp, pkt, len, out_len);
    if (err != ZTRUNK_OK) return err;
    --*lifetime_of(s, is_rtcp);
    if (is_rtcp) {
        rtcp_passed(stream, rtcp_index(s, pkt, *out_len));
        return ZTRUNK_OK;
    }
    stream->count++;
    rtp_passed(s, stream, &hdr);
    return ZTRUNK_OK;
}

static int32_t open_in(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len, size_t *out_len)
{
    srtp_err_status_t status;
    int32_t err = ZTRUNK_OK;
    int size;

    if (s->mki_len != 0) err = mki_remove(s, is_rtcp, pkt, &len);
    if (err != ZTRUNK_OK) return err;
    size = (int)len;
    if (is_rtcp)
        status = srtp_unprotect_rtcp(s->session, pkt, &size);
    else
        status = srtp_unprotect(s->session, pkt, &size);
    if (status != srtp_err_status_ok) {
        mki_restore(s, is_rtcp, pkt, len);
        return zti_srtp_error(status);
    }
    *out_len = (size_t)size;
    return ZTRUNK_OK;
}

int32_t ztrunk_srtp_open(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len,
                         size_t *out_len)
{
    zti_srtp_stream *stream;
    zti_srtp_hdr hdr;
    uint32_t index = 0;
    int32_t err;

    if (s == NULL || pkt == NULL || out_len == NULL) return ZTRUNK_E_INVALID;
    if (!s->inbound) return ZTRUNK_E_STATE;
    err = zti_srtp_header(pkt, len, trailer_of(s, is_rtcp), is_rtcp, &hdr);
    if (err != ZTRUNK_OK) return err;
    if (*lifetime_of(s, is_rtcp) == 0) return ZTRUNK_E_EXPIRED;
    stream = zti_srtp_find(s, hdr.ssrc);
    if (stream == NULL && s->stream_count == s->max_ssrc) return ZTRUNK_E_LIMIT;
    if (is_rtcp) index = rtcp_index(s, pkt, len);
    if (is_rtcp && stream != NULL && index < stream->rtcp_floor) return ZTRUNK_E_REPLAY;
    if (!is_rtcp) err = above_floor(s, stream, &hdr);
    if (err == ZTRUNK_OK) err = open_in(s, is_rtcp, pkt, len, out_len);
    if (err != ZTRUNK_OK) return err;
    --*lifetime_of(s, is_rtcp);
    /* libsrtp2 has made the stream now that its first packet authenticated. */
    if (stream == NULL) err = zti_srtp_add(s, hdr.ssrc, &stream);
    if (err != ZTRUNK_OK) return err;
    if (is_rtcp)
        rtcp_passed(stream, index);
    else
        rtp_passed(s, stream, &hdr);
    return ZTRUNK_OK;
}
