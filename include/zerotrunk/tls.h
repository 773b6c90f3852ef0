/* tls.h - mutual TLS over memory: wire bytes and plain bytes in and out, no socket.
 *
 * A conf is built, sealed by its first ztrunk_tls_new, and shared by any number of connections
 * in any threads. A connection may be moved between threads (a handshake can run in a worker). */
#ifndef ZEROTRUNK_TLS_H
#define ZEROTRUNK_TLS_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {                          /* events of a connection */
       ZTRUNK_EV_TLS_READY = 1, /* the peer's proof was accepted; plain bytes may now be read */
       ZTRUNK_EV_TLS_CLOSED = 2 /* error 0: clean close_notify; detail: ZTRUNK_TLS_CAUSE_* */
};

enum { ZTRUNK_TLS_CLIENT = 0, ZTRUNK_TLS_SERVER = 1 };

enum {                                /* who the peer must prove to be */
       ZTRUNK_TLS_MUTUAL = 0,         /* certificate, chain, name, usage of the peer's role */
       ZTRUNK_TLS_MUTUAL_ANY_EKU = 1, /* as MUTUAL; a client's leaf may bear serverAuth only */
       ZTRUNK_TLS_SIP_DOMAIN = 2,     /* as MUTUAL; usage must be id-kp-sipDomain (RFC 5924) */
       ZTRUNK_TLS_SERVER_ONLY = 3     /* as a server: ask for no certificate; as a client: MUTUAL */
};

enum {                                /* suites and groups, never the library's defaults */
       ZTRUNK_TLS_PROFILE_STRICT = 0, /* ECDHE with AEAD; P-256, P-384, X25519 */
       ZTRUNK_TLS_PROFILE_GENESYS = 1 /* TLS 1.2 only, ECDHE-RSA-GCM on P-384 (our key: RSA) */
};

/* A CRL that was given always counts: what it lists is refused. REQUIRED: every certificate of a
 * chain but the anchor needs a CRL of its issuer that is in force. */
enum { ZTRUNK_TLS_CRL_NONE = 0, ZTRUNK_TLS_CRL_REQUIRED = 1 };

enum { /* why a connection was refused or ended */
       ZTRUNK_TLS_CAUSE_NONE = 0,
       ZTRUNK_TLS_CAUSE_EXPIRED,
       ZTRUNK_TLS_CAUSE_NOT_YET_VALID,
       ZTRUNK_TLS_CAUSE_UNTRUSTED,
       ZTRUNK_TLS_CAUSE_WRONG_NAME,
       ZTRUNK_TLS_CAUSE_WRONG_USAGE,
       ZTRUNK_TLS_CAUSE_REVOKED,
       ZTRUNK_TLS_CAUSE_CRL,            /* a CRL is missing, stale or by the wrong issuer */
       ZTRUNK_TLS_CAUSE_WEAK,           /* key size, curve, signature hash */
       ZTRUNK_TLS_CAUSE_CHAIN,          /* depth, basic constraints, unknown critical extension */
       ZTRUNK_TLS_CAUSE_NO_CERTIFICATE, /* the peer showed none */
       ZTRUNK_TLS_CAUSE_PROTOCOL,       /* version, record or handshake format */
       ZTRUNK_TLS_CAUSE_SUITE,          /* nothing in common */
       ZTRUNK_TLS_CAUSE_PEER_REFUSED,   /* the peer sent a fatal alert: it refuses us */
       ZTRUNK_TLS_CAUSE_TIMEOUT,
       ZTRUNK_TLS_CAUSE_TRUNCATED, /* the transport ended without close_notify */
       ZTRUNK_TLS_CAUSE_LIMIT,     /* a backlog bound */
       ZTRUNK_TLS_CAUSE_INTERNAL,  /* memory or crypto backend */
       ZTRUNK_TLS_CAUSE_NO_KEY     /* the peer does not hold its certificate's key */
};

typedef struct ztrunk_tls_opts {
    uint32_t size, role;                  /* ZTRUNK_TLS_CLIENT or _SERVER */
    uint32_t identity, profile;           /* ZTRUNK_TLS_MUTUAL ..., ZTRUNK_TLS_PROFILE_* */
    uint32_t min_version, max_version;    /* 0x0303, 0x0304; 0: 1.2 up to what mbedTLS has */
    uint32_t crl, wildcards;              /* wildcards 1: "*.example.com" matches one label */
    uint32_t max_out_bytes, max_in_bytes; /* backlog bounds; 0: 256 KiB each */
    uint32_t max_chain;                   /* certificates a peer may send; 0: 5, at most 16 */
    uint32_t strict_ids; /* 1: refuse also what RFC 5280 and the CA/Browser rules want for order's
                          * sake: key identifiers and critical marks missing, odd anchors, a common
                          * name that is not in the SAN */
    uint64_t handshake_ns, idle_ns; /* 0: 5 s; 0: no idle limit */
} ztrunk_tls_opts;

