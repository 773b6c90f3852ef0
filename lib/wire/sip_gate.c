#include "wire/sip_gate.h"

#include <zerotrunk/sip.h>
#include "wire/scan.h"
#include "wire/sip_hdr.h"
#include "wire/sip_uri.h"

enum { MAX_FORWARDS_BOUND = 255, SAME_NAME_BOUND = 32 };

/* Proxies make the ACK of a refusal and the CANCEL hop by hop, some without Max-Forwards. Nothing
 * can loop that goes one hop, while an ACK that is dropped leaves its transaction hanging. */
static uint32_t needs_hops(const zti_sip_head *h)
{
    return h->is_request && h->method != ZTRUNK_SIP_ACK && h->method != ZTRUNK_SIP_CANCEL;
}

/* RFC 3261 8.1.1 for a request; a response has no Max-Forwards. */
static void check_mandatory(zti_sip_head *h, const uint8_t counts[ZTI_H_COUNT])
{
    static const struct {
        zti_hdr_id id;
        const char *why;
    } six[] = {{ZTI_H_VIA, "No Via"},   {ZTI_H_FROM, "No From"},
               {ZTI_H_TO, "No To"},     {ZTI_H_CALL_ID, "No Call-ID"},
               {ZTI_H_CSEQ, "No CSeq"}, {ZTI_H_MAX_FORWARDS, "No Max-Forwards"}};

    for (size_t i = 0; i < sizeof six / sizeof six[0]; i++) {
        if (six[i].id == ZTI_H_MAX_FORWARDS && !needs_hops(h)) continue;
        if (counts[six[i].id] == 0) zti_sip_fault(h, 400, six[i].why);
    }
}

static void check_counts(zti_sip_head *h)
{
    uint8_t counts[ZTI_H_COUNT] = {0};

    for (size_t i = 0; i < h->count; i++) {
        zti_hdr_id id = h->fields[i].id;

        if (counts[id] < UINT8_MAX) counts[id]++;
        if (counts[id] > 1 && zti_hdr_is_single(id))
            zti_sip_fault(h, 400, "More than one of a single header");
        /* A path may be long; a list that fills a message is an attack on its reader. */
        if (counts[id] > SAME_NAME_BOUND && id != ZTI_H_VIA && id != ZTI_H_OTHER)
            zti_sip_fault(h, 400, "Too many of one header");
    }
    check_mandatory(h, counts);
}

/* Every value of the list; *count is how many there are. */
static int32_t check_addrs(zti_str list, size_t *count)
{
    zti_name_addr addr;
    zti_str item;
    int32_t err = ZTRUNK_OK;

    while (err == ZTRUNK_OK && zti_list_next(&list, &item) == ZTRUNK_OK) {
        err = zti_name_addr_parse(item, &addr);
        (*count)++;
    }
    return err;
}

/* RFC 3261 20.30: in <>, or the URI's parameters would be the header's. */
static int32_t check_routes(zti_str list)
{
    zti_name_addr addr;
    zti_str item;
    int32_t err = ZTRUNK_OK;

    while (err == ZTRUNK_OK && zti_list_next(&list, &item) == ZTRUNK_OK) {
        err = zti_name_addr_parse(item, &addr);
        if (err == ZTRUNK_OK && !addr.is_bracketed) err = ZTRUNK_E_MALFORMED;
    }
    return err;
}

static int32_t check_vias(zti_str list)
{
    zti_via via;
    zti_str item;
    int32_t err = ZTRUNK_OK;

    while (err == ZTRUNK_OK && zti_list_next(&list, &item) == ZTRUNK_OK)
        err = zti_via_parse(item, &via);
    return err;
}

static int32_t read_max_forwards(zti_str text, zti_sip_facts *facts)
{
    return zti_str_u32(text, MAX_FORWARDS_BOUND, &facts->max_forwards);
}

static int32_t read_cseq(zti_str text, zti_sip_facts *facts)
{
    uint32_t number;
    zti_str method;
    int32_t err = zti_cseq_parse(text, &number, &method);

    if (err != ZTRUNK_OK) return err;
    facts->cseq = number;
    facts->cseq_method_text = method;
    facts->cseq_method = zti_method_find(method);
    return ZTRUNK_OK;
}

