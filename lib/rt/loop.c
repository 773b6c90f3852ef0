#include "rt/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "base/ctx.h"
#include "rt/re_rt.h"

#define BATCH           64
#define LIBRE_FDS_LEAST 1024u
#define LIBRE_FDS_MOST  65536u

uint64_t ztrunk_rt_now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * ZTI_SECOND + (uint64_t)t.tv_nsec;
}

int64_t ztrunk_rt_wall_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

/* ---- watches ---- */

int32_t zti_watch_set(ztrunk_rt *rt, zti_watch *w, int fd, uint32_t events)
{
    struct epoll_event ev = {.events = events, .data.ptr = w};
    int op = w->fd < 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    if (w->fd >= 0 && w->events == events) return ZTRUNK_OK;
    if (epoll_ctl(rt->epfd, op, fd, &ev) != 0) return ZTRUNK_E_SYSTEM;
    w->fd = fd;
    w->events = events;
    return ZTRUNK_OK;
}

void zti_watch_end(ztrunk_rt *rt, zti_watch *w)
{
    if (w->fd < 0) return;
    epoll_ctl(rt->epfd, EPOLL_CTL_DEL, w->fd, NULL);
    w->fd = -1;
    for (int i = rt->batch_at; i < rt->batch_count; i++)
        if (rt->batch[i].data.ptr == w) rt->batch[i].data.ptr = NULL;
}

/* ---- timers ---- */

