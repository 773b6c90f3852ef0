#include "sip/msg.h"

#include "base/buf.h"
#include "wire/scan.h"
#include "wire/sip_build.h"
#include "wire/sip_hdr.h"
#include "wire/sip_uri.h"

enum { REASON_BOUND = 256, TAG_BOUND = 128 };

/* A copy that the message owns; view is what its head shows. */
static int32_t own(ztrunk_sip_msg *m, zti_str text, char **owned, zti_str *view)
{
    *owned = zti_dup(m->ctx, text.p, text.len);
    if (*owned == NULL) return ZTRUNK_E_NOMEM;
    *view = (zti_str){*owned, text.len};
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_new_request(ztrunk_ctx *ctx, const char *method, const char *uri,
                                   ztrunk_sip_msg **out)
{
    zti_str name = zti_str_of(method);
    zti_sip_limits limits;
    ztrunk_sip_msg *m = NULL;
    int32_t err;

    if (ctx == NULL || out == NULL || !zti_scan_is_token(name)) return ZTRUNK_E_INVALID;
    (void)zti_sip_limits_read(NULL, &limits);
    err = zti_sip_msg_alloc(ctx, &limits, 0, &m);
    if (err != ZTRUNK_OK) return err;
    m->head.is_request = 1;
    m->head.method = zti_method_find(name);
    err = own(m, name, &m->own_method, &m->head.method_text);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_set_uri(m, uri);
    if (err != ZTRUNK_OK) goto out;
    *out = m;
    m = NULL;
out:
    ztrunk_sip_msg_free(m);
    return err;
}

static int32_t copy_fields(ztrunk_sip_msg *m, const zti_sip_head *from, zti_hdr_id id, size_t most)
{
    int32_t err = ZTRUNK_OK;

    for (size_t i = 0; i < from->count && most > 0 && err == ZTRUNK_OK; i++) {
        const zti_sip_field *f = &from->fields[i];

        if (f->id != id) continue;
        most--;
        err = zti_sip_msg_insert(m, m->head.count, zti_str_of(zti_hdr_name(id)), f->value,
                                 ZTI_STR(""));
    }
    return err;
}

/* ";tag=..." goes behind a To that can be read and has none. */
static int32_t copy_to(ztrunk_sip_msg *m, const zti_sip_head *from, zti_str tag)
{
    const zti_sip_field *f = zti_sip_field_get(from, ZTI_H_TO, ZTI_STR(""), 0);
    char text[TAG_BOUND + 8] = ";tag=";
    zti_str suffix = ZTI_STR("");
    zti_name_addr to;

    if (f == NULL) return ZTRUNK_OK;
    if (tag.len > 0 && zti_name_addr_parse(f->value, &to) == ZTRUNK_OK && to.tag.len == 0) {
        for (size_t i = 0; i < tag.len; i++) text[5 + i] = tag.p[i];
        suffix = (zti_str){text, 5 + tag.len};
    }
    return zti_sip_msg_insert(m, m->head.count, ZTI_STR("To"), f->value, suffix);
}

static int32_t copy_dialog_fields(ztrunk_sip_msg *m, const zti_sip_head *from, zti_str tag)
{
    int32_t err = copy_fields(m, from, ZTI_H_VIA, SIZE_MAX);

    /* RFC 3261 12.1.1; a 100 makes no dialog. */
    if (err == ZTRUNK_OK && m->head.status > 100 && m->head.status < 300)
        err = copy_fields(m, from, ZTI_H_RECORD_ROUTE, SIZE_MAX);
    if (err == ZTRUNK_OK) err = copy_fields(m, from, ZTI_H_FROM, 1);
    if (err == ZTRUNK_OK) err = copy_to(m, from, tag);
    if (err == ZTRUNK_OK) err = copy_fields(m, from, ZTI_H_CALL_ID, 1);
    if (err == ZTRUNK_OK) err = copy_fields(m, from, ZTI_H_CSEQ, 1);
    return err;
}

int32_t ztrunk_sip_msg_new_response(const ztrunk_sip_msg *request, uint32_t status,
                                    const char *reason, const char *to_tag, ztrunk_sip_msg **out)
{
    zti_str text = zti_str_of(reason != NULL ? reason : ztrunk_sip_reason_phrase(status));
    zti_str tag = zti_str_of(to_tag);
    ztrunk_sip_msg *m = NULL;
    int32_t err;

    if (request == NULL || out == NULL || !request->head.is_request) return ZTRUNK_E_INVALID;
    if (status < 100 || status > 699 || text.len > REASON_BOUND || !zti_text_ok(text, 0))
        return ZTRUNK_E_INVALID;
    if (to_tag != NULL && (!zti_scan_is_token(tag) || tag.len > TAG_BOUND)) return ZTRUNK_E_INVALID;
    if (zti_sip_field_count(&request->head, ZTI_H_VIA) == 0) return ZTRUNK_E_NOTFOUND;
    err = zti_sip_msg_alloc(request->ctx, &request->limits, 0, &m);
    if (err != ZTRUNK_OK) return err;
    m->head.status = status;
    err = own(m, text, &m->own_reason, &m->head.reason);
    if (err == ZTRUNK_OK) err = copy_dialog_fields(m, &request->head, tag);
    if (err != ZTRUNK_OK) goto out;
    *out = m;
    m = NULL;
out:
    ztrunk_sip_msg_free(m);
    return err;
}

static int32_t copy_start(ztrunk_sip_msg *copy, const zti_sip_head *h)
{
    int32_t err;

    copy->head.is_request = h->is_request;
    copy->head.method = h->method;
    copy->head.status = h->status;
    copy->head.fault = h->fault;
    copy->head.why = h->why;
    err = own(copy, h->method_text, &copy->own_method, &copy->head.method_text);
    if (err == ZTRUNK_OK) err = own(copy, h->uri, &copy->own_uri, &copy->head.uri);
    if (err == ZTRUNK_OK) err = own(copy, h->reason, &copy->own_reason, &copy->head.reason);
    return err;
}

int32_t ztrunk_sip_msg_clone(const ztrunk_sip_msg *m, ztrunk_sip_msg **out)
{
    ztrunk_sip_msg *copy = NULL;
    int32_t err;

    if (m == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_sip_msg_alloc(m->ctx, &m->limits, 0, &copy);
    if (err != ZTRUNK_OK) return err;
    err = copy_start(copy, &m->head);
    for (size_t i = 0; i < m->head.count && err == ZTRUNK_OK; i++)
        err = zti_sip_msg_insert(copy, i, m->head.fields[i].name, m->head.fields[i].value,
                                 ZTI_STR(""));
    if (err != ZTRUNK_OK) goto out;
    copy->own_body = zti_dup(m->ctx, m->body.p, m->body.len);
    err = copy->own_body != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
    if (err != ZTRUNK_OK) goto out;
    copy->body = (zti_str){(const char *)copy->own_body, m->body.len};
    *out = copy;
    copy = NULL;
out:
    ztrunk_sip_msg_free(copy);
    return err;
}

int32_t ztrunk_sip_msg_encode(const ztrunk_sip_msg *m, uint8_t *wire, size_t cap, size_t *out_len)
{
    zti_buf b;
    int32_t err;

    if (m == NULL || out_len == NULL || (wire == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    b = zti_buf_of(m->ctx, SIZE_MAX);
    zti_sip_build_head(&b, &m->head, m->body.len);
    zti_buf_str(&b, m->body);
    err = b.err == ZTRUNK_OK ? zti_copy_out(zti_buf_view(&b), wire, cap, out_len) : b.err;
    zti_buf_free(&b);
    return err;
}
