#include "tls/name.h"

#include "base/buf.h"

#define DOMAIN_MAX 253
#define LABEL_MAX  63

static uint32_t is_label(zti_str s)
{
    if (s.len == 0 || s.len > LABEL_MAX) return 0;
    for (zti_cur c = zti_cur_of(s); !zti_cur_done(&c); zti_cur_take(&c, 1))
        if (!zti_is_alnum(zti_cur_peek(&c)) && zti_cur_peek(&c) != '-') return 0;
    return zti_is_alnum(*s.p) && zti_is_alnum(s.p[s.len - 1]);
}

static uint32_t is_number(zti_str s)
{
    for (zti_cur c = zti_cur_of(s); !zti_cur_done(&c); zti_cur_take(&c, 1))
        if (!zti_is_digit(zti_cur_peek(&c))) return 0;
    return 1;
}

uint32_t zti_is_domain(zti_str s)
{
    zti_cur c = zti_cur_of(s);
    zti_str label = {NULL, 0};

    if (s.len == 0 || s.len > DOMAIN_MAX) return 0;
    while (!zti_cur_done(&c)) {
        label = zti_cur_until(&c, '.');
        if (!is_label(label)) return 0;
        if (zti_cur_accept(&c, '.') && zti_cur_done(&c)) return 0;
    }
    return !is_number(label);
}

uint32_t zti_is_domain_pattern(zti_str s)
{
    zti_str rest = zti_str_from(s, 2);

    if (!zti_str_starts(s, ZTI_STR("*."))) return zti_is_domain(s);
    return zti_is_domain(rest) && zti_str_find(rest, '.') < rest.len;
}

static uint32_t is_visible(zti_str s)
{
    for (zti_cur c = zti_cur_of(s); !zti_cur_done(&c); zti_cur_take(&c, 1))
        if (zti_cur_peek(&c) <= ' ' || zti_cur_peek(&c) == 0x7f) return 0;
    return s.len > 0;
}

static uint32_t is_email(zti_str s)
{
    size_t at = zti_str_find(s, '@');

    return is_visible(s) && at > 0 && zti_is_domain(zti_str_from(s, at + 1));
}

static uint32_t is_name(uint8_t tag, zti_str value)
{
    switch (tag) {
    case ZTI_NAME_DNS:
        return zti_is_domain_pattern(value);
    case ZTI_NAME_URI:
        return is_visible(value) && zti_str_find(value, ':') < value.len;
    case ZTI_NAME_EMAIL:
        return is_email(value);
    case ZTI_NAME_IP:
        return value.len == 4 || value.len == 16;
    default:
        return (tag & 0xc0) == ZTI_DER_CONTEXT && value.len > 0;
    }
}

int32_t zti_san_check(zti_str san)
{
    zti_cur c = zti_cur_of(san);

    while (!zti_cur_done(&c)) {
        uint8_t tag;
        zti_str value = zti_der_any(&c, &tag);

        if (c.err != ZTRUNK_OK || !is_name(tag, value)) return ZTRUNK_E_MALFORMED;
    }
    return c.err;
}

/* RFC 5922 7.1: the scheme sip, no userinfo; the host part is the identity. */
static uint32_t sip_host(zti_str uri, zti_str *host)
{
    zti_str rest = zti_str_from(uri, 4);
    size_t end = rest.len;

    if (!zti_str_ieq(zti_str_head(uri, 4), ZTI_STR("sip:"))) return 0;
    if (zti_str_find(rest, '@') < rest.len) return 0;
    for (size_t i = 0; i < 3; i++) {
        size_t stop = zti_str_find(rest, ":;?"[i]);

        if (stop < end) end = stop;
    }
    *host = zti_str_head(rest, end);
    return zti_is_domain(*host);
}

static uint32_t nth_of(zti_str san, uint8_t want, uint32_t nth, zti_str *domain)
{
    zti_cur c = zti_cur_of(san);
    uint32_t seen = 0;

    while (!zti_cur_done(&c)) {
        uint8_t tag;
        zti_str value = zti_der_any(&c, &tag);
        zti_str host = value;

        if (c.err != ZTRUNK_OK) return 0;
        if (tag != want) continue;
        if (tag == ZTI_NAME_URI && !sip_host(value, &host)) continue;
        if (seen++ != nth) continue;
        *domain = host;
        return 1;
    }
    return 0;
}

uint32_t zti_san_identity(zti_str san, uint32_t nth, zti_str *domain, uint32_t *is_uri)
{
    zti_str first;

    *is_uri = nth_of(san, ZTI_NAME_URI, 0, &first);
    return nth_of(san, *is_uri ? ZTI_NAME_URI : ZTI_NAME_DNS, nth, domain);
}

int32_t zti_san_identity_text(ztrunk_ctx *ctx, zti_str san, uint32_t nth, char *name, size_t cap,
                              size_t *out_len)
{
    zti_buf text = zti_buf_of(ctx, 512);
    zti_str domain;
    uint32_t is_uri;
    int32_t err;

    if (!zti_san_identity(san, nth, &domain, &is_uri)) return ZTRUNK_E_NOTFOUND;
    if (is_uri) zti_buf_text(&text, "sip:");
    for (zti_cur c = zti_cur_of(domain); !zti_cur_done(&c); zti_cur_take(&c, 1))
        zti_buf_char(&text, zti_lower(zti_cur_peek(&c)));
    zti_buf_char(&text, '\0');
    err = text.err != ZTRUNK_OK ? text.err : zti_copy_out(zti_buf_view(&text), name, cap, out_len);
    if (err == ZTRUNK_OK) (*out_len)--;
    zti_buf_free(&text);
    return err;
}

static uint32_t is_match(zti_str pattern, zti_str domain, uint32_t wildcards)
{
    size_t dot = zti_str_find(domain, '.');

    if (!zti_str_starts(pattern, ZTI_STR("*."))) return zti_str_ieq(pattern, domain);
    return wildcards && dot > 0 && dot < domain.len &&
           zti_str_ieq(zti_str_from(pattern, 1), zti_str_from(domain, dot));
}

uint32_t zti_san_names(zti_str san, zti_str domain, uint32_t wildcards)
{
    zti_str identity;
    uint32_t is_uri;

    for (uint32_t n = 0; zti_san_identity(san, n, &identity, &is_uri); n++)
        if (is_match(identity, domain, wildcards)) return 1;
    return 0;
}

static uint32_t is_dns_name_in(zti_str san, zti_str name)
{
    zti_str dns;

    for (uint32_t n = 0; nth_of(san, ZTI_NAME_DNS, n, &dns); n++)
        if (zti_str_ieq(dns, name)) return 1;
    return 0;
}

uint32_t zti_common_names_are_in(zti_str subject, zti_str san)
{
    const zti_str common_name = {"\x55\x04\x03", 3};
    zti_cur outer = zti_cur_of(subject);
    zti_cur rdns = zti_der_enter(&outer, ZTI_DER_SEQ);

    while (!zti_cur_done(&rdns)) {
        zti_cur set = zti_der_enter(&rdns, ZTI_DER_SET);

        while (!zti_cur_done(&set)) {
            zti_cur pair = zti_der_enter(&set, ZTI_DER_SEQ);
            zti_str type = zti_der_get(&pair, ZTI_DER_OID);
            uint8_t tag;
            zti_str value = zti_der_any(&pair, &tag);

            if (pair.err != ZTRUNK_OK) return 0;
            if (zti_str_eq(type, common_name) && !is_dns_name_in(san, value)) return 0;
        }
        if (set.err != ZTRUNK_OK) return 0;
    }
    return rdns.err == ZTRUNK_OK;
}
