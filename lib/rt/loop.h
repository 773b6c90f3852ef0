/* loop.h - inside the loop: watches, timers and posts that sit in their owner's object.
 *
 * libre's loop sees one descriptor of ours, an epoll set. It so stays below its table's bound
 * (indexed by descriptor), and a watch that is removed is surely not called any more. */
#ifndef ZTI_RT_LOOP_H
#define ZTI_RT_LOOP_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <zerotrunk/rt.h>
#include "base/heap.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"

struct epoll_event;

typedef struct zti_watch {
    int fd; /* -1: not watched */
    uint32_t events;
    void (*fn)(void *opaque, uint32_t events);
    void *opaque;
} zti_watch;

struct ztrunk_rt_timer {
    zti_heap_node node;
    ztrunk_rt *rt;
    void (*fn)(void *opaque);
    void *opaque;
};
typedef struct ztrunk_rt_timer zti_timer;

typedef struct zti_post {
    void (*fn)(void *opaque);
    void *opaque;
    struct zti_post *next;
    uint32_t is_queued, is_heap; /* heap: the loop frees it */
} zti_post;

struct ztrunk_rt {
    ztrunk_ctx *ctx;
    int epfd, timerfd, wakefd;
    zti_watch timer_watch, wake_watch;
    zti_heap heap;
    size_t timers;
    uint64_t armed_ns, pass_ns; /* pass: while timers fire, the clock they fire by */
    uint32_t is_dispatching;
    struct epoll_event *batch;
    int batch_at, batch_count;

    pthread_mutex_t lock; /* guards first, last */
    zti_post *first, *last;
    atomic_uint is_stopping;

    struct zti_signals *signals; /* signals.c; NULL before the first */
    zti_map readables;           /* zti_readable by descriptor */
};

/* events: EPOLLIN, EPOLLOUT. Starts, or changes what is watched for. E_SYSTEM. */
int32_t zti_watch_set(ztrunk_rt *rt, zti_watch *w, int fd, uint32_t events);
/* Before the descriptor is closed; it is not called any more, not even for what was reported. */
void zti_watch_end(ztrunk_rt *rt, zti_watch *w);

/* Takes part in the loop from now on; setting it cannot fail. E_NOMEM. */
int32_t zti_timer_init(ztrunk_rt *rt, zti_timer *t, void (*fn)(void *opaque), void *opaque);
void zti_timer_end(zti_timer *t); /* also when it was never inited (zeroed) */

/* Any thread; the node must stay until it has run or was taken back. */
void zti_post_node(ztrunk_rt *rt, zti_post *post);
void zti_post_take_back(ztrunk_rt *rt, zti_post *post);

void zti_signals_free(ztrunk_rt *rt);
void zti_readables_free(ztrunk_rt *rt);

#endif
