#include "srtp/plain.h"

#include "base/cur.h"
#include "srtp/header.h"

#define TEN_MS   80u /* bytes of G.711 and G.722 */
#define LOOK_MIN 40u /* bytes that tell noise from sound */
#define LOOK_MAX 160u
#define SAME_MIN 4u

/* RTP's static payload types that send ten milliseconds in 80 bytes: RFC 3551 6. */
static uint32_t is_80_bytes(uint8_t payload_type)
{
    return payload_type == 0 || payload_type == 8 || payload_type == 9;
}

/* No tag makes whole frames longer by whole frames. */
static uint32_t is_whole_frames(uint8_t payload_type, size_t len, size_t trailer)
{
    return is_80_bytes(payload_type) && len > 0 && len % TEN_MS == 0 && trailer % TEN_MS != 0;
}

/* Of 40 random bytes 37 differ from all others, of 160 some 119, each give or take a few. */
static uint32_t repeats_itself(const uint8_t *payload, size_t len)
{
    uint64_t seen[4] = {0};
    size_t distinct = 0;

    if (len < LOOK_MIN) return 0;
    if (len > LOOK_MAX) len = LOOK_MAX;
    for (size_t i = 0; i < len; i++) {
        uint64_t bit = UINT64_C(1) << payload[i] % 64;
        uint64_t *word = &seen[payload[i] / 64];

        distinct += (*word & bit) == 0;
        *word |= bit;
    }
    return distinct * 2 < len;
}

/* Opus, AMR and their like begin with a byte that says how they are coded. */
static uint32_t begins_as_before(zti_srtp_plain *p, uint8_t first)
{
    p->same = p->is_started && p->first == first ? p->same + 1 : 0;
    p->first = first;
    p->is_started = 1;
    return p->same >= SAME_MIN;
}

uint32_t zti_srtp_plain_rtp(zti_srtp_plain *p, const uint8_t *pkt, size_t len, size_t trailer)
{
    zti_srtp_hdr hdr;
    uint8_t payload_type;
    size_t payload_len;

    if (zti_srtp_header(pkt, len, 0, 0, &hdr) != ZTRUNK_OK) return 0;
    payload_type = pkt[1] & 0x7f;
    payload_len = len - hdr.len;
    if (payload_len < trailer) return 1;
    if (is_whole_frames(payload_type, payload_len, trailer)) return 1;
    if (repeats_itself(pkt + hdr.len, payload_len)) return 1;
    return payload_len > 0 && begins_as_before(p, pkt[hdr.len]);
}

/* RFC 3550 6.1: packets in a row, each with its length, to the very end. SRTCP has encrypted the
 * second header and stands longer than the lengths say. */
uint32_t zti_srtp_plain_rtcp(const uint8_t *pkt, size_t len)
{
    zti_cur c = zti_cur_of((zti_str){(const char *)pkt, len});

    while (!zti_cur_done(&c)) {
        uint8_t first = zti_cur_byte(&c), type = zti_cur_byte(&c);

        if (first >> 6 != 2 || type < 192 || type > 223) return 0;
        (void)zti_cur_take(&c, zti_cur_be16(&c) * 4u);
    }
    return len > 0 && c.err == ZTRUNK_OK;
}
