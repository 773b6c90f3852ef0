#include "unit/tls/limbo.h"

#include <string.h>
#include <mbedtls/base64.h>
#include "base/cur.h"
#include "unit.h"
#include "unit/tls/pki.h"

#define DERS_MAX 1024

struct limbo {
    uint8_t *text;
    zti_cur cur;
    zti_str ders[DERS_MAX];
    size_t der_count;
};

limbo *limbo_open(void)
{
    limbo *l = calloc(1, sizeof *l);
    size_t len;

    ck_assert_ptr_nonnull(l);
    l->text = unit_data("vectors/x509-limbo.txt", &len);
    l->cur = zti_cur_of((zti_str){(const char *)l->text, len});
    return l;
}

void limbo_close(limbo *l)
{
    for (size_t i = 0; i < l->der_count; i++) free((void *)(uintptr_t)l->ders[i].p);
    free(l->text);
    free(l);
}

static void add_der(limbo *l, zti_str value)
{
    zti_str base64 = zti_str_from(value, zti_str_find(value, ' ') + 1);
    uint8_t *der = malloc(base64.len);
    size_t len = 0;

    ck_assert_uint_lt(l->der_count, DERS_MAX);
    ck_assert_int_eq(mbedtls_base64_decode(der, base64.len, &len, (const uint8_t *)base64.p,
                                           base64.len),
                     0);
    l->ders[l->der_count++] = (zti_str){(const char *)der, len};
}

static zti_str der_of(const limbo *l, zti_str number)
{
    uint32_t n = DERS_MAX;

    ck_assert_int_eq(zti_str_u32(number, DERS_MAX, &n), ZTRUNK_OK);
    ck_assert_uint_lt(n, l->der_count);
    return l->ders[n];
}

static void take_name(limbo_case *c, zti_str value)
{
    zti_str name = zti_str_from(value, zti_str_find(value, ' ') + 1);

    c->is_ip = zti_str_starts(value, ZTI_STR("IP "));
    snprintf(c->name, sizeof c->name, "%.*s", (int)name.len, name.p);
}

static void take_line(const limbo *l, limbo_case *c, zti_str key, zti_str value)
{
    uint64_t number = 0;

    if (zti_str_eq(key, ZTI_STR("case")))
        snprintf(c->id, sizeof c->id, "%.*s", (int)value.len, value.p);
    if (zti_str_eq(key, ZTI_STR("expect"))) c->is_success = zti_str_eq(value, ZTI_STR("SUCCESS"));
    if (zti_str_eq(key, ZTI_STR("role"))) c->is_client = zti_str_eq(value, ZTI_STR("CLIENT"));
    if (zti_str_eq(key, ZTI_STR("name"))) take_name(c, value);
    if (zti_str_eq(key, ZTI_STR("time")) && zti_str_u64(value, INT64_MAX, &number) == ZTRUNK_OK)
        c->wall_s = (int64_t)number;
    if (zti_str_eq(key, ZTI_STR("depth")) && zti_str_u64(value, 255, &number) == ZTRUNK_OK)
        c->max_chain = number + 1 < ZTI_CHAIN_MAX ? number + 1 : ZTI_CHAIN_MAX;
    if (zti_str_eq(key, ZTI_STR("trust"))) c->trust[c->trust_count++] = der_of(l, value);
    if (zti_str_eq(key, ZTI_STR("crl"))) c->crl[c->crl_count++] = der_of(l, value);
    if (zti_str_eq(key, ZTI_STR("leaf"))) c->sent[0] = der_of(l, value);
    if (zti_str_eq(key, ZTI_STR("sent"))) c->sent[c->sent_count++] = der_of(l, value);
    ck_assert_uint_le(c->sent_count, LIMBO_SENT_MAX);
    ck_assert_uint_le(c->trust_count, LIMBO_TRUST_MAX);
}

uint32_t limbo_next(limbo *l, limbo_case *out)
{
    memset(out, 0, sizeof *out);
    out->wall_s = PKI_NOW;
    out->max_chain = ZTI_CHAIN_MAX;
    out->sent_count = 1;
    while (!zti_cur_done(&l->cur)) {
        zti_str line = zti_cur_until(&l->cur, '\n');
        zti_str key = zti_str_head(line, zti_str_find(line, ' '));

        zti_cur_accept(&l->cur, '\n');
        if (zti_str_eq(key, ZTI_STR("end"))) return 1;
        if (zti_str_eq(key, ZTI_STR("der")))
            add_der(l, zti_str_from(line, 4));
        else if (!zti_str_starts(line, ZTI_STR("#")))
            take_line(l, out, key, zti_str_from(line, key.len + 1));
    }
    return 0;
}

uint32_t limbo_judge(const limbo_case *c, uint32_t strict_ids, uint32_t wildcards)
{
    zti_cert anchors[LIMBO_TRUST_MAX];
    zti_crl crls[LIMBO_TRUST_MAX];
    zti_rules rules = {.is_peer_client = c->is_client,
                       .strict_ids = strict_ids,
                       .wildcards = wildcards,
                       .max_chain = (uint32_t)c->max_chain,
                       .anchors = anchors,
                       .crls = crls,
                       .domain = zti_str_of(c->name)};

    /* An anchor or a CRL that cannot be read cannot be loaded. */
    for (size_t i = 0; i < c->trust_count; i++)
        rules.anchor_count += zti_cert_read(c->trust[i], &anchors[rules.anchor_count]) == ZTRUNK_OK;
    for (size_t i = 0; i < c->crl_count; i++)
        rules.crl_count += zti_crl_read(c->crl[i], &crls[rules.crl_count]) == ZTRUNK_OK;
    if (c->crl_count > 0) rules.crl = ZTRUNK_TLS_CRL_REQUIRED;
    return zti_judge(&rules, c->sent, c->sent_count, c->wall_s, NULL);
}
