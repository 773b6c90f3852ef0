#include "sip/msg.h"

#include "base/opts.h"
#include "wire/sip_hdr.h"

static int32_t lend(zti_str s, const char **text, size_t *len)
{
    *text = s.p;
    *len = s.len;
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_info(const ztrunk_sip_msg *m, ztrunk_sip_info *out)
{
    ztrunk_sip_info info = {.size = sizeof info};

    if (m == NULL) return ZTRUNK_E_INVALID;
    info.is_request = m->head.is_request;
    info.method = m->head.is_request ? m->head.method : m->facts.cseq_method;
    info.status = m->head.status;
    info.cseq = m->facts.cseq;
    info.body_len = (uint32_t)m->body.len;
    info.fault = m->head.fault;
    info.max_forwards = m->facts.max_forwards;
    info.has_to_tag = m->facts.has_to_tag;
    return zti_opts_write(out, &info, sizeof info);
}

int32_t ztrunk_sip_msg_method(const ztrunk_sip_msg *m, const char **text, size_t *len)
{
    zti_str cseq_method = {NULL, 0};

    if (m == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    if (m->head.is_request) return lend(m->head.method_text, text, len);
    cseq_method = zti_sip_facts_of(&m->head).cseq_method_text;
    return cseq_method.len > 0 ? lend(cseq_method, text, len) : ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_sip_msg_uri(const ztrunk_sip_msg *m, const char **text, size_t *len)
{
    if (m == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    return m->head.is_request ? lend(m->head.uri, text, len) : ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_sip_msg_reason(const ztrunk_sip_msg *m, const char **text, size_t *len)
{
    if (m == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    return m->head.is_request ? ZTRUNK_E_NOTFOUND : lend(m->head.reason, text, len);
}

const char *ztrunk_sip_msg_fault_text(const ztrunk_sip_msg *m)
{
    return m != NULL && m->head.fault != 0 ? m->head.why : "";
}

int32_t ztrunk_sip_msg_header(const ztrunk_sip_msg *m, const char *name, uint32_t nth,
                              const char **text, size_t *len)
{
    const zti_sip_field *f;
    zti_str key = zti_str_of(name);

    if (m == NULL || name == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    f = zti_sip_field_get(&m->head, zti_hdr_find(key), key, nth);
    return f != NULL ? lend(f->value, text, len) : ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_sip_msg_value(const ztrunk_sip_msg *m, const char *name, uint32_t nth,
                             const char **text, size_t *len)
{
    zti_str key = zti_str_of(name);
    zti_hdr_id id;

    if (m == NULL || name == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    id = zti_hdr_find(key);
    for (size_t i = 0; i < m->head.count; i++) {
        const zti_sip_field *f = &m->head.fields[i];
        zti_str list = f->value, item;

        if (f->id != id || (id == ZTI_H_OTHER && !zti_str_ieq(f->name, key))) continue;
        while (zti_list_next(&list, &item) == ZTRUNK_OK)
            if (nth-- == 0) return lend(item, text, len);
    }
    return ZTRUNK_E_NOTFOUND;
}

int32_t ztrunk_sip_msg_header_at(const ztrunk_sip_msg *m, uint32_t nth, const char **name,
                                 size_t *name_len, const char **text, size_t *len)
{
    if (m == NULL || name == NULL || name_len == NULL || text == NULL || len == NULL)
        return ZTRUNK_E_INVALID;
    if (nth >= m->head.count) return ZTRUNK_E_NOTFOUND;
    (void)lend(m->head.fields[nth].name, name, name_len);
    return lend(m->head.fields[nth].value, text, len);
}

int32_t ztrunk_sip_msg_body(const ztrunk_sip_msg *m, const uint8_t **body, size_t *len)
{
    if (m == NULL || body == NULL || len == NULL) return ZTRUNK_E_INVALID;
    *body = (const uint8_t *)m->body.p;
    *len = m->body.len;
    return ZTRUNK_OK;
}

int32_t ztrunk_sip_msg_tag(const ztrunk_sip_msg *m, uint32_t is_to, const char **text, size_t *len)
{
    const zti_sip_field *f;
    zti_name_addr addr;
    int32_t err;

    if (m == NULL || text == NULL || len == NULL) return ZTRUNK_E_INVALID;
    f = zti_sip_field_get(&m->head, is_to ? ZTI_H_TO : ZTI_H_FROM, ZTI_STR(""), 0);
    if (f == NULL) return ZTRUNK_E_NOTFOUND;
    err = zti_name_addr_parse(f->value, &addr);
    if (err != ZTRUNK_OK) return err;
    return addr.tag.len > 0 ? lend(addr.tag, text, len) : ZTRUNK_E_NOTFOUND;
}
