/* An identity and a trust bundle as files that anybody may have written: one text as the chain, the
 * key, the anchors and the lists at once. Nothing that is cut off may come out as good. */
#include <zerotrunk/tls_check.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t has_no_key(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 3 <= size; i++)
        if (data[i] == 'K' && data[i + 1] == 'E' && data[i + 2] == 'Y') return 0;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ztrunk_tls_check_opts opts = {.size = sizeof opts,
                                        .roles = ZTRUNK_TLS_AS_SERVER,
                                        .wall_s = 1767225600};
    ztrunk_ctx *ctx = NULL;
    uint64_t faults = 0;

    if (size == 0 || ztrunk_ctx_new(&ctx) != ZTRUNK_OK) return 0;
    if (ztrunk_tls_check_identity(ctx, &opts, "sbc.example.com", data, size, data, size, data, size,
                                  &faults) == ZTRUNK_OK &&
        faults == 0 && has_no_key(data, size))
        abort();
    if (ztrunk_tls_check_identity(ctx, &opts, NULL, data, size, data, size, NULL, 0, &faults) ==
            ZTRUNK_OK &&
        (faults >> ZTRUNK_TLS_FAULTS) != 0)
        abort();
    (void)ztrunk_tls_check_trust(ctx, &opts, data, size, data, size, &faults);
    ztrunk_ctx_free(ctx);
    return 0;
}
