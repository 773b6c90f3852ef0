#include "sdp/make.h"

#include "base/addr.h"
#include "base/opts.h"
#include "sdp/edit.h"
#include "sdp/origin.h"
#include "wire/sdp_crypto.h"

#define FMTP_MAX 256u

static uint32_t is_usable(const ztrunk_addr *addr)
{
    return (addr->family == 4 || addr->family == 6) && addr->port != 0 &&
           !zti_sdp_is_unspecified(addr);
}

int32_t zti_sdp_read_leg(const ztrunk_sdp_leg *leg, zti_sdp_plan *plan)
{
    ztrunk_sdp_leg l;
    int32_t err = zti_opts_read(&l, sizeof l, leg);

    if (err != ZTRUNK_OK) return err;
    plan->rtp = l.rtp;
    plan->rtcp = l.rtcp.family != 0 ? l.rtcp : l.rtp;
    if (l.rtcp.family == 0) plan->rtcp.port++;
    plan->rtcp_mux = l.rtcp_mux;
    return is_usable(&plan->rtp) && is_usable(&plan->rtcp) ? ZTRUNK_OK : ZTRUNK_E_INVALID;
}

/* The caller's array has elements as large as its size field says. */
static int32_t crypto_at(const ztrunk_sdp_crypto *crypto, uint32_t nth, ztrunk_sdp_crypto *out)
{
    return zti_opts_read(out, sizeof *out, (const uint8_t *)crypto + (size_t)nth * crypto->size);
}

int32_t zti_sdp_check_crypto(const ztrunk_sdp_crypto *crypto, uint32_t count)
{
    ztrunk_sdp_crypto c, other;
    int32_t err = ZTRUNK_OK;

    for (uint32_t i = 0; i < count && err == ZTRUNK_OK; i++) {
        err = crypto_at(crypto, i, &c);
        if (err == ZTRUNK_OK && !zti_sdp_crypto_valid(&c)) err = ZTRUNK_E_INVALID;
        for (uint32_t j = 0; j < i && err == ZTRUNK_OK; j++) {
            err = crypto_at(crypto, j, &other);
            if (err == ZTRUNK_OK && other.tag == c.tag) err = ZTRUNK_E_INVALID;
        }
    }
    zti_wipe(&c, sizeof c);
    zti_wipe(&other, sizeof other);
    return err;
}

static void write_number(zti_buf *b, const char *name, uint32_t value)
{
    if (value == 0) return;
    zti_buf_text(b, name);
    zti_buf_u64(b, value);
    zti_buf_text(b, "\r\n");
}

static void write_rtpmap(zti_buf *b, uint32_t type, const zti_sdp_codec *codec)
{
    zti_buf_text(b, "a=rtpmap:");
    zti_buf_u64(b, type);
    zti_buf_char(b, ' ');
    zti_buf_str(b, codec->name);
    zti_buf_char(b, '/');
    zti_buf_u64(b, codec->clock);
    if (codec->params.len > 0) zti_buf_char(b, '/');
    zti_buf_str(b, codec->params);
    zti_buf_text(b, "\r\n");
}

/* The only value of the peer that crosses as he wrote it: printable ASCII, and not endless. */
static uint32_t may_cross(zti_str fmtp)
{
    for (size_t i = 0; i < fmtp.len; i++)
        if (fmtp.p[i] < ' ' || fmtp.p[i] > '~') return 0;
    return fmtp.len > 0 && fmtp.len <= FMTP_MAX;
}

static void write_codec(zti_buf *b, uint32_t type, const zti_sdp_codec *codec)
{
    write_rtpmap(b, type, codec);
    if (!may_cross(codec->fmtp)) return;
    zti_buf_text(b, "a=fmtp:");
    zti_buf_u64(b, type);
    zti_buf_char(b, ' ');
    zti_buf_str(b, codec->fmtp);
    zti_buf_text(b, "\r\n");
}

static void write_rtcp(zti_buf *b, const zti_sdp_plan *plan)
{
    if (plan->rtcp_mux) zti_buf_text(b, "a=rtcp-mux\r\n");
    if (zti_ip_equal(&plan->rtp, &plan->rtcp) && plan->rtcp.port == plan->rtp.port + 1) return;
    zti_buf_text(b, "a=rtcp:");
    zti_buf_u64(b, plan->rtcp.port);
    zti_buf_char(b, ' ');
    zti_sdp_write_ip(b, &plan->rtcp);
    zti_buf_text(b, "\r\n");
}

static void write_cryptos(zti_buf *b, const zti_sdp_plan *plan)
{
    ztrunk_sdp_crypto c;

    for (uint32_t i = 0; i < plan->crypto_count; i++) {
        if (crypto_at(plan->crypto, i, &c) != ZTRUNK_OK) continue;
        zti_buf_text(b, "a=crypto:");
        zti_sdp_write_crypto(b, &c);
        zti_buf_text(b, "\r\n");
    }
    zti_wipe(&c, sizeof c);
}

void zti_sdp_write_audio(zti_buf *b, const zti_sdp_plan *plan)
{
    const zti_sdp_choice *choice = plan->choice;

    zti_buf_text(b, "m=audio ");
    zti_buf_u64(b, plan->rtp.port);
    zti_buf_char(b, ' ');
    zti_buf_str(b, plan->proto);
    for (uint32_t i = 0; i < choice->count; i++) {
        zti_buf_char(b, ' ');
        zti_buf_u64(b, choice->types[i]);
    }
    zti_buf_text(b, "\r\n");
    for (uint32_t i = 0; i < choice->count; i++)
        write_codec(b, choice->types[i], &plan->codecs->types[choice->types[i]]);
    write_number(b, "a=ptime:", plan->ptime_ms);
    write_number(b, "a=maxptime:", plan->maxptime_ms);
    write_rtcp(b, plan);
    write_cryptos(b, plan);
    zti_buf_text(b, "a=");
    zti_buf_text(b, zti_sdp_direction_name(plan->direction));
    zti_buf_text(b, "\r\n");
}

int32_t zti_sdp_finish(zti_buf *body, const ztrunk_addr *addr, ztrunk_sdp_origin *origin,
                       ztrunk_sdp **out)
{
    zti_buf text = zti_buf_of(body->ctx, ZTI_SDP_TEXT_MAX);
    ztrunk_sdp_origin next = {0};
    ztrunk_sdp *sdp = NULL;
    int32_t err = body->err;

    if (err == ZTRUNK_OK) err = zti_sdp_stamp(body->ctx, origin, addr, zti_buf_view(body), &next);
    if (err == ZTRUNK_OK) {
        zti_buf_text(&text, "v=0\r\n");
        zti_sdp_write_o(&text, &next, addr);
        zti_buf_text(&text, "\r\n");
        zti_buf_str(&text, zti_buf_view(body));
        err = zti_sdp_load(&text, &sdp);
    }
    if (err == ZTRUNK_OK) err = zti_opts_write(origin, &next, sizeof next);
    if (err == ZTRUNK_OK) {
        *out = sdp;
        sdp = NULL;
    }
    ztrunk_sdp_free(sdp);
    zti_buf_free(&text);
    zti_buf_free(body);
    return err;
}
