#include "wire/sip_index.h"

#include <string.h>
#include <zerotrunk/sip.h>
#include "wire/scan.h"
#include "wire/sip_alias.h"

enum { FIRST_FIELDS = 32 };

void zti_sip_fault(zti_sip_head *h, uint32_t status, const char *why)
{
    if (h->fault != 0) return;
    h->fault = status;
    h->why = why;
}

/* For one more field. */
static int32_t make_room(zti_sip_head *h)
{
    size_t cap = h->cap > 0 ? h->cap * 2 : FIRST_FIELDS;
    zti_sip_field *grown;

    if (h->count < h->cap) return ZTRUNK_OK;
    grown = zti_rearray(h->ctx, h->fields, cap, sizeof *grown);
    if (grown == NULL) return ZTRUNK_E_NOMEM;
    h->fields = grown;
    h->cap = cap;
    return ZTRUNK_OK;
}

int32_t zti_sip_field_insert(zti_sip_head *h, size_t at, zti_sip_field field)
{
    int32_t err = make_room(h);

    if (err != ZTRUNK_OK) return err;
    memmove(h->fields + at + 1, h->fields + at, (h->count - at) * sizeof *h->fields);
    h->fields[at] = field;
    h->count++;
    return ZTRUNK_OK;
}

const zti_sip_field *zti_sip_field_get(const zti_sip_head *h, zti_hdr_id id, zti_str name,
                                       size_t nth)
{
    for (size_t i = 0; i < h->count; i++) {
        const zti_sip_field *f = &h->fields[i];

        if (f->id != id || (id == ZTI_H_OTHER && !zti_str_ieq(f->name, name))) continue;
        if (nth-- == 0) return f;
    }
    return NULL;
}

zti_str zti_sip_value(const zti_sip_head *h, zti_hdr_id id)
{
    const zti_sip_field *f = zti_sip_field_get(h, id, ZTI_STR(""), 0);

    return f != NULL ? f->value : ZTI_STR("");
}

size_t zti_sip_field_count(const zti_sip_head *h, zti_hdr_id id)
{
    size_t count = 0;

    for (size_t i = 0; i < h->count; i++) count += h->fields[i].id == id;
    return count;
}

int32_t zti_sip_content_length(const zti_sip_head *h, uint32_t *len)
{
    size_t count = zti_sip_field_count(h, ZTI_H_CONTENT_LENGTH);

    if (count == 0) return ZTRUNK_E_NOTFOUND;
    if (count > 1) return ZTRUNK_E_MALFORMED;
    return zti_str_u32(zti_sip_value(h, ZTI_H_CONTENT_LENGTH), INT32_MAX, len);
}

/* What is left of a head. */
typedef struct head_rest {
    uint8_t *at;
    size_t len;
    uint32_t is_plain; /* the line last taken holds SP to ~ only; else it is still to be judged */
} head_rest;

/* To behind the next LF, or to the end. */
static void skip_line(head_rest *r)
{
    zti_str rest = {(const char *)r->at, r->len};
    size_t len = zti_text_plain(rest);

    if (rest.len - len >= 2 && rest.p[len] == '\r' && rest.p[len + 1] == '\n') {
        len += 2;
    } else {
        r->is_plain = 0;
        len += zti_str_find(zti_str_from(rest, len), '\n');
        len += len < rest.len;
    }
    r->at += len;
    r->len -= len;
}

/* Takes one line without its CRLF; folds are joined where fold is set. A bare LF ends a line as
 * well, with a fault, so that nothing behind it is taken for a part of it. */
static zti_str take_line(zti_sip_head *h, head_rest *r, uint32_t fold)
{
    uint8_t *start = r->at;

    r->is_plain = 1;
    for (;;) {
        uint8_t *from = r->at;
        size_t len;

        skip_line(r);
        len = (size_t)(r->at - start);
        if (r->at == from || r->at[-1] != '\n') return (zti_str){(const char *)start, len};
        if (len < 2 || r->at[-2] != '\r') {
            zti_sip_fault(h, 400, "Bare line feed");
            return (zti_str){(const char *)start, len - 1};
        }
        if (!fold || r->len == 0 || !zti_scan_in((char)*r->at, ZTI_C_WSP))
            return (zti_str){(const char *)start, len - 2};
        r->at[-2] = r->at[-1] = ' ';
    }
}

/* RFC 3261 25.1: "SIP-Version SP 3DIGIT SP Reason-Phrase". */
static void read_status_line(zti_sip_head *h, zti_str line)
{
    zti_str digits;

    if (!zti_str_ieq(zti_str_head(line, 8), ZTI_STR("SIP/2.0 "))) {
        zti_sip_fault(h, 505, "Unknown SIP version");
        return;
    }
    line = zti_str_from(line, 8);
    digits = zti_scan_run(&line, ZTI_C_DIGIT);
    if (digits.len != 3 || zti_str_u32(digits, 699, &h->status) != ZTRUNK_OK || h->status < 100) {
        h->status = 0;
        zti_sip_fault(h, 400, "Bad status code");
        return;
    }
    if (!zti_scan_take(&line, ' ')) zti_sip_fault(h, 400, "Bad status line");
    h->reason = line;
}

static void check_version(zti_sip_head *h, zti_str version)
{
    if (zti_str_ieq(version, ZTI_STR("SIP/2.0"))) return;
    if (zti_str_ieq(zti_str_head(version, 4), ZTI_STR("SIP/"))) {
        zti_str number = zti_str_from(version, 4);
        zti_str major = zti_scan_run(&number, ZTI_C_DIGIT);
        uint32_t dot = zti_scan_take(&number, '.');
        zti_str minor = zti_scan_run(&number, ZTI_C_DIGIT);

        if (major.len > 0 && dot && minor.len > 0 && number.len == 0) {
            zti_sip_fault(h, 505, "Unknown SIP version");
            return;
        }
    }
    zti_sip_fault(h, 400, "Bad request line");
}

