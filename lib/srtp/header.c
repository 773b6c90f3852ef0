#include "srtp/header.h"

#include "base/cur.h"

#define MAX_PACKET 65535u

/* RFC 3550 5.1: fixed part, CSRC list, extension. */
static void rtp_header(zti_cur *c, zti_srtp_hdr *hdr)
{
    uint32_t word = zti_cur_be32(c); /* version to CC, payload type, sequence number */
    uint8_t first = (uint8_t)(word >> 24);

    if (first >> 6 != 2) c->err = ZTRUNK_E_MALFORMED;
    hdr->seq = (uint16_t)word;
    zti_cur_be32(c); /* timestamp */
    hdr->ssrc = zti_cur_be32(c);
    zti_cur_take(c, (first & 15u) * 4u);
    if (!(first & 16u)) return;
    zti_cur_be16(c);
    zti_cur_take(c, zti_cur_be16(c) * 4u);
}

/* RFC 3550 6.4: the part of the first packet that SRTCP leaves in clear. */
static void rtcp_header(zti_cur *c, zti_srtp_hdr *hdr)
{
    if (zti_cur_byte(c) >> 6 != 2) c->err = ZTRUNK_E_MALFORMED;
    zti_cur_take(c, 3);
    hdr->ssrc = zti_cur_be32(c);
}

int32_t zti_srtp_header(const uint8_t *pkt, size_t len, size_t trailer, uint32_t is_rtcp,
                        zti_srtp_hdr *hdr)
{
    zti_cur c;

    if (len > MAX_PACKET || len < trailer) return ZTRUNK_E_MALFORMED;
    c = zti_cur_of((zti_str){(const char *)pkt, len - trailer});
    *hdr = (zti_srtp_hdr){0};
    if (is_rtcp)
        rtcp_header(&c, hdr);
    else
        rtp_header(&c, hdr);
    hdr->len = (uint16_t)(len - trailer - c.left);
    return c.err;
}
