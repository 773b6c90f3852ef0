#include "srtp/session.h"

#include <string.h>
#include <srtp2/crypto_types.h>
#include "base/ctx.h"
#include "base/mem.h"
#include "base/opts.h"
#include "srtp/init.h"
#include "srtp/policy.h"

#define DEFAULT_WINDOW   128u
#define MIN_WINDOW       64u /* libsrtp2's bounds */
#define MAX_WINDOW       32767u
#define DEFAULT_MAX_SSRC 16u
#define MAX_SSRC         1024u
#define RTP_LIFETIME     (UINT64_C(1) << 48) /* RFC 3711 9.2 */
#define RTCP_LIFETIME    (UINT64_C(1) << 31)

static uint32_t or_default(uint32_t value, uint32_t instead)
{
    return value != 0 ? value : instead;
}

static int32_t opts_check(const ztrunk_srtp_opts *o, size_t key_len)
{
    if (key_len == 0 || key_len != ztrunk_suite_key_len(o->suite)) return ZTRUNK_E_INVALID;
    if (o->inbound > 1) return ZTRUNK_E_INVALID;
    if (o->window != 0 && (o->window < MIN_WINDOW || o->window > MAX_WINDOW))
        return ZTRUNK_E_INVALID;
    if (o->max_ssrc > MAX_SSRC || o->mki_len > ZTI_SRTP_MAX_MKI) return ZTRUNK_E_INVALID;
    if (o->mki_len < sizeof o->mki && o->mki >> (8 * o->mki_len) != 0) return ZTRUNK_E_INVALID;
    return ZTRUNK_OK;
}

/* RFC 4568 6.1: the MKI is a big-endian number in as many bytes as its length says. */
static void mki_write(ztrunk_srtp *s, uint64_t mki)
{
    for (uint32_t i = s->mki_len; i > 0 && mki != 0; i--, mki >>= 8) s->mki[i - 1] = (uint8_t)mki;
}

static int32_t policy_fill(const ztrunk_srtp *s, srtp_ssrc_t ssrc, srtp_policy_t *policy)
{
    memset(policy, 0, sizeof *policy);
    policy->ssrc = ssrc;
    policy->window_size = s->window;
    policy->key = (unsigned char *)(uintptr_t)s->key;
    return zti_srtp_policy(s->suite, policy);
}

/* SRTCP adds its index to what SRTP adds: RFC 3711 3.4. */
static void trailers_set(ztrunk_srtp *s, const srtp_policy_t *policy)
{
    uint32_t is_gcm = policy->rtp.auth_type == SRTP_NULL_AUTH;

    s->rtp_trailer = (size_t)policy->rtp.auth_tag_len + s->mki_len;
    s->rtcp_trailer = (size_t)policy->rtcp.auth_tag_len + s->mki_len + 4;
    s->rtp_tail = is_gcm ? 0 : (size_t)policy->rtp.auth_tag_len;
    s->rtcp_tail = is_gcm ? 0 : (size_t)policy->rtcp.auth_tag_len;
}

static uint32_t is_aes_192(const ztrunk_srtp *s)
{
    return s->suite == ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_80 ||
           s->suite == ZTRUNK_SUITE_AES_192_CM_HMAC_SHA1_32;
}

static int32_t session_make(ztrunk_srtp *s)
{
    srtp_ssrc_t any = {s->inbound ? ssrc_any_inbound : ssrc_any_outbound, 0};
    srtp_err_status_t status;
    srtp_policy_t policy;
    int32_t err = policy_fill(s, any, &policy);

    if (err != ZTRUNK_OK) return err;
    trailers_set(s, &policy);
    zti_srtp_derive_192(is_aes_192(s));
    status = srtp_create(&s->session, &policy);
    zti_srtp_derive_192(0);
    if (status == srtp_err_status_ok) return ZTRUNK_OK;
    return status == srtp_err_status_alloc_fail ? ZTRUNK_E_NOMEM : ZTRUNK_E_CRYPTO;
}

