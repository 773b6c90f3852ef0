#include "rt/handshake.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32
#define CHUNK 4096

typedef struct zti_worker {
    ztrunk_rt *rt;
    pthread_t thread;
    int epfd, wakefd;
    atomic_uint is_stopping;
    pthread_mutex_t lock; /* guards inbox */
    zti_job *inbox;
    zti_job *jobs; /* the thread's own */
} zti_worker;

struct zti_handshakes {
    ztrunk_rt *rt;
    zti_worker *workers;
    uint32_t count, next;
};

static void wake(zti_worker *w)
{
    uint64_t one = 1;

    while (write(w->wakefd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

/* ---- one job ---- */

static void end_job(zti_job *job, int32_t error, uint32_t cause, const char *text)
{
    if (job->is_ended) return;
    job->is_ended = 1;
    job->error = error;
    job->cause = cause;
    job->text = text;
}

static void pull_wire(zti_job *job)
{
    uint8_t wire[CHUNK];
    size_t len;

    while (ztrunk_tls_pull(job->tls, wire, sizeof wire, &len) == ZTRUNK_OK && len > 0)
        zti_buf_add(&job->out, wire, len);
    if (job->out.err != ZTRUNK_OK)
        end_job(job, job->out.err, ZTRUNK_TLS_CAUSE_LIMIT, "too much to send in a handshake");
}

static void flush(zti_job *job)
{
    while (job->out.len > 0) {
        ssize_t n = send(job->fd, job->out.data, job->out.len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) {
            end_job(job, ZTRUNK_E_CLOSED, ZTRUNK_TLS_CAUSE_TRUNCATED,
                    "the connection broke in the handshake");
            return;
        }
        zti_buf_drop(&job->out, (size_t)n);
    }
}

/* The events say what became of it; a fatal error without an event is told all the same. */
static void look(zti_job *job, int32_t err)
{
    ztrunk_event ev = {.size = sizeof ev};

    pull_wire(job);
    while (ztrunk_tls_poll(job->tls, &ev) == ZTRUNK_OK && ev.kind != ZTRUNK_EV_NONE) {
        if (ev.kind == ZTRUNK_EV_TLS_READY) end_job(job, ZTRUNK_OK, 0, "");
        if (ev.kind == ZTRUNK_EV_TLS_CLOSED)
            end_job(job, ev.error != ZTRUNK_OK ? ev.error : ZTRUNK_E_CLOSED, ev.detail,
                    ztrunk_tls_cause_text(ev.detail));
        ev.size = sizeof ev;
    }
    if (err != ZTRUNK_OK)
        end_job(job, err, ZTRUNK_TLS_CAUSE_INTERNAL,
                ztrunk_tls_cause_text(ZTRUNK_TLS_CAUSE_INTERNAL));
    flush(job);
}

static void receive(zti_job *job)
{
    uint8_t wire[CHUNK];
    ssize_t n = recv(job->fd, wire, sizeof wire, 0);
    uint64_t now = ztrunk_rt_now_ns();
    size_t used = 0;
    int32_t err;

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        ztrunk_tls_feed_end(job->tls, now);
        look(job, ZTRUNK_OK);
        end_job(job, ZTRUNK_E_CLOSED, ZTRUNK_TLS_CAUSE_TRUNCATED,
                "the peer closed in the handshake");
        return;
    }
    err = ztrunk_tls_feed(job->tls, now, wire, (size_t)n, &used);
    look(job, err);
    if (used < (size_t)n && (!job->is_ended || job->error == ZTRUNK_OK)) {
        job->is_ended = 0;
        end_job(job, ZTRUNK_E_LIMIT, ZTRUNK_TLS_CAUSE_LIMIT,
                ztrunk_tls_cause_text(ZTRUNK_TLS_CAUSE_LIMIT));
    }
}

/* ---- the thread ---- */

static void unlink_job(zti_worker *w, zti_job *job)
{
    if (job->prev != NULL)
        job->prev->next = job->next;
    else
        w->jobs = job->next;
    if (job->next != NULL) job->next->prev = job->prev;
    job->next = job->prev = NULL;
}

static void settle(zti_worker *w, zti_job *job)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = job};

    if (job->is_ended) {
        epoll_ctl(w->epfd, EPOLL_CTL_DEL, job->fd, NULL);
        unlink_job(w, job);
        zti_post_node(w->rt, &job->post);
        return;
    }
    if (job->out.len > 0) ev.events |= EPOLLOUT;
    if (ev.events == job->events) return;
    job->events = ev.events;
    epoll_ctl(w->epfd, EPOLL_CTL_MOD, job->fd, &ev);
}

static void begin(zti_worker *w, zti_job *job)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = job};

    job->prev = NULL;
    job->next = w->jobs;
    if (w->jobs != NULL) w->jobs->prev = job;
    w->jobs = job;
    job->events = EPOLLIN;
    if (epoll_ctl(w->epfd, EPOLL_CTL_ADD, job->fd, &ev) != 0)
        end_job(job, ZTRUNK_E_SYSTEM, ZTRUNK_TLS_CAUSE_INTERNAL, "the connection broke");
    else
        look(job, ZTRUNK_OK); /* a client speaks first */
    settle(w, job);
}

