#include "sip/txn_key.h"

zti_str zti_msg_header(const ztrunk_sip_msg *m, const char *name)
{
    zti_str s = {NULL, 0};

    (void)ztrunk_sip_msg_header(m, name, 0, &s.p, &s.len);
    return s;
}

zti_str zti_msg_tag(const ztrunk_sip_msg *m, uint32_t is_to)
{
    zti_str s = {NULL, 0};

    (void)ztrunk_sip_msg_tag(m, is_to, &s.p, &s.len);
    return s;
}

static void add_part(zti_buf *key, zti_str part)
{
    zti_buf_u64(key, part.len);
    zti_buf_char(key, ':');
    zti_buf_str(key, part);
}

static zti_str part_of(const char *text, ztrunk_span span)
{
    return (zti_str){text + span.at, span.len};
}

static void add_host(zti_buf *key, zti_str host, uint32_t port)
{
    for (size_t i = 0; i < host.len; i++) zti_buf_char(key, zti_lower(host.p[i]));
    zti_buf_char(key, ':');
    zti_buf_u64(key, port);
    zti_buf_char(key, ';');
}

static int32_t add_via(zti_buf *key, zti_key_kind kind, const ztrunk_sip_msg *m)
{
    ztrunk_sip_via via = {.size = sizeof via};
    zti_str text = {NULL, 0}, uri = {NULL, 0}, branch;

    if (ztrunk_sip_msg_value(m, "Via", 0, &text.p, &text.len) != ZTRUNK_OK ||
        ztrunk_sip_via_parse(text.p, text.len, &via) != ZTRUNK_OK)
        return ZTRUNK_E_MALFORMED;
    branch = part_of(text.p, via.branch);
    add_part(key, branch);
    /* Our own branch is random; how a peer spells our host back at us is of no matter. */
    if (kind == ZTI_KEY_CLIENT) return ZTRUNK_OK;
    add_host(key, part_of(text.p, via.host), via.port);
    /* 17.2.3: an RFC 2543 branch may stand for more than one transaction. */
    if (!zti_str_starts(branch, ZTI_STR("z9hG4bK"))) {
        (void)ztrunk_sip_msg_uri(m, &uri.p, &uri.len);
        add_part(key, uri);
    }
    return ZTRUNK_OK;
}

int32_t zti_txn_key(zti_buf *key, zti_key_kind kind, uint64_t flow, const ztrunk_sip_msg *m,
                    zti_str method)
{
    ztrunk_sip_info info = {.size = sizeof info};
    int32_t err = ztrunk_sip_msg_info(m, &info);

    zti_buf_char(key, (char)kind);
    zti_buf_u64(key, flow);
    add_part(key, method);
    add_part(key, zti_msg_header(m, "Call-ID"));
    add_part(key, zti_msg_tag(m, 0));
    zti_buf_u64(key, info.cseq);
    zti_buf_char(key, ';');
    if (err == ZTRUNK_OK && kind != ZTI_KEY_MERGE) err = add_via(key, kind, m);
    return err != ZTRUNK_OK ? err : key->err;
}
