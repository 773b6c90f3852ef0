/* verdict.h - why a party of a call hears nothing: the facts of both legs in, twice a second, one
 * verdict out, the most specific that they bear. No packets, no I/O, no other engine: the facts are
 * plain values from wherever the program has them.
 *
 * It is quiet before the answer, on hold, while an offer waits for its answer, for a peer that
 * sends nothing while its party is silent, and for as long as it cannot be known. */
#ifndef ZEROTRUNK_VERDICT_H
#define ZEROTRUNK_VERDICT_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most specific first: the first that holds is the verdict. */
enum {
    ZTRUNK_VERDICT_NONE = 0,
    ZTRUNK_VERDICT_PLAIN_RTP = 1, /* 1 to 13: its media comes, and none of it authenticates */
    ZTRUNK_VERDICT_OLD_KEY = 2,
    ZTRUNK_VERDICT_OWN_KEY = 3,
    ZTRUNK_VERDICT_OTHER_LINE = 4,
    ZTRUNK_VERDICT_TAG_LENGTH = 5,
    ZTRUNK_VERDICT_SUITE = 6,
    ZTRUNK_VERDICT_MKI = 7,
    ZTRUNK_VERDICT_ROLLOVER = 8,
    ZTRUNK_VERDICT_LIFETIME = 9,
    ZTRUNK_VERDICT_SOURCES = 10,
    ZTRUNK_VERDICT_REPLAY = 11,
    ZTRUNK_VERDICT_WRONG_KEY = 12,
    ZTRUNK_VERDICT_AUTH = 13,   /* and the cause is not known */
    ZTRUNK_VERDICT_NO_KEY = 14, /* media for which no key was agreed on */
    ZTRUNK_VERDICT_CODEC = 15,  /* authentic, of a codec that was not agreed on */
    ZTRUNK_VERDICT_NOT_RTP = 16,
    ZTRUNK_VERDICT_SOURCE = 17,         /* from an address that may not send */
    ZTRUNK_VERDICT_SEND = 18,           /* what is for it cannot be sent */
    ZTRUNK_VERDICT_UNHEARD = 19,        /* its RTCP says that it hears nothing of what we send */
    ZTRUNK_VERDICT_ICE = 20,            /* 20 to 24: nothing comes from it */
    ZTRUNK_VERDICT_PRIVATE_OURS = 21,   /* we gave it an address that it cannot reach */
    ZTRUNK_VERDICT_PRIVATE_THEIRS = 22, /* it gave us one */
    ZTRUNK_VERDICT_RTCP_ONLY = 23,
    ZTRUNK_VERDICT_NO_MEDIA = 24,
    ZTRUNK_VERDICT_STOPPED = 25 /* it came, steadily, and comes no more */
};

typedef struct ztrunk_verdict_opts {
    uint32_t size, reserved;
    char names[2][16]; /* what the legs are called in sentences; "leg 0", "leg 1" */
} ztrunk_verdict_opts;

typedef struct ztrunk_verdict_call { /* what both legs share */
    uint32_t size;
    uint32_t is_answered, is_negotiating; /* negotiating: an offer waits for its answer */
    uint32_t reserved;
} ztrunk_verdict_call;

typedef struct ztrunk_verdict_leg { /* one leg; counters only ever grow */
    uint32_t size;
    uint32_t send, receive; /* by both SDPs media may go to this peer, may come from it */
    uint32_t has_dtx;       /* silence suppression was agreed on: it may send little or nothing */
    uint32_t waits_for_ice;
    uint32_t srtp_cause;                         /* ZTRUNK_SRTP_CAUSE_* that stands */
    uint32_t ours_is_private, theirs_is_private; /* the address in our SDP, in its: out of reach for
                                                    the other */
    uint64_t rx_packets, rx_rtcp;                /* RTP and RTCP that was let in */
    uint64_t rx_other_codec;                     /* of rx_packets: payload types not agreed on */
    uint64_t tx_packets;
    uint64_t drop_denied, drop_auth, drop_replay, drop_malformed; /* from it, not let in */
    uint64_t drop_no_key, drop_send;                              /* for it, or from it; for it */
    uint64_t last_rx_ns;                                          /* 0: not known */
    uint64_t reports;         /* its RTCP's report blocks on what we send */
    uint32_t report_lost;     /* the latest one's fraction lost, of 256 */
    uint32_t report_sequence; /* and extended highest sequence number */
    ztrunk_addr ours, theirs; /* in our SDP and in its; for the evidence */
    ztrunk_addr seen;         /* where its media comes from; family 0: nowhere yet */
} ztrunk_verdict_leg;

typedef struct ztrunk_verdict_finding {
    uint32_t size, code;  /* ZTRUNK_VERDICT_*; NONE: the rest is empty */
    uint32_t leg, is_new; /* whose peer; 1: another one than the last time */
    uint64_t since_ns;    /* when the failure began */
    char sentence[160];   /* what is wrong */
    char evidence[200];   /* the figures */
    char advice[200];     /* what to change */
} ztrunk_verdict_finding;

typedef struct ztrunk_verdict ztrunk_verdict; /* one for each call */

ZTRUNK_API int32_t ztrunk_verdict_new(ztrunk_ctx *ctx, const ztrunk_verdict_opts *opts,
                                      ztrunk_verdict **out);
/* Twice a second, or oftener. A verdict stands until its peer is heard, or hears, again. */
ZTRUNK_API int32_t ztrunk_verdict_judge(ztrunk_verdict *v, uint64_t now_ns,
                                        const ztrunk_verdict_call *call,
                                        const ztrunk_verdict_leg *leg0,
                                        const ztrunk_verdict_leg *leg1,
                                        ztrunk_verdict_finding *finding);
ZTRUNK_API void ztrunk_verdict_free(ztrunk_verdict *v);
/* A code in one word, for filters and metrics ("old-key"); static. */
ZTRUNK_API const char *ztrunk_verdict_name(uint32_t code);

#ifdef __cplusplus
}
#endif
#endif
