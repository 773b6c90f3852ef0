/* relay.c - a relay with so many calls between SRTP at 127.0.0.2:20000 and RTP at 127.0.0.3:20000.
 *
 * usage: relay CALLS [epoll|io_uring [SUITE]]
 * Writes one line for each stream that relay_load may send, then "ready", and carries media until
 * its standard input ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zerotrunk/relay.h>
#include <zerotrunk/srtp.h>

#define FIRST_PORT 30000

static void must(int32_t err, const char *what)
{
    if (err == ZTRUNK_OK) return;
    fprintf(stderr, "bench/relay: %s: %s\n", what, ztrunk_strerror(err));
    exit(1);
}

static ztrunk_addr addr_of(const char *text)
{
    ztrunk_addr addr = {0};

    must(ztrunk_addr_parse(text, strlen(text), &addr), text);
    return addr;
}

static void print_stream(const char *kind, const ztrunk_addr *to, uint32_t ssrc, const uint8_t *key,
                         size_t key_len)
{
    printf("%s %u %u ", kind, to->port, ssrc);
    for (size_t i = 0; i < key_len; i++) printf("%02x", key[i]);
    printf(key_len > 0 ? "\n" : "-\n");
}

static void call_make(ztrunk_ctx *ctx, ztrunk_relay *relay, const uint32_t range[2], uint32_t suite,
                      uint32_t number)
{
    ztrunk_relay_call call = {.size = sizeof call, .secure = {1, 0}, .prefix_count = {1, 1}};
    ztrunk_relay_leg cloud = {.size = sizeof cloud, .send = 1, .receive = 1};
    ztrunk_relay_leg inside = {.size = sizeof inside, .send = 1, .receive = 1};
    ztrunk_addr local[2];
    uint64_t id;

    memcpy(call.range, range, sizeof call.range);
    must(ztrunk_prefix_parse("127.0.0.2", 9, &call.prefixes[0][0]), "prefix");
    must(ztrunk_prefix_parse("127.0.0.3", 9, &call.prefixes[1][0]), "prefix");
    must(ztrunk_relay_open(relay, &call, &id, local), "open");
    cloud.suite_in = cloud.suite_out = suite;
    cloud.rtp = addr_of("127.0.0.2:20000");
    inside.rtp = addr_of("127.0.0.3:20000");
    must(ztrunk_random(ctx, cloud.key_in, sizeof cloud.key_in), "random");
    must(ztrunk_random(ctx, cloud.key_out, sizeof cloud.key_out), "random");
    must(ztrunk_relay_set_leg(relay, id, 0, &cloud), "set_leg");
    must(ztrunk_relay_set_leg(relay, id, 1, &inside), "set_leg");
    print_stream("srtp", &local[0], 100000 + number, cloud.key_in, ztrunk_suite_key_len(suite));
    print_stream("rtp", &local[1], 500000 + number, NULL, 0);
}

static uint32_t backend_of(const char *name)
{
    if (strcmp(name, "epoll") == 0) return ZTRUNK_RELAY_EPOLL;
    return strcmp(name, "io_uring") == 0 ? ZTRUNK_RELAY_URING : ZTRUNK_RELAY_ANY;
}

int main(int argc, char **argv)
{
    uint32_t calls = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    const char *suite_name = argc > 3 ? argv[3] : "AES_CM_128_HMAC_SHA1_80";
    uint32_t suite = ztrunk_suite_from_name(suite_name, strlen(suite_name));
    ztrunk_relay_opts opts = {.size = sizeof opts, .backend = backend_of(argc > 2 ? argv[2] : "")};
    ztrunk_addr ip = addr_of("127.0.0.1");
    ztrunk_relay *relay;
    ztrunk_ctx *ctx;
    uint32_t range[2];
    char byte;

    if (calls < 1 || calls > 4000 || suite == ZTRUNK_SUITE_NONE) {
        fprintf(stderr, "usage: relay CALLS [epoll|io_uring [SUITE]]\n");
        return 2;
    }
    must(ztrunk_ctx_new(&ctx), "context");
    must(ztrunk_relay_new(ctx, &opts, &relay), "relay");
    for (uint32_t i = 0; i < 2; i++) {
        uint16_t first = (uint16_t)(FIRST_PORT + i * 2 * calls);

        must(ztrunk_relay_add_range(relay, &ip, first, (uint16_t)(first + 2 * calls - 1),
                                    &range[i]),
             "ports");
    }
    for (uint32_t i = 0; i < calls; i++) call_make(ctx, relay, range, suite, i);
    printf("ready\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
    ztrunk_relay_free(relay);
    ztrunk_ctx_free(ctx);
    return 0;
}
