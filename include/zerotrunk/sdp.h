/* sdp.h - session descriptions: lossless, a line that nobody changed comes out byte for byte.
 * RFC 8866, 3264, 4568, 3605; NAT rewriting, the SRTP-required policy and the codec policy. */
#ifndef ZEROTRUNK_SDP_H
#define ZEROTRUNK_SDP_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ZTRUNK_SDP_OTHER = 0, ZTRUNK_SDP_AUDIO = 1, ZTRUNK_SDP_VIDEO = 2, ZTRUNK_SDP_IMAGE = 3 };

enum { /* transport profiles */
       ZTRUNK_SDP_PROTO_OTHER = 0,
       ZTRUNK_SDP_RTP_AVP = 1,
       ZTRUNK_SDP_RTP_AVPF = 2,
       ZTRUNK_SDP_RTP_SAVP = 3,
       ZTRUNK_SDP_RTP_SAVPF = 4
};

enum { /* RFC 8866 6.7 */
       ZTRUNK_SDP_SENDRECV = 0,
       ZTRUNK_SDP_SENDONLY = 1,
       ZTRUNK_SDP_RECVONLY = 2,
       ZTRUNK_SDP_INACTIVE = 3
};

typedef struct ztrunk_sdp_media {
    uint32_t size, kind;       /* ZTRUNK_SDP_AUDIO ... */
    uint32_t proto, direction; /* direction: the media's, else the session's, else sendrecv */
    uint32_t crypto_count, rtcp_mux;
    uint32_t is_private, ptime_ms; /* is_private: rtp is not routable on the internet; 0: none */
    ztrunk_addr rtp, rtcp; /* rtp.port 0: rejected or disabled; rtcp: a=rtcp, else port + 1 */
} ztrunk_sdp_media;

typedef struct ztrunk_sdp_crypto {
    uint32_t size, tag, suite; /* suite NONE: one that this library does not know */
    uint32_t key_len, mki_len; /* mki_len 0: no MKI */
    uint32_t reserved;
    uint64_t mki, lifetime; /* packets; 0: none given */
    uint8_t key[64];        /* master key, then master salt: wipe it after use */
} ztrunk_sdp_crypto;

typedef struct ztrunk_sdp_policy { /* what one side of a trunk demands; zero: the default */
    uint32_t size, srtp;           /* ZTRUNK_SDP_SRTP_* */
    uint32_t allow_mki, max_media; /* 1: MKI allowed; 0: 4 m-lines */
    uint32_t suites; /* bit (1 << ZTRUNK_SUITE_x); 0: AES_CM_128 80 and 32, AES_256_CM, GCM */
    uint32_t refuse_private; /* 1: a private media address is refused, 0: flagged only */
    char codecs[256];        /* ordered, "opus,PCMU,PCMA,telephone-event"; "": that default */
} ztrunk_sdp_policy;

enum { ZTRUNK_SDP_SRTP_REQUIRED = 0, ZTRUNK_SDP_SRTP_FORBIDDEN = 1 }; /* there is no "optional" */

enum { /* why a description was refused: the W of a 488's Warning (RFC 3261 20.43) */
       ZTRUNK_SDP_OK = 0,
       ZTRUNK_SDP_REFUSED_MALFORMED, /* answer 400 */
       ZTRUNK_SDP_REFUSED_NO_MEDIA,
       ZTRUNK_SDP_REFUSED_PLAIN_RTP,
       ZTRUNK_SDP_REFUSED_NO_CRYPTO,
       ZTRUNK_SDP_REFUSED_SUITE,
       ZTRUNK_SDP_REFUSED_CRYPTO_PARAMS, /* UNENCRYPTED_*, UNAUTHENTICATED_SRTP, bad key, MKI ... */
       ZTRUNK_SDP_REFUSED_CODEC,
       ZTRUNK_SDP_REFUSED_ADDRESS,
       ZTRUNK_SDP_REFUSED_DTLS,
       ZTRUNK_SDP_REFUSED_SRTP,    /* SRTP where the side is plain */
       ZTRUNK_SDP_REFUSED_MISMATCH /* an answer that does not fit its offer */
};

