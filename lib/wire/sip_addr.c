#include "wire/sip_hdr.h"

#include <zerotrunk/sip.h>
#include "wire/scan.h"
#include "wire/sip_uri.h"

/* *( token LWS ): what may stand before "<" without quotes. */
static int32_t take_words(zti_str text, zti_str *display)
{
    *display = zti_scan_trim(text);
    text = *display;
    while (text.len > 0) {
        if (zti_scan_run(&text, ZTI_C_TOKEN).len == 0) return ZTRUNK_E_MALFORMED;
        zti_scan_lws(&text);
    }
    return ZTRUNK_OK;
}

/* A quoted display name is stepped over as a whole: a "<" in it begins no URI. */
static int32_t take_display(zti_str *rest, zti_str *display)
{
    size_t at;

    if (zti_scan_peek(rest) == '"') {
        if (!zti_scan_quoted(rest, display)) return ZTRUNK_E_MALFORMED;
        zti_scan_lws(rest);
        return zti_scan_peek(rest) == '<' ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    }
    *display = (zti_str){rest->p, 0};
    at = zti_str_find(*rest, '<');
    if (at == rest->len || zti_str_find(*rest, ';') < at) return ZTRUNK_OK;
    if (take_words(zti_str_head(*rest, at), display) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    zti_scan_skip(rest, at);
    return ZTRUNK_OK;
}

static int32_t take_bracketed(zti_str *rest, zti_str *uri)
{
    zti_scan_skip(rest, 1);
    *uri = zti_str_head(*rest, zti_str_find(*rest, '>'));
    zti_scan_skip(rest, uri->len);
    return zti_scan_take(rest, '>') ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* RFC 3261 20: a URI that holds a comma, a question mark or a semicolon needs its <>. */
static int32_t take_bare(zti_str *rest, zti_str *uri)
{
    *uri = zti_scan_trim(zti_str_head(*rest, zti_str_find(*rest, ';')));
    *rest = zti_str_from(*rest, zti_str_find(*rest, ';'));
    if (zti_str_find(*uri, ',') < uri->len || zti_str_find(*uri, '?') < uri->len)
        return ZTRUNK_E_MALFORMED;
    return ZTRUNK_OK;
}

int32_t zti_name_addr_parse(zti_str text, zti_name_addr *out)
{
    zti_str rest = zti_scan_trim(text);
    zti_uri uri;
    int32_t err = take_display(&rest, &out->display);

    if (err != ZTRUNK_OK) return err;
    out->is_bracketed = zti_scan_peek(&rest) == '<';
    err = out->is_bracketed ? take_bracketed(&rest, &out->uri) : take_bare(&rest, &out->uri);
    if (err == ZTRUNK_OK) err = zti_uri_parse(out->uri, &uri);
    if (err != ZTRUNK_OK) return err;
    out->scheme = uri.scheme;
    out->params = rest;
    return zti_params_check(rest, ZTI_STR("tag"), &out->tag);
}
