#include "sip/dialog.h"

zti_str zti_msg_contact(const ztrunk_sip_msg *m)
{
    ztrunk_sip_name_addr addr = {.size = sizeof addr};
    zti_str text = {NULL, 0};

    if (ztrunk_sip_msg_value(m, "Contact", 0, &text.p, &text.len) != ZTRUNK_OK ||
        ztrunk_sip_name_addr_parse(text.p, text.len, &addr) != ZTRUNK_OK)
        return (zti_str){NULL, 0};
    return (zti_str){text.p + addr.uri.at, addr.uri.len};
}

int32_t zti_routes_of(ztrunk_ctx *ctx, const ztrunk_sip_msg *m, uint32_t is_caller, zti_buf *out)
{
    zti_buf b = zti_buf_of(ctx, SIZE_MAX);
    zti_str value;
    uint32_t count = 0;

    while (ztrunk_sip_msg_value(m, "Record-Route", count, &value.p, &value.len) == ZTRUNK_OK)
        count++;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t nth = is_caller ? count - 1 - i : i;

        (void)ztrunk_sip_msg_value(m, "Record-Route", nth, &value.p, &value.len);
        if (value.len == 0) continue;
        zti_buf_str(&b, value);
        zti_buf_char(&b, 0);
    }
    if (b.err != ZTRUNK_OK) {
        int32_t err = b.err;

        zti_buf_free(&b);
        return err;
    }
    *out = b;
    return ZTRUNK_OK;
}

static uint32_t next_route(zti_str *rest, zti_str *route)
{
    size_t len = zti_str_find(*rest, 0);

    if (rest->len == 0) return 0;
    *route = zti_str_head(*rest, len);
    *rest = zti_str_from(*rest, len + 1);
    return 1;
}

/* The URI of a route, and whether its router is a loose one. */
static zti_str route_uri(zti_str route, uint32_t *is_loose)
{
    ztrunk_sip_name_addr addr = {.size = sizeof addr};
    ztrunk_sip_uri uri = {.size = sizeof uri};
    ztrunk_span value;
    zti_str text;

    *is_loose = 1;
    if (ztrunk_sip_name_addr_parse(route.p, route.len, &addr) != ZTRUNK_OK)
        return (zti_str){NULL, 0};
    text = (zti_str){route.p + addr.uri.at, addr.uri.len};
    if (ztrunk_sip_uri_parse(text.p, text.len, &uri) != ZTRUNK_OK) return (zti_str){NULL, 0};
    *is_loose = ztrunk_sip_param(text.p, uri.params, "lr", &value) == ZTRUNK_OK;
    /* 19.1.1: a Request-URI has no headers. */
    if (uri.headers.len > 0) text.len = uri.headers.at - 1;
    return text;
}

static int32_t add_target(ztrunk_dialogs *d, const zti_dialog *g, ztrunk_sip_msg *m)
{
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err;

    zti_buf_char(&b, '<');
    zti_buf_text(&b, g->target);
    zti_buf_char(&b, '>');
    err = b.err;
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "Route", (const char *)b.data, b.len);
    zti_buf_free(&b);
    return err;
}

static int32_t add_routes(ztrunk_dialogs *d, const zti_dialog *g, uint32_t is_strict,
                          ztrunk_sip_msg *m)
{
    zti_str rest = zti_buf_view(&g->routes), route;
    int32_t err = ZTRUNK_OK;

    if (is_strict) (void)next_route(&rest, &route);
    while (err == ZTRUNK_OK && next_route(&rest, &route))
        err = ztrunk_sip_msg_add_header(m, "Route", route.p, route.len);
    if (err == ZTRUNK_OK && is_strict) err = add_target(d, g, m);
    return err;
}

static int32_t add_cseq(ztrunk_dialogs *d, uint32_t cseq, const char *method, ztrunk_sip_msg *m)
{
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err;

    zti_buf_u64(&b, cseq);
    zti_buf_char(&b, ' ');
    zti_buf_text(&b, method);
    err = b.err;
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "CSeq", (const char *)b.data, b.len);
    zti_buf_free(&b);
    return err;
}

static int32_t add_text(ztrunk_sip_msg *m, const char *name, const char *text)
{
    return ztrunk_sip_msg_add_header(m, name, text, zti_str_of(text).len);
}

int32_t zti_dialog_build(ztrunk_dialogs *d, const zti_dialog *g, const char *method, uint32_t cseq,
                         ztrunk_sip_msg **out)
{
    zti_str rest = zti_buf_view(&g->routes), first = {NULL, 0};
    uint32_t is_loose = 1;
    ztrunk_sip_msg *m = NULL;
    char *strict = NULL;
    int32_t err;

    if (next_route(&rest, &first)) first = route_uri(first, &is_loose);
    if (!is_loose) {
        strict = zti_dialog_text(d, first);
        if (strict == NULL) return ZTRUNK_E_NOMEM;
    }
    err = ztrunk_sip_msg_new_request(d->ctx, method, is_loose ? g->target : strict, &m);
    if (err == ZTRUNK_OK) err = add_text(m, "Max-Forwards", "70");
    if (err == ZTRUNK_OK) err = add_routes(d, g, !is_loose, m);
    if (err == ZTRUNK_OK) err = add_text(m, "From", g->local);
    if (err == ZTRUNK_OK) err = add_text(m, "To", g->remote);
    if (err == ZTRUNK_OK) err = add_text(m, "Call-ID", g->call_id);
    if (err == ZTRUNK_OK) err = add_cseq(d, cseq, method, m);
    if (err != ZTRUNK_OK) goto out;
    *out = m;
    m = NULL;
out:
    zti_free(d->ctx, strict);
    ztrunk_sip_msg_free(m);
    return err;
}