typedef struct ztrunk_tls_info {
    uint32_t size, is_ready;
    uint32_t version, suite; /* 0x0303 ..; IANA suite number */
    uint32_t cause;          /* ZTRUNK_TLS_CAUSE_* once closed or refused */
    uint32_t alert; /* the fatal alert that a peer sent in clear (RFC 8446 6), plus 1; 0: none */
    int64_t peer_not_before_s, peer_not_after_s; /* 0: no certificate seen */
    uint64_t generation;                         /* of its conf (generation.h); 0: in none */
    uint32_t is_trust_next; /* 1: of our anchors only those that are to come vouch for the peer */
    uint32_t reserved;
} ztrunk_tls_info;

typedef struct ztrunk_tls_conf ztrunk_tls_conf;
typedef struct ztrunk_tls ztrunk_tls;

ZTRUNK_API int32_t ztrunk_tls_conf_new(ztrunk_ctx *ctx, const ztrunk_tls_opts *opts,
                                       ztrunk_tls_conf **out);
/* Our certificate chain, leaf first, and its key, PEM. E_MALFORMED: not PEM; E_AUTH: the key does
 * not fit the certificate. The key text is wiped from the library's copies when conf ends. */
ZTRUNK_API int32_t ztrunk_tls_conf_identity(ztrunk_tls_conf *conf, const uint8_t *chain_pem,
                                            size_t chain_len, const uint8_t *key_pem,
                                            size_t key_len);
/* Trust anchors, PEM; may be called again to add. No anchors: nobody is trusted. */
ZTRUNK_API int32_t ztrunk_tls_conf_trust(ztrunk_tls_conf *conf, const uint8_t *ca_pem, size_t len);
/* Anchors that are to come, such as the new root that a cloud has announced: who is proved by them
 * alone is let in, and ztrunk_tls_info.is_trust_next says so before the old ones are taken away. */
ZTRUNK_API int32_t ztrunk_tls_conf_trust_next(ztrunk_tls_conf *conf, const uint8_t *ca_pem,
                                              size_t len);
ZTRUNK_API int32_t ztrunk_tls_conf_crl(ztrunk_tls_conf *conf, const uint8_t *crl_pem, size_t len);
/* A name that a peer may prove: a SIP domain ("example.com"), matched by RFC 5922 7.2. None at
 * all: any name under the trust anchors (server role); the client role always checks `peer`. */
ZTRUNK_API int32_t ztrunk_tls_conf_allow(ztrunk_tls_conf *conf, const char *peer_name);
ZTRUNK_API int32_t ztrunk_tls_conf_alpn(ztrunk_tls_conf *conf, const char *protocol);
/* The span in which every certificate of our own chain is valid, for an alarm before the end.
 * E_STATE: no identity yet. */
ZTRUNK_API int32_t ztrunk_tls_conf_validity(const ztrunk_tls_conf *conf, int64_t *not_before_s,
                                            int64_t *not_after_s);
/* Our own chain as it is shown, DER, one certificate after the other. E_STATE: no identity yet;
 * E_SPACE with the size needed in *out_len. */
ZTRUNK_API int32_t ztrunk_tls_conf_chain(const ztrunk_tls_conf *conf, uint8_t *der, size_t cap,
                                         size_t *out_len);
/* Refcounted: connections keep it alive. */
ZTRUNK_API void ztrunk_tls_conf_free(ztrunk_tls_conf *conf);

/* peer: client role, the domain asked for (sent as SNI and checked); NULL in the server role. */
ZTRUNK_API int32_t ztrunk_tls_new(ztrunk_tls_conf *conf, const char *peer, uint64_t now_ns,
                                  int64_t wall_s, ztrunk_tls **out);
/* Gives wire bytes and drives the handshake; *used < len: backlog is full, read first (E_LIMIT
 * when nothing at all was taken). On a fatal error what pull still holds (the alert) should be
 * sent before closing. E_AUTH: the peer's proof was refused; E_MALFORMED: its bytes break TLS;
 * E_DENIED: no suite in common; E_CLOSED: it refused us, or the connection has ended. */
ZTRUNK_API int32_t ztrunk_tls_feed(ztrunk_tls *tls, uint64_t now_ns, const uint8_t *wire,
                                   size_t len, size_t *used);
