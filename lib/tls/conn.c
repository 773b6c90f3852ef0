#include "tls/conn.h"

#include "base/ctx.h"
#include "base/time.h"
#include "tls/cause.h"
#include "tls/mbed.h"
#include "tls/name.h"

/* Above the caller's bound, so that an alert always finds room. */
#define OUT_SLACK 512

/* ---- the two queues ---- */

static int take_wire(void *p, unsigned char *out, size_t len)
{
    ztrunk_tls *tls = p;
    size_t n = zti_pipe_get(&tls->in, out, len);

    if (n == 0 && !tls->has_ended) return MBEDTLS_ERR_SSL_WANT_READ;
    return (int)n;
}

static int give_wire(void *p, const unsigned char *data, size_t len)
{
    ztrunk_tls *tls = p;
    size_t taken;

    if (len > INT32_MAX) len = INT32_MAX;
    if (zti_pipe_put(&tls->out, data, len, &taken) != ZTRUNK_OK)
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    return taken > 0 ? (int)taken : MBEDTLS_ERR_SSL_WANT_WRITE;
}

/* ---- life ---- */

static int32_t keep_domain(ztrunk_tls *tls, zti_str domain)
{
    if (domain.len == 0) return ZTRUNK_OK;
    tls->domain = zti_dup(tls->ctx, domain.p, domain.len);
    tls->domain_len = domain.len;
    return tls->domain != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

static int32_t set_up(ztrunk_tls *tls, zti_str domain)
{
    int32_t err = keep_domain(tls, domain);

    if (err == ZTRUNK_OK) err = zti_events_reserve(&tls->events, 2);
    if (err != ZTRUNK_OK) return err;
    if (mbedtls_ssl_setup(&tls->ssl, &tls->conf->ssl) != 0) return ZTRUNK_E_NOMEM;
    /* Sent as SNI. mbedTLS compares it too, with the common name if it must: not heeded. */
    if (tls->domain != NULL && mbedtls_ssl_set_hostname(&tls->ssl, (const char *)tls->domain) != 0)
        return ZTRUNK_E_NOMEM;
    mbedtls_ssl_set_bio(&tls->ssl, tls, give_wire, take_wire, NULL);
    mbedtls_ssl_set_verify(&tls->ssl, zti_tls_verify, tls);
    return ZTRUNK_OK;
}

static uint64_t idle_end(const ztrunk_tls *tls)
{
    uint64_t idle = tls->conf->opts.idle_ns;

    return idle == 0 ? ZTI_NEVER : zti_time_add(tls->now_ns, idle);
}

int32_t ztrunk_tls_new(ztrunk_tls_conf *conf, const char *peer, uint64_t now_ns, int64_t wall_s,
                       ztrunk_tls **out)
{
    zti_str domain = zti_str_of(peer);
    ztrunk_tls *tls;
    int32_t err;

    if (conf == NULL || out == NULL) return ZTRUNK_E_INVALID;
    if ((conf->opts.role == ZTRUNK_TLS_CLIENT) != (peer != NULL)) return ZTRUNK_E_INVALID;
    if (peer != NULL && !zti_is_domain(domain)) return ZTRUNK_E_INVALID;
    err = zti_conf_seal(conf);
    if (err != ZTRUNK_OK) return err;
    tls = zti_calloc(conf->ctx, sizeof *tls);
    if (tls == NULL) return ZTRUNK_E_NOMEM;
    tls->conf = zti_conf_ref(conf);
    tls->ctx = conf->ctx;
    mbedtls_ssl_init(&tls->ssl);
    tls->in = zti_pipe_of(tls->ctx, conf->opts.max_in_bytes);
    tls->out = zti_pipe_of(tls->ctx, (size_t)conf->opts.max_out_bytes + OUT_SLACK);
    tls->events = zti_events_of(tls->ctx, 2);
    tls->wall_s = wall_s;
    tls->now_ns = now_ns;
    tls->handshake_end_ns = zti_time_add(now_ns, conf->opts.handshake_ns);
    err = set_up(tls, domain);
    if (err == ZTRUNK_OK) {
        *out = tls;
        tls = NULL;
    }
    ztrunk_tls_free(tls);
    return err;
}

void ztrunk_tls_free(ztrunk_tls *tls)
{
    ztrunk_tls_conf *conf;
    ztrunk_ctx *ctx;

    if (tls == NULL) return;
    conf = tls->conf;
    ctx = zti_ctx_ref(tls->ctx);
    mbedtls_ssl_free(&tls->ssl);
    zti_pipe_free(&tls->in);
    zti_pipe_free(&tls->out);
    zti_events_free(&tls->events);
    zti_free(ctx, tls->domain);
    zti_free(ctx, tls->chain);
    zti_free_wiped(ctx, tls, sizeof *tls);
    ztrunk_tls_conf_free(conf);
    ztrunk_ctx_free(ctx);
}

/* ---- ends ---- */

static void push(ztrunk_tls *tls, uint32_t kind, int32_t error, uint32_t detail)
{
    /* Room for both events of a life was made at its start. */
    zti_events_push(&tls->events, (ztrunk_event){.kind = kind,
                                                 .at_ns = tls->now_ns,
                                                 .error = error,
                                                 .detail = detail});
}

int32_t zti_tls_end(ztrunk_tls *tls, uint32_t cause)
{
    int32_t err = zti_cause_error(cause);

    tls->state = ZTI_TLS_CLOSED;
    tls->cause = cause;
    push(tls, ZTRUNK_EV_TLS_CLOSED, err, cause);
    return err;
}

/* For a refusal that mbedTLS knows nothing of. */
static int32_t end_with_alert(ztrunk_tls *tls, uint32_t cause)
{
    mbedtls_ssl_send_alert_message(&tls->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                   zti_cause_alert(cause));
    return zti_tls_end(tls, cause);
}

static int32_t end_for(ztrunk_tls *tls, int mbed_error)
{
    uint32_t cause = zti_cause_of(mbed_error);

    /* mbedTLS 3.6 has one error for no suite in common and for a CertificateVerify that does not
     * hold; after the certificate it can only be the second. */
    if (cause == ZTRUNK_TLS_CAUSE_SUITE && tls->is_judged) cause = ZTRUNK_TLS_CAUSE_NO_KEY;
    /* An alert as the very first thing is no message to mbedTLS 2.28. */
    if (cause == ZTRUNK_TLS_CAUSE_PROTOCOL && tls->peek.alert != 0)
        cause = ZTRUNK_TLS_CAUSE_PEER_REFUSED;
    /* The verify callback has said why before mbedTLS did. */
    if (tls->cause != ZTRUNK_TLS_CAUSE_NONE) cause = tls->cause;
    return zti_tls_end(tls, cause);
}

/* ---- the handshake ---- */

static uint32_t needs_certificate(const ztrunk_tls *tls)
{
    return tls->conf->opts.role == ZTRUNK_TLS_CLIENT ||
           tls->conf->opts.identity != ZTRUNK_TLS_SERVER_ONLY;
}

static int32_t finish(ztrunk_tls *tls)
{
    if (needs_certificate(tls) && !tls->is_judged)
        return end_with_alert(tls, ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    tls->state = ZTI_TLS_READY;
    tls->is_done = 1;
    tls->idle_end_ns = idle_end(tls);
    push(tls, ZTRUNK_EV_TLS_READY, ZTRUNK_OK, ZTRUNK_TLS_CAUSE_NONE);
    return ZTRUNK_OK;
}

/* What the clear part of the handshake tells before mbedTLS spends anything on it. */
static int32_t look_ahead(ztrunk_tls *tls, const uint8_t *wire, size_t len)
{
    if (tls->state != ZTI_TLS_HANDSHAKE) return ZTRUNK_OK;
    zti_peek_feed(&tls->peek, wire, len);
    if (tls->peek.cert_count > tls->conf->opts.max_chain)
        return end_with_alert(tls, ZTRUNK_TLS_CAUSE_CHAIN);
    if (tls->peek.has_empty_list && needs_certificate(tls))
        return end_with_alert(tls, ZTRUNK_TLS_CAUSE_NO_CERTIFICATE);
    return ZTRUNK_OK;
}

static int32_t shake(ztrunk_tls *tls)
{
    int rc;

    if (tls->state != ZTI_TLS_HANDSHAKE) return ZTRUNK_OK;
    rc = mbedtls_ssl_handshake(&tls->ssl);
    if (rc == MBEDTLS_ERR_SSL_WANT_READ || rc == MBEDTLS_ERR_SSL_WANT_WRITE) return ZTRUNK_OK;
    return rc == 0 ? finish(tls) : end_for(tls, rc);
}

int32_t ztrunk_tls_feed(ztrunk_tls *tls, uint64_t now_ns, const uint8_t *wire, size_t len,
                        size_t *used)
{
    size_t taken = 0;
    int32_t err;

    if (tls == NULL || used == NULL || (wire == NULL && len > 0)) return ZTRUNK_E_INVALID;
    if (tls->state == ZTI_TLS_CLOSED || tls->has_ended) return ZTRUNK_E_CLOSED;
    err = zti_pipe_put(&tls->in, wire, len, &taken);
    if (err != ZTRUNK_OK) return err;
    if (taken == 0 && len > 0) return ZTRUNK_E_LIMIT;
    tls->now_ns = now_ns;
    tls->idle_end_ns = idle_end(tls);
    err = look_ahead(tls, wire, taken);
    if (err == ZTRUNK_OK) err = shake(tls);
    if (err == ZTRUNK_OK) *used = taken;
    return err;
}

int32_t ztrunk_tls_feed_end(ztrunk_tls *tls, uint64_t now_ns)
{
    if (tls == NULL) return ZTRUNK_E_INVALID;
    if (tls->state == ZTI_TLS_CLOSED) return ZTRUNK_E_CLOSED;
    tls->now_ns = now_ns;
    tls->has_ended = 1;
    /* What has arrived may still be read; close_notify may be in it. */
    if (tls->state == ZTI_TLS_READY && (tls->in.len > 0 || mbedtls_ssl_check_pending(&tls->ssl)))
        return ZTRUNK_OK;
    zti_tls_end(tls, ZTRUNK_TLS_CAUSE_TRUNCATED);
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_pull(ztrunk_tls *tls, uint8_t *wire, size_t cap, size_t *out_len)
{
    int32_t err = ZTRUNK_OK;

    if (tls == NULL || wire == NULL || cap == 0 || out_len == NULL) return ZTRUNK_E_INVALID;
    /* A client's first bytes, and a flight that did not fit. */
    if (zti_pipe_room(&tls->out) > 0 && tls->state == ZTI_TLS_HANDSHAKE) err = shake(tls);
    *out_len = zti_pipe_get(&tls->out, wire, cap);
    return *out_len > 0 ? ZTRUNK_OK : err;
}

/* ---- plain bytes ---- */

static int32_t closed_by_peer(ztrunk_tls *tls)
{
    mbedtls_ssl_close_notify(&tls->ssl);
    zti_tls_end(tls, ZTRUNK_TLS_CAUSE_NONE);
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_read(ztrunk_tls *tls, uint8_t *plain, size_t cap, size_t *out_len)
{
    int rc;

    if (tls == NULL || plain == NULL || cap == 0 || out_len == NULL) return ZTRUNK_E_INVALID;
    if (tls->state == ZTI_TLS_HANDSHAKE) return ZTRUNK_E_STATE;
    if (tls->state == ZTI_TLS_CLOSED) return ZTRUNK_E_CLOSED;
    do rc = mbedtls_ssl_read(&tls->ssl, plain, cap);
    while (zti_mbed_is_to_repeat(rc));
    *out_len = rc > 0 ? (size_t)rc : 0;
    if (rc > 0 || rc == MBEDTLS_ERR_SSL_WANT_READ || rc == MBEDTLS_ERR_SSL_WANT_WRITE)
        return ZTRUNK_OK;
    if (rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return closed_by_peer(tls);
    return end_for(tls, rc == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : rc);
}

/* How much of len fits into one record and the backlog. */
static size_t record_size(const ztrunk_tls *tls, size_t len)
{
    size_t bound = tls->conf->opts.max_out_bytes;
    int expansion = mbedtls_ssl_get_record_expansion(&tls->ssl);
    int payload = mbedtls_ssl_get_max_out_record_payload(&tls->ssl);
    size_t room;

    if (expansion < 0 || payload <= 0) return 0;
    if (tls->out.len + (size_t)expansion >= bound) return 0;
    room = bound - tls->out.len - (size_t)expansion;
    if (len > room) len = room;
    return len < (size_t)payload ? len : (size_t)payload;
}

int32_t ztrunk_tls_write(ztrunk_tls *tls, uint64_t now_ns, const uint8_t *plain, size_t len,
                         size_t *used)
{
    size_t done = 0;

    if (tls == NULL || used == NULL || (plain == NULL && len > 0)) return ZTRUNK_E_INVALID;
    if (tls->state == ZTI_TLS_HANDSHAKE) return ZTRUNK_E_STATE;
    if (tls->state == ZTI_TLS_CLOSED) return ZTRUNK_E_CLOSED;
    tls->now_ns = now_ns;
    while (done < len) {
        size_t n = record_size(tls, len - done);
        int rc;

        if (n == 0) break;
        rc = mbedtls_ssl_write(&tls->ssl, plain + done, n);
        if (rc <= 0) return end_for(tls, rc);
        done += (size_t)rc;
    }
    if (done == 0 && len > 0) return ZTRUNK_E_LIMIT;
    tls->idle_end_ns = idle_end(tls);
    *used = done;
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_close(ztrunk_tls *tls, uint64_t now_ns)
{
    if (tls == NULL) return ZTRUNK_E_INVALID;
    if (tls->state == ZTI_TLS_CLOSED) return ZTRUNK_E_CLOSED;
    tls->now_ns = now_ns;
    mbedtls_ssl_close_notify(&tls->ssl);
    tls->state = ZTI_TLS_CLOSED;
    return ZTRUNK_OK;
}

/* ---- time ---- */

uint64_t ztrunk_tls_deadline(const ztrunk_tls *tls)
{
    if (tls == NULL || tls->state == ZTI_TLS_CLOSED) return ZTI_NEVER;
    return tls->state == ZTI_TLS_HANDSHAKE ? tls->handshake_end_ns : tls->idle_end_ns;
}

int32_t ztrunk_tls_expire(ztrunk_tls *tls, uint64_t now_ns)
{
    if (tls == NULL) return ZTRUNK_E_INVALID;
    if (now_ns < ztrunk_tls_deadline(tls) || tls->state == ZTI_TLS_CLOSED) return ZTRUNK_OK;
    tls->now_ns = now_ns;
    if (tls->state == ZTI_TLS_READY) mbedtls_ssl_close_notify(&tls->ssl);
    zti_tls_end(tls, ZTRUNK_TLS_CAUSE_TIMEOUT);
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_poll(ztrunk_tls *tls, ztrunk_event *event)
{
    if (tls == NULL) return ZTRUNK_E_INVALID;
    return zti_events_poll(&tls->events, event);
}

int32_t ztrunk_tls_judge(const ztrunk_tls *tls, const ztrunk_tls_conf *conf, int64_t wall_s,
                         uint32_t *cause)
{
    zti_str spans[ZTI_CHAIN_MAX];
    zti_verdict verdict = {.cause = ZTRUNK_TLS_CAUSE_NONE};

    if (tls == NULL || cause == NULL) return ZTRUNK_E_INVALID;
    if (tls->state != ZTI_TLS_READY) return ZTRUNK_E_STATE;
    if (needs_certificate(tls))
        zti_tls_judge(tls, conf != NULL ? conf : tls->conf, wall_s, spans,
                      zti_tls_chain(tls, spans), &verdict);
    *cause = verdict.cause;
    return ZTRUNK_OK;
}

int32_t ztrunk_tls_rejudge(ztrunk_tls *tls, const ztrunk_tls_conf *conf, uint64_t now_ns,
                           int64_t wall_s)
{
    uint32_t cause;
    int32_t err = ztrunk_tls_judge(tls, conf, wall_s, &cause);

    if (err != ZTRUNK_OK || cause == ZTRUNK_TLS_CAUSE_NONE) return err;
    tls->now_ns = now_ns;
    return end_with_alert(tls, cause);
}
