/* sip.h - SIP messages: framing of a byte stream, a strict gate, access, edit, encode.
 *
 * Every message passes the gate before any decoder sees it: linear time, bounded, exact names,
 * exactly one of each single header, decimal numbers that do not wrap. */
#ifndef ZEROTRUNK_SIP_H
#define ZEROTRUNK_SIP_H

#include <zerotrunk/core.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {                          /* events of a stream; detail: how many came since the last poll */
       ZTRUNK_EV_SIP_PING = 16, /* RFC 5626 4.4.1 double CRLF: answer with one CRLF */
       ZTRUNK_EV_SIP_PONG = 17  /* one CRLF; a ping cut in two shows as a pong, then a ping */
};

enum { /* methods; the name of an OTHER is ztrunk_sip_msg_method() */
       ZTRUNK_SIP_OTHER = 0,
       ZTRUNK_SIP_INVITE,
       ZTRUNK_SIP_ACK,
       ZTRUNK_SIP_BYE,
       ZTRUNK_SIP_CANCEL,
       ZTRUNK_SIP_OPTIONS,
       ZTRUNK_SIP_REGISTER,
       ZTRUNK_SIP_INFO,
       ZTRUNK_SIP_PRACK,
       ZTRUNK_SIP_UPDATE,
       ZTRUNK_SIP_REFER,
       ZTRUNK_SIP_NOTIFY,
       ZTRUNK_SIP_SUBSCRIBE,
       ZTRUNK_SIP_MESSAGE,
       ZTRUNK_SIP_PUBLISH
};

typedef struct ztrunk_sip_opts { /* zero: the default in brackets */
    uint32_t size;
    uint32_t max_message; /* [65536] bytes, head and body */
    uint32_t max_line;    /* [8192] bytes of one header, folded lines joined */
    uint32_t max_headers; /* [128] header fields; of one name but Via at most 32 */
} ztrunk_sip_opts;

typedef struct ztrunk_sip_info {
    uint32_t size, is_request;
    uint32_t method; /* of the request line, or of the CSeq in a response */
    uint32_t status; /* responses: 100..699 */
    uint32_t cseq, body_len;
    /* fault: 0, or the status (400, 413, 414, 416, 505) with which a request that was framed
     * but failed the gate must be answered; a response or an ACK with one is dropped. What the
     * gate cannot know is the caller's: 420 (Require), 483 (max_forwards), 415, 405. */
    uint32_t fault;
    uint32_t max_forwards; /* 0..255; UINT32_MAX: no such header, or a bad one */
    uint32_t has_to_tag, reserved;
} ztrunk_sip_info;

typedef struct ztrunk_sip_stream ztrunk_sip_stream;
typedef struct ztrunk_sip_msg ztrunk_sip_msg;

/* A stream transport's bytes become messages. */
ZTRUNK_API int32_t ztrunk_sip_stream_new(ztrunk_ctx *ctx, const ztrunk_sip_opts *opts,
                                         ztrunk_sip_stream **out);
/* Appends; *used < len when the bound is reached: take messages first. */
ZTRUNK_API int32_t ztrunk_sip_stream_feed(ztrunk_sip_stream *s, const uint8_t *data, size_t len,
                                          size_t *used);
/* The next whole message, the caller's to free; *out NULL: more bytes are needed.
 * E_MALFORMED: where this message ends cannot be known (length, charset, bounds): when *out is
 * not NULL answer it with its fault; then close, for the stream is dead: E_STATE from then on. */
ZTRUNK_API int32_t ztrunk_sip_stream_next(ztrunk_sip_stream *s, ztrunk_sip_msg **out);
/* Bytes of an unfinished message are waiting: what a header deadline watches. */
ZTRUNK_API uint32_t ztrunk_sip_stream_is_partial(const ztrunk_sip_stream *s);
ZTRUNK_API int32_t ztrunk_sip_stream_poll(ztrunk_sip_stream *s, ztrunk_event *event);
ZTRUNK_API void ztrunk_sip_stream_free(ztrunk_sip_stream *s);

/* One datagram. E_MALFORMED without a message: drop it in silence (also for keep-alives). Without
 * a Content-Length the body is what is left; what is past one belongs to nobody. */
ZTRUNK_API int32_t ztrunk_sip_msg_parse(ztrunk_ctx *ctx, const ztrunk_sip_opts *opts,
                                        const uint8_t *data, size_t len, ztrunk_sip_msg **out);
