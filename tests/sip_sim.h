/* sip_sim.h - messages for stories of transactions and dialogs in virtual time. */
#ifndef TESTS_SIP_SIM_H
#define TESTS_SIP_SIM_H

#include <stdio.h>
#include <string.h>
#include <zerotrunk/dialog.h>
#include <zerotrunk/txn.h>

#define SIM_MS  UINT64_C(1000000)
#define SIM_SEC UINT64_C(1000000000)
#define SIM_VIA "SIP/2.0/UDP us.example.com:5060"
#define SIM_SDP "v=0\r\n"

static const ztrunk_addr sim_from = {.family = 4, .port = 5070, .ip = {192, 0, 2, 7}};

typedef struct sim_spec { /* NULL and 0: the default */
    const char *method, *branch, *call, *from_tag, *to_tag, *extra, *body;
    uint32_t cseq;
} sim_spec;

static inline const char *sim_or(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static inline ztrunk_sip_msg *sim_parse(ztrunk_ctx *ctx, const char *text, size_t len)
{
    ztrunk_sip_msg *m = NULL;

    if (ztrunk_sip_msg_parse(ctx, NULL, (const uint8_t *)text, len, &m) != ZTRUNK_OK) return NULL;
    return m;
}

/* A request of the peer, or of ours when it is shown as outbound. NULL without memory. */
static inline ztrunk_sip_msg *sim_request(ztrunk_ctx *ctx, sim_spec s)
{
    const char *method = sim_or(s.method, "INVITE");
    const char *body = sim_or(s.body, "");
    char text[4096];
    int len =
        snprintf(text, sizeof text,
                 "%s sip:bob@us.example.com SIP/2.0\r\n"
                 "Via: SIP/2.0/UDP peer.example.com:5070;branch=%s;rport\r\n"
                 "Max-Forwards: 70\r\nFrom: <sip:alice@peer.example.com>;tag=%s\r\n"
                 "To: <sip:bob@us.example.com>%s%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n"
                 "Contact: <sip:alice@192.0.2.7:5070>\r\n%s%sContent-Length: %zu\r\n\r\n%s",
                 method, sim_or(s.branch, "z9hG4bK1"), sim_or(s.from_tag, "a1"),
                 s.to_tag != NULL ? ";tag=" : "", sim_or(s.to_tag, ""), sim_or(s.call, "call1"),
                 s.cseq > 0 ? s.cseq : 1, method, sim_or(s.extra, ""),
                 body[0] != 0 ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);

    return sim_parse(ctx, text, (size_t)len);
}

/* Some header lines of ours go in front; the body is SDP. NULL without memory. */
static inline ztrunk_sip_msg *sim_response(const ztrunk_sip_msg *request, uint32_t status,
                                           const char *tag, const char *body)
{
    static const char contact[] = "<sip:bob@198.51.100.1:5061;transport=tls>";
    ztrunk_sip_msg *m = NULL;
    int32_t err = ztrunk_sip_msg_new_response(request, status, NULL, tag, &m);

    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "Contact", contact, strlen(contact));
    if (err == ZTRUNK_OK && body != NULL)
        err = ztrunk_sip_msg_set_body(m, "application/sdp", (const uint8_t *)body, strlen(body));
    if (err == ZTRUNK_OK) return m;
    ztrunk_sip_msg_free(m);
    return NULL;
}

/* What the table wants to send next, parsed; NULL when nothing waits. */
static inline ztrunk_sip_msg *sim_pull(ztrunk_ctx *ctx, ztrunk_txns *t, uint64_t *flow)
{
    static uint8_t wire[65536];
    size_t len = 0;

    if (ztrunk_txns_pull(t, flow, wire, sizeof wire, &len) != ZTRUNK_OK || len == 0) return NULL;
    return sim_parse(ctx, (const char *)wire, len);
}

static inline ztrunk_sip_msg *sim_pull_dialog(ztrunk_ctx *ctx, ztrunk_dialogs *d, uint64_t *flow)
{
    static uint8_t wire[65536];
    size_t len = 0;

    if (ztrunk_dialogs_pull(d, flow, wire, sizeof wire, &len) != ZTRUNK_OK || len == 0) return NULL;
    return sim_parse(ctx, (const char *)wire, len);
}

static inline ztrunk_sip_info sim_info(const ztrunk_sip_msg *m)
{
    ztrunk_sip_info info = {.size = sizeof info};

    (void)ztrunk_sip_msg_info(m, &info);
    return info;
}

/* Pulls and frees one; its status, or 1000 + method of a request, or 0. */
static inline uint32_t sim_sent(ztrunk_ctx *ctx, ztrunk_txns *t)
{
    uint64_t flow = 0;
    ztrunk_sip_msg *m = sim_pull(ctx, t, &flow);
    ztrunk_sip_info info = {.size = sizeof info};

    if (m == NULL) return 0;
    info = sim_info(m);
    ztrunk_sip_msg_free(m);
    return info.is_request ? 1000 + info.method : info.status;
}

static inline ztrunk_event sim_event(ztrunk_txns *t)
{
    ztrunk_event event = {.size = sizeof event};

    (void)ztrunk_txns_poll(t, &event);
    return event;
}

static inline ztrunk_event sim_dialog_event(ztrunk_dialogs *d)
{
    ztrunk_event event = {.size = sizeof event};

    (void)ztrunk_dialogs_poll(d, &event);
    return event;
}

static inline uint32_t sim_receive(ztrunk_txns *t, uint64_t now_ns, uint64_t flow,
                                   uint32_t reliable, ztrunk_sip_msg *m, uint64_t *id)
{
    uint32_t kind = 99;

    return ztrunk_txns_receive(t, now_ns, flow, reliable, &sim_from, m, &kind, id) == ZTRUNK_OK
               ? kind
               : 98;
}

#endif
