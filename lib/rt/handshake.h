/* handshake.h - TLS handshakes in threads of their own: about 5 ms of arithmetic each, which the
 * signalling must not wait for. A job owns its socket and its ztrunk_tls until it is done. */
#ifndef ZTI_RT_HANDSHAKE_H
#define ZTI_RT_HANDSHAKE_H

#include "base/buf.h"
#include "rt/loop.h"

typedef struct zti_handshakes zti_handshakes;

typedef struct zti_job {
    /* The loop's before start and after done(post.opaque) was called there. */
    int fd;
    ztrunk_tls *tls;
    zti_buf out; /* wire bytes the socket has not taken yet */
    zti_post post;
    int32_t error; /* 0: READY; else why, with cause and text */
    uint32_t cause;
    const char *text;
    /* Anyone's. */
    atomic_uint is_cancelled;
    /* The worker's. */
    uint32_t events, is_ended;
    struct zti_worker *worker;
    struct zti_job *next, *prev;
} zti_job;

int32_t zti_handshakes_new(ztrunk_rt *rt, uint32_t threads, zti_handshakes **out);
/* job->fd, tls, out and post are set; post runs on the loop when it is done. */
void zti_handshakes_start(zti_handshakes *h, zti_job *job);
/* It will be done soon, with E_CLOSED (unless it already is). */
void zti_handshakes_cancel(zti_job *job);
/* Joins the threads. Jobs that were started are nobody's afterwards: the caller's. */
void zti_handshakes_free(zti_handshakes *h);

#endif
