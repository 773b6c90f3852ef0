/* What the privileged process does for the program, which may be in a stranger's hands by then: a
 * message that the program's own code never sends ends it. */
#include "rt/priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct task { /* the list that is coming in */
    ztrunk_prefix *prefixes;
    uint32_t total, count;
    int fd;
} task;

static void end_task(task *t)
{
    free(t->prefixes);
    if (t->fd >= 0) close(t->fd);
    *t = (task){.fd = -1};
}

/* Nothing else is touched: no packet socket, no netlink, no file. */
static int32_t check_socket(int fd)
{
    int domain = 0, type = 0;
    socklen_t len = sizeof(int);

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0) return ZTRUNK_E_INVALID;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0) return ZTRUNK_E_INVALID;
    if (domain != AF_INET && domain != AF_INET6) return ZTRUNK_E_INVALID;
    return type == SOCK_STREAM || type == SOCK_DGRAM ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

static int32_t reply(int sock, int32_t error)
{
    zti_priv_reply r = {.error = error, .error_number = errno};

    return send(sock, &r, sizeof r, MSG_NOSIGNAL) == (ssize_t)sizeof r ? ZTRUNK_OK
                                                                       : ZTRUNK_E_CLOSED;
}

static int32_t clear(int sock, int fd)
{
    int32_t err = check_socket(fd);

    if (err == ZTRUNK_OK) err = ztrunk_filter_clear(fd);
    if (fd >= 0) close(fd);
    return reply(sock, err);
}

static int32_t add(int sock, task *t, const zti_priv_request *r)
{
    int32_t err;

    if (r->count > t->total - t->count) return ZTRUNK_E_MALFORMED;
    memcpy(t->prefixes + t->count, r->prefixes, r->count * sizeof *t->prefixes);
    t->count += r->count;
    if (t->count < t->total) return r->count > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    errno = 0;
    err = check_socket(t->fd);
    if (err == ZTRUNK_OK) err = ztrunk_filter_sources(t->fd, t->prefixes, t->total);
    err = reply(sock, err);
    end_task(t);
    return err;
}

static int32_t begin(int sock, task *t, const zti_priv_request *r, int fd)
{
    t->fd = fd;
    if (r->total > ZTRUNK_FILTER_MAX) return ZTRUNK_E_MALFORMED;
    t->total = r->total;
    t->prefixes = calloc((size_t)t->total + 1, sizeof *t->prefixes);
    return t->prefixes != NULL ? add(sock, t, r) : ZTRUNK_E_NOMEM;
}

static int32_t obey(int sock, task *t, const zti_priv_request *r, int fd)
{
    if (r->kind == ZTI_PRIV_SOURCES && t->prefixes == NULL) return begin(sock, t, r, fd);
    if (r->kind == ZTI_PRIV_CLEAR && t->prefixes == NULL && r->count == 0) return clear(sock, fd);
    if (r->kind == ZTI_PRIV_MORE && t->prefixes != NULL && fd < 0) return add(sock, t, r);
    if (fd >= 0) close(fd);
    return ZTRUNK_E_MALFORMED;
}

int zti_priv_serve(int sock)
{
    static zti_priv_request request;
    task t = {.fd = -1};
    int32_t err = ZTRUNK_OK;

    while (err == ZTRUNK_OK) {
        int fd = -1;

        err = zti_priv_receive(sock, &request, &fd);
        if (err == ZTRUNK_OK) err = obey(sock, &t, &request, fd);
    }
    end_task(&t);
    return err == ZTRUNK_E_CLOSED ? EXIT_SUCCESS : EXIT_FAILURE;
}
