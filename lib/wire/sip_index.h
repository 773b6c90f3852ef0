/* sip_index.h - the head of a message as start line and header fields, in one pass.
 *
 * A line that breaks the lexical rules sets the fault and is left out: what is in the index can
 * be copied to a wire or into a log line. */
#ifndef ZTI_WIRE_SIP_INDEX_H
#define ZTI_WIRE_SIP_INDEX_H

#include "base/mem.h"
#include "wire/sip_names.h"

typedef struct zti_sip_field {
    zti_str name, value; /* value trimmed, its folds joined */
    char *owned;         /* NULL: both point into the message's bytes */
    zti_hdr_id id;
} zti_sip_field;

typedef struct zti_sip_limits {
    uint32_t max_message, max_line, max_headers;
} zti_sip_limits;

typedef struct zti_sip_head {
    ztrunk_ctx *ctx;
    uint32_t is_request, method, status;
    zti_str method_text, uri, reason;
    zti_sip_field *fields;
    size_t count, cap;
    uint32_t fault;  /* the first: 0, or a status */
    const char *why; /* static */
} zti_sip_head;

/* Keeps the first fault. */
void zti_sip_fault(zti_sip_head *h, uint32_t status, const char *why);

/* Reads text, which ends behind its empty line; folds in it are overwritten with spaces. The
 * fields point into it. Only E_NOMEM is an error, the rest is a fault. */
int32_t zti_sip_index(zti_sip_head *h, uint8_t *text, size_t len, const zti_sip_limits *limits);
/* Room for one more field at place `at`; E_NOMEM. */
int32_t zti_sip_field_insert(zti_sip_head *h, size_t at, zti_sip_field field);
/* The nth field of that id, or of that name when the id is OTHER; NULL. */
const zti_sip_field *zti_sip_field_get(const zti_sip_head *h, zti_hdr_id id, zti_str name,
                                       size_t nth);
/* The value of the first field of that id; empty when there is none. */
zti_str zti_sip_value(const zti_sip_head *h, zti_hdr_id id);
size_t zti_sip_field_count(const zti_sip_head *h, zti_hdr_id id);
/* Exactly one Content-Length, strict decimal: E_NOTFOUND, E_MALFORMED. */
int32_t zti_sip_content_length(const zti_sip_head *h, uint32_t *len);

#endif
