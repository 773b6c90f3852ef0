#include "rt/loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include "rig.h"

/* A client on the same loop: writes text, collects what comes until the end, then stops. */
typedef struct client {
    zti_watch watch;
    int fd;
    char text[4096];
    size_t len, total;
    uint32_t is_ended;
} client;

static ztrunk_http *http;
static ztrunk_addr where;
static char asked[300];
static uint32_t waiting;
static uint32_t frees_itself;

static size_t get(void *opaque, const char *path, char *body, size_t cap, const char **type)
{
    ck_assert_ptr_eq(opaque, &waiting);
    snprintf(asked, sizeof asked, "%s", path);
    if (frees_itself) ztrunk_http_free(http);
    if (strcmp(path, "/metrics") == 0) {
        *type = "text/plain; version=0.0.4";
        return (size_t)snprintf(body, cap, "calls 1\n");
    }
    if (strcmp(path, "/most") == 0) {
        memset(body, 'x', cap);
        return cap;
    }
    return strcmp(path, "/over") == 0 ? cap + 1 : 0;
}

static void on_client(void *opaque, uint32_t events)
{
    client *c = opaque;
    char waste[65536];
    ssize_t n = recv(c->fd, waste, sizeof waste, MSG_DONTWAIT);

    (void)events;
    if (n > 0) {
        for (ssize_t i = 0; i < n && c->len + 1 < sizeof c->text; i++) c->text[c->len++] = waste[i];
        c->text[c->len] = 0;
        c->total += (size_t)n;
        return;
    }
    c->is_ended = 1;
    zti_watch_end(rt, &c->watch);
    close(c->fd);
    if (--waiting == 0) ztrunk_rt_stop(rt);
}

static void dial(client *c)
{
    *c = (client){.fd = rig_dial(&where)};
    c->watch = (zti_watch){.fd = -1, .fn = on_client, .opaque = c};
    ck_assert_int_eq(zti_watch_set(rt, &c->watch, c->fd, EPOLLIN), ZTRUNK_OK);
    waiting++;
}

static void up(void)
{
    ztrunk_addr addr = rig_loopback();

    rig_new();
    asked[0] = 0;
    waiting = frees_itself = 0;
    ck_assert_int_eq(ztrunk_http_new(rt, &addr, get, &waiting, &http), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_http_addr(http, &where), ZTRUNK_OK);
}

static void down(void)
{
    ztrunk_http_free(http);
    rig_free();
}

static void check(const char *request, const char *status)
{
    client c;

    up();
    dial(&c);
    rig_write(c.fd, request);
    rig_run();
    ck_assert_msg(strncmp(c.text, status, strlen(status)) == 0, "%s: %s", request, c.text);
    down();
}

START_TEST(only_loopback_is_served)
{
    static const char *const texts[] = {"0.0.0.0", "::", "192.0.2.1", "10.0.0.1"};
    ztrunk_http *h = NULL;

    rig_new();
    for (size_t i = 0; i < 4; i++) {
        ztrunk_addr addr = rig_addr(texts[i]);

        ck_assert_int_eq(ztrunk_http_new(rt, &addr, get, NULL, &h), ZTRUNK_E_DENIED);
    }
    ck_assert_ptr_null(h);
    ztrunk_http_free(NULL);
    rig_free();
}
END_TEST

START_TEST(what_is_not_a_get_is_refused)
{
    check("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 ");
    check("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 ");
    check("get /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 ");
    check("GET http://x/metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
    check("GET /metrics\r\n\r\n", "HTTP/1.1 400 ");
    check("GET /metrics FTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
    check("\x16\x03\x01\r\n\r\n", "HTTP/1.1 400 ");
    check("\r\n\r\n", "HTTP/1.1 400 ");
    ck_assert_str_eq(asked, "");
}
END_TEST

START_TEST(an_unknown_path_is_404_and_too_much_body_500)
{
    check("GET /nothing HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
    ck_assert_str_eq(asked, "/nothing");
    check("GET /over HTTP/1.1\r\n\r\n", "HTTP/1.1 500 ");
}
END_TEST

static void ask_with_head_of(size_t len, const char *status)
{
    char request[4200];

    memset(request, 'a', sizeof request);
    memcpy(request, "GET /metrics HTTP/1.1\r\nX: ", 26);
    memcpy(request + len - 4, "\r\n\r\n", 5);
    check(request, status);
}

START_TEST(a_head_of_4096_bytes_is_read_and_one_more_is_refused)
{
    ask_with_head_of(4096, "HTTP/1.1 200 ");
    ask_with_head_of(4097, "HTTP/1.1 431 ");
}
END_TEST

START_TEST(dripped_bytes_and_a_query_make_the_same_answer)
{
    const char *request = "GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    client c;

    up();
    dial(&c);
    for (const char *p = request; *p != 0; p++) {
        char one[2] = {*p, 0};

        rig_write(c.fd, one);
        rig_run_for(MS / 10);
    }
    if (!c.is_ended) rig_run();
    ck_assert_str_eq(asked, "/metrics");
    ck_assert_ptr_nonnull(strstr(c.text, "\r\nContent-Type: text/plain; version=0.0.4\r\n"));
    ck_assert_ptr_nonnull(strstr(c.text, "\r\nContent-Length: 8\r\n"));
    ck_assert_ptr_nonnull(strstr(c.text, "\r\n\r\ncalls 1\n"));
    down();
}
END_TEST

START_TEST(the_longest_body_arrives_whole)
{
    client c;

    up();
    dial(&c);
    rig_write(c.fd, "GET /most HTTP/1.1\r\n\r\n");
    rig_run();
    ck_assert_uint_gt(c.total, 1024 * 1024);
    ck_assert_ptr_nonnull(strstr(c.text, "\r\nContent-Length: 1048576\r\n"));
    down();
}
END_TEST

START_TEST(the_17th_connection_is_closed_and_the_16th_is_served)
{
    client c[17];

    up();
    for (int i = 0; i < 17; i++) {
        dial(&c[i]);
        rig_run_for(MS);
    }
    ck_assert(c[16].is_ended && !c[15].is_ended);
    for (int i = 0; i < 16; i++) rig_write(c[i].fd, "GET /metrics HTTP/1.0\r\n\r\n");
    rig_run();
    for (int i = 0; i < 16; i++) ck_assert(strncmp(c[i].text, "HTTP/1.1 200 ", 13) == 0);
    ck_assert_uint_eq(c[16].len, 0);
    down();
}
END_TEST

START_TEST(who_does_not_finish_is_closed)
{
    uint64_t begin = ztrunk_rt_now_ns();
    client c;

    up();
    dial(&c);
    rig_write(c.fd, "GET /metrics HT");
    rig_run();
    ck_assert_uint_ge(ztrunk_rt_now_ns() - begin, 4900 * MS);
    ck_assert_uint_eq(c.len, 0);
    down();
}
END_TEST

START_TEST(it_may_be_freed_from_within_a_request)
{
    client c;

    up();
    frees_itself = 1;
    dial(&c);
    rig_write(c.fd, "GET /metrics HTTP/1.1\r\n\r\n");
    rig_run();
    rig_free();
}
END_TEST

UNIT_MAIN("rt/http", only_loopback_is_served, what_is_not_a_get_is_refused,
          an_unknown_path_is_404_and_too_much_body_500,
          a_head_of_4096_bytes_is_read_and_one_more_is_refused,
          dripped_bytes_and_a_query_make_the_same_answer, the_longest_body_arrives_whole,
          the_17th_connection_is_closed_and_the_16th_is_served, who_does_not_finish_is_closed,
          it_may_be_freed_from_within_a_request)
