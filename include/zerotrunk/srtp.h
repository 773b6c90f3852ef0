/* srtp.h - one direction of one SRTP stream set: RFC 3711, 6188, 7714. In place, no allocation
 * per packet. There is no null cipher and no call that passes a packet in clear. */
#ifndef ZEROTRUNK_SRTP_H
#define ZEROTRUNK_SRTP_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_srtp_opts { /* zero: the default */
    uint32_t size, suite;
    uint32_t inbound, window;   /* inbound 1: open, 0: seal; replay window in packets, 128 */
    uint32_t mki_len, max_ssrc; /* MKI bytes behind each packet; streams per context, 4 */
    uint64_t mki;
    uint64_t max_packets; /* key lifetime; 0: RFC 3711 9.2's 2^48 (SRTCP 2^31) */
} ztrunk_srtp_opts;

typedef struct ztrunk_srtp ztrunk_srtp;

/* key: master key and salt as SDES carries them, ztrunk_suite_key_len(suite) bytes. */
ZTRUNK_API int32_t ztrunk_srtp_new(ztrunk_ctx *ctx, const ztrunk_srtp_opts *opts,
                                   const uint8_t *key, size_t key_len, ztrunk_srtp **out);
/* How many bytes seal may add to a packet. */
ZTRUNK_API size_t ztrunk_srtp_overhead(const ztrunk_srtp *s);
/* Protects pkt[0..len) in place. E_SPACE: cap < len + overhead. E_EXPIRED: the key's lifetime is
 * over. E_MALFORMED: no RTP/RTCP. E_LIMIT: an SSRC more than max_ssrc. */
ZTRUNK_API int32_t ztrunk_srtp_seal(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len,
                                    size_t cap, size_t *out_len);
/* Authenticates, then decrypts in place. E_AUTH, E_REPLAY, E_MALFORMED, E_EXPIRED, E_LIMIT. After
 * an error pkt's bytes are undefined and no state has moved. */
ZTRUNK_API int32_t ztrunk_srtp_open(ztrunk_srtp *s, uint32_t is_rtcp, uint8_t *pkt, size_t len,
                                    size_t *out_len);
/* The rollover counter of one SSRC (RFC 3711 3.3.1): to hand a call over, or to carry it across a
 * re-INVITE. E_NOTFOUND: get, and that SSRC was never seen. */
ZTRUNK_API int32_t ztrunk_srtp_get_roc(const ztrunk_srtp *s, uint32_t ssrc, uint32_t *roc);
ZTRUNK_API int32_t ztrunk_srtp_set_roc(ztrunk_srtp *s, uint32_t ssrc, uint32_t roc);
ZTRUNK_API void ztrunk_srtp_free(ztrunk_srtp *s); /* wipes keys */

#ifdef __cplusplus
}
#endif
#endif
