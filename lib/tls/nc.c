#include "tls/nc.h"

#include <zerotrunk/core.h>
#include "tls/name.h"

enum { VERDICT_BAD, VERDICT_OUTSIDE, VERDICT_INSIDE, VERDICT_OTHER_TYPE };

/* One name of the certificate below, against one constraint. */
typedef struct question {
    uint8_t tag;
    uint32_t is_excluding;
    zti_str name;
} question;

static uint32_t is_within(zti_str name, zti_str domain)
{
    zti_str tail;

    if (domain.len == 0) return 1;
    if (name.len < domain.len) return 0;
    tail = zti_str_from(name, name.len - domain.len);
    if (!zti_str_ieq(tail, domain)) return 0;
    return name.len == domain.len || name.p[name.len - domain.len - 1] == '.';
}

static uint32_t ask_dns(const question *q, zti_str base)
{
    zti_str parent = zti_str_from(q->name, 2);

    if (base.len > 0 && !zti_is_domain(base)) return VERDICT_BAD;
    if (is_within(q->name, base)) return VERDICT_INSIDE;
    /* "*.example.com" can stand for the excluded "bad.example.com". */
    if (q->is_excluding && zti_str_starts(q->name, ZTI_STR("*.")) && is_within(base, parent))
        return VERDICT_INSIDE;
    return VERDICT_OUTSIDE;
}

static uint32_t is_prefix_mask(zti_str mask)
{
    uint32_t ended = 0;

    for (zti_cur c = zti_cur_of(mask); !zti_cur_done(&c);) {
        uint8_t octet = zti_cur_byte(&c);
        uint8_t inverse = (uint8_t)~octet;

        if (ended && octet != 0) return 0;
        if ((inverse & (inverse + 1)) != 0) return 0;
        ended |= octet != 0xff;
    }
    return 1;
}

static uint32_t ask_ip(const question *q, zti_str base)
{
    zti_cur address = zti_cur_of(zti_str_head(base, base.len / 2));
    zti_cur mask = zti_cur_of(zti_str_from(base, base.len / 2));
    zti_cur name = zti_cur_of(q->name);

    if ((base.len != 8 && base.len != 32) || !is_prefix_mask(zti_cur_rest(&mask)))
        return VERDICT_BAD;
    if (q->name.len != base.len / 2) return VERDICT_OUTSIDE;
    while (!zti_cur_done(&name)) {
        uint8_t bits = zti_cur_byte(&mask);

        if (((zti_cur_byte(&name) ^ zti_cur_byte(&address)) & bits) != 0) return VERDICT_OUTSIDE;
    }
    return VERDICT_INSIDE;
}

/* base and name hold a Name each, header included. */
static uint32_t ask_directory(const question *q, zti_str base)
{
    zti_cur outer_base = zti_cur_of(base);
    zti_cur outer_name = zti_cur_of(q->name);
    zti_cur want = zti_der_enter(&outer_base, ZTI_DER_SEQ);
    zti_cur have = zti_der_enter(&outer_name, ZTI_DER_SEQ);

    if (q->is_excluding || want.err != ZTRUNK_OK || have.err != ZTRUNK_OK) return VERDICT_BAD;
    while (!zti_cur_done(&want)) {
        zti_str rdn = zti_der_raw(&want, ZTI_DER_SET);

        if (want.err != ZTRUNK_OK) return VERDICT_BAD;
        if (zti_cur_done(&have) || !zti_str_eq(rdn, zti_der_raw(&have, ZTI_DER_SET)))
            return VERDICT_OUTSIDE;
    }
    return VERDICT_INSIDE;
}

static uint32_t ask_one(const question *q, zti_cur *subtrees)
{
    zti_cur subtree = zti_der_enter(subtrees, ZTI_DER_SEQ);
    uint8_t tag;
    zti_str base = zti_der_any(&subtree, &tag);

    /* RFC 5280: minimum is 0, which DER leaves out, and maximum is absent. */
    zti_der_end(&subtree);
    if (subtrees->err != ZTRUNK_OK || subtree.err != ZTRUNK_OK) return VERDICT_BAD;
    if (tag != q->tag) return VERDICT_OTHER_TYPE;
    switch (tag) {
    case ZTI_NAME_DNS:
        return ask_dns(q, base);
    case ZTI_NAME_IP:
        return ask_ip(q, base);
    case ZTI_NAME_DIRECTORY:
        return ask_directory(q, base);
    default:
        return VERDICT_BAD;
    }
}

/* 1 when the name may stand as far as this list says. */
static uint32_t ask_list(const question *q, zti_str list, uint32_t *budget)
{
    zti_cur c = zti_cur_of(list);
    uint32_t of_type = 0, inside = 0;

    while (!zti_cur_done(&c)) {
        uint32_t verdict = *budget > 0 ? ask_one(q, &c) : VERDICT_BAD;

        if (verdict == VERDICT_BAD) return 0;
        (*budget)--;
        of_type += verdict != VERDICT_OTHER_TYPE;
        inside += verdict == VERDICT_INSIDE;
    }
    return q->is_excluding ? inside == 0 : of_type == 0 || inside > 0;
}

static uint32_t ask_both(uint8_t tag, zti_str name, zti_str permitted, zti_str excluded,
                         uint32_t *budget)
{
    question q = {tag, 0, name};

    if (!ask_list(&q, permitted, budget)) return 0;
    q.is_excluding = 1;
    return ask_list(&q, excluded, budget);
}

/* A DER value of the attribute type emailAddress (PKCS #9) somewhere in the subject. */
static uint32_t has_email(zti_str subject)
{
    const zti_str oid = {"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 11};

    for (size_t i = 0; i + oid.len <= subject.len; i++)
        if (zti_str_starts(zti_str_from(subject, i), oid)) return 1;
    return 0;
}

static uint32_t ask_subject(const zti_cert *cert, zti_str permitted, zti_str excluded,
                            uint32_t *budget)
{
    zti_cur outer = zti_cur_of(cert->subject);
    zti_str content = zti_der_get(&outer, ZTI_DER_SEQ);

    if (content.len == 0) return 1;
    if (has_email(content) && !ask_both(ZTI_NAME_EMAIL, ZTI_STR(""), permitted, excluded, budget))
        return 0;
    return ask_both(ZTI_NAME_DIRECTORY, cert->subject, permitted, excluded, budget);
}

uint32_t zti_nc_allows(zti_str constraints, const zti_cert *cert, uint32_t *budget)
{
    zti_cur c = zti_cur_of(constraints);
    uint32_t has_permitted = zti_der_is(&c, ZTI_DER_CONSTRUCTED + 0);
    zti_str permitted = zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 0);
    uint32_t has_excluded = zti_der_is(&c, ZTI_DER_CONSTRUCTED + 1);
    zti_str excluded = zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 1);
    zti_cur san = zti_cur_of(cert->san);

    zti_der_end(&c);
    if (c.err != ZTRUNK_OK || (!has_permitted && !has_excluded)) return 0;
    if ((has_permitted && permitted.len == 0) || (has_excluded && excluded.len == 0)) return 0;
    if (!ask_subject(cert, permitted, excluded, budget)) return 0;
    while (!zti_cur_done(&san)) {
        uint8_t tag;
        zti_str name = zti_der_any(&san, &tag);

        if (!ask_both(tag, name, permitted, excluded, budget)) return 0;
    }
    return san.err == ZTRUNK_OK;
}
