/* sip_gate.c - one engine linked into a program that has its own sockets: bytes of a TCP or TLS
 * connection become messages, what breaks the rules is answered, the rest would go on to the
 * program's own parser. Run: sip_gate < messages; it prints each message and the answers. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/sip.h>

static void show(const ztrunk_sip_msg *m, const ztrunk_sip_info *info)
{
    const char *method = "", *call_id = "";
    size_t method_len = 0, call_id_len = 0;

    (void)ztrunk_sip_msg_method(m, &method, &method_len);
    (void)ztrunk_sip_msg_header(m, "Call-ID", 0, &call_id, &call_id_len);
    printf("%s %.*s, Call-ID %.*s, body of %u: ", info->is_request ? "request" : "response",
           (int)method_len, method, (int)call_id_len, call_id, info->body_len);
    if (info->fault == 0)
        printf("passes\n");
    else
        printf("fault %u, %s\n", info->fault, ztrunk_sip_msg_fault_text(m));
}

/* RFC 3261 17.1.1.3: an ACK is never answered; a bad response is dropped. */
static void answer(ztrunk_ctx *ctx, const ztrunk_sip_msg *m, const ztrunk_sip_info *info)
{
    ztrunk_sip_msg *response = NULL;
    uint8_t wire[8192];
    char tag[23];
    size_t len;

    if (!info->is_request || info->method == ZTRUNK_SIP_ACK) return;
    if (ztrunk_sip_tag_new(ctx, tag) != ZTRUNK_OK) return;
    if (ztrunk_sip_msg_new_response(m, info->fault, NULL, tag, &response) != ZTRUNK_OK) return;
    if (ztrunk_sip_msg_encode(response, wire, sizeof wire, &len) == ZTRUNK_OK)
        (void)fwrite(wire, 1, len, stdout);
    ztrunk_sip_msg_free(response);
}

/* 1 while the connection may stay open. */
static int take_messages(ztrunk_ctx *ctx, ztrunk_sip_stream *stream)
{
    ztrunk_sip_msg *m = NULL;
    int32_t err;

    do {
        ztrunk_sip_info info = {.size = sizeof info};

        err = ztrunk_sip_stream_next(stream, &m);
        if (m == NULL) break;
        if (ztrunk_sip_msg_info(m, &info) == ZTRUNK_OK) show(m, &info);
        if (info.fault != 0) answer(ctx, m, &info);
        ztrunk_sip_msg_free(m);
    } while (err == ZTRUNK_OK);
    if (err != ZTRUNK_OK) printf("close the connection: %s\n", ztrunk_strerror(err));
    return err == ZTRUNK_OK;
}

static int feed(ztrunk_ctx *ctx, ztrunk_sip_stream *stream, const uint8_t *data, size_t len)
{
    while (len > 0) {
        size_t used = 0;

        if (ztrunk_sip_stream_feed(stream, data, len, &used) != ZTRUNK_OK) return 0;
        if (!take_messages(ctx, stream)) return 0;
        data += used;
        len -= used;
    }
    return 1;
}

int main(void)
{
    ztrunk_ctx *ctx = NULL;
    ztrunk_sip_stream *stream = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);
    uint8_t piece[1400]; /* what a read of a socket may give */
    size_t len;

    if (err == ZTRUNK_OK) err = ztrunk_sip_stream_new(ctx, NULL, &stream);
    while (err == ZTRUNK_OK && (len = fread(piece, 1, sizeof piece, stdin)) > 0)
        if (!feed(ctx, stream, piece, len)) break;
    if (err == ZTRUNK_OK && ztrunk_sip_stream_is_partial(stream))
        printf("an unfinished message waits: a deadline should watch it\n");
    ztrunk_sip_stream_free(stream);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
