#include "rt/loop.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include "rig.h"

/* A server on the same loop: reads one request to its end, says what it was told to, hangs up. */
static struct {
    zti_watch door, talk;
    char request[4096];
    size_t len, wanted;
    const char *answer;
    uint32_t is_mute;
    uint16_t port;
} server;

static ztrunk_resolver *resolver;
static ztrunk_post *post;
static struct {
    uint32_t calls, status;
    int32_t error;
    char body[70000];
    size_t len;
} got;

static void hang_up(void)
{
    int fd = server.talk.fd;

    if (fd < 0) return;
    zti_watch_end(rt, &server.talk);
    close(fd);
    server.talk.fd = -1;
}

static void on_talk(void *opaque, uint32_t events)
{
    ssize_t n = recv(server.talk.fd, server.request + server.len,
                     sizeof server.request - 1 - server.len, MSG_DONTWAIT);

    (void)opaque;
    (void)events;
    if (n <= 0) {
        hang_up();
        return;
    }
    server.len += (size_t)n;
    if (server.is_mute || memmem(server.request, server.len, "the\0body", 8) == NULL) return;
    rig_write(server.talk.fd, server.answer);
    hang_up();
}

static void on_door(void *opaque, uint32_t events)
{
    int fd = accept(server.door.fd, NULL, NULL);

    (void)opaque;
    (void)events;
    ck_assert_int_ge(fd, 0);
    server.talk = (zti_watch){.fd = -1, .fn = on_talk};
    ck_assert_int_eq(zti_watch_set(rt, &server.talk, fd, EPOLLIN), ZTRUNK_OK);
}

static void listen_on_loopback(void)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof sin;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&sin, sizeof sin), 0);
    ck_assert_int_eq(listen(fd, 4), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
    server.port = ntohs(sin.sin_port);
    server.door = (zti_watch){.fd = -1, .fn = on_door};
    ck_assert_int_eq(zti_watch_set(rt, &server.door, fd, EPOLLIN), ZTRUNK_OK);
}

static void up(const char *answer)
{
    ztrunk_addr nobody = rig_loopback();

    rig_new();
    memset(&server, 0, sizeof server);
    memset(&got, 0, sizeof got);
    server.answer = answer;
    server.talk.fd = -1;
    nobody.port = 9;
    ck_assert_int_eq(ztrunk_resolver_new(rt, &nobody, &resolver), ZTRUNK_OK);
    listen_on_loopback();
    post = NULL;
}

static void down(void)
{
    int fd = server.door.fd;

    ztrunk_post_free(post);
    hang_up();
    zti_watch_end(rt, &server.door);
    close(fd);
    ztrunk_resolver_free(resolver);
    rig_free();
}

static void done(void *opaque, int32_t error, uint32_t status, const uint8_t *body, size_t len)
{
    ck_assert_ptr_eq(opaque, &got);
    got.calls++;
    got.error = error;
    got.status = status;
    got.len = len;
    if (len > 0) memcpy(got.body, body, len);
    ztrunk_post_free(post);
    post = NULL;
    ztrunk_rt_stop(rt);
}

static int32_t send_to(const char *url, uint64_t limit_ns)
{
    return ztrunk_post_new(rt, resolver, url, "application/x", (const uint8_t *)"the\0body", 8,
                           limit_ns, done, &got, &post);
}

static void ask(uint64_t limit_ns)
{
    char url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%u/way", server.port);
    ck_assert_int_eq(send_to(url, limit_ns), ZTRUNK_OK);
    ck_assert_uint_eq(got.calls, 0);
    rig_run();
    ck_assert_uint_eq(got.calls, 1);
}

START_TEST(what_is_no_url_of_http_goes_nowhere)
{
    static const char *const urls[] = {
        "",          "https://127.0.0.1/",   "127.0.0.1",
        "file:///x", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y"};

    up("");
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        ck_assert_int_eq(send_to(urls[i], 0), ZTRUNK_E_INVALID);
    ck_assert_ptr_null(post);
    down();
}
END_TEST

START_TEST(a_server_that_says_nothing_is_waited_for_to_the_limit)
{
    uint64_t began = ztrunk_rt_now_ns();

    up("");
    server.is_mute = 1;
    ask(50 * MS);
    ck_assert_int_eq(got.error, ZTRUNK_E_EXPIRED);
    ck_assert_uint_ge(ztrunk_rt_now_ns() - began, 50 * MS);
    down();
}
END_TEST

START_TEST(who_hangs_up_or_is_not_there_has_not_answered)
{
    int fd;

    up("");
    ask(0);
    ck_assert_int_eq(got.error, ZTRUNK_E_CLOSED);
    got.calls = 0;
    fd = server.door.fd;
    zti_watch_end(rt, &server.door);
    close(fd);
    ask(0);
    ck_assert_int_eq(got.error, ZTRUNK_E_CLOSED);
    listen_on_loopback();
    down();
}
END_TEST

START_TEST(the_body_goes_out_whole_and_the_answer_comes_whole)
{
    up("HTTP/1.1 200 OK\r\nContent-Type: application/y\r\nContent-Length: 5\r\n\r\nreply");
    ask(0);
    ck_assert_int_eq(got.error, ZTRUNK_OK);
    ck_assert_uint_eq(got.status, 200);
    ck_assert_uint_eq(got.len, 5);
    ck_assert_mem_eq(got.body, "reply", 5);
    ck_assert_int_eq(strncmp(server.request, "POST /way HTTP/1.1\r\n", 20), 0);
    ck_assert_ptr_nonnull(strstr(server.request, "\r\nContent-Type: application/x\r\n"));
    ck_assert_ptr_nonnull(strstr(server.request, "\r\nContent-Length: 8\r\n"));
    down();
}
END_TEST

START_TEST(another_status_is_told_and_not_followed)
{
    up("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    ask(0);
    ck_assert_int_eq(got.error, ZTRUNK_OK);
    ck_assert_uint_eq(got.status, 302);
    ck_assert_uint_eq(got.len, 0);
    down();
}
END_TEST

START_TEST(more_than_64_kib_is_no_answer)
{
    static char much[70200];
    int head = snprintf(much, sizeof much, "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n");

    memset(much + head, 'x', 65537);
    up(much);
    ask(0);
    ck_assert_int_eq(got.error, ZTRUNK_E_LIMIT);
    down();
}
END_TEST

START_TEST(nothing_comes_after_the_free)
{
    char url[64];

    up("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", server.port);
    ck_assert_int_eq(send_to(url, 0), ZTRUNK_OK);
    ztrunk_post_free(post);
    post = NULL;
    rig_run_for(20 * MS);
    ck_assert_uint_eq(got.calls, 0);
    down();
}
END_TEST

UNIT_MAIN("rt/post", what_is_no_url_of_http_goes_nowhere,
          a_server_that_says_nothing_is_waited_for_to_the_limit,
          who_hangs_up_or_is_not_there_has_not_answered,
          the_body_goes_out_whole_and_the_answer_comes_whole,
          another_status_is_told_and_not_followed, more_than_64_kib_is_no_answer,
          nothing_comes_after_the_free)