typedef struct ztrunk_sdp_verdict {
    uint32_t size, reason; /* ZTRUNK_SDP_OK or ZTRUNK_SDP_REFUSED_* */
    uint32_t status;       /* 0, 400 or 488 */
    uint32_t warning;      /* warn-code for a Warning header: 304, 305, 301, 399 ... */
    uint32_t media;        /* the m-line that decided, 0-based */
    uint32_t crypto;       /* offer: the nth a=crypto of it that was chosen */
    char text[128];        /* plain words, NUL-terminated, no CR LF, no peer bytes */
} ztrunk_sdp_verdict;

typedef struct ztrunk_sdp ztrunk_sdp;

/* E_MALFORMED, E_LIMIT (64 KiB, 1024 bytes a line, 512 lines). */
ZTRUNK_API int32_t ztrunk_sdp_parse(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                                    ztrunk_sdp **out);
ZTRUNK_API int32_t ztrunk_sdp_clone(const ztrunk_sdp *sdp, ztrunk_sdp **out);
ZTRUNK_API int32_t ztrunk_sdp_encode(const ztrunk_sdp *sdp, uint8_t *text, size_t cap,
                                     size_t *out_len);
ZTRUNK_API void ztrunk_sdp_free(ztrunk_sdp *sdp); /* wipes keys */

ZTRUNK_API uint32_t ztrunk_sdp_media_count(const ztrunk_sdp *sdp);
ZTRUNK_API int32_t ztrunk_sdp_get_media(const ztrunk_sdp *sdp, uint32_t nth,
                                        ztrunk_sdp_media *media);
/* The nth a=crypto of a media section as it stands; E_MALFORMED for one that is none. */
ZTRUNK_API int32_t ztrunk_sdp_get_crypto(const ztrunk_sdp *sdp, uint32_t media, uint32_t nth,
                                         ztrunk_sdp_crypto *crypto);

/* Rewrites o= and every session-level c= to addr's IP: topology hiding and NAT. */
ZTRUNK_API int32_t ztrunk_sdp_set_origin(ztrunk_sdp *sdp, const ztrunk_addr *addr);
/* Where this media is received: m= port, its c=, a=rtcp, and a=candidate lines (removed, with
 * a=ice-*, since this library is no ICE agent). rtcp NULL: rtp port + 1. */
ZTRUNK_API int32_t ztrunk_sdp_set_addr(ztrunk_sdp *sdp, uint32_t media, const ztrunk_addr *rtp,
                                       const ztrunk_addr *rtcp);
ZTRUNK_API int32_t ztrunk_sdp_set_proto(ztrunk_sdp *sdp, uint32_t media, uint32_t proto);
ZTRUNK_API int32_t ztrunk_sdp_set_direction(ztrunk_sdp *sdp, uint32_t media, uint32_t direction);
/* Removes every a=crypto of the section (and DTLS's fingerprint and setup). */
ZTRUNK_API int32_t ztrunk_sdp_clear_crypto(ztrunk_sdp *sdp, uint32_t media);
/* Appends one a=crypto. */
ZTRUNK_API int32_t ztrunk_sdp_add_crypto(ztrunk_sdp *sdp, uint32_t media,
                                         const ztrunk_sdp_crypto *crypto);
/* RFC 3264 6: port 0, attributes removed. */
ZTRUNK_API int32_t ztrunk_sdp_reject_media(ztrunk_sdp *sdp, uint32_t media);
/* Strikes the formats of the section that the policy does not list, with their rtpmap and fmtp;
 * order is kept. E_DENIED when no codec besides telephone-event and CN is left (nothing changed).
 */
ZTRUNK_API int32_t ztrunk_sdp_filter_codecs(ztrunk_sdp *sdp, uint32_t media,
                                            const ztrunk_sdp_policy *policy);

/* Judges an offer that came from a side with this policy; the sdp is not changed. E_* only for
 * bad arguments: the judgement is in the verdict. */
ZTRUNK_API int32_t ztrunk_sdp_judge_offer(const ztrunk_sdp *sdp, const ztrunk_sdp_policy *policy,
                                          ztrunk_sdp_verdict *verdict);
/* Judges an answer against the offer as it was sent: media count, profile, tag and suite of one
 * offered a=crypto, codecs a subset. */
ZTRUNK_API int32_t ztrunk_sdp_judge_answer(const ztrunk_sdp *offer, const ztrunk_sdp *answer,
                                           const ztrunk_sdp_policy *policy,
                                           ztrunk_sdp_verdict *verdict);

#ifdef __cplusplus
}
#endif
#endif
