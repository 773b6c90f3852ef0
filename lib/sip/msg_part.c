#include "sip/msg.h"

#include "base/buf.h"
#include "wire/scan.h"
#include "wire/sip_part.h"

/* RFC 3261 20.12: a body that is encoded as a whole is none that can be read. */
static uint32_t is_encoded(const ztrunk_sip_msg *m)
{
    zti_str encoding = zti_sip_value(&m->head, ZTI_H_CONTENT_ENCODING);

    return encoding.len > 0 && !zti_str_ieq(encoding, ZTI_STR("identity"));
}

static int32_t find(const ztrunk_sip_msg *m, const char *type, zti_part *part)
{
    if (m->body.len == 0 || is_encoded(m)) return ZTRUNK_E_NOTFOUND;
    return zti_sip_part(zti_sip_value(&m->head, ZTI_H_CONTENT_TYPE), m->body, zti_str_of(type),
                        part);
}

int32_t ztrunk_sip_msg_part(const ztrunk_sip_msg *m, const char *type, const uint8_t **part,
                            size_t *len)
{
    zti_part found;
    int32_t err;

    if (m == NULL || type == NULL || part == NULL || len == NULL) return ZTRUNK_E_INVALID;
    err = find(m, type, &found);
    if (err != ZTRUNK_OK) return err;
    *part = (const uint8_t *)found.content.p;
    *len = found.content.len;
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_part_id(const ztrunk_sip_msg *m, const char *type, const char **id,
                               size_t *len)
{
    zti_part found;
    int32_t err;

    if (m == NULL || type == NULL || id == NULL || len == NULL) return ZTRUNK_E_INVALID;
    err = find(m, type, &found);
    if (err != ZTRUNK_OK) return err;
    *id = found.id.p;
    *len = found.id.len;
    return found.id.len > 0 ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
}

static uint32_t is_type(zti_str type)
{
    size_t slash = zti_str_find(type, '/');

    return zti_scan_is_token(zti_str_head(type, slash)) &&
           zti_scan_is_token(zti_str_from(type, slash + 1));
}

static uint32_t is_id(zti_str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '<' || id.p[i] == '>') return 0;
    return id.len > 0;
}

static void open_part(zti_buf *b, const char *boundary, zti_str type)
{
    zti_buf_text(b, "--");
    zti_buf_text(b, boundary);
    zti_buf_text(b, "\r\nContent-Type: ");
    zti_buf_str(b, type);
    zti_buf_text(b, "\r\n");
}

static void put_content(zti_buf *b, const void *content, size_t len)
{
    zti_buf_text(b, "\r\n");
    zti_buf_add(b, content, len);
    zti_buf_text(b, "\r\n");
}

static void put_parts(zti_buf *b, const ztrunk_sip_msg *m, const char *boundary, zti_str type,
                      zti_str id)
{
    open_part(b, boundary, zti_sip_value(&m->head, ZTI_H_CONTENT_TYPE));
    put_content(b, m->body.p, m->body.len);
    open_part(b, boundary, type);
    if (id.len == 0) return;
    zti_buf_text(b, "Content-ID: <");
    zti_buf_str(b, id);
    zti_buf_text(b, ">\r\n");
}

static int32_t set_multipart(ztrunk_sip_msg *m, const char *boundary, const zti_buf *body)
{
    zti_buf type = zti_buf_of(m->ctx, 128);
    int32_t err = body->err;

    zti_buf_text(&type, "multipart/mixed;boundary=");
    zti_buf_text(&type, boundary);
    zti_buf_char(&type, 0);
    if (err == ZTRUNK_OK) err = type.err;
    if (err == ZTRUNK_OK)
        err = ztrunk_sip_msg_set_body(m, (const char *)type.data, body->data, body->len);
    zti_buf_free(&type);
    return err;
}

int32_t ztrunk_sip_msg_add_part(ztrunk_sip_msg *m, const char *type, const char *id,
                                const uint8_t *part, size_t len)
{
    char boundary[23]; /* fresh: nobody who wrote a part knew it */
    zti_str kind = zti_str_of(type), name = zti_str_of(id);
    zti_buf body;
    int32_t err;

    if (m == NULL || part == NULL || len == 0 || !is_type(kind)) return ZTRUNK_E_INVALID;
    if (id != NULL && !is_id(name)) return ZTRUNK_E_INVALID;
    if (m->body.len == 0 || is_encoded(m)) return ZTRUNK_E_STATE;
    if (zti_str_ieq(zti_str_head(zti_sip_value(&m->head, ZTI_H_CONTENT_TYPE), 10),
                    ZTI_STR("multipart/")))
        return ZTRUNK_E_STATE;
    err = ztrunk_sip_tag_new(m->ctx, boundary);
    if (err != ZTRUNK_OK) return err;
    body = zti_buf_of(m->ctx, m->limits.max_message);
    put_parts(&body, m, boundary, kind, name);
    put_content(&body, part, len);
    zti_buf_text(&body, "--");
    zti_buf_text(&body, boundary);
    zti_buf_text(&body, "--\r\n");
    err = set_multipart(m, boundary, &body);
    zti_buf_free(&body);
    return err;
}
