/* sdp.h - session descriptions: lossless, a line that nobody changed comes out byte for byte.
 * RFC 8866, 3264, 4568, 3605; NAT rewriting, the SRTP-required policy and the codec policy.
 *
 * Two ways to bring a description to the other side of a trunk:
 *   make_offer, make_answer  for a back-to-back user agent: a new description in our own name,
 *                            built from an allow-list (formats with rtpmap, fmtp, ptime, the
 *                            direction). No other line of the peer crosses, above all no key.
 *   set_*, clear_*, add_*    edit the peer's description in place, and keep every other line.
 * Every edit is whole or not at all: after an error the description is what it was. */
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
    uint32_t proto, direction; /* direction: the media's, else the session's, else sendrecv;
                                * c=0.0.0.0 takes "recv" away: RFC 2543's hold */
    uint32_t crypto_count, rtcp_mux;
    uint32_t is_private, ptime_ms; /* is_private: rtp is not routable on the internet; 0: none */
    ztrunk_addr rtp, rtcp; /* rtp.port 0: rejected or disabled; rtcp: a=rtcp, else port + 1, whose
                            * port is 0 behind 65535; family 0: no c= line */
    uint32_t is_held;      /* rtp is 0.0.0.0 or ::, never send there and open no hole for it */
    uint32_t has_ice;      /* it has lines of ICE: its end may wait for checks, and send nothing */
} ztrunk_sdp_media;

typedef struct ztrunk_sdp_format { /* one of an m-line */
    uint32_t size, payload_type;
    uint32_t clock_hz;   /* 0: nobody said what this type is; name is empty then */
    uint32_t is_audible; /* 0: telephone-event, CN */
    uint32_t has_dtx;    /* with it a sender may fall silent: CN, G729 and G723 unless their annex
                            is off, AMR, Opus with usedtx=1 */
    uint32_t reserved;
    char name[32]; /* as it is spelt */
} ztrunk_sdp_format;

typedef struct ztrunk_sdp_crypto {
    uint32_t size, tag, suite; /* suite NONE: one that this library does not know */
    uint32_t key_len, mki_len; /* mki_len 0: no MKI */
    uint32_t is_draft_name;    /* 1: spelt AES_CM_256_... and the like; an answer repeats that */
    uint64_t mki, lifetime;    /* packets; 0: none given */
    uint8_t key[64];           /* master key, then master salt: wipe it after use */
} ztrunk_sdp_crypto;

typedef struct ztrunk_sdp_policy { /* what one side of a trunk demands; zero: the default */
    uint32_t size, srtp;           /* ZTRUNK_SDP_SRTP_* */
    uint32_t refuse_mki;           /* 0: a peer's MKI is taken, as Teams sends one; 1: refused */
    uint32_t max_media;            /* m-lines; 0: 4 */
    uint32_t suites; /* bit (1 << ZTRUNK_SUITE_x); 0: AES_CM_128 80 and 32, AES_256_CM, GCM */
    uint32_t refuse_private; /* 1: a private media address is refused, 0: flagged only */
    char codecs[256];        /* preferred first: "opus,PCMU,PCMA,telephone-event" is meant by "" */
} ztrunk_sdp_policy;

enum { ZTRUNK_SDP_SRTP_REQUIRED = 0, ZTRUNK_SDP_SRTP_FORBIDDEN = 1 }; /* there is no "optional" */

enum { /* why a description was refused: the W of a 488's Warning (RFC 3261 20.43) */
       ZTRUNK_SDP_OK = 0,
       ZTRUNK_SDP_REFUSED_MALFORMED,
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
    uint32_t status;       /* what answers an offer: 0 or 488 */
    uint32_t warning;      /* warn-code for a Warning header: 304, 305, 301, 399 ... */
    uint32_t media;        /* the m-line that decided, 0-based */
    uint32_t crypto;       /* the nth a=crypto of it that was chosen */
    char text[128];        /* plain words, NUL-terminated, no CR LF, no quotes, no peer bytes */
} ztrunk_sdp_verdict;

typedef struct ztrunk_sdp_leg { /* where our own end of one leg receives media */
    uint32_t size;
    uint32_t rtcp_mux; /* make_answer only: 1: take a=rtcp-mux when the offer has it */
    ztrunk_addr rtp;
    ztrunk_addr rtcp; /* family 0: rtp's port + 1 */
} ztrunk_sdp_leg;

