/* watch.h - certificates over their lives: how long they last, whether what was renewed is also
 * loaded and shown, and what a peer has changed in its own.
 *
 * The caller gives what it sees, on disk, in memory and in handshakes, and the time; the watch says
 * once what is found and once that it is over. It proves nothing (tls.h does) and reads no clock.
 * A handle is used by one thread. */
#ifndef ZEROTRUNK_WATCH_H
#define ZEROTRUNK_WATCH_H

#include <zerotrunk/cert.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ZTRUNK_WATCH_OWN = 0, ZTRUNK_WATCH_PEER = 1 }; /* whose certificate a subject is */

enum {                       /* where a chain was seen */
       ZTRUNK_VIEW_DISK = 0, /* in the file, as it is now */
       ZTRUNK_VIEW_LOADED,   /* in this process, which shows it from now on */
       ZTRUNK_VIEW_WIRE,     /* in a handshake: with a peer, or with our own name */
       ZTRUNK_VIEWS
};

enum { /* what our anchors say of a peer's chain */
       ZTRUNK_WATCH_TRUSTED = 0,
       ZTRUNK_WATCH_NEXT,    /* those alone that are to come (ztrunk_tls_conf_trust_next) */
       ZTRUNK_WATCH_MISSING, /* none vouches for it */
       ZTRUNK_WATCH_REFUSED  /* it was refused for something else: its dates alone count */
};

enum {                              /* findings */
       ZTRUNK_FINDING_EXPIRY = 0,   /* it ends; level: ZTRUNK_EXPIRY_* */
       ZTRUNK_FINDING_NOT_LOADED,   /* own: renewed on disk, and not loaded */
       ZTRUNK_FINDING_NOT_SHOWN,    /* own: loaded, and a handshake shows another */
       ZTRUNK_FINDING_ISSUER,       /* peer: another intermediate (level 1), another root (2) */
       ZTRUNK_FINDING_USAGE,        /* peer: it may prove less, or more, than before */
       ZTRUNK_FINDING_ROOT_NEXT,    /* peer: its root is among those to come alone */
       ZTRUNK_FINDING_ROOT_MISSING, /* peer: its root is not among our anchors; 10 min after it */
       ZTRUNK_FINDINGS              /* how many there are; grows */
};

/* Levels of EXPIRY: so many days are left, or it is over. Of a certificate whose whole life is
 * shorter than 100 days the same share of it: one of 90 days that is renewed at two thirds of its
 * life, or one of 6, never gets to a level in good order. */
enum {
    ZTRUNK_EXPIRY_NONE = 0,
    ZTRUNK_EXPIRY_30_DAYS,
    ZTRUNK_EXPIRY_14_DAYS,
    ZTRUNK_EXPIRY_7_DAYS,
    ZTRUNK_EXPIRY_1_DAY,
    ZTRUNK_EXPIRY_OVER
};

enum { ZTRUNK_WATCH_NAME = 256 }; /* with the NUL */

typedef struct ztrunk_watch ztrunk_watch;

typedef struct ztrunk_watch_opts {
    uint32_t size, max; /* subjects; 0: 256 */
    uint32_t settle_s;  /* views may differ for so long, while files are replaced; 0: 60 */
    uint32_t calm_s;    /* what a peer has changed is news for so long, and a root that is to come
                         * after it was seen last; 0: a day */
} ztrunk_watch_opts;

typedef struct ztrunk_finding {
    uint32_t size, kind; /* ZTRUNK_FINDING_* */
    uint64_t subject;
    uint32_t level, before; /* 0: nothing is found; it was 0 */
    int64_t not_after_s;    /* EXPIRY: the end that is meant; else 0 */
    /* Cut to fit; "" where there is nothing to say. EXPIRY: whose end it is. ISSUER: issuer, or
     * root, now and before. ROOT_NEXT, ROOT_MISSING: the root that is meant. */
    char text[ZTRUNK_WATCH_NAME], old[ZTRUNK_WATCH_NAME];
} ztrunk_finding;

typedef struct ztrunk_watch_view {
    uint32_t size, usage;              /* of the first certificate, as the next two */
    int64_t not_before_s, not_after_s; /* Unix time */
    int64_t chain_not_after_s;         /* the earliest end on the chain */
    char serial[41];
    uint8_t reserved[7];
} ztrunk_watch_view;

ZTRUNK_API int32_t ztrunk_watch_new(ztrunk_ctx *ctx, const ztrunk_watch_opts *opts,
                                    ztrunk_watch **out);
/* A subject: our own certificate, or a peer's; name is the caller's word for it and is kept.
 * E_LIMIT: there are opts.max. */
ZTRUNK_API int32_t ztrunk_watch_add(ztrunk_watch *w, uint32_t whose, const char *name,
                                    uint64_t *subject);
/* Forgets it and all that was found, without a word. */
ZTRUNK_API int32_t ztrunk_watch_del(ztrunk_watch *w, uint64_t subject);
/* A view shows this chain now: PEM, or DER one after the other, the first certificate the
 * subject's own; at most 16 count. trust: of a peer ZTRUNK_WATCH_TRUSTED and so on, with the chain
 * that ztrunk_tls_peer_path gives; of our own 0. E_MALFORMED: the first cannot be read, and the
 * view stays as it was. */
ZTRUNK_API int32_t ztrunk_watch_show(ztrunk_watch *w, uint64_t subject, uint32_t view,
                                     uint32_t trust, const uint8_t *certs, size_t len,
                                     int64_t wall_s);
/* Nothing is known of that view: no file, no answer. */
ZTRUNK_API int32_t ztrunk_watch_hide(ztrunk_watch *w, uint64_t subject, uint32_t view,
                                     int64_t wall_s);
/* Our anchors for a peer are others: what was found of its root is over until it is seen again. */
ZTRUNK_API int32_t ztrunk_watch_anchors_changed(ztrunk_watch *w, uint64_t subject, int64_t wall_s);
/* Looks at all subjects by the time: at least once an hour, and when the clock was set. */
ZTRUNK_API int32_t ztrunk_watch_expire(ztrunk_watch *w, int64_t wall_s);
/* What has changed since the last call, one at a time. E_NOTFOUND: nothing. */
ZTRUNK_API int32_t ztrunk_watch_next(ztrunk_watch *w, ztrunk_finding *finding);
/* E_NOTFOUND: nothing is known of that view. */
ZTRUNK_API int32_t ztrunk_watch_get_view(const ztrunk_watch *w, uint64_t subject, uint32_t view,
                                         ztrunk_watch_view *info);
/* The level of a finding, as ztrunk_watch_next has told it or will. */
ZTRUNK_API int32_t ztrunk_watch_level(const ztrunk_watch *w, uint64_t subject, uint32_t kind,
                                      uint32_t *level);
/* Loan; NULL: no such subject. */
ZTRUNK_API const char *ztrunk_watch_name(const ztrunk_watch *w, uint64_t subject);
/* A finding, a view in one word, for metrics and keys ("not_loaded", "disk"); static, "" for none.
 */
ZTRUNK_API const char *ztrunk_finding_name(uint32_t kind);
ZTRUNK_API const char *ztrunk_view_name(uint32_t view);
ZTRUNK_API void ztrunk_watch_free(ztrunk_watch *w);

#ifdef __cplusplus
}
#endif
#endif
