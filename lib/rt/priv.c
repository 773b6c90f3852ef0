#include "rt/priv.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/opts.h"
#include "rt/priv_caps.h"

#define ANSWER_SECONDS 5
#define NOBODY         65534u

struct ztrunk_priv {
    int sock; /* -1: gone */
    pid_t pid;
    uint64_t caps;
    zti_priv_request request;
};

/* Its end of the pair is closed, and so it ends; one that does not in time is left to itself. */
static void give_up(ztrunk_priv *p)
{
    char rest[sizeof(zti_priv_reply)];
    ssize_t got = -1;

    if (p->sock < 0) return;
    (void)shutdown(p->sock, SHUT_WR);
    do got = recv(p->sock, rest, sizeof rest, 0);
    while (got > 0);
    close(p->sock);
    p->sock = -1;
    (void)waitpid(p->pid, NULL, got == 0 ? 0 : WNOHANG);
}

static int32_t receive_reply(ztrunk_priv *p, zti_priv_reply *reply)
{
    if (recv(p->sock, reply, sizeof *reply, 0) == (ssize_t)sizeof *reply) return ZTRUNK_OK;
    give_up(p);
    return ZTRUNK_E_CLOSED;
}

static int32_t await_reply(ztrunk_priv *p)
{
    zti_priv_reply reply;
    int32_t err = receive_reply(p, &reply);

    if (err != ZTRUNK_OK) return err;
    errno = reply.error_number;
    return reply.error;
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
    _exit(zti_priv_serve(sock));
}

static int32_t fork_it(ztrunk_priv *p, const ztrunk_priv_opts *opts)
{
    const struct timeval patience = {.tv_sec = ANSWER_SECONDS};
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
    if (setsockopt(p->sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        setsockopt(p->sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
        return ZTRUNK_E_SYSTEM;
    return ZTRUNK_OK;
}

static int32_t greet(ztrunk_priv *p)
{
    zti_priv_reply hello;
    int32_t err = receive_reply(p, &hello);

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

    if (p->sock < 0) return ZTRUNK_E_CLOSED;
    err = zti_priv_send(p->sock, &p->request, fd);
    if (err == ZTRUNK_OK) return ZTRUNK_OK;
    if (err == ZTRUNK_E_SYSTEM && errno == EBADF) return err;
    give_up(p);
    return ZTRUNK_E_CLOSED;
}

int32_t zti_priv_ask(ztrunk_priv *p, uint32_t kind, int fd, const ztrunk_prefix *prefixes,
                     uint32_t count)
{
    uint32_t sent = 0;
    int32_t err;

    if (p == NULL || (prefixes == NULL && count > 0)) return ZTRUNK_E_INVALID;
    if (count > ZTRUNK_FILTER_MAX) return ZTRUNK_E_LIMIT;
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
    return err == ZTRUNK_OK ? await_reply(p) : err;
}

int32_t ztrunk_priv_filter_sources(ztrunk_priv *p, int fd, const ztrunk_prefix *prefixes,
                                   uint32_t count)
{
    return fd < 0 ? ZTRUNK_E_INVALID : zti_priv_ask(p, ZTI_PRIV_SOURCES, fd, prefixes, count);
}

int32_t ztrunk_priv_filter_clear(ztrunk_priv *p, int fd)
{
    return fd < 0 ? ZTRUNK_E_INVALID : zti_priv_ask(p, ZTI_PRIV_CLEAR, fd, NULL, 0);
}

int ztrunk_priv_fd(const ztrunk_priv *p)
{
    return p != NULL ? p->sock : -1;
}

int32_t ztrunk_priv_get_info(const ztrunk_priv *p, ztrunk_priv_info *info)
{
    ztrunk_priv_info i = {.size = sizeof i};
    char byte;

    if (p == NULL) return ZTRUNK_E_INVALID;
    i.is_gone = p->sock < 0 || recv(p->sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    i.pid = p->pid;
    i.caps = p->caps;
    return zti_opts_write(info, &i, sizeof i);
}

void ztrunk_priv_free(ztrunk_priv *p)
{
    if (p == NULL) return;
    give_up(p);
    free(p);
}