/* Our o= line on one leg, kept as long as the leg lives: zeroed but for size before its first
 * description. RFC 3264 8: the version rises by one when the body has changed. */
typedef struct ztrunk_sdp_origin {
    uint32_t size, reserved;
    uint64_t sess_id, sess_version;
    uint64_t body; /* keyed hash of the last body, without its o= line */
} ztrunk_sdp_origin;

#define ZTRUNK_SDP_ALL UINT32_MAX /* clear_crypto: the session level and every m-line */

typedef struct ztrunk_sdp ztrunk_sdp;

/* CRLF and bare LF end a line and come out as they came in; NUL, bare CR, an unknown type letter,
 * a missing v= o= s= t= and a last line without its end do not pass. Every m=, c=, o=, t= and
 * a=rtcp is read strictly here: no port count (49170/2), no leading zero, one c= in a block, one
 * direction. E_MALFORMED; E_DENIED: a c= or a=rtcp that names something else than one unicast IP
 * address (a host name, a multicast group); E_LIMIT (64 KiB, 1024 bytes a line, 512 lines). */
ZTRUNK_API int32_t ztrunk_sdp_parse(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                                    ztrunk_sdp **out);
ZTRUNK_API int32_t ztrunk_sdp_clone(const ztrunk_sdp *sdp, ztrunk_sdp **out);
ZTRUNK_API int32_t ztrunk_sdp_encode(const ztrunk_sdp *sdp, uint8_t *text, size_t cap,
                                     size_t *out_len);
ZTRUNK_API void ztrunk_sdp_free(ztrunk_sdp *sdp); /* wipes keys */

/* Parse and judge in one: *out is set only when verdict->reason is ZTRUNK_SDP_OK, and a text that
 * does not parse gets a verdict too. Not 0: E_INVALID, E_NOMEM. */
ZTRUNK_API int32_t ztrunk_sdp_read_offer(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                                         const ztrunk_sdp_policy *policy,
                                         ztrunk_sdp_verdict *verdict, ztrunk_sdp **out);
ZTRUNK_API int32_t ztrunk_sdp_read_answer(ztrunk_ctx *ctx, const uint8_t *text, size_t len,
                                          const ztrunk_sdp *offer, const ztrunk_sdp_policy *policy,
                                          ztrunk_sdp_verdict *verdict, ztrunk_sdp **out);

ZTRUNK_API uint32_t ztrunk_sdp_media_count(const ztrunk_sdp *sdp);
/* E_NOTFOUND: no such m-line. */
ZTRUNK_API int32_t ztrunk_sdp_get_media(const ztrunk_sdp *sdp, uint32_t nth,
                                        ztrunk_sdp_media *media);
/* The nth a=crypto of a media section as it stands; E_MALFORMED for one that is none, E_DENIED for
 * one that asks what must not be (UNENCRYPTED_*, UNAUTHENTICATED_SRTP, KDR, FEC, several keys, an
 * unknown session parameter, a constant key). A suite that this library does not know: 0 with
 * suite NONE and no key. */
ZTRUNK_API int32_t ztrunk_sdp_get_crypto(const ztrunk_sdp *sdp, uint32_t media, uint32_t nth,
                                         ztrunk_sdp_crypto *crypto);
/* The nth format that m= lists, each type once; E_NOTFOUND: no such m-line, or no more. */
ZTRUNK_API int32_t ztrunk_sdp_get_format(const ztrunk_sdp *sdp, uint32_t media, uint32_t nth,
                                         ztrunk_sdp_format *format);
/* Fills suite, tag and a fresh random key. */
ZTRUNK_API int32_t ztrunk_sdp_new_crypto(ztrunk_ctx *ctx, uint32_t suite, uint32_t tag,
                                         ztrunk_sdp_crypto *crypto);

/* A new description with one m=audio line for the other leg, made of m-line media of from: its
 * formats as far as policy lists them (by the policy's preference, payload types as they were),
 * rtpmap, fmtp, ptime and direction. Its profile is RTP/SAVP with the given crypto lines where
 * policy requires SRTP, else RTP/AVP and crypto_count 0: anything else is E_INVALID. Raises
 * origin's version when the body differs from the leg's last one.
 * E_NOTFOUND: no such m-line, E_DENIED: no codec besides telephone-event and CN is left. */
ZTRUNK_API int32_t ztrunk_sdp_make_offer(const ztrunk_sdp *from, uint32_t media,
                                         const ztrunk_sdp_policy *policy, const ztrunk_sdp_leg *leg,
                                         const ztrunk_sdp_crypto *crypto, uint32_t crypto_count,
                                         ztrunk_sdp_origin *origin, ztrunk_sdp **out);
