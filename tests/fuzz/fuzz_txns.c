/* Transactions and dialogs under messages and time of the fuzzer's choice: each record is a byte
 * (what), a byte (flow or seconds), two bytes of length, and a message. */
#include <stdlib.h>
#include <zerotrunk/dialog.h>
#include <zerotrunk/txn.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct sides {
    ztrunk_ctx *ctx;
    ztrunk_txns *t;
    ztrunk_dialogs *d;
    uint64_t now_ns;
} sides;

static void drain(sides *s)
{
    static uint8_t wire[1 << 17];
    ztrunk_event event = {.size = sizeof event};
    uint64_t flow;
    size_t len;

    while (ztrunk_txns_pull(s->t, &flow, wire, sizeof wire, &len) == ZTRUNK_OK && len > 0) continue;
    while (ztrunk_dialogs_pull(s->d, &flow, wire, sizeof wire, &len) == ZTRUNK_OK && len > 0)
        continue;
    do (void)ztrunk_txns_poll(s->t, &event);
    while (event.kind != ZTRUNK_EV_NONE);
    do (void)ztrunk_dialogs_poll(s->d, &event);
    while (event.kind != ZTRUNK_EV_NONE);
}

static void reply(sides *s, uint8_t flow, uint64_t id, const ztrunk_sip_msg *request)
{
    ztrunk_sip_msg *m = NULL;
    uint64_t dialog = 0;

    if (ztrunk_sip_msg_new_response(request, flow & 1 ? 200 : 486, NULL, "us", &m) != ZTRUNK_OK)
        return;
    (void)ztrunk_dialogs_observe(s->d, s->now_ns, flow, flow, m, 1, &dialog);
    (void)ztrunk_txns_respond(s->t, s->now_ns, id, m);
    ztrunk_sip_msg_free(m);
    m = NULL;
    if (ztrunk_dialogs_request(s->d, dialog, "BYE", 0, &m) == ZTRUNK_OK)
        (void)ztrunk_txns_request(s->t, s->now_ns, flow, 0, "SIP/2.0/UDP us", m, &id);
    ztrunk_sip_msg_free(m);
}

static void take(sides *s, uint8_t what, uint8_t flow, ztrunk_sip_msg *m)
{
    static const ztrunk_addr from = {.family = 4, .port = 5060, .ip = {192, 0, 2, 1}};
    uint32_t kind = ZTRUNK_TXN_STRAY;
    uint64_t id = 0, dialog = 0;

    if (what & 1) {
        if (ztrunk_dialogs_observe(s->d, s->now_ns, flow, flow, m, 1, &dialog) == ZTRUNK_OK)
            (void)ztrunk_txns_request(s->t, s->now_ns, flow, 0, "SIP/2.0/UDP us", m, &id);
        if (what & 2) (void)ztrunk_txns_cancel(s->t, s->now_ns, id);
        return;
    }
    if (ztrunk_txns_receive(s->t, s->now_ns, flow, what & 2, &from, m, &kind, &id) != ZTRUNK_OK)
        return;
    (void)ztrunk_dialogs_observe(s->d, s->now_ns, flow, flow, m, 0, &dialog);
    if (kind == ZTRUNK_TXN_REQUEST) reply(s, flow, id, m);
}

static void run(sides *s, const uint8_t *data, size_t size)
{
    while (size >= 4) {
        size_t len = (size_t)data[2] << 8 | data[3];
        ztrunk_sip_msg *m = NULL;

        if (len > size - 4) len = size - 4;
        if (data[0] & 4) s->now_ns += data[1] * UINT64_C(1000000000);
        if (data[0] & 8) (void)ztrunk_txns_flow_failed(s->t, s->now_ns, data[1]);
        if (ztrunk_sip_msg_parse(s->ctx, NULL, data + 4, len, &m) == ZTRUNK_OK)
            take(s, data[0], data[1], m);
        ztrunk_sip_msg_free(m);
        (void)ztrunk_txns_expire(s->t, s->now_ns);
        (void)ztrunk_dialogs_expire(s->d, s->now_ns);
        drain(s);
        data += 4 + len;
        size -= 4 + len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {16};
    ztrunk_txns_opts txns = {.size = sizeof txns, .max = 8};
    ztrunk_dialogs_opts dialogs = {.size = sizeof dialogs, .max = 8};
    sides s = {NULL, NULL, NULL, 0};

    if (ztrunk_ctx_new_seeded(seed, &s.ctx) != ZTRUNK_OK ||
        ztrunk_txns_new(s.ctx, &txns, &s.t) != ZTRUNK_OK ||
        ztrunk_dialogs_new(s.ctx, &dialogs, &s.d) != ZTRUNK_OK)
        abort();
    run(&s, data, size);
    ztrunk_txns_free(s.t);
    ztrunk_dialogs_free(s.d);
    ztrunk_ctx_free(s.ctx);
    return 0;
}
