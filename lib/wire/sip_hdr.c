#include "wire/sip_hdr.h"

#include <zerotrunk/core.h>
#include "wire/scan.h"

int32_t zti_param_next(zti_str *rest, zti_param *out)
{
    *out = (zti_param){.is_quoted = 0};
    zti_scan_lws(rest);
    if (rest->len == 0) return ZTRUNK_E_NOTFOUND;
    if (!zti_scan_take(rest, ';')) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(rest);
    out->name = zti_scan_run(rest, ZTI_C_TOKEN);
    if (out->name.len == 0) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(rest);
    if (!zti_scan_take(rest, '=')) return ZTRUNK_OK;
    zti_scan_lws(rest);
    if (zti_scan_peek(rest) == '"') {
        out->is_quoted = 1;
        return zti_scan_quoted(rest, &out->value) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    }
    out->value = zti_scan_run(rest, ZTI_C_VALUE);
    return out->value.len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_params_check(zti_str params, zti_str name, zti_str *value)
{
    zti_param param;
    int32_t err;

    *value = (zti_str){params.p, 0};
    while ((err = zti_param_next(&params, &param)) == ZTRUNK_OK) {
        if (!zti_scan_is(param.name, name)) continue;
        if (value->len > 0 || param.value.len == 0 || param.is_quoted) return ZTRUNK_E_MALFORMED;
        *value = param.value;
    }
    return err == ZTRUNK_E_NOTFOUND ? ZTRUNK_OK : err;
}

/* To the next stop, or to the end; quoted strings and <...> are stepped over as a whole. */
static void skip_to(zti_str *s, char stop)
{
    zti_str inner;

    for (;;) {
        char c;

        (void)zti_scan_run(s, ZTI_C_ITEM);
        c = zti_scan_peek(s);
        if (s->len == 0 || c == stop) return;
        if (c == '<')
            zti_scan_skip(s, zti_str_find(*s, '>'));
        else if (c != '"')
            zti_scan_skip(s, 1);
        else if (!zti_scan_quoted(s, &inner))
            zti_scan_skip(s, s->len);
    }
}

int32_t zti_param_find(zti_str params, zti_str name, zti_str *value)
{
    while (params.len > 0) {
        zti_str start = params, item, key;

        skip_to(&params, ';');
        item = zti_str_head(start, start.len - params.len);
        (void)zti_scan_take(&params, ';');
        key = zti_str_head(item, zti_str_find(item, '='));
        if (!zti_scan_is(zti_scan_trim(key), name)) continue;
        item = zti_scan_trim(zti_str_from(item, key.len + 1));
        if (zti_scan_peek(&item) != '"' || !zti_scan_quoted(&item, value)) *value = item;
        return ZTRUNK_OK;
    }
    return ZTRUNK_E_NOTFOUND;
}

int32_t zti_list_next(zti_str *rest, zti_str *item)
{
    zti_str start = *rest;
    size_t comma;

    if (rest->p == NULL) return ZTRUNK_E_NOTFOUND;
    comma = zti_str_find(start, ',');
    /* Mostly there is none, and nothing to step over. */
    if (comma == start.len)
        zti_scan_skip(rest, comma);
    else
        skip_to(rest, ',');
    *item = zti_scan_trim(zti_str_head(start, start.len - rest->len));
    /* Behind a comma one more comes, be it empty. */
    if (!zti_scan_take(rest, ',')) *rest = (zti_str){NULL, 0};
    return ZTRUNK_OK;
}

/* RFC 3261 8.1.1.5: below 2^31. */
int32_t zti_cseq_parse(zti_str text, uint32_t *number, zti_str *method)
{
    zti_str rest = zti_scan_trim(text), digits = zti_scan_run(&rest, ZTI_C_DIGIT);
    int32_t err = zti_str_u32(digits, INT32_MAX, number);

    if (err != ZTRUNK_OK) return err;
    if (!zti_scan_in(zti_scan_peek(&rest), ZTI_C_WSP)) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(&rest);
    *method = zti_scan_run(&rest, ZTI_C_TOKEN);
    return method->len > 0 && rest.len == 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* word [ "@" word ] */
int32_t zti_call_id_check(zti_str text)
{
    if (zti_scan_run(&text, ZTI_C_WORD).len == 0) return ZTRUNK_E_MALFORMED;
    if (zti_scan_take(&text, '@') && zti_scan_run(&text, ZTI_C_WORD).len == 0)
        return ZTRUNK_E_MALFORMED;
    return text.len == 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_media_type_check(zti_str text)
{
    zti_str rest = zti_scan_trim(text), value;

    if (zti_scan_run(&rest, ZTI_C_TOKEN).len == 0) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(&rest);
    if (!zti_scan_take(&rest, '/')) return ZTRUNK_E_MALFORMED;
    zti_scan_lws(&rest);
    if (zti_scan_run(&rest, ZTI_C_TOKEN).len == 0) return ZTRUNK_E_MALFORMED;
    return zti_params_check(rest, ZTI_STR(""), &value);
}
