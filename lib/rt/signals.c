/* signals.c - descriptors and signals of the caller's on the loop. */
#include "rt/loop.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define MAX_SIGNUM 65

typedef struct zti_signals {
    zti_watch watch;
    int fd;
    sigset_t set;
    struct {
        void (*fn)(void *opaque, int);
        void *opaque;
    } handlers[MAX_SIGNUM];
} zti_signals;

typedef struct zti_readable {
    zti_watch watch;
    int fd;
    void (*fn)(void *opaque);
    void *opaque;
} zti_readable;

static void on_signal(void *opaque, uint32_t events)
{
    ztrunk_rt *rt = opaque;
    zti_signals *s = rt->signals;
    struct signalfd_siginfo info;
    uint32_t signum;

    (void)events;
    if (read(s->fd, &info, sizeof info) != (ssize_t)sizeof info) return;
    signum = info.ssi_signo;
    if (signum >= MAX_SIGNUM || s->handlers[signum].fn == NULL) return;
    s->handlers[signum].fn(s->handlers[signum].opaque, (int)signum);
}

static int32_t signals_new(ztrunk_rt *rt)
{
    zti_signals *s = zti_calloc(rt->ctx, sizeof *s);
    int32_t err = ZTRUNK_E_SYSTEM;

    if (s == NULL) return ZTRUNK_E_NOMEM;
    sigemptyset(&s->set);
    s->watch = (zti_watch){.fd = -1, .fn = on_signal, .opaque = rt};
    s->fd = signalfd(-1, &s->set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->fd >= 0) err = zti_watch_set(rt, &s->watch, s->fd, EPOLLIN);
    if (err != ZTRUNK_OK) {
        if (s->fd >= 0) close(s->fd);
        zti_free(rt->ctx, s);
        return err;
    }
    rt->signals = s;
    return ZTRUNK_OK;
}

/* The signal stays blocked when it is no longer wanted: one that is on its way must not kill. */
int32_t ztrunk_rt_on_signal(ztrunk_rt *rt, int signum, void (*fn)(void *opaque, int), void *opaque)
{
    zti_signals *s;
    int32_t err;

    if (rt == NULL || signum < 1 || signum >= MAX_SIGNUM) return ZTRUNK_E_INVALID;
    err = rt->signals != NULL ? ZTRUNK_OK : signals_new(rt);
    if (err != ZTRUNK_OK) return err;
    s = rt->signals;
    if (sigaddset(&s->set, signum) != 0) return ZTRUNK_E_INVALID;
    if (pthread_sigmask(SIG_BLOCK, &s->set, NULL) != 0) return ZTRUNK_E_SYSTEM;
    if (signalfd(s->fd, &s->set, 0) < 0) return ZTRUNK_E_SYSTEM;
    s->handlers[signum].fn = fn;
    s->handlers[signum].opaque = opaque;
    return ZTRUNK_OK;
}

void zti_signals_free(ztrunk_rt *rt)
{
    if (rt->signals == NULL) return;
    zti_watch_end(rt, &rt->signals->watch);
    close(rt->signals->fd);
    zti_free(rt->ctx, rt->signals);
    rt->signals = NULL;
}

/* ---- the caller's descriptors ---- */

static zti_str key_of(const int *fd)
{
    return (zti_str){(const char *)fd, sizeof *fd};
}

static void on_readable(void *opaque, uint32_t events)
{
    zti_readable *r = opaque;

    (void)events;
    r->fn(r->opaque);
}

static void readable_end(ztrunk_rt *rt, zti_readable *r)
{
    if (r == NULL) return;
    zti_watch_end(rt, &r->watch);
    zti_free(rt->ctx, r);
}

static int32_t readable_new(ztrunk_rt *rt, int fd, zti_readable **out)
{
    zti_readable *r = zti_calloc(rt->ctx, sizeof *r);
    int32_t err;

    if (r == NULL) return ZTRUNK_E_NOMEM;
    r->fd = fd;
    r->watch = (zti_watch){.fd = -1, .fn = on_readable, .opaque = r};
    err = zti_map_put(&rt->readables, key_of(&r->fd), r);
    if (err == ZTRUNK_OK) err = zti_watch_set(rt, &r->watch, fd, EPOLLIN);
    if (err != ZTRUNK_OK) {
        if (zti_map_get(&rt->readables, key_of(&fd)) == r) zti_map_del(&rt->readables, key_of(&fd));
        zti_free(rt->ctx, r);
        return err;
    }
    *out = r;
    return ZTRUNK_OK;
}

int32_t ztrunk_rt_on_readable(ztrunk_rt *rt, int fd, void (*fn)(void *opaque), void *opaque)
{
    zti_readable *r;
    int32_t err = ZTRUNK_OK;

    if (rt == NULL || fd < 0) return ZTRUNK_E_INVALID;
    if (fn == NULL) {
        readable_end(rt, zti_map_del(&rt->readables, key_of(&fd)));
        return ZTRUNK_OK;
    }
    r = zti_map_get(&rt->readables, key_of(&fd));
    if (r == NULL) err = readable_new(rt, fd, &r);
    if (err != ZTRUNK_OK) return err;
    r->fn = fn;
    r->opaque = opaque;
    return ZTRUNK_OK;
}

void zti_readables_free(ztrunk_rt *rt)
{
    size_t place = 0;
    zti_readable *r;

    while ((r = zti_map_next(&rt->readables, &place)) != NULL) readable_end(rt, r);
    zti_map_free(&rt->readables);
}
