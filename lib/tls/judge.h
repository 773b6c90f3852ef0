/* judge.h - our own verdict on a peer's certificates: RFC 5280 6 with what a trunk asks beyond it.
 * Nothing of the TLS library's opinion goes into it. */
#ifndef ZTI_TLS_JUDGE_H
#define ZTI_TLS_JUDGE_H

#include <zerotrunk/tls.h>
#include "tls/cert.h"
#include "tls/crl.h"

#define ZTI_CHAIN_MAX    16
/* Signatures that one verdict may check: a chain of look-alikes must not cost seconds. */
#define ZTI_JUDGE_CHECKS 24

typedef struct zti_rules {
    uint32_t is_peer_client;
    uint32_t identity, crl, wildcards, strict_ids; /* as in ztrunk_tls_opts */
    uint32_t max_chain;
    const zti_cert *anchors;
    size_t anchor_count;
    const zti_crl *crls;
    size_t crl_count;
    zti_str domain; /* must be named; empty: any of allowed must */
    const zti_str *allowed;
    size_t allowed_count; /* 0: any name */
} zti_rules;

typedef struct zti_path {             /* from a leaf to the anchor that vouches for it */
    size_t len;                       /* 0: there is none */
    zti_str certs[ZTI_CHAIN_MAX + 1]; /* spans of the chain as given; the last of the anchors' */
} zti_path;

/* The peer's certificates as sent, leaf first. ZTRUNK_TLS_CAUSE_*; NONE: accepted, and path, which
 * may be NULL, is filled in. */
uint32_t zti_judge(const zti_rules *rules, const zti_str *chain, size_t count, int64_t wall_s,
                   zti_path *path);

#endif
