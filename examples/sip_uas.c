/* sip_uas - a user agent server without a socket: it is handed a call, message by message, and
 * prints what it answers. Any loop that moves bytes can stand around it. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/dialog.h>
#include <zerotrunk/txn.h>

enum { TRUNK = 1, FLOW = 1 };

#define HEAD(method, branch, to_tag, cseq)                                                         \
    method " sip:bob@us.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=" branch "\r\n"  \
           "From: <sip:alice@peer.example>;tag=a1\r\nTo: <sip:bob@us.example>" to_tag "\r\n"       \
           "Call-ID: call1\r\nCSeq: " cseq " " method "\r\nMax-Forwards: 70\r\n"                   \
           "Contact: <sip:alice@192.0.2.7>\r\nContent-Length: 0\r\n\r\n"

static const char *const call[] = {
    HEAD("OPTIONS", "z9hG4bK1", "", "1"),
    HEAD("INVITE", "z9hG4bK2", "", "2"),
    HEAD("ACK", "z9hG4bK3", ";tag=b1", "2"),
    HEAD("BYE", "z9hG4bK4", ";tag=b2", "3"), /* a wrong tag: 481 */
    HEAD("BYE", "z9hG4bK5", ";tag=b1", "3"),
};

typedef struct uas {
    ztrunk_ctx *ctx;
    ztrunk_txns *txns;
    ztrunk_dialogs *dialogs;
} uas;

static int32_t answer(uas *u, const ztrunk_sip_msg *request, uint64_t txn, uint32_t status)
{
    static const char contact[] = "<sip:bob@us.example>";
    ztrunk_sip_msg *m = NULL;
    uint64_t dialog;
    int32_t err = ztrunk_sip_msg_new_response(request, status, NULL, "b1", &m);

    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "Contact", contact, strlen(contact));
    if (err == ZTRUNK_OK) err = ztrunk_dialogs_observe(u->dialogs, 0, TRUNK, FLOW, m, 1, &dialog);
    if (err == ZTRUNK_OK) err = ztrunk_txns_respond(u->txns, 0, txn, m);
    ztrunk_sip_msg_free(m);
    return err;
}

static int32_t take(uas *u, ztrunk_sip_msg *m)
{
    static const ztrunk_addr from = {.family = 4, .port = 5060, .ip = {192, 0, 2, 7}};
    uint32_t kind, refusal;
    uint64_t txn, dialog;
    int32_t err = ztrunk_txns_receive(u->txns, 0, FLOW, 0, &from, m, &kind, &txn);

    if (err != ZTRUNK_OK) return err;
    if (kind != ZTRUNK_TXN_REQUEST && kind != ZTRUNK_TXN_ACK) return ZTRUNK_OK;
    (void)ztrunk_dialogs_observe(u->dialogs, 0, TRUNK, FLOW, m, 0, &dialog);
    if (kind == ZTRUNK_TXN_ACK) return ZTRUNK_OK;
    refusal = ztrunk_dialogs_refusal(u->dialogs);
    return answer(u, m, txn, refusal != 0 ? refusal : 200);
}

static void print_sent(uas *u)
{
    char wire[65536];
    uint64_t flow;
    size_t len;

    while (ztrunk_txns_pull(u->txns, &flow, (uint8_t *)wire, sizeof wire, &len) == ZTRUNK_OK &&
           len > 0)
        printf("  -> %.*s\n", (int)strcspn(wire, "\r"), wire);
}

static int32_t serve(uas *u)
{
    for (size_t i = 0; i < sizeof call / sizeof call[0]; i++) {
        ztrunk_sip_msg *m = NULL;
        int32_t err =
            ztrunk_sip_msg_parse(u->ctx, NULL, (const uint8_t *)call[i], strlen(call[i]), &m);

        if (err == ZTRUNK_OK) err = take(u, m);
        ztrunk_sip_msg_free(m);
        if (err != ZTRUNK_OK) return err;
        printf("%.*s\n", (int)strcspn(call[i], "\r"), call[i]);
        print_sent(u);
    }
    return ZTRUNK_OK;
}

int main(void)
{
    uas u = {NULL, NULL, NULL};
    int32_t err = ztrunk_ctx_new(&u.ctx);

    if (err == ZTRUNK_OK) err = ztrunk_txns_new(u.ctx, NULL, &u.txns);
    if (err == ZTRUNK_OK) err = ztrunk_dialogs_new(u.ctx, NULL, &u.dialogs);
    if (err == ZTRUNK_OK) err = serve(&u);
    if (err != ZTRUNK_OK) fprintf(stderr, "sip_uas: %s\n", ztrunk_strerror(err));
    ztrunk_dialogs_free(u.dialogs);
    ztrunk_txns_free(u.txns);
    ztrunk_ctx_free(u.ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
