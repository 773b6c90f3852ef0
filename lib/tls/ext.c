#include "tls/ext.h"

#include <zerotrunk/core.h>

static void read_aki(zti_cur *c, zti_cert *cert)
{
    zti_cur aki = zti_der_enter(c, ZTI_DER_SEQ);

    cert->issuer_key_id = zti_der_maybe(&aki, ZTI_DER_CONTEXT + 0);
    cert->is_aki_full = aki.left > 0;
    zti_der_maybe(&aki, ZTI_DER_CONSTRUCTED + 1);
    zti_der_maybe(&aki, ZTI_DER_CONTEXT + 2);
    zti_der_end(&aki);
    if (aki.err != ZTRUNK_OK) c->err = aki.err;
}

static void read_ski(zti_cur *c, zti_cert *cert)
{
    cert->key_id = zti_der_get(c, ZTI_DER_OCTETS);
}

static void read_key_usage(zti_cur *c, zti_cert *cert)
{
    cert->key_usage = zti_der_named_bits(c);
}

static void read_basic(zti_cur *c, zti_cert *cert)
{
    zti_cur basic = zti_der_enter(c, ZTI_DER_SEQ);

    cert->is_ca = zti_der_flag(&basic);
    if (!zti_cur_done(&basic)) cert->pathlen = zti_der_u32(&basic, ZTI_NO_PATHLEN - 1);
    zti_der_end(&basic);
    if (basic.err != ZTRUNK_OK) c->err = basic.err;
}

static void read_san(zti_cur *c, zti_cert *cert)
{
    cert->san = zti_der_get(c, ZTI_DER_SEQ);
    if (cert->san.len == 0) c->err = ZTRUNK_E_MALFORMED;
}

static uint32_t eku_bit(zti_str oid)
{
    static const struct {
        zti_str oid;
        uint32_t bit;
    } known[] = {
        {{"\x2b\x06\x01\x05\x05\x07\x03\x01", 8}, ZTI_EKU_SERVER},
        {{"\x2b\x06\x01\x05\x05\x07\x03\x02", 8}, ZTI_EKU_CLIENT},
        {{"\x2b\x06\x01\x05\x05\x07\x03\x14", 8}, ZTI_EKU_SIP_DOMAIN},
        {{"\x2b\x06\x01\x05\x05\x07\x03\x09", 8}, ZTI_EKU_OCSP},
        {{"\x55\x1d\x25\x00", 4}, ZTI_EKU_ANY},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (zti_str_eq(oid, known[i].oid)) return known[i].bit;
    return ZTI_EKU_OTHER;
}

static void read_eku(zti_cur *c, zti_cert *cert)
{
    zti_cur list = zti_der_enter(c, ZTI_DER_SEQ);

    if (zti_cur_done(&list)) c->err = ZTRUNK_E_MALFORMED;
    while (!zti_cur_done(&list)) cert->eku |= eku_bit(zti_der_get(&list, ZTI_DER_OID));
    if (list.err != ZTRUNK_OK) c->err = list.err;
}

static void read_names(zti_cur *c, zti_cert *cert)
{
    cert->constraints = zti_der_get(c, ZTI_DER_SEQ);
    /* RFC 5280 4.2.1.10: never an empty sequence. */
    if (cert->constraints.len == 0) c->err = ZTRUNK_E_MALFORMED;
}

static void read_aia(zti_cur *c, zti_cert *cert)
{
    zti_cur list;
    uint8_t tag;

    cert->aia = zti_der_get(c, ZTI_DER_SEQ);
    list = zti_cur_of(cert->aia);
    if (zti_cur_done(&list)) c->err = ZTRUNK_E_MALFORMED;
    while (!zti_cur_done(&list)) {
        zti_cur access = zti_der_enter(&list, ZTI_DER_SEQ);

        zti_der_get(&access, ZTI_DER_OID);
        zti_der_any(&access, &tag);
        if ((tag & 0xc0) != ZTI_DER_CONTEXT) access.err = ZTRUNK_E_MALFORMED;
        zti_der_end(&access);
        if (access.err != ZTRUNK_OK) list.err = access.err;
        if (list.err != ZTRUNK_OK) break;
    }
    if (list.err != ZTRUNK_OK) c->err = list.err;
}

static void read_policies(zti_cur *c, zti_cert *cert)
{
    (void)cert;
    zti_der_get(c, ZTI_DER_SEQ);
}

typedef struct ext_kind {
    zti_str oid;
    uint32_t bit;
    void (*read)(zti_cur *c, zti_cert *cert);
} ext_kind;

static const ext_kind kinds[] = {
    {{"\x55\x1d\x23", 3}, ZTI_EXT_AKI, read_aki},
    {{"\x55\x1d\x0e", 3}, ZTI_EXT_SKI, read_ski},
    {{"\x55\x1d\x0f", 3}, ZTI_EXT_KEY_USAGE, read_key_usage},
    {{"\x55\x1d\x13", 3}, ZTI_EXT_BASIC, read_basic},
    {{"\x55\x1d\x11", 3}, ZTI_EXT_SAN, read_san},
    {{"\x55\x1d\x25", 3}, ZTI_EXT_EKU, read_eku},
    {{"\x55\x1d\x1e", 3}, ZTI_EXT_NAMES, read_names},
    {{"\x55\x1d\x20", 3}, ZTI_EXT_POLICIES, read_policies},
    {{"\x2b\x06\x01\x05\x05\x07\x01\x01", 8}, ZTI_EXT_AIA, read_aia},
};

static const ext_kind *find_kind(zti_str oid)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (zti_str_eq(oid, kinds[i].oid)) return &kinds[i];
    return NULL;
}

static int32_t read_one(zti_cur *list, zti_cert *cert)
{
    zti_cur ext = zti_der_enter(list, ZTI_DER_SEQ);
    const ext_kind *kind = find_kind(zti_der_get(&ext, ZTI_DER_OID));
    uint32_t bit = kind != NULL ? kind->bit : ZTI_EXT_UNKNOWN;
    uint32_t is_critical = zti_der_flag(&ext);
    zti_cur value = zti_der_enter(&ext, ZTI_DER_OCTETS);

    zti_der_end(&ext);
    if (list->err != ZTRUNK_OK || ext.err != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    if (is_critical) cert->critical |= bit;
    if (kind == NULL) {
        cert->has |= bit;
        return ZTRUNK_OK;
    }
    /* RFC 5280 4.2: one of a kind, or two readers see two certificates. */
    if (cert->has & bit) return ZTRUNK_E_MALFORMED;
    cert->has |= bit;
    kind->read(&value, cert);
    zti_der_end(&value);
    return value.err;
}

int32_t zti_ext_read(zti_cur *c, zti_cert *cert)
{
    zti_cur list = zti_der_enter(c, ZTI_DER_SEQ);

    zti_der_end(c);
    if (c->err != ZTRUNK_OK || zti_cur_done(&list)) return ZTRUNK_E_MALFORMED;
    while (!zti_cur_done(&list)) {
        int32_t err = read_one(&list, cert);

        if (err != ZTRUNK_OK) return err;
    }
    return list.err;
}