static void lifetime_set(ztrunk_srtp *s, uint64_t max_packets)
{
    s->rtp_left = RTP_LIFETIME;
    s->rtcp_left = RTCP_LIFETIME;
    if (max_packets == 0) return;
    if (max_packets < s->rtp_left) s->rtp_left = max_packets;
    if (max_packets < s->rtcp_left) s->rtcp_left = max_packets;
}

int32_t ztrunk_srtp_new(ztrunk_ctx *ctx, const ztrunk_srtp_opts *opts, const uint8_t *key,
                        size_t key_len, ztrunk_srtp **out)
{
    ztrunk_srtp_opts o;
    ztrunk_srtp *s;
    uint32_t max_ssrc;
    int32_t err;

    if (ctx == NULL || key == NULL || out == NULL) return ZTRUNK_E_INVALID;
    err = zti_opts_read(&o, sizeof o, opts);
    if (err == ZTRUNK_OK) err = opts_check(&o, key_len);
    if (err == ZTRUNK_OK) err = zti_srtp_ready();
    if (err != ZTRUNK_OK) return err;
    max_ssrc = or_default(o.max_ssrc, DEFAULT_MAX_SSRC);
    s = zti_calloc(ctx, sizeof *s + max_ssrc * sizeof s->streams[0]);
    if (s == NULL) return ZTRUNK_E_NOMEM;
    s->ctx = zti_ctx_ref(ctx);
    s->suite = o.suite;
    s->inbound = o.inbound;
    s->window = or_default(o.window, DEFAULT_WINDOW);
    s->max_ssrc = max_ssrc;
    s->mki_len = o.mki_len;
    mki_write(s, o.mki);
    memcpy(s->key, key, key_len);
    lifetime_set(s, o.max_packets);
    err = session_make(s);
    if (err != ZTRUNK_OK) goto out;
    *out = s;
    s = NULL;
out:
    ztrunk_srtp_free(s);
    return err;
}

void ztrunk_srtp_free(ztrunk_srtp *s)
{
    ztrunk_ctx *ctx;

    if (s == NULL) return;
    ctx = s->ctx;
    if (s->session != NULL) (void)srtp_dealloc(s->session); /* wipes the session keys */
    zti_free_wiped(ctx, s, sizeof *s + s->max_ssrc * sizeof s->streams[0]);
    ztrunk_ctx_free(ctx);
}

zti_srtp_stream *zti_srtp_find(ztrunk_srtp *s, uint32_t ssrc)
{
    if (s->last < s->stream_count && s->streams[s->last].ssrc == ssrc) return &s->streams[s->last];
    for (uint32_t i = 0; i < s->stream_count; i++) {
        if (s->streams[i].ssrc != ssrc) continue;
        s->last = i;
        return &s->streams[i];
    }
    return NULL;
}

int32_t zti_srtp_add(ztrunk_srtp *s, uint32_t ssrc, zti_srtp_stream **out)
{
    if (s->stream_count == s->max_ssrc) return ZTRUNK_E_LIMIT;
    s->last = s->stream_count++;
    s->streams[s->last] = (zti_srtp_stream){.ssrc = ssrc};
    *out = &s->streams[s->last];
    return ZTRUNK_OK;
}

uint32_t zti_srtp_roc(const ztrunk_srtp *s, uint32_t ssrc)
{
    uint32_t roc = 0;

    (void)srtp_get_stream_roc(s->session, ssrc, &roc);
    return roc;
}

static const zti_srtp_stream *peek(const ztrunk_srtp *s, uint32_t ssrc)
{
    for (uint32_t i = 0; i < s->stream_count; i++) {
        if (s->streams[i].ssrc == ssrc) return &s->streams[i];
    }
    return NULL;
}

uint32_t zti_srtp_peak_roc(const ztrunk_srtp *s, uint32_t ssrc)
{
    const zti_srtp_stream *stream = peek(s, ssrc);

    return stream != NULL ? (uint32_t)(stream->peak >> 16) : 0;
}

