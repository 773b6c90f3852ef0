/* relay.h - libzerotrunk-rt: the media relay. Worker threads of its own; RTP and RTCP between two
 * legs of a call, each plain or SRTP. Per packet: pinhole check, open, touch, seal.
 *
 * Every port of a range is bound when the range is added and drops everything in the kernel until
 * a call uses it, and again afterwards: a closed port is silent, not refused by ICMP. The calls
 * below belong to one control thread; they hand work to the workers and do not wait for packets. */
#ifndef ZEROTRUNK_RELAY_H
#define ZEROTRUNK_RELAY_H

#include <zerotrunk/core.h>
#include <zerotrunk/pinhole.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Events; id is the call, detail the leg; data: a ztrunk_addr. */
enum {
    ZTRUNK_EV_RELAY_OPENED = 80,  /* a hole opened at the local address in data */
    ZTRUNK_EV_RELAY_LATCHED = 81, /* the first authentic packet came from the address in data */
    ZTRUNK_EV_RELAY_CLOSED = 82,  /* a hole closed; detail: leg | ZTRUNK_PINHOLE_* << 8 */
    ZTRUNK_EV_RELAY_SILENT = 83   /* no authentic media on the leg for opts.idle_ns; no data */
};

/* How packets pass the kernel. */
enum {
    ZTRUNK_RELAY_ANY = 0,   /* io_uring where it may be used, otherwise epoll */
    ZTRUNK_RELAY_EPOLL = 1, /* works everywhere */
    ZTRUNK_RELAY_URING = 2  /* Linux 6.1, and not forbidden */
};

typedef struct ztrunk_relay_opts { /* zero: the default */
    uint32_t size, workers;        /* threads; 1 */
    uint32_t max_calls, dscp;      /* 4000; DSCP of sent media, 46 */
    uint64_t answer_ns, idle_ns;   /* 32 s; 0: silence is not watched */
    uint64_t quarantine_ns;        /* a port is not used again before; 5 s */
    uint32_t backend, reserved;    /* ZTRUNK_RELAY_* */
} ztrunk_relay_opts;

typedef struct ztrunk_relay_leg { /* where one leg's media comes from and goes to */
    uint32_t size;
    uint32_t suite_in, suite_out; /* ZTRUNK_SUITE_*; both NONE only on a leg opened plain */
    uint32_t rtcp_mux;
    uint32_t send, receive;      /* what may go to this peer, and come from it: 1 allowed */
    uint32_t clock_hz, reserved; /* RTP clock, for jitter; 0: 8000 */
    uint32_t mki_in_len, mki_out_len;
    uint64_t mki_in, mki_out;
    ztrunk_addr rtp, rtcp;           /* the peer's, from its SDP; family 0: not known yet */
    uint8_t key_in[64], key_out[64]; /* wipe them after the call */
    uint64_t payload_types[2];       /* agreed on, for this peer's media: bit n of [n / 64]; none:
                                        none is counted as another */
    uint32_t line_suites[4];         /* the other crypto lines of the peer's offer, for the cause */
    uint8_t line_keys[4][64];        /* that stats names; wipe them too */
} ztrunk_relay_leg;

typedef struct ztrunk_relay_call {
    uint32_t size;
    uint32_t range[2];  /* the port range of each leg, as ztrunk_relay_add_range gave it */
    uint32_t secure[2]; /* 1: that leg never carries a plain packet, in or out */
    uint32_t prefix_count[2];
    uint32_t reserved;
    uint64_t tag;                  /* the caller's, given back in stats */
    ztrunk_prefix prefixes[2][16]; /* media prefixes of each leg; none: any source */
} ztrunk_relay_call;

typedef struct ztrunk_relay_stats { /* one leg */
    uint32_t size, is_latched;
    uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes; /* RTP, as SRTP or plain payloads */
    uint64_t rx_rtcp, tx_rtcp;
    uint64_t drop_denied, drop_auth, drop_replay, drop_malformed, drop_direction, drop_send,
        drop_no_key;
    uint64_t lost, duplicate; /* by sequence number */
    uint32_t jitter_us, last_ssrc;
    uint64_t last_rx_ns;
    ztrunk_addr latched;
    uint64_t rx_other_codec; /* of rx_packets: of no agreed payload type */
    uint64_t recovered;      /* times that a peer's other rollover counter was taken */
    uint64_t reports;        /* the peer's RTCP: report blocks on what is sent to it */
    uint32_t report_lost, report_sequence; /* the latest: of 256; extended highest number */
    uint32_t report_jitter, srtp_cause;    /* in clock ticks; ZTRUNK_SRTP_CAUSE_* that stands */
} ztrunk_relay_stats;

typedef struct ztrunk_relay ztrunk_relay;

/* Makes no thread: the workers start with the first call that opens, so that a program can give its
 * privileges up (priv.h) between binding its ports and that. E_SYSTEM: errno, or opts.backend is
 * ZTRUNK_RELAY_URING and there is no io_uring. */
ZTRUNK_API int32_t ztrunk_relay_new(ztrunk_ctx *ctx, const ztrunk_relay_opts *opts,
                                    ztrunk_relay **out);
/* Binds every port of first..last on ip (first even, last odd), parked. E_SYSTEM: errno; none of
 * the range is kept then. */
ZTRUNK_API int32_t ztrunk_relay_add_range(ztrunk_relay *r, const ztrunk_addr *ip, uint16_t first,
                                          uint16_t last, uint32_t *range);
/* Takes an RTP/RTCP port pair for each leg: local[leg] is its RTP address, RTCP is port + 1. No
 * hole is open yet. E_LIMIT: ports or calls are used up. E_SYSTEM: no thread to carry it. */
ZTRUNK_API int32_t ztrunk_relay_open(ztrunk_relay *r, const ztrunk_relay_call *call, uint64_t *id,
                                     ztrunk_addr local[2]);
/* Opens the leg's holes, or changes them after a new offer/answer. Same key_in and suite: the
 * rollover counters go on; a new key starts anew. E_DENIED: the peer's address lies outside the
 * prefixes, or a secure leg without keys. */
ZTRUNK_API int32_t ztrunk_relay_set_leg(ztrunk_relay *r, uint64_t id, uint32_t leg,
                                        const ztrunk_relay_leg *spec);
ZTRUNK_API int32_t ztrunk_relay_stats_of(const ztrunk_relay *r, uint64_t id, uint32_t leg,
                                         ztrunk_relay_stats *stats);
ZTRUNK_API int32_t ztrunk_relay_close(ztrunk_relay *r, uint64_t id);
/* ZTRUNK_RELAY_EPOLL or ZTRUNK_RELAY_URING; *reason, when not NULL: why it is not io_uring, static,
 * or NULL. It may change with the first call that opens, when the workers start. */
ZTRUNK_API uint32_t ztrunk_relay_backend(const ztrunk_relay *r, const char **reason);
/* Readable when events wait: for the caller's loop. */
ZTRUNK_API int ztrunk_relay_fd(const ztrunk_relay *r);
ZTRUNK_API int32_t ztrunk_relay_poll(ztrunk_relay *r, ztrunk_event *event);
ZTRUNK_API uint32_t ztrunk_relay_ports_free(const ztrunk_relay *r, uint32_t range);
ZTRUNK_API void ztrunk_relay_free(ztrunk_relay *r); /* stops the workers, closes the ports */

#ifdef __cplusplus
}
#endif
#endif
