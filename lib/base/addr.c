#include "base/addr.h"

#include <arpa/inet.h>
#include <string.h>
#include "base/buf.h"

#define IP_TEXT_MAX 46

static const uint8_t mapped_head[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static uint32_t bytes_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i]) return 0;
    return 1;
}

void zti_ip_unmap(ztrunk_addr *addr)
{
    if (addr->family != 6 || !bytes_equal(addr->ip, mapped_head, sizeof mapped_head)) return;
    addr->family = 4;
    memcpy(addr->ip, addr->ip + 12, 4);
    memset(addr->ip + 4, 0, 12);
    addr->scope_id = 0;
}

ztrunk_addr zti_addr_normal(const ztrunk_addr *addr)
{
    ztrunk_addr plain = *addr;

    zti_ip_unmap(&plain);
    plain.reserved = 0;
    if (plain.family == 4) {
        plain.scope_id = 0;
        memset(plain.ip + 4, 0, 12);
    }
    return plain;
}

int32_t zti_ip_parse(zti_str text, ztrunk_addr *out)
{
    ztrunk_addr addr = {0};
    char copy[IP_TEXT_MAX];

    if (text.len == 0 || text.len >= sizeof copy) return ZTRUNK_E_MALFORMED;
    if (zti_str_find(text, 0) != text.len) return ZTRUNK_E_MALFORMED;
    memcpy(copy, text.p, text.len);
    copy[text.len] = 0;
    if (inet_pton(AF_INET, copy, addr.ip) == 1)
        addr.family = 4;
    else if (inet_pton(AF_INET6, copy, addr.ip) == 1)
        addr.family = 6;
    else
        return ZTRUNK_E_MALFORMED;
    zti_ip_unmap(&addr);
    *out = addr;
    return ZTRUNK_OK;
}

size_t zti_ip_format(const ztrunk_addr *addr, char text[46])
{
    int family = addr->family == 6 ? AF_INET6 : AF_INET;

    if (inet_ntop(family, addr->ip, text, IP_TEXT_MAX) == NULL) text[0] = 0;
    return strlen(text);
}

