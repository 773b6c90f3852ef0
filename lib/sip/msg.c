#include "sip/msg.h"

#include <string.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "wire/sip_frame.h"

enum { MESSAGE_BOUND = 65536, LINE_BOUND = 8192, HEADERS_BOUND = 128 };

int32_t zti_sip_limits_read(const ztrunk_sip_opts *opts, zti_sip_limits *limits)
{
    ztrunk_sip_opts o;
    int32_t err = zti_opts_read(&o, sizeof o, opts);

    if (err != ZTRUNK_OK) return err;
    limits->max_message = o.max_message > 0 ? o.max_message : MESSAGE_BOUND;
    limits->max_line = o.max_line > 0 ? o.max_line : LINE_BOUND;
    limits->max_headers = o.max_headers > 0 ? o.max_headers : HEADERS_BOUND;
    return ZTRUNK_OK;
}

int32_t zti_sip_msg_alloc(ztrunk_ctx *ctx, const zti_sip_limits *limits, size_t raw_len,
                          ztrunk_sip_msg **out)
{
    ztrunk_sip_msg *m = zti_calloc(ctx, sizeof *m);

    if (m == NULL) return ZTRUNK_E_NOMEM;
    m->ctx = m->head.ctx = zti_ctx_ref(ctx);
    m->limits = *limits;
    m->head.why = "";
    m->head.method_text = m->head.uri = m->head.reason = m->body = ZTI_STR("");
    m->facts.max_forwards = UINT32_MAX;
    m->raw = zti_calloc(ctx, raw_len);
    if (m->raw == NULL) {
        ztrunk_sip_msg_free(m);
        return ZTRUNK_E_NOMEM;
    }
    *out = m;
    return ZTRUNK_OK;
}

void ztrunk_sip_msg_free(ztrunk_sip_msg *m)
{
    ztrunk_ctx *ctx;

    if (m == NULL) return;
    ctx = m->ctx;
    for (size_t i = 0; i < m->head.count; i++) zti_free(ctx, m->head.fields[i].owned);
    zti_free(ctx, m->head.fields);
    zti_free(ctx, m->raw);
    zti_free(ctx, m->own_method);
    zti_free(ctx, m->own_uri);
    zti_free(ctx, m->own_reason);
    zti_free(ctx, m->own_body);
    zti_free(ctx, m);
    ztrunk_ctx_free(ctx);
}

int32_t zti_sip_msg_index(ztrunk_sip_msg *m, size_t head_len)
{
    return zti_sip_index(&m->head, m->raw, head_len, &m->limits);
}

void zti_sip_msg_judge(ztrunk_sip_msg *m, uint32_t has_body)
{
    zti_sip_gate(&m->head, has_body, &m->facts);
    /* The answer to it is found by the method of its CSeq. */
    if (!m->head.is_request) m->head.method = m->facts.cseq_method;
}

/* RFC 3261 18.3: without a length the body is what is left, what is past a length is nobody's. */
static uint32_t datagram_body(ztrunk_sip_msg *m, zti_str rest)
{
    uint32_t len = 0;
    int32_t err = zti_sip_content_length(&m->head, &len);

    if (err == ZTRUNK_E_MALFORMED) zti_sip_fault(&m->head, 400, "Bad Content-Length");
    if (err == ZTRUNK_OK && len > rest.len) zti_sip_fault(&m->head, 400, "Body cut short");
    if (err == ZTRUNK_E_NOTFOUND) m->body = rest;
    if (err == ZTRUNK_OK && len <= rest.len) m->body = zti_str_head(rest, len);
    return len > 0;
}

static int32_t parse_datagram(ztrunk_ctx *ctx, const zti_sip_limits *limits, zti_str bytes,
                              size_t head_len, ztrunk_sip_msg **out)
{
    ztrunk_sip_msg *m;
    zti_str copy;
    uint32_t has_body;
    int32_t err = zti_sip_msg_alloc(ctx, limits, bytes.len, &m);

    if (err != ZTRUNK_OK) return err;
    memcpy(m->raw, bytes.p, bytes.len);
    copy = (zti_str){(const char *)m->raw, bytes.len};
    err = zti_sip_msg_index(m, head_len);
    if (err != ZTRUNK_OK) {
        ztrunk_sip_msg_free(m);
        return err;
    }
    has_body = datagram_body(m, zti_str_from(copy, head_len));
    zti_sip_msg_judge(m, has_body);
    *out = m;
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_parse(ztrunk_ctx *ctx, const ztrunk_sip_opts *opts, const uint8_t *data,
                             size_t len, ztrunk_sip_msg **out)
{
    zti_str bytes = {(const char *)data, len};
    zti_sip_limits limits;
    zti_sip_scan scan = {.at = 0};
    size_t head_len;
    int32_t err;

    if (ctx == NULL || out == NULL || (data == NULL && len > 0)) return ZTRUNK_E_INVALID;
    err = zti_sip_limits_read(opts, &limits);
    if (err != ZTRUNK_OK) return err;
    while (zti_str_starts(bytes, ZTI_STR("\r\n"))) bytes = zti_str_from(bytes, 2);
    if (bytes.len > limits.max_message) return ZTRUNK_E_MALFORMED;
    err = zti_sip_scan_head(&scan, bytes, &head_len);
    if (err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    return parse_datagram(ctx, &limits, bytes, head_len, out);
}
