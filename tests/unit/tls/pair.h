/* pair.h - a client and a server on two memory queues, with a small PKI around them. */
#ifndef TESTS_UNIT_TLS_PAIR_H
#define TESTS_UNIT_TLS_PAIR_H

#include <zerotrunk/tls.h>
#include "unit/tls/pki.h"

#define PAIR_PEM_MAX 131072

/* One side: what it shows and whom it trusts. */
typedef struct side {
    ztrunk_tls_opts opts;
    char chain[PAIR_PEM_MAX], key[4096], trust[PAIR_PEM_MAX], crl[PAIR_PEM_MAX];
    const pki_der *next; /* an anchor that is to come, or NULL */
    const char *allow;
    const char *alpn;
    ztrunk_tls_conf *conf;
    ztrunk_tls *tls;
    uint32_t is_ready, is_closed, cause; /* from its events */
    int32_t error;
} side;

typedef struct pair {
    ztrunk_ctx *ctx;
    const pki_key *ca_key, *client_key, *server_key;
    side client, server;
    int64_t wall_s;
    const char *peer; /* whom the client asks for */
} pair;

/* A pair that works: root "ca", edge.example.com and trunk.example.com, P-256. */
pair *pair_new(void);
/* The same leaf as pair_new shows, to be changed before pair_show. */
pki_spec pair_client_spec(const pair *p);
pki_spec pair_server_spec(const pair *p);
/* Replaces what a side shows by this leaf (and its key), alone. */
void pair_show(side *s, const pki_spec *leaf);
void pair_add(side *s, const pki_der *der); /* one more certificate behind */
void pair_trust(side *s, const pki_der *der);
void pair_crl(side *s, const pki_crl *spec);
/* Builds confs and connections. */
void pair_open(pair *p, uint64_t now_ns);
/* One side alone, and its end. */
void pair_open_side(pair *p, side *s, uint64_t now_ns);
void pair_end_side(side *s);
/* Polls a side's events into its fields. */
void pair_look(side *s);
/* Moves bytes until nothing moves, at most chunk at a time (0: all). */
void pair_run(pair *p, uint64_t now_ns, size_t chunk);
void pair_free(pair *p);

#endif
