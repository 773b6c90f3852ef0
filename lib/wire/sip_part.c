#include "wire/sip_part.h"

#include <zerotrunk/core.h>
#include "wire/scan.h"
#include "wire/sip_hdr.h"

enum { BOUNDARY_MAX = 70 }; /* RFC 2046 5.1.1 */

typedef struct reader {
    zti_str rest, boundary;
    uint32_t is_last; /* the closing delimiter has been seen */
} reader;

typedef struct text_line {
    zti_str text;     /* without its end */
    uint32_t is_crlf; /* 0: it ended in a bare LF, or with the body */
} text_line;

static text_line take_line(zti_str *rest)
{
    size_t end = zti_str_find(*rest, '\n');
    text_line line = {.text = zti_str_head(*rest, end)};

    *rest = zti_str_from(*rest, end + 1);
    if (line.text.len > 0 && line.text.p[line.text.len - 1] == '\r') {
        line.is_crlf = 1;
        line.text.len--;
    }
    return line;
}

static uint32_t is_delimiter(const reader *r, zti_str line)
{
    return zti_str_starts(line, ZTI_STR("--")) &&
           zti_str_starts(zti_str_from(line, 2), r->boundary);
}

/* A line that starts as a delimiter and is none is where readers differ. */
static int32_t read_delimiter(reader *r, const text_line *line)
{
    zti_str tail = zti_str_from(line->text, 2 + r->boundary.len);

    if (zti_str_starts(tail, ZTI_STR("--"))) {
        r->is_last = 1;
        tail = zti_str_from(tail, 2);
    }
    if (zti_scan_trim(tail).len > 0) return ZTRUNK_E_MALFORMED;
    return line->is_crlf || (r->is_last && r->rest.len == 0) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* What stands before the next delimiter, without the CRLF that belongs to it (RFC 2046 5.1.1). */
static int32_t take_part(reader *r, zti_str *content)
{
    const zti_str start = r->rest;
    size_t len = 0;
    uint32_t was_crlf = 1;

    while (r->rest.len > 0) {
        text_line line = take_line(&r->rest);

        if (is_delimiter(r, line.text)) {
            if (!was_crlf) return ZTRUNK_E_MALFORMED;
            *content = zti_str_head(start, len >= 2 ? len - 2 : 0);
            return read_delimiter(r, &line);
        }
        was_crlf = line.is_crlf;
        len = start.len - r->rest.len;
    }
    return ZTRUNK_E_MALFORMED;
}

static uint32_t is_type(zti_str value, zti_str type)
{
    size_t end = zti_str_find(value, ';');

    return zti_str_ieq(zti_scan_trim(zti_str_head(value, end)), type);
}

/* RFC 2045 6.1: these leave the content as it is. */
static uint32_t is_identity(zti_str encoding)
{
    return zti_str_ieq(encoding, ZTI_STR("7bit")) || zti_str_ieq(encoding, ZTI_STR("8bit")) ||
           zti_str_ieq(encoding, ZTI_STR("binary"));
}

static zti_str read_id(zti_str value)
{
    if (value.len < 3 || value.p[0] != '<' || value.p[value.len - 1] != '>') return ZTI_STR("");
    return zti_str_head(zti_str_from(value, 1), value.len - 2);
}

/* Splits a part into its fields and its content; E_NOTFOUND when it is not of the type. */
static int32_t open_part(zti_str text, zti_str type, zti_part *part)
{
    uint32_t is_wanted = 0, is_plain = 1, types = 0;

    part->id = ZTI_STR("");
    while (text.len > 0) {
        text_line line = take_line(&text);
        size_t colon = zti_str_find(line.text, ':');
        zti_str name = zti_scan_trim(zti_str_head(line.text, colon));
        zti_str value = zti_scan_trim(zti_str_from(line.text, colon + 1));

        if (line.text.len == 0) break;
        if (!line.is_crlf || !zti_scan_is_token(name)) return ZTRUNK_E_MALFORMED;
        if (zti_str_ieq(name, ZTI_STR("Content-Type"))) {
            is_wanted = is_type(value, type);
            types++;
        }
        if (zti_str_ieq(name, ZTI_STR("Content-Transfer-Encoding"))) is_plain = is_identity(value);
        if (zti_str_ieq(name, ZTI_STR("Content-Encoding"))) is_plain = 0;
        if (zti_str_ieq(name, ZTI_STR("Content-ID"))) part->id = read_id(value);
    }
    part->content = text;
    if (types > 1) return ZTRUNK_E_MALFORMED;
    return is_wanted && is_plain ? ZTRUNK_OK : ZTRUNK_E_NOTFOUND;
}

static int32_t read_boundary(zti_str content_type, zti_str *boundary)
{
    zti_str params = zti_str_from(content_type, zti_str_find(content_type, ';'));
    zti_param param;
    int32_t err;

    *boundary = ZTI_STR("");
    while ((err = zti_param_next(&params, &param)) == ZTRUNK_OK) {
        if (!zti_scan_is(param.name, ZTI_STR("boundary"))) continue;
        if (boundary->len > 0) return ZTRUNK_E_MALFORMED;
        *boundary = param.value;
    }
    if (err != ZTRUNK_E_NOTFOUND) return err;
    if (boundary->len == 0 || boundary->len > BOUNDARY_MAX) return ZTRUNK_E_MALFORMED;
    if (zti_str_find(*boundary, '\\') < boundary->len) return ZTRUNK_E_MALFORMED;
    return boundary->p[boundary->len - 1] != ' ' ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static int32_t search(reader *r, zti_str type, zti_part *part)
{
    uint32_t found = 0;
    zti_str text;
    int32_t err = take_part(r, &text); /* the preamble */

    for (uint32_t n = 0; err == ZTRUNK_OK && !r->is_last; n++) {
        zti_part next;
        int32_t is_other;

        if (n == ZTI_PARTS_MAX) return ZTRUNK_E_LIMIT;
        err = take_part(r, &text);
        if (err != ZTRUNK_OK) return err;
        is_other = open_part(text, type, &next);
        if (is_other == ZTRUNK_E_MALFORMED) return is_other;
        if (is_other == ZTRUNK_OK && found++ > 0) return ZTRUNK_E_MALFORMED;
        if (is_other == ZTRUNK_OK) *part = next;
    }
    if (err != ZTRUNK_OK) return err;
    if (found == 0) return ZTRUNK_E_NOTFOUND;
    return part->content.len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_sip_part(zti_str content_type, zti_str body, zti_str type, zti_part *part)
{
    reader r = {.rest = body};
    int32_t err;

    *part = (zti_part){ZTI_STR(""), ZTI_STR("")};
    if (is_type(content_type, type)) {
        part->content = body;
        return ZTRUNK_OK;
    }
    if (!zti_str_ieq(zti_str_head(content_type, 10), ZTI_STR("multipart/")))
        return ZTRUNK_E_NOTFOUND;
    err = read_boundary(content_type, &r.boundary);
    return err == ZTRUNK_OK ? search(&r, type, part) : err;
}
