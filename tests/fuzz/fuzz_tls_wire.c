/* A stranger's bytes against a fresh server and a fresh client. Whatever they are, neither side may
 * ever be ready: nobody here holds the keys. The first byte says how the rest is cut. */
#include <zerotrunk/tls.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char chain[] = "-----BEGIN CERTIFICATE-----\n"
                            "MIIBwTCCAWagAwIBAgIUbPZfAr3Dqku8tS30/m4oO68xcWswCgYIKoZIzj0EAwIw\n"
                            "DTELMAkGA1UEAwwCY2EwIBcNMjYxMTIzMDg0MTAxWhgPMjEyNjEwMzAwODQxMDFa\n"
                            "MBAxDjAMBgNVBAMMBXRydW5rMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjmnE\n"
                            "we4KdiRNR/wzoA4ZbwbOsHiPb1dXo8oOZDNovzFKEa/dewGAsEoZvukH331uIdht\n"
                            "sO60GLQuyfoOtHc47aOBnjCBmzAcBgNVHREEFTATghF0cnVuay5leGFtcGxlLmNv\n"
                            "bTAdBgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwDgYDVR0PAQH/BAQDAgeA\n"
                            "MAwGA1UdEwEB/wQCMAAwHwYDVR0jBBgwFoAUVtBYUv4hkvb84FSZ2HgDYVjLUX4w\n"
                            "HQYDVR0OBBYEFPVpf2Ie3mvGUh6fRRlM1HnXPW9wMAoGCCqGSM49BAMCA0kAMEYC\n"
                            "IQC5XzUIpLSYIQr0tBIp0+khjQLMdzxCtgpSVtkZ3QHH1AIhAI1NDX2OHqiwVKg8\n"
                            "ulIuZHfMRL//ED9YmptnYjlzAV+q\n"
                            "-----END CERTIFICATE-----\n";
static const char key[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjzvYmv1Zcuw/pWKb\n"
                          "qVw8VfQknVo1MHuyk0uesWkUuLWhRANCAASOacTB7gp2JE1H/DOgDhlvBs6weI9v\n"
                          "V1ejyg5kM2i/MUoRr917AYCwShm+6QfffW4h2G2w7rQYtC7J+g60dzjt\n"
                          "-----END PRIVATE KEY-----\n";
static const char trust[] = "-----BEGIN CERTIFICATE-----\n"
                            "MIIBgTCCASegAwIBAgIURBlT9SIWfclvyOvNNIE6kDF+oMEwCgYIKoZIzj0EAwIw\n"
                            "DTELMAkGA1UEAwwCY2EwIBcNMjYxMTIzMDg0MTAxWhgPMjEyNjEwMzAwODQxMDFa\n"
                            "MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEI2e5gxrP\n"
                            "kUdyEyHgYYY6BYEgZE4BWS4aG8S8YrSAjYXBqviI6raWXwZm02kTiHXfs7kIQqud\n"
                            "KpmQAIFNI34zu6NjMGEwHQYDVR0OBBYEFFbQWFL+IZL2/OBUmdh4A2FYy1F+MB8G\n"
                            "A1UdIwQYMBaAFFbQWFL+IZL2/OBUmdh4A2FYy1F+MA8GA1UdEwEB/wQFMAMBAf8w\n"
                            "DgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0gAMEUCIQDMh8t6co9fuNMGjHpq\n"
                            "Zca/YzZyuQYP6k5GwRSDNg35+wIgeqNmjDbEIX5DThPC+lEdy3n2mDDDMyBSNAoU\n"
                            "UmedaPE=\n"
                            "-----END CERTIFICATE-----\n";

static ztrunk_tls_conf *conf_of(ztrunk_ctx *ctx, uint32_t role)
{
    const ztrunk_tls_opts opts = {.size = sizeof opts, .role = role};
    ztrunk_tls_conf *conf = NULL;

    if (ztrunk_tls_conf_new(ctx, &opts, &conf) != ZTRUNK_OK ||
        ztrunk_tls_conf_identity(conf, (const uint8_t *)chain, strlen(chain), (const uint8_t *)key,
                                 strlen(key)) != ZTRUNK_OK ||
        ztrunk_tls_conf_trust(conf, (const uint8_t *)trust, strlen(trust)) != ZTRUNK_OK)
        abort();
    return conf;
}

static void drain(ztrunk_tls *tls)
{
    ztrunk_event event = {.size = sizeof event};
    uint8_t bytes[2048];
    size_t len = 0;

    while (ztrunk_tls_pull(tls, bytes, sizeof bytes, &len) == ZTRUNK_OK && len > 0) continue;
    if (ztrunk_tls_read(tls, bytes, sizeof bytes, &len) == ZTRUNK_OK) abort();
    while (ztrunk_tls_poll(tls, &event) == ZTRUNK_OK && event.kind != ZTRUNK_EV_NONE)
        if (event.kind == ZTRUNK_EV_TLS_READY) abort();
}

static void tell(ztrunk_tls *tls, const uint8_t *data, size_t size, size_t portion)
{
    size_t used = 0;

    drain(tls);
    for (size_t at = 0; at < size; at += portion) {
        size_t n = size - at < portion ? size - at : portion;

        if (ztrunk_tls_feed(tls, 1, data + at, n, &used) != ZTRUNK_OK) break;
        drain(tls);
    }
    (void)ztrunk_tls_feed_end(tls, 2);
    drain(tls);
    ztrunk_tls_free(tls);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {3};
    ztrunk_ctx *ctx = NULL;
    ztrunk_tls_conf *server, *client;
    ztrunk_tls *tls = NULL;
    size_t portion;

    if (size < 1 || ztrunk_ctx_new_seeded(seed, &ctx) != ZTRUNK_OK) return 0;
    portion = data[0] == 0 ? size : data[0];
    server = conf_of(ctx, ZTRUNK_TLS_SERVER);
    client = conf_of(ctx, ZTRUNK_TLS_CLIENT);
    if (ztrunk_tls_new(server, NULL, 1, 1767225600, &tls) == ZTRUNK_OK)
        tell(tls, data + 1, size - 1, portion);
    if (ztrunk_tls_new(client, "trunk.example.com", 1, 1767225600, &tls) == ZTRUNK_OK)
        tell(tls, data + 1, size - 1, portion);
    ztrunk_tls_conf_free(server);
    ztrunk_tls_conf_free(client);
    ztrunk_ctx_free(ctx);
    return 0;
}