/* "INVITE", "sip:...": a request with no headers yet. */
ZTRUNK_API int32_t ztrunk_sip_msg_new_request(ztrunk_ctx *ctx, const char *method, const char *uri,
                                              ztrunk_sip_msg **out);
/* RFC 3261 8.2.6: Via, From, To, Call-ID and CSeq of the request, Record-Route as well in 101 to
 * 299. reason NULL: the registered phrase. to_tag NULL: none is added; else it is added to a To
 * that has none. A request with a fault is answered with what could be read of it; E_NOTFOUND
 * when that holds no Via, so that nobody knows where to answer. */
ZTRUNK_API int32_t ztrunk_sip_msg_new_response(const ztrunk_sip_msg *request, uint32_t status,
                                               const char *reason, const char *to_tag,
                                               ztrunk_sip_msg **out);
ZTRUNK_API int32_t ztrunk_sip_msg_clone(const ztrunk_sip_msg *m, ztrunk_sip_msg **out);
ZTRUNK_API void ztrunk_sip_msg_free(ztrunk_sip_msg *m);

/* Accessors. Loans live until the message is edited or freed; they are not NUL-terminated. */
ZTRUNK_API int32_t ztrunk_sip_msg_info(const ztrunk_sip_msg *m, ztrunk_sip_info *info);
ZTRUNK_API int32_t ztrunk_sip_msg_method(const ztrunk_sip_msg *m, const char **text, size_t *len);
ZTRUNK_API int32_t ztrunk_sip_msg_uri(const ztrunk_sip_msg *m, const char **text, size_t *len);
ZTRUNK_API int32_t ztrunk_sip_msg_reason(const ztrunk_sip_msg *m, const char **text, size_t *len);
ZTRUNK_API const char *ztrunk_sip_msg_fault_text(const ztrunk_sip_msg *m); /* static, "" if none */
/* The nth field of that name (either its long or its compact form, any case). E_NOTFOUND. */
ZTRUNK_API int32_t ztrunk_sip_msg_header(const ztrunk_sip_msg *m, const char *name, uint32_t nth,
                                         const char **text, size_t *len);
/* The nth value over all fields of that name, commas outside quotes and <> split them. An empty
 * list has one empty value. */
ZTRUNK_API int32_t ztrunk_sip_msg_value(const ztrunk_sip_msg *m, const char *name, uint32_t nth,
                                        const char **text, size_t *len);
/* The nth header field of the message, whatever its name. */
ZTRUNK_API int32_t ztrunk_sip_msg_header_at(const ztrunk_sip_msg *m, uint32_t nth,
                                            const char **name, size_t *name_len, const char **text,
                                            size_t *len);
ZTRUNK_API int32_t ztrunk_sip_msg_body(const ztrunk_sip_msg *m, const uint8_t **body, size_t *len);
/* The one content of a media type ("application/sdp"): the body, or one part of a multipart body
 * (RFC 5621), not searched in a multipart within. E_NOTFOUND: no body, none of that type, or it is
 * encoded (Content-Encoding, Content-Transfer-Encoding): 415. E_MALFORMED: two parts of the type,
 * an empty one, or parts that two readers would cut differently: 400. E_LIMIT: more than 16 parts.
 */
ZTRUNK_API int32_t ztrunk_sip_msg_part(const ztrunk_sip_msg *m, const char *type,
                                       const uint8_t **part, size_t *len);
/* That part's Content-ID, without its angle brackets (RFC 2392). As above; E_NOTFOUND without one.
 */
ZTRUNK_API int32_t ztrunk_sip_msg_part_id(const ztrunk_sip_msg *m, const char *type,
                                          const char **id, size_t *len);
/* Tag of From (is_to 0) or To (1). E_NOTFOUND when there is none. */
ZTRUNK_API int32_t ztrunk_sip_msg_tag(const ztrunk_sip_msg *m, uint32_t is_to, const char **text,
                                      size_t *len);

/* Edits. E_INVALID: the name is no token or is Content-Length, or the value holds CR, LF or NUL.
 * E_LIMIT past max_headers. They do not judge the message again: its fault stays as it was. */
ZTRUNK_API int32_t ztrunk_sip_msg_set_uri(ztrunk_sip_msg *m, const char *uri);
ZTRUNK_API int32_t ztrunk_sip_msg_add_header(ztrunk_sip_msg *m, const char *name, const char *value,
                                             size_t len); /* behind the others */
