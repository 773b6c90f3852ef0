#include "wire/sip_hdr.h"

#include <zerotrunk/core.h>
#include "base/addr.h"
#include "wire/scan.h"
#include "wire/sip_uri.h"

/* Both the name and the "/" behind it, with the spaces that RFC 3261 25.1 SLASH allows. */
static int32_t take_protocol(zti_str *s, zti_str name)
{
    if (!zti_str_ieq(zti_str_head(*s, name.len), name)) return ZTRUNK_E_MALFORMED;
    zti_scan_skip(s, name.len);
    zti_scan_lws(s);
    if (!zti_scan_take(s, '/')) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(s);
    return ZTRUNK_OK;
}

static int32_t take_sent_by(zti_str *s, zti_via *via)
{
    int32_t err = zti_host_take(s, &via->host);

    via->port = 0;
    if (err != ZTRUNK_OK) return err;
    zti_scan_lws(s);
    if (!zti_scan_take(s, ':')) return ZTRUNK_OK;
    zti_scan_lws(s);
    err = zti_str_u32(zti_scan_run(s, ZTI_C_DIGIT), 65535, &via->port);
    return err == ZTRUNK_OK && via->port == 0 ? ZTRUNK_E_MALFORMED : err;
}

/* RFC 5118 4.5: peers write an IPv6 address here with and without its brackets. */
static int32_t check_received(zti_str value)
{
    ztrunk_addr addr;

    if (zti_scan_peek(&value) == '[') {
        if (value.p[value.len - 1] != ']') return ZTRUNK_E_MALFORMED;
        value = (zti_str){value.p + 1, value.len - 2};
    }
    return zti_ip_parse(value, &addr);
}

static int32_t check_rport(zti_str value)
{
    uint32_t port;

    return value.len == 0 ? ZTRUNK_OK : zti_str_u32(value, 65535, &port);
}

/* The magic cookie alone names no transaction (RFC 4475 3.2.1). */
static int32_t check_branch(const zti_param *param, zti_str *branch)
{
    if (branch->len > 0 || param->value.len == 0 || param->is_quoted) return ZTRUNK_E_MALFORMED;
    if (zti_str_ieq(param->value, ZTI_STR("z9hG4bK"))) return ZTRUNK_E_MALFORMED;
    *branch = param->value;
    return ZTRUNK_OK;
}

static int32_t check_param(const zti_param *param, zti_via *via)
{
    if (zti_scan_is(param->name, ZTI_STR("branch"))) return check_branch(param, &via->branch);
    if (zti_scan_is(param->name, ZTI_STR("received"))) return check_received(param->value);
    if (zti_scan_is(param->name, ZTI_STR("rport"))) return check_rport(param->value);
    return ZTRUNK_OK;
}

int32_t zti_via_parse(zti_str text, zti_via *out)
{
    zti_str rest = zti_scan_trim(text);
    zti_param param;
    int32_t err;

    out->branch = (zti_str){rest.p, 0};
    err = take_protocol(&rest, ZTI_STR("SIP"));
    if (err == ZTRUNK_OK) err = take_protocol(&rest, ZTI_STR("2.0"));
    if (err != ZTRUNK_OK) return err;
    out->transport = zti_scan_run(&rest, ZTI_C_TOKEN);
    if (out->transport.len == 0 || !zti_scan_in(zti_scan_peek(&rest), ZTI_C_WSP))
        return ZTRUNK_E_MALFORMED;
    zti_scan_lws(&rest);
    err = take_sent_by(&rest, out);
    out->params = rest;
    while (err == ZTRUNK_OK && (err = zti_param_next(&rest, &param)) == ZTRUNK_OK)
        err = check_param(&param, out);
    return err == ZTRUNK_E_NOTFOUND ? ZTRUNK_OK : err;
}
