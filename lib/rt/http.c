/* http.c - GET over HTTP/1.1 for metrics and health, on loopback.
 *
 * On sockets of our own: libre's server takes any number of connections, keeps each for ten
 * minutes and decodes a head anew for every byte that drips in. */
#include "rt/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/ctx.h"
#include "base/cur.h"
#include "rt/sock.h"

#define MAX_CONNS   16
#define MAX_REQUEST 4096
#define MAX_PATH    256
#define MAX_BODY    (1024u * 1024u)
#define MAX_HEAD    512
#define LIMIT_NS    (5 * ZTI_SECOND)
#define PAUSE_NS    (200 * ZTI_MS)

typedef struct http_conn {
    ztrunk_http *http;
    zti_watch watch;
    zti_timer timer;
    int fd;
    uint32_t is_answered;
    size_t len;
    char request[MAX_REQUEST];
    zti_buf out;
} http_conn;

struct ztrunk_http {
    ztrunk_rt *rt;
    zti_watch watch;
    zti_timer pause; /* no descriptor was left for an accept */
    int fd;
    uint32_t busy, is_ended;
    ztrunk_addr addr;
    size_t (*get)(void *opaque, const char *path, char *body, size_t cap, const char **type);
    void *opaque;
    http_conn *conns[MAX_CONNS];
};

/* ---- ends ---- */

static void conn_free(http_conn *c)
{
    ztrunk_http *h = c->http;

    for (uint32_t i = 0; i < MAX_CONNS; i++)
        if (h->conns[i] == c) h->conns[i] = NULL;
    zti_watch_end(h->rt, &c->watch);
    zti_timer_end(&c->timer);
    close(c->fd);
    zti_buf_free(&c->out);
    zti_free(h->rt->ctx, c);
}

static void leave(ztrunk_http *h)
{
    if (--h->busy > 0 || !h->is_ended) return;
    for (uint32_t i = 0; i < MAX_CONNS; i++)
        if (h->conns[i] != NULL) conn_free(h->conns[i]);
    zti_watch_end(h->rt, &h->watch);
    zti_timer_end(&h->pause);
    if (h->fd >= 0) close(h->fd);
    zti_free(h->rt->ctx, h);
}

void ztrunk_http_free(ztrunk_http *http)
{
    if (http == NULL || http->is_ended) return;
    http->busy++;
    http->is_ended = 1;
    leave(http);
}

/* ---- the answer ---- */

static const char *reason_of(uint32_t status)
{
    switch (status) {
    case 200:
        return "OK";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    default:
        return "Bad Request";
    }
}

static void add_answer(http_conn *c, uint32_t status, const char *type, const char *body,
                       size_t len)
{
    zti_buf_text(&c->out, "HTTP/1.1 ");
    zti_buf_u64(&c->out, status);
    zti_buf_char(&c->out, ' ');
    zti_buf_text(&c->out, reason_of(status));
    if (status == 405) zti_buf_text(&c->out, "\r\nAllow: GET");
    zti_buf_text(&c->out, "\r\nContent-Type: ");
    zti_buf_text(&c->out, type);
    zti_buf_text(&c->out, "\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ");
    zti_buf_u64(&c->out, len);
    zti_buf_text(&c->out, "\r\n\r\n");
    zti_buf_add(&c->out, body, len);
    c->is_answered = 1;
}

static void refuse(http_conn *c, uint32_t status)
{
    const char *reason = reason_of(status);

    add_answer(c, status, "text/plain", reason, strlen(reason));
}

static void get(http_conn *c, const char *path)
{
    ztrunk_http *h = c->http;
    const char *type = "text/plain";
    char *body = zti_calloc(h->rt->ctx, MAX_BODY);
    size_t len;

    if (body == NULL) {
        refuse(c, 500);
        return;
    }
    len = h->get(h->opaque, path, body, MAX_BODY, &type);
    if (len == 0)
        refuse(c, 404);
    else if (len > MAX_BODY)
        refuse(c, 500);
    else
        add_answer(c, 200, type, body, len);
    zti_free(h->rt->ctx, body);
}

/* The request line is all that matters; the header fields are not looked at. */
static void answer(http_conn *c, zti_str head)
{
    zti_cur line = zti_cur_of(zti_str_head(head, zti_str_find(head, '\r')));
    zti_str method = zti_cur_until(&line, ' '), target, path;
    char text[MAX_PATH];

    zti_cur_expect(&line, ' ');
    target = zti_cur_until(&line, ' ');
    zti_cur_expect(&line, ' ');
    zti_cur_literal(&line, ZTI_STR("HTTP/1."));
    path = zti_str_head(target, zti_str_find(target, '?'));
    if (line.err != ZTRUNK_OK || !zti_str_starts(path, ZTI_STR("/")))
        refuse(c, 400);
    else if (zti_str_find(path, 0) != path.len)
        refuse(c, 400);
    else if (!zti_str_eq(method, ZTI_STR("GET")))
        refuse(c, 405);
    else if (path.len >= sizeof text)
        refuse(c, 404);
    else {
        memcpy(text, path.p, path.len);
        text[path.len] = 0;
        get(c, text);
    }
}

/* ---- a connection ---- */

static uint32_t head_is_whole(const http_conn *c)
{
    zti_str rest = {c->request, c->len};

    while (rest.len > 0) {
        rest = zti_str_from(rest, zti_str_find(rest, '\r'));
        if (zti_str_starts(rest, ZTI_STR("\r\n\r\n"))) return 1;
        rest = zti_str_from(rest, 1);
    }
    return 0;
}

