/* Values of Authorization headers, one a line, of an INVITE. No matter what the bytes are: who does
 * not know the password does not pass, and what is read lies within the line. */
#include <zerotrunk/digest.h>

#include <stdlib.h>
#include "base/cur.h"
#include "wire/sip_auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
    if (!ok) abort();
}

static void look(zti_str line)
{
    zti_sip_auth auth;

    if (zti_sip_auth_parse(line, &auth) != ZTRUNK_OK) return;
    for (uint32_t i = 0; i < ZTI_AUTH_COUNT; i++) {
        zti_str value = auth.values[i];

        if (!(auth.has >> i & 1)) continue;
        must(value.p >= line.p && value.p + value.len <= line.p + line.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {5};
    const ztrunk_digest_opts opts = {.size = sizeof opts, .algorithms = 7, .max_nonces = 2};
    zti_cur c = zti_cur_of((zti_str){(const char *)data, size});
    ztrunk_sip_msg *m = NULL;
    ztrunk_digest *d = NULL;
    ztrunk_ctx *ctx = NULL;

    if (size == 0 || size > 4096) return 0;
    must(ztrunk_ctx_new_seeded(seed, &ctx) == ZTRUNK_OK);
    must(ztrunk_digest_new(ctx, &opts, "r", "u", &d) == ZTRUNK_OK);
    must(ztrunk_digest_set_password(d, "p", 1) == ZTRUNK_OK);
    must(ztrunk_sip_msg_new_request(ctx, "INVITE", "sip:a", &m) == ZTRUNK_OK);
    while (!zti_cur_done(&c)) {
        zti_str line = zti_cur_until(&c, '\n');

        (void)zti_cur_accept(&c, '\n');
        look(line);
        (void)ztrunk_sip_msg_add_header(m, "Authorization", line.p, line.len);
    }
    must(ztrunk_digest_check(d, 5, m) != ZTRUNK_OK);
    ztrunk_sip_msg_free(m);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
    return 0;
}
