#include "wire/sip_auth.h"

#include <zerotrunk/core.h>
#include "wire/scan.h"

enum { MOST_PARAMS = 32 };

static uint32_t field_of(zti_str name)
{
    static const zti_str names[ZTI_AUTH_COUNT] = {
        [ZTI_AUTH_USERNAME] = {"username", 8},
        [ZTI_AUTH_REALM] = {"realm", 5},
        [ZTI_AUTH_NONCE] = {"nonce", 5},
        [ZTI_AUTH_URI] = {"uri", 3},
        [ZTI_AUTH_RESPONSE] = {"response", 8},
        [ZTI_AUTH_ALGORITHM] = {"algorithm", 9},
        [ZTI_AUTH_CNONCE] = {"cnonce", 6},
        [ZTI_AUTH_QOP] = {"qop", 3},
        [ZTI_AUTH_NC] = {"nc", 2},
    };
    uint32_t field = 0;

    while (field < ZTI_AUTH_COUNT && !zti_scan_is(name, names[field])) field++;
    return field;
}

/* name EQUAL ( token / quoted-string ) */
static int32_t take_param(zti_str *rest, zti_str *name, zti_str *value)
{
    *name = zti_scan_run(rest, ZTI_C_TOKEN);
    zti_scan_lws(rest);
    if (name->len == 0 || !zti_scan_take(rest, '=')) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(rest);
    if (zti_scan_peek(rest) == '"')
        return zti_scan_quoted(rest, value) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    *value = zti_scan_run(rest, ZTI_C_VALUE);
    return value->len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

static int32_t keep(zti_sip_auth *auth, zti_str name, zti_str value)
{
    uint32_t field = field_of(name);

    if (field == ZTI_AUTH_COUNT) return ZTRUNK_OK;
    /* Of two, another reader may take the other. */
    if (auth->has >> field & 1) return ZTRUNK_E_MALFORMED;
    auth->has |= UINT32_C(1) << field;
    auth->values[field] = value;
    return ZTRUNK_OK;
}

int32_t zti_sip_auth_parse(zti_str text, zti_sip_auth *out)
{
    zti_str rest = zti_scan_trim(text), scheme = zti_scan_run(&rest, ZTI_C_TOKEN), name, value;
    zti_sip_auth auth = {.has = 0};
    int32_t err;

    if (scheme.len == 0) return ZTRUNK_E_MALFORMED;
    if (!zti_scan_is(scheme, ZTI_STR("Digest"))) return ZTRUNK_E_NOTFOUND;
    if (!zti_scan_in(zti_scan_peek(&rest), ZTI_C_WSP)) return ZTRUNK_E_MALFORMED;
    for (uint32_t i = 0; i < MOST_PARAMS; i++) {
        zti_scan_lws(&rest);
        err = take_param(&rest, &name, &value);
        if (err == ZTRUNK_OK) err = keep(&auth, name, value);
        if (err != ZTRUNK_OK) return err;
        zti_scan_lws(&rest);
        if (rest.len == 0) {
            *out = auth;
            return ZTRUNK_OK;
        }
        if (!zti_scan_take(&rest, ',')) return ZTRUNK_E_MALFORMED;
    }
    return ZTRUNK_E_MALFORMED;
}
