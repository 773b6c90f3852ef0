/* pinhole.h - which packet may come in: default deny.
 *
 * A hole is opened from negotiated SDP only. It admits packets from the trunk's media prefixes to
 * one exact local address; it latches to the source of the first packet that authenticated, and
 * nothing else moves it. Order per packet: check, then ztrunk_srtp_open, then touch. */
#ifndef ZEROTRUNK_PINHOLE_H
#define ZEROTRUNK_PINHOLE_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* events; id is the hole; mirror them into a packet filter */
       ZTRUNK_EV_PINHOLE_OPENED = 64,
       ZTRUNK_EV_PINHOLE_LATCHED = 65,
       ZTRUNK_EV_PINHOLE_CLOSED = 66 /* detail: ZTRUNK_PINHOLE_* reason */
};

enum { /* why a hole closed */
       ZTRUNK_PINHOLE_DIALOG_ENDED = 1,
       ZTRUNK_PINHOLE_UNANSWERED = 2, /* the offer found no answer in time */
       ZTRUNK_PINHOLE_SILENCE = 3,    /* no authentic packet for idle_ns */
       ZTRUNK_PINHOLE_REPLACED = 4,   /* media moved by a new offer/answer */
       ZTRUNK_PINHOLE_ASKED = 5
};

enum { ZTRUNK_PINHOLE_NO_LATCH = 1 }; /* spec.flags: only remote itself, address and port */

typedef struct ztrunk_pinholes_opts { /* zero: the default */
    uint32_t size, max_open;          /* 8192 */
    uint64_t answer_ns;               /* 32 s: from open to answered */
    uint64_t idle_ns;                 /* 0: silence does not close */
} ztrunk_pinholes_opts;

typedef struct ztrunk_pinhole_spec {
    uint32_t size, flags;
    uint64_t dialog_id; /* the caller's number for the call or dialog */
    ztrunk_addr local;  /* exact */
    ztrunk_addr remote; /* what SDP named; family 0: not yet known (our offer is out) */
    uint32_t prefix_count, reserved;
    ztrunk_prefix prefixes[16]; /* none: any source (an inside side without a list) */
} ztrunk_pinhole_spec;

typedef struct ztrunk_pinhole_info {
    uint32_t size, is_latched;
    uint64_t dialog_id;
    ztrunk_addr local, remote, latched;
    uint64_t opened_ns, touched_ns, packets, denied;
} ztrunk_pinhole_info;

typedef struct ztrunk_pinholes ztrunk_pinholes;

ZTRUNK_API int32_t ztrunk_pinholes_new(ztrunk_ctx *ctx, const ztrunk_pinholes_opts *opts,
                                       ztrunk_pinholes **out);
/* E_STATE: local is taken by another hole. E_LIMIT at max_open. E_DENIED: remote is known and lies
 * outside the prefixes. */
ZTRUNK_API int32_t ztrunk_pinholes_open(ztrunk_pinholes *p, uint64_t now_ns,
                                        const ztrunk_pinhole_spec *spec, uint64_t *id);
/* The answer is there: ends the answer deadline and names the peer's address. A remote that moves
 * drops the latch; what still comes from the old source is admitted, and does not latch for two
 * seconds. E_DENIED as in open; the hole stays as it was. */
ZTRUNK_API int32_t ztrunk_pinholes_answered(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id,
                                            const ztrunk_addr *remote);
/* E_DENIED: no hole, or not for this source. Changes nothing but a counter. */
ZTRUNK_API int32_t ztrunk_pinholes_check(ztrunk_pinholes *p, const ztrunk_addr *from,
                                         const ztrunk_addr *to, uint64_t *id);
/* Only after the packet authenticated: counts it and latches the first one's source. */
ZTRUNK_API int32_t ztrunk_pinholes_touch(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id,
                                         const ztrunk_addr *from);
ZTRUNK_API int32_t ztrunk_pinholes_close(ztrunk_pinholes *p, uint64_t now_ns, uint64_t id,
                                         uint32_t reason);
/* All holes of a dialog; *closed (may be NULL) says how many. */
ZTRUNK_API int32_t ztrunk_pinholes_close_dialog(ztrunk_pinholes *p, uint64_t now_ns,
                                                uint64_t dialog_id, uint32_t *closed);
ZTRUNK_API int32_t ztrunk_pinholes_get_info(const ztrunk_pinholes *p, uint64_t id,
                                            ztrunk_pinhole_info *info);
ZTRUNK_API uint32_t ztrunk_pinholes_count(const ztrunk_pinholes *p);
ZTRUNK_API int32_t ztrunk_pinholes_poll(ztrunk_pinholes *p, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_pinholes_deadline(const ztrunk_pinholes *p);
ZTRUNK_API int32_t ztrunk_pinholes_expire(ztrunk_pinholes *p, uint64_t now_ns);
ZTRUNK_API const char *ztrunk_pinhole_reason_text(uint32_t reason); /* static */
ZTRUNK_API void ztrunk_pinholes_free(ztrunk_pinholes *p);

#ifdef __cplusplus
}
#endif
#endif