/* Splits "[ip]:port", "[ip]", "v4:port" and a bare IP. port is empty when none is given. */
static int32_t split_port(zti_str text, zti_str *ip, zti_str *port)
{
    size_t colon = zti_str_find(text, ':');
    uint32_t bracketed = text.len > 0 && text.p[0] == '[';

    *ip = text;
    *port = (zti_str){text.p, 0};
    if (bracketed) {
        size_t end = zti_str_find(text, ']');
        zti_str rest = zti_str_from(text, end + 1);

        if (end == text.len) return ZTRUNK_E_MALFORMED;
        *ip = zti_str_from(zti_str_head(text, end), 1);
        if (zti_str_find(*ip, ':') == ip->len) return ZTRUNK_E_MALFORMED;
        if (rest.len == 0) return ZTRUNK_OK;
        if (rest.p[0] != ':' || rest.len == 1) return ZTRUNK_E_MALFORMED;
        *port = zti_str_from(rest, 1);
        return ZTRUNK_OK;
    }
    if (colon == text.len ||
        zti_str_find(zti_str_from(text, colon + 1), ':') + colon + 1 < text.len)
        return ZTRUNK_OK;
    *ip = zti_str_head(text, colon);
    *port = zti_str_from(text, colon + 1);
    return port->len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t ztrunk_addr_parse(const char *text, size_t len, ztrunk_addr *out)
{
    ztrunk_addr addr;
    zti_str ip, port;
    uint32_t number = 0;
    int32_t err;

    if (text == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = split_port((zti_str){text, len}, &ip, &port);
    if (err == ZTRUNK_OK) err = zti_ip_parse(ip, &addr);
    if (err == ZTRUNK_OK && port.len > 0) err = zti_str_u32(port, 65535, &number);
    if (err != ZTRUNK_OK) return err;
    addr.port = (uint16_t)number;
    *out = addr;
    return ZTRUNK_OK;
}

int32_t ztrunk_addr_format(const ztrunk_addr *addr, char *text, size_t cap, size_t *out_len)
{
    char ip[IP_TEXT_MAX];
    char full[IP_TEXT_MAX + 8];
    size_t len = 0, ip_len;
    uint32_t bracket;
    uint16_t port;

    if (addr == NULL || out_len == NULL || (addr->family != 4 && addr->family != 6))
        return ZTRUNK_E_INVALID;
    ip_len = zti_ip_format(addr, ip);
    bracket = addr->family == 6 && addr->port != 0;
    if (bracket) full[len++] = '[';
    memcpy(full + len, ip, ip_len);
    len += ip_len;
    if (bracket) full[len++] = ']';
    if (addr->port != 0) {
        full[len++] = ':';
        for (port = 10000; port > addr->port; port /= 10) continue;
        for (; port > 0; port /= 10) full[len++] = (char)('0' + addr->port / port % 10);
    }
    full[len] = 0;
    if (zti_copy_out((zti_str){full, len + 1}, text, cap, out_len) != ZTRUNK_OK)
        return ZTRUNK_E_SPACE;
    *out_len = len;
    return ZTRUNK_OK;
}

uint32_t zti_ip_equal(const ztrunk_addr *a, const ztrunk_addr *b)
{
    return a->family == b->family && bytes_equal(a->ip, b->ip, a->family == 4 ? 4 : 16);
}

uint32_t ztrunk_addr_equal(const ztrunk_addr *a, const ztrunk_addr *b)
{
    return a->port == b->port && zti_ip_equal(a, b);
}

void zti_ip_mask(ztrunk_addr *addr, uint32_t bits)
{
    for (uint32_t i = 0; i < sizeof addr->ip; i++) {
        uint32_t left = bits > i * 8 ? bits - i * 8 : 0;

        if (left < 8) addr->ip[i] &= (uint8_t)(0xff00u >> left);
    }
}

static uint32_t bits_equal(const uint8_t *a, const uint8_t *b, uint32_t bits)
{
    uint32_t whole = bits / 8;
    uint8_t mask = (uint8_t)(0xff00u >> bits % 8);

    if (!bytes_equal(a, b, whole)) return 0;
    return bits % 8 == 0 || ((a[whole] ^ b[whole]) & mask) == 0;
}

uint32_t ztrunk_prefix_contains(const ztrunk_prefix *prefix, const ztrunk_addr *addr)
{
    ztrunk_addr plain = *addr;

    zti_ip_unmap(&plain);
    if (prefix->addr.family != plain.family) return 0;
    if (prefix->bits > (plain.family == 4 ? 32u : 128u)) return 0;
    return bits_equal(prefix->addr.ip, plain.ip, prefix->bits);
}

static uint32_t has_host_bits(const ztrunk_prefix *prefix)
{
    uint32_t width = prefix->addr.family == 4 ? 32 : 128;

    for (uint32_t bit = prefix->bits; bit < width; bit++)
        if (prefix->addr.ip[bit / 8] & (0x80u >> bit % 8)) return 1;
    return 0;
}

int32_t ztrunk_prefix_parse(const char *text, size_t len, ztrunk_prefix *out)
{
    ztrunk_prefix prefix = {0};
    zti_str whole = {text, len};
    size_t slash;
    uint32_t width;
    int32_t err;

    if (text == NULL || out == NULL) return ZTRUNK_E_INVALID;
    slash = zti_str_find(whole, '/');
    err = zti_ip_parse(zti_str_head(whole, slash), &prefix.addr);
    if (err != ZTRUNK_OK) return err;
    width = prefix.addr.family == 4 ? 32 : 128;
    prefix.bits = width;
    if (slash < len) err = zti_str_u32(zti_str_from(whole, slash + 1), width, &prefix.bits);
    if (err != ZTRUNK_OK) return err;
    if (has_host_bits(&prefix)) return ZTRUNK_E_MALFORMED;
    *out = prefix;
    return ZTRUNK_OK;
}

/* RFC 6890 and its registry: not globally reachable, or never a unicast peer. */
static const char *const special_blocks[] = {
    "0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",   "240.0.0.0/4",    "::/127",
    "64:ff9b:1::/48",  "100::/64",       "2001::/23",     "2001:db8::/32",  "fc00::/7",
    "fe80::/10",       "ff00::/8",
};

uint32_t ztrunk_addr_is_private(const ztrunk_addr *addr)
{
    for (size_t i = 0; i < sizeof special_blocks / sizeof special_blocks[0]; i++) {
        ztrunk_prefix block;

        if (ztrunk_prefix_parse(special_blocks[i], strlen(special_blocks[i]), &block) ==
                ZTRUNK_OK &&
            ztrunk_prefix_contains(&block, addr))
            return 1;
    }
    return 0;
}
