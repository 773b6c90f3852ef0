#include "tls/crl.h"

#include <zerotrunk/core.h>
#include "tls/key.h"

static const zti_str oid_number = {"\x55\x1d\x14", 3};

/* Of the extensions: the number must be there and is never critical; any other critical one
 * (issuing distribution point, delta) says that the list is not the whole list. */
static uint32_t are_extensions_usable(zti_str extensions)
{
    zti_cur c = zti_cur_of(extensions);
    zti_cur list = zti_der_enter(&c, ZTI_DER_SEQ);
    uint32_t has_number = 0;

    while (!zti_cur_done(&list)) {
        zti_cur ext = zti_der_enter(&list, ZTI_DER_SEQ);

        has_number |= zti_str_eq(zti_der_get(&ext, ZTI_DER_OID), oid_number);
        if (zti_der_flag(&ext) || ext.err != ZTRUNK_OK) return 0;
    }
    return list.err == ZTRUNK_OK && has_number;
}

static uint32_t is_time(const zti_cur *c)
{
    return zti_der_is(c, ZTI_DER_UTC) || zti_der_is(c, ZTI_DER_GENERALIZED);
}

static int32_t read_tbs(zti_str tbs, zti_crl *out, zti_str *sig_alg)
{
    zti_cur outer = zti_cur_of(tbs);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    uint32_t is_v2 = zti_der_is(&c, ZTI_DER_INT);
    uint32_t has_end = 0;
    zti_str extensions;

    if (is_v2 && zti_der_u32(&c, 1) != 1) return ZTRUNK_E_MALFORMED;
    *sig_alg = zti_der_raw(&c, ZTI_DER_SEQ);
    out->issuer = zti_der_raw(&c, ZTI_DER_SEQ);
    out->this_update_s = zti_der_time(&c);
    has_end = is_time(&c);
    if (has_end) out->next_update_s = zti_der_time(&c);
    out->entries = zti_der_maybe(&c, ZTI_DER_SEQ);
    extensions = zti_der_maybe(&c, ZTI_DER_CONSTRUCTED + 0);
    zti_der_end(&c);
    if (c.err != ZTRUNK_OK) return c.err;
    out->is_usable = is_v2 && has_end && are_extensions_usable(extensions);
    return ZTRUNK_OK;
}

/* Every entry is looked at once, when the list is loaded, so that a lookup cannot fail open. */
static int32_t check_entries(zti_str entries)
{
    zti_cur c = zti_cur_of(entries);

    while (!zti_cur_done(&c)) {
        zti_cur entry = zti_der_enter(&c, ZTI_DER_SEQ);

        zti_der_get(&entry, ZTI_DER_INT);
        zti_der_time(&entry);
        zti_der_maybe(&entry, ZTI_DER_SEQ);
        zti_der_end(&entry);
        if (entry.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    }
    return c.err;
}

int32_t zti_crl_read(zti_str der, zti_crl *out)
{
    zti_crl crl = {.raw = der};
    zti_cur outer = zti_cur_of(der);
    zti_cur c = zti_der_enter(&outer, ZTI_DER_SEQ);
    zti_str inner_alg, outer_alg;
    zti_cur alg;

    zti_der_end(&outer);
    crl.tbs = zti_der_raw(&c, ZTI_DER_SEQ);
    outer_alg = zti_der_raw(&c, ZTI_DER_SEQ);
    crl.signature = zti_der_bits(&c);
    zti_der_end(&c);
    if (outer.err != ZTRUNK_OK || c.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    if (read_tbs(crl.tbs, &crl, &inner_alg) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    if (!zti_str_eq(inner_alg, outer_alg)) return ZTRUNK_E_MALFORMED;
    if (check_entries(crl.entries) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    alg = zti_cur_of(outer_alg);
    crl.sig_alg = zti_sig_alg_read(&alg);
    *out = crl;
    return ZTRUNK_OK;
}

uint32_t zti_crl_lists(const zti_crl *crl, zti_str serial)
{
    zti_cur c = zti_cur_of(crl->entries);

    while (!zti_cur_done(&c)) {
        zti_cur entry = zti_der_enter(&c, ZTI_DER_SEQ);

        if (zti_str_eq(zti_der_get(&entry, ZTI_DER_INT), serial)) return 1;
    }
    return 0;
}

uint32_t zti_crl_is_by(const zti_crl *crl, const zti_cert *issuer)
{
    if (!crl->is_usable || !zti_str_eq(crl->issuer, issuer->subject)) return 0;
    if ((issuer->has & ZTI_EXT_KEY_USAGE) && !(issuer->key_usage & ZTI_KU_CRL_SIGN)) return 0;
    return zti_key_verify(issuer->spki, crl->sig_alg, crl->tbs, crl->signature) == ZTRUNK_OK;
}

uint32_t zti_crl_is_fresh(const zti_crl *crl, int64_t wall_s)
{
    return crl->this_update_s <= wall_s && wall_s <= crl->next_update_s;
}