ZTRUNK_API int32_t ztrunk_sip_msg_push_header(ztrunk_sip_msg *m, const char *name,
                                              const char *value, size_t len); /* before all */
/* Replaces the first of that name and removes the rest; adds when there is none. */
ZTRUNK_API int32_t ztrunk_sip_msg_set_header(ztrunk_sip_msg *m, const char *name, const char *value,
                                             size_t len);
ZTRUNK_API int32_t ztrunk_sip_msg_remove_header(ztrunk_sip_msg *m, const char *name); /* all */
/* content_type NULL and len 0: no body. Content-Length is always the encoder's. */
ZTRUNK_API int32_t ztrunk_sip_msg_set_body(ztrunk_sip_msg *m, const char *content_type,
                                           const uint8_t *body, size_t len);
/* Puts a second content beside the body, which becomes the first part of a multipart/mixed (RFC
 * 5621) with a boundary drawn at random. type: without parameters; id: a Content-ID without angle
 * brackets, or NULL. E_STATE: there is no body, or it is encoded or multipart already. E_INVALID:
 * an empty part, a type or id with other characters than theirs. E_LIMIT past max_message. */
ZTRUNK_API int32_t ztrunk_sip_msg_add_part(ztrunk_sip_msg *m, const char *type, const char *id,
                                           const uint8_t *part, size_t len);
ZTRUNK_API int32_t ztrunk_sip_msg_encode(const ztrunk_sip_msg *m, uint8_t *wire, size_t cap,
                                         size_t *out_len);

/* Values. A span is an offset into the text that was parsed. */
typedef struct ztrunk_span {
    uint32_t at, len;
} ztrunk_span;

enum { ZTRUNK_URI_OTHER = 0, ZTRUNK_URI_SIP = 1, ZTRUNK_URI_SIPS = 2, ZTRUNK_URI_TEL = 3 };

typedef struct ztrunk_sip_uri {
    uint32_t size, scheme; /* ZTRUNK_URI_* */
    uint32_t port;         /* 0: none */
    uint32_t reserved;
    /* tel: user is the number. host without brackets; params from their first ";" on, as
     * ztrunk_sip_param() takes them; headers without the "?". */
    ztrunk_span user, password, host, params, headers;
} ztrunk_sip_uri;

typedef struct ztrunk_sip_name_addr { /* RFC 3261 20.10: From, To, Contact, Route ... */
    uint32_t size, is_bracketed;
    ztrunk_span display, uri, params; /* display without quotes; params: of the header */
} ztrunk_sip_name_addr;

typedef struct ztrunk_sip_via {
    uint32_t size, port;
    ztrunk_span transport, host, params; /* "TLS"; sent-by host without brackets */
    ztrunk_span branch;                  /* len 0: none, an RFC 2543 peer */
} ztrunk_sip_via;

/* The whole text or E_MALFORMED. Of a scheme that is neither sip, sips nor tel only the
 * characters are checked. A host that ends in a number is an IPv4 address; ports are 1..65535. */
ZTRUNK_API int32_t ztrunk_sip_uri_parse(const char *text, size_t len, ztrunk_sip_uri *out);
ZTRUNK_API int32_t ztrunk_sip_name_addr_parse(const char *text, size_t len,
                                              ztrunk_sip_name_addr *out);
ZTRUNK_API int32_t ztrunk_sip_via_parse(const char *text, size_t len, ztrunk_sip_via *out);
/* ";a;b=c": finds a parameter by name (any case) inside text[params]. value->len 0: bare; a
 * quoted value comes without its quotes and with its backslashes. E_NOTFOUND. */
ZTRUNK_API int32_t ztrunk_sip_param(const char *text, ztrunk_span params, const char *name,
                                    ztrunk_span *value);
/* 22 random base64url-like characters (RFC 3261 19.3) and a NUL. */
ZTRUNK_API int32_t ztrunk_sip_tag_new(ztrunk_ctx *ctx, char tag[23]);
ZTRUNK_API const char *ztrunk_sip_reason_phrase(uint32_t status); /* static, "Unknown" */
ZTRUNK_API const char *ztrunk_sip_method_name(uint32_t method);   /* static, "" for OTHER */

#ifdef __cplusplus
}
#endif
#endif
