/* What the privileged process does for the program, which may be in a stranger's hands by then: a
 * message that the program's own code never sends ends it. */
#include "rt/priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <poll.h>
#include <unistd.h>
#include "rt/priv_table.h"

typedef struct task { /* the list that is coming in */
    uint32_t kind;
    ztrunk_prefix *prefixes; /* NULL: none is */
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

static int32_t perform(zti_priv_table *table, const task *t)
{
    int32_t err;

    errno = 0;
    if (t->kind >= ZTI_PRIV_PORTS) return zti_priv_table_do(table, t->kind, t->prefixes, t->total);
    err = check_socket(t->fd);
    if (err != ZTRUNK_OK) return err;
    return t->kind == ZTI_PRIV_SOURCES ? ztrunk_filter_sources(t->fd, t->prefixes, t->total)
                                       : ztrunk_filter_clear(t->fd);
}

static int32_t add(int sock, zti_priv_table *table, task *t, const zti_priv_request *r)
{
    int32_t err;

    if (r->count > t->total - t->count) return ZTRUNK_E_MALFORMED;
    memcpy(t->prefixes + t->count, r->prefixes, r->count * sizeof *t->prefixes);
    t->count += r->count;
    if (t->count < t->total) return r->count > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    err = reply(sock, perform(table, t));
    end_task(t);
    return err;
}

static uint32_t is_sane(const zti_priv_request *r, int fd)
{
    if (r->kind < ZTI_PRIV_SOURCES || r->kind == ZTI_PRIV_MORE || r->kind > ZTI_PRIV_NAME) return 0;
    if (r->kind >= ZTI_PRIV_PORTS && fd >= 0) return 0;
    return r->total <= (r->kind == ZTI_PRIV_CLEAR ? 0 : ZTRUNK_FILTER_MAX);
}

static int32_t begin(int sock, zti_priv_table *table, task *t, const zti_priv_request *r, int fd)
{
    t->fd = fd;
    if (!is_sane(r, fd)) return ZTRUNK_E_MALFORMED;
    t->kind = r->kind;
    t->total = r->total;
    t->prefixes = calloc((size_t)t->total + 1, sizeof *t->prefixes);
    return t->prefixes != NULL ? add(sock, table, t, r) : ZTRUNK_E_NOMEM;
}

static int32_t obey(int sock, zti_priv_table *table, task *t, const zti_priv_request *r, int fd)
{
    if (t->prefixes == NULL) return begin(sock, table, t, r, fd);
    if (r->kind == ZTI_PRIV_MORE && fd < 0) return add(sock, table, t, r);
    if (fd >= 0) close(fd);
    return ZTRUNK_E_MALFORMED;
}

/* Until there is a request; the table is looked after meanwhile. */
static int32_t wait_for(int sock, zti_priv_table *table)
{
    for (;;) {
        struct pollfd p[2] = {{.fd = sock, .events = POLLIN},
                              {.fd = zti_priv_table_fd(table), .events = POLLIN}};

        if (poll(p, 2, zti_priv_table_wait_ms(table)) < 0 && errno != EINTR) return ZTRUNK_E_SYSTEM;
        zti_priv_table_tend(table, p[1].revents != 0);
        if (p[0].revents != 0) return ZTRUNK_OK;
    }
}

int zti_priv_serve(int sock)
{
    static zti_priv_request request;
    zti_priv_table table = {.nft = NULL};
    task t = {.fd = -1};
    int32_t err = ZTRUNK_OK;

    while (err == ZTRUNK_OK) {
        int fd = -1;

        err = wait_for(sock, &table);
        if (err == ZTRUNK_OK) err = zti_priv_receive(sock, &request, &fd);
        if (err == ZTRUNK_OK) err = obey(sock, &table, &t, &request, fd);
    }
    end_task(&t);
    zti_priv_table_leave(&table);
    return err == ZTRUNK_E_CLOSED ? EXIT_SUCCESS : EXIT_FAILURE;
}
