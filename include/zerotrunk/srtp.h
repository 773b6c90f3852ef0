/* srtp.h - one direction of one SRTP stream set: RFC 3711, 6188, 7714. In place; the first packet
 * of an SSRC allocates, no other does. There is no null cipher and no call that passes a packet in
 * clear. A context must not be carried across fork().
 *
 * The first context of a process takes about 35 ms, for libsrtp2's self-tests and ours: make one
 * before the first call. libsrtp2 stays initialised and must not be shut down under our contexts;
 * contexts of its own that the program makes later get our AES and HMAC too. */
#ifndef ZEROTRUNK_SRTP_H
#define ZEROTRUNK_SRTP_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_srtp_opts { /* zero: the default */
    uint32_t size, suite;
    uint32_t inbound, window;   /* inbound 1: open, 0: seal; replay window in packets: 128, from 64
                                   to 32767; SRTCP's is always 128 */
    uint32_t mki_len, max_ssrc; /* MKI bytes behind each packet, up to 128; streams per context: 16,
                                   up to 1024 */
    uint64_t mki;
    uint64_t max_packets; /* key lifetime, all SSRCs together, RTP and RTCP each; 0: RFC 3711 9.2's
                             2^48 (SRTCP 2^31) */
} ztrunk_srtp_opts;

typedef struct ztrunk_srtp ztrunk_srtp;

/* key: master key and salt as SDES carries them, ztrunk_suite_key_len(suite) bytes; it is copied.
 * E_INVALID: no such suite, a key of another length, a bound of opts. E_CRYPTO, E_NOMEM. */
ZTRUNK_API int32_t ztrunk_srtp_new(ztrunk_ctx *ctx, const ztrunk_srtp_opts *opts,
                                   const uint8_t *key, size_t key_len, ztrunk_srtp **out);
/* How many bytes seal may add to a packet, RTP or RTCP. */
ZTRUNK_API size_t ztrunk_srtp_overhead(const ztrunk_srtp *s);
/* Protects pkt[0..len) in place. E_SPACE: cap < len + overhead. E_EXPIRED: the key's lifetime is
 * over. E_MALFORMED: no RTP/RTCP. E_LIMIT: an SSRC more than max_ssrc. E_REPLAY: the sequence
 * number was sealed before, or lies too far behind: sealing it would repeat keystream. E_STATE: an
 * inbound context. */
ZTRUNK_API int32_t ztrunk_srtp_seal(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len,
                                    size_t cap, size_t *out_len);
/* Authenticates, then decrypts in place. E_AUTH, E_REPLAY, E_MALFORMED (SRTCP that is not encrypted
 * too), E_EXPIRED, E_LIMIT. After an error no state has moved and pkt's bytes are as they came, so
 * that the key before may be tried. E_STATE: outbound. */
ZTRUNK_API int32_t ztrunk_srtp_open(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len,
                                    size_t *out_len);
/* The rollover counter of one SSRC (RFC 3711 3.3.1). set: also before the SSRC's first packet;
 * E_STATE: lower than what it has reached, E_EXPIRED: at its end, E_LIMIT. get: E_NOTFOUND: that
 * SSRC was never seen. */
ZTRUNK_API int32_t ztrunk_srtp_get_roc(const ztrunk_srtp *s, uint32_t ssrc, uint32_t *roc);
ZTRUNK_API int32_t ztrunk_srtp_set_roc(ztrunk_srtp *s, uint32_t ssrc, uint32_t roc);

typedef struct ztrunk_srtp_counter { /* how far one SSRC has come; no secret */
    uint32_t size, ssrc;
    uint64_t rtp_index;         /* highest: rollover counter << 16 | sequence number */
    uint32_t rtcp_index;        /* highest of SRTCP */
    uint32_t has_rtp, has_rtcp; /* 1: that one counts */
    uint32_t reserved;
} ztrunk_srtp_counter;

