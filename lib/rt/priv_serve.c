/* What the privileged process does for the program, which may be in a stranger's hands by then: a
 * message that the program's own code never sends ends it. */
#include "rt/priv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <poll.h>
#include <unistd.h>
#include "rt/priv_mate.h"
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

/* ---- life ---- */

typedef struct server {
    int sock;
    zti_priv_table table;
    zti_priv_mate mate;
    task task;
} server;

static int wait_ms(const server *s)
{
    int table = zti_priv_table_wait_ms(&s->table), mate = zti_priv_mate_wait_ms(&s->mate);

    if (table < 0 || mate < 0) return table < 0 ? mate : table;
    return table < mate ? table : mate;
}

/* Until there is a request; the table and the spare are looked after meanwhile. E_STATE: this is
 * the spare now. */
static int32_t wait_for(server *s)
{
    for (;;) {
        struct pollfd p[3] = {{.fd = s->sock, .events = POLLIN},
                              {.fd = zti_priv_table_fd(&s->table), .events = POLLIN},
                              {.fd = s->mate.fd, .events = POLLIN}};

        if (zti_priv_mate_fork(&s->mate)) return ZTRUNK_E_STATE;
        p[2].fd = s->mate.fd;
        if (poll(p, 3, wait_ms(s)) < 0 && errno != EINTR) return ZTRUNK_E_SYSTEM;
        zti_priv_table_tend(&s->table, p[1].revents != 0);
        if (p[2].revents != 0) zti_priv_mate_lost(&s->mate);
        if (p[0].revents != 0) return ZTRUNK_OK;
    }
}

static int32_t serve_one(server *s)
{
    static zti_priv_request request;
    int fd = -1;
    int32_t err = wait_for(s);

    if (err == ZTRUNK_OK) err = zti_priv_receive(s->sock, &request, &fd);
    if (err != ZTRUNK_OK) return err;
    if (request.epoch == s->mate.epoch) return obey(s->sock, &s->table, &s->task, &request, fd);
    if (fd >= 0) close(fd);
    return ZTRUNK_OK;
}

/* The sockets of the table are copies in a spare, and the other's to use. */
static void become_spare(server *s)
{
    end_task(&s->task);
    zti_priv_table_forget(&s->table);
    s->table = (zti_priv_table){.nft = NULL};
}

static int32_t take_over(server *s)
{
    zti_priv_reply notice = {.error = ZTI_PRIV_TAKEN_OVER, .error_number = getpid()};

    if (!zti_priv_mate_wait(&s->mate, s->sock)) return ZTRUNK_E_CLOSED;
    notice.caps = ++s->mate.epoch;
    return send(s->sock, &notice, sizeof notice, MSG_NOSIGNAL) == (ssize_t)sizeof notice
               ? ZTRUNK_OK
               : ZTRUNK_E_CLOSED;
}

int zti_priv_live(int sock)
{
    server s = {.sock = sock, .mate = {.fd = -1}, .task = {.fd = -1}};
    int32_t err = ZTRUNK_OK;

    (void)signal(SIGCHLD, SIG_IGN); /* a spare that ended leaves nothing */
    while (err == ZTRUNK_OK) {
        err = serve_one(&s);
        if (err != ZTRUNK_E_STATE) continue;
        become_spare(&s);
        err = take_over(&s);
    }
    end_task(&s.task);
    zti_priv_table_leave(&s.table);
    zti_priv_mate_dismiss(&s.mate);
    return err == ZTRUNK_E_CLOSED ? EXIT_SUCCESS : EXIT_FAILURE;
}
