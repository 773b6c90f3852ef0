#include "wire/sdp_field.h"

#include "base/addr.h"
#include "base/cur.h"

int32_t zti_sdp_number(zti_str text, uint64_t max, uint64_t *out)
{
    if (text.len > 1 && text.p[0] == '0') return ZTRUNK_E_MALFORMED;
    return zti_str_u64(text, max, out);
}

/* Takes a word that is a number; the cursor remembers a failure. */
static uint64_t take_number(zti_cur *c, uint64_t max)
{
    uint64_t value = 0;

    if (zti_sdp_number(zti_cur_word(c), max, &value) != ZTRUNK_OK && c->err == ZTRUNK_OK)
        c->err = ZTRUNK_E_MALFORMED;
    return value;
}

int32_t zti_sdp_read_m(zti_str value, zti_sdp_m *out)
{
    zti_cur c = zti_cur_of(value);
    zti_sdp_m m = {0};
    uint64_t port = 0;
    int32_t err;

    m.kind = zti_cur_word(&c);
    m.port_text = zti_cur_word(&c);
    m.proto = zti_cur_word(&c);
    m.formats = zti_cur_rest(&c);
    zti_cur_word(&c);
    if (c.err != ZTRUNK_OK) return c.err;
    err = zti_sdp_number(m.port_text, 65535, &port);
    if (err != ZTRUNK_OK) return err;
    m.port = (uint16_t)port;
    *out = m;
    return ZTRUNK_OK;
}

static uint32_t family_of(zti_str addrtype)
{
    if (zti_str_ieq(addrtype, ZTI_STR("IP4"))) return 4;
    return zti_str_ieq(addrtype, ZTI_STR("IP6")) ? 6 : 0;
}

int32_t zti_sdp_read_o(zti_str value, zti_sdp_o *out)
{
    zti_cur c = zti_cur_of(value);
    zti_sdp_o o = {0};
    uint32_t is_internet, family;

    zti_cur_word(&c);
    o.sess_id = take_number(&c, UINT64_MAX);
    o.sess_version = take_number(&c, UINT64_MAX);
    is_internet = zti_str_ieq(zti_cur_word(&c), ZTI_STR("IN"));
    family = family_of(zti_cur_word(&c));
    zti_cur_word(&c); /* a name may stand here: nobody sends anything to it */
    if (c.err != ZTRUNK_OK || !zti_cur_done(&c)) return ZTRUNK_E_MALFORMED;
    if (!is_internet || family == 0) return ZTRUNK_E_MALFORMED;
    *out = o;
    return ZTRUNK_OK;
}

int32_t zti_sdp_read_t(zti_str value)
{
    zti_cur c = zti_cur_of(value);

    take_number(&c, UINT64_MAX);
    take_number(&c, UINT64_MAX);
    if (c.err != ZTRUNK_OK) return c.err;
    return zti_cur_done(&c) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

uint32_t zti_sdp_is_unspecified(const ztrunk_addr *addr)
{
    for (size_t i = 0; i < sizeof addr->ip; i++)
        if (addr->ip[i] != 0) return 0;
    return addr->family != 0;
}

/* ::a.b.c.d, which is no address of its own any more (RFC 4291 2.5.5.1). */
static uint32_t is_ipv4_compatible(const ztrunk_addr *addr)
{
    for (size_t i = 0; i < 12; i++)
        if (addr->ip[i] != 0) return 0;
    return addr->ip[12] != 0 || addr->ip[13] != 0 || addr->ip[14] != 0;
}

static uint32_t is_unicast(const ztrunk_addr *addr)
{
    if (zti_sdp_is_unspecified(addr)) return 1;
    if (addr->family == 4) return addr->ip[0] != 0 && addr->ip[0] < 224;
    return addr->ip[0] != 0xff && !is_ipv4_compatible(addr);
}

static int32_t take_ip(zti_cur *c, ztrunk_addr *out)
{
    uint32_t is_internet = zti_str_ieq(zti_cur_word(c), ZTI_STR("IN"));
    uint32_t family = family_of(zti_cur_word(c));
    zti_str ip = zti_cur_word(c);
    ztrunk_addr addr;

    if (c->err != ZTRUNK_OK || !zti_cur_done(c)) return ZTRUNK_E_MALFORMED;
    if (!is_internet || family == 0) return ZTRUNK_E_DENIED;
    if (zti_ip_parse(ip, &addr) != ZTRUNK_OK) return ZTRUNK_E_DENIED;
    if (addr.family != family || !is_unicast(&addr)) return ZTRUNK_E_DENIED;
    *out = addr;
    return ZTRUNK_OK;
}

int32_t zti_sdp_read_c(zti_str value, ztrunk_addr *out)
{
    zti_cur c = zti_cur_of(value);

    return take_ip(&c, out);
}

int32_t zti_sdp_read_rtcp(zti_str value, ztrunk_addr *out)
{
    zti_cur c = zti_cur_of(value);
    uint64_t port = take_number(&c, 65535);
    ztrunk_addr addr = {0};
    int32_t err;

    if (c.err != ZTRUNK_OK || port == 0) return ZTRUNK_E_MALFORMED;
    if (!zti_cur_done(&c)) {
        err = take_ip(&c, &addr);
        if (err != ZTRUNK_OK) return err;
    }
    addr.port = (uint16_t)port;
    *out = addr;
    return ZTRUNK_OK;
}

int32_t zti_sdp_read_type(zti_str text, uint32_t *out)
{
    uint64_t type = 0;
    int32_t err = zti_sdp_number(text, 127, &type);

    if (err == ZTRUNK_OK) *out = (uint32_t)type;
    return err;
}

int32_t zti_sdp_read_rtpmap(zti_str value, zti_sdp_rtpmap *out)
{
    zti_cur c = zti_cur_of(value);
    zti_cur mapping;
    uint64_t clock = 0;
    int32_t err = zti_sdp_read_type(zti_cur_word(&c), &out->payload_type);

    if (err != ZTRUNK_OK) return err;
    mapping = zti_cur_of(zti_cur_word(&c));
    if (c.err != ZTRUNK_OK || !zti_cur_done(&c)) return ZTRUNK_E_MALFORMED;
    out->name = zti_cur_token(&mapping);
    zti_cur_expect(&mapping, '/');
    err = zti_sdp_number(zti_cur_until(&mapping, '/'), 1000000, &clock);
    if (err != ZTRUNK_OK || mapping.err != ZTRUNK_OK || clock == 0) return ZTRUNK_E_MALFORMED;
    out->clock = (uint32_t)clock;
    out->params = (zti_str){NULL, 0};
    if (zti_cur_done(&mapping)) return ZTRUNK_OK;
    zti_cur_expect(&mapping, '/');
    out->params = zti_cur_token(&mapping);
    return mapping.err == ZTRUNK_OK && zti_cur_done(&mapping) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

void zti_sdp_write_ip(zti_buf *b, const ztrunk_addr *addr)
{
    char ip[46];
    size_t len = zti_ip_format(addr, ip);

    zti_buf_text(b, addr->family == 6 ? "IN IP6 " : "IN IP4 ");
    zti_buf_add(b, ip, len);
}
