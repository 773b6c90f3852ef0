#include "sip/msg.h"

#include <string.h>
#include "wire/scan.h"
#include "wire/sip_uri.h"

/* What would end the header and begin another one (header injection). */
static uint32_t breaks_line(zti_str s)
{
    return zti_str_find(s, '\r') < s.len || zti_str_find(s, '\n') < s.len ||
           zti_str_find(s, 0) < s.len;
}

static void refresh(ztrunk_sip_msg *m, zti_hdr_id id)
{
    if (id == ZTI_H_CSEQ || id == ZTI_H_TO || id == ZTI_H_MAX_FORWARDS)
        m->facts = zti_sip_facts_of(&m->head);
}

/* A field with a copy of its texts, suffix behind the value. */
static int32_t make_field(ztrunk_sip_msg *m, zti_str name, zti_str value, zti_str suffix,
                          zti_sip_field *f)
{
    f->id = zti_hdr_find(name);
    f->owned = zti_array(m->ctx, name.len + value.len + suffix.len + 1, 1);
    if (f->owned == NULL) return ZTRUNK_E_NOMEM;
    memcpy(f->owned, name.p, name.len);
    if (value.len > 0) memcpy(f->owned + name.len, value.p, value.len);
    if (suffix.len > 0) memcpy(f->owned + name.len + value.len, suffix.p, suffix.len);
    f->name = (zti_str){f->owned, name.len};
    f->value = (zti_str){f->owned + name.len, value.len + suffix.len};
    return ZTRUNK_OK;
}

int32_t zti_sip_msg_insert(ztrunk_sip_msg *m, size_t at, zti_str name, zti_str value,
                           zti_str suffix)
{
    zti_sip_field field;
    int32_t err;

    if (m->head.count >= m->limits.max_headers) return ZTRUNK_E_LIMIT;
    err = make_field(m, name, value, suffix, &field);
    if (err != ZTRUNK_OK) return err;
    err = zti_sip_field_insert(&m->head, at, field);
    if (err != ZTRUNK_OK)
        zti_free(m->ctx, field.owned);
    else
        refresh(m, field.id);
    return err;
}

void zti_sip_msg_drop(ztrunk_sip_msg *m, zti_hdr_id id, zti_str name, size_t from)
{
    size_t kept = from;

    for (size_t i = from; i < m->head.count; i++) {
        zti_sip_field f = m->head.fields[i];
        uint32_t is_it = f.id == id && (id != ZTI_H_OTHER || zti_str_ieq(f.name, name));

        if (is_it)
            zti_free(m->ctx, f.owned);
        else
            m->head.fields[kept++] = f;
    }
    m->head.count = kept;
    refresh(m, id);
}

/* The encoder alone writes Content-Length. */
static int32_t check_edit(const ztrunk_sip_msg *m, const char *name, const char *value, size_t len,
                          zti_str *out)
{
    zti_str key = zti_str_of(name);

    if (m == NULL || !zti_scan_is_token(key) || (value == NULL && len > 0)) return ZTRUNK_E_INVALID;
    if (zti_hdr_find(key) == ZTI_H_CONTENT_LENGTH) return ZTRUNK_E_INVALID;
    *out = len > 0 ? (zti_str){value, len} : ZTI_STR("");
    if (breaks_line(*out)) return ZTRUNK_E_INVALID;
    *out = zti_str_trim(*out);
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_add_header(ztrunk_sip_msg *m, const char *name, const char *value,
                                  size_t len)
{
    zti_str text;
    int32_t err = check_edit(m, name, value, len, &text);

    if (err != ZTRUNK_OK) return err;
    return zti_sip_msg_insert(m, m->head.count, zti_str_of(name), text, ZTI_STR(""));
}

int32_t ztrunk_sip_msg_push_header(ztrunk_sip_msg *m, const char *name, const char *value,
                                   size_t len)
{
    zti_str text;
    int32_t err = check_edit(m, name, value, len, &text);

    if (err != ZTRUNK_OK) return err;
    return zti_sip_msg_insert(m, 0, zti_str_of(name), text, ZTI_STR(""));
}

static size_t place_of(const ztrunk_sip_msg *m, zti_hdr_id id, zti_str name)
{
    const zti_sip_field *f = zti_sip_field_get(&m->head, id, name, 0);

    return f != NULL ? (size_t)(f - m->head.fields) : m->head.count;
}

int32_t ztrunk_sip_msg_set_header(ztrunk_sip_msg *m, const char *name, const char *value,
                                  size_t len)
{
    zti_str text, key = zti_str_of(name);
    zti_sip_field field;
    size_t at;
    int32_t err = check_edit(m, name, value, len, &text);

    if (err != ZTRUNK_OK) return err;
    at = place_of(m, zti_hdr_find(key), key);
    if (at == m->head.count) return zti_sip_msg_insert(m, at, key, text, ZTI_STR(""));
    /* The copy is made first: the value may be a loan from the field that goes. */
    err = make_field(m, key, text, ZTI_STR(""), &field);
    if (err != ZTRUNK_OK) return err;
    zti_free(m->ctx, m->head.fields[at].owned);
    m->head.fields[at] = field;
    zti_sip_msg_drop(m, field.id, field.name, at + 1);
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_remove_header(ztrunk_sip_msg *m, const char *name)
{
    zti_str key = zti_str_of(name);

    if (m == NULL || !zti_scan_is_token(key)) return ZTRUNK_E_INVALID;
    zti_sip_msg_drop(m, zti_hdr_find(key), key, 0);
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_set_uri(ztrunk_sip_msg *m, const char *uri)
{
    zti_str text = zti_str_of(uri);
    zti_uri parsed;
    char *copy;

    if (m == NULL || !m->head.is_request) return ZTRUNK_E_INVALID;
    if (zti_uri_parse(text, &parsed) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    copy = zti_dup(m->ctx, text.p, text.len);
    if (copy == NULL) return ZTRUNK_E_NOMEM;
    zti_free(m->ctx, m->own_uri);
    m->own_uri = copy;
    m->head.uri = (zti_str){copy, text.len};
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_set_body(ztrunk_sip_msg *m, const char *content_type, const uint8_t *body,
                                size_t len)
{
    uint8_t *copy;
    int32_t err;

    if (m == NULL || (len > 0 && (body == NULL || content_type == NULL))) return ZTRUNK_E_INVALID;
    if (len > m->limits.max_message) return ZTRUNK_E_LIMIT;
    copy = zti_dup(m->ctx, body != NULL ? body : (const uint8_t *)"", len);
    if (copy == NULL) return ZTRUNK_E_NOMEM;
    if (content_type == NULL)
        err = ztrunk_sip_msg_remove_header(m, "Content-Type");
    else
        err = ztrunk_sip_msg_set_header(m, "Content-Type", content_type,
                                        zti_str_of(content_type).len);
    if (err != ZTRUNK_OK) {
        zti_free(m->ctx, copy);
        return err;
    }
    zti_free(m->ctx, m->own_body);
    m->own_body = copy;
    m->body = (zti_str){(const char *)copy, len};
    return ZTRUNK_OK;
}