/* The answer to an offer that this leg sent us, made of the other leg's answer: the same m-lines
 * in the same order, offer_media's with the formats of from that are also in the offer, every
 * other one rejected with port 0. The profile is the offer's; where it is SRTP, crypto repeats tag
 * and suite of one offered line with a key of its own, else it is NULL: anything else, and the
 * offerer's own key, is E_INVALID. The direction never says more than the offer allows. */
ZTRUNK_API int32_t ztrunk_sdp_make_answer(const ztrunk_sdp *offer, uint32_t offer_media,
                                          const ztrunk_sdp *from, uint32_t from_media,
                                          const ztrunk_sdp_policy *policy,
                                          const ztrunk_sdp_leg *leg,
                                          const ztrunk_sdp_crypto *crypto,
                                          ztrunk_sdp_origin *origin, ztrunk_sdp **out);

/* Rewrites o= ("-", our id and version, addr's IP) and every session-level c= to addr's IP, and
 * removes a=candidate and a=ice-* there. The version is origin's, raised when the rest of the
 * body has changed since the leg's last description: so call it after all other edits. */
ZTRUNK_API int32_t ztrunk_sdp_set_origin(ztrunk_sdp *sdp, const ztrunk_addr *addr,
                                         ztrunk_sdp_origin *origin);
/* Where this media is received: m= port, its c=, a=rtcp, and a=candidate lines (removed, with
 * a=ice-*, since this library is no ICE agent). rtcp NULL: rtp port + 1. The media gets a c= of
 * its own when the session's does not say the same. */
ZTRUNK_API int32_t ztrunk_sdp_set_addr(ztrunk_sdp *sdp, uint32_t media, const ztrunk_addr *rtp,
                                       const ztrunk_addr *rtcp);
ZTRUNK_API int32_t ztrunk_sdp_set_proto(ztrunk_sdp *sdp, uint32_t media, uint32_t proto);
ZTRUNK_API int32_t ztrunk_sdp_set_direction(ztrunk_sdp *sdp, uint32_t media, uint32_t direction);
/* Removes every line of the section that carries or names a key: a=crypto, k=, a=key-mgmt, ZRTP's
 * hash, DTLS's fingerprint, setup and tls-id. ZTRUNK_SDP_ALL: of the whole description. */
ZTRUNK_API int32_t ztrunk_sdp_clear_crypto(ztrunk_sdp *sdp, uint32_t media);
/* Appends one a=crypto. E_INVALID: the profile is plain, the key's length is not the suite's. */
ZTRUNK_API int32_t ztrunk_sdp_add_crypto(ztrunk_sdp *sdp, uint32_t media,
                                         const ztrunk_sdp_crypto *crypto);
/* RFC 3264 6: port 0, attributes removed. */
ZTRUNK_API int32_t ztrunk_sdp_reject_media(ztrunk_sdp *sdp, uint32_t media);
/* Strikes the formats of the section that the policy does not list, with their rtpmap, fmtp and
 * rtcp-fb; what is left stands in the policy's order. E_DENIED when no codec besides
 * telephone-event and CN is left (nothing changed). */
ZTRUNK_API int32_t ztrunk_sdp_filter_codecs(ztrunk_sdp *sdp, uint32_t media,
                                            const ztrunk_sdp_policy *policy);

/* Judges an offer that came from a side with this policy; the sdp is not changed. Of several
 * audio lines the first acceptable one decides; of several a=crypto lines the first with an
 * 80-bit tag or better, then one with a 32-bit tag, then one under a draft name. E_* only for bad
 * arguments: the judgement is in the verdict. */
ZTRUNK_API int32_t ztrunk_sdp_judge_offer(const ztrunk_sdp *sdp, const ztrunk_sdp_policy *policy,
                                          ztrunk_sdp_verdict *verdict);
/* Judges an answer against the offer as it was sent: media count, profile, exactly one a=crypto
 * with tag and suite of an offered one and another key, at least one offered codec. */
ZTRUNK_API int32_t ztrunk_sdp_judge_answer(const ztrunk_sdp *offer, const ztrunk_sdp *answer,
                                           const ztrunk_sdp_policy *policy,
                                           ztrunk_sdp_verdict *verdict);

#ifdef __cplusplus
}
#endif
#endif
