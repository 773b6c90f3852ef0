/* sip_gate.h - what an indexed head must be before anything above acts on it. */
#ifndef ZTI_WIRE_SIP_GATE_H
#define ZTI_WIRE_SIP_GATE_H

#include "wire/sip_index.h"

/* What callers ask of every message; of a head with a fault as much as could be read. */
typedef struct zti_sip_facts {
    uint32_t cseq, cseq_method, max_forwards, has_to_tag;
    zti_str cseq_method_text;
} zti_sip_facts;

/* Sets h->fault when the head breaks RFC 3261: the mandatory six, single headers, CSeq against the
 * request line, Via, From, To, Contact, Route, the Request-URI (416 for a scheme we do not know).
 * has_body: one follows. */
void zti_sip_gate(zti_sip_head *h, uint32_t has_body, zti_sip_facts *facts);
zti_sip_facts zti_sip_facts_of(const zti_sip_head *h);

#endif