/* A call that another process takes over in the middle: get for nth 0, 1, ... until E_NOTFOUND, and
 * set each on the new context of the same key, before its SSRC's first packet. Nothing at or below
 * the counter is opened or sealed again: E_REPLAY. E_STATE: that SSRC has a stream; E_LIMIT, also
 * for an outbound SRTCP index above 65536; E_EXPIRED. */
ZTRUNK_API int32_t ztrunk_srtp_get_counter(const ztrunk_srtp *s, uint32_t nth,
                                           ztrunk_srtp_counter *counter);
ZTRUNK_API int32_t ztrunk_srtp_set_counter(ztrunk_srtp *s, const ztrunk_srtp_counter *counter);
ZTRUNK_API void ztrunk_srtp_free(ztrunk_srtp *s); /* wipes keys */

/* Trials: why packets are refused. A packet that open refused is tried under everything that a peer
 * gets wrong. No trial moves a stream or gives a byte of a packet or a key; nothing is tried while
 * good packets come between, and seldom otherwise, however many are refused. */
typedef struct ztrunk_srtp_trials_opts { /* zero: the default */
    uint32_t size, per_second;           /* trials of all streams together: 100, up to 10000 */
} ztrunk_srtp_trials_opts;

typedef struct ztrunk_srtp_finding { /* on the packets refused in a row */
    uint32_t size, cause;            /* ZTRUNK_SRTP_CAUSE_* that stands; NONE: not known yet */
    uint32_t last, trials;           /* what the latest trial found, and how many were made */
    uint32_t ssrc, roc;              /* of the packet of the latest trial; roc with ROC_* causes */
    uint64_t refused, since_ns;
} ztrunk_srtp_finding;

typedef struct ztrunk_srtp_trials ztrunk_srtp_trials; /* one for all contexts of a thread */

ZTRUNK_API int32_t ztrunk_srtp_trials_new(ztrunk_ctx *ctx, const ztrunk_srtp_trials_opts *opts,
                                          ztrunk_srtp_trials **out);
/* To be called with each packet that open refused, the bytes as they came, and its error. out: the
 * other direction's context; before: that of the offer before; either may be NULL. Gives the cause
 * that stands, NONE for as long as it is not known. */
ZTRUNK_API uint32_t ztrunk_srtp_trials_look(ztrunk_srtp_trials *t, uint64_t now_ns, ztrunk_srtp *in,
                                            const ztrunk_srtp *out, const ztrunk_srtp *before,
                                            int32_t error, uint32_t is_rtcp, const uint8_t *pkt,
                                            size_t len);
ZTRUNK_API void ztrunk_srtp_trials_free(ztrunk_srtp_trials *t);
/* All zero once a good packet has come. E_STATE: an outbound context. */
ZTRUNK_API int32_t ztrunk_srtp_finding_of(const ztrunk_srtp *in, uint32_t is_rtcp,
                                          ztrunk_srtp_finding *finding);
/* Another crypto line of the peer's, for the trials: OTHER_LINE. E_LIMIT: more than four. */
ZTRUNK_API int32_t ztrunk_srtp_add_line(ztrunk_srtp *s, uint32_t suite, const uint8_t *key,
                                        size_t key_len);
/* Takes the counter that the latest trial found the peer at, a cause ROC_*. Ahead: always, for
 * nothing of it can have passed. Back: E_DENIED but once after each ztrunk_srtp_renegotiated, eight
 * times for a key, for what was recorded under that counter could be played again. E_NOTFOUND: no
 * such finding, or a good packet has come since. */
ZTRUNK_API int32_t ztrunk_srtp_recover(ztrunk_srtp *s);
/* An offer and its answer have kept this key: a peer may start its counters anew then. */
ZTRUNK_API int32_t ztrunk_srtp_renegotiated(ztrunk_srtp *s);
/* A cause in one word, for filters and metrics ("wrong-key"), and in words; static. */
ZTRUNK_API const char *ztrunk_srtp_cause_name(uint32_t cause);
ZTRUNK_API const char *ztrunk_srtp_cause_text(uint32_t cause);

#ifdef __cplusplus
}
#endif
#endif
