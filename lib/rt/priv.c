#include "rt/priv.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/opts.h"
#include "base/time.h"
#include "rt/loop.h"
#include "rt/priv_caps.h"

#define ANSWER_MS 5000
#define SHORT_MS  100 /* of a change that calls make: their media waits meanwhile */
#define FREE_MS   1000
#define NOBODY    65534u

struct ztrunk_priv {
    int sock; /* -1: there was none */
    pid_t pid;
    uint64_t caps;
    uint32_t epoch;   /* of the one that serves */
    uint32_t is_new;  /* it took over, and the program was not told yet */
    uint32_t is_gone; /* all are */
    uint32_t is_late; /* an answer is owed, since */
    uint64_t late_ns;
    zti_priv_request request;
};

/* It sees the end of its requests, and ends; the descriptor stays readable until free. */
static void give_up(ztrunk_priv *p)
{
    if (p->is_gone) return;
    p->is_gone = 1;
    (void)shutdown(p->sock, SHUT_RDWR);
    (void)waitpid(p->pid, NULL, WNOHANG);
}

/* What it has to say within that time. E_EXPIRED: nothing; E_STATE: that another one serves. */
static int32_t receive_reply(ztrunk_priv *p, zti_priv_reply *reply, int patience_ms)
{
    struct pollfd ready = {.fd = p->sock, .events = POLLIN};

    if (p->is_gone) return ZTRUNK_E_CLOSED;
    if (poll(&ready, 1, patience_ms) == 0) return ZTRUNK_E_EXPIRED;
    if (recv(p->sock, reply, sizeof *reply, MSG_DONTWAIT) != (ssize_t)sizeof *reply) {
        give_up(p);
        return ZTRUNK_E_CLOSED;
    }
    if (reply->error != ZTI_PRIV_TAKEN_OVER) return ZTRUNK_OK;
    (void)waitpid(p->pid, NULL, WNOHANG);
    p->pid = reply->error_number;
    p->epoch = (uint32_t)reply->caps;
    p->is_new = 1;
    return ZTRUNK_E_STATE;
}

static int32_t await_reply(ztrunk_priv *p, int patience_ms)
{
    zti_priv_reply reply;
    int32_t err = receive_reply(p, &reply, patience_ms);

    if (err != ZTRUNK_OK) return err;
    errno = reply.error_number;
    return reply.error;
}

/* The answer that is owed. E_LIMIT: it is still. */
static int32_t settle(ztrunk_priv *p, int patience_ms)
{
    int32_t err;

    if (!p->is_late) return ZTRUNK_OK;
    err = await_reply(p, patience_ms);
    if (err != ZTRUNK_E_EXPIRED) {
        p->is_late = 0;
        return err;
    }
    if (ztrunk_rt_now_ns() < p->late_ns + ANSWER_MS * ZTI_MS) return ZTRUNK_E_LIMIT;
    give_up(p);
    return ZTRUNK_E_CLOSED;
}

/* ---- start ---- */

static _Noreturn void live(int sock, const ztrunk_priv_opts *opts)
{
    zti_priv_reply hello = {0};

    hello.error = zti_priv_confine(&sock, opts, &hello.caps);
    hello.error_number = errno;
    if (send(sock, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t)sizeof hello ||
        hello.error != ZTRUNK_OK)
        _exit(EXIT_FAILURE);
    _exit(zti_priv_live(sock));
}

