/* conn.h - the inside of a ztrunk_tls. */
#ifndef ZTI_TLS_CONN_H
#define ZTI_TLS_CONN_H

#include <mbedtls/ssl.h>
#include "base/event.h"
#include "tls/conf.h"
#include "tls/peek.h"
#include "tls/pipe.h"

enum { ZTI_TLS_HANDSHAKE, ZTI_TLS_READY, ZTI_TLS_CLOSED };

struct ztrunk_tls {
    ztrunk_tls_conf *conf;
    ztrunk_ctx *ctx; /* conf keeps it alive */
    mbedtls_ssl_context ssl;
    zti_pipe in, out;
    zti_peek peek;
    zti_events events;
    uint8_t *domain; /* NUL-terminated; NULL in the server role */
    size_t domain_len;
    uint32_t state, cause;
    uint32_t is_judged; /* 1: the chain was accepted, by whatever conf judged it last */
    uint32_t is_next;   /* 1: by anchors that are to come alone */
    uint32_t has_ended; /* the transport gives no more */
    uint32_t is_done;   /* the handshake ended well, whatever came later */
    int64_t wall_s;
    uint64_t now_ns, handshake_end_ns, idle_end_ns;
    uint8_t *chain; /* the peer's certificates as sent, one after the other */
    size_t cert_count;
    size_t cert_len[ZTI_CHAIN_MAX];
    zti_path path; /* in chain and in conf; empty unless is_judged */
    int64_t not_before_s, not_after_s;
};

/* Ends the connection for this cause; the event is there for the poll. Gives the error code of
 * the cause. */
int32_t zti_tls_end(ztrunk_tls *tls, uint32_t cause);
/* mbedTLS's verify callback; p is the ztrunk_tls. */
int zti_tls_verify(void *p, mbedtls_x509_crt *cert, int depth, uint32_t *flags);
/* Spans of the chain that was shown, accepted or not; gives their count. */
size_t zti_tls_chain(const ztrunk_tls *tls, zti_str spans[ZTI_CHAIN_MAX]);

typedef struct zti_verdict {
    uint32_t cause;   /* ZTRUNK_TLS_CAUSE_* */
    uint32_t is_next; /* NONE: by anchors that are to come alone */
    zti_path path;    /* NONE: how it was proved */
} zti_verdict;

void zti_tls_judge(const ztrunk_tls *tls, const ztrunk_tls_conf *conf, int64_t wall_s,
                   const zti_str *spans, size_t count, zti_verdict *verdict);

#endif
