#include "rt/relay_rtp.h"

#include "base/cur.h"

#define RTCP_HEADER 8u
#define VERSION_2   2u

int32_t zti_rtp_read(const uint8_t *pkt, size_t len, zti_rtp_hdr *out)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len});
    uint8_t first = zti_cur_byte(&c);
    zti_rtp_hdr hdr;

    hdr.payload_type = zti_cur_byte(&c) & 0x7f;
    hdr.seq = zti_cur_be16(&c);
    hdr.timestamp = zti_cur_be32(&c);
    hdr.ssrc = zti_cur_be32(&c);
    (void)zti_cur_take(&c, (size_t)(first & 0x0f) * 4);
    if (first & 0x10) {
        (void)zti_cur_be16(&c);
        (void)zti_cur_take(&c, (size_t)zti_cur_be16(&c) * 4);
    }
    if (c.err != ZTRUNK_OK || first >> 6 != VERSION_2) return ZTRUNK_E_MALFORMED;
    *out = hdr;
    return ZTRUNK_OK;
}

uint32_t zti_rtp_is_rtcp(const uint8_t *pkt, size_t len)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len});
    uint8_t type;

    (void)zti_cur_byte(&c);
    type = zti_cur_byte(&c);
    return type >= 192 && type <= 223;
}

int32_t zti_rtcp_read(const uint8_t *pkt, size_t len)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len});
    uint8_t first = zti_cur_byte(&c);

    if (len < RTCP_HEADER || first >> 6 != VERSION_2) return ZTRUNK_E_MALFORMED;
    return zti_rtp_is_rtcp(pkt, len) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static void start(zti_rtp_seq *s, const zti_rtp_hdr *hdr)
{
    s->lost_before = s->is_started ? zti_rtp_seq_lost(s) : s->lost_before;
    s->is_started = 1;
    s->ssrc = hdr->ssrc;
    /* One rollover ahead, so that a packet from before the first one has a number too. */
    s->first = s->highest = (uint64_t)hdr->seq + 65536;
    s->received = 0;
    s->seen = 0;
    s->transit = 0;
    s->jitter_x16 = 0;
}

/* The extended number nearest to the highest seen. */
static uint64_t extend(const zti_rtp_seq *s, uint16_t seq)
{
    int16_t step = (int16_t)(uint16_t)(seq - (uint16_t)s->highest);

    return s->highest + (uint64_t)(int64_t)step;
}

/* Gives 1 when the number is new. */
static uint32_t mark(zti_rtp_seq *s, uint64_t number)
{
    uint64_t back;

    if (number > s->highest) {
        uint64_t ahead = number - s->highest;

        s->seen = ahead < 64 ? s->seen << ahead : 0;
        s->highest = number;
    }
    back = s->highest - number;
    if (back >= 64) return 1;
    if (s->seen >> back & 1) return 0;
    s->seen |= UINT64_C(1) << back;
    return 1;
}

static void count_jitter(zti_rtp_seq *s, uint32_t timestamp, uint64_t now_ns, uint32_t clock_hz)
{
    uint64_t arrival = now_ns / 1000 * clock_hz / 1000000;
    uint64_t transit = (uint32_t)(arrival - timestamp);
    uint32_t moved = (uint32_t)(transit - s->transit);
    uint32_t step = moved > INT32_MAX ? 0u - moved : moved;

    if (s->transit != 0) s->jitter_x16 += step - ((s->jitter_x16 + 8) >> 4);
    s->transit = transit;
}

void zti_rtp_seq_count(zti_rtp_seq *s, const zti_rtp_hdr *hdr, uint64_t now_ns, uint32_t clock_hz)
{
    uint64_t number;

    if (!s->is_started || s->ssrc != hdr->ssrc) start(s, hdr);
    number = extend(s, hdr->seq);
    if (number < s->first) s->first = number;
    if (!mark(s, number)) {
        s->duplicates++;
        return;
    }
    s->received++;
    count_jitter(s, hdr->timestamp, now_ns, clock_hz);
}

uint64_t zti_rtp_seq_lost(const zti_rtp_seq *s)
{
    uint64_t expected;

    if (!s->is_started) return s->lost_before;
    expected = s->highest - s->first + 1;
    return s->lost_before + (expected > s->received ? expected - s->received : 0);
}

uint32_t zti_rtp_seq_jitter_us(const zti_rtp_seq *s, uint32_t clock_hz)
{
    return clock_hz > 0 ? (uint32_t)((s->jitter_x16 >> 4) * 1000000 / clock_hz) : 0;
}
