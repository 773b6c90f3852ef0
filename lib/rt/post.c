/* post.c - one POST over HTTP, by libre's client, with a bound of our own on time and size. done is
 * called from our timer alone, never from within libre, so that it may free all. */
#include "rt/loop.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "rt/re_rt.h"
#include "rt/resolve.h"

#define LIMIT_NS   (5 * ZTI_SECOND)
#define ANSWER_MAX 65536u
#define URL_MAX    2048u

struct ztrunk_post {
    ztrunk_rt *rt;
    zti_timer timer;
    struct http_cli *client;
    struct http_req *request;
    void (*done)(void *opaque, int32_t error, uint32_t status, const uint8_t *body, size_t len);
    void *opaque;
    uint32_t is_done, status;
    int32_t error;
    zti_buf body;
};

void ztrunk_post_free(ztrunk_post *post)
{
    if (post == NULL) return;
    mem_deref(post->request);
    mem_deref(post->client);
    zti_timer_end(&post->timer);
    zti_buf_free(&post->body);
    zti_free(post->rt->ctx, post);
}

static void on_due(void *opaque)
{
    ztrunk_post *post = opaque;

    post->request = mem_deref(post->request);
    if (!post->is_done) post->error = ZTRUNK_E_EXPIRED;
    post->done(post->opaque, post->error, post->status, post->body.data, post->body.len);
}

static void on_response(int err, const struct http_msg *msg, void *opaque)
{
    ztrunk_post *post = opaque;

    post->is_done = 1;
    post->error = err == 0 && msg != NULL ? ZTRUNK_OK : ZTRUNK_E_CLOSED;
    if (post->error == ZTRUNK_OK) {
        post->status = msg->scode;
        if (msg->mb != NULL) zti_buf_add(&post->body, mbuf_buf(msg->mb), mbuf_get_left(msg->mb));
        post->error = post->body.err;
    }
    ztrunk_rt_timer_set(&post->timer, 1);
}

/* Nothing but a plain URL goes into the request line. */
static uint32_t is_http(zti_str url)
{
    if (url.len > URL_MAX || !zti_str_ieq(zti_str_head(url, 7), ZTI_STR("http://"))) return 0;
    for (size_t i = 0; i < url.len; i++)
        if ((uint8_t)url.p[i] <= ' ' || (uint8_t)url.p[i] >= 0x7f) return 0;
    return 1;
}

static int32_t start(ztrunk_post *post, ztrunk_resolver *r, const char *url, const char *type,
                     const uint8_t *body, size_t len, uint64_t limit_ns)
{
    struct dnsc *dnsc = zti_resolver_dnsc(r);

    if (dnsc == NULL || http_client_alloc(&post->client, dnsc) != 0) return ZTRUNK_E_SYSTEM;
    if (http_request(&post->request, post->client, "POST", url, on_response, NULL, post,
                     "Content-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%b", type,
                     len, body, len) != 0)
        return ZTRUNK_E_SYSTEM;
    ztrunk_rt_timer_set(&post->timer,
                        zti_time_add(ztrunk_rt_now_ns(), limit_ns != 0 ? limit_ns : LIMIT_NS));
    return ZTRUNK_OK;
}

int32_t ztrunk_post_new(ztrunk_rt *rt, ztrunk_resolver *r, const char *url, const char *type,
                        const uint8_t *body, size_t len, uint64_t limit_ns,
                        void (*done)(void *opaque, int32_t error, uint32_t status,
                                     const uint8_t *body, size_t len),
                        void *opaque, ztrunk_post **out)
{
    ztrunk_post *post;
    int32_t err;

    if (rt == NULL || r == NULL || type == NULL || body == NULL || done == NULL || out == NULL)
        return ZTRUNK_E_INVALID;
    if (url == NULL || !is_http(zti_str_of(url))) return ZTRUNK_E_INVALID;
    post = zti_calloc(rt->ctx, sizeof *post);
    if (post == NULL) return ZTRUNK_E_NOMEM;
    post->rt = rt;
    post->done = done;
    post->opaque = opaque;
    post->body = zti_buf_of(rt->ctx, ANSWER_MAX);
    err = zti_timer_init(rt, &post->timer, on_due, post);
    if (err == ZTRUNK_OK) err = start(post, r, url, type, body, len, limit_ns);
    if (err != ZTRUNK_OK) {
        ztrunk_post_free(post);
        return err;
    }
    *out = post;
    return ZTRUNK_OK;
}
