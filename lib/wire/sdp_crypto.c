#include "wire/sdp_crypto.h"

#include <string.h>
#include "base/cur.h"
#include "wire/sdp_base64.h"
#include "wire/sdp_field.h"

#define TAG_MAX        999999999u /* RFC 4568 9.1: nine digits */
#define SUITE_NAME_MAX 32u
#define LIFETIME_BITS  48u /* RFC 3711 9.2 */
#define MKI_LEN_MAX    128u

int32_t zti_sdp_read_tag(zti_str value, uint32_t *tag)
{
    zti_cur c = zti_cur_of(value);
    uint64_t number;
    int32_t err = zti_sdp_number(zti_cur_word(&c), TAG_MAX, &number);

    if (err == ZTRUNK_OK) *tag = (uint32_t)number;
    return err;
}

/* ABNF strings have no case (RFC 5234 2.3); the names of core.h do. */
static uint32_t suite_of(zti_str name, uint32_t *is_draft)
{
    char upper[SUITE_NAME_MAX];
    uint32_t suite;

    if (name.len > sizeof upper) return ZTRUNK_SUITE_NONE;
    for (size_t i = 0; i < name.len; i++)
        upper[i] = (char)(name.p[i] >= 'a' && name.p[i] <= 'z' ? name.p[i] - 'a' + 'A' : name.p[i]);
    suite = ztrunk_suite_from_name(upper, name.len);
    *is_draft = suite != ZTRUNK_SUITE_NONE &&
                !zti_str_eq((zti_str){upper, name.len}, zti_str_of(ztrunk_suite_name(suite)));
    return suite;
}

static int32_t read_lifetime(zti_str text, uint64_t *out)
{
    uint64_t value = 0;

    if (zti_str_starts(text, ZTI_STR("2^"))) {
        if (zti_sdp_number(zti_str_from(text, 2), LIFETIME_BITS, &value) != ZTRUNK_OK)
            return ZTRUNK_E_MALFORMED;
        *out = (uint64_t)1 << value;
        return ZTRUNK_OK;
    }
    if (zti_sdp_number(text, (uint64_t)1 << LIFETIME_BITS, &value) != ZTRUNK_OK || value == 0)
        return ZTRUNK_E_MALFORMED;
    *out = value;
    return ZTRUNK_OK;
}

static uint32_t mki_fits(uint64_t mki, uint32_t len)
{
    return len >= 8 || mki >> 8 * len == 0;
}

static int32_t read_mki(zti_str text, ztrunk_sdp_crypto *crypto)
{
    size_t colon = zti_str_find(text, ':');
    uint64_t len = 0;

    if (zti_sdp_number(zti_str_head(text, colon), UINT64_MAX, &crypto->mki) != ZTRUNK_OK ||
        zti_sdp_number(zti_str_from(text, colon + 1), MKI_LEN_MAX, &len) != ZTRUNK_OK)
        return ZTRUNK_E_MALFORMED;
    crypto->mki_len = (uint32_t)len;
    return len > 0 && mki_fits(crypto->mki, crypto->mki_len) ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
}

/* A key of one value has no secret in it: a peer's generator is broken, or somebody tests ours. */
static uint32_t is_constant(const uint8_t *key, size_t len)
{
    uint8_t diff = 0;

    for (size_t i = 1; i < len; i++) diff |= (uint8_t)(key[i] ^ key[0]);
    return diff == 0;
}

/* "inline:" key ["|" lifetime] ["|" mki ":" length] */
static int32_t read_key(zti_str params, ztrunk_sdp_crypto *crypto)
{
    zti_cur c = zti_cur_of(params);
    int32_t err;

    if (!zti_str_ieq(zti_cur_take(&c, 7), ZTI_STR("inline:"))) return ZTRUNK_E_MALFORMED;
    /* RFC 4568 6.1 lets one line carry several keys, told apart by MKI: nobody sends that, and
     * half of it would be ignored. */
    if (zti_str_find(zti_cur_rest(&c), ';') < zti_cur_rest(&c).len) return ZTRUNK_E_DENIED;
    crypto->key_len = (uint32_t)ztrunk_suite_key_len(crypto->suite);
    err = zti_base64_decode(zti_cur_until(&c, '|'), crypto->key, crypto->key_len);
    if (err != ZTRUNK_OK) return err;
    if (zti_cur_accept(&c, '|')) {
        zti_str part = zti_cur_until(&c, '|');

        if (zti_str_find(part, ':') < part.len)
            err = read_mki(part, crypto);
        else
            err = read_lifetime(part, &crypto->lifetime);
    }
    if (err == ZTRUNK_OK && zti_cur_accept(&c, '|'))
        err = crypto->mki_len == 0 ? read_mki(zti_cur_rest(&c), crypto) : ZTRUNK_E_MALFORMED;
    if (err != ZTRUNK_OK) return err;
    return is_constant(crypto->key, crypto->key_len) ? ZTRUNK_E_DENIED : ZTRUNK_OK;
}

