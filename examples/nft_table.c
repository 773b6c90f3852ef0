/* nft_table.c - protects a SIP listener and a range of media ports in the kernel, with one hole:
 *
 *     nft_table 192.0.2.1:5061 10000 19999 203.0.113.0/24            prints the table alone
 *     nft_table --run 192.0.2.1:5061 10000 19999 203.0.113.0/24      makes it, until Enter
 *
 * The second needs CAP_NET_ADMIN; look at it with "nft list table inet zerotrunk". */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <zerotrunk/nft.h>

static char text[65536];

/* "10000" as an address's port, read as strictly as any. */
static uint32_t read_port(const char *port)
{
    ztrunk_addr addr = {0};
    char both[32];

    snprintf(both, sizeof both, "0.0.0.0:%s", port);
    return ztrunk_addr_parse(both, strlen(both), &addr) == ZTRUNK_OK ? addr.port : 0;
}

static int32_t describe(ztrunk_nft *nft, char **argv)
{
    ztrunk_nft_port ports[2] = {{.kind = ZTRUNK_NFT_SIGNALLING, .protocol = 6},
                                {.kind = ZTRUNK_NFT_MEDIA, .protocol = 17}};
    ztrunk_prefix cloud;
    ztrunk_addr local;
    int32_t err = ztrunk_addr_parse(argv[0], strlen(argv[0]), &local);

    if (err == ZTRUNK_OK) err = ztrunk_prefix_parse(argv[3], strlen(argv[3]), &cloud);
    if (err != ZTRUNK_OK) return err;
    ports[0].addr = ports[1].addr = local;
    ports[0].first = local.port;
    ports[1].first = read_port(argv[1]);
    ports[1].last = read_port(argv[2]);
    err = ztrunk_nft_set_ports(nft, ports, 2);
    for (uint32_t kind = ZTRUNK_NFT_SIGNALLING; kind <= ZTRUNK_NFT_MEDIA; kind++)
        if (err == ZTRUNK_OK) err = ztrunk_nft_set_sources(nft, kind, &cloud, 1);
    local.port = (uint16_t)ports[1].first;
    return err == ZTRUNK_OK ? ztrunk_nft_open(nft, &local, NULL) : err;
}

static void say(const char *what)
{
    puts(what);
    fflush(stdout);
}

/* Whoever flushes the table, it comes back. */
static int32_t keep(ztrunk_nft *nft)
{
    struct pollfd fds[2] = {{.fd = 0, .events = POLLIN},
                            {.fd = ztrunk_nft_fd(nft), .events = POLLIN}};
    uint32_t rebuilt = 0;

    say("the table is there");
    while (poll(fds, 2, -1) > 0 && fds[0].revents == 0) {
        int32_t err = ztrunk_nft_readable(nft, &rebuilt);

        if (err != ZTRUNK_OK) return err;
        if (rebuilt) say("somebody touched the table: it was made again");
    }
    return ZTRUNK_OK;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 && strcmp(argv[1], "--run") == 0;
    ztrunk_nft *nft = NULL;
    ztrunk_ctx *ctx = NULL;
    size_t len = 0;
    int32_t err;

    if (argc - runs != 5) {
        fprintf(stderr, "usage: nft_table [--run] ADDRESS:PORT FIRST LAST PREFIX\n");
        return 2;
    }
    err = ztrunk_ctx_new(&ctx);
    if (err == ZTRUNK_OK) err = ztrunk_nft_new(ctx, NULL, &nft);
    if (err == ZTRUNK_OK) err = describe(nft, argv + 1 + runs);
    if (err == ZTRUNK_OK && runs) err = ztrunk_nft_start(nft);
    if (err == ZTRUNK_OK && runs) err = keep(nft);
    if (err == ZTRUNK_OK && !runs) err = ztrunk_nft_print(nft, text, sizeof text, &len);
    fputs(text, stdout);
    if (err != ZTRUNK_OK) fprintf(stderr, "%s %s\n", ztrunk_strerror(err), ztrunk_nft_error(nft));
    ztrunk_nft_free(nft);
    ztrunk_ctx_free(ctx);
    return err != ZTRUNK_OK;
}
