#include "sip/digest.h"

#include <stdio.h>
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "base/time.h"

enum { MOST_TEXT = 128, MOST_NONCES = 65536, MOST_PARTS = 6 };

const zti_digest_kind zti_digest_kinds[ZTI_DIGEST_KINDS] = {
    {ZTRUNK_DIGEST_SHA_512_256, ZTI_HASH_SHA512_256, {"SHA-512-256", 11}},
    {ZTRUNK_DIGEST_SHA_256, ZTI_HASH_SHA256, {"SHA-256", 7}},
    {ZTRUNK_DIGEST_MD5, ZTI_HASH_MD5, {"MD5", 3}},
};

static const char digits[] = "0123456789abcdef";

int32_t zti_digest_hash(uint32_t hash, const zti_str *parts, size_t count, char hex[ZTI_DIGEST_HEX])
{
    zti_str all[2 * MOST_PARTS];
    uint8_t bytes[ZTI_HASH_MOST];
    int32_t err;

    if (count == 0 || count > MOST_PARTS) return ZTRUNK_E_INVALID;
    for (size_t i = 0; i < count; i++) {
        all[2 * i] = parts[i];
        all[2 * i + 1] = ZTI_STR(":");
    }
    err = zti_hash(hash, all, 2 * count - 1, bytes);
    for (size_t i = 0; err == ZTRUNK_OK && i < zti_hash_len(hash); i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    zti_wipe(bytes, sizeof bytes);
    return err;
}

/* ---- made and freed ---- */

/* It stands between quotes in a header, and before a colon in a hash. */
static uint32_t is_plain(zti_str s, char never)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == never)
            return 0;
    return s.len > 0 && s.len <= MOST_TEXT;
}

static int32_t read_opts(const ztrunk_digest_opts *opts, ztrunk_digest_opts *o)
{
    int32_t err = zti_opts_read(o, sizeof *o, opts);

    if (err != ZTRUNK_OK) return err;
    if (o->algorithms == 0) o->algorithms = ZTRUNK_DIGEST_SHA_256;
    if (o->max_nonces == 0) o->max_nonces = 1024;
    if (o->nonce_ns == 0) o->nonce_ns = 300 * ZTI_SECOND;
    return o->algorithms >= 1 << ZTI_DIGEST_KINDS || o->max_nonces > MOST_NONCES ? ZTRUNK_E_INVALID
                                                                                 : ZTRUNK_OK;
}