static uint32_t starts_with(zti_str text, zti_str prefix)
{
    return zti_str_ieq(zti_str_head(text, prefix.len), prefix);
}

/* RFC 4568 6.3: a parameter that is not understood spoils the line unless "-" says it may be
 * ignored; and nothing may ever switch protection off. */
static int32_t read_session_param(zti_str param)
{
    uint32_t is_optional = zti_str_starts(param, ZTI_STR("-"));
    uint64_t window;

    if (is_optional) param = zti_str_from(param, 1);
    if (starts_with(param, ZTI_STR("UNENCRYPTED")) ||
        starts_with(param, ZTI_STR("UNAUTHENTICATED")))
        return ZTRUNK_E_DENIED;
    if (is_optional) return param.len > 0 ? ZTRUNK_OK : ZTRUNK_E_MALFORMED;
    if (!starts_with(param, ZTI_STR("WSH="))) return ZTRUNK_E_DENIED;
    /* RFC 4568 6.3.5: a hint for the replay window, at least 64. */
    if (zti_sdp_number(zti_str_from(param, 4), 65535, &window) != ZTRUNK_OK || window < 64)
        return ZTRUNK_E_MALFORMED;
    return ZTRUNK_OK;
}

static int32_t read_rest(zti_cur *c, ztrunk_sdp_crypto *crypto)
{
    int32_t err = read_key(zti_cur_word(c), crypto);

    while (err == ZTRUNK_OK && !zti_cur_done(c)) err = read_session_param(zti_cur_word(c));
    return err;
}

int32_t zti_sdp_read_crypto(zti_str value, ztrunk_sdp_crypto *crypto)
{
    zti_cur c = zti_cur_of(value);
    ztrunk_sdp_crypto read = {.size = crypto->size};
    int32_t err = zti_sdp_read_tag(value, &read.tag);
    zti_str suite;

    zti_cur_word(&c);
    suite = zti_cur_word(&c);
    if (err != ZTRUNK_OK || c.err != ZTRUNK_OK || zti_cur_done(&c)) return ZTRUNK_E_MALFORMED;
    read.suite = suite_of(suite, &read.is_draft_name);
    if (read.suite != ZTRUNK_SUITE_NONE) err = read_rest(&c, &read);
    if (err == ZTRUNK_OK) *crypto = read;
    zti_wipe(&read, sizeof read);
    return err;
}

static void write_lifetime(zti_buf *b, uint64_t lifetime)
{
    uint32_t bits = 0;

    zti_buf_char(b, '|');
    while (lifetime >> bits > 1) bits++;
    if (lifetime != (uint64_t)1 << bits) {
        zti_buf_u64(b, lifetime);
        return;
    }
    zti_buf_text(b, "2^");
    zti_buf_u64(b, bits);
}

/* AES_256_CM_... is AES_CM_256_... in the draft. */
static void write_suite(zti_buf *b, const ztrunk_sdp_crypto *crypto)
{
    zti_str name = zti_str_of(ztrunk_suite_name(crypto->suite));

    if (!crypto->is_draft_name) {
        zti_buf_str(b, name);
        return;
    }
    zti_buf_text(b, "AES_CM_");
    zti_buf_str(b, zti_str_head(zti_str_from(name, 4), 3));
    zti_buf_str(b, zti_str_from(name, 10));
}

void zti_sdp_write_crypto(zti_buf *b, const ztrunk_sdp_crypto *crypto)
{
    zti_buf_u64(b, crypto->tag);
    zti_buf_char(b, ' ');
    write_suite(b, crypto);
    zti_buf_text(b, " inline:");
    zti_base64_encode(b, crypto->key, crypto->key_len);
    if (crypto->lifetime != 0) write_lifetime(b, crypto->lifetime);
    if (crypto->mki_len == 0) return;
    zti_buf_char(b, '|');
    zti_buf_u64(b, crypto->mki);
    zti_buf_char(b, ':');
    zti_buf_u64(b, crypto->mki_len);
}

static uint32_t has_draft_name(uint32_t suite)
{
    return suite >= ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80 &&
           suite <= ZTRUNK_SUITE_AES_256_CM_HMAC_SHA1_32;
}

uint32_t zti_sdp_crypto_valid(const ztrunk_sdp_crypto *crypto)
{
    if (crypto->tag > TAG_MAX || crypto->key_len == 0) return 0;
    if (crypto->key_len != ztrunk_suite_key_len(crypto->suite)) return 0;
    if (crypto->is_draft_name > has_draft_name(crypto->suite)) return 0;
    if (crypto->lifetime > (uint64_t)1 << LIFETIME_BITS || crypto->mki_len > MKI_LEN_MAX) return 0;
    if (!mki_fits(crypto->mki, crypto->mki_len)) return 0;
    return !is_constant(crypto->key, crypto->key_len);
}
