#include "sdp/origin.h"

#include <string.h>
#include "base/ctx.h"
#include "base/opts.h"
#include "base/siphash.h"
#include "sdp/edit.h"

static uint64_t hash_of(ztrunk_ctx *ctx, const ztrunk_addr *addr, zti_str body)
{
    uint64_t whole[3] = {zti_siphash(ctx->hash_key, body.p, body.len), 0, 0};

    memcpy(whole + 1, addr->ip, sizeof addr->ip);
    whole[0] ^= addr->family;
    return zti_siphash(ctx->hash_key, whole, sizeof whole);
}

int32_t zti_sdp_stamp(ztrunk_ctx *ctx, const ztrunk_sdp_origin *origin, const ztrunk_addr *addr,
                      zti_str body, ztrunk_sdp_origin *out)
{
    ztrunk_sdp_origin o;
    int32_t err = zti_opts_read(&o, sizeof o, origin);
    uint64_t hash = hash_of(ctx, addr, body);

    if (err != ZTRUNK_OK) return err;
    if (o.sess_id == 0) {
        err = ztrunk_random(ctx, (uint8_t *)&o.sess_id, sizeof o.sess_id);
        o.sess_id = o.sess_id >> 2 | 1; /* some readers keep it in 63 bits with a sign */
        o.sess_version = 0;
    }
    if (o.sess_version == 0 || o.body != hash) o.sess_version++;
    o.body = hash;
    if (err == ZTRUNK_OK) *out = o;
    return err;
}

void zti_sdp_write_o(zti_buf *b, const ztrunk_sdp_origin *origin, const ztrunk_addr *addr)
{
    zti_buf_text(b, "o=- ");
    zti_buf_u64(b, origin->sess_id);
    zti_buf_char(b, ' ');
    zti_buf_u64(b, origin->sess_version);
    zti_buf_char(b, ' ');
    zti_sdp_write_ip(b, addr);
}

/* The session level without the peer's addresses, and all sections behind it. */
static void write_body(zti_buf *out, const ztrunk_sdp *sdp, const ztrunk_addr *addr)
{
    for (uint32_t at = 2; at < sdp->session.end; at++) {
        const zti_sdp_line *line = &sdp->lines[at];

        if (line->attr == ZTI_SDP_ATTR_ICE || line->attr == ZTI_SDP_ATTR_RTCP) continue;
        if (line->type != 'c') {
            zti_sdp_keep(out, line);
            continue;
        }
        zti_buf_text(out, "c=");
        zti_sdp_write_ip(out, addr);
        zti_buf_str(out, line->end);
    }
    zti_sdp_keep_range(out, sdp, sdp->session.end, sdp->line_count);
}

int32_t ztrunk_sdp_set_origin(ztrunk_sdp *sdp, const ztrunk_addr *addr, ztrunk_sdp_origin *origin)
{
    zti_buf body, out;
    ztrunk_sdp_origin next;
    int32_t err;

    if (sdp == NULL || addr == NULL || origin == NULL) return ZTRUNK_E_INVALID;
    if (addr->family != 4 && addr->family != 6) return ZTRUNK_E_INVALID;
    body = zti_sdp_edit(sdp);
    out = zti_sdp_edit(sdp);
    write_body(&body, sdp, addr);
    err = body.err != ZTRUNK_OK ? body.err
                                : zti_sdp_stamp(sdp->ctx, origin, addr, zti_buf_view(&body), &next);
    if (err != ZTRUNK_OK) goto out;
    zti_sdp_keep(&out, &sdp->lines[0]);
    zti_sdp_write_o(&out, &next, addr);
    zti_buf_str(&out, sdp->lines[1].end);
    zti_buf_str(&out, zti_buf_view(&body));
    err = zti_sdp_replace(sdp, &out);
    if (err == ZTRUNK_OK) err = zti_opts_write(origin, &next, sizeof next);
out:
    zti_buf_free(&body);
    return err;
}
