#include "cert.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "pem.h"

enum { DER_INTEGER = 0x02, DER_UTC = 0x17, DER_TIME = 0x18, DER_SEQUENCE = 0x30 };

/* A walk through DER: the first error sticks, and every later read gives nothing. */
struct der {
    const uint8_t *at;
    size_t left;
    int is_bad;
};

struct item {
    uint8_t tag;
    struct der inner;
};

static size_t der_length(struct der *d)
{
    size_t len, count;

    if (d->left == 0) return SIZE_MAX;
    len = *d->at++;
    d->left--;
    if (len < 0x80) return len;
    count = len & 0x7f;
    if (count == 0 || count > 3 || count > d->left) return SIZE_MAX;
    for (len = 0; count > 0; count--, d->left--) len = len << 8 | *d->at++;
    return len;
}

static struct item der_next(struct der *d)
{
    struct item item = {0};
    size_t len;

    if (d->is_bad || d->left < 2) {
        d->is_bad = 1;
        return item;
    }
    item.tag = *d->at++;
    d->left--;
    len = der_length(d);
    if (len > d->left) {
        d->is_bad = 1;
        item.tag = 0;
        return item;
    }
    item.inner.at = d->at;
    item.inner.left = len;
    d->at += len;
    d->left -= len;
    return item;
}

static struct der der_enter(struct der *d, uint8_t tag)
{
    struct item item = der_next(d);

    if (item.tag != tag) d->is_bad = 1;
    item.inner.is_bad = d->is_bad;
    return item.inner;
}

static int two(const uint8_t *p)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') return -1;
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Days of the proleptic Gregorian calendar since 1970-01-01. */
static int64_t days(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int m = month <= 2 ? month + 9 : month - 3;

    return (int64_t)365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* RFC 5280 4.1.2.5: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ. */
static int64_t read_time(struct der *d)
{
    struct item item = der_next(d);
    const uint8_t *p = item.inner.at;
    int part[6], year;

    if ((item.tag != DER_UTC || item.inner.left != 13) &&
        (item.tag != DER_TIME || item.inner.left != 15)) {
        d->is_bad = 1;
        return 0;
    }
    year = 0;
    if (item.tag == DER_TIME) {
        year = two(p) * 100;
        p += 2;
    }
    for (int i = 0; i < 6; i++, p += 2) {
        part[i] = two(p);
        if (part[i] < 0) d->is_bad = 1;
    }
    if (*p != 'Z' || part[1] < 1 || part[1] > 12) d->is_bad = 1;
    if (d->is_bad) return 0;
    year += item.tag == DER_TIME ? part[0] : part[0] + (part[0] < 50 ? 2000 : 1900);
    return days(year, part[1], part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
}

static void read_serial(struct der *tbs, struct cert *cert)
{
    struct der serial = der_enter(tbs, DER_INTEGER);

    for (size_t i = 0; i < serial.left && i < 20; i++)
        snprintf(cert->serial + 2 * i, sizeof cert->serial - 2 * i, "%02x", serial.at[i]);
}

static void add_name(struct cert *cert, const struct der *name)
{
    char *to;

    if (cert->name_count == sizeof cert->names / sizeof cert->names[0]) return;
    if (name->left == 0 || name->left >= sizeof cert->names[0]) return;
    to = cert->names[cert->name_count++];
    for (size_t i = 0; i < name->left; i++)
        to[i] = (char)(isprint(name->at[i]) ? tolower(name->at[i]) : '?');
    to[name->left] = 0;
}

static void read_alt_names(struct der octets, struct cert *cert)
{
    struct der names = der_enter(&octets, DER_SEQUENCE);

    while (names.left > 0 && !names.is_bad) {
        struct item name = der_next(&names);

        if (name.tag == 0x82 || name.tag == 0x86) add_name(cert, &name.inner);
    }
}

static void read_extensions(struct der extensions, struct cert *cert)
{
    static const uint8_t alt_name[] = {0x55, 0x1d, 0x11};
    struct der list = der_enter(&extensions, DER_SEQUENCE);

    while (list.left > 0 && !list.is_bad) {
        struct der extension = der_enter(&list, DER_SEQUENCE);
        struct item oid = der_next(&extension), value = der_next(&extension);

        if (value.tag == 0x01) value = der_next(&extension); /* critical */
        if (oid.tag != 0x06 || oid.inner.left != sizeof alt_name) continue;
        for (size_t i = 0; i < sizeof alt_name; i++)
            if (oid.inner.at[i] != alt_name[i]) oid.tag = 0;
        if (oid.tag != 0 && value.tag == 0x04) read_alt_names(value.inner, cert);
    }
}

static int read_certificate(struct der d, struct cert *cert)
{
    struct der outer = der_enter(&d, DER_SEQUENCE), tbs = der_enter(&outer, DER_SEQUENCE), dates;

    if (tbs.left > 0 && *tbs.at == 0xa0) der_next(&tbs); /* version */
    read_serial(&tbs, cert);
    der_next(&tbs); /* signature */
    der_next(&tbs); /* issuer */
    dates = der_enter(&tbs, DER_SEQUENCE);
    cert->not_before_s = read_time(&dates);
    cert->not_after_s = read_time(&dates);
    if (tbs.is_bad || dates.is_bad) return -2;
    while (tbs.left > 0 && !tbs.is_bad) {
        struct item item = der_next(&tbs);

        if (item.tag == 0xa3) read_extensions(item.inner, cert);
    }
    return tbs.is_bad ? -2 : 0;
}

int cert_read(const char *pem, uint32_t nth, struct cert *cert)
{
    uint8_t der[16384];
    struct der d = {.at = der};
    int err = pem_block(pem, "CERTIFICATE", nth, der, sizeof der, &d.left);

    if (err != 0) return err;
    *cert = (struct cert){0};
    return read_certificate(d, cert);
}

uint32_t cert_covers(const struct cert *cert, const char *host)
{
    const char *dot = strchr(host, '.');

    for (uint32_t i = 0; i < cert->name_count; i++) {
        const char *name = cert->names[i];

        if (strncmp(name, "sip:", 4) == 0) name += 4;
        if (strcmp(name, host) == 0) return 1;
        if (dot != NULL && strncmp(name, "*.", 2) == 0 && strcmp(name + 1, dot) == 0) return 1;
    }
    return 0;
}