/* "Method SP Request-URI SP SIP-Version", one SP each and none elsewhere. */
static void read_request_line(zti_sip_head *h, zti_str line)
{
    size_t space;

    h->is_request = 1;
    h->method_text = zti_scan_run(&line, ZTI_C_TOKEN);
    h->method = zti_method_find(h->method_text);
    if (h->method_text.len == 0 || !zti_scan_take(&line, ' ')) {
        zti_sip_fault(h, 400, "Bad request line");
        return;
    }
    space = zti_str_find(line, ' ');
    h->uri = zti_str_head(line, space);
    if (h->uri.len == 0) zti_sip_fault(h, 400, "Bad request line");
    check_version(h, zti_str_from(line, space + 1));
}

static void read_start_line(zti_sip_head *h, zti_str line, uint32_t is_plain,
                            const zti_sip_limits *limits)
{
    zti_str version = zti_str_head(line, 4);

    if (line.len > limits->max_line) {
        zti_sip_fault(h, 414, "Start line too long");
        h->is_request = 1;
        return;
    }
    if (!is_plain && !zti_text_ok(line, 0)) {
        zti_sip_fault(h, 400, "Control character in the start line");
        h->is_request = !zti_str_ieq(version, ZTI_STR("SIP/"));
        return;
    }
    if (zti_str_ieq(version, ZTI_STR("SIP/")))
        read_status_line(h, line);
    else
        read_request_line(h, line);
}

/* RFC 4475 3.1.1.2 has control characters as quoted pairs in a display name; nowhere else. */
static uint32_t has_display_name(zti_hdr_id id)
{
    return id == ZTI_H_FROM || id == ZTI_H_TO || id == ZTI_H_CONTACT || id == ZTI_H_ROUTE ||
           id == ZTI_H_RECORD_ROUTE;
}

/* "%20" is three token characters, and somebody behind us may unescape it (CVE-2020-28361). */
static uint32_t has_escape(zti_str name)
{
    for (; name.len > 2; zti_scan_skip(&name, 1))
        if (name.p[0] == '%' && zti_scan_in(name.p[1], ZTI_C_HEX) &&
            zti_scan_in(name.p[2], ZTI_C_HEX))
            return 1;
    return 0;
}

/* A known name right before its colon: a token, and no forgery. */
static uint32_t take_known_name(zti_str *rest, zti_sip_field *f)
{
    size_t colon = zti_str_find(*rest, ':');

    if (colon == rest->len) return 0;
    f->name = zti_str_head(*rest, colon);
    f->id = zti_hdr_find(f->name);
    if (f->id == ZTI_H_OTHER) return 0;
    zti_scan_skip(rest, colon + 1);
    return 1;
}

static const char *take_other_name(zti_str *rest, zti_sip_field *f)
{
    uint32_t spaced;

    f->name = zti_scan_run(rest, ZTI_C_TOKEN);
    if (f->name.len == 0) return "Bad header name";
    f->id = zti_hdr_find(f->name);
    spaced = zti_scan_in(zti_scan_peek(rest), ZTI_C_WSP);
    zti_scan_lws(rest);
    if (!zti_scan_take(rest, ':')) return "Bad header name";
    if (spaced && !zti_hdr_may_space(f->id)) return "Space before a colon";
    if (f->id == ZTI_H_OTHER && has_escape(f->name)) return "Escape in a header name";
    if (f->id == ZTI_H_OTHER && zti_hdr_is_alias(f->name)) return "Forged header name";
    return NULL;
}

static const char *split_field(zti_str line, uint32_t is_plain, zti_sip_field *f)
{
    zti_str rest = line;
    const char *why = take_known_name(&rest, f) ? NULL : take_other_name(&rest, f);

    if (why != NULL) return why;
    if (!is_plain && !zti_text_ok(rest, has_display_name(f->id)))
        return "Control character in a header";
    f->value = zti_scan_trim(rest);
    f->owned = NULL;
    return NULL;
}

static int32_t read_field(zti_sip_head *h, zti_str line, uint32_t is_plain,
                          const zti_sip_limits *limits)
{
    const char *why;
    int32_t err;

    if (line.len > limits->max_line) {
        zti_sip_fault(h, 400, "Header too long");
        return ZTRUNK_OK;
    }
    if (h->count >= limits->max_headers) {
        zti_sip_fault(h, 400, "Too many headers");
        return ZTRUNK_OK;
    }
    err = make_room(h);
    if (err != ZTRUNK_OK) return err;
    why = split_field(line, is_plain, &h->fields[h->count]);
    if (why == NULL)
        h->count++;
    else
        zti_sip_fault(h, 400, why);
    return ZTRUNK_OK;
}

int32_t zti_sip_index(zti_sip_head *h, uint8_t *text, size_t len, const zti_sip_limits *limits)
{
    head_rest rest = {.at = text, .len = len};
    zti_str line = take_line(h, &rest, 0);
    int32_t err = ZTRUNK_OK;

    read_start_line(h, line, rest.is_plain, limits);
    if (rest.len > 0 && zti_scan_in((char)*rest.at, ZTI_C_WSP))
        zti_sip_fault(h, 400, "Folded start line");
    while (err == ZTRUNK_OK && rest.len > 0) {
        line = take_line(h, &rest, 1);
        if (line.len == 0) break;
        err = read_field(h, line, rest.is_plain, limits);
    }
    return err;
}
