#include <zerotrunk/sip.h>

#include <string.h>
#include "base/buf.h"
#include "base/ctx.h"
#include "base/opts.h"
#include "sip/msg.h"
#include "wire/sip_frame.h"

struct ztrunk_sip_stream {
    ztrunk_ctx *ctx;
    zti_sip_limits limits;
    zti_buf in;
    size_t start;            /* what is before it in `in` was taken */
    zti_sip_scan scan;       /* offsets behind start */
    ztrunk_sip_msg *pending; /* its head is read, its body is not all there */
    uint32_t body_len;
    uint32_t after_crlf; /* one CRLF stood just before */
    uint32_t pings, pongs;
    uint32_t is_dead;
};

int32_t ztrunk_sip_stream_new(ztrunk_ctx *ctx, const ztrunk_sip_opts *opts, ztrunk_sip_stream **out)
{
    ztrunk_sip_stream *s;
    zti_sip_limits limits;
    int32_t err;

    if (ctx == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_sip_limits_read(opts, &limits);
    if (err != ZTRUNK_OK) return err;
    s = zti_calloc(ctx, sizeof *s);
    if (s == NULL) return ZTRUNK_E_NOMEM;
    s->ctx = zti_ctx_ref(ctx);
    s->limits = limits;
    s->in = zti_buf_of(ctx, limits.max_message);
    *out = s;
    return ZTRUNK_OK;
}

void ztrunk_sip_stream_free(ztrunk_sip_stream *s)
{
    ztrunk_ctx *ctx;

    if (s == NULL) return;
    ctx = s->ctx;
    ztrunk_sip_msg_free(s->pending);
    zti_buf_free(&s->in);
    zti_free(ctx, s);
    ztrunk_ctx_free(ctx);
}

static zti_str waiting(const ztrunk_sip_stream *s)
{
    return zti_str_from(zti_buf_view(&s->in), s->start);
}

int32_t ztrunk_sip_stream_feed(ztrunk_sip_stream *s, const uint8_t *data, size_t len, size_t *used)
{
    size_t room;

    if (s == NULL || used == NULL || (data == NULL && len > 0)) return ZTRUNK_E_INVALID;
    if (s->is_dead) return ZTRUNK_E_STATE;
    zti_buf_drop(&s->in, s->start);
    s->start = 0;
    room = s->limits.max_message - s->in.len;
    if (len > room) len = room;
    if (len > 0) zti_buf_add(&s->in, data, len);
    if (s->in.err != ZTRUNK_OK) {
        int32_t err = s->in.err;

        s->in.err = ZTRUNK_OK;
        return err;
    }
    *used = len;
    return ZTRUNK_OK;
}

/* RFC 5626 4.4.1: two CRLF are a ping, one is the answer to ours. The second may come later. */
static void take_keepalives(ztrunk_sip_stream *s)
{
    while (zti_str_starts(waiting(s), ZTI_STR("\r\n"))) {
        s->start += 2;
        zti_sip_scan_restart(&s->scan);
        s->after_crlf = !s->after_crlf;
        if (s->after_crlf) {
            s->pongs++;
            continue;
        }
        s->pings++;
        if (s->pongs > 0) s->pongs--;
    }
}

static int32_t die(ztrunk_sip_stream *s, uint32_t fault, const char *why, ztrunk_sip_msg **out)
{
    s->is_dead = 1;
    zti_buf_free(&s->in);
    s->start = 0;
    if (s->pending != NULL) {
        zti_sip_fault(&s->pending->head, fault, why);
        zti_sip_msg_judge(s->pending, 0);
    }
    *out = s->pending;
    s->pending = NULL;
    return ZTRUNK_E_MALFORMED;
}

/* RFC 3261 18.3: on a stream the length alone says where the next message begins. */
static int32_t check_length(ztrunk_sip_stream *s, size_t head_len, ztrunk_sip_msg **out)
{
    int32_t err = zti_sip_content_length(&s->pending->head, &s->body_len);

    if (err == ZTRUNK_E_NOTFOUND) return die(s, 400, "No Content-Length", out);
    if (err != ZTRUNK_OK) return die(s, 400, "Bad Content-Length", out);
    if (s->body_len > s->limits.max_message - head_len)
        return die(s, 413, "Message too large", out);
    return ZTRUNK_OK;
}

static int32_t read_head(ztrunk_sip_stream *s, size_t head_len, ztrunk_sip_msg **out)
{
    int32_t err = zti_sip_msg_alloc(s->ctx, &s->limits, head_len, &s->pending);

    if (err != ZTRUNK_OK) return err;
    memcpy(s->pending->raw, waiting(s).p, head_len);
    err = zti_sip_msg_index(s->pending, head_len);
    if (err != ZTRUNK_OK) {
        ztrunk_sip_msg_free(s->pending);
        s->pending = NULL;
        return err;
    }
    err = check_length(s, head_len, out);
    if (err != ZTRUNK_OK) return err;
    s->start += head_len;
    zti_sip_scan_restart(&s->scan);
    return ZTRUNK_OK;
}

static int32_t find_head(ztrunk_sip_stream *s, ztrunk_sip_msg **out)
{
    size_t head_len = 0;
    int32_t err;

    take_keepalives(s);
    if (waiting(s).len > 0 && !zti_str_eq(waiting(s), ZTI_STR("\r"))) s->after_crlf = 0;
    err = zti_sip_scan_head(&s->scan, waiting(s), &head_len);
    if (err == ZTRUNK_E_MALFORMED) return die(s, 400, "Bare line feed", out);
    if (err == ZTRUNK_OK) return read_head(s, head_len, out);
    return waiting(s).len >= s->limits.max_message ? die(s, 513, "Message too large", out)
                                                   : ZTRUNK_OK;
}

static int32_t take_body(ztrunk_sip_stream *s, ztrunk_sip_msg **out)
{
    ztrunk_sip_msg *m = s->pending;

    if (waiting(s).len < s->body_len) return ZTRUNK_OK;
    m->own_body = zti_dup(s->ctx, waiting(s).p, s->body_len);
    if (m->own_body == NULL) return ZTRUNK_E_NOMEM;
    m->body = (zti_str){(const char *)m->own_body, s->body_len};
    s->start += s->body_len;
    zti_sip_msg_judge(m, s->body_len > 0);
    *out = m;
    s->pending = NULL;
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_stream_next(ztrunk_sip_stream *s, ztrunk_sip_msg **out)
{
    int32_t err = ZTRUNK_OK;

    if (s == NULL || out == NULL) return ZTRUNK_E_INVALID;
    *out = NULL;
    if (s->is_dead) return ZTRUNK_E_STATE;
    if (s->pending == NULL) err = find_head(s, out);
    if (err == ZTRUNK_OK && s->pending != NULL) err = take_body(s, out);
    return err;
}

uint32_t ztrunk_sip_stream_is_partial(const ztrunk_sip_stream *s)
{
    return s != NULL && !s->is_dead && (s->pending != NULL || waiting(s).len > 0);
}

int32_t ztrunk_sip_stream_poll(ztrunk_sip_stream *s, ztrunk_event *out)
{
    ztrunk_event event = {.size = sizeof event, .kind = ZTRUNK_EV_NONE};
    uint32_t *waits = NULL;
    int32_t err;

    if (s == NULL) return ZTRUNK_E_INVALID;
    if (s->pings > 0)
        waits = &s->pings;
    else if (s->pongs > 0)
        waits = &s->pongs;
    if (waits != NULL) {
        event.kind = waits == &s->pings ? ZTRUNK_EV_SIP_PING : ZTRUNK_EV_SIP_PONG;
        event.detail = *waits;
    }
    err = zti_opts_write(out, &event, sizeof event);
    if (err == ZTRUNK_OK && waits != NULL) *waits = 0;
    return err;
}
