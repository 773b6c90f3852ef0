#include "wire/sip_uri.h"

#include <zerotrunk/sip.h>
#include "base/addr.h"
#include "wire/scan.h"

enum { HOST_BOUND = 255, PORT_BOUND = 65535 };

static int32_t take_ipv6(zti_str *s, zti_str *host)
{
    zti_str rest = zti_str_from(*s, 1);
    size_t end = zti_str_find(zti_str_head(rest, HOST_BOUND), ']');
    ztrunk_addr addr;

    *host = zti_str_head(rest, end);
    rest = zti_str_from(rest, end);
    if (!zti_scan_take(&rest, ']')) return ZTRUNK_E_MALFORMED;
    if (zti_str_find(*host, ':') == host->len) return ZTRUNK_E_MALFORMED;
    if (zti_ip_parse(*host, &addr) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    *s = rest;
    return ZTRUNK_OK;
}

/* Letters, digits and inner hyphens. */
static int32_t take_label(zti_str *s)
{
    if (zti_scan_run(s, ZTI_C_ALNUM).len == 0) return ZTRUNK_E_MALFORMED;
    while (zti_scan_take(s, '-')) {
        while (zti_scan_take(s, '-')) {
        }
        if (zti_scan_run(s, ZTI_C_ALNUM).len == 0) return ZTRUNK_E_MALFORMED;
    }
    return ZTRUNK_OK;
}

/* Labels with one dot between them, one more at the end. RFC 3261 25.1: a toplabel starts with a
 * letter. */
static int32_t take_name(zti_str *s, zti_str *name)
{
    const char *last;
    ztrunk_addr addr;

    name->p = s->p;
    do {
        last = s->p;
        if (take_label(s) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    } while (zti_scan_take(s, '.') && zti_scan_in(zti_scan_peek(s), ZTI_C_HOST));
    name->len = (size_t)(s->p - name->p);
    if (name->len > HOST_BOUND) return ZTRUNK_E_MALFORMED;
    return zti_is_digit(*last) ? zti_ip_parse(*name, &addr) : ZTRUNK_OK;
}

int32_t zti_host_take(zti_str *s, zti_str *host)
{
    return zti_scan_peek(s) == '[' ? take_ipv6(s, host) : take_name(s, host);
}

int32_t zti_port_take(zti_str *s, uint32_t *port)
{
    int32_t err;

    *port = 0;
    if (!zti_scan_take(s, ':')) return ZTRUNK_OK;
    err = zti_str_u32(zti_scan_run(s, ZTI_C_DIGIT), PORT_BOUND, port);
    return err == ZTRUNK_OK && *port == 0 ? ZTRUNK_E_MALFORMED : err;
}

/* *( ";" pname [ "=" pvalue ] ), its first ";" in the span. */
static int32_t take_params(zti_str *s, zti_str *params)
{
    *params = (zti_str){s->p, 0};
    while (zti_scan_take(s, ';')) {
        if (zti_scan_escaped(s, ZTI_C_URI_PARAM).len == 0) return ZTRUNK_E_MALFORMED;
        if (zti_scan_take(s, '=') && zti_scan_escaped(s, ZTI_C_URI_PARAM).len == 0)
            return ZTRUNK_E_MALFORMED;
    }
    params->len = (size_t)(s->p - params->p);
    return ZTRUNK_OK;
}

static int32_t take_headers(zti_str *s, zti_str *headers)
{
    *headers = (zti_str){s->p, 0};
    if (!zti_scan_take(s, '?')) return ZTRUNK_OK;
    *headers = zti_scan_escaped(s, ZTI_C_URI_HEADER);
    return headers->len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* An "@" stands in no other part unescaped: with one there is a user, and only one may be. */
static int32_t take_userinfo(zti_str *s, zti_uri *uri)
{
    size_t at = zti_str_find(*s, '@');
    zti_str info = zti_str_head(*s, at);

    if (at == s->len) return ZTRUNK_OK;
    uri->user = zti_scan_escaped(&info, ZTI_C_USER);
    if (zti_scan_take(&info, ':')) uri->password = zti_scan_escaped(&info, ZTI_C_PASSWORD);
    if (uri->user.len == 0 || info.len > 0) return ZTRUNK_E_MALFORMED;
    *s = zti_str_from(*s, at + 1);
    return ZTRUNK_OK;
}

static int32_t parse_sip(zti_str s, zti_uri *uri)
{
    int32_t err = take_userinfo(&s, uri);

    if (err == ZTRUNK_OK) err = zti_host_take(&s, &uri->host);
    if (err == ZTRUNK_OK) err = zti_port_take(&s, &uri->port);
    if (err == ZTRUNK_OK) err = take_params(&s, &uri->params);
    if (err == ZTRUNK_OK) err = take_headers(&s, &uri->headers);
    return err == ZTRUNK_OK && s.len > 0 ? ZTRUNK_E_MALFORMED : err;
}

/* RFC 3966: digits and visual separators, "+" first for a global number, "*#" for a local one. */
static int32_t parse_tel(zti_str s, zti_uri *uri)
{
    size_t end = zti_str_find(s, ';');
    zti_str number = zti_str_head(s, end);
    int32_t err;

    uri->user = number;
    (void)zti_scan_take(&number, '+');
    if (number.len == 0) return ZTRUNK_E_MALFORMED;
    for (; number.len > 0; zti_scan_skip(&number, 1)) {
        char c = zti_scan_peek(&number);

        if (zti_scan_in(c, ZTI_C_HEX)) continue;
        if (zti_str_find(ZTI_STR("-.()*#"), c) == 6) return ZTRUNK_E_MALFORMED;
    }
    s = zti_str_from(s, end);
    err = take_params(&s, &uri->params);
    return err == ZTRUNK_OK && s.len > 0 ? ZTRUNK_E_MALFORMED : err;
}

static int32_t parse_other(zti_str s)
{
    return zti_scan_escaped(&s, ZTI_C_URIC).len > 0 && s.len == 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* RFC 3986 3.1: a letter, then letters, digits, "+", "-", ".". */
static int32_t take_scheme(zti_str *s, zti_str *scheme)
{
    scheme->p = s->p;
    if (!zti_scan_in(zti_scan_peek(s), ZTI_C_ALPHA)) return ZTRUNK_E_MALFORMED;
    do (void)zti_scan_run(s, ZTI_C_HOST);
    while (zti_scan_take(s, '+'));
    scheme->len = (size_t)(s->p - scheme->p);
    return zti_scan_take(s, ':') ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static uint32_t scheme_of(zti_str name)
{
    if (zti_scan_is(name, ZTI_STR("sip"))) return ZTRUNK_URI_SIP;
    if (zti_scan_is(name, ZTI_STR("sips"))) return ZTRUNK_URI_SIPS;
    return zti_scan_is(name, ZTI_STR("tel")) ? ZTRUNK_URI_TEL : ZTRUNK_URI_OTHER;
}

int32_t zti_uri_parse(zti_str text, zti_uri *out)
{
    zti_str rest = text, scheme;
    int32_t err = take_scheme(&rest, &scheme);

    if (err != ZTRUNK_OK) return err;
    out->scheme = scheme_of(scheme);
    out->port = 0;
    out->user = out->password = out->host = out->params = out->headers = (zti_str){rest.p, 0};
    if (out->scheme == ZTRUNK_URI_OTHER) return parse_other(rest);
    return out->scheme == ZTRUNK_URI_TEL ? parse_tel(rest, out) : parse_sip(rest, out);
}