static int32_t copy_text(ztrunk_ctx *ctx, zti_str from, zti_str *to)
{
    to->p = zti_dup(ctx, from.p, from.len);
    to->len = from.len;
    return to->p != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

static int32_t fill(ztrunk_digest *d, const ztrunk_digest_opts *o, zti_str realm, zti_str user)
{
    int32_t err = copy_text(d->ctx, realm, &d->realm);

    if (err == ZTRUNK_OK) err = copy_text(d->ctx, user, &d->user);
    if (err == ZTRUNK_OK) err = zti_drbg_fill(&d->ctx->drbg, d->nonces.key, sizeof d->nonces.key);
    if (err != ZTRUNK_OK) return err;
    d->algorithms = o->algorithms;
    d->nonces.life_ns = o->nonce_ns;
    d->nonces.max = o->max_nonces;
    d->nonces.uses = zti_array(d->ctx, o->max_nonces, sizeof *d->nonces.uses);
    return d->nonces.uses != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

int32_t ztrunk_digest_new(ztrunk_ctx *ctx, const ztrunk_digest_opts *opts, const char *realm,
                          const char *user, ztrunk_digest **out)
{
    zti_str r = zti_str_of(realm), u = zti_str_of(user);
    ztrunk_digest_opts o;
    ztrunk_digest *d;
    int32_t err;

    if (ctx == NULL || out == NULL || !is_plain(r, 0) || !is_plain(u, ':')) return ZTRUNK_E_INVALID;
    err = read_opts(opts, &o);
    if (err != ZTRUNK_OK) return err;
    d = zti_calloc(ctx, sizeof *d);
    if (d == NULL) return ZTRUNK_E_NOMEM;
    d->ctx = zti_ctx_ref(ctx);
    err = fill(d, &o, r, u);
    if (err == ZTRUNK_OK)
        *out = d;
    else
        ztrunk_digest_free(d);
    return err;
}

void ztrunk_digest_free(ztrunk_digest *d)
{
    ztrunk_ctx *ctx;

    if (d == NULL) return;
    ctx = d->ctx;
    zti_free(ctx, d->nonces.uses);
    zti_free(ctx, (char *)(uintptr_t)d->realm.p);
    zti_free(ctx, (char *)(uintptr_t)d->user.p);
    zti_free_wiped(ctx, d, sizeof *d);
    ztrunk_ctx_free(ctx);
}

/* ---- what the user knows ---- */

int32_t ztrunk_digest_set_password(ztrunk_digest *d, const char *password, size_t len)
{
    int32_t err = ZTRUNK_OK;

    if (d == NULL || password == NULL || len == 0 || len > MOST_TEXT) return ZTRUNK_E_INVALID;
    for (uint32_t i = 0; err == ZTRUNK_OK && i < ZTI_DIGEST_KINDS; i++) {
        const zti_str parts[] = {d->user, d->realm, {password, len}};

        if (d->algorithms & zti_digest_kinds[i].bit)
            err = zti_digest_hash(zti_digest_kinds[i].hash, parts, 3, d->ha1[i]);
    }
    d->known = err == ZTRUNK_OK ? d->algorithms : 0;
    return err;
}

static uint32_t hex_value(char c)
{
    if (zti_is_digit(c)) return (uint32_t)(c - '0');
    c = zti_lower(c);
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
}

int32_t ztrunk_digest_set_ha1(ztrunk_digest *d, uint32_t algorithm, const char *hex, size_t len)
{
    uint32_t i = 0;

    if (d == NULL || hex == NULL) return ZTRUNK_E_INVALID;
    while (i < ZTI_DIGEST_KINDS && zti_digest_kinds[i].bit != algorithm) i++;
    if (i == ZTI_DIGEST_KINDS || !(d->algorithms & algorithm)) return ZTRUNK_E_INVALID;
    if (len != 2 * zti_hash_len(zti_digest_kinds[i].hash)) return ZTRUNK_E_MALFORMED;
    for (size_t k = 0; k < len; k++)
        if (hex_value(hex[k]) > 15) return ZTRUNK_E_MALFORMED;
    for (size_t k = 0; k < len; k++) d->ha1[i][k] = zti_lower(hex[k]);
    d->known |= algorithm;
    return ZTRUNK_OK;
}

/* ---- the challenge ---- */

static const zti_digest_kind *nth_known(const ztrunk_digest *d, uint32_t nth)
{
    for (uint32_t i = 0; i < ZTI_DIGEST_KINDS; i++)
        if (d->known & zti_digest_kinds[i].bit && nth-- == 0) return &zti_digest_kinds[i];
    return NULL;
}

int32_t ztrunk_digest_challenge(ztrunk_digest *d, uint64_t now_ns, uint32_t nth, uint32_t is_stale,
                                char *value, size_t cap, size_t *len)
{
    const zti_digest_kind *kind = d != NULL ? nth_known(d, nth) : NULL;
    char nonce[ZTI_NONCE_LEN + 1], text[ZTRUNK_DIGEST_MAX_CHALLENGE];
    int32_t err;
    int used;

    if (d == NULL || value == NULL || len == NULL) return ZTRUNK_E_INVALID;
    if (kind == NULL) return ZTRUNK_E_NOTFOUND;
    err = zti_nonce_make(&d->nonces, now_ns, nonce);
    if (err != ZTRUNK_OK) return err;
    used = snprintf(text, sizeof text,
                    "Digest realm=\"%s\", nonce=\"%s\", algorithm=%s, qop=\"auth\"%s", d->realm.p,
                    nonce, kind->name.p, is_stale ? ", stale=true" : "");
    *len = (size_t)used;
    if (cap <= (size_t)used) return ZTRUNK_E_SPACE;
    memcpy(value, text, (size_t)used + 1);
    return ZTRUNK_OK;
}
