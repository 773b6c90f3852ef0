/* traits.h - what one certificate must be, by the place that it takes in a chain. */
#ifndef ZTI_TLS_TRAITS_H
#define ZTI_TLS_TRAITS_H

#include "tls/judge.h"

/* All give ZTRUNK_TLS_CAUSE_*. A certificate that signs others: */
uint32_t zti_issuer_cause(const zti_rules *rules, const zti_cert *cert, uint32_t is_anchor,
                          int64_t wall_s);
/* The peer's own: form, strength, dates. */
uint32_t zti_leaf_cause(const zti_rules *rules, const zti_cert *cert, int64_t wall_s);
/* The peer's own, once its path holds: usage and name. */
uint32_t zti_proof_cause(const zti_rules *rules, const zti_cert *cert);

#endif
