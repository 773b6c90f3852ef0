/* session.h - the inside of a context. */
#ifndef ZTI_SRTP_SESSION_H
#define ZTI_SRTP_SESSION_H

#include <zerotrunk/srtp.h>
#include <srtp2/srtp.h>
#include "srtp/plain.h"

#define ZTI_SRTP_MAX_KEY 46u
#define ZTI_SRTP_MAX_MKI 128u /* RFC 4568 6.1 */

/* libsrtp2 holds a stream exactly for each of these; ssrc in host order. */
typedef struct zti_srtp_stream {
    uint32_t ssrc;
    uint32_t count; /* packets sealed, modulo 2^32 */
    uint16_t seq;   /* the highest that passed: RFC 3711 3.3.1's s_l */
    uint8_t has_seq;
    uint8_t is_pending; /* pending_roc: set by the caller, not yet borne out by a packet */
    uint32_t pending_roc;
    uint64_t peak;  /* the highest index before it was set back; 0: it never was */
    uint64_t floor; /* below these indices all has passed, in another process; 0: none has */
    uint32_t rtcp_floor;
    uint32_t rtcp_index;  /* the highest that passed; 0: none */
    uint32_t is_restored; /* nothing has passed since its counters were set */
} zti_srtp_stream;

/* Packets refused in a row, none good between them, and what trials of some found. RTP and RTCP
 * each have one. */
typedef struct zti_srtp_suspicion {
    uint64_t since_ns, refused, left; /* left: of the key's lifetime when the row began */
    uint64_t next_ns;                 /* no trial before; outlives the row */
    uint32_t trials;
    uint32_t cause;          /* that stands */
    uint32_t last, agreeing; /* of the latest trial, so often in a row */
    uint32_t ssrc, roc;      /* of the packet that was tried */
    zti_srtp_plain plain;
} zti_srtp_suspicion;

#define ZTI_SRTP_MAX_LINES 4u

typedef struct zti_srtp_line { /* another crypto line of the offer */
    uint32_t suite;
    uint8_t key[ZTI_SRTP_MAX_KEY];
} zti_srtp_line;

struct ztrunk_srtp {
    ztrunk_ctx *ctx;
    srtp_t session;
    uint32_t suite, inbound, window, mki_len, max_ssrc;
    uint32_t stream_count, last;      /* last: the stream of the last packet */
    size_t rtp_trailer, rtcp_trailer; /* what libsrtp2 adds, and the MKI */
    size_t rtp_tail, rtcp_tail;       /* what stands behind the MKI: the tag, unless it is GCM's */
    uint64_t rtp_left, rtcp_left;
    uint8_t key[ZTI_SRTP_MAX_KEY], mki[ZTI_SRTP_MAX_MKI];
    zti_srtp_suspicion suspicion[2];
    uint32_t may_go_back, went_back; /* recoveries: allowed now, and made so far */
    zti_srtp_line lines[ZTI_SRTP_MAX_LINES];
    uint32_t line_count;
    zti_srtp_stream streams[];
};

/* Makes libsrtp2's stream of an SSRC before its first packet, and the entry. E_LIMIT, E_CRYPTO. */
int32_t zti_srtp_stream_add(ztrunk_srtp *s, uint32_t ssrc, zti_srtp_stream **out);
/* Makes libsrtp2's stream anew: at zero, with an empty replay window. */
int32_t zti_srtp_stream_renew(ztrunk_srtp *s, zti_srtp_stream *stream);
zti_srtp_stream *zti_srtp_find(ztrunk_srtp *s, uint32_t ssrc); /* NULL: never seen */
/* E_LIMIT at max_ssrc. Only the entry; the stream is libsrtp2's to make. */
int32_t zti_srtp_add(ztrunk_srtp *s, uint32_t ssrc, zti_srtp_stream **out);
/* What libsrtp2's replay database says. */
uint32_t zti_srtp_roc(const ztrunk_srtp *s, uint32_t ssrc);
/* A packet of that number has passed. */
static inline void zti_srtp_seen(zti_srtp_stream *stream, uint16_t seq)
{
    uint16_t ahead = (uint16_t)(seq - stream->seq);

    if (stream->has_seq && ahead >= 0x8000) return;
    stream->has_seq = 1;
    stream->seq = seq;
}
/* A counter that libsrtp2 gives the stream's next packet; 0 takes it back. */
int32_t zti_srtp_set_pending(ztrunk_srtp *s, zti_srtp_stream *stream, uint32_t roc);
/* The rollover counter that an SSRC had before it was set back; 0: none. */
uint32_t zti_srtp_peak_roc(const ztrunk_srtp *s, uint32_t ssrc);
/* RFC 3711 3.3.1: the rollover counter that a packet of that number has, by what has passed; 0 for
 * an SSRC never seen. */
uint32_t zti_srtp_guess(const ztrunk_srtp *s, uint32_t ssrc, uint16_t seq);

/* A counter that ran to its end would repeat keystream: no stream goes beyond this one. A packet
 * advances the index by less than 2^15, so that a look every 4096 packets comes in time. */
#define ZTI_SRTP_LAST_ROC 0xffffefffu

#endif
