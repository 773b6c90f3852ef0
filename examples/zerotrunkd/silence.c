#include "silence.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zerotrunk/filter.h>
#include "daemon.h"

static socklen_t sockaddr_of(const ztrunk_addr *addr, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (addr->family == 4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(addr->port);
        memcpy(&v4->sin_addr, addr->ip, sizeof v4->sin_addr);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(addr->port);
    memcpy(&v6->sin6_addr, addr->ip, sizeof v6->sin6_addr);
    return sizeof *v6;
}

/* A quarter is left for connections: what holds a port must not cost a call. */
static int is_scarce(int fd)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 1;
    return (rlim_t)fd >= files.rlim_cur - files.rlim_cur / 4;
}

/* The filter stands first: a port is never open to anybody. */
static int take_port(int fd, int type, const ztrunk_addr *addr)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_of(addr, &sa);
    int one = 1;

    if (is_scarce(fd)) {
        errno = EMFILE;
        return -1;
    }
    if (addr->family == 6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0)
        return -1;
    if (ztrunk_filter_park(fd) != ZTRUNK_OK) return -1;
    if (bind(fd, (struct sockaddr *)&sa, len) != 0) return -1;
    return type == SOCK_STREAM ? listen(fd, 1) : 0;
}

static int keep(struct silence *s, int fd)
{
    size_t room = s->room > 0 ? s->room * 2 : 256;
    int *fds = s->fds;

    if (s->count == s->room) {
        fds = realloc(s->fds, room * sizeof *fds);
        if (fds == NULL) return -1;
        s->fds = fds;
        s->room = room;
    }
    s->fds[s->count++] = fd;
    return 0;
}

int silence_hold(struct silence *s, int type, const ztrunk_addr *addr)
{
    int fd = socket(addr->family == 4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error;

    if (fd < 0) return -1;
    if (take_port(fd, type, addr) == 0 && keep(s, fd) == 0) return 0;
    error = errno;
    close(fd);
    errno = error;
    return error == EADDRINUSE ? 0 : -1;
}

static int hold_side(struct silence *s, const struct config_side *side)
{
    ztrunk_addr addr = side->media_listen;

    if (side->transport != ZTRUNK_NET_UDP && silence_hold(s, SOCK_DGRAM, &side->listen) != 0)
        return -1;
    for (uint32_t port = side->ports.first; port <= side->ports.last; port++) {
        addr.port = (uint16_t)port;
        if (silence_hold(s, SOCK_STREAM, &addr) != 0) return -1;
    }
    return 0;
}

void silence_trunk(struct daemon *d, const struct trunk *trunk)
{
    struct log_line line;

    if (hold_side(&d->silence, &trunk->conf->side[CLOUD]) == 0) return;
    log_begin(&line, &d->log, LOG_WARNING, "silence.missing", 0);
    log_word(&line, "trunk", trunk->conf->name);
    log_word(&line, "why", strerror(errno));
    log_end(&line);
}

void silence_end(struct silence *s)
{
    for (size_t i = 0; i < s->count; i++) close(s->fds[i]);
    free(s->fds);
    *s = (struct silence){NULL, 0, 0};
}
