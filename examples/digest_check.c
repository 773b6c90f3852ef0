/* digest_check.c - a server that asks who calls: a call without an answer is challenged, one with a
 * wrong answer is refused. Run: digest_check; it prints each step. */
#include <stdio.h>
#include <string.h>
#include <zerotrunk/digest.h>

static void challenge(ztrunk_digest *d, uint64_t now_ns, uint32_t is_stale)
{
    char value[ZTRUNK_DIGEST_MAX_CHALLENGE];
    size_t len;

    for (uint32_t i = 0;
         ztrunk_digest_challenge(d, now_ns, i, is_stale, value, sizeof value, &len) == ZTRUNK_OK;
         i++)
        printf("  WWW-Authenticate: %s\n", value);
}

static void judge(ztrunk_digest *d, uint64_t now_ns, const ztrunk_sip_msg *m)
{
    int32_t err = ztrunk_digest_check(d, now_ns, m);

    if (err == ZTRUNK_OK) {
        printf("the call goes on\n");
    } else if (err == ZTRUNK_E_NOTFOUND || err == ZTRUNK_E_EXPIRED) {
        printf("SIP/2.0 401 Unauthorized\n");
        challenge(d, now_ns, err == ZTRUNK_E_EXPIRED);
    } else {
        printf("SIP/2.0 %s\n", err == ZTRUNK_E_MALFORMED ? "400 Bad Request" : "403 Forbidden");
    }
}

int main(void)
{
    static const char guess[] =
        "Digest username=\"cloud\", realm=\"sbc.example.com\", nonce=\"0\", nc=00000001, qop=auth, "
        "cnonce=\"0\", uri=\"sip:+4930123@sbc.example.com\", algorithm=SHA-256, "
        "response=\"0000000000000000000000000000000000000000000000000000000000000000\"";
    ztrunk_sip_msg *m = NULL;
    ztrunk_digest *d = NULL;
    ztrunk_ctx *ctx = NULL;
    int32_t err = ztrunk_ctx_new(&ctx);

    if (err == ZTRUNK_OK) err = ztrunk_digest_new(ctx, NULL, "sbc.example.com", "cloud", &d);
    if (err == ZTRUNK_OK) err = ztrunk_digest_set_password(d, "open sesame", 11);
    if (err == ZTRUNK_OK)
        err = ztrunk_sip_msg_new_request(ctx, "INVITE", "sip:+4930123@sbc.example.com", &m);
    if (err == ZTRUNK_OK) judge(d, 0, m);
    if (err == ZTRUNK_OK) err = ztrunk_sip_msg_add_header(m, "Authorization", guess, strlen(guess));
    if (err == ZTRUNK_OK) judge(d, 0, m);
    ztrunk_sip_msg_free(m);
    ztrunk_digest_free(d);
    ztrunk_ctx_free(ctx);
    return err == ZTRUNK_OK ? 0 : 1;
}
