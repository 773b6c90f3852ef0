/* generation.h - the TLS configuration in use, by number: swapped whole, and taken back when peers
 * refuse what is new.
 *
 * A generation is a server's conf and a client's. Connections keep the conf that they began with;
 * ztrunk_tls_info.generation tells whose it was. All calls: any thread. */
#ifndef ZEROTRUNK_GENERATION_H
#define ZEROTRUNK_GENERATION_H

#include <zerotrunk/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ztrunk_generations ztrunk_generations;

typedef struct ztrunk_generations_opts {
    uint32_t size;
    uint32_t refusals; /* so many handshakes in a row that a peer refuses roll back; 0: none do */
    uint64_t trial_ns; /* they count for so long after a swap; 0: 60 s */
} ztrunk_generations_opts;

ZTRUNK_API int32_t ztrunk_generations_new(ztrunk_ctx *ctx, const ztrunk_generations_opts *opts,
                                          ztrunk_generations **out);
/* Makes these the current ones, under a new number that never was before, and keeps the ones before
 * for the length of the trial. The caller's references go over to g when it succeeds; either conf
 * may be NULL, not both. E_STATE: a conf is in another generation, or a connection has it. */
ZTRUNK_API int32_t ztrunk_generations_put(ztrunk_generations *g, ztrunk_tls_conf *server,
                                          ztrunk_tls_conf *client, uint64_t now_ns,
                                          uint64_t *number);
/* A reference to the current conf of ZTRUNK_TLS_CLIENT or _SERVER, to be ended by
 * ztrunk_tls_conf_free. E_NOTFOUND: there is none. */
ZTRUNK_API int32_t ztrunk_generations_get(ztrunk_generations *g, uint32_t role,
                                          ztrunk_tls_conf **conf);
/* How a handshake under that number ended, ZTRUNK_TLS_CAUSE_*. *rolled_back 1: it was one refusal
 * too many, and the generation before is the current one again, under its own number. Causes other
 * than PEER_REFUSED and NONE say nothing about our identity and change nothing. */
ZTRUNK_API int32_t ztrunk_generations_judged(ztrunk_generations *g, uint64_t number, uint32_t cause,
                                             uint64_t now_ns, uint32_t *rolled_back);
ZTRUNK_API uint64_t ztrunk_generations_current(ztrunk_generations *g); /* 0: none yet */
ZTRUNK_API void ztrunk_generations_free(ztrunk_generations *g);

#ifdef __cplusplus
}
#endif
#endif
