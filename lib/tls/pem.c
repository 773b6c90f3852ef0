#include "tls/pem.h"

#include <mbedtls/base64.h>
#include <zerotrunk/core.h>

static const zti_str dashes = {"-----", 5};

/* Moves behind the next mark; 0 when there is none. before: what was passed over. */
static uint32_t skip_past(zti_cur *text, zti_str mark, zti_str *before)
{
    zti_str rest = zti_cur_rest(text);

    for (size_t at = 0; at + mark.len <= rest.len; at++) {
        if (!zti_str_starts(zti_str_from(rest, at), mark)) continue;
        *before = zti_cur_take(text, at);
        zti_cur_take(text, mark.len);
        return 1;
    }
    return 0;
}

static uint32_t begin(zti_cur *text, zti_str *label)
{
    zti_str before;

    return skip_past(text, ZTI_STR("-----BEGIN "), &before) && skip_past(text, dashes, label);
}

static uint32_t end(zti_cur *text, zti_str label, zti_str *body)
{
    zti_str closing;

    return skip_past(text, ZTI_STR("-----END "), body) && skip_past(text, dashes, &closing) &&
           zti_str_eq(closing, label);
}

static int32_t decode(zti_str body, zti_buf *der)
{
    zti_buf flat = zti_buf_of(der->ctx, body.len);
    size_t len = 0;
    int32_t err;

    for (zti_cur c = zti_cur_of(body); !zti_cur_done(&c); zti_cur_take(&c, 1))
        if (zti_str_find(ZTI_STR(" \t\r\n"), zti_cur_peek(&c)) == 4)
            zti_buf_char(&flat, zti_cur_peek(&c));
    zti_buf_clear(der);
    /* The decoded text is shorter; this makes room for it. */
    zti_buf_str(der, zti_buf_view(&flat));
    err = flat.err != ZTRUNK_OK ? flat.err : der->err;
    if (err == ZTRUNK_OK &&
        (flat.len == 0 || mbedtls_base64_decode(der->data, der->len, &len, flat.data, flat.len)))
        err = ZTRUNK_E_MALFORMED;
    if (err == ZTRUNK_OK) der->len = len;
    zti_buf_free(&flat);
    return err;
}

int32_t zti_pem_next(zti_cur *text, zti_str label, zti_buf *der)
{
    zti_str found, body;

    while (begin(text, &found)) {
        if (!end(text, found, &body)) return ZTRUNK_E_MALFORMED;
        if (zti_str_eq(found, label)) return decode(body, der);
    }
    return ZTRUNK_E_NOTFOUND;
}
