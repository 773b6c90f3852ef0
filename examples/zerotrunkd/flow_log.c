#include "flow_log.h"
#include <stdlib.h>

void flow_log_open(struct daemon *d, const struct bound_flow *bound,
                   const ztrunk_net_flow_info *info, const ztrunk_tls *tls)
{
    ztrunk_tls_info t = {.size = sizeof t};
    char name[CONFIG_HOST + 8];
    struct log_line line;
    size_t len;

    (void)ztrunk_tls_get_info(tls, &t);
    log_begin(&line, &d->log, LOG_INFO, info->is_outbound ? "tls.connected" : "tls.accepted", 0);
    log_word(&line, "trunk", bound->trunk->conf->name);
    log_addr(&line, "remote", &info->remote);
    log_word(&line, "version", t.version == 0x0304 ? "TLSv1.3" : "TLSv1.2");
    log_word(&line, "suite", ztrunk_tls_suite_name(tls));
    if (ztrunk_tls_peer_name(tls, 0, name, sizeof name, &len) == ZTRUNK_OK)
        log_text(&line, "peer", name, len);
    if (t.peer_not_after_s != 0) log_signed(&line, "peer_not_after", t.peer_not_after_s);
    log_end(&line);
}

/* Who has issued the last certificate that was shown: the root that is missing, if it tells the
 * truth. */
static void log_issuer(struct log_line *line, ztrunk_ctx *ctx, const uint8_t *chain, size_t len)
{
    ztrunk_cert *last = NULL, *cert = NULL;
    char issuer[256];
    size_t issuer_len;

    for (uint32_t n = 0; ztrunk_cert_new(ctx, chain, len, n, &cert) == ZTRUNK_OK; n++) {
        ztrunk_cert_free(last);
        last = cert;
    }
    if (ztrunk_cert_issuer(last, issuer, sizeof issuer, &issuer_len) == ZTRUNK_OK)
        log_text(line, "root", issuer, issuer_len);
    ztrunk_cert_free(last);
}

static void log_root(struct log_line *line, ztrunk_ctx *ctx, const ztrunk_tls *tls)
{
    uint8_t *chain = malloc(DAEMON_CHAIN);
    size_t len = 0;

    if (chain != NULL && ztrunk_tls_peer_path(tls, chain, DAEMON_CHAIN, &len) == ZTRUNK_OK)
        log_issuer(line, ctx, chain, len);
    free(chain);
}

void flow_log_close(struct daemon *d, const struct bound_flow *bound,
                    const ztrunk_net_flow_info *info, const ztrunk_tls *tls, int32_t error,
                    uint32_t cause, const char *text)
{
    uint32_t is_tls = info->transport == ZTRUNK_NET_TLS;
    /* Bound inbound: it was up, and has now ended. */
    uint32_t was_up = bound != NULL && (!info->is_outbound || cause == ZTRUNK_TLS_CAUSE_TRUNCATED);
    uint32_t was_refused = is_tls && cause != 0 && !was_up;
    struct log_line line;

    if (was_refused && cause < sizeof d->counts.tls_refused / sizeof d->counts.tls_refused[0])
        d->counts.tls_refused[cause]++;
    log_begin(&line, &d->log, error != ZTRUNK_OK ? LOG_WARNING : LOG_INFO,
              was_refused ? "tls.refused" : "flow.closed", 0);
    if (bound != NULL) log_word(&line, "trunk", bound->trunk->conf->name);
    log_addr(&line, "remote", &info->remote);
    log_word(&line, "direction", info->is_outbound ? "outbound" : "inbound");
    if (is_tls && cause != 0) log_word(&line, "cause", ztrunk_tls_cause_name(cause));
    log_word(&line, "why", text);
    if (was_refused && cause == ZTRUNK_TLS_CAUSE_UNTRUSTED) log_root(&line, d->ctx, tls);
    log_end(&line);
}