/* 0: the connection is to be closed. */
static uint32_t take(http_conn *c)
{
    char waste[MAX_REQUEST];
    char *to = c->is_answered ? waste : c->request + c->len;
    size_t cap = c->is_answered ? sizeof waste : sizeof c->request - c->len;
    ssize_t n = recv(c->fd, to, cap, 0);

    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return 0;
    if (c->is_answered) return 1;
    c->len += (size_t)n;
    if (head_is_whole(c))
        answer(c, (zti_str){c->request, c->len});
    else if (c->len == sizeof c->request)
        refuse(c, 431);
    return 1;
}

static uint32_t flush(http_conn *c)
{
    ssize_t n;

    if (c->out.err != ZTRUNK_OK) return 0;
    if (c->out.len == 0) return 1;
    n = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    zti_buf_drop(&c->out, (size_t)n);
    /* The peer closes first; else a reset could take the end of the answer with it. */
    if (c->out.len == 0) shutdown(c->fd, SHUT_WR);
    return 1;
}

static void on_events(void *opaque, uint32_t events)
{
    http_conn *c = opaque;
    ztrunk_http *h = c->http;
    uint32_t is_alive = 1;

    h->busy++;
    if ((events & ~(uint32_t)EPOLLOUT) != 0) is_alive = take(c);
    if (is_alive) is_alive = flush(c);
    if (is_alive)
        is_alive = zti_watch_set(h->rt, &c->watch, c->fd,
                                 c->out.len > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN) == ZTRUNK_OK;
    if (!is_alive) conn_free(c);
    leave(h);
}

static void on_limit(void *opaque)
{
    conn_free(opaque);
}

static int32_t conn_new(ztrunk_http *h, int fd, http_conn **place)
{
    http_conn *c = zti_calloc(h->rt->ctx, sizeof *c);
    int32_t err;

    if (c == NULL) return ZTRUNK_E_NOMEM;
    c->http = h;
    c->fd = fd;
    c->out = zti_buf_of(h->rt->ctx, MAX_BODY + MAX_HEAD);
    c->watch = (zti_watch){.fd = -1, .fn = on_events, .opaque = c};
    err = zti_timer_init(h->rt, &c->timer, on_limit, c);
    if (err == ZTRUNK_OK) err = zti_watch_set(h->rt, &c->watch, fd, EPOLLIN);
    if (err != ZTRUNK_OK) {
        zti_timer_end(&c->timer);
        zti_free(h->rt->ctx, c);
        return err;
    }
    ztrunk_rt_timer_set(&c->timer, zti_time_add(ztrunk_rt_now_ns(), LIMIT_NS));
    *place = c;
    return ZTRUNK_OK;
}

static http_conn **free_place(ztrunk_http *h)
{
    for (uint32_t i = 0; i < MAX_CONNS; i++)
        if (h->conns[i] == NULL) return &h->conns[i];
    return NULL;
}

static void on_pause_over(void *opaque)
{
    ztrunk_http *h = opaque;

    zti_watch_set(h->rt, &h->watch, h->fd, EPOLLIN);
}

static void on_caller(void *opaque, uint32_t events)
{
    ztrunk_http *h = opaque;
    http_conn **place = free_place(h);
    int fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    if (fd >= 0) {
        if (place == NULL || conn_new(h, fd, place) != ZTRUNK_OK) close(fd);
        return;
    }
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    /* The callers wait in the backlog; readiness that nobody can serve must not spin. */
    zti_watch_end(h->rt, &h->watch);
    ztrunk_rt_timer_set(&h->pause, zti_time_add(ztrunk_rt_now_ns(), PAUSE_NS));
}

/* ---- made ---- */

static int32_t start(ztrunk_http *h, const ztrunk_addr *addr)
{
    int32_t err = zti_timer_init(h->rt, &h->pause, on_pause_over, h);

    if (err == ZTRUNK_OK) err = zti_sock_bind(SOCK_STREAM, addr, &h->fd);
    if (err == ZTRUNK_OK) err = zti_sock_local(h->fd, &h->addr);
    if (err == ZTRUNK_OK) err = zti_watch_set(h->rt, &h->watch, h->fd, EPOLLIN);
    return err;
}

int32_t ztrunk_http_new(ztrunk_rt *rt, const ztrunk_addr *addr,
                        size_t (*get_fn)(void *opaque, const char *path, char *body, size_t cap,
                                         const char **type),
                        void *opaque, ztrunk_http **out)
{
    ztrunk_http *h;
    int32_t err;

    if (rt == NULL || addr == NULL || get_fn == NULL || out == NULL) return ZTRUNK_E_INVALID;
    if (!zti_addr_is_loopback(addr)) return ZTRUNK_E_DENIED;
    h = zti_calloc(rt->ctx, sizeof *h);
    if (h == NULL) return ZTRUNK_E_NOMEM;
    *h = (ztrunk_http){.rt = rt, .fd = -1, .get = get_fn, .opaque = opaque};
    h->watch = (zti_watch){.fd = -1, .fn = on_caller, .opaque = h};
    err = start(h, addr);
    if (err != ZTRUNK_OK) {
        int error = errno;

        ztrunk_http_free(h);
        errno = error;
        return err;
    }
    *out = h;
    return ZTRUNK_OK;
}

int32_t ztrunk_http_addr(const ztrunk_http *http, ztrunk_addr *addr)
{
    if (http == NULL || addr == NULL) return ZTRUNK_E_INVALID;
    *addr = http->addr;
    return ZTRUNK_OK;
}
