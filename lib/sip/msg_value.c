#include <zerotrunk/sip.h>

#include "base/opts.h"
#include "wire/sip_hdr.h"
#include "wire/sip_uri.h"

static ztrunk_span span_in(const char *text, zti_str part)
{
    return part.p == NULL ? (ztrunk_span){0, 0}
                          : (ztrunk_span){(uint32_t)(part.p - text), (uint32_t)part.len};
}

static int32_t check_args(const char *text, size_t len, const void *out)
{
    return text == NULL || out == NULL || len > INT32_MAX ? ZTRUNK_E_INVALID : ZTRUNK_OK;
}

int32_t ztrunk_sip_uri_parse(const char *text, size_t len, ztrunk_sip_uri *out)
{
    ztrunk_sip_uri uri = {.size = sizeof uri};
    zti_uri parsed;
    int32_t err = check_args(text, len, out);

    if (err == ZTRUNK_OK) err = zti_uri_parse((zti_str){text, len}, &parsed);
    if (err != ZTRUNK_OK) return err;
    uri.scheme = parsed.scheme;
    uri.port = parsed.port;
    uri.user = span_in(text, parsed.user);
    uri.password = span_in(text, parsed.password);
    uri.host = span_in(text, parsed.host);
    uri.params = span_in(text, parsed.params);
    uri.headers = span_in(text, parsed.headers);
    return zti_opts_write(out, &uri, sizeof uri);
}

int32_t ztrunk_sip_name_addr_parse(const char *text, size_t len, ztrunk_sip_name_addr *out)
{
    ztrunk_sip_name_addr addr = {.size = sizeof addr};
    zti_name_addr parsed;
    int32_t err = check_args(text, len, out);

    if (err == ZTRUNK_OK) err = zti_name_addr_parse((zti_str){text, len}, &parsed);
    if (err != ZTRUNK_OK) return err;
    addr.is_bracketed = parsed.is_bracketed;
    addr.display = span_in(text, parsed.display);
    addr.uri = span_in(text, parsed.uri);
    addr.params = span_in(text, parsed.params);
    return zti_opts_write(out, &addr, sizeof addr);
}

int32_t ztrunk_sip_via_parse(const char *text, size_t len, ztrunk_sip_via *out)
{
    ztrunk_sip_via via = {.size = sizeof via};
    zti_via parsed;
    int32_t err = check_args(text, len, out);

    if (err == ZTRUNK_OK) err = zti_via_parse((zti_str){text, len}, &parsed);
    if (err != ZTRUNK_OK) return err;
    via.port = parsed.port;
    via.transport = span_in(text, parsed.transport);
    via.host = span_in(text, parsed.host);
    via.params = span_in(text, parsed.params);
    via.branch = span_in(text, parsed.branch);
    return zti_opts_write(out, &via, sizeof via);
}

int32_t ztrunk_sip_param(const char *text, ztrunk_span params, const char *name, ztrunk_span *value)
{
    zti_str found;
    int32_t err;

    if (text == NULL || name == NULL || value == NULL) return ZTRUNK_E_INVALID;
    err = zti_param_find((zti_str){text + params.at, params.len}, zti_str_of(name), &found);
    if (err == ZTRUNK_OK) *value = span_in(text, found);
    return err;
}

int32_t ztrunk_sip_tag_new(ztrunk_ctx *ctx, char tag[23])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t bits[22];
    int32_t err;

    if (ctx == NULL || tag == NULL) return ZTRUNK_E_INVALID;
    err = ztrunk_random(ctx, bits, sizeof bits);
    if (err != ZTRUNK_OK) return err;
    for (size_t i = 0; i < sizeof bits; i++) tag[i] = alphabet[bits[i] & 63];
    tag[sizeof bits] = 0;
    return ZTRUNK_OK;
}
