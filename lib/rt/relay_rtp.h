/* relay_rtp.h - what the relay reads of an RTP or RTCP header, and counts per source: RFC 3550. */
#ifndef ZTI_RT_RELAY_RTP_H
#define ZTI_RT_RELAY_RTP_H

#include <zerotrunk/core.h>

typedef struct zti_rtp_hdr {
    uint32_t ssrc, timestamp;
    uint16_t seq;
    uint8_t payload_type;
} zti_rtp_hdr;

/* E_MALFORMED: shorter than its own header says, or not version 2. */
int32_t zti_rtp_read(const uint8_t *pkt, size_t len, zti_rtp_hdr *out);
/* 1 when a packet that came to a shared port is RTCP: RFC 5761 4. */
uint32_t zti_rtp_is_rtcp(const uint8_t *pkt, size_t len);
/* E_MALFORMED: no compound packet begins here (RFC 3550 A.2). */
int32_t zti_rtcp_read(const uint8_t *pkt, size_t len);

/* One sender's sequence numbers (RFC 3550 A.1, A.3) and jitter (A.8). A new SSRC starts anew. */
typedef struct zti_rtp_seq {
    uint32_t ssrc, is_started;
    uint64_t first, highest; /* extended by the rollovers */
    uint64_t received;       /* of this SSRC, each number once */
    uint64_t seen;           /* bit n: highest - n came */
    uint64_t lost_before, duplicates;
    uint64_t transit;    /* arrival minus timestamp, in ticks */
    uint64_t jitter_x16; /* ticks */
} zti_rtp_seq;

void zti_rtp_seq_count(zti_rtp_seq *s, const zti_rtp_hdr *hdr, uint64_t now_ns, uint32_t clock_hz);
uint64_t zti_rtp_seq_lost(const zti_rtp_seq *s);
uint32_t zti_rtp_seq_jitter_us(const zti_rtp_seq *s, uint32_t clock_hz);

#endif
