/* proof_table.c - a call from an address without a certificate: the table asks for a probe, and the
 * probe's end decides. Run: proof_table; it prints each step. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/proof.h>

#define SECOND UINT64_C(1000000000)

static const char *verdict(int32_t err)
{
    if (err == ZTRUNK_OK) return "proved";
    return err == ZTRUNK_E_DENIED ? "denied" : "not known: hold the connection and probe";
}

/* Stands for a TLS handshake to that address, which the caller makes. */
static void probe(ztrunk_proofs *p, uint64_t now_ns, uint32_t is_the_cloud)
{
    ztrunk_addr addr;
    uint64_t trunk;

    while (ztrunk_proofs_next(p, now_ns, &trunk, &addr) == ZTRUNK_OK) {
        if (is_the_cloud)
            (void)ztrunk_proofs_note(p, now_ns, trunk, &addr);
        else
            (void)ztrunk_proofs_failed(p, now_ns, trunk, &addr, 1);
    }
}

static void caller(ztrunk_proofs *p, uint64_t now_ns, const char *text, uint32_t is_the_cloud)
{
    ztrunk_addr addr;
    int32_t err = ztrunk_addr_parse(text, strlen(text), &addr);

    if (err == ZTRUNK_OK) err = ztrunk_proofs_check(p, now_ns, 1, &addr);
    printf("%s calls: %s\n", text, verdict(err));
    if (err != ZTRUNK_E_NOTFOUND) return;
    (void)ztrunk_proofs_want(p, now_ns, 1, &addr, 0);
    probe(p, now_ns, is_the_cloud);
    printf("%s after the probe: %s\n", text, verdict(ztrunk_proofs_check(p, now_ns, 1, &addr)));
}

int main(void)
{
    ztrunk_proofs *p = NULL;
    ztrunk_ctx *ctx = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_proofs_new(ctx, NULL, &p);
    if (err == ZTRUNK_OK) {
        caller(p, 0, "198.51.100.10:40312", 1);
        caller(p, 1 * SECOND, "198.51.100.10:40313", 1);
        caller(p, 1 * SECOND, "198.51.100.66:5999", 0);
    }
    ztrunk_proofs_free(p);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
