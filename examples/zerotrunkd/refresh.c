#include "refresh.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND      UINT64_C(1000000000)
/* Whoever writes a file has a moment for the rest of it. */
#define SETTLE_NS   (SECOND / 20)
/* A certificate and its key come by two renames: until then nothing is wrong. */
#define AGAIN_NS    (SECOND / 5)
#define PATIENCE_NS (3 * SECOND)
/* For folders that a watch does not reach: a link above them, a network's file system. */
#define POLL_NS     (10 * SECOND)

struct refresh {
    int fd; /* -1: none */
    uint64_t poll_ns, look_ns, give_up_ns;
    uint64_t seen, tried; /* prints of the files: settled with; tried in vain */
    uint32_t is_trying;
};

typedef void file_fn(void *opaque, const char *file);

static void each_file(const struct config *config, file_fn *fn, void *opaque)
{
    const struct config_identity *identity = &config->identity;

    fn(opaque, identity->certificate);
    fn(opaque, identity->key);
    fn(opaque, identity->anchors);
    for (uint32_t i = 0; i < 2 * config->trunk_count; i++) {
        const struct config_side *side = &config->trunks[i / 2].side[i % 2];

        if (side->transport != ZTRUNK_NET_TLS) continue;
        fn(opaque, side->peer.trust);
        fn(opaque, side->peer.trust_next);
        fn(opaque, side->peer.crl);
    }
}

/* ---- what the files are, without reading them ---- */

static void mix(uint64_t *print, uint64_t value)
{
    *print = (*print ^ value) * UINT64_C(0x100000001b3);
    *print ^= *print >> 29;
}

static void mix_file(void *opaque, const char *file)
{
    struct stat st;

    if (file[0] == 0) return;
    if (stat(file, &st) != 0) {
        mix(opaque, (uint64_t)errno);
        return;
    }
    mix(opaque, (uint64_t)st.st_dev);
    mix(opaque, (uint64_t)st.st_ino);
    mix(opaque, (uint64_t)st.st_size);
    mix(opaque, (uint64_t)st.st_mtim.tv_sec);
    mix(opaque, (uint64_t)st.st_mtim.tv_nsec);
    mix(opaque, (uint64_t)st.st_ctim.tv_sec);
    mix(opaque, (uint64_t)st.st_ctim.tv_nsec);
}

static uint64_t print_of(const struct config *config)
{
    uint64_t print = UINT64_C(0xcbf29ce484222325);

    each_file(config, mix_file, &print);
    return print;
}

/* ---- the watch ---- */

/* The folder and not the file: a file that is replaced takes its watch with it. */
static void watch_file(void *opaque, const char *file)
{
    const uint32_t what = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                          IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
    const struct refresh *r = opaque;
    const char *slash = strrchr(file, '/');
    char folder[CONFIG_PATH];
    size_t len = slash != NULL ? (size_t)(slash - file) : 0;

    if (file[0] == 0) return;
    memcpy(folder, file, len);
    folder[len] = 0;
    (void)inotify_add_watch(r->fd, slash == NULL ? "." : len == 0 ? "/" : folder, what);
}

static void on_event(void *opaque)
{
    struct daemon *d = opaque;
    char events[sizeof(struct inotify_event) + NAME_MAX + 1];

    while (read(d->refresh->fd, events, sizeof events) > 0) continue;
    if (!d->refresh->is_trying) d->refresh->look_ns = ztrunk_rt_now_ns() + SETTLE_NS;
    daemon_pump(d);
}

static void unwatch(struct daemon *d)
{
    struct refresh *r = d->refresh;

    if (r->fd < 0) return;
    (void)ztrunk_rt_on_readable(d->rt, r->fd, NULL, NULL);
    close(r->fd);
    r->fd = -1;
}

int refresh_start(struct daemon *d)
{
    if (d->refresh == NULL) {
        d->refresh = calloc(1, sizeof *d->refresh);
        if (d->refresh == NULL) return -1;
        d->refresh->fd = -1;
        refresh_seen(d);
    }
    unwatch(d);
    d->refresh->poll_ns = UINT64_MAX;
    if (d->config->identity.reload == CONFIG_RELOAD_SIGNAL) return 0;
    d->refresh->poll_ns = ztrunk_rt_now_ns() + POLL_NS;
    d->refresh->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (d->refresh->fd < 0) return 0; /* it is polled, then */
    each_file(d->config, watch_file, d->refresh);
    (void)ztrunk_rt_on_readable(d->rt, d->refresh->fd, on_event, d);
    return 0;
}

void refresh_end(struct daemon *d)
{
    if (d->refresh == NULL) return;
    if (d->rt != NULL) unwatch(d);
    free(d->refresh);
    d->refresh = NULL;
}

/* ---- taking what is new ---- */

void refresh_seen(struct daemon *d)
{
    struct refresh *r = d->refresh;

    if (r == NULL) return;
    r->seen = print_of(d->config);
    r->is_trying = 0;
    r->look_ns = UINT64_MAX;
}

/* It failed: once more a little later, until its time is over; a file that is still being changed
 * has its time anew. */
static uint32_t has_time(struct refresh *r, uint64_t print, uint64_t now_ns)
{
    if (!r->is_trying || print != r->tried) r->give_up_ns = now_ns + PATIENCE_NS;
    r->is_trying = 1;
    r->tried = print;
    return now_ns < r->give_up_ns;
}

static void try_files(struct daemon *d, uint64_t print, uint64_t now_ns)
{
    struct config_report *report = calloc(1, sizeof *report);
    struct refresh *r = d->refresh;

    if (report == NULL) return;
    if (reload_files(d, report) == 0) {
        r->seen = print;
        r->is_trying = 0;
    } else if (has_time(r, print, now_ns)) {
        r->look_ns = now_ns + AGAIN_NS;
    } else {
        reload_refuse(d, report);
        r->seen = print;
        r->is_trying = 0;
    }
    free(report);
}

uint64_t refresh_deadline(const struct daemon *d)
{
    const struct refresh *r = d->refresh;

    if (r == NULL) return UINT64_MAX;
    return least(r->poll_ns, r->look_ns);
}

void refresh_expire(struct daemon *d, uint64_t now_ns)
{
    struct refresh *r = d->refresh;
    uint64_t print;

    if (now_ns < refresh_deadline(d)) return;
    if (now_ns >= r->poll_ns) {
        r->poll_ns = now_ns + POLL_NS;
        if (r->fd >= 0) each_file(d->config, watch_file, r);
    }
    r->look_ns = UINT64_MAX;
    /* Before they are read: what is written meanwhile is looked at again. */
    print = print_of(d->config);
    if (print != r->seen) try_files(d, print, now_ns);
}
