/* tls_memory.c - mutual TLS without a socket: both ends in one program, their bytes carried by
 * hand. Run: tls_memory chain.pem key.pem ca.pem name (a certificate for both usages, naming name).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zerotrunk/tls.h>

#define FILE_MAX (64 * 1024)

static size_t load(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(data, 1, FILE_MAX, file) : 0;

    if (file != NULL) fclose(file);
    return len;
}

static int32_t make_conf(ztrunk_ctx *ctx, uint32_t role, char **files, ztrunk_tls_conf **out)
{
    static uint8_t chain[FILE_MAX], key[FILE_MAX], trust[FILE_MAX];
    const ztrunk_tls_opts opts = {.size = sizeof opts, .role = role};
    size_t chain_len = load(files[0], chain);
    size_t key_len = load(files[1], key);
    size_t trust_len = load(files[2], trust);
    int32_t err = ztrunk_tls_conf_new(ctx, &opts, out);

    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_identity(*out, chain, chain_len, key, key_len);
    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_trust(*out, trust, trust_len);
    if (err == ZTRUNK_OK) err = ztrunk_tls_conf_allow(*out, files[3]);
    return err;
}

/* Carries what one end has to send to the other. */
static size_t carry(ztrunk_tls *from, ztrunk_tls *to)
{
    uint8_t wire[4096];
    size_t len = 0, used = 0;

    if (ztrunk_tls_pull(from, wire, sizeof wire, &len) != ZTRUNK_OK || len == 0) return 0;
    (void)ztrunk_tls_feed(to, 0, wire, len, &used);
    return len;
}

static void report(const char *who, ztrunk_tls *tls)
{
    ztrunk_event event = {.size = sizeof event};
    char name[260];
    size_t len = 0;

    while (ztrunk_tls_poll(tls, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE) {
        if (event.kind == ZTRUNK_EV_TLS_READY &&
            ztrunk_tls_peer_name(tls, 0, name, sizeof name, &len) == ZTRUNK_OK)
            printf("%s: ready, %s, the peer is %s\n", who, ztrunk_tls_suite_name(tls), name);
        if (event.kind == ZTRUNK_EV_TLS_CLOSED)
            printf("%s: closed, %s\n", who, ztrunk_tls_cause_text(event.detail));
    }
}

static int32_t talk(ztrunk_tls *client, ztrunk_tls *server)
{
    static const char text[] = "OPTIONS sip:example.com SIP/2.0";
    uint8_t plain[256];
    size_t len = 0;
    int32_t err;

    while (carry(client, server) + carry(server, client) > 0) continue;
    report("client", client);
    report("server", server);
    err = ztrunk_tls_write(client, 0, (const uint8_t *)text, strlen(text), &len);
    if (err != ZTRUNK_OK) return err;
    (void)carry(client, server);
    err = ztrunk_tls_read(server, plain, sizeof plain, &len);
    if (err == ZTRUNK_OK) printf("server read: %.*s\n", (int)len, (const char *)plain);
    return err;
}

int main(int argc, char **argv)
{
    ztrunk_ctx *ctx = NULL;
    ztrunk_tls_conf *confs[2] = {NULL, NULL};
    ztrunk_tls *client = NULL, *server = NULL;
    int64_t wall_s = (int64_t)time(NULL);
    int32_t err;

    if (argc != 5) {
        fprintf(stderr, "usage: tls_memory chain.pem key.pem ca.pem name\n");
        return 2;
    }
    err = ztrunk_ctx_new(&ctx);
    if (err == ZTRUNK_OK) err = make_conf(ctx, ZTRUNK_TLS_CLIENT, argv + 1, &confs[0]);
    if (err == ZTRUNK_OK) err = make_conf(ctx, ZTRUNK_TLS_SERVER, argv + 1, &confs[1]);
    if (err == ZTRUNK_OK) err = ztrunk_tls_new(confs[0], argv[4], 0, wall_s, &client);
    if (err == ZTRUNK_OK) err = ztrunk_tls_new(confs[1], NULL, 0, wall_s, &server);
    if (err == ZTRUNK_OK) err = talk(client, server);
    if (err != ZTRUNK_OK) fprintf(stderr, "tls_memory: %s\n", ztrunk_strerror(err));
    ztrunk_tls_free(client);
    ztrunk_tls_free(server);
    ztrunk_tls_conf_free(confs[0]);
    ztrunk_tls_conf_free(confs[1]);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