static void arm(ztrunk_rt *rt)
{
    uint64_t deadline = zti_heap_deadline(&rt->heap);
    struct itimerspec spec = {0};

    if (deadline == rt->armed_ns) return;
    rt->armed_ns = deadline;
    if (deadline != ZTI_NEVER) {
        spec.it_value.tv_sec = (time_t)(deadline / ZTI_SECOND);
        spec.it_value.tv_nsec = (long)(deadline % ZTI_SECOND);
        /* All zero would disarm. */
        if (deadline == 0) spec.it_value.tv_nsec = 1;
    }
    timerfd_settime(rt->timerfd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void on_timer(void *opaque, uint32_t events)
{
    ztrunk_rt *rt = opaque;
    zti_heap_node *node;
    uint64_t ticks;

    (void)events;
    if (read(rt->timerfd, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return;
    rt->armed_ns = ZTI_NEVER;
    rt->pass_ns = ztrunk_rt_now_ns();
    while ((node = zti_heap_due(&rt->heap, rt->pass_ns)) != NULL) {
        zti_timer *timer = node->owner;

        timer->fn(timer->opaque);
    }
    rt->pass_ns = 0;
}

int32_t zti_timer_init(ztrunk_rt *rt, zti_timer *t, void (*fn)(void *opaque), void *opaque)
{
    int32_t err = zti_heap_reserve(&rt->heap, rt->timers + 1);

    if (err != ZTRUNK_OK) return err;
    *t = (zti_timer){.rt = rt, .fn = fn, .opaque = opaque, .node.owner = t};
    rt->timers++;
    return ZTRUNK_OK;
}

void zti_timer_end(zti_timer *t)
{
    if (t->rt == NULL) return;
    zti_heap_remove(&t->rt->heap, &t->node);
    t->rt->timers--;
    t->rt = NULL;
}

int32_t ztrunk_rt_timer_new(ztrunk_rt *rt, void (*fn)(void *opaque), void *opaque,
                            ztrunk_rt_timer **out)
{
    zti_timer *t;
    int32_t err;

    if (rt == NULL || fn == NULL || out == NULL) return ZTRUNK_E_INVALID;
    t = zti_calloc(rt->ctx, sizeof *t);
    if (t == NULL) return ZTRUNK_E_NOMEM;
    err = zti_timer_init(rt, t, fn, opaque);
    if (err != ZTRUNK_OK) {
        zti_free(rt->ctx, t);
        return err;
    }
    *out = t;
    return ZTRUNK_OK;
}

void ztrunk_rt_timer_set(ztrunk_rt_timer *t, uint64_t deadline_ns)
{
    if (t == NULL) return;
    /* Not before the next pass: a timer that sets itself to now must not hold the loop. */
    if (deadline_ns <= t->rt->pass_ns) deadline_ns = t->rt->pass_ns + 1;
    zti_heap_set(&t->rt->heap, &t->node, deadline_ns);
    if (!t->rt->is_dispatching) arm(t->rt);
}

void ztrunk_rt_timer_free(ztrunk_rt_timer *t)
{
    ztrunk_rt *rt;

    if (t == NULL) return;
    rt = t->rt;
    zti_timer_end(t);
    zti_free(rt->ctx, t);
}

/* ---- posts ---- */

static void wake(ztrunk_rt *rt)
{
    uint64_t one = 1;

    while (write(rt->wakefd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

void zti_post_node(ztrunk_rt *rt, zti_post *post)
{
    pthread_mutex_lock(&rt->lock);
    if (!post->is_queued) {
        post->is_queued = 1;
        post->next = NULL;
        if (rt->last != NULL)
            rt->last->next = post;
        else
            rt->first = post;
        rt->last = post;
    }
    pthread_mutex_unlock(&rt->lock);
    wake(rt);
}

void zti_post_take_back(ztrunk_rt *rt, zti_post *post)
{
    zti_post *last = NULL;

    pthread_mutex_lock(&rt->lock);
    for (zti_post **at = &rt->first; *at != NULL;) {
        if (*at == post) {
            *at = post->next;
            post->is_queued = 0;
            continue;
        }
        last = *at;
        at = &(*at)->next;
    }
    rt->last = last;
    pthread_mutex_unlock(&rt->lock);
}

static zti_post *take_post(ztrunk_rt *rt)
{
    zti_post *post;

    pthread_mutex_lock(&rt->lock);
    post = rt->first;
    if (post != NULL) {
        rt->first = post->next;
        if (rt->first == NULL) rt->last = NULL;
        post->is_queued = 0;
    }
    pthread_mutex_unlock(&rt->lock);
    return post;
}

static void run_post(ztrunk_rt *rt, zti_post *post)
{
    void (*fn)(void *opaque) = post->fn;
    void *opaque = post->opaque;

    if (post->is_heap) zti_free(rt->ctx, post);
    fn(opaque);
}

/* One post a turn leaves sockets and timers their share when posts breed posts. */
static void on_wake(void *opaque, uint32_t events)
{
    ztrunk_rt *rt = opaque;
    zti_post *post;
    uint64_t count;

    (void)events;
    if (atomic_exchange(&rt->is_stopping, 0)) {
        re_cancel();
        return; /* what is posted stays for the next run */
    }
    post = take_post(rt);
    if (post != NULL) {
        run_post(rt, post);
        return;
    }
    if (read(rt->wakefd, &count, sizeof count) < 0) return;
    /* A post or a stop may have come between the look and the read. */
    pthread_mutex_lock(&rt->lock);
    count = rt->first != NULL;
    pthread_mutex_unlock(&rt->lock);
    if (count || atomic_load(&rt->is_stopping)) wake(rt);
}

int32_t ztrunk_rt_post(ztrunk_rt *rt, void (*fn)(void *opaque), void *opaque)
{
    zti_post *post;

    if (rt == NULL || fn == NULL) return ZTRUNK_E_INVALID;
    post = zti_calloc(rt->ctx, sizeof *post);
    if (post == NULL) return ZTRUNK_E_NOMEM;
    *post = (zti_post){.fn = fn, .opaque = opaque, .is_heap = 1};
    zti_post_node(rt, post);
    return ZTRUNK_OK;
}

/* ---- the loop ---- */

static void on_events(int flags, void *opaque)
{
    ztrunk_rt *rt = opaque;

    (void)flags;
    rt->is_dispatching = 1;
    rt->batch_count = epoll_wait(rt->epfd, rt->batch, BATCH, 0);
    for (rt->batch_at = 0; rt->batch_at < rt->batch_count;) {
        struct epoll_event *ev = &rt->batch[rt->batch_at++];
        zti_watch *w = ev->data.ptr;

        if (w != NULL) w->fn(w->opaque, ev->events);
    }
    rt->batch_count = 0;
    rt->is_dispatching = 0;
    arm(rt);
}

/* libre's table of descriptors is sized once for each thread; its default ends at 1024. */
static uint32_t libre_fds(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < LIBRE_FDS_LEAST)
        return LIBRE_FDS_LEAST;
    return limit.rlim_cur > LIBRE_FDS_MOST ? LIBRE_FDS_MOST : (uint32_t)limit.rlim_cur;
}

static int32_t start_libre(ztrunk_rt *rt)
{
    if (libre_init() != 0) return ZTRUNK_E_SYSTEM;
    if (fd_setsize((int)libre_fds()) != 0) return ZTRUNK_E_NOMEM;
    return fd_listen(rt->epfd, FD_READ, on_events, rt) == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

static int32_t open_descriptors(ztrunk_rt *rt)
{
    rt->epfd = epoll_create1(EPOLL_CLOEXEC);
    rt->timerfd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    rt->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (rt->epfd < 0 || rt->timerfd < 0 || rt->wakefd < 0) return ZTRUNK_E_SYSTEM;
    rt->timer_watch = (zti_watch){.fd = -1, .fn = on_timer, .opaque = rt};
    rt->wake_watch = (zti_watch){.fd = -1, .fn = on_wake, .opaque = rt};
    if (zti_watch_set(rt, &rt->timer_watch, rt->timerfd, EPOLLIN) != ZTRUNK_OK)
        return ZTRUNK_E_SYSTEM;
    return zti_watch_set(rt, &rt->wake_watch, rt->wakefd, EPOLLIN);
}

static int32_t rt_alloc(ztrunk_ctx *ctx, ztrunk_rt **out)
{
    ztrunk_rt *rt = zti_calloc(ctx, sizeof *rt);

    if (rt == NULL) return ZTRUNK_E_NOMEM;
    rt->epfd = rt->timerfd = rt->wakefd = -1;
    rt->armed_ns = ZTI_NEVER;
    rt->batch = zti_array(ctx, BATCH, sizeof *rt->batch);
    if (rt->batch == NULL || pthread_mutex_init(&rt->lock, NULL) != 0) {
        zti_free(ctx, rt->batch);
        zti_free(ctx, rt);
        return ZTRUNK_E_NOMEM;
    }
    rt->ctx = zti_ctx_ref(ctx);
    rt->heap = zti_heap_of(ctx);
    rt->readables = zti_map_of(ctx, 65536);
    *out = rt;
    return ZTRUNK_OK;
}

static void rt_end(ztrunk_rt *rt)
{
    ztrunk_ctx *ctx = rt->ctx;

    if (rt->epfd >= 0) close(rt->epfd);
    if (rt->timerfd >= 0) close(rt->timerfd);
    if (rt->wakefd >= 0) close(rt->wakefd);
    pthread_mutex_destroy(&rt->lock);
    zti_heap_free(&rt->heap);
    zti_map_free(&rt->readables);
    zti_free(ctx, rt->batch);
    zti_free(ctx, rt);
    ztrunk_ctx_free(ctx);
}

int32_t ztrunk_rt_new(ztrunk_ctx *ctx, ztrunk_rt **out)
{
    ztrunk_rt *rt = NULL;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    if (re_thread_init() != 0) return ZTRUNK_E_STATE;
    err = rt_alloc(ctx, &rt);
    if (err == ZTRUNK_OK) err = open_descriptors(rt);
    if (err == ZTRUNK_OK) err = start_libre(rt);
    if (err != ZTRUNK_OK) {
        if (rt != NULL) rt_end(rt);
        re_thread_close();
        return err;
    }
    *out = rt;
    return ZTRUNK_OK;
}

int32_t ztrunk_rt_run(ztrunk_rt *rt)
{
    int err;

    if (rt == NULL) return ZTRUNK_E_INVALID;
    err = re_main(NULL);
    if (err == EALREADY) return ZTRUNK_E_STATE;
    return err == 0 ? ZTRUNK_OK : ZTRUNK_E_SYSTEM;
}

void ztrunk_rt_stop(ztrunk_rt *rt)
{
    if (rt == NULL) return;
    atomic_store(&rt->is_stopping, 1);
    wake(rt);
}

void ztrunk_rt_free(ztrunk_rt *rt)
{
    zti_post *post;

    if (rt == NULL) return;
    while ((post = take_post(rt)) != NULL)
        if (post->is_heap) zti_free(rt->ctx, post);
    zti_signals_free(rt);
    zti_readables_free(rt);
    fd_close(rt->epfd);
    rt_end(rt);
    re_thread_close();
}