uint32_t zti_srtp_guess(const ztrunk_srtp *s, uint32_t ssrc, uint16_t seq)
{
    const zti_srtp_stream *stream = peek(s, ssrc);
    uint32_t roc;

    if (stream == NULL) return 0;
    if (stream->is_pending && !stream->is_restored) return stream->pending_roc;
    roc = stream->is_restored ? (uint32_t)((stream->floor - 1) >> 16) : zti_srtp_roc(s, ssrc);
    if (!stream->has_seq) return roc;
    if (seq < stream->seq && stream->seq - seq > 0x8000) return roc + 1;
    if (seq > stream->seq && seq - stream->seq > 0x8000 && roc > 0) return roc - 1;
    return roc;
}

int32_t ztrunk_srtp_get_roc(const ztrunk_srtp *s, uint32_t ssrc, uint32_t *roc)
{
    const zti_srtp_stream *stream;

    if (s == NULL || roc == NULL) return ZTRUNK_E_INVALID;
    stream = peek(s, ssrc);
    if (stream == NULL) return ZTRUNK_E_NOTFOUND;
    *roc = stream->is_pending ? stream->pending_roc : zti_srtp_roc(s, ssrc);
    return ZTRUNK_OK;
}

/* libsrtp2 makes a stream by itself only with a packet: one of the same key is added. */
static int32_t stream_make(ztrunk_srtp *s, uint32_t ssrc)
{
    srtp_policy_t policy;
    int32_t err = policy_fill(s, (srtp_ssrc_t){ssrc_specific, ssrc}, &policy);

    if (err != ZTRUNK_OK) return err;
    zti_srtp_derive_192(is_aes_192(s));
    err = zti_srtp_error(srtp_add_stream(s->session, &policy));
    zti_srtp_derive_192(0);
    return err;
}

int32_t zti_srtp_stream_add(ztrunk_srtp *s, uint32_t ssrc, zti_srtp_stream **out)
{
    int32_t err = s->stream_count == s->max_ssrc ? ZTRUNK_E_LIMIT : stream_make(s, ssrc);

    return err != ZTRUNK_OK ? err : zti_srtp_add(s, ssrc, out);
}

/* srtp_remove_stream alone wants it in network order. */
static uint32_t wire_order(uint32_t ssrc)
{
    uint8_t bytes[4] = {(uint8_t)(ssrc >> 24), (uint8_t)(ssrc >> 16), (uint8_t)(ssrc >> 8),
                        (uint8_t)ssrc};
    uint32_t wire;

    memcpy(&wire, bytes, sizeof wire);
    return wire;
}

int32_t zti_srtp_stream_renew(ztrunk_srtp *s, zti_srtp_stream *stream)
{
    int32_t err = zti_srtp_error(srtp_remove_stream(s->session, wire_order(stream->ssrc)));

    if (err == ZTRUNK_OK) err = stream_make(s, stream->ssrc);
    if (err == ZTRUNK_OK) *stream = (zti_srtp_stream){.ssrc = stream->ssrc};
    return err;
}

int32_t zti_srtp_set_pending(ztrunk_srtp *s, zti_srtp_stream *stream, uint32_t roc)
{
    /* 0 takes libsrtp2's mark away. */
    return zti_srtp_error(srtp_set_stream_roc(s->session, stream->ssrc, roc));
}

int32_t ztrunk_srtp_set_roc(ztrunk_srtp *s, uint32_t ssrc, uint32_t roc)
{
    zti_srtp_stream *stream;
    uint32_t now;
    int32_t err = ZTRUNK_OK;

    if (s == NULL) return ZTRUNK_E_INVALID;
    if (roc > ZTI_SRTP_LAST_ROC) return ZTRUNK_E_EXPIRED;
    stream = zti_srtp_find(s, ssrc);
    if (stream == NULL) err = zti_srtp_stream_add(s, ssrc, &stream);
    if (err != ZTRUNK_OK) return err;
    now = zti_srtp_roc(s, ssrc);
    if (roc < now) return ZTRUNK_E_STATE;
    err = zti_srtp_set_pending(s, stream, roc == now ? 0 : roc);
    if (err != ZTRUNK_OK) return err;
    stream->is_pending = roc != now;
    stream->pending_roc = roc;
    return ZTRUNK_OK;
}
