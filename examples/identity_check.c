/* identity_check [CHAIN KEY NAME]: what is wrong with an identity, before anybody is shown it.
 * Without arguments: with a file that somebody is still writing. */
#include <zerotrunk/tls_check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char half_chain[] = "-----BEGIN CERTIFICATE-----\nMIIB";

static size_t read_file(const char *name, uint8_t *text, size_t cap)
{
    FILE *f = fopen(name, "rb");
    size_t len;

    if (f == NULL) {
        perror(name);
        exit(1);
    }
    len = fread(text, 1, cap, f);
    fclose(f);
    return len;
}

int main(int argc, char **argv)
{
    static uint8_t chain[65536], key[65536];
    const ztrunk_tls_check_opts opts = {.size = sizeof opts,
                                        .roles = ZTRUNK_TLS_AS_SERVER | ZTRUNK_TLS_AS_CLIENT,
                                        .wall_s = (int64_t)time(NULL)};
    size_t chain_len = sizeof half_chain - 1, key_len = 0;
    uint64_t faults = 0;
    ztrunk_ctx *ctx = NULL;

    memcpy(chain, half_chain, sizeof half_chain);
    if (argc > 3) {
        chain_len = read_file(argv[1], chain, sizeof chain);
        key_len = read_file(argv[2], key, sizeof key);
    }
    if (ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 1;
    if (ztrunk_tls_check_identity(ctx, &opts, argc > 3 ? argv[3] : NULL, chain, chain_len, key,
                                  key_len, NULL, 0, &faults) != ZTRUNK_OK)
        return 1;
    for (uint32_t f = 0; f < ZTRUNK_TLS_FAULTS; f++)
        if (faults >> f & 1) printf("%s: %s\n", ztrunk_tls_fault_name(f), ztrunk_tls_fault_text(f));
    ztrunk_ctx_free(ctx);
    return argc > 3 && faults != 0 ? 2 : 0;
}