static int32_t check_cseq(const zti_sip_head *h, zti_str text, zti_sip_facts *facts)
{
    int32_t err = read_cseq(text, facts);

    if (err != ZTRUNK_OK || !h->is_request) return err;
    return zti_str_eq(facts->cseq_method_text, h->method_text) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static int32_t check_from(zti_str text)
{
    zti_name_addr addr;

    return zti_name_addr_parse(text, &addr);
}

static int32_t read_to(zti_str text, zti_sip_facts *facts)
{
    zti_name_addr addr;
    int32_t err = zti_name_addr_parse(text, &addr);

    if (err == ZTRUNK_OK) facts->has_to_tag = addr.tag.len > 0;
    return err;
}

/* We read no credentials, but do not hand on a quote that swallows what follows it. */
static int32_t check_quotes(zti_str text)
{
    zti_str inner;

    for (;;) {
        text = zti_str_from(text, zti_str_find(text, '"'));
        if (text.len == 0) return ZTRUNK_OK;
        if (!zti_scan_quoted(&text, &inner)) return ZTRUNK_E_MALFORMED;
    }
}

/* "*" is for REGISTER alone (RFC 3261 10.2.2). */
static int32_t check_contact(const zti_sip_head *h, zti_str text, size_t *count)
{
    if (h->method == ZTRUNK_SIP_REGISTER && zti_str_eq(text, ZTI_STR("*"))) return ZTRUNK_OK;
    return check_addrs(text, count);
}

static const char *why_bad(zti_hdr_id id)
{
    switch (id) {
    case ZTI_H_VIA:
        return "Bad Via";
    case ZTI_H_FROM:
        return "Bad From";
    case ZTI_H_TO:
        return "Bad To";
    case ZTI_H_CONTACT:
        return "Bad Contact";
    case ZTI_H_ROUTE:
        return "Bad Route";
    case ZTI_H_RECORD_ROUTE:
        return "Bad Record-Route";
    case ZTI_H_CALL_ID:
        return "Bad Call-ID";
    case ZTI_H_CSEQ:
        return "Bad CSeq";
    case ZTI_H_MAX_FORWARDS:
        return "Bad Max-Forwards";
    case ZTI_H_CONTENT_TYPE:
        return "Bad Content-Type";
    case ZTI_H_WARNING:
        return "Empty Warning";
    default:
        return "Bad credentials";
    }
}

static int32_t judge_field(const zti_sip_head *h, const zti_sip_field *f, zti_sip_facts *facts,
                           size_t *contacts)
{
    switch (f->id) {
    case ZTI_H_VIA:
        return check_vias(f->value);
    case ZTI_H_FROM:
        return check_from(f->value);
    case ZTI_H_TO:
        return read_to(f->value, facts);
    case ZTI_H_CONTACT:
        return check_contact(h, f->value, contacts);
    case ZTI_H_ROUTE:
    case ZTI_H_RECORD_ROUTE:
        return check_routes(f->value);
    case ZTI_H_CALL_ID:
        return zti_call_id_check(f->value);
    case ZTI_H_CSEQ:
        return check_cseq(h, f->value, facts);
    case ZTI_H_MAX_FORWARDS:
        return read_max_forwards(f->value, facts);
    case ZTI_H_CONTENT_TYPE:
        return zti_media_type_check(f->value);
    case ZTI_H_WARNING:
        return f->value.len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    case ZTI_H_AUTHORIZATION:
    case ZTI_H_PROXY_AUTHORIZATION:
        return check_quotes(f->value);
    default:
        return ZTRUNK_OK; /* of the others only the count is judged */
    }
}

/* RFC 3261 8.1.1.8: an INVITE names the one place where its dialog is reached. */
static void check_contacts(zti_sip_head *h, size_t contacts)
{
    if (h->is_request && h->method == ZTRUNK_SIP_INVITE && contacts != 1)
        zti_sip_fault(h, 400, "An INVITE has one Contact");
}

/* RFC 3261 19.1.1: no headers in a Request-URI. They would be somebody's Route. */
static void check_request_uri(zti_sip_head *h)
{
    zti_uri uri;

    if (zti_uri_parse(h->uri, &uri) != ZTRUNK_OK) {
        zti_sip_fault(h, 400, "Bad Request-URI");
        return;
    }
    if (uri.headers.len > 0) zti_sip_fault(h, 400, "Headers in the Request-URI");
    if (uri.scheme == ZTRUNK_URI_OTHER) zti_sip_fault(h, 416, "Unknown scheme");
}

void zti_sip_gate(zti_sip_head *h, uint32_t has_body, zti_sip_facts *facts)
{
    size_t contacts = 0;

    *facts = (zti_sip_facts){.max_forwards = UINT32_MAX, .cseq_method_text = ZTI_STR("")};
    check_counts(h);
    for (size_t i = 0; i < h->count; i++)
        if (judge_field(h, &h->fields[i], facts, &contacts) != ZTRUNK_OK)
            zti_sip_fault(h, 400, why_bad(h->fields[i].id));
    check_contacts(h, contacts);
    if (has_body && zti_sip_value(h, ZTI_H_CONTENT_TYPE).len == 0)
        zti_sip_fault(h, 400, "A body without Content-Type");
    if (h->is_request && h->fault == 0) check_request_uri(h);
}

zti_sip_facts zti_sip_facts_of(const zti_sip_head *h)
{
    zti_sip_facts facts = {.max_forwards = UINT32_MAX, .cseq_method_text = ZTI_STR("")};

    (void)read_cseq(zti_sip_value(h, ZTI_H_CSEQ), &facts);
    (void)read_max_forwards(zti_sip_value(h, ZTI_H_MAX_FORWARDS), &facts);
    (void)read_to(zti_sip_value(h, ZTI_H_TO), &facts);
    return facts;
}
