/* sip_hdr.h - header values, read strictly in one pass on what the index let through. */
#ifndef ZTI_WIRE_SIP_HDR_H
#define ZTI_WIRE_SIP_HDR_H

#include "base/str.h"

typedef struct zti_param {
    zti_str name, value; /* value without quotes; empty: a bare name */
    uint32_t is_quoted;
} zti_param;

/* Takes *( SEMI name [ EQUAL value ] ) one by one: E_NOTFOUND at the end of the span,
 * E_MALFORMED. */
int32_t zti_param_next(zti_str *rest, zti_param *out);
/* All of them; *value is that of the one named (span of length 0 when absent), which may stand
 * once only and must then have a value. */
int32_t zti_params_check(zti_str params, zti_str name, zti_str *value);

/* The first of that name, any case, in ";a;b=c" of a URI or a header; a value comes without its
 * quotes. E_NOTFOUND. */
int32_t zti_param_find(zti_str params, zti_str name, zti_str *value);

/* The next of a comma-separated list; commas inside quotes and <> do not count. Trimmed, may be
 * empty. E_NOTFOUND at the end. */
int32_t zti_list_next(zti_str *rest, zti_str *item);

typedef struct zti_name_addr {
    uint32_t is_bracketed;
    uint32_t scheme; /* ZTRUNK_URI_* */
    zti_str display, uri, params, tag;
} zti_name_addr;

/* RFC 3261 20.10; the URI must parse, and without <> it holds neither "," nor "?". On an error
 * what is in *out means nothing. */
int32_t zti_name_addr_parse(zti_str text, zti_name_addr *out);

typedef struct zti_via {
    uint32_t port;
    zti_str transport, host, params, branch; /* branch empty: an RFC 2543 peer */
} zti_via;

/* On an error what is in *out means nothing. */
int32_t zti_via_parse(zti_str text, zti_via *out);

/* Number below 2^31, method. */
int32_t zti_cseq_parse(zti_str text, uint32_t *number, zti_str *method);
int32_t zti_call_id_check(zti_str text);
/* type "/" subtype, parameters. */
int32_t zti_media_type_check(zti_str text);

#endif
