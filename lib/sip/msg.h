/* msg.h - the inside of a message. */
#ifndef ZTI_SIP_MSG_H
#define ZTI_SIP_MSG_H

#include <zerotrunk/sip.h>
#include "wire/sip_gate.h"

struct ztrunk_sip_msg {
    ztrunk_ctx *ctx;
    zti_sip_limits limits;
    zti_sip_head head;
    zti_sip_facts facts;
    zti_str body;
    uint8_t *raw; /* what a parsed message points into */
    char *own_method, *own_uri, *own_reason;
    uint8_t *own_body;
};

int32_t zti_sip_limits_read(const ztrunk_sip_opts *opts, zti_sip_limits *limits);
/* An empty message with room for raw_len bytes of its own. E_NOMEM. */
int32_t zti_sip_msg_alloc(ztrunk_ctx *ctx, const zti_sip_limits *limits, size_t raw_len,
                          ztrunk_sip_msg **out);
/* Indexes and judges the head that stands in m->raw; has_body: one will follow. E_NOMEM. */
int32_t zti_sip_msg_index(ztrunk_sip_msg *m, size_t head_len);
void zti_sip_msg_judge(ztrunk_sip_msg *m, uint32_t has_body);

/* Inserts a copy of name and value, suffix behind the value. E_NOMEM, E_LIMIT. */
int32_t zti_sip_msg_insert(ztrunk_sip_msg *m, size_t at, zti_str name, zti_str value,
                           zti_str suffix);
/* Takes out every field of that id (or name, when OTHER), from place `from` on. */
void zti_sip_msg_drop(ztrunk_sip_msg *m, zti_hdr_id id, zti_str name, size_t from);

#endif
