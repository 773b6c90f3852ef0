#include "sdp/desc.h"

#include "base/ctx.h"
#include "base/opts.h"
#include "sdp/index.h"
#include "wire/sdp_crypto.h"

void ztrunk_sdp_free(ztrunk_sdp *sdp)
{
    ztrunk_ctx *ctx;

    if (sdp == NULL) return;
    ctx = sdp->ctx;
    zti_free_wiped(ctx, sdp->text, sdp->len);
    zti_free(ctx, sdp->lines);
    zti_free(ctx, sdp->media);
    zti_free(ctx, sdp);
    ztrunk_ctx_free(ctx);
}

int32_t zti_sdp_load(zti_buf *text, ztrunk_sdp **out)
{
    ztrunk_sdp *sdp;
    int32_t err;

    if (text->err != ZTRUNK_OK) return text->err;
    if (text->len > ZTI_SDP_TEXT_MAX) return ZTRUNK_E_LIMIT;
    sdp = zti_calloc(text->ctx, sizeof *sdp);
    if (sdp == NULL) return ZTRUNK_E_NOMEM;
    sdp->ctx = zti_ctx_ref(text->ctx);
    sdp->text = text->data;
    sdp->len = text->len;
    err = zti_sdp_index(sdp);
    if (err != ZTRUNK_OK) {
        sdp->text = NULL; /* still the buffer's */
        ztrunk_sdp_free(sdp);
        return err;
    }
    *text = zti_buf_of(sdp->ctx, text->max);
    *out = sdp;
    return ZTRUNK_OK;
}

int32_t zti_sdp_replace(ztrunk_sdp *sdp, zti_buf *text)
{
    ztrunk_sdp *next = NULL;
    int32_t err = zti_sdp_load(text, &next);

    if (err == ZTRUNK_OK) {
        ztrunk_sdp old = *sdp;

        *sdp = *next;
        *next = old;
    }
    ztrunk_sdp_free(next);
    zti_buf_free(text);
    return err;
}

int32_t ztrunk_sdp_parse(ztrunk_ctx *ctx, const uint8_t *text, size_t len, ztrunk_sdp **out)
{
    zti_buf copy;
    int32_t err;

    if (ctx == NULL || out == NULL || (text == NULL && len > 0)) return ZTRUNK_E_INVALID;
    copy = zti_buf_of(ctx, ZTI_SDP_TEXT_MAX);
    zti_buf_add(&copy, text, len);
    err = zti_sdp_load(&copy, out);
    zti_buf_free(&copy);
    return err;
}

int32_t ztrunk_sdp_clone(const ztrunk_sdp *sdp, ztrunk_sdp **out)
{
    if (sdp == NULL) return ZTRUNK_E_INVALID;
    return ztrunk_sdp_parse(sdp->ctx, sdp->text, sdp->len, out);
}

int32_t ztrunk_sdp_encode(const ztrunk_sdp *sdp, uint8_t *text, size_t cap, size_t *out_len)
{
    if (sdp == NULL) return ZTRUNK_E_INVALID;
    return zti_copy_out((zti_str){(const char *)sdp->text, sdp->len}, text, cap, out_len);
}

uint32_t ztrunk_sdp_media_count(const ztrunk_sdp *sdp)
{
    return sdp != NULL ? sdp->media_count : 0;
}

const zti_sdp_section *zti_sdp_media_at(const ztrunk_sdp *sdp, uint32_t nth)
{
    return nth < sdp->media_count ? &sdp->media[nth] : NULL;
}

uint32_t zti_sdp_is_secure(uint32_t proto)
{
    return proto == ZTRUNK_SDP_RTP_SAVP || proto == ZTRUNK_SDP_RTP_SAVPF;
}

static ztrunk_addr rtcp_of(const zti_sdp_section *media, const ztrunk_addr *rtp)
{
    ztrunk_addr rtcp = *rtp;

    /* RFC 3605 2.1: without an address of its own it is that of c=. */
    if (media->has_rtcp && media->rtcp.family != 0) return media->rtcp;
    if (media->has_rtcp)
        rtcp.port = media->rtcp.port;
    else if (rtp->port != 0)
        rtcp.port = (uint16_t)(rtp->port + 1); /* 65536 is none: 0 */
    return rtcp;
}

static uint32_t direction_of(const ztrunk_sdp *sdp, const zti_sdp_section *media, uint32_t is_held)
{
    uint32_t direction = media->direction;

    if (direction == ZTI_SDP_DIRECTION_NONE) direction = sdp->session.direction;
    if (direction == ZTI_SDP_DIRECTION_NONE) direction = ZTRUNK_SDP_SENDRECV;
    if (!is_held) return direction;
    /* RFC 3264 8.4: c=0.0.0.0 means that it does not want to receive. */
    if (direction == ZTRUNK_SDP_SENDRECV) return ZTRUNK_SDP_SENDONLY;
    return direction == ZTRUNK_SDP_RECVONLY ? ZTRUNK_SDP_INACTIVE : direction;
}

static uint32_t has_ice(const ztrunk_sdp *sdp, const zti_sdp_section *section)
{
    for (uint32_t at = section->first; at < section->end; at++)
        if (sdp->lines[at].attr == ZTI_SDP_ATTR_ICE) return 1;
    return 0;
}

ztrunk_sdp_media zti_sdp_describe(const ztrunk_sdp *sdp, const zti_sdp_section *media)
{
    ztrunk_sdp_media m = {.size = sizeof m, .kind = media->kind, .proto = media->proto};

    m.rtp = media->has_conn ? media->conn : sdp->session.conn;
    m.rtp.port = media->m.port;
    m.rtcp = rtcp_of(media, &m.rtp);
    m.is_held = zti_sdp_is_unspecified(&m.rtp);
    m.is_private = ztrunk_addr_is_private(&m.rtp) || ztrunk_addr_is_private(&m.rtcp);
    m.direction = direction_of(sdp, media, m.is_held);
    m.has_ice = has_ice(sdp, media) || has_ice(sdp, &sdp->session);
    m.crypto_count = media->crypto_count;
    m.rtcp_mux = media->has_rtcp_mux;
    m.ptime_ms = media->ptime_ms != 0 ? media->ptime_ms : sdp->session.ptime_ms;
    return m;
}

int32_t ztrunk_sdp_get_media(const ztrunk_sdp *sdp, uint32_t nth, ztrunk_sdp_media *media)
{
    const zti_sdp_section *section;
    ztrunk_sdp_media m;

    if (sdp == NULL || media == NULL) return ZTRUNK_E_INVALID;
    section = zti_sdp_media_at(sdp, nth);
    if (section == NULL) return ZTRUNK_E_NOTFOUND;
    m = zti_sdp_describe(sdp, section);
    return zti_opts_write(media, &m, sizeof m);
}

int32_t zti_sdp_crypto_line(const ztrunk_sdp *sdp, const zti_sdp_section *media, uint32_t nth,
                            zti_str *value)
{
    for (uint32_t at = media->first; at < media->end; at++) {
        if (sdp->lines[at].attr != ZTI_SDP_ATTR_CRYPTO) continue;
        if (nth-- > 0) continue;
        *value = sdp->lines[at].value;
        return ZTRUNK_OK;
    }
    return ZTRUNK_E_NOTFOUND;
}