static int32_t fork_it(ztrunk_priv *p, const ztrunk_priv_opts *opts)
{
    const struct timeval patience = {.tv_sec = ANSWER_MS / 1000};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return ZTRUNK_E_SYSTEM;
    p->pid = fork();
    if (p->pid == 0) live(pair[1], opts);
    close(pair[1]);
    p->sock = pair[0];
    if (p->pid < 0) {
        close(pair[0]);
        p->sock = -1;
        return ZTRUNK_E_SYSTEM;
    }
    return setsockopt(p->sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0
               ? ZTRUNK_OK
               : ZTRUNK_E_SYSTEM;
}

static int32_t greet(ztrunk_priv *p)
{
    zti_priv_reply hello;
    int32_t err = receive_reply(p, &hello, ANSWER_MS);

    if (err != ZTRUNK_OK) return ZTRUNK_E_SYSTEM;
    p->caps = hello.caps;
    errno = hello.error_number;
    return hello.error;
}

int32_t ztrunk_priv_start(const ztrunk_priv_opts *opts, ztrunk_priv **out)
{
    ztrunk_priv_opts o;
    ztrunk_priv *p;
    zti_caps caps;
    int32_t err = zti_opts_read(&o, sizeof o, opts);
    int kept_errno;

    if (err != ZTRUNK_OK || out == NULL) return ZTRUNK_E_INVALID;
    if (o.uid == 0) o.uid = NOBODY;
    if (o.gid == 0) o.gid = NOBODY;
    if (zti_caps_get(&caps) != ZTRUNK_OK) return ZTRUNK_E_SYSTEM;
    if ((caps.effective & ZTI_CAP(CAP_NET_ADMIN)) == 0) return ZTRUNK_E_DENIED;
    if (!zti_priv_is_alone()) return ZTRUNK_E_STATE;
    p = calloc(1, sizeof *p);
    if (p == NULL) return ZTRUNK_E_NOMEM;
    p->sock = -1;
    err = fork_it(p, &o);
    if (err == ZTRUNK_OK) err = greet(p);
    if (err == ZTRUNK_OK) {
        *out = p;
        return ZTRUNK_OK;
    }
    kept_errno = errno;
    ztrunk_priv_free(p);
    errno = kept_errno;
    return err;
}

/* ---- requests ---- */

static int32_t send_request(ztrunk_priv *p, int fd)
{
    int32_t err;

    p->request.epoch = p->epoch;
    err = zti_priv_send(p->sock, &p->request, fd);
    if (err == ZTRUNK_OK) return ZTRUNK_OK;
    if (err == ZTRUNK_E_SYSTEM && errno == EBADF) return err;
    give_up(p);
    return ZTRUNK_E_CLOSED;
}

static int32_t send_list(ztrunk_priv *p, uint32_t kind, int fd, const ztrunk_prefix *prefixes,
                         uint32_t count)
{
    uint32_t sent = 0;
    int32_t err;

    p->request.kind = kind;
    p->request.total = count;
    do {
        uint32_t left = count - sent;

        p->request.count = left < ZTI_PRIV_PREFIXES ? left : ZTI_PRIV_PREFIXES;
        if (left > 0)
            memcpy(p->request.prefixes, prefixes + sent,
                   p->request.count * sizeof p->request.prefixes[0]);
        err = send_request(p, sent == 0 ? fd : -1);
        p->request.kind = ZTI_PRIV_MORE;
        sent += p->request.count;
    } while (err == ZTRUNK_OK && sent < count);
    return err;
}

static int32_t check_list(const ztrunk_priv *p, const ztrunk_prefix *prefixes, uint32_t count)
{
    if (p == NULL || (prefixes == NULL && count > 0)) return ZTRUNK_E_INVALID;
    return count <= ZTRUNK_FILTER_MAX ? ZTRUNK_OK : ZTRUNK_E_LIMIT;
}

int32_t zti_priv_ask(ztrunk_priv *p, uint32_t kind, int fd, const ztrunk_prefix *prefixes,
                     uint32_t count)
{
    int32_t err = check_list(p, prefixes, count);

    if (err != ZTRUNK_OK) return err;
    if (p->is_gone) return ZTRUNK_E_CLOSED;
    (void)settle(p, ANSWER_MS);
    if (p->is_new && kind >= ZTI_PRIV_PORTS) return ZTRUNK_E_STATE;
    err = send_list(p, kind, fd, prefixes, count);
    if (err == ZTRUNK_OK) err = await_reply(p, ANSWER_MS);
    if (err != ZTRUNK_E_EXPIRED) return err;
    give_up(p);
    return ZTRUNK_E_CLOSED;
}

int32_t zti_priv_tell(ztrunk_priv *p, uint32_t kind, const ztrunk_prefix *prefixes, uint32_t count)
{
    int32_t err = check_list(p, prefixes, count);

    if (err != ZTRUNK_OK) return err;
    if (p->is_gone) return ZTRUNK_E_CLOSED;
    err = settle(p, 0);
    if (err == ZTRUNK_E_LIMIT) return err;
    if (p->is_new) return ZTRUNK_E_STATE;
    err = send_list(p, kind, -1, prefixes, count);
    if (err == ZTRUNK_OK) err = await_reply(p, SHORT_MS);
    if (err != ZTRUNK_E_EXPIRED) return err;
    p->is_late = 1;
    p->late_ns = ztrunk_rt_now_ns();
    return ZTRUNK_OK;
}

/* A filter is in its socket: another process that took over meanwhile does it as well. */
static int32_t filter(ztrunk_priv *p, uint32_t kind, int fd, const ztrunk_prefix *prefixes,
                      uint32_t count)
{
    int32_t err = fd < 0 ? ZTRUNK_E_INVALID : zti_priv_ask(p, kind, fd, prefixes, count);

    return err == ZTRUNK_E_STATE ? zti_priv_ask(p, kind, fd, prefixes, count) : err;
}

int32_t ztrunk_priv_filter_sources(ztrunk_priv *p, int fd, const ztrunk_prefix *prefixes,
                                   uint32_t count)
{
    return filter(p, ZTI_PRIV_SOURCES, fd, prefixes, count);
}

int32_t ztrunk_priv_filter_clear(ztrunk_priv *p, int fd)
{
    return filter(p, ZTI_PRIV_CLEAR, fd, NULL, 0);
}

int ztrunk_priv_fd(const ztrunk_priv *p)
{
    return p != NULL ? p->sock : -1;
}

int32_t ztrunk_priv_readable(ztrunk_priv *p)
{
    int32_t err;

    if (p == NULL) return ZTRUNK_E_INVALID;
    err = await_reply(p, 0);
    if (err != ZTRUNK_E_EXPIRED) p->is_late = 0;
    if (p->is_gone) return ZTRUNK_E_CLOSED;
    if (p->is_new) {
        p->is_new = 0;
        return ZTRUNK_E_STATE;
    }
    return err == ZTRUNK_E_EXPIRED ? ZTRUNK_OK : err;
}

int32_t ztrunk_priv_get_info(const ztrunk_priv *p, ztrunk_priv_info *info)
{
    ztrunk_priv_info i = {.size = sizeof i};
    char byte;

    if (p == NULL) return ZTRUNK_E_INVALID;
    i.is_gone = p->is_gone || recv(p->sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    i.pid = p->pid;
    i.caps = p->caps;
    return zti_opts_write(info, &i, sizeof i);
}

/* Its requests end, and so does it; one that does not in time is left to itself. */
void ztrunk_priv_free(ztrunk_priv *p)
{
    struct pollfd end = {.events = POLLIN};
    char rest[sizeof(zti_priv_reply)];
    ssize_t got = -1;

    if (p == NULL) return;
    end.fd = p->sock;
    if (p->sock >= 0) (void)shutdown(p->sock, SHUT_WR);
    while (p->sock >= 0 && poll(&end, 1, FREE_MS) == 1) {
        got = recv(p->sock, rest, sizeof rest, MSG_DONTWAIT);
        if (got <= 0) break;
    }
    if (p->sock >= 0) close(p->sock);
    if (p->pid > 0) (void)waitpid(p->pid, NULL, got == 0 && !p->is_gone ? 0 : WNOHANG);
    free(p);
}