/* The transport has ended. */
ZTRUNK_API int32_t ztrunk_tls_feed_end(ztrunk_tls *tls, uint64_t now_ns);
/* Takes wire bytes to send; *out_len 0: none. A client must pull before its first feed. */
ZTRUNK_API int32_t ztrunk_tls_pull(ztrunk_tls *tls, uint8_t *wire, size_t cap, size_t *out_len);
/* Plain bytes; *out_len 0: none now. E_STATE before READY, E_CLOSED after the end. The end itself
 * (close_notify, or a refusal of our certificate in TLS 1.3) is found while reading: read until
 * *out_len is 0, then poll. */
ZTRUNK_API int32_t ztrunk_tls_read(ztrunk_tls *tls, uint8_t *plain, size_t cap, size_t *out_len);
/* *used < len: the out backlog is full (E_LIMIT when nothing at all was taken). */
ZTRUNK_API int32_t ztrunk_tls_write(ztrunk_tls *tls, uint64_t now_ns, const uint8_t *plain,
                                    size_t len, size_t *used);
/* Queues close_notify; nothing is read or written afterwards. No event: the caller knows. */
ZTRUNK_API int32_t ztrunk_tls_close(ztrunk_tls *tls, uint64_t now_ns);
/* Judges the chain that the peer has shown once more, by conf (NULL: its own) and at wall_s: for a
 * CRL or an anchor that was replaced, or a long life. A refusal closes the connection: E_AUTH, and
 * the event names the cause. E_STATE before READY. */
ZTRUNK_API int32_t ztrunk_tls_rejudge(ztrunk_tls *tls, const ztrunk_tls_conf *conf, uint64_t now_ns,
                                      int64_t wall_s);
/* The same verdict alone: nothing is closed. *cause is NONE when the peer would still be let in. */
ZTRUNK_API int32_t ztrunk_tls_judge(const ztrunk_tls *tls, const ztrunk_tls_conf *conf,
                                    int64_t wall_s, uint32_t *cause);
ZTRUNK_API int32_t ztrunk_tls_poll(ztrunk_tls *tls, ztrunk_event *event);
ZTRUNK_API uint64_t ztrunk_tls_deadline(const ztrunk_tls *tls); /* UINT64_MAX: none */
ZTRUNK_API int32_t ztrunk_tls_expire(ztrunk_tls *tls, uint64_t now_ns);
ZTRUNK_API int32_t ztrunk_tls_get_info(const ztrunk_tls *tls, ztrunk_tls_info *info);
ZTRUNK_API const char *ztrunk_tls_suite_name(const ztrunk_tls *tls); /* static, "" before */
/* A cause in one word, for filters and metrics ("wrong-name"), and in words; static. */
ZTRUNK_API const char *ztrunk_tls_cause_name(uint32_t cause);
ZTRUNK_API const char *ztrunk_tls_cause_text(uint32_t cause);
/* The nth name that the peer proved (URI SANs as "sip:example.com", then DNS SANs), without NUL
 * in *out_len, with NUL in name. E_NOTFOUND past the last. */
ZTRUNK_API int32_t ztrunk_tls_peer_name(const ztrunk_tls *tls, uint32_t nth, char *name, size_t cap,
                                        size_t *out_len);
/* Whether the peer proved a SIP domain: RFC 5922 7.2, with wildcards when the configuration takes
 * them. For a listener that several trunks share. E_DENIED: it proved others only; E_STATE: it
 * proved nobody. */
ZTRUNK_API int32_t ztrunk_tls_peer_proves(const ztrunk_tls *tls, const char *domain);
ZTRUNK_API int32_t ztrunk_tls_peer_cert(const ztrunk_tls *tls, uint8_t *der, size_t cap,
                                        size_t *out_len);
/* The certificate, DER, that has signed the one which the peer proved: an anchor, or one that it
 * sent. For OCSP. E_NOTFOUND: it proved nobody. */
ZTRUNK_API int32_t ztrunk_tls_peer_issuer(const ztrunk_tls *tls, uint8_t *der, size_t cap,
                                          size_t *out_len);
/* The certificates by which the peer was proved, its own first and the anchor last, DER, one after
 * the other; of a peer that was refused, those that it has shown, which prove nothing. For a watch
 * on them (watch.h). E_NOTFOUND: it has shown none, or too many. */
ZTRUNK_API int32_t ztrunk_tls_peer_path(const ztrunk_tls *tls, uint8_t *der, size_t cap,
                                        size_t *out_len);
ZTRUNK_API void ztrunk_tls_free(ztrunk_tls *tls); /* wipes keys */

#ifdef __cplusplus
}
#endif
#endif
