#include "tls/watch_view.h"

#include <string.h>
#include "base/hash.h"
#include "tls/dn.h"

#define DAY_S    INT64_C(86400)
#define WHOLE_S  (100 * DAY_S) /* a life from which on days are counted as they are */
#define NAME_MAX ((size_t)4096)

/* ---- reading ---- */

static char *words_of(ztrunk_ctx *ctx, zti_str name)
{
    zti_buf text = zti_buf_of(ctx, NAME_MAX);
    char *words;

    zti_dn_text(name, &text);
    words = text.err != ZTRUNK_E_NOMEM ? zti_dup(ctx, text.data, text.len) : NULL;
    zti_buf_free(&text);
    return words;
}

/* Who comes above a certificate among those that were sent; count: nobody. */
static size_t issuer_of(const zti_bundle *b, size_t at)
{
    for (size_t i = 0; i < b->count; i++)
        if (i != at && zti_cert_could_issue(&b->certs[i], &b->certs[at])) return i;
    return b->count;
}

/* From the first certificate up as far as it goes; no further than there are certificates. */
static size_t climb(const zti_bundle *b, size_t path[ZTI_WATCH_CERTS])
{
    size_t count = 0, at = 0;

    while (count < ZTI_WATCH_CERTS && count < b->count && at < b->count) {
        path[count++] = at;
        if (zti_cert_is_self_issued(&b->certs[at])) break;
        at = issuer_of(b, at);
    }
    return count;
}

static int32_t keep_cert(zti_watch_chain *out, const zti_cert *cert)
{
    zti_watch_cert *kept = &out->certs[out->count];

    kept->not_before_s = cert->not_before_s;
    kept->not_after_s = cert->not_after_s;
    kept->subject = words_of(out->ctx, cert->subject);
    if (kept->subject == NULL) return ZTRUNK_E_NOMEM;
    out->count++;
    return ZTRUNK_OK;
}

static int32_t keep_leaf(zti_watch_chain *out, const zti_bundle *b, ztrunk_cert_info *info)
{
    ztrunk_cert *view = NULL;
    int32_t err = ztrunk_cert_new(out->ctx, (const uint8_t *)b->certs[0].raw.p, b->certs[0].raw.len,
                                  0, &view);

    if (err == ZTRUNK_OK) err = ztrunk_cert_get_info(view, info);
    ztrunk_cert_free(view);
    if (err == ZTRUNK_OK) err = zti_hash(ZTI_HASH_SHA256, &b->certs[0].raw, 1, out->print);
    out->usage = info->usage;
    memcpy(out->serial, info->serial, sizeof out->serial);
    return err;
}

static int32_t keep_ends(zti_watch_chain *out, const zti_cert *leaf, const zti_cert *last)
{
    int32_t err = zti_hash(ZTI_HASH_SHA256, &last->spki, 1, out->anchor);

    if (err != ZTRUNK_OK) return err;
    out->issuer = words_of(out->ctx, leaf->issuer);
    out->above = words_of(out->ctx, last->issuer);
    return out->issuer != NULL && out->above != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

static int32_t keep(zti_watch_chain *out, const zti_bundle *b)
{
    ztrunk_cert_info info = {.size = sizeof info};
    size_t path[ZTI_WATCH_CERTS];
    size_t count = climb(b, path);
    int32_t err = keep_leaf(out, b, &info);

    if (err == ZTRUNK_OK) err = keep_ends(out, &b->certs[0], &b->certs[path[count - 1]]);
    for (size_t i = 0; i < count && err == ZTRUNK_OK; i++) err = keep_cert(out, &b->certs[path[i]]);
    return err;
}

/* A damaged one may be the first, and another stand in its place. */
static int32_t check_first(ztrunk_ctx *ctx, zti_str text)
{
    ztrunk_cert *first = NULL;
    int32_t err = ztrunk_cert_new(ctx, (const uint8_t *)text.p, text.len, 0, &first);

    ztrunk_cert_free(first);
    return err == ZTRUNK_E_NOTFOUND ? ZTRUNK_E_MALFORMED : err;
}

int32_t zti_watch_chain_read(ztrunk_ctx *ctx, zti_str text, zti_watch_chain *out)
{
    zti_bundle bundle;
    int32_t err = zti_bundle_read(ctx, text, &bundle);

    *out = (zti_watch_chain){.ctx = ctx};
    if (err == ZTRUNK_OK) err = check_first(ctx, text);
    if (err == ZTRUNK_OK) err = keep(out, &bundle);
    zti_bundle_free(&bundle);
    if (err != ZTRUNK_OK) zti_watch_chain_free(out);
    return err;
}

void zti_watch_chain_free(zti_watch_chain *chain)
{
    if (chain->ctx == NULL) return;
    for (size_t i = 0; i < ZTI_WATCH_CERTS; i++) zti_free(chain->ctx, chain->certs[i].subject);
    zti_free(chain->ctx, chain->issuer);
    zti_free(chain->ctx, chain->above);
    *chain = (zti_watch_chain){.ctx = chain->ctx};
}

/* ---- time ---- */

/* Dates are between the years 1950 and 9999: nothing overflows. */
static uint32_t level_of(const zti_watch_cert *cert, int64_t wall_s)
{
    static const int64_t days[] = {30, 14, 7, 1};
    int64_t life_s = cert->not_after_s - cert->not_before_s;
    int64_t left_s = cert->not_after_s - wall_s;
    uint32_t level = ZTRUNK_EXPIRY_NONE;

    if (left_s < 0) return ZTRUNK_EXPIRY_OVER;
    if (life_s > WHOLE_S || life_s < 0) life_s = WHOLE_S;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        if (left_s <= days[i] * (life_s / 100)) level = ZTRUNK_EXPIRY_30_DAYS + (uint32_t)i;
    return level;
}

uint32_t zti_watch_chain_level(const zti_watch_chain *chain, int64_t wall_s, size_t *which)
{
    uint32_t worst = ZTRUNK_EXPIRY_NONE;

    *which = 0;
    for (size_t i = 0; i < chain->count; i++) {
        uint32_t level = level_of(&chain->certs[i], wall_s);

        if (level <= worst) continue;
        worst = level;
        *which = i;
    }
    return worst;
}

int64_t zti_watch_chain_end(const zti_watch_chain *chain)
{
    int64_t end_s = chain->certs[0].not_after_s;

    for (size_t i = 1; i < chain->count; i++)
        if (chain->certs[i].not_after_s < end_s) end_s = chain->certs[i].not_after_s;
    return end_s;
}