static void take_inbox(zti_worker *w)
{
    uint64_t count;
    zti_job *job;

    if (read(w->wakefd, &count, sizeof count) < 0) return;
    pthread_mutex_lock(&w->lock);
    job = w->inbox;
    w->inbox = NULL;
    pthread_mutex_unlock(&w->lock);
    while (job != NULL) {
        zti_job *next = job->next;

        begin(w, job);
        job = next;
    }
}

/* Also finds those that were cancelled; gives the least deadline of the rest. */
static uint64_t expire(zti_worker *w)
{
    uint64_t now = ztrunk_rt_now_ns(), least = ZTI_NEVER;
    zti_job *next;

    for (zti_job *job = w->jobs; job != NULL; job = next) {
        next = job->next;
        if (atomic_load(&job->is_cancelled)) {
            end_job(job, ZTRUNK_E_CLOSED, 0, "closed here");
            settle(w, job);
            continue;
        }
        if (ztrunk_tls_deadline(job->tls) <= now) {
            ztrunk_tls_expire(job->tls, now);
            look(job, ZTRUNK_OK);
            if (job->is_ended) {
                settle(w, job);
                continue;
            }
            settle(w, job);
        }
        least = zti_time_min(least, ztrunk_tls_deadline(job->tls));
    }
    return least;
}

static int timeout_ms(uint64_t deadline)
{
    uint64_t now = ztrunk_rt_now_ns(), ms;

    if (deadline == ZTI_NEVER) return -1;
    if (deadline <= now) return 0;
    ms = (deadline - now) / ZTI_MS + 1;
    return ms > 60000 ? 60000 : (int)ms;
}

/* A job that ended is no longer this thread's: each is in a batch once, and it is not touched
 * after its own turn. */
static void step(zti_worker *w, const struct epoll_event *ev)
{
    zti_job *job = ev->data.ptr;

    if (atomic_load(&job->is_cancelled)) end_job(job, ZTRUNK_E_CLOSED, 0, "closed here");
    if (!job->is_ended && (ev->events & EPOLLOUT) != 0) flush(job);
    if (!job->is_ended && (ev->events & ~(uint32_t)EPOLLOUT) != 0) receive(job);
    settle(w, job);
}

static void *work(void *opaque)
{
    zti_worker *w = opaque;
    struct epoll_event batch[BATCH];

    while (!atomic_load(&w->is_stopping)) {
        int count = epoll_wait(w->epfd, batch, BATCH, timeout_ms(expire(w)));
        uint32_t is_woken = 0;

        for (int i = 0; i < count; i++) {
            if (batch[i].data.ptr == NULL)
                is_woken = 1;
            else
                step(w, &batch[i]);
        }
        if (is_woken) take_inbox(w);
    }
    return NULL;
}

/* ---- the pool ---- */

static int32_t worker_start(ztrunk_rt *rt, zti_worker *w)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = NULL};
    sigset_t all, old;
    int err;

    *w = (zti_worker){.rt = rt, .epfd = -1, .wakefd = -1};
    if (pthread_mutex_init(&w->lock, NULL) != 0) return ZTRUNK_E_NOMEM;
    w->epfd = epoll_create1(EPOLL_CLOEXEC);
    w->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    err = w->epfd < 0 || w->wakefd < 0 || epoll_ctl(w->epfd, EPOLL_CTL_ADD, w->wakefd, &ev) != 0;
    /* Signals are the loop's business. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (!err) err = pthread_create(&w->thread, NULL, work, w);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (err == 0) return ZTRUNK_OK;
    if (w->epfd >= 0) close(w->epfd);
    if (w->wakefd >= 0) close(w->wakefd);
    pthread_mutex_destroy(&w->lock);
    return ZTRUNK_E_SYSTEM;
}

static void worker_stop(zti_worker *w)
{
    atomic_store(&w->is_stopping, 1);
    wake(w);
    pthread_join(w->thread, NULL);
    close(w->epfd);
    close(w->wakefd);
    pthread_mutex_destroy(&w->lock);
}

int32_t zti_handshakes_new(ztrunk_rt *rt, uint32_t threads, zti_handshakes **out)
{
    zti_handshakes *h = zti_calloc(rt->ctx, sizeof *h);
    int32_t err = ZTRUNK_OK;

    if (h == NULL) return ZTRUNK_E_NOMEM;
    h->rt = rt;
    h->workers = zti_array(rt->ctx, threads, sizeof *h->workers);
    if (h->workers == NULL) err = ZTRUNK_E_NOMEM;
    while (err == ZTRUNK_OK && h->count < threads) {
        err = worker_start(rt, &h->workers[h->count]);
        if (err == ZTRUNK_OK) h->count++;
    }
    if (err != ZTRUNK_OK) {
        zti_handshakes_free(h);
        return err;
    }
    *out = h;
    return ZTRUNK_OK;
}

void zti_handshakes_start(zti_handshakes *h, zti_job *job)
{
    zti_worker *w = &h->workers[h->next++ % h->count];

    job->worker = w;
    pthread_mutex_lock(&w->lock);
    job->next = w->inbox;
    w->inbox = job;
    pthread_mutex_unlock(&w->lock);
    wake(w);
}

void zti_handshakes_cancel(zti_job *job)
{
    atomic_store(&job->is_cancelled, 1);
    wake(job->worker);
}

void zti_handshakes_free(zti_handshakes *h)
{
    if (h == NULL) return;
    for (uint32_t i = 0; i < h->count; i++) worker_stop(&h->workers[i]);
    zti_free(h->rt->ctx, h->workers);
    zti_free(h->rt->ctx, h);
}
