/* rt_options.c - a SIP endpoint on the runtime: answers OPTIONS over UDP, and over mutual TLS when
 * it is given a certificate chain, its key and trust anchors.
 *
 *     rt_options 127.0.0.1:5060
 *     rt_options 127.0.0.1:5060 192.0.2.1:5061 chain.pem key.pem ca.pem */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <zerotrunk/rt.h>

typedef struct endpoint {
    ztrunk_ctx *ctx;
    ztrunk_rt *rt;
    ztrunk_net *net;
    ztrunk_tls_conf *conf;
} endpoint;

static int32_t answer(endpoint *e, uint64_t flow, const ztrunk_sip_msg *request)
{
    static uint8_t wire[65536];
    ztrunk_sip_info info = {.size = sizeof info};
    ztrunk_sip_msg *response = NULL;
    char tag[23];
    size_t len;
    int32_t err = ztrunk_sip_msg_info(request, &info);

    if (err != ZTRUNK_OK || !info.is_request || info.method == ZTRUNK_SIP_ACK) return err;
    err = ztrunk_sip_tag_new(e->ctx, tag);
    if (err == ZTRUNK_OK)
        err = ztrunk_sip_msg_new_response(request, info.method == ZTRUNK_SIP_OPTIONS ? 200 : 405,
                                          NULL, tag, &response);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(response, "Allow", "OPTIONS", 7);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_encode(response, wire, sizeof wire, &len);
    if (err == ZTRUNK_OK) err = ztrunk_net_send(e->net, flow, wire, len);
    ztrunk_sip_msg_free(response);
    return err;
}

static void on_message(void *opaque, uint64_t flow, ztrunk_sip_msg *m)
{
    int32_t err = answer(opaque, flow, m);

    if (err != ZTRUNK_OK) fprintf(stderr, "flow %" PRIu64 ": %s\n", flow, ztrunk_strerror(err));
    ztrunk_sip_msg_free(m);
}

static void on_close(void *opaque, uint64_t flow, const ztrunk_net_flow_info *info, int32_t error,
                     uint32_t cause, const char *text)
{
    char remote[64] = "";
    size_t len;

    (void)opaque;
    ztrunk_addr_format(&info->remote, remote, sizeof remote, &len);
    printf("flow %" PRIu64 " with %s ended: %s (%" PRId32 ", %" PRIu32 ")\n", flow, remote, text,
           error, cause);
}

static void on_signal(void *opaque, int signum)
{
    (void)signum;
    ztrunk_rt_stop(opaque);
}

static size_t read_file(const char *path, uint8_t *data, size_t cap)
{
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(data, 1, cap, file) : 0;

    if (file != NULL) fclose(file);
    return len;
}

static int32_t make_conf(endpoint *e, char **files)
{
    static uint8_t pem[3][65536];
    ztrunk_tls_opts opts = {.size = sizeof opts, .role = ZTRUNK_TLS_SERVER};
    size_t len[3];
    int32_t err = ztrunk_tls_conf_new(e->ctx, &opts, &e->conf);

    for (int i = 0; i < 3; i++) len[i] = read_file(files[i], pem[i], sizeof pem[i]);
    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_identity(e->conf, pem[0], len[0], pem[1], len[1]);
    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_trust(e->conf, pem[2], len[2]);
    return err;
}

static int32_t listen_on(endpoint *e, uint32_t transport, const char *text)
{
    ztrunk_addr addr;
    uint64_t listener;
    int32_t err = ztrunk_addr_parse(text, strlen(text), &addr);

    return err != ZTRUNK_OK ? err : ztrunk_net_listen(e->net, transport, &addr, e->conf, &listener);
}

int main(int argc, char **argv)
{
    endpoint e = {0};
    ztrunk_net_handler handler = {.size = sizeof handler,
                                  .opaque = &e,
                                  .on_message = on_message,
                                  .on_close = on_close};
    int32_t err = argc == 2 || argc == 6 ? ztrunk_ctx_new(&e.ctx) : ZTRUNK_E_INVALID;

    if (err == ZTRUNK_OK) err = ztrunk_rt_new(e.ctx, &e.rt);
    if (err == ZTRUNK_OK) err = ztrunk_rt_on_signal(e.rt, SIGINT, on_signal, e.rt);
    if (err == ZTRUNK_OK) err = ztrunk_net_new(e.rt, NULL, &handler, &e.net);
    if (err == ZTRUNK_OK) err = listen_on(&e, ZTRUNK_NET_UDP, argv[1]);
    if (err == ZTRUNK_OK && argc == 6) err = make_conf(&e, argv + 3);
    if (err == ZTRUNK_OK && argc == 6) err = listen_on(&e, ZTRUNK_NET_TLS, argv[2]);
    if (err == ZTRUNK_OK) err = ztrunk_rt_run(e.rt);
    if (err != ZTRUNK_OK) fprintf(stderr, "%s\n", ztrunk_strerror(err));
    ztrunk_net_free(e.net);
    ztrunk_tls_conf_free(e.conf);
    ztrunk_rt_free(e.rt);
    ztrunk_ctx_free(e.ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
