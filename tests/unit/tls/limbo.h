/* limbo.h - reads tests/vectors/x509-limbo.txt, case by case. */
#ifndef TESTS_UNIT_TLS_LIMBO_H
#define TESTS_UNIT_TLS_LIMBO_H

#include "tls/judge.h"

#define LIMBO_SENT_MAX  128
#define LIMBO_TRUST_MAX 16

typedef struct limbo_case {
    char id[128], name[256]; /* name: "" when none is expected */
    uint32_t is_success, is_client, is_ip;
    int64_t wall_s;
    size_t max_chain;
    zti_str sent[LIMBO_SENT_MAX + 1]; /* the leaf first */
    size_t sent_count;
    zti_str trust[LIMBO_TRUST_MAX], crl[LIMBO_TRUST_MAX];
    size_t trust_count, crl_count;
} limbo_case;

typedef struct limbo limbo;

limbo *limbo_open(void);
/* 0 after the last. */
uint32_t limbo_next(limbo *l, limbo_case *out);
void limbo_close(limbo *l);
/* Our verdict with these two policies. */
uint32_t limbo_judge(const limbo_case *c, uint32_t strict_ids, uint32_t wildcards);

#endif
