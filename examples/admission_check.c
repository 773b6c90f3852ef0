/* admission_check.c - one endpoint sends 500 INVITE a second beside one that behaves. Run:
 * admission_check; it prints what became of both. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/admission.h>

#define MS UINT64_C(1000000)

static int32_t set_up(ztrunk_ctx *ctx, ztrunk_admission **out)
{
    const ztrunk_admission_limits limits = {.size = sizeof limits, .call_rate = 40, .calls = 500};
    int32_t err = ztrunk_admission_new(ctx, NULL, out);

    if (err == ZTRUNK_OK) err = ztrunk_admission_set_limits(*out, ZTRUNK_ADMIT_ADDRESS, 0, &limits);
    return err;
}

static ztrunk_admission_source endpoint(const char *text)
{
    ztrunk_admission_source s = {.size = sizeof s, .flags = ZTRUNK_SOURCE_IDENTIFIED};

    (void)ztrunk_addr_parse(text, strlen(text), &s.addr);
    return s;
}

static uint32_t invite(ztrunk_admission *a, uint64_t now_ns, const ztrunk_admission_source *from)
{
    ztrunk_admission_verdict v = {.size = sizeof v};

    if (ztrunk_admission_ask(a, now_ns, from, ZTRUNK_ADMIT_CALL, &v) == ZTRUNK_OK) return 1;
    if (v.blocked_ns != 0)
        printf("blocked after %u ms, for %u s: %s\n", (uint32_t)(now_ns / MS),
               (uint32_t)(v.blocked_ns / (1000 * MS)), ztrunk_admission_reason_text(v.reason));
    return 0;
}

int main(void)
{
    ztrunk_admission_source flood = endpoint("203.0.113.9"), good = endpoint("203.0.113.8");
    uint32_t flooded = 0, placed = 0;
    ztrunk_admission *a = NULL;
    ztrunk_ctx *ctx = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = set_up(ctx, &a);
    for (uint64_t i = 0; i < 500 && err == ZTRUNK_OK; i++) {
        flooded += invite(a, i * 2 * MS, &flood);
        if (i % 50 == 0) placed += invite(a, i * 2 * MS, &good);
    }
    printf("%u of 500 calls of the flood were taken, %u of 10 of the other\n", flooded, placed);
    ztrunk_admission_free(a);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
