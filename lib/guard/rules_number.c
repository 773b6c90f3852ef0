#include "guard/rules_number.h"

#include <zerotrunk/rules.h>
#include "base/buf.h"
#include "guard/rules_param.h"
#include "wire/scan.h"

static int32_t add_digit(zti_number *number, char digit)
{
    if (number->len >= ZTI_DIALLED_DIGITS) return ZTRUNK_E_MALFORMED;
    number->digits[number->len++] = digit;
    return ZTRUNK_OK;
}

/* An access code in front is the "+" that it stands for. */
static void undo_access_code(zti_number *number)
{
    if (number->is_global || number->len < 2) return;
    if (number->digits[0] != '0' || number->digits[1] != '0') return;
    number->is_global = 1;
    number->len -= 2;
    memmove(number->digits, number->digits + 2, number->len);
}

/* E.164 6.2: 15 digits at most, and no country code starts with 0. */
static int32_t check_global(const zti_number *number)
{
    if (!number->is_global) return ZTRUNK_OK;
    if (number->len > ZTI_GLOBAL_DIGITS) return ZTRUNK_E_MALFORMED;
    return number->len > 0 && number->digits[0] == '0' ? ZTRUNK_E_MALFORMED : ZTRUNK_OK;
}

static int32_t read_digits(zti_str text, zti_number *number)
{
    while (text.len > 0) {
        int32_t c = zti_escaped_next(&text);

        if (c == '-' || c == '.' || c == '(' || c == ')') continue;
        if (c < '0' || c > '9') return ZTRUNK_E_MALFORMED;
        if (add_digit(number, (char)c) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    }
    return number->len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

int32_t zti_number_read(zti_str user, zti_number *out)
{
    size_t end = zti_str_find(user, ';');
    zti_str text = zti_str_head(user, end), rest = text, context;
    zti_number number = {0};

    /* RFC 3966 5.1.5: what it means depends on a context that another reader may put in front. */
    if (zti_rules_param(zti_str_from(user, end), ZTI_STR("phone-context"), &context) !=
        ZTRUNK_E_NOTFOUND)
        return ZTRUNK_E_MALFORMED;
    if (zti_escaped_next(&rest) == '+') {
        number.is_global = 1;
        text = rest;
    }
    if (read_digits(text, &number) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    undo_access_code(&number);
    if (number.len == 0 || check_global(&number) != ZTRUNK_OK) return ZTRUNK_E_MALFORMED;
    *out = number;
    return ZTRUNK_OK;
}

int32_t zti_number_prefix(zti_str text, zti_number *out)
{
    zti_number number = {.is_global = zti_scan_take(&text, '+')};

    if (text.len == 0 && !number.is_global) return ZTRUNK_E_INVALID;
    for (; text.len > 0; zti_scan_skip(&text, 1)) {
        if (!zti_is_digit(text.p[0])) return ZTRUNK_E_INVALID;
        if (add_digit(&number, text.p[0]) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    }
    undo_access_code(&number);
    if (check_global(&number) != ZTRUNK_OK) return ZTRUNK_E_INVALID;
    *out = number;
    return ZTRUNK_OK;
}

uint32_t zti_number_same(const zti_number *a, const zti_number *b)
{
    return a->is_global == b->is_global &&
           zti_str_eq((zti_str){a->digits, a->len}, (zti_str){b->digits, b->len});
}

int32_t ztrunk_toll_number(const char *text, size_t len, char *out, size_t cap, size_t *out_len)
{
    char plain[ZTI_DIALLED_DIGITS + 2] = "+";
    zti_number number;
    int32_t err;

    if (text == NULL || out_len == NULL || (out == NULL && cap > 0)) return ZTRUNK_E_INVALID;
    err = zti_number_read((zti_str){text, len}, &number);
    if (err != ZTRUNK_OK) return err;
    memcpy(plain + number.is_global, number.digits, number.len);
    /* Copied with its NUL, counted without. */
    len = number.is_global + number.len;
    err = zti_copy_out((zti_str){plain, len + 1}, out, cap, out_len);
    if (err == ZTRUNK_OK) *out_len = len;
    return err;
}
